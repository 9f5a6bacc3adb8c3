//! `/v1/users/{user}/links`: what a member connected, and how it stands.

use std::collections::BTreeMap;

use ::cards::{LastPush, PushStatus, RemovalOutcome};
use accounts::LinkStatus;
use axum::extract::{Query, State};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use types::{CardId, Feature, OrganizationId, TenantId, UserId};
use utoipa::ToSchema;

use super::tenants::Started;
use crate::{
    Api,
    auth::{Acting, Organization},
    path::Path,
    problem::Problem,
};

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Link {
    #[schema(value_type = String)]
    feature: Feature,
    /// `not_linked`, `syncing`, `linked`, `authentication_failed`, `no_permission`, `failed`, `reconnect_needed` or
    /// `unlinked`.
    status: &'static str,
    /// Why it stands so: Microsoft's code or a word of ours; null while all is well.
    reason: Option<String>,
    /// The Microsoft 365 account.
    account: Option<String>,
    #[schema(value_type = Option<String>)]
    tenant_id: Option<TenantId>,
    #[schema(value_type = Option<String>, format = DateTime)]
    linked_at: Option<jiff::Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    last_success_at: Option<jiff::Timestamp>,
    /// Of `contacts`: how many cards the member has.
    #[serde(skip_serializing_if = "Option::is_none")]
    cards: Option<u64>,
    /// Of `contacts`: how many cards changed, came or went, and are not in Outlook yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pending: Option<u64>,
    /// The last push that had something to do; null before the first.
    last_push: Option<Push>,
    /// Cards that Outlook does not take, with its reason.
    #[schema(value_type = BTreeMap<String, String>)]
    refused_cards: BTreeMap<CardId, String>,
    /// What became of the contact folder, if the member was unlinked with `remove_folder`.
    #[serde(skip_serializing_if = "Option::is_none")]
    folder_removal: Option<FolderRemoval>,
}

/// A contact folder that was to be removed with its link.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FolderRemoval {
    /// `pending`: under way, tried again for a week; `removed`: in Deleted Items; `emptied`: our contacts are there,
    /// but the folder stayed, since the member had put others into it; `failed`: given up, the folder is as it was.
    outcome: &'static str,
    /// Why it failed: Microsoft's code or a word of ours.
    reason: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    asked_at: jiff::Timestamp,
}

impl FolderRemoval {
    fn of(removal: ::cards::Removal) -> Self {
        let asked_at = removal.asked_at;
        let (outcome, reason) = match removal.outcome {
            RemovalOutcome::Pending => ("pending", None),
            RemovalOutcome::Removed => ("removed", None),
            RemovalOutcome::Emptied => ("emptied", None),
            RemovalOutcome::Failed { reason } => ("failed", Some(reason)),
        };
        Self { outcome, reason, asked_at }
    }
}

/// What one push did, in numbers of contacts.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Push {
    #[schema(value_type = String, format = DateTime)]
    at: jiff::Timestamp,
    created: u32,
    updated: u32,
    deleted: u32,
    refused: u32,
}

impl Push {
    fn of(push: &LastPush) -> Option<Self> {
        let LastPush { at, created, updated, deleted, refused } = *push;
        Some(Self { at: at?, created, updated, deleted, refused })
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Links {
    items: Vec<Link>,
}

/// What linking begins with: the member's sign-in, or the link itself where an admin's grant is enough.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum LinkBegun {
    /// `contacts`, `calendar`: the page where the member signs in.
    SignIn(Started),
    /// `mail`: the link.
    Linked(Box<Link>),
}

/// The status of a link that is not there.
const NOT_LINKED: &str = "not_linked";

impl Link {
    fn none(feature: Feature) -> Self {
        Self {
            feature,
            status: NOT_LINKED,
            reason: None,
            account: None,
            tenant_id: None,
            linked_at: None,
            last_success_at: None,
            cards: None,
            pending: None,
            last_push: None,
            refused_cards: BTreeMap::new(),
            folder_removal: None,
        }
    }

