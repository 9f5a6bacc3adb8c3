//! `/v1/api-keys`: keys of organizations.

use axum::extract::State;
use http::StatusCode;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use types::OrganizationId;
use utoipa::ToSchema;

use crate::{Api, auth::Operator, body::Json, problem::Problem};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewApiKey {
    /// Whose key it is to be.
    #[schema(value_type = String)]
    organization_id: OrganizationId,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct ApiKey {
    /// Shown this once; only a digest is kept.
    key: String,
    #[schema(value_type = String)]
    organization_id: OrganizationId,
    #[schema(value_type = String, format = DateTime)]
    created_at: jiff::Timestamp,
}

/// Makes a key for an organization.
#[utoipa::path(post, path = "/v1/api-keys", operation_id = "create_api_key", tag = "organizations", request_body = NewApiKey,
    responses((status = 201, body = ApiKey), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn create(
    _: Operator,
    State(api): State<Api>,
    Json(NewApiKey { organization_id }): Json<NewApiKey>,
) -> Result<(StatusCode, axum::Json<ApiKey>), Problem> {
    let key = api.accounts.create_api_key(&organization_id).await?;
    let shown =
        ApiKey { key: key.text.expose_secret().to_owned(), organization_id, created_at: key.created_at };
    Ok((StatusCode::CREATED, axum::Json(shown)))
}
