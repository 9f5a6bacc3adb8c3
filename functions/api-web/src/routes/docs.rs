//! `/v1/docs`: the description to read, one page for each subject, with nothing loaded from elsewhere.

mod page;
mod schema;

use axum::{
    Router,
    extract::{Path, State},
    response::{IntoResponse, Response},
    routing::get,
};
use http::{HeaderName, StatusCode, header};
use serde_json::Value;

use self::page::{Docs, Subject};
use crate::{Api, problem::Problem};

/// Where the pages begin.
pub(super) const PATH: &str = "/v1/docs";

const STYLESHEET: &str = concat!(
    include_str!("../../../../shared/pages/assets/setten.css"),
    include_str!("../../assets/docs.css")
);

/// The pages of a description, made once.
pub(super) fn router(description: &Value) -> Router<Api> {
    let docs: &'static Docs = Box::leak(Box::new(Docs::of(description)));
    Router::new()
        .route(PATH, get(move || async move { html(docs.overview()) }))
        .route("/v1/docs/docs.css", get(stylesheet))
        .route("/v1/docs/{subject}", get(subject).with_state(docs))
}

async fn subject(State(docs): State<&'static Docs>, Path(name): Path<String>) -> Response {
    match docs.subjects.iter().find(|subject: &&Subject| subject.name == name) {
        Some(subject) => html(docs.subject(subject)),
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
