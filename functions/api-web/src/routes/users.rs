//! `/v1/users`: the organization's members, by the CRM's own ids.

use accounts::Role;
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use types::{TenantId, UserId};
use utoipa::ToSchema;

use crate::{
    Api,
    auth::Organization,
    body::Json,
    paging::{List, PageQuery, Paging},
    path::Path,
    problem::Problem,
};

/// A member as the CRM knows it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PutUser {
    /// The member's address at Microsoft 365: sign-in name, mail or alias.
    email: String,
    /// The name people see, 1 to 200 characters.
    #[schema(min_length = 1, max_length = 200)]
    display_name: String,
    /// The directory the member signs in to; needed when the organization has several.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    tenant_id: Option<TenantId>,
    /// `admin` or `member`; `member` if absent.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    role: Role,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct User {
    #[schema(value_type = String)]
    id: UserId,
    email: String,
    display_name: String,
    #[schema(value_type = Option<String>)]
    tenant_id: Option<TenantId>,
    #[schema(value_type = String)]
    role: Role,
    #[schema(value_type = String, format = DateTime)]
    updated_at: jiff::Timestamp,
}

impl From<accounts::User> for User {
    fn from(user: accounts::User) -> Self {
        let accounts::User { id, email, display_name, tenant_id, role, updated_at } = user;
        Self { id, email, display_name, tenant_id, role, updated_at }
    }
}

/// Writes a member under the CRM's id; what was there is replaced, links stay.
#[utoipa::path(put, path = "/v1/users/{user}", operation_id = "put_user", tag = "users", params(("user" = String, Path)),
    request_body = PutUser, responses((status = 200, body = User), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn put(
    Organization(organization): Organization,
    State(api): State<Api>,
    Path(id): Path<UserId>,
    Json(user): Json<PutUser>,
) -> Result<axum::Json<User>, Problem> {
    let PutUser { email, display_name, tenant_id, role } = user;
    if !is_address(&email) {
        return Err(Problem::field("email", "must be an e-mail address of at most 254 characters"));
    }
    let length = display_name.chars().count();
    if display_name.trim().is_empty() || length > 200 || display_name.chars().any(char::is_control) {
        return Err(Problem::field(
            "display_name",
            "must have 1 to 200 characters and no control characters",
        ));
    }
    if let Some(tenant) = &tenant_id
        && let Err(accounts::AccountsError::NotFound(_)) = api.accounts.tenant(&organization, tenant).await
    {
        return Err(Problem::field("tenant_id", "is not a registered tenant: PUT /v1/tenants/{id} first"));
    }
    let updated_at = api.clock.now();
    let user = accounts::User { id, email, display_name, tenant_id, role, updated_at };
    api.accounts.put_user(&organization, &user).await?;
    Ok(axum::Json(user.into()))
}

/// The form of an address; whether it exists only Microsoft knows.
fn is_address(text: &str) -> bool {
    let is_clean = text.len() <= 254 && !text.chars().any(|c| c.is_whitespace() || c.is_control());
    is_clean
        && text.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty() && domain.len() > 2 && domain.contains('.') && !domain.contains('@')
        })
}

/// Lists the members.
#[utoipa::path(get, path = "/v1/users", operation_id = "list_users", tag = "users", params(PageQuery),
    responses((status = 200, body = List<User>), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list(
    Organization(organization): Organization,
    State(api): State<Api>,
    page: Paging,
) -> Result<axum::Json<List<User>>, Problem> {
    Ok(List::of(api.accounts.users(&organization, page.limit, page.cursor.as_deref()).await?))
}

/// Reads a member.
#[utoipa::path(get, path = "/v1/users/{user}", operation_id = "read_user", tag = "users", params(("user" = String, Path)),
    responses((status = 200, body = User), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn read(
    Organization(organization): Organization,
    State(api): State<Api>,
    Path(user): Path<UserId>,
) -> Result<axum::Json<User>, Problem> {
    Ok(axum::Json(api.accounts.user(&organization, &user).await?.into()))
}

/// Removes a member and all links of theirs in one step. The cards pushed so far stay in Outlook.
#[utoipa::path(delete, path = "/v1/users/{user}", operation_id = "remove_user", tag = "users", params(("user" = String, Path)),
    responses((status = 204), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn remove(
    Organization(organization): Organization,
    State(api): State<Api>,
    Path(user): Path<UserId>,
) -> Result<StatusCode, Problem> {
    let links = match api.accounts.remove_user(&organization, &user).await {
        // Perhaps removed by a request whose end was not reached: its links are still there to be cleaned up.
        Err(accounts::AccountsError::NotFound(_)) => {
            let links = api.accounts.links(&organization, &user).await?;
            api.end_subscriptions(&links).await?;
            return Err(Problem::not_found("user"));
        }
        result => result?,
    };
    api.end_subscriptions(&links).await?;
    Ok(StatusCode::NO_CONTENT)
}
