//! `/v1/tenants`: the organization's Microsoft Entra directories and the consent of their admins.

use std::collections::BTreeMap;

use accounts::AccountsError;
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use subscriptions::{Ended, end_tenant};
use types::{Feature, TenantId};
use utoipa::ToSchema;

use crate::{
    Api,
    auth::{Acting, Organization},
    body::Json,
    paging::{List, PageQuery, Paging},
    path::Path,
    problem::Problem,
};

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Tenant {
    /// The directory (tenant) id.
    #[schema(value_type = String)]
    id: TenantId,
    #[schema(value_type = String, format = DateTime)]
    registered_at: jiff::Timestamp,
    /// What an admin granted, by feature.
    grants: BTreeMap<&'static str, Grant>,
    /// How far its removal has come; null unless it is being removed.
    ending: Option<Ending>,
    /// Why nothing works there at the moment, whoever the member is; null while it does. Noticed when Microsoft is
    /// asked for a token the next time, told to webhooks as `tenant.outage_changed`.
    outage: Option<Outage>,
}

/// What keeps everybody in a tenant from working.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Outage {
    /// When it was noticed.
    #[schema(value_type = String, format = DateTime)]
    since: jiff::Timestamp,
    /// Microsoft's code; `consent_missing`: the permissions are not in the token any more; `no_credential`: the
    /// deployment has nothing to prove itself with.
    #[schema(example = "AADSTS7000222")]
    reason: String,
    /// The feature whose consent is missing; null when everything is concerned.
    #[schema(value_type = Option<crate::schema::Feature>)]
    feature: Option<Feature>,
}

/// A removal that takes a while.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Ending {
    /// When it was asked for.
    #[schema(value_type = String, format = DateTime)]
    since: jiff::Timestamp,
    /// How many links have been ended so far.
    unlinked: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Grant {
    #[schema(value_type = String, format = DateTime)]
    granted_at: jiff::Timestamp,
    /// The account that proved the consent.
    granted_by: String,
    /// The permissions, as Entra names them.
    scopes: Vec<String>,
}

impl From<accounts::Tenant> for Tenant {
    fn from(tenant: accounts::Tenant) -> Self {
        let live = tenant.grants.into_iter().filter(|(_, grant)| grant.revoked_at.is_none());
        let grants = live.map(|(feature, grant)| {
            let accounts::Grant { granted_at, granted_by, scopes, .. } = grant;
            (feature.as_str(), Grant { granted_at, granted_by, scopes })
        });
        let ending = tenant.ending.map(|accounts::Ending { since, unlinked }| Ending { since, unlinked });
        let outage = tenant.outage.map(|accounts::Outage { since, reason, feature }| Outage {
            since,
            reason,
            feature,
        });
        Self {
            id: tenant.tenant_id,
            registered_at: tenant.registered_at,
            grants: grants.collect(),
            ending,
            outage,
        }
    }
}

/// What to ask a tenant's admin for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConsentRequest {
    /// `contacts`, `mail`, `calendar`: at least one. Whatever is asked for together, each is granted, refused
    /// and revoked on its own.
    #[schema(value_type = Vec<String>, min_items = 1)]
    features: Vec<Feature>,
}

/// A page at Microsoft to open in the browser of whom it is for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Started {
    url: String,
    /// When the way back closes.
    #[schema(value_type = String, format = DateTime)]
    expires_at: jiff::Timestamp,
}

impl From<accounts::Started> for Started {
    fn from(started: accounts::Started) -> Self {
        Self { url: started.url.into(), expires_at: started.expires_at }
    }
}

impl From<accounts::StartedConsent> for Started {
    fn from(started: accounts::StartedConsent) -> Self {
        Self { url: started.url.into(), expires_at: started.expires_at }
    }
}

/// Parses the id of the address itself, so that the answer names the field as people know it.
pub(super) fn tenant_id(text: &str) -> Result<TenantId, Problem> {
    text.parse().map_err(|error: types::InvalidTenantId| Problem::field("tenant_id", error.to_string()))
}

