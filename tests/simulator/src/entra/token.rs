//! `POST /{tenant}/oauth2/v2.0/token`

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use jiff::Timestamp;
use serde_json::Value;

use super::authorize::missing;
use super::discovery::base;
use super::error::AadError;
use super::request::pairs;
use super::tenant::TenantSegment;
use crate::app::App;
use crate::model::Directory;
use crate::model::directory::Endpoint;

mod claims;
mod client;
mod client_credentials;
mod delegated;
mod federation;

/// One call of the token endpoint.
struct TokenRequest<'a> {
    /// The tenant segment as it was sent.
    segment: &'a str,
    tenant: TenantSegment,
    form: BTreeMap<String, String>,
    headers: &'a HeaderMap,
    /// Where the client reaches us.
    base: String,
    /// The keys of a foreign assertion's issuer, if there is one and the application trusts it.
    published: Option<federation::Published>,
    now: Timestamp,
}

impl TokenRequest<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        self.form.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    fn require(&self, name: &str) -> Result<&str, AadError> {
        self.get(name).ok_or_else(|| missing(name))
    }

    /// Seconds since 1970.
    fn at(&self) -> i64 {
        self.now.as_second()
    }
}

/// The handler.
pub(crate) async fn token(
    State(app): State<Arc<App>>,
    Path(segment): Path<String>,
    headers: HeaderMap,
    body: bytes::Bytes,
) -> Response {
    let now = app.clock.now();
    let form = pairs(&body);
    let published = federation::published(&app, &form).await;
    let directory = &mut app.world().directory;
    let grant_type = form.get("grant_type").cloned().unwrap_or_else(|| "none".to_owned());
    let outcome = answer(directory, &segment, &headers, form, published, now);
    let calls =
        directory.token_calls.entry(segment.to_lowercase()).or_default().entry(grant_type).or_default();
    match outcome {
        Ok(body) => {
            calls.succeeded += 1;
            ([("cache-control", "no-store, no-cache"), ("pragma", "no-cache")], Json(body)).into_response()
        }
        Err(error) => {
            calls.failed += 1;
            error.json(now)
        }
    }
}

/// `GET` on the endpoint.
pub(crate) async fn only_post(State(app): State<Arc<App>>) -> Response {
    AadError::new(900_561).json(app.clock.now())
}

fn answer(
    directory: &mut Directory,
    segment: &str,
    headers: &HeaderMap,
    form: BTreeMap<String, String>,
    published: Option<federation::Published>,
    now: Timestamp,
) -> Result<Value, AadError> {
    let tenant = TenantSegment::resolve(directory, segment)?;
    let request = TokenRequest { segment, tenant, form, headers, base: base(headers), published, now };
    if let Some(code) = directory.behaviour.take_forced_error(Endpoint::Token, request.tenant.id(), None) {
        return Err(AadError::new(code));
    }
    let grant_type = request.require("grant_type")?;
    if directory.behaviour.reject_common && request.tenant.id().is_none() {
        return Err(AadError::new(50194));
    }
    match grant_type {
        "authorization_code" => delegated::redeem_code(directory, &request),
        "refresh_token" => delegated::refresh(directory, &request),
        "client_credentials" => client_credentials::grant(directory, &request),
        other => {
            Err(AadError::with(70003, format!("The app requested an unsupported grant type '{other}'.")))
        }
    }
}
