//! The pages about the organization's Microsoft 365: tenants, grants, the link doctor (A05–A18, M01, M02).

use std::collections::BTreeSet;

use jiff::Timestamp;
use types::Feature;

use super::{Notice, Problem};
use crate::failure::Failure;

/// `GET /console/microsoft365`. The form posts `tenant_id` and `feature` (repeated) to
/// `/console/microsoft365/tenants`; each tenant's form posts `feature` to `…/tenants/{t}/consent`; revoking
/// posts to `…/tenants/{t}/grants/{feature}/revoke`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Microsoft365 {
    /// Linked tenants, the oldest first (A13); empty before the first.
    pub tenants: Vec<Tenant>,
    /// The form for another tenant, as typed.
    pub form: TenantForm,
    /// The fixed addresses from which we call Microsoft (A18, P36); empty: the deployment has none.
    pub static_addresses: Vec<String>,
    /// Our application (client) id, by which an administrator finds us in Entra (A17).
    pub client_id: String,
    /// What was just done.
    pub notice: Option<Notice>,
}

/// A linked tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    /// The directory (tenant) id.
    pub tenant_id: String,
    /// When it was registered.
    pub registered_at: Timestamp,
    /// What its administrator granted, for each feature of the plan.
    pub grants: Vec<Grant>,
    /// While everybody is being unlinked before it goes (A15): how many links were ended so far.
    pub ending: Option<u64>,
    /// What keeps everybody in it from working (P12).
    pub outage: Option<Outage>,
}

/// Why nothing works in a tenant, whoever the user is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outage {
    /// When it was noticed.
    pub since: Timestamp,
    /// What it is; the texts say who must act, and how.
    pub problem: Problem,
    /// The feature whose consent is missing; none when everything is concerned.
    pub feature: Option<Feature>,
}

/// A feature in a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// What.
    pub feature: Feature,
    /// How it stands.
    pub state: GrantState,
    /// Users of this tenant who are linked: what revoking stops.
    pub linked: u32,
}

/// How a grant stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GrantState {
    /// Never given.
    Missing,
    /// Given and proved.
    Granted {
        /// When.
        at: Timestamp,
        /// The account that consented.
        by: String,
        /// The permissions that the proof carried.
        scopes: Vec<String>,
    },
    /// Given once, and taken back.
    Revoked {
        /// When.
        at: Timestamp,
        /// Where.
        from: RevokedFrom,
    },
}

/// Where a grant was taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevokedFrom {
    /// Here, by an administrator of the organization.
    Here,
    /// In Microsoft Entra: we noticed that it is gone.
    Microsoft,
}

/// The form for a tenant, as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantForm {
    /// The directory (tenant) id. Field `tenant_id`.
    pub tenant_id: String,
    /// What to ask consent for (A12, M01). Field `feature`, repeated.
    pub features: BTreeSet<Feature>,
    /// What is wrong with it.
    pub fault: Option<TenantFault>,
}

/// What is wrong with the form for a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TenantFault {
    /// No id.
    Missing,
    /// Not 36 characters of a directory id (A07).
    NotAnId,
    /// Microsoft knows no directory of this id (M02).
    Unknown,
    /// No feature is ticked.
    NoFeature,
    /// Microsoft did not answer whether the directory exists.
    Unavailable,
}

/// `GET /console/microsoft365/tenants/{t}/unlink`: asks once before all users of a tenant are unlinked
/// (A15). The form posts to the same path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unlink {
    /// The directory (tenant) id.
    pub tenant_id: String,
    /// Linked users by feature; features without any are left out.
    pub linked: Vec<(Feature, u32)>,
}

/// `GET` and `POST /console/microsoft365/tenants/{t}/checks`: the link doctor (M02, P11).
///
/// The form posts `user` and `outside_user` (both may be empty). Without `check` all checks run and the
/// answer is the whole page. The script posts once for each finding that waits, with `check` = its name,
/// one after the other, and takes that finding out of the answer: that is the progress.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checks {
    /// The directory (tenant) id.
    pub tenant_id: String,
    /// Whose mailbox is tried, as typed: an id or an address. Field `user`.
    pub user: String,
    /// A mailbox that we must not reach, as typed (M07). Field `outside_user`.
    pub outside_user: String,
    /// Whoever was typed as `user` is no member.
    pub unknown_user: bool,
    /// Whoever was typed as `outside_user` is no member.
    pub unknown_outside: bool,
    /// Every check in its order; before the first run all wait.
    pub findings: Vec<Finding>,
    /// When they ran; none before the first run.
    pub at: Option<Timestamp>,
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The check's name (`mail_access`); its texts are `check-<name>` with hyphens.
    pub check: String,
    /// How it ended.
    pub state: CheckState,
    /// Why it failed or warns; the texts say who must act, and how.
    pub failure: Option<Failure>,
    /// Microsoft's code or words, or why a check was skipped (`no_user`, `out_of_time`, …).
    pub reason: Option<String>,
    /// What was seen, whatever came of it: name (`granted_by`) and value. The names' texts are `seen-<name>`
    /// with hyphens; an instant is shown in the viewer's zone.
    pub evidence: Vec<(String, String)>,
    /// Commands to copy, one per entry.
    pub commands: Vec<String>,
    /// Where to mend it: a consent page or a portal.
    pub url: Option<String>,
}

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckState {
    /// Not run yet.
    Waiting,
    /// All well.
    Passed,
    /// Works, or may work soon, but somebody should look (R44).
    Warning,
    /// Does not work.
    Failed,
    /// Does not apply, or could not be tried.
    Skipped,
}
