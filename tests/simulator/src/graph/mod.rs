//! Microsoft Graph v1.0 on the wire.

use std::sync::Arc;

use axum::Router;

use crate::app::App;

/// Everything under `/v1.0`.
pub(crate) fn router() -> Router<Arc<App>> {
    Router::new()
}
