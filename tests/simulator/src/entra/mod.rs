//! Microsoft Entra ID on the wire: `/{tenant}/oauth2/v2.0/…` and its neighbours.

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use serde::Deserialize;

use crate::app::App;

mod admin_consent;
mod authorize;
mod consent;
mod control;
mod discovery;
mod error;
mod keys;
mod page;
mod reply;
mod request;
mod scope;
mod sign_in;
mod tenant;
mod text;
mod token;

pub use keys::SigningKey;

/// Who calls Graph, as its bearer token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The directory the token was issued in.
    pub tenant_id: String,
    /// The client id of the app.
    pub app_id: String,
    /// The signed-in user of a delegated token; none for an app-only one.
    pub user_object_id: Option<String>,
    /// Delegated permissions (`scp`), without the resource prefix.
    pub scopes: Vec<String>,
    /// Application permissions (`roles`).
    pub roles: Vec<String>,
}

/// Why a bearer token is not accepted; Display is the message Graph puts into its 401.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenProblem {
    /// No token at all.
    #[error("Access token is empty.")]
    Empty,
    /// Not a token of ours.
    #[error("CompactToken parsing failed with error code: 80049217")]
    Malformed,
    /// Its hour is over.
    #[error("Lifetime validation failed, the token is expired.")]
    Expired,
    /// For another resource than Graph.
    #[error("Access token validation failure. Invalid audience.")]
    WrongAudience,
    /// The tenant or the user is gone, or the account is disabled.
    #[error("The identity of the calling application could not be established.")]
    Gone,
}

/// The claims of an access token that Graph reads.
#[derive(Debug, Clone, Deserialize)]
struct AccessClaims {
    aud: String,
    exp: i64,
    tid: String,
    appid: String,
    oid: Option<String>,
    scp: Option<String>,
    #[serde(default)]
    roles: Vec<String>,
}

/// Who the bearer of `token` is.
///
/// # Errors
/// When the token is not one of ours, expired, not meant for Graph, or of somebody who is gone.
pub fn authenticate(app: &App, token: &str) -> Result<Caller, TokenProblem> {
    if token.is_empty() {
        return Err(TokenProblem::Empty);
    }
    let now = app.clock.now().as_second();
    let directory = &app.world().directory;
    let claims: AccessClaims = directory.issued.verified(token).ok_or(TokenProblem::Malformed)?;
    if claims.aud != scope::GRAPH {
        return Err(TokenProblem::WrongAudience);
    }
    if claims.exp <= now {
        return Err(TokenProblem::Expired);
    }
    let tenant = directory.tenant(&claims.tid).ok_or(TokenProblem::Gone)?;
    let user_object_id = claims.scp.is_some().then_some(claims.oid).flatten();
    if let Some(id) = &user_object_id
        && !tenant.user(id).is_some_and(|user| user.account_enabled)
    {
        return Err(TokenProblem::Gone);
    }
    Ok(Caller {
        tenant_id: claims.tid,
        app_id: claims.appid,
        user_object_id,
        scopes: claims.scp.iter().flat_map(|scp| scp.split(' ')).map(str::to_owned).collect(),
        roles: claims.roles,
    })
}

/// Everything under `/{tenant}`.
pub(crate) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/{tenant}/v2.0/.well-known/openid-configuration", get(discovery::metadata))
        .route("/{tenant}/discovery/v2.0/keys", get(discovery::keys))
        .route("/{tenant}/oauth2/v2.0/authorize", get(authorize::authorize).post(authorize::authorize))
        .route("/{tenant}/v2.0/adminconsent", get(admin_consent::v2).post(admin_consent::v2))
        .route("/{tenant}/adminconsent", get(admin_consent::v1).post(admin_consent::v1))
        .route("/{tenant}/oauth2/v2.0/token", post(token::token).get(token::only_post))
        .route("/{tenant}/oauth2/v2.0/logout", get(sign_in::logout))
}

/// Entra's part of the control API, relative to `/_sim`.
pub(crate) fn control() -> Router<Arc<App>> {
    control::router()
}