/// Registers a tenant once Entra has confirmed that it exists (features A06 to A08). Again: no change.
#[utoipa::path(put, path = "/v1/tenants/{tenant}", operation_id = "register_tenant", tag = "tenants", params(("tenant" = String, Path)),
    responses((status = 200, body = Tenant), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn register(
    Organization(organization): Organization,
    Acting(api): Acting,
    Path(tenant): Path<String>,
) -> Result<axum::Json<Tenant>, Problem> {
    let tenant = tenant_id(&tenant)?;
    if !api.connect.tenant_exists(&tenant).await? {
        let detail = "Microsoft Entra knows no directory of this id. Copy the tenant ID from the overview \
                      page of Microsoft Entra ID in the Azure portal.";
        return Err(Problem::field("tenant_id", detail));
    }
    Ok(axum::Json(api.accounts.register_tenant(&organization, &tenant).await?.into()))
}

/// Lists the tenants.
#[utoipa::path(get, path = "/v1/tenants", operation_id = "list_tenants", tag = "tenants", params(PageQuery),
    responses((status = 200, body = List<Tenant>), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list(
    Organization(organization): Organization,
    State(api): State<Api>,
    page: Paging,
) -> Result<axum::Json<List<Tenant>>, Problem> {
    Ok(List::of(api.accounts.tenants(&organization, page.limit, page.cursor.as_deref()).await?))
}

/// Reads a tenant and what its admin granted.
#[utoipa::path(get, path = "/v1/tenants/{tenant}", operation_id = "read_tenant", tag = "tenants", params(("tenant" = String, Path)),
    responses((status = 200, body = Tenant), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn read(
    Organization(organization): Organization,
    State(api): State<Api>,
    Path(tenant): Path<String>,
) -> Result<axum::Json<Tenant>, Problem> {
    Ok(axum::Json(api.accounts.tenant(&organization, &tenant_id(&tenant)?).await?.into()))
}

/// Removes a tenant and what was granted, and unlinks every member who is linked there (feature A15). What was
/// pushed or booked stays in Outlook. 204 when it is gone; 202 when there are so many members that it goes on:
/// from now on nothing is linked there any more, and `ending` of the tenant tells how far it came until GET
/// answers 404. The same request again does no harm.
#[utoipa::path(delete, path = "/v1/tenants/{tenant}", operation_id = "remove_tenant", tag = "tenants", params(("tenant" = String, Path)),
    responses((status = 202), (status = 204), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn remove(
    Organization(organization): Organization,
    Acting(api): Acting,
    Path(tenant): Path<String>,
) -> Result<StatusCode, Problem> {
    let tenant = tenant_id(&tenant)?;
    match end_tenant(&api.accounts, &api.subscribe, &organization, &tenant).await? {
        Ended::Gone => Ok(StatusCode::NO_CONTENT),
        Ended::GoesOn => Ok(StatusCode::ACCEPTED),
    }
}

/// Revokes what an admin granted for one feature. The tenant's links of this feature stop: `no_permission`,
/// reason `grant_revoked`; what Microsoft holds for them is taken back, what was made so far stays. To go on,
/// have an admin consent again and link the members anew. Entra keeps the consent itself: an administrator
/// removes it there.
#[utoipa::path(delete, path = "/v1/tenants/{tenant}/grants/{feature}", operation_id = "revoke_grant", tag = "tenants",
    params(("tenant" = String, Path), ("feature" = String, Path)),
    responses((status = 204), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn revoke(
    Organization(organization): Organization,
    Acting(api): Acting,
    Path((tenant, feature)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let feature = Feature::parse(&feature).ok_or_else(|| Problem::not_found("feature"))?;
    let stopped = api.accounts.revoke_grant(&organization, &tenant_id(&tenant)?, feature).await?;
    api.end_subscriptions(&stopped).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Starts admin consent: send the tenant's admin to the returned page (features A09, A10, A12). Microsoft shows
/// one page for all application permissions (`mail`) and one for all delegated ones (`contacts`, `calendar`);
/// what the admin declines on one keeps nothing from being granted on the other. Features that were granted
/// before and are not named here stay as they are. Since anybody can be sent there, a page of ours asks the admin in
/// the end whether the tenant is to be connected to this organization, by its name; it does not ask again once a
/// grant stands, unless another organization is connected to the tenant too.
#[utoipa::path(post, path = "/v1/tenants/{tenant}/consent", operation_id = "start_consent", tag = "tenants",
    params(("tenant" = String, Path)), request_body = ConsentRequest,
    responses((status = 201, body = Started), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn consent(
    Organization(organization): Organization,
    Acting(api): Acting,
    Path(tenant): Path<String>,
    Json(ConsentRequest { features }): Json<ConsentRequest>,
) -> Result<(StatusCode, axum::Json<Started>), Problem> {
    if features.is_empty() {
        return Err(Problem::field("features", "name at least one of contacts, mail, calendar"));
    }
    let tenant = tenant_id(&tenant)?;
    let started = match api.connect.start_consent(&organization, &tenant, &features, None).await {
        Err(AccountsError::NotInPlan(feature)) => return Err(Problem::not_in_plan("features", feature)),
        result => result?,
    };
    Ok((StatusCode::CREATED, axum::Json(started.into())))
}
