//! `/console/microsoft365`: the organization's tenants and what their admins granted (features A05 to A15).

use std::collections::BTreeSet;

use accounts::Tenant;
use axum::{extract::State, response::Response};
use pages::console::{Microsoft365, Notice, Refused, TenantFault, TenantForm, Unlink};
use subscriptions::{end_tenant, links_ended};
use types::{Feature, OrganizationId, TenantId};

use super::{Named, named};
use crate::{
    Site,
    form::{Form, PostedByAdmin},
    reply::{Reply, Trouble},
    translate,
    visit::{AdminVisit, Visit},
};

/// Where the ways back from Microsoft lead.
const PATH: &str = "/console/microsoft365";

/// How many tenants an organization has at most, as far as pages go.
const MOST_TENANTS: u32 = 100;

/// The organization's tenants.
pub(super) async fn tenants(site: &Site, organization: &OrganizationId) -> Result<Vec<Tenant>, Trouble> {
    let (mut tenants, _) = site.accounts.tenants(organization, MOST_TENANTS, None).await?;
    tenants.sort_by_key(|tenant| tenant.registered_at);
    Ok(tenants)
}

/// The features of the plan; without any there is nothing to connect (feature A01).
async fn plan(site: &Site, organization: &OrganizationId) -> Result<BTreeSet<Feature>, Trouble> {
    let features = site.accounts.settings(organization).await?.features;
    if features.is_empty() { Err(Refused::NotInPlan.into()) } else { Ok(features) }
}

/// The tenants, and the form for one more.
pub(crate) async fn show(AdminVisit(visit): AdminVisit, State(site): State<Site>) -> Response {
    let work = async {
        let features = plan(&site, &visit.session.organization_id).await?;
        let form = TenantForm { tenant_id: String::new(), features, fault: None };
        page(&site, &visit, form).await
    };
    site.reply(&visit, work).await
}

async fn page(site: &Site, visit: &Visit, form: TenantForm) -> Result<Reply, Trouble> {
    let organization = &visit.session.organization_id;
    let features = plan(site, organization).await?;
    let (tenants, roster) = (tenants(site, organization).await?, site.accounts.roster(organization).await?);
    let shown = |tenant: &Tenant| translate::tenant(tenant, features.iter().copied(), &roster);
    Reply::page(Microsoft365 {
        tenants: tenants.iter().map(shown).collect(),
        form,
        static_addresses: site.addresses.clone(),
        client_id: site.client_id.clone(),
        notice: Notice::of_query(visit.query()),
    })
}

/// Registers a tenant, once Entra has confirmed that it exists, and goes on to the consent (A08, A09, M01).
pub(crate) async fn register(State(site): State<Site>, posted: PostedByAdmin) -> Response {
    let PostedByAdmin { visit, form } = posted;
    let work = async {
        let organization = &visit.session.organization_id;
        let (typed, features) = (form.get("tenant_id").to_owned(), features(&form));
        let tenant = match tenant_of(&site, &typed, &features).await? {
            Ok(tenant) => tenant,
            Err(fault) => {
                let form = TenantForm { tenant_id: typed, features, fault: Some(fault) };
                return page(&site, &visit, form).await;
            }
        };
        let features: Vec<Feature> = features.into_iter().collect();
        site.accounts.require_in_plan(organization, &features).await?;
        visit.accounts(&site).register_tenant(organization, &tenant).await?;
        let started = site.connect.start_consent(organization, &tenant, &features, Some(PATH)).await?;
        Ok(Reply::Consent(started))
    };
    site.reply(&visit, work).await
}

