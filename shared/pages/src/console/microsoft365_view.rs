//! The organization's Microsoft 365: tenants, grants, the question before a tenant goes.

use askama::Template;
use types::Feature;

use super::{
    Grant, GrantState, Microsoft365, RevokedFrom, Tenant, TenantFault, Unlink, Viewer,
    frame::{Frame, number, when},
    outage_view::OutageView,
    parts::{IdField, NoticeView, StatusView, feature_name, pieces},
};
use crate::{
    address,
    branding::Branding,
    date::When,
    failed_view::Piece,
    text::{Texts, plain},
    view::Granted,
};

#[derive(Template)]
#[template(path = "console_microsoft365.html")]
pub(super) struct Microsoft365View {
    frame: Frame,
    notice: Option<NoticeView>,
    tenants: Vec<TenantView>,
    /// The form for another tenant: what may be ticked, and its id (A07).
    choices: Vec<Choice>,
    feature_fault: Option<String>,
    id: IdField,
    addresses: Vec<String>,
    client_id: String,
    help: Vec<Help>,
}

/// A feature that consent is asked for.
struct Choice {
    feature: &'static str,
    name: String,
    purpose: String,
    ticked: bool,
}

/// A question and its answer, in lines.
struct Help {
    question: String,
    answer: Vec<Vec<Piece>>,
}

struct TenantView {
    tenant_id: String,
    status: StatusView,
    registered_at: Option<When>,
    grants: Vec<GrantView>,
    /// What may still be consented to.
    missing: Vec<Choice>,
    /// How far its end has come.
    ending: Option<String>,
    outage: Option<OutageView>,
    consent: String,
    checks: String,
    unlink: String,
}

struct GrantView {
    name: String,
    status: StatusView,
    since: Option<When>,
    by: Option<String>,
    granted: Vec<Granted>,
    /// Why it does not stand any more.
    lost: Option<String>,
    revoke: Option<String>,
    /// Where a group is chosen whose members it is switched on for (P14).
    audience: Option<String>,
    lost_by_revoking: String,
}

impl Microsoft365View {
    pub(super) fn of(texts: Texts, product: &Branding, viewer: &Viewer, page: &Microsoft365) -> Self {
        let texts = texts.with("client", &page.client_id);
        let fault = page.form.fault.map(|fault| fault_text(&texts, fault));
        let about_features = page.form.fault == Some(TenantFault::NoFeature);
        let choice = |feature: Feature| Choice::of(&texts, feature, page.form.features.contains(&feature));
        let title = texts.get("nav-microsoft365");
        Self {
            notice: NoticeView::of(&texts, page.notice.as_ref()),
            tenants: page.tenants.iter().map(|tenant| TenantView::of(&texts, viewer, tenant)).collect(),
            choices: viewer.features.iter().copied().map(choice).collect(),
            id: IdField {
                at: "tenant-id",
                name: "tenant_id",
                label: texts.get("fact-tenant"),
                hint: texts.get("tenant-id-hint"),
                typed: page.form.tenant_id.clone(),
                fault: fault.clone().filter(|_| !about_features),
                how_title: texts.get("tenant-how-title"),
                how: pieces(&texts, "tenant-how"),
            },
            feature_fault: fault.filter(|_| about_features),
            addresses: page.static_addresses.iter().map(|address| plain(address)).collect(),
            client_id: plain(&page.client_id),
            help: helps(&texts),
            frame: Frame::new(texts, product, Some(viewer), title, &[]),
        }
    }
}

/// What people ask (A02, A16, A17, A18, A20).
fn helps(texts: &Texts) -> Vec<Help> {
    let help = |name: &str| Help {
        question: texts.get(&format!("help-{name}.question")),
        answer: pieces(texts, &format!("help-{name}.answer")),
    };
    ["approval-admin", "approval-user", "plan", "several", "google"].map(help).into()
}

fn fault_text(texts: &Texts, fault: TenantFault) -> String {
    texts.get(match fault {
        TenantFault::Missing => "tenant-fault-missing",
        TenantFault::NotAnId => "tenant-fault-not-an-id",
        TenantFault::Unknown => "tenant-fault-unknown",
        TenantFault::NoFeature => "tenant-fault-no-feature",
        TenantFault::Unavailable => "tenant-fault-unavailable",
    })
}

impl Choice {
    fn of(texts: &Texts, feature: Feature, ticked: bool) -> Self {
        Self {
            feature: feature.as_str(),
            name: texts.get(&format!("feature-{}.allow", feature.as_str())),
            purpose: texts.get(&format!("feature-{}.permission", feature.as_str())),
            ticked,
        }
    }
}

/// A path below a tenant's.
fn below(tenant_id: &str, rest: &[&str]) -> String {
    address::path("/console/microsoft365/tenants", [&[tenant_id], rest].concat().as_slice())
}

