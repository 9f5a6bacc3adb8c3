//! Functions behind API Gateway (HTTP API, payload 2.0).

use axum::Router;

/// Serves the router until Lambda ends the process.
///
/// # Errors
/// The Runtime API went away.
pub async fn serve(router: Router) -> Result<(), lambda_runtime::Error> {
    lambda_http::run(router).await
}