/// The tenant that was typed, if there is such.
async fn tenant_of(
    site: &Site,
    typed: &str,
    features: &BTreeSet<Feature>,
) -> Result<Result<TenantId, TenantFault>, Trouble> {
    if typed.is_empty() {
        return Ok(Err(TenantFault::Missing));
    }
    let Ok(tenant) = typed.parse::<TenantId>() else { return Ok(Err(TenantFault::NotAnId)) };
    if features.is_empty() {
        return Ok(Err(TenantFault::NoFeature));
    }
    Ok(match site.connect.tenant_exists(&tenant).await {
        Ok(true) => Ok(tenant),
        Ok(false) => Err(TenantFault::Unknown),
        Err(error) if error.is_retryable() => Err(TenantFault::Unavailable),
        Err(error) => return Err(error.into()),
    })
}

fn features(form: &Form) -> BTreeSet<Feature> {
    form.all("feature").filter_map(Feature::parse).collect()
}

/// Asks a tenant's admin for more.
pub(crate) async fn consent(
    State(site): State<Site>,
    tenant: Named<String>,
    posted: PostedByAdmin,
) -> Response {
    let PostedByAdmin { visit, form } = posted;
    let work = async {
        let tenant = parse(tenant)?;
        let features: Vec<Feature> = features(&form).into_iter().collect();
        if features.is_empty() {
            return Reply::go_to(PATH);
        }
        let organization = &visit.session.organization_id;
        site.accounts.require_in_plan(organization, &features).await?;
        let started = site.connect.start_consent(organization, &tenant, &features, Some(PATH)).await?;
        Ok(Reply::Consent(started))
    };
    site.reply(&visit, work).await
}

/// Asks once before a tenant goes, with everybody in it (feature A15).
pub(crate) async fn ask(
    AdminVisit(visit): AdminVisit,
    State(site): State<Site>,
    tenant: Named<String>,
) -> Response {
    let work = async {
        let organization = &visit.session.organization_id;
        let tenant = site.accounts.tenant(organization, &parse(tenant)?).await?;
        let roster = site.accounts.roster(organization).await?;
        let counts = Feature::ALL.map(|feature| (feature, translate::linked_in(&tenant, feature, &roster)));
        let linked = counts.into_iter().filter(|(_, count)| *count > 0).collect();
        Reply::page(Unlink { tenant_id: tenant.tenant_id.to_string(), linked })
    };
    site.reply(&visit, work).await
}

/// Unlinks everybody in a tenant and removes it (feature A15). A crash leaves the tenant, so that it can be
/// asked for again.
pub(crate) async fn unlink(
    State(site): State<Site>,
    tenant: Named<String>,
    posted: PostedByAdmin,
) -> Response {
    let PostedByAdmin { visit, .. } = posted;
    let work = async {
        let tenant = parse(tenant)?;
        end_tenant(&visit.accounts(&site), &site.subscribe, &visit.session.organization_id, &tenant).await?;
        Reply::go_to(format!("{PATH}?{}", Notice::TenantRemoved.query()))
    };
    site.reply(&visit, work).await
}

/// Revokes what a tenant's admin granted; its links stop.
pub(crate) async fn revoke(
    State(site): State<Site>,
    names: Named<(String, String)>,
    posted: PostedByAdmin,
) -> Response {
    let PostedByAdmin { visit, .. } = posted;
    let work = async {
        let (tenant, feature) = parse_both(names)?;
        let stopped =
            visit.accounts(&site).revoke_grant(&visit.session.organization_id, &tenant, feature).await?;
        links_ended(&site.subscribe, &stopped).await.map_err(accounts::AccountsError::from)?;
        Reply::go_to(format!("{PATH}?{}", Notice::GrantRevoked(feature).query()))
    };
    site.reply(&visit, work).await
}

/// The tenant of an address.
pub(super) fn parse(tenant: Named<String>) -> Result<TenantId, Refused> {
    named(tenant)?.parse().map_err(|_| Refused::NotFound)
}

/// The tenant and the feature of an address.
pub(super) fn parse_both(names: Named<(String, String)>) -> Result<(TenantId, Feature), Refused> {
    let (tenant, feature) = named(names)?;
    let tenant = tenant.parse().map_err(|_| Refused::NotFound)?;
    Ok((tenant, Feature::parse(&feature).ok_or(Refused::NotFound)?))
}
