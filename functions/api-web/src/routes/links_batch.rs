//! `/v1/links:batch`: one feature of many members, linked or unlinked in one request (feature C06).

use std::collections::BTreeSet;

use accounts::AccountsError;
use serde::{Deserialize, Serialize};
use types::{Feature, OrganizationId, UserId};
use utoipa::ToSchema;

use super::links::{status, tenant_of};
use crate::{
    Api,
    auth::{Acting, Organization},
    body::Json,
    problem::Problem,
    schema,
};

/// The most members of one request.
const MOST_USERS: usize = 100;

/// How many are worked on at a time.
const AT_ONCE: usize = 10;

/// Whom to link or unlink.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LinkBatch {
    #[schema(value_type = schema::Feature)]
    feature: Feature,
    /// `link` is for `mail` only: the other features begin with each member's own sign-in.
    action: BatchAction,
    /// At most 100. One who is named twice counts once.
    #[schema(value_type = Vec<schema::Id>, min_items = 1, max_items = 100)]
    user_ids: Vec<UserId>,
}

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BatchAction {
    /// Link; who is linked stays so.
    Link,
    /// Unlink; who is not linked stays so.
    Unlink,
}

/// What became of each, in the order of the request.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LinkBatchResult {
    items: Vec<MemberResult>,
}

/// What became of one member: a status, or the problem that this member's own request would have met.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MemberResult {
    #[schema(value_type = schema::Id)]
    user_id: UserId,
    /// The link's status since then, as in the list of links; null with a problem.
    status: Option<&'static str>,
    /// Why nothing was changed; null when all is well.
    problem: Option<Problem>,
}

/// Links or unlinks up to 100 members. Each stands alone: a problem with one does not stop the others, and the
/// same request again changes nothing more.
#[utoipa::path(post, path = "/v1/links:batch", operation_id = "change_links", tag = "links", request_body = LinkBatch,
    responses((status = 200, body = LinkBatchResult), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn change(
    Organization(organization): Organization,
    Acting(api): Acting,
    Json(LinkBatch { feature, action, user_ids }): Json<LinkBatch>,
) -> Result<axum::Json<LinkBatchResult>, Problem> {
    if user_ids.is_empty() || user_ids.len() > MOST_USERS {
        return Err(Problem::field("user_ids", format!("must have 1 to {MOST_USERS} entries")));
    }
    if action == BatchAction::Link {
        if !feature.is_linked_by_admin() {
            let detail = "cannot be linked for members: each signs in, POST /v1/users/{id}/links/{feature}";
            return Err(Problem::field("feature", detail));
        }
        api.accounts.require_in_plan(&organization, &[feature]).await?;
    }
    let mut seen = BTreeSet::new();
    let users: Vec<UserId> = user_ids.into_iter().filter(|user| seen.insert(user.clone())).collect();
    let mut items = Vec::with_capacity(users.len());
    for some in users.chunks(AT_ONCE) {
        let work = some.iter().map(|user| one(&api, &organization, user, feature, action));
        items.extend(futures::future::join_all(work).await);
    }
    Ok(axum::Json(LinkBatchResult { items }))
}

async fn one(
    api: &Api,
    organization: &OrganizationId,
    user: &UserId,
    feature: Feature,
    action: BatchAction,
) -> MemberResult {
    let done = match action {
        BatchAction::Link => link(api, organization, user, feature).await,
        BatchAction::Unlink => unlink(api, organization, user, feature).await,
    };
    let (status, problem) = match done {
        Ok(status) => (Some(status), None),
        Err(problem) => (None, Some(problem)),
    };
    MemberResult { user_id: user.clone(), status, problem }
}

async fn link(
    api: &Api,
    organization: &OrganizationId,
    user: &UserId,
    feature: Feature,
) -> Result<&'static str, Problem> {
    let tenant = tenant_of(api, organization, user).await?;
    let link = api.accounts.link_by_admin(organization, user, &tenant, feature).await?;
    api.begin_subscription(&link).await;
    Ok(status(link.status))
}

async fn unlink(
    api: &Api,
    organization: &OrganizationId,
    user: &UserId,
    feature: Feature,
) -> Result<&'static str, Problem> {
    api.accounts.user(organization, user).await?;
    match api.accounts.unlink(organization, user, feature).await {
        Err(AccountsError::NotFound(_)) => return Ok("not_linked"),
        result => result?,
    }
    let unlinked = api.accounts.link(organization, user, feature).await?;
    api.end_subscriptions(unlinked.as_slice()).await?;
    Ok("unlinked")
}
