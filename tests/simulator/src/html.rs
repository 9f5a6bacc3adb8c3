//! What every page of the simulator has in common: headers, language, looks.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use http::{HeaderMap, HeaderValue, StatusCode, header};

use crate::app::App;

/// Styles, pictures and one script may come from us; nothing else is loaded.
const CONTENT_SECURITY_POLICY: &str =
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'";

/// Remembers the language somebody switched to.
const LANGUAGE_COOKIE: &str = "sim_language";

/// The stylesheet and the script, relative to `/_sim`.
pub(crate) fn assets() -> Router<Arc<App>> {
    let css = ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("../assets/simulator.css"));
    let script =
        ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], include_str!("../assets/form-post.js"));
    Router::new()
        .route("/assets/simulator.css", get(async move || css))
        .route("/assets/form-post.js", get(async move || script))
}

/// A rendered page with the headers every page has.
pub(crate) fn page(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => (
            status,
            [
                (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
                (header::CACHE_CONTROL, "no-store"),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            ],
            Html(html),
        )
            .into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

/// Whether to write Japanese: `mkt` of the query, else what was switched to before, else the first known
/// language of Accept-Language.
pub(crate) fn japanese(market: Option<&str>, headers: &HeaderMap) -> bool {
    let chosen = market.map(str::to_owned).or_else(|| cookie(headers, LANGUAGE_COOKIE));
    if let Some(chosen) = chosen {
        return chosen.to_ascii_lowercase().starts_with("ja");
    }
    header_text(headers, &header::ACCEPT_LANGUAGE)
        .split(',')
        .map(|part| part.trim().to_ascii_lowercase())
        .find_map(|part| match part.get(..2) {
            Some("ja") => Some(true),
            Some("en") => Some(false),
            _ => None,
        })
        .unwrap_or(false)
}

/// Remembers the language of `mkt`, if there is one.
pub(crate) fn remember_language(mut response: Response, market: Option<&str>) -> Response {
    if let Some(market) = market {
        let language = if market.to_ascii_lowercase().starts_with("ja") { "ja" } else { "en" };
        let cookie = format!("{LANGUAGE_COOKIE}={language}; Path=/; Max-Age=31536000; SameSite=Lax");
        if let Ok(value) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    response
}

/// The first letter, for the mark beside a name.
pub(crate) fn initial(name: &str) -> String {
    name.chars().find(|c| c.is_alphanumeric()).map(|c| c.to_uppercase().collect()).unwrap_or_default()
}

/// A header's text; empty if it is not there.
pub(crate) fn header_text<'h>(headers: &'h HeaderMap, name: &header::HeaderName) -> &'h str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// The value of a cookie.
pub(crate) fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().split_once('=').filter(|(key, _)| *key == name))
        .map(|(_, value)| value.to_owned())
}
