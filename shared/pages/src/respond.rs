//! Pages as HTTP answers, with the headers that every page has.

use axum::body::Body;
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};

use crate::{
    branding::Branding,
    failure::Failure,
    kept::{self, RESULT_PATH},
    page::{Failed, Page},
    reader::{LANGUAGE_COOKIE, Reader},
    view,
};

/// Nothing is loaded from anywhere but us, nothing is written into the page, nobody frames it.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// After how many seconds a browser or a script may try again, on 503.
const RETRY_AFTER_SECONDS: &str = "30";

const LANGUAGE_COOKIE_SECONDS: u32 = 365 * 24 * 60 * 60;

/// The answer that shows `page`; its status is the page's own.
#[must_use]
pub fn respond(reader: &Reader, product: &Branding, page: &Page) -> Response<Body> {
    let mut response = show(reader, product, page);
    if let Some(cookie) = kept::keep(page) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// The answer of `GET /connect/result`: the last result again, in whichever language.
#[must_use]
pub fn result(reader: &Reader, product: &Branding, headers: &HeaderMap) -> Response<Body> {
    let page = kept::recall(headers).unwrap_or_else(|| Failed::new(Failure::ResultGone, "").into());
    show(reader, product, &page)
}

/// 303 to `/connect/result`, so that a reload does not send Microsoft's one-time code again.
#[must_use]
pub fn redirect(page: &Page) -> Response<Body> {
    let mut response = see_result();
    if let Some(cookie) = kept::keep(page) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// 303 to `/connect/result`, whatever the last result was.
#[must_use]
pub fn see_result() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let headers = response.headers_mut();
    headers.insert(header::LOCATION, HeaderValue::from_static(RESULT_PATH));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

fn show(reader: &Reader, product: &Branding, page: &Page) -> Response<Body> {
    let html = view::render(reader.language, product, page);
    answer(reader, status(page), CONTENT_SECURITY_POLICY, html)
}

/// A page with the headers that every page has.
pub(crate) fn answer(
    reader: &Reader,
    status: StatusCode,
    policy: &'static str,
    html: String,
) -> Response<Body> {
    let mut response = Response::new(Body::from(html));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_LANGUAGE, reader.language.tag()),
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if status == StatusCode::SERVICE_UNAVAILABLE {
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static(RETRY_AFTER_SECONDS));
    }
    if reader.chose {
        headers.append(header::SET_COOKIE, language_cookie(reader));
    }
    response
}

fn status(page: &Page) -> StatusCode {
    match page {
        Page::ConsentDone(_) | Page::LinkDone(_) | Page::Confirm(_) | Page::ConfirmConsent(_) => {
            StatusCode::OK
        }
        Page::Failed(failed) => failed.failure.status(),
    }
}

fn language_cookie(reader: &Reader) -> HeaderValue {
    let tag = reader.language.tag();
    let line =
        format!("{LANGUAGE_COOKIE}={tag}; Path=/; Max-Age={LANGUAGE_COOKIE_SECONDS}; Secure; SameSite=Lax");
    HeaderValue::from_str(&line).expect("a language tag is ASCII")
}
