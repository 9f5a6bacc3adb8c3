//! `/v1/tenants/{tenant}/audiences/{feature}`: whom a group of the directory switches a feature on for (peer row
//! P14).

use std::collections::BTreeSet;

use accounts::{AudienceJob, GroupId, StandingAudience, Version};
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use types::{Feature, OrganizationId, TenantId, UserId};
use utoipa::ToSchema;

use super::tenants::tenant_id;
use crate::{
    Api,
    auth::{Acting, Organization},
    body::Json,
    etag::{IfMatch, Tagged},
    path::Path,
    problem::Problem,
    schema,
};

/// Whom to switch the feature on for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PutAudience {
    /// The group's object id in the tenant's directory. Members of groups within it count; dynamic groups need
    /// nothing special.
    #[schema(value_type = schema::TenantId)]
    group_id: String,
    /// Users whom the group never switches on; 500 at most. Whoever it had switched on is unlinked.
    #[schema(value_type = Vec<schema::Id>, max_items = 500)]
    #[serde(default)]
    excluded_user_ids: BTreeSet<UserId>,
}

/// Whom a group switches the feature on for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Audience {
    /// The group's object id.
    #[schema(value_type = schema::TenantId)]
    group_id: GroupId,
    /// Users whom the group never switches on.
    #[schema(value_type = Vec<schema::Id>)]
    excluded_user_ids: BTreeSet<UserId>,
    /// When it was set, or last asked for again.
    #[schema(value_type = String, format = DateTime)]
    set_at: jiff::Timestamp,
    /// `waiting`: the group is being read; `current`; `stopped`: it cannot be read until somebody acts, and nobody
    /// was unlinked for it.
    #[schema(example = "current")]
    status: &'static str,
    /// Why it is stopped: `group_not_found`, `groups_not_permitted`, `grant_missing`, `too_many_users`, or
    /// Microsoft's code.
    reason: Option<String>,
    /// When the whole group was read last; null before the first time. It is read every four hours.
    #[schema(value_type = Option<String>, format = DateTime)]
    read_at: Option<jiff::Timestamp>,
    /// Who was found then.
    headcount: Option<Headcount>,
}

/// Who is in a group.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Headcount {
    /// People in the group and in the groups within it.
    members: u32,
    /// Users of the organization among them.
    users: u32,
    /// Those of them who are excluded.
    excluded: u32,
    /// People in the group who are no users of the organization; none is made of them.
    unknown: u32,
}

impl From<StandingAudience> for Audience {
    fn from(standing: StandingAudience) -> Self {
        let StandingAudience { audience, set_at, status, reason, read_at, headcount, .. } = standing;
        let headcount = headcount.map(|accounts::Headcount { members, users, excluded, unknown }| {
            Headcount { members, users, excluded, unknown }
        });
        Self {
            group_id: audience.group_id,
            excluded_user_ids: audience.excluded_user_ids,
            set_at,
            status: status.as_str(),
            reason,
            read_at,
            headcount,
        }
    }
}

