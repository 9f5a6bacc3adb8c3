//! `/v1/organizations`: the operator's customers.

use axum::extract::State;
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use types::OrganizationId;
use utoipa::ToSchema;

use crate::{
    Api,
    auth::Operator,
    body::Json,
    paging::{List, PageQuery, Paging},
    path::Path,
    problem::Problem,
};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewOrganization {
    /// The name people see, 1 to 200 characters.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Organization {
    #[schema(value_type = String)]
    id: OrganizationId,
    name: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: jiff::Timestamp,
}

impl From<accounts::Organization> for Organization {
    fn from(organization: accounts::Organization) -> Self {
        let accounts::Organization { id, name, created_at } = organization;
        Self { id, name, created_at }
    }
}

/// Creates an organization. With an `Idempotency-Key` header the same key gives the same organization.
#[utoipa::path(post, path = "/v1/organizations", operation_id = "create_organization", tag = "organizations", request_body = NewOrganization,
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters")),
    responses((status = 201, body = Organization), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn create(
    _: Operator,
    State(api): State<Api>,
    headers: HeaderMap,
    Json(new): Json<NewOrganization>,
) -> Result<(StatusCode, axum::Json<Organization>), Problem> {
    let name = new.name.trim();
    if name.is_empty() || name.chars().count() > 200 || name.chars().any(char::is_control) {
        return Err(Problem::field("name", "must have 1 to 200 characters and no control characters"));
    }
    let key = idempotency_key(&headers)?;
    let organization = api.accounts.create_organization(name.to_owned(), key).await?;
    Ok((StatusCode::CREATED, axum::Json(organization.into())))
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    let Some(value) = headers.get("Idempotency-Key") else { return Ok(None) };
    let key = value.to_str().ok().filter(|key| !key.is_empty() && key.len() <= 255);
    key.map(Some)
        .ok_or_else(|| Problem::malformed("Idempotency-Key", "must have 1 to 255 visible characters"))
}

/// Lists the organizations.
#[utoipa::path(get, path = "/v1/organizations", operation_id = "list_organizations", tag = "organizations", params(PageQuery),
    responses((status = 200, body = List<Organization>), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list(
    _: Operator,
    State(api): State<Api>,
    page: Paging,
) -> Result<axum::Json<List<Organization>>, Problem> {
    Ok(List::of(api.accounts.organizations(page.limit, page.cursor.as_deref()).await?))
}

/// Reads an organization.
#[utoipa::path(get, path = "/v1/organizations/{organization}", operation_id = "read_organization", tag = "organizations",
    params(("organization" = String, Path)),
    responses((status = 200, body = Organization), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn read(
    _: Operator,
    State(api): State<Api>,
    Path(id): Path<OrganizationId>,
) -> Result<axum::Json<Organization>, Problem> {
    Ok(axum::Json(api.accounts.organization(&id).await?.into()))
}
