//! Subscriptions to change notifications: what is watched for whom, and until when.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::World;
use super::mailbox::{Announcement, ChangeType, DELETED_ITEMS, ItemKind, RECOVERABLE_ITEMS};

/// A subscription.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Subscription {
    /// Its id.
    pub id: Uuid,
    /// The directory it was made in.
    pub tenant_id: String,
    /// The client id of the app that made it.
    pub application_id: String,
    /// The object id of who made it: the signed-in user, or the app's service principal.
    pub creator_id: String,
    /// Who was signed in; none when the app acted by itself.
    pub signed_in: Option<Signature>,
    /// What is watched, as it was written.
    pub resource: String,
    /// What is watched.
    pub watched: Watched,
    /// Which changes are told.
    pub change_types: Vec<ChangeType>,
    /// Where changes are told.
    pub notification_url: String,
    /// Where it is told what becomes of the subscription itself.
    pub lifecycle_url: Option<String>,
    /// Repeated in every notification.
    pub client_state: Option<String>,
    /// The lowest TLS version that the endpoint speaks, as it was written.
    pub latest_tls: Option<String>,
    /// Whether notifications carry immutable ids.
    pub immutable_ids: bool,
    /// When it ends.
    pub expires: Timestamp,
    /// Since when the permission is missing, and whoever made it was asked to authorize it again.
    pub unauthorized_since: Option<Timestamp>,
    /// Whether it was asked for renewal before its end.
    pub renewal_asked: bool,
}

/// The user of a delegated token at the moment of the sign-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Signature {
    /// The object id.
    pub user_id: String,
    /// `User::generation`: a revocation counts it up.
    pub generation: u64,
}

/// Items of one mailbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Watched {
    /// The object id of the mailbox's user.
    pub user_id: String,
    /// What kind of items.
    pub kind: ItemKind,
    /// In which folder; in all of them if absent.
    pub folder: Option<u64>,
}

/// How a subscription stands towards the directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The permission it needs is granted.
    Authorized,
    /// The grant is gone; it may come back.
    Unauthorized,
    /// The sign-in it stands on is revoked, or the account is disabled: it does not come back.
    Dead,
}

/// The permissions that let one watch items of a kind: read permissions only; Graph's documents say that
/// write permissions do not stand in for them.
#[must_use]
pub fn read_permissions(kind: ItemKind) -> &'static [&'static str] {
    match kind {
        ItemKind::Message => &["Mail.Read", "Mail.ReadBasic", "Mail.ReadBasic.All"],
        ItemKind::Event => &["Calendars.Read"],
        ItemKind::Contact => &["Contacts.Read"],
    }
}

impl Watched {
    /// Whether the change is one of what is watched. Without a folder that is all mail except what only a
    /// recovery finds, and all contacts except deleted ones.
    #[must_use]
    pub fn covers(&self, user_id: &str, change: &Announcement) -> bool {
        let in_folder = match (self.folder, change.kind) {
            (Some(folder), _) => folder == change.folder,
            (None, ItemKind::Message) => change.folder != RECOVERABLE_ITEMS,
            (None, ItemKind::Contact | ItemKind::Event) => change.folder != DELETED_ITEMS,
        };
        self.user_id == user_id && self.kind == change.kind && in_folder
    }
}

impl Subscription {
    /// Whether it may be seen and changed with a token of that app and user.
    #[must_use]
    pub fn belongs_to(&self, tenant_id: &str, application_id: &str, user_id: Option<&str>) -> bool {
        let signed_in = self.signed_in.as_ref().map(|signature| signature.user_id.as_str());
        self.tenant_id == tenant_id && self.application_id == application_id && signed_in == user_id
    }
}

impl World {
    /// How a subscription stands towards the directory.
    #[must_use]
    pub fn standing(&self, subscription: &Subscription) -> Standing {
        let Some(tenant) = self.directory.tenants.get(&subscription.tenant_id) else { return Standing::Dead };
        let Some(principal) = tenant.principals.get(&subscription.application_id) else {
            return Standing::Unauthorized;
        };
        let accepted = read_permissions(subscription.watched.kind);
        let granted = match &subscription.signed_in {
            None => accepted.iter().any(|role| principal.application_roles.contains_key(*role)),
            Some(Signature { user_id, generation }) => {
                let alive = tenant
                    .users
                    .get(user_id)
                    .is_some_and(|user| user.account_enabled && user.generation == *generation);
                if !alive {
                    return Standing::Dead;
                }
                accepted.iter().any(|scope| principal.is_consented(user_id, scope))
            }
        };
        if granted && principal.account_enabled { Standing::Authorized } else { Standing::Unauthorized }
    }
}
