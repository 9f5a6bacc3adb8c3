//! Tenants in which nothing works (P12).

use types::Feature;

use super::{SUBSIDIARY, TENANT, at, microsoft365, overview, problem};
use crate::{
    Failure,
    console::{Attention, FeatureCard, FeatureState, Microsoft365, Outage, Overview, Page, Tenant},
};

pub(super) fn pages() -> [(&'static str, Page); 3] {
    [
        ("console-overview-stopped", overview_stopped().into()),
        ("console-microsoft365-stopped", microsoft365_stopped().into()),
        ("console-microsoft365-credential", microsoft365_credential().into()),
    ]
}

/// The enterprise application is gone, a permission is gone, and the deployment's own credential is over.
fn outages() -> [Outage; 3] {
    let outage = |reason: &str, feature| Outage {
        since: at("2026-11-22T01:04:00Z"),
        problem: problem(Failure::of_reason(reason), reason),
        feature,
    };
    [
        outage("AADSTS700016", None),
        outage("consent_missing", Some(Feature::Mail)),
        outage("AADSTS7000222", None),
    ]
}

/// Two tenants that wait for their administrators.
#[must_use]
pub fn microsoft365_stopped() -> Microsoft365 {
    let [gone, consent, _] = outages();
    let main = microsoft365().tenants.remove(0);
    let mail = Tenant {
        tenant_id: SUBSIDIARY.to_owned(),
        grants: main.grants[1..2].to_vec(),
        outage: Some(consent),
        ..main.clone()
    };
    let main = Tenant { grants: main.grants[..2].to_vec(), outage: Some(gone), ..main };
    Microsoft365 { tenants: vec![main, mail], ..microsoft365() }
}

/// A tenant for which the deployment itself has to be mended.
#[must_use]
pub fn microsoft365_credential() -> Microsoft365 {
    let [.., credential] = outages();
    let main = Tenant { outage: Some(credential), ..microsoft365().tenants.remove(0) };
    Microsoft365 { tenants: vec![main], ..microsoft365() }
}

/// The first page then.
#[must_use]
pub fn overview_stopped() -> Overview {
    let page = overview();
    let [gone, consent, _] = outages();
    let outage = |id: &str, outage| Attention::Outage { tenant_id: id.to_owned(), outage };
    let stopped = |card: FeatureCard| FeatureCard {
        state: if card.state == FeatureState::On { FeatureState::Troubled } else { card.state },
        ..card
    };
    Overview {
        attention: [vec![outage(TENANT, gone), outage(SUBSIDIARY, consent)], page.attention].concat(),
        features: page.features.into_iter().map(stopped).collect(),
        notice: None,
    }
}
