//! `/v1/users/{user}/links`: what a member connected, and how it stands.

use std::collections::BTreeMap;

use ::cards::{LastPush, PushStatus};
use accounts::LinkStatus;
use axum::extract::State;
use http::StatusCode;
use serde::Serialize;
use types::{CardId, Feature, OrganizationId, TenantId, UserId};
use utoipa::ToSchema;

use super::tenants::Started;
use crate::{Api, auth::Organization, path::Path, problem::Problem};

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
    /// The last push that had something to do; null before the first.
    last_push: Option<Push>,
    /// Cards that Outlook does not take, with its reason.
    #[schema(value_type = BTreeMap<String, String>)]
    refused_cards: BTreeMap<CardId, String>,
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
    Linked(Link),
}

impl Link {
    fn none(feature: Feature) -> Self {
        Self {
            feature,
            status: "not_linked",
            reason: None,
            account: None,
            tenant_id: None,
            linked_at: None,
            last_success_at: None,
            last_push: None,
            refused_cards: BTreeMap::new(),
        }
    }

    fn of(link: accounts::Link, push: Option<PushStatus>) -> Self {
        Self {
            feature: link.feature,
            status: status(link.status),
            reason: link.reason,
            account: link.account.map(|account| account.name),
            tenant_id: Some(link.tenant_id),
            linked_at: Some(link.linked_at),
            last_success_at: link.last_success_at,
            last_push: push.as_ref().and_then(|push| Push::of(&push.last_push)),
            refused_cards: push.map(|push| push.refused).unwrap_or_default(),
        }
    }
}

fn status(status: LinkStatus) -> &'static str {
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
        None => Ok(Link::none(feature)),
        Some(link) => {
            let is_pushed = feature == Feature::Contacts;
            let push = if is_pushed { api.cards.push_status(&link).await? } else { None };
            Ok(Link::of(link, push))
        }
    }
}

/// Lists every feature with the member's link.
#[utoipa::path(get, path = "/v1/users/{user}/links", operation_id = "list_links", tag = "links", params(("user" = String, Path)),
    responses((status = 200, body = Links), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list(
    Organization(organization): Organization,
    State(api): State<Api>,
    Path(user): Path<UserId>,
) -> Result<axum::Json<Links>, Problem> {
    api.accounts.user(&organization, &user).await?;
    let mut items = Vec::new();
    for feature in Feature::ALL {
        items.push(link(&api, &organization, &user, feature).await?);
    }
    Ok(axum::Json(Links { items }))
}

/// Reads one link: status, last push, refused cards.
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
/// member who is linked stays so. Without the grant of the tenant's admin the answer is 409 `grant-missing`.
#[utoipa::path(post, path = "/v1/users/{user}/links/{feature}", operation_id = "start_link", tag = "links",
    params(("user" = String, Path), ("feature" = String, Path)),
    responses((status = 201, body = LinkBegun), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn start(
    Organization(organization): Organization,
    State(api): State<Api>,
    Path((user, name)): Path<(UserId, String)>,
) -> Result<(StatusCode, axum::Json<LinkBegun>), Problem> {
    let feature = feature(&name)?;
    let tenant = tenant_of(&api, &organization, &user).await?;
    if feature.is_linked_by_admin() {
        let link = api.accounts.link_by_admin(&organization, &user, &tenant, feature).await?;
        api.begin_subscription(&link).await;
        return Ok((StatusCode::CREATED, axum::Json(LinkBegun::Linked(Link::of(link, None)))));
    }
    let started = api.connect.start_link(&organization, &user, &tenant, feature).await?;
    Ok((StatusCode::CREATED, axum::Json(LinkBegun::SignIn(started.into()))))
}

/// The member's tenant, or the only one there is.
async fn tenant_of(api: &Api, organization: &OrganizationId, user: &UserId) -> Result<TenantId, Problem> {
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

/// Unlinks. What was pushed or booked stays in Outlook (feature B16), and so do contact points; a subscription
/// to the member's mail is taken back.
#[utoipa::path(delete, path = "/v1/users/{user}/links/{feature}", operation_id = "unlink", tag = "links",
    params(("user" = String, Path), ("feature" = String, Path)),
    responses((status = 204), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn unlink(
    Organization(organization): Organization,
    State(api): State<Api>,
    Path((user, name)): Path<(UserId, String)>,
) -> Result<StatusCode, Problem> {
    let feature = feature(&name)?;
    api.accounts.user(&organization, &user).await?;
    api.accounts.unlink(&organization, &user, feature).await?;
    let unlinked = api.accounts.link(&organization, &user, feature).await?;
    api.end_subscriptions(unlinked.as_slice()).await?;
    Ok(StatusCode::NO_CONTENT)
}
