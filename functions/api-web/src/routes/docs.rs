//! `/v1/docs`: the description to read, one page for each subject, with nothing loaded from elsewhere.

mod page;
mod schema;

use std::sync::LazyLock;

use axum::{
    Router,
    extract::Path,
    response::{IntoResponse, Response},
    routing::get,
};
use http::{HeaderName, StatusCode, header};

use self::page::{Docs, Subject};
use crate::{Api, problem::Problem};

/// Where the pages begin.
pub(super) const PATH: &str = "/v1/docs";

const STYLESHEET: &str = concat!(
    include_str!("../../../../shared/pages/assets/setten.css"),
    include_str!("../../assets/docs.css")
);

/// The pages, made when the first of them is read.
static DOCS: LazyLock<Docs> = LazyLock::new(|| Docs::of(&super::DESCRIPTION));

/// The pages of the description.
pub(super) fn router() -> Router<Api> {
    Router::new()
        .route(PATH, get(|| async { html(DOCS.overview()) }))
        .route("/v1/docs/docs.css", get(stylesheet))
        .route("/v1/docs/{subject}", get(subject))
}

async fn subject(Path(name): Path<String>) -> Response {
    match DOCS.subjects.iter().find(|subject: &&Subject| subject.name == name) {
        Some(subject) => html(DOCS.subject(subject)),
        None => Problem::not_found("page").into_response(),
    }
}

async fn stylesheet() -> impl IntoResponse {
    let headers =
        [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "public, max-age=3600")];
    (headers, STYLESHEET)
}

const POLICY: &str =
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

fn html(rendered: Result<String, askama::Error>) -> Response {
    let Ok(page) = rendered else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let headers: [(HeaderName, &str); 4] = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "public, max-age=300"),
    ];
    (headers, page).into_response()
}

#[cfg(test)]
mod tests;
