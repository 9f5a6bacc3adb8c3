//! The routes of `/console` and `/me`, one file a page.

mod audience;
mod audit;
mod checks;
mod enter;
mod me;
mod microsoft365;
mod overview;
mod settings;
mod user;
mod users;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Path, State, rejection::PathRejection},
    response::Response,
    routing::{get, post},
};
use pages::{Reader, console::Refused};

use crate::{Site, form::MOST_BYTES, leave};

/// The site.
pub fn router(site: Site) -> Router {
    Router::new()
        .route("/console/enter", get(enter::with_link))
        .route("/console/sign-in", get(enter::sign_in))
        .route("/console/signed-in", get(enter::signed_in))
        .route("/console/sign-out", post(enter::sign_out))
        .route(leave::PATH, get(leave::show))
        .route("/console/assets/{name}", get(asset))
        .route("/console", get(overview::show))
        .route("/console/microsoft365", get(microsoft365::show))
        .route("/console/microsoft365/tenants", post(microsoft365::register))
        .route("/console/microsoft365/tenants/{tenant}/consent", post(microsoft365::consent))
        .route(
            "/console/microsoft365/tenants/{tenant}/unlink",
            get(microsoft365::ask).post(microsoft365::unlink),
        )
        .route("/console/microsoft365/tenants/{tenant}/grants/{feature}/revoke", post(microsoft365::revoke))
        .route(
            "/console/microsoft365/tenants/{tenant}/audiences/{feature}",
            get(audience::show).post(audience::save),
        )
        .route("/console/microsoft365/tenants/{tenant}/audiences/{feature}/remove", post(audience::remove))
        .route("/console/microsoft365/tenants/{tenant}/checks", get(checks::show).post(checks::run))
        .route("/console/users", get(users::show))
        .route("/console/users.csv", get(users::csv))
        .route("/console/users/links", post(users::change_links))
        .route("/console/users/{user}", get(user::show))
        .route("/console/audit", get(audit::show))
        .route("/console/audit.csv", get(audit::csv))
        .route("/console/settings", get(settings::show).post(settings::save))
        .route("/me", get(me::show))
        .route("/me/push", post(me::push))
        .route("/me/links/{feature}", post(me::link))
        .route("/me/links/{feature}/unlink", get(me::ask).post(me::unlink))
        .fallback(not_found)
        .method_not_allowed_fallback(not_allowed)
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .with_state(site)
}

/// The parts of an address, parsed; whatever cannot be one of them is not found.
type Named<T> = Result<Path<T>, PathRejection>;

fn named<T>(named: Named<T>) -> Result<T, Refused> {
    named.map(|Path(parts)| parts).map_err(|_| Refused::NotFound)
}

async fn asset(reader: Reader, State(site): State<Site>, name: Named<String>) -> Response {
    match name.ok().and_then(|Path(name)| pages::asset(&name)) {
        Some(asset) => asset,
        None => site.show(&reader, None, &Refused::NotFound.into()),
    }
}

async fn not_found(reader: Reader, State(site): State<Site>) -> Response {
    site.show(&reader, None, &Refused::NotFound.into())
}

async fn not_allowed(reader: Reader, State(site): State<Site>) -> Response {
    site.show(&reader, None, &Refused::Method.into())
}