impl TenantView {
    fn of(texts: &Texts, viewer: &Viewer, tenant: &Tenant) -> Self {
        let is_granted = |grant: &&Grant| matches!(grant.state, GrantState::Granted { .. });
        let is_lost =
            |grant: &&Grant| matches!(grant.state, GrantState::Revoked { from: RevokedFrom::Microsoft, .. });
        let ending =
            tenant.ending.map(|unlinked| texts.get_with("tenant-ending", &[("count", number(unlinked))]));
        let (shape, word) = if ending.is_some() {
            ("unlinked", "tenant-ends")
        } else if tenant.outage.as_ref().is_some_and(|outage| outage.feature.is_none()) {
            ("failed", "tenant-stopped")
        } else if tenant.outage.is_some() {
            ("reconnect-needed", "link-reconnect-needed")
        } else if tenant.grants.iter().any(|grant| is_granted(&grant)) {
            ("linked", "link-linked")
        } else if tenant.grants.iter().any(|grant| is_lost(&grant)) {
            ("reconnect-needed", "link-reconnect-needed")
        } else {
            ("not-linked", "tenant-waits")
        };
        let missing = tenant.grants.iter().filter(|grant| ending.is_none() && !is_granted(grant));
        let missing = missing.map(|grant| Choice::of(texts, grant.feature, is_lost(&grant)));
        Self {
            tenant_id: plain(&tenant.tenant_id),
            status: StatusView::named(texts, shape, word),
            registered_at: when(texts, viewer, Some(tenant.registered_at)),
            missing: missing.collect(),
            outage: tenant.outage.as_ref().map(|outage| OutageView::of(texts, viewer, tenant, outage)),
            ending,
            grants: tenant.grants.iter().map(|grant| GrantView::of(texts, viewer, tenant, grant)).collect(),
            consent: below(&tenant.tenant_id, &["consent"]),
            checks: below(&tenant.tenant_id, &["checks"]),
            unlink: below(&tenant.tenant_id, &["unlink"]),
        }
    }
}

impl GrantView {
    fn of(texts: &Texts, viewer: &Viewer, tenant: &Tenant, grant: &Grant) -> Self {
        let feature = grant.feature.as_str();
        let (shape, word) = match &grant.state {
            GrantState::Missing => ("not-linked", "grant-missing"),
            GrantState::Granted { .. } => ("linked", "grant-granted"),
            GrantState::Revoked { from: RevokedFrom::Here, .. } => ("unlinked", "grant-revoked"),
            GrantState::Revoked { from: RevokedFrom::Microsoft, .. } => ("reconnect-needed", "grant-lost"),
        };
        let (since, by, scopes) = match &grant.state {
            GrantState::Missing => (None, None, [].as_slice()),
            GrantState::Granted { at, by, scopes } => (Some(*at), Some(plain(by)), scopes.as_slice()),
            GrantState::Revoked { at, .. } => (Some(*at), None, [].as_slice()),
        };
        let lost = match &grant.state {
            GrantState::Revoked { from: RevokedFrom::Microsoft, .. } => Some(texts.get("grant-lost-why")),
            _ => None,
        };
        let is_granted = matches!(grant.state, GrantState::Granted { .. });
        let values = [("count", number(grant.linked)), ("feature", feature_name(texts, grant.feature))];
        Self {
            name: feature_name(texts, grant.feature),
            status: StatusView::named(texts, shape, word),
            since: when(texts, viewer, since),
            by,
            granted: scopes.iter().map(|scope| Granted::of(texts, scope)).collect(),
            lost,
            revoke: is_granted.then(|| below(&tenant.tenant_id, &["grants", feature, "revoke"])),
            audience: is_granted.then(|| below(&tenant.tenant_id, &["audiences", feature])),
            lost_by_revoking: texts.get_with(&format!("revoke-{feature}"), &values),
        }
    }
}

#[derive(Template)]
#[template(path = "console_unlink.html")]
pub(super) struct UnlinkView {
    frame: Frame,
    tenant_id: String,
    /// What is lost, feature by feature.
    lost: Vec<String>,
    action: String,
}

impl UnlinkView {
    pub(super) fn of(texts: Texts, product: &Branding, viewer: &Viewer, page: &Unlink) -> Self {
        let line = |(feature, count): &(Feature, u32)| {
            let values = [("count", number(*count)), ("feature", feature_name(&texts, *feature))];
            texts.get_with(&format!("unlink-{}", feature.as_str()), &values)
        };
        let title = texts.get("unlink.title");
        Self {
            tenant_id: plain(&page.tenant_id),
            lost: page.linked.iter().map(line).collect(),
            action: below(&page.tenant_id, &["unlink"]),
            frame: Frame::new(texts, product, Some(viewer), title, &[]),
        }
    }
}

/// The address of a tenant's link doctor.
pub(super) fn checks_address(tenant_id: &str) -> String {
    below(tenant_id, &["checks"])
}
