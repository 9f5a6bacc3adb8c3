//! `/v1/api-keys`: keys of organizations. An organization's own key can make the next one and revoke the last.

use accounts::{Caller, MOST_API_KEYS, ValidKey};
use axum::extract::State;
use http::StatusCode;
use jiff::civil::Date;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use types::OrganizationId;
use utoipa::ToSchema;

use crate::{
    Api,
    auth::{Acting, Anyone},
    body::Json,
    paging::Given,
    path::Path,
    problem::Problem,
    schema,
};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewApiKey {
    /// Whose key it is to be. The operator must say; with an organization's key it is that organization.
    #[serde(default)]
    #[schema(value_type = Option<schema::Id>)]
    organization_id: Option<OrganizationId>,
}

/// Whose keys, as it is described.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "`organization` reads it, to name it when it is at fault")]
pub(crate) struct KeysQuery {
    /// Whose keys. The operator must say; with an organization's key it is that organization.
    #[param(value_type = Option<schema::Id>)]
    organization_id: Option<String>,
}

/// A fresh key.
#[derive(Serialize, ToSchema)]
pub(crate) struct FreshApiKey {
    /// Send it as `Authorization: Bearer …`. Shown this once; only a digest is kept.
    key: String,
    #[schema(value_type = schema::Id)]
    organization_id: OrganizationId,
    #[serde(flatten)]
    kept: ApiKey,
}

/// A key as it is kept.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApiKey {
    /// By which it is revoked.
    id: String,
    /// Its first characters, to tell keys apart.
    #[schema(example = "setten_Q3vXw")]
    prefix: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: jiff::Timestamp,
    /// The day (UTC) on which it was last used; null if never.
    #[schema(value_type = Option<String>, format = Date)]
    last_used_on: Option<Date>,
    /// Whether it is the key of this very request.
    is_this: bool,
}

/// An organization's keys; there are at most 10.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApiKeys {
    items: Vec<ApiKey>,
}

fn shown(key: accounts::ApiKey, caller: &ValidKey) -> ApiKey {
    let accounts::ApiKey { id, prefix, created_at, last_used_on } = key;
    let is_this = caller.id.as_ref() == Some(&id);
    ApiKey { id, prefix, created_at, last_used_on, is_this }
}

/// The organization that is meant. What is another's is not there.
fn organization(caller: &Caller, named: Option<OrganizationId>) -> Result<OrganizationId, Problem> {
    match (caller, named) {
        (Caller::Organization(own), Some(named)) if *own != named => Err(Problem::not_found("organization")),
        (Caller::Organization(own), _) => Ok(own.clone()),
        (Caller::Operator, Some(named)) => Ok(named),
        (Caller::Operator, None) => Err(Problem::field("organization_id", "says whose key is meant")),
    }
}

async fn asked(given: Given, caller: &ValidKey, api: &Api) -> Result<OrganizationId, Problem> {
    let (_, mut filters) = given.read(&["organization_id"])?;
    let named = filters.take("organization_id", "is not an organization's id", |text| text.parse().ok())?;
    let organization = organization(&caller.caller, named)?;
    api.accounts.organization(&organization).await?;
    Ok(organization)
}

/// Makes a key: at most 10 for each organization. With an `Idempotency-Key` the answer can be had again for a day;
/// when one without is lost, revoke the key that was never used and make another.
#[utoipa::path(post, path = "/v1/api-keys", operation_id = "create_api_key", tag = "organizations", request_body = NewApiKey,
    responses((status = 201, body = FreshApiKey), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn create(
    Anyone(caller): Anyone,
    Acting(api): Acting,
    Json(NewApiKey { organization_id }): Json<NewApiKey>,
) -> Result<(StatusCode, axum::Json<FreshApiKey>), Problem> {
    let organization_id = organization(&caller.caller, organization_id)?;
    let Some(made) = api.accounts.create_api_key(&organization_id).await? else {
        let detail =
            format!("The organization has {MOST_API_KEYS} keys: revoke one that is not used any more.");
        return Err(Problem::conflict("urn:setten:problem:too-many-keys", &detail));
    };
    let key = made.text.expose_secret().to_owned();
    let fresh = FreshApiKey { key, organization_id, kept: shown(made.key, &caller) };
    Ok((StatusCode::CREATED, axum::Json(fresh)))
}

/// Lists an organization's keys, oldest first.
#[utoipa::path(get, path = "/v1/api-keys", operation_id = "list_api_keys", tag = "organizations", params(KeysQuery),
    responses((status = 200, body = ApiKeys), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list(
    Anyone(caller): Anyone,
    State(api): State<Api>,
    given: Given,
) -> Result<axum::Json<ApiKeys>, Problem> {
    let organization = asked(given, &caller, &api).await?;
    let keys = api.accounts.api_keys(&organization).await?;
    Ok(axum::Json(ApiKeys { items: keys.into_iter().map(|key| shown(key, &caller)).collect() }))
}

/// Revokes a key: from then on it opens nothing. A key cannot revoke itself, so that no organization locks itself
/// out: make the next one, call with that, and revoke this one.
#[utoipa::path(delete, path = "/v1/api-keys/{key}", operation_id = "revoke_api_key", tag = "organizations",
    params(("key" = String, Path), KeysQuery),
    responses((status = 204), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn revoke(
    Anyone(caller): Anyone,
    Acting(api): Acting,
    Path(key): Path<String>,
    given: Given,
) -> Result<StatusCode, Problem> {
    let organization = asked(given, &caller, &api).await?;
    if caller.id.as_ref() == Some(&key) {
        let detail = "This is the key of the request. Call with another key to revoke it.";
        return Err(Problem::conflict("urn:setten:problem:key-in-use", detail));
    }
    api.accounts.revoke_api_key(&organization, &key).await?;
    Ok(StatusCode::NO_CONTENT)
}
