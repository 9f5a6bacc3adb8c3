//! Accounts and cards as pages show them.

use accounts::{AuditEntry, LinkStatus, RosterEntry, Tenant};
use cards::PushStatus;
use jiff::Timestamp;
use pages::{
    Failure,
    console::{self, Actor, Entry, Grant, GrantState, Link, Problem, RevokedFrom, Status, UserRow},
};
use types::{Feature, UserId};

/// The most refused cards that a page lists.
const MOST_REFUSED: usize = 200;

/// A status in the words of pages.
pub(crate) fn status(status: LinkStatus) -> Status {
    match status {
        LinkStatus::Syncing => Status::Syncing,
        LinkStatus::Linked => Status::Linked,
        LinkStatus::AuthenticationFailed => Status::AuthenticationFailed,
        LinkStatus::NoPermission => Status::NoPermission,
        LinkStatus::Failed => Status::Failed,
        LinkStatus::ReconnectNeeded => Status::ReconnectNeeded,
        LinkStatus::Unlinked => Status::Unlinked,
    }
}

/// Whether a link works, or is about to.
pub(crate) fn stands_well(status: Status) -> bool {
    matches!(status, Status::Linked | Status::Syncing)
}

/// Whether a link waits for somebody.
pub(crate) fn is_troubled(status: Status) -> bool {
    !stands_well(status) && !matches!(status, Status::NotLinked | Status::Unlinked)
}

/// A user's link for a feature.
pub(crate) fn link(feature: Feature, links: &[accounts::Link]) -> Link {
    let Some(link) = links.iter().find(|link| link.feature == feature) else {
        let (status, problem, account) = (Status::NotLinked, None, None);
        return Link { feature, status, problem, account, linked_at: None, last_success_at: None };
    };
    let status = status(link.status);
    let failure = Failure::of_link(status.as_str(), link.reason.as_deref());
    Link {
        feature,
        status,
        problem: failure.map(|failure| Problem { failure, code: link.reason.clone() }),
        account: link.account.as_ref().map(|account| account.name.clone()),
        linked_at: Some(link.linked_at),
        last_success_at: link.last_success_at,
    }
}

/// A user in a list, with a link for each of the features.
pub(crate) fn row(entry: &RosterEntry, features: impl IntoIterator<Item = Feature>) -> UserRow {
    UserRow {
        user_id: entry.user.id.to_string(),
        name: entry.user.display_name.clone(),
        email: entry.user.email.clone(),
        is_admin: entry.user.role == accounts::Role::Admin,
        links: features.into_iter().map(|feature| link(feature, &entry.links)).collect(),
    }
}

/// What keeps a tenant from working; a tenant that is going has nothing to mend.
pub(crate) fn outage(tenant: &Tenant) -> Option<console::Outage> {
    let outage = tenant.outage.as_ref().filter(|_| tenant.ending.is_none())?;
    Some(console::Outage { since: outage.since, problem: problem(&outage.reason), feature: outage.feature })
}

/// What a reason means to people.
pub(crate) fn problem(reason: &str) -> Problem {
    Problem { failure: Failure::of_reason(reason), code: Some(reason.to_owned()) }
}

/// A tenant with each feature's grant, and how many are linked under it.
pub(crate) fn tenant(
    tenant: &Tenant,
    features: impl IntoIterator<Item = Feature>,
    roster: &[RosterEntry],
) -> console::Tenant {
    let grant = |feature| Grant {
        feature,
        state: grant_state(tenant, feature),
        linked: linked_in(tenant, feature, roster),
    };
    console::Tenant {
        tenant_id: tenant.tenant_id.to_string(),
        registered_at: tenant.registered_at,
        grants: features.into_iter().map(grant).collect(),
        ending: tenant.ending.map(|ending| ending.unlinked),
        outage: outage(tenant),
    }
}

/// Whose link of a feature stands in a tenant: not unlinked, whatever its trouble.
pub(crate) fn linked_in(tenant: &Tenant, feature: Feature, roster: &[RosterEntry]) -> u32 {
    let links = roster.iter().flat_map(|entry| &entry.links);
    let standing = links.filter(|link| {
        link.feature == feature && link.tenant_id == tenant.tenant_id && link.status != LinkStatus::Unlinked
    });
    count(standing.count())
}

fn grant_state(tenant: &Tenant, feature: Feature) -> GrantState {
    match tenant.grants.get(&feature) {
        None => GrantState::Missing,
        Some(accounts::Grant { revoked_at: Some(at), .. }) => {
            GrantState::Revoked { at: *at, from: RevokedFrom::Here }
        }
        Some(grant) => GrantState::Granted {
            at: grant.granted_at,
            by: grant.granted_by.clone(),
            scopes: grant.scopes.clone(),
        },
    }
}

/// What a user sees of the push; it waits while it was asked for and there is something to do.
pub(crate) fn push(status: &PushStatus, was_asked_for: bool) -> console::Push {
    let is_waiting = was_asked_for && status.pending > 0;
    console::Push {
        state: if is_waiting { console::PushState::Waiting } else { console::PushState::Resting },
        at: status.last_push.at,
        created: status.last_push.created,
        updated: status.last_push.updated,
        deleted: status.last_push.deleted,
        refused: count(status.refused.len()),
    }
}

/// The cards that Microsoft refuses.
pub(crate) fn refused(status: &PushStatus) -> Vec<console::RefusedCard> {
    let card = |(card, reason): (&types::CardId, &String)| console::RefusedCard {
        card_id: card.to_string(),
        name: None,
        reason: reason.clone(),
    };
    status.refused.iter().take(MOST_REFUSED).map(card).collect()
}

/// A line of the audit log; `name_of` knows the names of users.
pub(crate) fn entry(entry: &AuditEntry, name_of: impl Fn(&UserId) -> Option<String>) -> Entry {
    let user = entry.field("user_id");
    let user = user.map(|id| {
        let name = id.parse().ok().and_then(|id| name_of(&id));
        (id.clone(), name.unwrap_or(id))
    });
    Entry {
        at: entry.at,
        event: entry.field("event").unwrap_or_default(),
        actor: entry.actor.as_ref().map(|by| actor(by, &name_of)),
        user,
        feature: entry.field("feature").as_deref().and_then(Feature::parse),
        tenant_id: entry.field("tenant_id"),
        account: entry.field("account"),
        reason: entry.field("reason"),
    }
}

/// Who did something; a user who was removed has no name any more.
fn actor(actor: &accounts::Actor, name_of: impl Fn(&UserId) -> Option<String>) -> Actor {
    match actor {
        accounts::Actor::Operator => Actor::Operator,
        accounts::Actor::ApiKey { prefix, .. } => Actor::ApiKey { prefix: prefix.clone() },
        accounts::Actor::User { id } => Actor::User { name: name_of(id).unwrap_or_else(|| id.to_string()) },
        accounts::Actor::Microsoft { account } => Actor::Microsoft { account: account.clone() },
        accounts::Actor::System => Actor::System,
    }
}

/// When a feature's work last succeeded for anybody.
pub(crate) fn last_success(roster: &[RosterEntry], feature: Feature) -> Option<Timestamp> {
    let links = roster.iter().flat_map(|entry| &entry.links).filter(|link| link.feature == feature);
    links.filter_map(|link| link.last_success_at).max()
}

/// A count as pages show it.
pub(crate) fn count(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
