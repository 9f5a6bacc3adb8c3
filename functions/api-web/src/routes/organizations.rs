//! `/v1/organizations`: the operator's customers.

use std::collections::BTreeSet;

use axum::extract::State;
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use types::{Feature, OrganizationId};
use utoipa::ToSchema;

use crate::{
    Api,
    auth::{Acting, Operator},
    body::Json,
    idempotency,
    paging::{List, PageQuery, Paging},
    path::Path,
    problem::Problem,
    schema,
};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewOrganization {
    /// The name people see, 1 to 200 characters.
    #[schema(value_type = schema::Name)]
    name: String,
}

/// What to change; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrganizationChange {
    /// The name people see, 1 to 200 characters.
    #[serde(default)]
    #[schema(value_type = Option<schema::Name>)]
    name: Option<String>,
    /// What the organization's plan has in it. What is not in it is not offered, and cannot be consented to or
    /// linked; links that are there stay until they are unlinked.
    #[serde(default)]
    #[schema(value_type = Option<Vec<schema::Feature>>)]
    features: Option<BTreeSet<Feature>>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Organization {
    #[schema(value_type = schema::Id)]
    id: OrganizationId,
    name: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: jiff::Timestamp,
}

/// An organization with its plan.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrganizationWithPlan {
    #[serde(flatten)]
    organization: Organization,
    /// What the plan has in it.
    #[schema(value_type = Vec<schema::Feature>)]
    features: BTreeSet<Feature>,
}

impl From<accounts::Organization> for Organization {
    fn from(organization: accounts::Organization) -> Self {
        let accounts::Organization { id, name, created_at } = organization;
        Self { id, name, created_at }
    }
}

fn checked_name(name: &str) -> Result<&str, Problem> {
    let has_control = name.chars().any(char::is_control);
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 200 || has_control {
        return Err(Problem::field("name", "must have 1 to 200 characters and no control characters"));
    }
    Ok(name)
}

/// Creates an organization. The same `Idempotency-Key` gives the same organization, however late.
#[utoipa::path(post, path = "/v1/organizations", operation_id = "create_organization", tag = "organizations", request_body = NewOrganization,
    responses((status = 201, body = Organization), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn create(
    _: Operator,
    Acting(api): Acting,
    headers: HeaderMap,
    Json(new): Json<NewOrganization>,
) -> Result<(StatusCode, axum::Json<Organization>), Problem> {
    let name = checked_name(&new.name)?;
    // The id comes of the key, so that not even a request that died makes a second one.
    let key = idempotency::key(&headers).ok();
    let organization = api.accounts.create_organization(name.to_owned(), key).await?;
    Ok((StatusCode::CREATED, axum::Json(organization.into())))
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

/// Reads an organization and its plan.
#[utoipa::path(get, path = "/v1/organizations/{organization}", operation_id = "read_organization", tag = "organizations",
    params(("organization" = String, Path)),
    responses((status = 200, body = OrganizationWithPlan), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn read(
    _: Operator,
    State(api): State<Api>,
    Path(id): Path<OrganizationId>,
) -> Result<axum::Json<OrganizationWithPlan>, Problem> {
    let organization = api.accounts.organization(&id).await?.into();
    let features = api.accounts.settings(&id).await?.features;
    Ok(axum::Json(OrganizationWithPlan { organization, features }))
}

/// Changes an organization's name, or its plan.
#[utoipa::path(patch, path = "/v1/organizations/{organization}", operation_id = "change_organization", tag = "organizations",
    params(("organization" = String, Path)), request_body = OrganizationChange,
    responses((status = 200, body = OrganizationWithPlan), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn change(
    _: Operator,
    Acting(api): Acting,
    Path(id): Path<OrganizationId>,
    Json(OrganizationChange { name, features }): Json<OrganizationChange>,
) -> Result<axum::Json<OrganizationWithPlan>, Problem> {
    let name = name.as_deref().map(checked_name).transpose()?;
    let organization = match name {
        Some(name) => api.accounts.rename_organization(&id, name).await?,
        None => api.accounts.organization(&id).await?,
    };
    let features = match features {
        Some(features) => api.accounts.put_plan(&id, &features).await?.record.features,
        None => api.accounts.settings(&id).await?.features,
    };
    Ok(axum::Json(OrganizationWithPlan { organization: organization.into(), features }))
}
