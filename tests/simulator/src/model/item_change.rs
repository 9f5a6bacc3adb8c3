//! What happened to the items of all mailboxes, for whoever sends notifications.

use super::World;
use super::mailbox::Announcement;

/// One change of one item of one mailbox. Its ids and etag on the wire are `graph::item_ids` and
/// `graph::item_etag` of the mailbox and the announcement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemChange {
    /// The directory that the mailbox's user belongs to.
    pub tenant_id: String,
    /// The object id of the mailbox's user.
    pub user_id: String,
    /// What happened.
    pub announcement: Announcement,
}

impl World {
    /// What happened in all mailboxes since the last time; of one mailbox, oldest first.
    pub fn take_item_changes(&mut self) -> Vec<ItemChange> {
        let mut changes = Vec::new();
        for (user_id, mailbox) in &mut self.mailboxes {
            let announced = mailbox.take_announcements();
            if announced.is_empty() {
                continue;
            }
            // A mailbox whose user is gone has nobody to tell.
            let Some((tenant, _)) = self.directory.user(user_id) else { continue };
            changes.extend(announced.into_iter().map(|announcement| ItemChange {
                tenant_id: tenant.tenant_id.clone(),
                user_id: user_id.clone(),
                announcement,
            }));
        }
        changes
    }
}
