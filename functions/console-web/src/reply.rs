//! What a handler answers with, and the one table from our errors to what people read.

use accounts::{AccountsError, StartedConsent};
use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use cards::CardsError;
use futures::future::BoxFuture;
use http::{HeaderName, HeaderValue, StatusCode, header};
use pages::{
    Reader,
    console::{Page, Refused, Viewer},
};
use types::Chain;
use url::Url;
use uuid::Uuid;

use crate::{Site, cookies, visit::Visit};

const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");

/// What a handler answers with.
#[derive(Debug)]
pub(crate) enum Reply {
    /// A page.
    Page(Page),
    /// 303 to a page of ours, so that a reload sends no form again.
    GoTo(String),
    /// On to Microsoft.
    Leave(Url),
    /// On to Microsoft's consent page, for whoever sits in front of this browser.
    Consent(StartedConsent),
    /// A file to keep.
    File {
        /// Its name.
        name: &'static str,
        /// A CSV file.
        csv: String,
    },
}

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// Told on a page of its own.
    Refused(Refused),
    /// The accounts did not do it.
    Accounts(AccountsError),
    /// The cards did not do it.
    Cards(CardsError),
}

impl Reply {
    /// A page.
    pub(crate) fn page(page: impl Into<Page>) -> Result<Self, Trouble> {
        Ok(Self::Page(page.into()))
    }

    /// 303 to a page of ours.
    pub(crate) fn go_to(path: impl Into<String>) -> Result<Self, Trouble> {
        Ok(Self::GoTo(path.into()))
    }
}

impl From<Refused> for Trouble {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl From<AccountsError> for Trouble {
    fn from(error: AccountsError) -> Self {
        Self::Accounts(error)
    }
}

impl From<CardsError> for Trouble {
    fn from(error: CardsError) -> Self {
        match error {
            CardsError::Account(error) => Self::Accounts(error),
            error => Self::Cards(error),
        }
    }
}

impl Trouble {
    fn into_refused(self) -> Refused {
        match self {
            Self::Refused(refused) => refused,
            Self::Accounts(AccountsError::NotFound(_)) => Refused::NotFound,
            Self::Accounts(AccountsError::NotInPlan(_)) => Refused::NotInPlan,
            Self::Accounts(error) => unavailable(&error),
            Self::Cards(error) => unavailable(&error),
        }
    }
}

impl Site {
    /// The answer to a visit, whatever comes of the work. On the heap: the work of some pages is large.
    pub(crate) fn reply<'a>(
        &'a self,
        visit: &'a Visit,
        work: impl Future<Output = Result<Reply, Trouble>> + Send + 'a,
    ) -> BoxFuture<'a, Response> {
        Box::pin(async move {
            match work.await {
                Ok(Reply::Page(page)) => match visit.viewer(self).await {
                    Ok(viewer) => self.show(&visit.reader, Some(&viewer), &page),
                    Err(trouble) => self.show(&visit.reader, None, &trouble.into_refused().into()),
                },
                Ok(Reply::GoTo(path)) => go_to(&path),
                Ok(Reply::Leave(url)) => self.leave(&url),
                Ok(Reply::Consent(started)) => {
                    let mut response = self.leave(&started.url);
                    let cookie = cookies::begin_consent(&started.browser);
                    response.headers_mut().append(header::SET_COOKIE, cookie);
                    response
                }
                Ok(Reply::File { name, csv }) => file(name, csv),
                Err(trouble) => self.refuse(visit, trouble.into_refused()).await,
            }
        })
    }

    /// The page that says why not.
    pub(crate) async fn refuse(&self, visit: &Visit, refused: Refused) -> Response {
        let viewer = visit.viewer(self).await.ok();
        self.show(&visit.reader, viewer.as_ref(), &refused.into())
    }

    /// A page, to whoever looks at it.
    pub(crate) fn show(&self, reader: &Reader, viewer: Option<&Viewer>, page: &Page) -> Response {
        pages::console::respond(reader, &self.branding, viewer, page)
    }
}

/// Something of ours does not answer. The error goes into the log under the page's reference.
pub(crate) fn unavailable(error: &(dyn std::error::Error + 'static)) -> Refused {
    let reference = Uuid::new_v4().to_string();
    tracing::error!(error = %Chain(error), reference, "a page of the console could not be shown");
    Refused::Unavailable { reference }
}

/// 303 to an address of ours.
pub(crate) fn go_to(path: &str) -> Response {
    let mut response = plain(StatusCode::SEE_OTHER, Body::empty());
    let location = HeaderValue::try_from(path).unwrap_or(HeaderValue::from_static("/console"));
    response.headers_mut().insert(header::LOCATION, location);
    response
}

fn file(name: &str, csv: String) -> Response {
    let mut response = plain(StatusCode::OK, Body::from(csv));
    let disposition = HeaderValue::try_from(format!("attachment; filename=\"{name}\""));
    let disposition = disposition.unwrap_or(HeaderValue::from_static("attachment"));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_DISPOSITION, disposition);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    response
}

/// An answer that is no page, with the headers that every answer has.
pub(crate) fn plain(status: StatusCode, body: Body) -> Response {
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"),
        (ROBOTS, "noindex, nofollow"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
