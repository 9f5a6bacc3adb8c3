//! What a CRM can be told of, and the body that tells it.

use accounts::{GrantNews, LinkNews, News, OutageNews, PushNews, Untold};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A kind of event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum EventKind {
    /// A link has another status or another reason.
    #[serde(rename = "link.status_changed")]
    LinkStatusChanged,
    /// A push had something to do and did it.
    #[serde(rename = "push.finished")]
    PushFinished,
    /// A tenant's admin granted a feature, or a grant ended.
    #[serde(rename = "tenant.grant_changed")]
    GrantChanged,
    /// Nothing works in a tenant any more, whoever the user is, or works again.
    #[serde(rename = "tenant.outage_changed")]
    OutageChanged,
}

impl EventKind {
    /// Every kind.
    pub const ALL: [Self; 4] =
        [Self::LinkStatusChanged, Self::PushFinished, Self::GrantChanged, Self::OutageChanged];

    /// The name, as in `link.status_changed`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::LinkStatusChanged => "link.status_changed",
            Self::PushFinished => "push.finished",
            Self::GrantChanged => "tenant.grant_changed",
            Self::OutageChanged => "tenant.outage_changed",
        }
    }
}

/// The id of the event, the same at every webhook and at every attempt.
pub(crate) fn id_of(untold: &Untold) -> String {
    format!("evt_{}", untold.id)
}

/// The kind and the body, written once: every attempt sends the same bytes. None for what concerns only the user
/// who is written to.
pub(crate) fn event_of(untold: &Untold) -> Option<(EventKind, String)> {
    let (kind, mut data) = match &untold.news {
        News::Link(link) => (EventKind::LinkStatusChanged, of_link(link)),
        News::Push(push) => (EventKind::PushFinished, of_push(push)),
        News::Grants(grants) => (EventKind::GrantChanged, of_grants(grants)),
        News::Outage(outage) => (EventKind::OutageChanged, of_outage(outage)),
        News::Invite(_) => return None,
    };
    data["organization_id"] = json!(untold.organization_id);
    Some((kind, json!({"type": kind, "timestamp": untold.at, "data": data}).to_string()))
}

fn of_link(link: &LinkNews) -> Value {
    let LinkNews { user_id, feature, status, reason, tenant_id, account, last_success_at } = link;
    json!({
        "user_id": user_id,
        "feature": feature,
        "status": status,
        "reason": reason,
        "tenant_id": tenant_id,
        "account": account,
        "last_success_at": last_success_at,
    })
}

fn of_push(push: &PushNews) -> Value {
    let PushNews { user_id, started_at, created, updated, deleted, refused } = push;
    json!({
        "user_id": user_id,
        "started_at": started_at,
        "created": created,
        "updated": updated,
        "deleted": deleted,
        "refused": refused,
    })
}

fn of_grants(grants: &GrantNews) -> Value {
    let GrantNews { tenant_id, granted, revoked, is_removed, .. } = grants;
    json!({
        "tenant_id": tenant_id,
        "granted": granted,
        "revoked": revoked,
        "tenant_removed": is_removed,
    })
}

fn of_outage(news: &OutageNews) -> Value {
    let OutageNews { tenant_id, outage, is_over } = news;
    json!({
        "tenant_id": tenant_id,
        "status": if *is_over { "working" } else { "broken" },
        "reason": outage.reason,
        "feature": outage.feature,
        "since": outage.since,
    })
}
