//! The routes of `/connect`.

use accounts::{
    CONSENT_COOKIE, ConsentReply, Consented, Doubt, Linked, NotConnected, Question, SignInReply, SignedIn,
};
use axum::{
    Form, Router,
    body::Body,
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderValue, Response, StatusCode, header},
    routing::{get, post},
};
use pages::{
    Confirm, ConfirmConsent, ConsentDone, Failed, Failure, Flow, LinkDone, NotGranted, Page, Reader,
};
use serde::Deserialize;
use types::Feature;

use crate::{Site, failure};

/// What Microsoft adds to the address it sends people back to.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Callback {
    state: Option<String>,
    code: Option<String>,
    tenant: Option<String>,
    admin_consent: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

/// What somebody says who was asked before anything is saved.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Word {
    state: Option<String>,
    answer: Option<String>,
}

/// The site.
pub fn router(site: Site) -> Router {
    Router::new()
        .route("/connect/consent", get(consent))
        .route("/connect/sign-in", get(sign_in))
        .route(pages::CONFIRM_PATH, post(confirm).get(question))
        .route(pages::RESULT_PATH, get(result))
        .route("/connect/assets/{name}", get(asset))
        .fallback(not_found)
        .with_state(site)
}

/// Back from the consent page (feature A10); goes on to the sign-in that proves the tenant.
async fn consent(
    reader: Reader,
    State(site): State<Site>,
    Query(callback): Query<Callback>,
) -> Response<Body> {
    let Callback { state, tenant, admin_consent, error, error_description, .. } = callback;
    let reply = ConsentReply { state, tenant, admin_consent, error, error_description };
    match site.connect.continue_consent(reply).await {
        Ok(url) => go_to(url.as_str()),
        Err(error) => refuse(&site, reader, Flow::Consent, &error),
    }
}

/// Back from the sign-in page: a tenant is proved or a user is linked (features A11, B02).
async fn sign_in(
    reader: Reader,
    State(site): State<Site>,
    headers: HeaderMap,
    Query(callback): Query<Callback>,
) -> Response<Body> {
    let Callback { state, code, error, error_description, .. } = callback;
    let reply = SignInReply { state, code, error, error_description };
    let browser = pages::cookie(&headers, CONSENT_COOKIE);
    match site.connect.finish_sign_in(&site.graph, reply, browser).await {
        Ok(done) => signed_in(&site, done).await,
        Err(error) => refuse(&site, reader, Flow::SignIn, &error),
    }
}

/// The person's word on an account that was not expected (requirement R45), or on the organization that a tenant is
/// to be connected to (feature A11).
async fn confirm(reader: Reader, State(site): State<Site>, Form(word): Form<Word>) -> Response<Body> {
    let is_right = word.answer.as_deref() == Some("yes");
    match site.connect.confirm(word.state.as_deref(), is_right).await {
        Ok(done) => signed_in(&site, done).await,
        Err(error) => refuse(&site, reader, Flow::SignIn, &error),
    }
}

async fn signed_in(site: &Site, done: SignedIn) -> Response<Body> {
    match done {
        SignedIn::Consented(consented) => pages::redirect(&consent_page(consented)),
        SignedIn::Linked(linked) => link_made(site, linked).await,
        SignedIn::Unconfirmed(question) => pages::redirect(&question_page(question)),
    }
}

/// The question is the last result.
async fn question() -> Response<Body> {
    pages::see_result()
}

/// A link is made: its first push begins at once.
async fn link_made(site: &Site, linked: Linked) -> Response<Body> {
    site.begin_push(&linked.link).await;
    let folder = site.folder_of(&linked.link).await;
    pages::redirect(&link_page(linked, folder))
}

fn consent_page(consented: Consented) -> Page {
    let Consented { organization, tenant, granted: features, refused, return_path } = consented;
    let scopes =
        features.iter().filter_map(|feature| tenant.grants.get(feature)).flat_map(|grant| &grant.scopes);
    let mut granted: Vec<String> = Vec::new();
    for scope in scopes {
        if !granted.contains(scope) {
            granted.push(scope.clone());
        }
    }
    let refused = refused.iter().map(|refused| NotGranted {
        feature: refused.feature,
        failure: failure::refused(Flow::Consent, &refused.refusal).0,
    });
    ConsentDone {
        organization,
        features,
        refused: refused.collect(),
        tenant: tenant.tenant_id.into(),
        granted,
        return_url: return_path,
    }
    .into()
}

fn link_page(linked: Linked, folder: String) -> Page {
    let Linked { link, return_path } = linked;
    let (linked, outlook_url) = match link.feature {
        Feature::Calendar => (pages::Linked::Calendar, "https://outlook.office.com/calendar/"),
        Feature::Contacts | Feature::Mail => {
            (pages::Linked::Contacts { folder }, "https://outlook.office.com/people/")
        }
    };
    LinkDone {
        linked,
        account: link.account.map(|account| account.name).unwrap_or_default(),
        outlook_url: Some(outlook_url.to_owned()),
        return_url: return_path,
    }
    .into()
}

fn question_page(question: Question) -> Page {
    let Question { state, doubt, .. } = question;
    match doubt {
        Doubt::Account { feature, account, expected } => Confirm { feature, account, expected, state }.into(),
        Doubt::Organization { organization, tenant_id, account, features, is_another_connected } => {
            let tenant = tenant_id.into();
            ConfirmConsent { organization, tenant, account, features, is_another_connected, state }.into()
        }
    }
}

fn refuse(site: &Site, reader: Reader, flow: Flow, error: &NotConnected) -> Response<Body> {
    let page = failure::page(flow, error, &site.client_id);
    pages::respond(&reader, &site.branding, &page.into())
}

/// The last result again: after the redirect, on a reload, in the other language.
async fn result(reader: Reader, State(site): State<Site>, headers: HeaderMap) -> Response<Body> {
    pages::result(&reader, &site.branding, &headers)
}

async fn asset(reader: Reader, State(site): State<Site>, Path(name): Path<String>) -> Response<Body> {
    match pages::asset(&name) {
        Some(asset) => asset,
        None => not_found(reader, State(site)).await,
    }
}

async fn not_found(reader: Reader, State(site): State<Site>) -> Response<Body> {
    let page = Failed::new(Failure::NotFound, failure::reference());
    pages::respond(&reader, &site.branding, &page.into())
}

/// 302, as Microsoft itself does between its pages; nothing of the address we came from leaves.
fn go_to(url: &str) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::FOUND;
    let headers = response.headers_mut();
    if let Ok(location) = HeaderValue::from_str(url) {
        headers.insert(header::LOCATION, location);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}
