//! The state: who there is (`directory`) and what their mailboxes hold (`mailbox`). No HTTP in here.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

mod delivery;
pub mod directory;
mod item_change;
pub mod mailbox;
pub mod mime;
pub mod subscription;

pub use directory::Directory;
pub use item_change::ItemChange;
pub use mailbox::Mailbox;
pub use subscription::Subscription;

/// Everything the simulator remembers, and what a state file holds.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct World {
    /// Tenants, users, apps, consents, tokens.
    pub directory: Directory,
    /// By the object id of the user that owns it; made when it is first asked for.
    pub mailboxes: BTreeMap<String, Mailbox>,
    /// Subscriptions to change notifications, by id.
    pub subscriptions: BTreeMap<uuid::Uuid, Subscription>,
    /// How far the clock stood ahead when the state was saved.
    pub clock_offset_seconds: i64,
}
