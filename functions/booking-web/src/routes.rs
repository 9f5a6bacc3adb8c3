//! The routes of `/book`.

mod appointment;
mod booker;

use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, Path, State, rejection::PathRejection},
    http::Response,
    routing::get,
};
use pages::{Reader, booking::Refused};

use crate::{Site, refuse};

/// The largest form, in bytes: ten answers of 2,000 characters in an alphabet that is encoded at length are
/// refused by the desk field by field as long as they fit here.
const MOST_BYTES: usize = 64_000;

/// The longest key and the longest token, in bytes; whatever is longer is not ours.
const LONGEST_NAME: usize = 512;

/// The site.
pub fn router(site: Site) -> Router {
    Router::new()
        .route("/book/assets/{name}", get(asset))
        .route("/book/{key}", get(booker::show).post(booker::book))
        .route("/book/{key}/{token}", get(appointment::show))
        .route("/book/{key}/{token}/cancel", get(appointment::ask).post(appointment::cancel))
        .fallback(not_found)
        .method_not_allowed_fallback(not_allowed)
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .with_state(site)
}

/// The parts of an address that are ours to judge; whatever cannot be one of them is not found.
type Named<T> = Result<Path<T>, PathRejection>;

fn is_name(name: &str) -> bool {
    (1..=LONGEST_NAME).contains(&name.len())
}

async fn asset(reader: Reader, State(site): State<Site>, name: Named<String>) -> Response<Body> {
    match name.ok().and_then(|Path(name)| pages::asset(&name)) {
        Some(asset) => asset,
        None => refuse::with(&site, &reader, Refused::NotFound),
    }
}

async fn not_found(reader: Reader, State(site): State<Site>) -> Response<Body> {
    refuse::with(&site, &reader, Refused::NotFound)
}

async fn not_allowed(reader: Reader, State(site): State<Site>) -> Response<Body> {
    refuse::with(&site, &reader, Refused::Method)
}