    fn of(link: accounts::Link, push: Option<PushStatus>) -> Self {
        let is_unlinked = link.status == LinkStatus::Unlinked;
        Self {
            feature: link.feature,
            status: status(link.status),
            reason: link.reason,
            account: link.account.map(|account| account.name),
            tenant_id: Some(link.tenant_id),
            linked_at: Some(link.linked_at),
            last_success_at: link.last_success_at,
            cards: push.as_ref().map(|push| push.cards),
            pending: push.as_ref().map(|push| push.pending).filter(|_| !is_unlinked),
            last_push: push.as_ref().and_then(|push| Push::of(&push.last_push)),
            refused_cards: push.as_ref().map(|push| push.refused.clone()).unwrap_or_default(),
            folder_removal: push.and_then(|push| push.removal).filter(|_| is_unlinked).map(FolderRemoval::of),
        }
    }
}

pub(super) fn status(status: LinkStatus) -> &'static str {
    match status {
        LinkStatus::Syncing => "syncing",
        LinkStatus::Linked => "linked",
        LinkStatus::AuthenticationFailed => "authentication_failed",
        LinkStatus::NoPermission => "no_permission",
        LinkStatus::Failed => "failed",
        LinkStatus::ReconnectNeeded => "reconnect_needed",
        LinkStatus::Unlinked => "unlinked",
    }
}

fn feature(name: &str) -> Result<Feature, Problem> {
    Feature::parse(name).ok_or_else(|| Problem::not_found("feature"))
}

async fn link(
    api: &Api,
    organization: &OrganizationId,
    user: &UserId,
    feature: Feature,
) -> Result<Link, Problem> {
    match api.accounts.link(organization, user, feature).await? {
        None if feature == Feature::Contacts => {
            let cards = Some(api.cards.count(organization, user).await?);
            Ok(Link { cards, ..Link::none(feature) })
        }
        None => Ok(Link::none(feature)),
        Some(link) => {
            let is_pushed = feature == Feature::Contacts;
            let push = if is_pushed { Some(api.cards.push_status(&link).await?) } else { None };
            Ok(Link::of(link, push))
        }
    }
}

