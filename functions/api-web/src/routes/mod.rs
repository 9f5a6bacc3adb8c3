//! The routes, one file a resource. The description is made of the same list, so neither can miss a route.

mod api_keys;
mod appointments;
mod audit;
mod booking_pages;
mod cards;
mod companies;
mod contact_points;
mod imports;
mod links;
mod organizations;
mod people;
mod portal_links;
mod tenants;
mod users;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderValue, header},
    response::IntoResponse,
    routing::get,
};
use utoipa::{
    Modify, OpenApi,
    openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{Api, problem::Problem};

/// More than API Gateway lets through, so that what comes is judged field by field.
const MOST_BYTES: usize = 12_000_000;

#[derive(OpenApi)]
#[openapi(
    info(title = "Setten", description = "Connects a CRM to Microsoft 365.", license(name = "Apache-2.0")),
    modifiers(&BearerKey),
    security(("bearer" = []))
)]
struct Description;

struct BearerKey;

impl Modify for BearerKey {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        let components = openapi.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(scheme));
    }
}

fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::with_openapi(Description::openapi())
        .routes(routes!(organizations::list, organizations::create))
        .routes(routes!(organizations::read))
        .routes(routes!(api_keys::create))
        .routes(routes!(tenants::list))
        .routes(routes!(tenants::read, tenants::register, tenants::remove))
        .routes(routes!(tenants::consent))
        .routes(routes!(tenants::revoke))
        .routes(routes!(users::list))
        .routes(routes!(users::read, users::put, users::remove))
        .routes(routes!(links::list))
        .routes(routes!(links::read, links::start, links::unlink))
        .routes(routes!(cards::list))
        .routes(routes!(cards::read, cards::put, cards::delete))
        .routes(routes!(imports::create))
        .routes(routes!(contact_points::list))
        .routes(routes!(people::list))
        .routes(routes!(people::read))
        .routes(routes!(companies::list))
        .routes(routes!(companies::read))
        .routes(routes!(booking_pages::list))
        .routes(routes!(booking_pages::read, booking_pages::put, booking_pages::remove))
        .routes(routes!(appointments::list))
        .routes(routes!(appointments::read, appointments::cancel))
        .routes(routes!(portal_links::create))
        .routes(routes!(audit::list))
}

/// The description of every route, for `/openapi.json` and for tests that walk it.
#[must_use]
pub fn description() -> utoipa::openapi::OpenApi {
    routes().into_openapi()
}

/// The API.
pub fn router(api: Api) -> Router {
    let (router, description) = routes().split_for_parts();
    let description = description.to_json().unwrap_or_default();
    let description = get(move || async move {
        ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], description)
    });
    router
        .route("/openapi.json", description)
        .fallback(|| async { Problem::not_found("resource").into_response() })
        .method_not_allowed_fallback(|| async { Problem::method_not_allowed().into_response() })
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .with_state(api)
}
