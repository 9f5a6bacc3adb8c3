//! The routes, one file a resource. The description is made of the same list, so neither can miss a route.

mod api_keys;
mod appointments;
mod audiences;
mod audit;
mod booking_pages;
mod card_sources;
mod card_updates;
mod cards;
mod checks;
mod companies;
mod contact_points;
mod description;
mod docs;
mod egress;
mod imports;
mod links;
mod links_batch;
mod organizations;
mod people;
mod portal_links;
mod settings;
mod tenants;
mod users;
mod webhooks;

use std::sync::LazyLock;

use axum::{
    Router,
    http::{HeaderValue, header},
    middleware::from_fn_with_state,
    response::IntoResponse,
    routing::get,
};
use serde_json::Value;
use utoipa::{
    Modify, OpenApi,
    openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{Api, idempotency, problem::Problem, rate, schema};

#[derive(OpenApi)]
#[openapi(
    info(title = "Setten", description = "Connects a CRM to Microsoft 365.", license(name = "Apache-2.0")),
    components(schemas(schema::Id, schema::TenantId, schema::Feature)),
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
        .routes(routes!(organizations::read, organizations::change))
        .routes(routes!(api_keys::list, api_keys::create))
        .routes(routes!(api_keys::revoke))
        .routes(routes!(settings::read, settings::put))
        .routes(routes!(egress::read))
        .routes(routes!(tenants::list))
        .routes(routes!(tenants::read, tenants::register, tenants::remove))
        .routes(routes!(tenants::consent))
        .routes(routes!(tenants::revoke))
        .routes(routes!(audiences::read, audiences::put, audiences::remove))
        .routes(routes!(checks::run))
        .routes(routes!(users::list))
        .routes(routes!(users::read, users::put, users::remove))
        .routes(routes!(links::list))
        .routes(routes!(links::read, links::start, links::unlink))
        .routes(routes!(links::push))
        .routes(routes!(links_batch::change))
        .routes(routes!(cards::list))
        .routes(routes!(cards::read, cards::put, cards::delete))
        .routes(routes!(card_sources::list))
        .routes(routes!(card_sources::put, card_sources::delete))
        .routes(routes!(cards::merge))
        .routes(routes!(cards::read_photo, cards::put_photo, cards::delete_photo))
        .routes(routes!(card_updates::apply))
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
        .routes(routes!(webhooks::list, webhooks::create))
        .routes(routes!(webhooks::read, webhooks::remove))
        .routes(routes!(webhooks::rotate_secret))
        .routes(routes!(webhooks::enable))
        .routes(routes!(webhooks::list_deliveries))
        .routes(routes!(webhooks::retry_delivery))
        .routes(routes!(audit::list))
}

/// The description, made when it is first asked for: most starts of the function are for something else.
static DESCRIPTION: LazyLock<Value> = LazyLock::new(description);

/// The description of every route, for `/openapi.json` and for tests that walk it.
#[must_use]
pub fn description() -> Value {
    let described = serde_json::to_value(routes().into_openapi()).expect("a description is JSON");
    description::completed(described)
}

/// The API.
pub fn router(api: Api) -> Router {
    let (router, _) = routes().split_for_parts();
    let described = get(|| async {
        ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], DESCRIPTION.to_string())
    });
    router
        .route("/openapi.json", described)
        .merge(docs::router())
        .fallback(|| async { Problem::not_found("resource").into_response() })
        .method_not_allowed_fallback(|| async { Problem::method_not_allowed().into_response() })
        .layer(from_fn_with_state(api.clone(), idempotency::once))
        .layer(from_fn_with_state(api.clone(), rate::tell))
        .with_state(api)
}
