//! Pages of the console as HTTP answers.

use askama::Template;
use axum::body::Body;
use http::{HeaderName, HeaderValue, Response, StatusCode};

use super::{
    Page, Refused, SettingsFault, TenantFault, Viewer,
    audience_view::{self, AudienceView},
    checks_view::ChecksView,
    me_view::{MeUnlinkView, MeView, SettingsView},
    microsoft365_view::{Microsoft365View, UnlinkView},
    overview_view::OverviewView,
    plain_view::{RefusedView, SignInView},
    users_view::{AuditView, UserView, UsersView},
};
use crate::{
    branding::Branding,
    reader::Reader,
    respond::{answer, redirect},
    text::Texts,
};

/// As for every page; besides, our one script, which may ask us how things stand.
pub(super) const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; \
     connect-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");

/// The answer that shows `page`; its status is the page's own. Without a viewer only [`Page::SignIn`],
/// [`Page::Refused`] and [`Page::Failed`] have something to show; any other becomes "session over".
/// [`Page::Failed`] leads to `/connect/result`, where the same failures are told to everybody.
#[must_use]
pub fn respond(reader: &Reader, product: &Branding, viewer: Option<&Viewer>, page: &Page) -> Response<Body> {
    if let Page::Failed(failed) = page {
        return redirect(&crate::Page::Failed(failed.clone()));
    }
    let over = Page::Refused(Refused::SessionOver { organization: None });
    let page = if viewer.is_none() && !page.is_for_anybody() { &over } else { page };
    let html = render(reader, product, viewer, page);
    let mut response = answer(reader, status(page), CONTENT_SECURITY_POLICY, html);
    response.headers_mut().insert(ROBOTS, HeaderValue::from_static("noindex, nofollow"));
    response
}

impl Page {
    /// Whether it can be shown to somebody who is not signed in.
    fn is_for_anybody(&self) -> bool {
        matches!(self, Self::SignIn(_) | Self::Refused(_))
    }
}

fn render(reader: &Reader, product: &Branding, viewer: Option<&Viewer>, page: &Page) -> String {
    let texts = Texts::new(reader.language).with("product", &product.product_name);
    let html = match (page, viewer) {
        (Page::SignIn(page), _) => SignInView::of(texts, product, page).render(),
        (Page::Refused(refused), _) => RefusedView::of(texts, product, viewer, refused).render(),
        (Page::Failed(_), _) | (_, None) => unreachable!("led elsewhere by `respond`"),
        (Page::Overview(page), Some(viewer)) => OverviewView::of(texts, product, viewer, page).render(),
        (Page::Microsoft365(page), Some(viewer)) => {
            Microsoft365View::of(texts, product, viewer, page).render()
        }
        (Page::Unlink(page), Some(viewer)) => UnlinkView::of(texts, product, viewer, page).render(),
        (Page::Audience(page), Some(viewer)) => AudienceView::of(texts, product, viewer, page).render(),
        (Page::Checks(page), Some(viewer)) => ChecksView::of(texts, product, viewer, page).render(),
        (Page::Users(page), Some(viewer)) => UsersView::of(texts, product, viewer, page).render(),
        (Page::UserDetail(page), Some(viewer)) => UserView::of(texts, product, viewer, page).render(),
        (Page::Audit(page), Some(viewer)) => AuditView::of(texts, product, viewer, page).render(),
        (Page::Settings(page), Some(viewer)) => SettingsView::of(texts, product, viewer, page).render(),
        (Page::Me(page), Some(viewer)) => MeView::of(texts, product, viewer, page).render(),
        (Page::MeUnlink(page), Some(viewer)) => MeUnlinkView::of(texts, product, viewer, page).render(),
    };
    html.expect("a string takes any page")
}

fn status(page: &Page) -> StatusCode {
    match page {
        Page::Refused(refused) => status_of_refusal(refused),
        Page::Microsoft365(page) => match page.form.fault {
            None => StatusCode::OK,
            Some(TenantFault::Unavailable) => StatusCode::SERVICE_UNAVAILABLE,
            Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        },
        Page::Settings(page) => match page.fault {
            None => StatusCode::OK,
            Some(SettingsFault::Conflict) => StatusCode::CONFLICT,
            Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        },
        Page::Audience(page) => audience_view::status(page),
        Page::Checks(page) if page.unknown_user || page.unknown_outside => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::OK,
    }
}

fn status_of_refusal(refused: &Refused) -> StatusCode {
    match refused {
        Refused::SessionOver { .. } => StatusCode::UNAUTHORIZED,
        Refused::LinkUsed => StatusCode::GONE,
        Refused::NotAdmin | Refused::NotAMember { .. } | Refused::FormStale | Refused::NotInPlan => {
            StatusCode::FORBIDDEN
        }
        Refused::NotFound => StatusCode::NOT_FOUND,
        Refused::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Refused::Method => StatusCode::METHOD_NOT_ALLOWED,
        Refused::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
    }
}
