//! `/console`: what needs somebody, and how each feature stands.

use std::collections::BTreeMap;

use accounts::{Activity, Deed, RosterEntry, Tenant};
use axum::{extract::State, response::Response};
use jiff::{SignedDuration, Timestamp, ToSpan};
use pages::{
    Zone,
    console::{Attention, Day, FeatureCard, FeatureState, Measure, Notice, Overview, Status},
};
use types::Feature;

use super::microsoft365::tenants;
use crate::{
    Site,
    reply::{Reply, Trouble},
    translate::{self, count, is_troubled, stands_well},
    visit::{AdminVisit, Visit},
};

/// How many days the charts show.
const DAYS: i64 = 14;

/// The overview.
pub(crate) async fn show(AdminVisit(visit): AdminVisit, State(site): State<Site>) -> Response {
    let work = async {
        let organization = &visit.session.organization_id;
        let features = site.accounts.settings(organization).await?.features;
        let tenants = tenants(&site, organization).await?;
        let roster = site.accounts.roster(organization).await?;
        let done = Done::of(&site, &visit).await?;
        let mut attention: Vec<Attention> = tenants.iter().filter_map(outage).collect();
        if tenants.is_empty() {
            attention.push(Attention::NoTenant);
        }
        for &feature in &features {
            attention.extend(troubles(feature, &tenants, &roster));
        }
        Reply::page(Overview {
            attention,
            features: features.iter().map(|&feature| card(feature, &tenants, &roster, &done)).collect(),
            notice: Notice::of_query(visit.query()),
        })
    };
    site.reply(&visit, work).await
}

/// A tenant in which nothing works.
fn outage(tenant: &Tenant) -> Option<Attention> {
    let outage = translate::outage(tenant)?;
    Some(Attention::Outage { tenant_id: tenant.tenant_id.to_string(), outage })
}

/// Whether a feature that is granted in a tenant stands still there.
fn is_stopped(feature: Feature, tenant: &Tenant) -> bool {
    let outage = translate::outage(tenant).filter(|_| tenant.grant(feature).is_some());
    outage.is_some_and(|outage| outage.feature.is_none_or(|concerned| concerned == feature))
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

/// What was done lately, and the viewer's present and zone.
struct Done {
    hours: Vec<Activity>,
    now: Timestamp,
    zone: Zone,
}

impl Done {
    async fn of(site: &Site, visit: &Visit) -> Result<Self, Trouble> {
        let (now, zone) = (site.clock.now(), visit.zone.clone());
        // One day more: the first one begins somewhere within it.
        let since = now - SignedDuration::from_hours(24 * (DAYS + 1));
        Ok(Self { hours: site.accounts.activity(&visit.session.organization_id, since).await?, now, zone })
    }

    /// What is counted of a feature.
    fn deeds(feature: Feature) -> &'static [(Deed, Measure)] {
        match feature {
            Feature::Contacts => &[
                (Deed::CardsCreated, Measure::CardsCreated),
                (Deed::CardsUpdated, Measure::CardsUpdated),
                (Deed::CardsDeleted, Measure::CardsDeleted),
                (Deed::CardsRefused, Measure::CardsRefused),
            ],
            Feature::Mail => &[(Deed::ContactPoints, Measure::ContactPoints)],
            Feature::Calendar => &[],
        }
    }

    /// Numbers of the last 24 hours, by whole hours.
    fn numbers(&self, feature: Feature) -> Vec<(Measure, u64)> {
        let since = self.now - SignedDuration::from_hours(24);
        let lately = || self.hours.iter().filter(|hour| hour.at() > since);
        let number =
            |(deed, measure): &(Deed, Measure)| (*measure, lately().map(|hour| hour.count(*deed)).sum());
        Self::deeds(feature).iter().map(number).collect()
    }

    /// What was done per day of the viewer's zone, today last; none while there is nothing to draw.
    fn days(&self, feature: Feature) -> Vec<Day> {
        let date = |at: Timestamp| at.to_zoned(self.zone.rules().clone()).date();
        let is_done = |(_, measure): &&(Deed, Measure)| *measure != Measure::CardsRefused;
        let deeds: Vec<Deed> = Self::deeds(feature).iter().filter(is_done).map(|(deed, _)| *deed).collect();
        let mut counts: BTreeMap<_, u64> = BTreeMap::new();
        for hour in &self.hours {
            *counts.entry(date(hour.at())).or_default() +=
                deeds.iter().map(|deed| hour.count(*deed)).sum::<u64>();
        }
        let today = date(self.now);
        let days = (0..DAYS).rev().map(|ago| today.saturating_sub(ago.days()));
        let days = days.map(|date| Day { date, count: counts.get(&date).copied().unwrap_or_default() });
        let days: Vec<Day> = days.collect();
        if days.iter().all(|day| day.count == 0) { Vec::new() } else { days }
    }
}

fn card(feature: Feature, tenants: &[Tenant], roster: &[RosterEntry], done: &Done) -> FeatureCard {
    let is_granted = tenants.iter().any(|tenant| tenant.grant(feature).is_some());
    let linked = statuses(feature, roster).filter(|status| stands_well(*status)).count();
    let is_in_trouble = statuses(feature, roster).any(is_troubled)
        || tenants.iter().any(|tenant| is_stopped(feature, tenant));
    let state = match (is_granted, is_in_trouble, linked) {
        (false, false, _) => FeatureState::Off,
        (_, true, _) => FeatureState::Troubled,
        (true, false, 0) => FeatureState::Ready,
        (true, false, _) => FeatureState::On,
    };
    let standing = |status| (status, count(statuses(feature, roster).filter(|one| *one == status).count()));
    FeatureCard {
        feature,
        state,
        linked: count(linked),
        users: count(roster.len()),
        statuses: Status::ALL.into_iter().map(standing).filter(|(_, count)| *count > 0).collect(),
        last_success_at: translate::last_success(roster, feature),
        numbers: if state == FeatureState::Off { Vec::new() } else { done.numbers(feature) },
        days: done.days(feature),
    }
}

fn statuses(feature: Feature, roster: &[RosterEntry]) -> impl Iterator<Item = Status> {
    let links = roster.iter().flat_map(|entry| &entry.links).filter(move |link| link.feature == feature);
    links.map(|link| translate::status(link.status))
}
