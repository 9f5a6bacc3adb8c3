//! The ways in and out: a portal link, a sign-in with Microsoft, the sign-out.

use accounts::{AccountsError, Entry, EntryRefusal, SignInReply, own_path};
use axum::{
    body::Body,
    extract::{Query, State},
    response::Response,
};
use http::{HeaderMap, Method, StatusCode, header};
use pages::{
    Reader,
    console::{Refused, SignIn},
};
use serde::Deserialize;
use types::{OrganizationId, TenantId};

use crate::{
    Site, cookies, failure,
    form::Posted,
    leave,
    reply::{Reply, go_to, plain, unavailable},
    visit::SIGN_IN,
};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Link {
    key: String,
}

/// `GET /console/enter`: uses the link up and begins a session.
pub(crate) async fn with_link(
    reader: Reader,
    method: Method,
    headers: HeaderMap,
    State(site): State<Site>,
    Query(Link { key }): Query<Link>,
) -> Response {
    // Who only looks whether there is something must not use the link up.
    if method == Method::HEAD || is_looked_ahead(&headers) {
        return plain(StatusCode::NO_CONTENT, Body::empty());
    }
    let entry = site.accounts.enter(&key).await;
    answer(&site, &reader, entry)
}

fn is_looked_ahead(headers: &HeaderMap) -> bool {
    let purposes = ["sec-purpose", "purpose"].into_iter().filter_map(|name| headers.get(name)?.to_str().ok());
    purposes.into_iter().any(|purpose| purpose.contains("prefetch"))
}

/// In, with the cookies of the session; or the page that says why not.
fn answer(site: &Site, reader: &Reader, entry: Result<Entry, AccountsError>) -> Response {
    let refused = match entry {
        Ok(Entry::Entered(session, page)) => {
            let mut response = go_to(&page);
            for cookie in cookies::begin(&session.id, &session.session.organization_id) {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            return response;
        }
        Ok(Entry::Refused(refusal)) => match refusal {
            EntryRefusal::LinkUnknown
            | EntryRefusal::LinkUsed
            | EntryRefusal::LinkExpired
            | EntryRefusal::UserGone => Refused::LinkUsed,
            EntryRefusal::UnknownAccount | EntryRefusal::GuestAccount | EntryRefusal::TenantNotProved => {
                Refused::NotAMember { account: None }
            }
        },
        Err(error @ (AccountsError::Refused(_) | AccountsError::Microsoft(_))) => {
            return site.show(reader, None, &failure::page(&error, &site.client_id).into());
        }
        Err(error) => unavailable(&error),
    };
    site.show(reader, None, &refused.into())
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wish {
    organization: Option<String>,
    tenant: Option<String>,
    /// The page that the person wants, which a mail leads to.
    #[serde(rename = "return")]
    return_path: Option<String>,
    /// The person pressed the button.
    go: Option<String>,
    /// The session is over.
    over: Option<String>,
    /// The person has signed out.
    out: Option<String>,
}

/// `GET /console/sign-in`: whose console it is, and on to Microsoft; or to the page that is wanted, for whoever
/// has a session of that console.
pub(crate) async fn sign_in(
    reader: Reader,
    headers: HeaderMap,
    State(site): State<Site>,
    Query(wish): Query<Wish>,
) -> Response {
    let named = wish.organization.as_deref().and_then(|id| id.parse::<OrganizationId>().ok());
    let organization = named.or_else(|| cookies::organization(&headers));
    if let Some(organization) = organization.as_ref().filter(|_| wish.go.is_some()) {
        return begin(&site, &reader, organization, &wish).await;
    }
    let return_path = wish.return_path.as_deref().and_then(|path| own_path(path).ok());
    if let (Some(organization), Some(path)) = (&organization, &return_path)
        && is_signed_in(&site, &headers, organization).await
    {
        return go_to(path);
    }
    if wish.over.is_some() {
        let organization = organization.map(String::from);
        return site.show(&reader, None, &Refused::SessionOver { organization }.into());
    }
    let organization_name = match &organization {
        Some(id) => site.accounts.organization(id).await.ok().map(|organization| organization.name),
        None => None,
    };
    let page = SignIn {
        organization: organization.filter(|_| organization_name.is_some()).map(String::from),
        organization_name,
        return_path,
        signed_out: wish.out.is_some(),
    };
    site.show(&reader, None, &page.into())
}

/// Whether the browser has a session of that console. When the store does not tell, signing in again does.
async fn is_signed_in(site: &Site, headers: &HeaderMap, organization: &OrganizationId) -> bool {
    let Some(id) = cookies::session(headers) else { return false };
    let session = site.accounts.session(&id).await;
    session.is_ok_and(|session| session.is_some_and(|session| session.organization_id == *organization))
}

async fn begin(site: &Site, reader: &Reader, organization: &OrganizationId, wish: &Wish) -> Response {
    let tenant: Option<TenantId> = match wish.tenant.as_deref().map(str::parse).transpose() {
        Ok(tenant) => tenant,
        Err(_) => return site.show(reader, None, &Refused::NotFound.into()),
    };
    match site.sign_in.start(organization, tenant.as_ref(), wish.return_path.as_deref()).await {
        Ok(Some(started)) => {
            let mut response = leave::redirect(&started.url);
            response.headers_mut().append(header::SET_COOKIE, cookies::begin_sign_in(&started.browser));
            response
        }
        // Not told apart from an organization that is not there.
        Ok(None) => site.show(reader, None, &Refused::NotAMember { account: None }.into()),
        Err(error) => site.show(reader, None, &unavailable(&error).into()),
    }
}

/// What Microsoft adds to the address it sends people back to.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Callback {
    state: Option<String>,
    code: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

/// `GET /console/signed-in`: back from Microsoft.
pub(crate) async fn signed_in(
    reader: Reader,
    headers: HeaderMap,
    State(site): State<Site>,
    Query(callback): Query<Callback>,
) -> Response {
    let Callback { state, code, error, error_description } = callback;
    let reply = SignInReply { state, code, error, error_description };
    let entry = site.sign_in.finish(&site.graph, reply, cookies::sign_in(&headers)).await;
    answer(&site, &reader, entry)
}

/// `POST /console/sign-out`
pub(crate) async fn sign_out(State(site): State<Site>, posted: Posted) -> Response {
    let Posted { visit, .. } = posted;
    let ended = async {
        site.accounts.end_session(&visit.session).await?;
        Reply::go_to(format!("{SIGN_IN}?out=1"))
    };
    let mut response = site.reply(&visit, ended).await;
    response.headers_mut().append(header::SET_COOKIE, cookies::end());
    response
}
