//! Microsoft Entra ID on the wire: `/{tenant}/oauth2/v2.0/…` and its neighbours.

use std::sync::Arc;

use axum::Router;

use crate::app::App;

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
    #[error("Invalid audience.")]
    WrongAudience,
}

/// Who the bearer of `token` is.
///
/// # Errors
/// When the token is not one of ours, expired, or not meant for Graph.
pub fn authenticate(_app: &App, token: &str) -> Result<Caller, TokenProblem> {
    if token.is_empty() { Err(TokenProblem::Empty) } else { Err(TokenProblem::Malformed) }
}

/// Everything under `/{tenant}`.
pub(crate) fn router() -> Router<Arc<App>> {
    Router::new()
}

/// Entra's part of the control API, relative to `/_sim`.
pub(crate) fn control() -> Router<Arc<App>> {
    Router::new()
}
