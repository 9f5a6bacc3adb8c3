//! What keeps everybody in a tenant from working, and what to do about it (P12).

use super::{
    GrantState, Outage, Tenant, Viewer,
    frame::when,
    parts::{For, ProblemView, feature_name},
};
use crate::{date::When, text::Texts};

pub(super) struct OutageView {
    /// What stands still.
    pub(super) text: String,
    pub(super) since: Option<When>,
    pub(super) problem: ProblemView,
    /// What to ask consent for; empty when that would not mend it.
    pub(super) features: Vec<&'static str>,
}

impl OutageView {
    pub(super) fn of(texts: &Texts, viewer: &Viewer, tenant: &Tenant, outage: &Outage) -> Self {
        let is_concerned = |feature| outage.feature.is_none_or(|concerned| concerned == feature);
        let granted = tenant
            .grants
            .iter()
            .filter(|grant| matches!(grant.state, GrantState::Granted { .. }) && is_concerned(grant.feature));
        let is_mended_by_consent = outage.problem.failure.is_mended_by_consent();
        Self {
            text: match outage.feature {
                None => texts.get("outage-of-all"),
                Some(feature) => {
                    texts.get_with("outage-of-feature", &[("feature", feature_name(texts, feature))])
                }
            },
            since: when(texts, viewer, Some(outage.since)),
            problem: ProblemView::of(texts, &outage.problem, For::Admin),
            features: granted.filter(|_| is_mended_by_consent).map(|grant| grant.feature.as_str()).collect(),
        }
    }
}
