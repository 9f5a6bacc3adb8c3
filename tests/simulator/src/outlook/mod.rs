//! The `/outlook` pages: look at any mailbox.

use std::sync::Arc;

use axum::Router;

use crate::app::App;

/// Everything under `/outlook`.
pub(crate) fn router() -> Router<Arc<App>> {
    Router::new()
}