/// Lists the member's links: one for every feature that the organization's plan has, and those that are there.
#[utoipa::path(get, path = "/v1/users/{user}/links", operation_id = "list_links", tag = "links", params(("user" = String, Path)),
    responses((status = 200, body = Links), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list(
    Organization(organization): Organization,
    State(api): State<Api>,
    Path(user): Path<UserId>,
) -> Result<axum::Json<Links>, Problem> {
    api.accounts.user(&organization, &user).await?;
    let mut items = Vec::new();
    let plan = api.accounts.settings(&organization).await?.features;
    for feature in Feature::ALL {
        let link = link(&api, &organization, &user, feature).await?;
        if plan.contains(&feature) || link.status != NOT_LINKED {
            items.push(link);
        }
    }
    Ok(axum::Json(Links { items }))
}

/// Reads one link: status and reason; of `contacts` also the number of cards, those not in Outlook yet, the last
/// push and the cards that Outlook refuses.
#[utoipa::path(get, path = "/v1/users/{user}/links/{feature}", operation_id = "read_link", tag = "links",
    params(("user" = String, Path), ("feature" = String, Path)),
    responses((status = 200, body = Link), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn read(
    Organization(organization): Organization,
    State(api): State<Api>,
    Path((user, name)): Path<(UserId, String)>,
) -> Result<axum::Json<Link>, Problem> {
    let feature = feature(&name)?;
    api.accounts.user(&organization, &user).await?;
    Ok(axum::Json(link(&api, &organization, &user, feature).await?))
}

/// Links a member, or starts to. For `contacts` and `calendar` send the member to the returned page (features
/// B01, B02). `mail` needs no sign-in: the member's link is returned, `syncing` until the mailbox is found; a
/// member who is linked stays so.
///
/// 409 has one of four types: `tenant-missing`, no directory is registered; `tenant-ambiguous`, there are several and
/// the member has none of them; `tenant-ending`, the directory is being removed; of `mail` also `grant-missing`, no
/// admin of the tenant has granted it. What the plan does not have is 403 `feature-not-in-plan`, and who is no member
/// 404 `not-found`.
#[utoipa::path(post, path = "/v1/users/{user}/links/{feature}", operation_id = "start_link", tag = "links",
    params(("user" = String, Path), ("feature" = String, Path)),
    responses((status = 201, body = LinkBegun), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn start(
    Organization(organization): Organization,
    Acting(api): Acting,
    Path((user, name)): Path<(UserId, String)>,
) -> Result<(StatusCode, axum::Json<LinkBegun>), Problem> {
    let feature = feature(&name)?;
    let tenant = tenant_of(&api, &organization, &user).await?;
    if feature.is_linked_by_admin() {
        let link = api.accounts.link_by_admin(&organization, &user, &tenant, feature).await?;
        api.begin_subscription(&link).await;
        return Ok((StatusCode::CREATED, axum::Json(LinkBegun::Linked(Box::new(Link::of(link, None))))));
    }
    let started = api.connect.start_link(&organization, &user, &tenant, feature, None).await?;
    Ok((StatusCode::CREATED, axum::Json(LinkBegun::SignIn(started.into()))))
}

/// The member's tenant, or the only one there is.
pub(super) async fn tenant_of(
    api: &Api,
    organization: &OrganizationId,
    user: &UserId,
) -> Result<TenantId, Problem> {
    if let Some(tenant) = api.accounts.user(organization, user).await?.tenant_id {
        return Ok(tenant);
    }
    let (tenants, _) = api.accounts.tenants(organization, 2, None).await?;
    match <[accounts::Tenant; 1]>::try_from(tenants) {
        Ok([tenant]) => Ok(tenant.tenant_id),
        Err(none) if none.is_empty() => Err(Problem::conflict(
            "urn:setten:problem:tenant-missing",
            "Register a tenant first: PUT /v1/tenants/{id}.",
        )),
        Err(_) => {
            let detail = "The organization has several tenants: PUT the user with its tenant_id first.";
            Err(Problem::conflict("urn:setten:problem:tenant-ambiguous", detail))
        }
    }
}

/// Has a member's cards pushed now, without waiting for the next half hour. Also looks whether the contact folder
/// is still there, and makes it anew if the member deleted it. The link tells when it is done.
#[utoipa::path(post, path = "/v1/users/{user}/links/contacts/push", operation_id = "push_now", tag = "links",
    params(("user" = String, Path)),
    responses((status = 202), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn push(
    Organization(organization): Organization,
    State(api): State<Api>,
    Path(user): Path<UserId>,
) -> Result<StatusCode, Problem> {
    api.accounts.user(&organization, &user).await?;
    let link = api.accounts.link(&organization, &user, Feature::Contacts).await?;
    let Some(link) = link.filter(|link| !link.is_stopped()) else {
        let detail = "The member is not linked for contacts: POST /v1/users/{user}/links/contacts first.";
        return Err(Problem::conflict("urn:setten:problem:not-linked", detail));
    };
    ::cards::hurry(&api.pushes, &link).await?;
    Ok(StatusCode::ACCEPTED)
}

/// How to unlink.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct UnlinkQuery {
    /// Of `contacts`: also takes the contact folder out of Outlook, to Deleted Items. The member is unlinked at once;
    /// the folder goes as soon as Microsoft lets it, and `folder_removal` of the link tells.
    remove_folder: bool,
}

/// Unlinks. What was pushed or booked stays in Outlook (feature B16) unless `remove_folder` says otherwise, and so
/// do contact points; a subscription to the member's mail is taken back.
#[utoipa::path(delete, path = "/v1/users/{user}/links/{feature}", operation_id = "unlink", tag = "links",
    params(("user" = String, Path), ("feature" = String, Path), UnlinkQuery),
    responses((status = 204), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn unlink(
    Organization(organization): Organization,
    Acting(api): Acting,
    Path((user, name)): Path<(UserId, String)>,
    query: Result<Query<UnlinkQuery>, axum::extract::rejection::QueryRejection>,
) -> Result<StatusCode, Problem> {
    let feature = feature(&name)?;
    let fault = |_| Problem::field("remove_folder", "must be true or false, and the only parameter");
    let Query(UnlinkQuery { remove_folder }) = query.map_err(fault)?;
    api.accounts.user(&organization, &user).await?;
    if feature == Feature::Contacts {
        api.cards.unlink(&api.accounts, &api.pushes, &organization, &user, remove_folder).await?;
    } else {
        api.accounts.unlink(&organization, &user, feature).await?;
    }
    let unlinked = api.accounts.link(&organization, &user, feature).await?;
    api.end_subscriptions(unlinked.as_slice()).await?;
    Ok(StatusCode::NO_CONTENT)
}
