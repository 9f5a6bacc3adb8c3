//! OpenID metadata and published keys.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use serde_json::json;

use super::error::AadError;
use super::tenant::TenantSegment;
use crate::app::App;

/// `GET /{tenant}/v2.0/.well-known/openid-configuration`
pub(crate) async fn metadata(
    State(app): State<Arc<App>>,
    Path(segment): Path<String>,
    headers: HeaderMap,
) -> Response {
    let tenant = match TenantSegment::resolve(&app.world().directory, &segment) {
        Ok(tenant) => tenant,
        // The metadata endpoint has an OAuth error of its own for what others call invalid_request.
        Err(error) => return AadError { error: "invalid_tenant", ..error }.json(app.clock.now()),
    };
    let base = base(&headers);
    let path = tenant.id().unwrap_or(&segment).to_owned();
    let issuer = format!("{base}/{}/v2.0", tenant.id().unwrap_or("{tenantid}"));
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{base}/{path}/oauth2/v2.0/authorize"),
        "token_endpoint": format!("{base}/{path}/oauth2/v2.0/token"),
        "jwks_uri": format!("{base}/{path}/discovery/v2.0/keys"),
        "end_session_endpoint": format!("{base}/{path}/oauth2/v2.0/logout"),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "response_modes_supported": ["query", "fragment", "form_post"],
        "response_types_supported": ["code"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "claims_supported": ["sub", "iss", "aud", "exp", "iat", "nonce", "preferred_username", "name", "tid", "ver",
            "oid", "email"],
        "request_uri_parameter_supported": false,
        "http_logout_supported": true,
        "frontchannel_logout_supported": true,
        "tenant_region_scope": tenant.id().map(|_| "AS"),
        "cloud_instance_name": "microsoftonline.com",
        "msgraph_host": "graph.microsoft.com",
    }))
    .into_response()
}

/// `GET /{tenant}/discovery/v2.0/keys`
pub(crate) async fn keys(
    State(app): State<Arc<App>>,
    Path(segment): Path<String>,
    headers: HeaderMap,
) -> Response {
    let mut world = app.world();
    let tenant = match TenantSegment::resolve(&world.directory, &segment) {
        Ok(tenant) => tenant,
        Err(error) => return AadError { error: "invalid_tenant", ..error }.json(app.clock.now()),
    };
    let issuer = format!("{}/{}/v2.0", base(&headers), tenant.id().unwrap_or("{tenantid}"));
    let issued = &mut world.directory.issued;
    issued.signing_key();
    let keys: Vec<_> = issued.keys.iter().map(|key| key.jwk(&issuer)).collect();
    Json(json!({ "keys": keys })).into_response()
}

/// Where the client reaches us: an issuer must be the address that the metadata was read from.
pub(crate) fn base(headers: &HeaderMap) -> String {
    let host = headers.get(http::header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    format!("http://{host}")
}