/// Reads an audience.
#[utoipa::path(get, path = "/v1/tenants/{tenant}/audiences/{feature}", operation_id = "read_audience", tag = "tenants",
    params(("tenant" = String, Path), ("feature" = String, Path)),
    responses((status = 200, body = Audience, headers(("ETag" = String, description = "The version that was read"))),
        (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn read(
    Organization(organization): Organization,
    State(api): State<Api>,
    Path((tenant, feature)): Path<(String, String)>,
) -> Result<Tagged<Audience>, Problem> {
    let (tenant, feature) = named(&tenant, &feature)?;
    Ok(Tagged::of(api.accounts.audience(&organization, &tenant, feature).await?))
}

/// Sets an audience. Users who are in the group are switched on: linked for `mail`, invited by mail for what
/// begins with their own sign-in. Whoever leaves the group or is excluded is unlinked if the group had switched
/// them on, never if they were linked by hand. The group is read at once and then every four hours; the same
/// request again has it read again. With `If-Match` only over the version of that `ETag`; otherwise 412.
///
/// Reading groups takes the application permissions `GroupMember.Read.All` and `User.Read.All`, which no consent
/// page asks for: an administrator of the tenant assigns them to the application. Without them 409.
#[utoipa::path(put, path = "/v1/tenants/{tenant}/audiences/{feature}", operation_id = "put_audience", tag = "tenants",
    params(("tenant" = String, Path), ("feature" = String, Path), ("If-Match" = Option<String>, Header)),
    request_body = PutAudience,
    responses((status = 200, body = Audience, headers(("ETag" = String, description = "The version that was written"))),
        (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn put(
    Organization(organization): Organization,
    Acting(api): Acting,
    Path((tenant, feature)): Path<(String, String)>,
    if_match: IfMatch,
    Json(PutAudience { group_id, excluded_user_ids }): Json<PutAudience>,
) -> Result<Tagged<Audience>, Problem> {
    let (tenant, feature) = named(&tenant, &feature)?;
    let invalid = |error: accounts::InvalidGroupId| Problem::field("group_id", error.to_string());
    let group_id = group_id.parse().map_err(invalid)?;
    if excluded_user_ids.len() > accounts::Audience::MOST_EXCLUDED {
        let detail = format!("must have at most {} entries", accounts::Audience::MOST_EXCLUDED);
        return Err(Problem::field("excluded_user_ids", detail));
    }
    let expected = expected(&api, &organization, &tenant, feature, &if_match).await?;
    let audience = accounts::Audience { group_id, excluded_user_ids };
    api.connect.require_groups(&organization, &tenant, feature).await?;
    let put =
        api.accounts.put_audience(&organization, &tenant, feature, &audience, expected.as_ref()).await?;
    api.read_audience(&put.record).await;
    Ok(Tagged::of(put))
}

/// Removes an audience. Whoever it had switched on stays linked, as if linked by hand.
#[utoipa::path(delete, path = "/v1/tenants/{tenant}/audiences/{feature}", operation_id = "remove_audience", tag = "tenants",
    params(("tenant" = String, Path), ("feature" = String, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 204), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn remove(
    Organization(organization): Organization,
    Acting(api): Acting,
    Path((tenant, feature)): Path<(String, String)>,
    if_match: IfMatch,
) -> Result<StatusCode, Problem> {
    let (tenant, feature) = named(&tenant, &feature)?;
    let standing = api.accounts.audience(&organization, &tenant, feature).await?;
    let expected = if_match.expected(Some(&standing.version))?;
    api.accounts.remove_audience(&organization, &tenant, feature, expected.as_ref()).await?;
    api.read_audience(&standing.record).await;
    Ok(StatusCode::NO_CONTENT)
}

/// The tenant and the feature of the address.
fn named(tenant: &str, feature: &str) -> Result<(TenantId, Feature), Problem> {
    let feature = Feature::parse(feature).ok_or_else(|| Problem::not_found("feature"))?;
    Ok((tenant_id(tenant)?, feature))
}

async fn expected(
    api: &Api,
    organization: &OrganizationId,
    tenant: &TenantId,
    feature: Feature,
    if_match: &IfMatch,
) -> Result<Option<Version>, Problem> {
    if *if_match == IfMatch::Absent {
        return Ok(None);
    }
    let present = match api.accounts.audience(organization, tenant, feature).await {
        Err(accounts::AccountsError::NotFound(_)) => None,
        result => Some(result?.version),
    };
    if_match.expected(present.as_ref())
}

impl Api {
    /// Has an audience's group read. It is due already, so a queue that fails only makes it wait for the tick.
    async fn read_audience(&self, standing: &StandingAudience) {
        let queue = self.subscribe.carrying::<AudienceJob>();
        if let Err(error) = queue.send(&AudienceJob::of(standing)).await {
            tracing::warn!(error = %types::Chain(&error), "the tick finds the audience");
        }
    }
}
