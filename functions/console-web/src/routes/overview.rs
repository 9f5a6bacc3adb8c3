//! `/console`: what needs somebody, and how each feature stands.

use std::collections::BTreeMap;

use accounts::{RosterEntry, Tenant};
use axum::{extract::State, response::Response};
use pages::console::{Attention, FeatureCard, FeatureState, Notice, Overview, Status};
use types::Feature;

use super::microsoft365::tenants;
use crate::{
    Site,
    reply::Reply,
    translate::{self, count, is_troubled, stands_well},
    visit::AdminVisit,
};

/// The overview.
pub(crate) async fn show(AdminVisit(visit): AdminVisit, State(site): State<Site>) -> Response {
    let work = async {
        let organization = &visit.session.organization_id;
        let features = site.accounts.settings(organization).await?.features;
        let tenants = tenants(&site, organization).await?;
        let roster = site.accounts.roster(organization).await?;
        let mut attention = Vec::new();
        if tenants.is_empty() {
            attention.push(Attention::NoTenant);
        }
        for &feature in &features {
            attention.extend(troubles(feature, &tenants, &roster));
        }
        Reply::page(Overview {
            attention,
            features: features.iter().map(|&feature| card(feature, &tenants, &roster)).collect(),
            notice: Notice::of_query(visit.query()),
        })
    };
    site.reply(&visit, work).await
}

/// What somebody has to look at, the worst first.
fn troubles(feature: Feature, tenants: &[Tenant], roster: &[RosterEntry]) -> Vec<Attention> {
    let lost = tenants.iter().filter(|tenant| {
        let was_granted = tenant.grants.contains_key(&feature) && tenant.grant(feature).is_none();
        was_granted && translate::linked_in(tenant, feature, roster) > 0
    });
    let lost = lost.map(|tenant| Attention::GrantLost { feature, tenant_id: tenant.tenant_id.to_string() });
    let mut troubles: Vec<Attention> = lost.collect();
    let mut troubled: BTreeMap<&'static str, (Status, u32)> = BTreeMap::new();
    for status in statuses(feature, roster).filter(|status| is_troubled(*status)) {
        troubled.entry(status.as_str()).or_insert((status, 0)).1 += 1;
    }
    let mut troubled: Vec<(Status, u32)> = troubled.into_values().collect();
    troubled.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    troubles.extend(troubled.into_iter().map(|(status, count)| Attention::Links { feature, status, count }));
    if !tenants.is_empty() && tenants.iter().all(|tenant| !tenant.grants.contains_key(&feature)) {
        troubles.push(Attention::NotGranted(feature));
    }
    troubles
}

fn card(feature: Feature, tenants: &[Tenant], roster: &[RosterEntry]) -> FeatureCard {
    let is_granted = tenants.iter().any(|tenant| tenant.grant(feature).is_some());
    let linked = statuses(feature, roster).filter(|status| stands_well(*status)).count();
    let is_in_trouble = statuses(feature, roster).any(is_troubled);
    let state = match (is_granted, is_in_trouble, linked) {
        (false, false, _) => FeatureState::Off,
        (_, true, _) => FeatureState::Troubled,
        (true, false, 0) => FeatureState::Ready,
        (true, false, _) => FeatureState::On,
    };
    FeatureCard {
        feature,
        state,
        linked: count(linked),
        users: count(roster.len()),
        last_success_at: translate::last_success(roster, feature),
        numbers: Vec::new(),
        days: Vec::new(),
    }
}

fn statuses(feature: Feature, roster: &[RosterEntry]) -> impl Iterator<Item = Status> {
    let links = roster.iter().flat_map(|entry| &entry.links).filter(move |link| link.feature == feature);
    links.map(|link| translate::status(link.status))
}
