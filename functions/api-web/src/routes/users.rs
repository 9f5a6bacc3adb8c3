//! `/v1/users`: the organization's members, by the CRM's own ids.

use accounts::{AccountsError, Role, UserFilter, Versioned};
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use types::{TenantId, UserId};
use utoipa::ToSchema;

use crate::{
    Api,
    auth::{Acting, Organization},
    body::Json,
    etag::{IfMatch, Tagged},
    paging::{Filters, Given, List, PageQuery},
    path::Path,
    problem::Problem,
    schema,
};

/// A member as the CRM knows it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PutUser {
    /// The member's address at Microsoft 365: sign-in name, mail or alias.
    #[schema(value_type = schema::MailAddress)]
    email: String,
    /// The name people see, 1 to 200 characters.
    #[schema(value_type = schema::Name)]
    display_name: String,
    /// The directory the member signs in to, which must be registered; needed when the organization has several.
    #[schema(value_type = Option<schema::TenantId>)]
    #[serde(default)]
    tenant_id: Option<TenantId>,
    /// What the member may do; `member` if absent.
    #[schema(value_type = schema::Role, required = false)]
    #[serde(default)]
    role: Role,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct User {
    #[schema(value_type = schema::Id)]
    id: UserId,
    email: String,
    display_name: String,
    #[schema(value_type = Option<schema::TenantId>)]
    tenant_id: Option<TenantId>,
    #[schema(value_type = schema::Role)]
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

/// Which members, as it is described. All that is given must hold.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "`filter` reads them one by one, to name the one at fault")]
pub(crate) struct UsersQuery {
    /// A part of the id, the address or the name, in upper or lower case.
    #[param(min_length = 1, max_length = 100)]
    q: Option<String>,
    /// What they may do.
    #[param(value_type = Option<schema::Role>)]
    role: Option<String>,
    /// Where they sign in.
    #[param(value_type = Option<schema::TenantId>)]
    tenant_id: Option<String>,
}

const NAMES: [&str; 3] = ["q", "role", "tenant_id"];

/// Writes a member under the CRM's id; what was there is replaced, links stay, and the same again changes nothing.
/// With `If-Match` only over the version of that `ETag`; otherwise 412 and nothing changes.
#[utoipa::path(put, path = "/v1/users/{user}", operation_id = "put_user", tag = "users",
    params(("user" = String, Path), ("If-Match" = Option<String>, Header)), request_body = PutUser,
    responses((status = 200, body = User, headers(("ETag" = String, description = "The version that was written"))),
        (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn put(
    Organization(organization): Organization,
    Acting(api): Acting,
    Path(id): Path<UserId>,
    if_match: IfMatch,
    Json(user): Json<PutUser>,
) -> Result<Tagged<User>, Problem> {
    check(&user)?;
    let PutUser { email, display_name, tenant_id, role } = user;
    if let Some(tenant) = &tenant_id
        && let Err(AccountsError::NotFound(_)) = api.accounts.tenant(&organization, tenant).await
    {
        return Err(Problem::field("tenant_id", "is not a registered tenant: PUT /v1/tenants/{id} first"));
    }
    let present = match api.accounts.versioned_user(&organization, &id).await {
        Err(AccountsError::NotFound(_)) => None,
        result => Some(result?),
    };
    let expected = if_match.expected(present.as_ref().map(|present| &present.version))?;
    let user = accounts::User { id, email, display_name, tenant_id, role, updated_at: api.clock.now() };
    if let Some(Versioned { record, version }) = present
        && (accounts::User { updated_at: user.updated_at, ..record.clone() }) == user
    {
        return Ok(Tagged::of(Versioned { record, version }));
    }
    let written = match expected {
        Some(expected) => api.accounts.replace_user(&organization, &user, &expected).await?,
        None => api.accounts.put_user(&organization, &user).await?,
    };
    Ok(Tagged::of(written))
}

fn check(user: &PutUser) -> Result<(), Problem> {
    if !is_address(&user.email) {
        return Err(Problem::field("email", "must be an e-mail address of at most 254 characters"));
    }
    let name = &user.display_name;
    if name.trim().is_empty() || name.chars().count() > 200 || name.chars().any(char::is_control) {
        return Err(Problem::field(
            "display_name",
            "must have 1 to 200 characters and no control characters",
        ));
    }
    Ok(())
}

/// The form of an address; whether it exists only Microsoft knows.
fn is_address(text: &str) -> bool {
    let is_clean = text.len() <= 254 && !text.chars().any(|c| c.is_whitespace() || c.is_control());
    is_clean
        && text.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty() && domain.len() > 2 && domain.contains('.') && !domain.contains('@')
        })
}

/// Lists the members by id, or finds some. With filters a page may be short, even empty, before the last: go on
/// while there is a cursor.
#[utoipa::path(get, path = "/v1/users", operation_id = "list_users", tag = "users", params(UsersQuery, PageQuery),
    responses((status = 200, body = List<User>), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list(
    Organization(organization): Organization,
    State(api): State<Api>,
    given: Given,
) -> Result<axum::Json<List<User>>, Problem> {
    let (page, filters) = given.read(&NAMES)?;
    let filter = filter(filters)?;
    let found = api.accounts.find_users(&organization, &filter, page.limit, page.cursor.as_deref()).await?;
    Ok(List::of(found))
}

fn filter(mut given: Filters) -> Result<UserFilter, Problem> {
    let text = |text: &str| (1..=100).contains(&text.chars().count()).then(|| text.to_owned());
    let role = |text: &str| match text {
        "admin" => Some(Role::Admin),
        "member" => Some(Role::Member),
        _ => None,
    };
    Ok(UserFilter {
        text: given.take("q", "must have 1 to 100 characters", text)?,
        role: given.take("role", "must be admin or member", role)?,
        tenant_id: given.take("tenant_id", "is not a tenant's id", |text| text.parse().ok())?,
    })
}

/// Reads a member.
#[utoipa::path(get, path = "/v1/users/{user}", operation_id = "read_user", tag = "users", params(("user" = String, Path)),
    responses((status = 200, body = User, headers(("ETag" = String, description = "The version that was read"))),
        (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn read(
    Organization(organization): Organization,
    State(api): State<Api>,
    Path(user): Path<UserId>,
) -> Result<Tagged<User>, Problem> {
    Ok(Tagged::of(api.accounts.versioned_user(&organization, &user).await?))
}

/// Removes a member with all links and cards of theirs. The cards pushed so far stay in Outlook.
#[utoipa::path(delete, path = "/v1/users/{user}", operation_id = "remove_user", tag = "users", params(("user" = String, Path)),
    responses((status = 204), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn remove(
    Organization(organization): Organization,
    Acting(api): Acting,
    Path(user): Path<UserId>,
) -> Result<StatusCode, Problem> {
    // First, so that whoever could not finish can ask again.
    api.cards.erase(&organization, &user).await?;
    let links = match api.accounts.remove_user(&organization, &user).await {
        // Perhaps removed by a request whose end was not reached: its links are still there to be cleaned up.
        Err(AccountsError::NotFound(_)) => {
            let links = api.accounts.links(&organization, &user).await?;
            api.end_subscriptions(&links).await?;
            return Err(Problem::not_found("user"));
        }
        result => result?,
    };
    api.end_subscriptions(&links).await?;
    Ok(StatusCode::NO_CONTENT)
}
