//! The control API, under `/_sim`.

use std::sync::Arc;

use axum::Router;

use crate::app::App;

/// The routes, relative to `/_sim`.
pub(crate) fn router() -> Router<Arc<App>> {
    Router::new()
}
