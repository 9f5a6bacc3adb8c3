//! What happened to the items of a mailbox, for whoever sends notifications.

use serde::{Deserialize, Serialize};

use super::Mailbox;

/// The kinds of items that can be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ItemKind {
    /// A mail.
    Message,
    /// An event in a calendar.
    Event,
    /// A contact.
    Contact,
}

/// What happened to an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ChangeType {
    /// It is new in the folder: made, or moved there.
    Created,
    /// It changed where it lies.
    Updated,
    /// It left the folder: moved away, or gone for good.
    Deleted,
}

/// One change of one item. A move is two: deleted from one folder, created in the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Announcement {
    /// What it is.
    pub kind: ItemKind,
    /// Its number (the immutable id).
    pub number: u64,
    /// Its place at that moment (the ordinary id).
    pub place: u64,
    /// The folder that it is in or was in: a mail folder, a calendar, a contact folder.
    pub folder: u64,
    /// The number of the change (the etag).
    pub change: u64,
    /// What happened.
    pub change_type: ChangeType,
}

impl Mailbox {
    /// Tells of a change. Every method that changes an item calls this.
    pub(super) fn announce(&mut self, announcement: Announcement) {
        self.announcements.push(announcement);
    }

    /// What was announced since the last time, oldest first.
    pub fn take_announcements(&mut self) -> Vec<Announcement> {
        std::mem::take(&mut self.announcements)
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::Map;

    use super::*;
    use crate::model::mailbox::{CONTACTS, DELETED_ITEMS};

    #[test]
    fn a_contact_is_announced_when_it_comes_changes_moves_and_goes() {
        let mut mailbox = Mailbox::default();
        let now = Timestamp::UNIX_EPOCH;
        let number = mailbox.add_contact(CONTACTS, Map::new(), now);
        mailbox.change_contact(number, now, |_| ());
        mailbox.delete_contact(number, now);
        mailbox.purge_contact(number);
        let told: Vec<_> =
            mailbox.take_announcements().into_iter().map(|told| (told.change_type, told.folder)).collect();
        let expected = [
            (ChangeType::Created, CONTACTS),
            (ChangeType::Updated, CONTACTS),
            (ChangeType::Deleted, CONTACTS),
            (ChangeType::Created, DELETED_ITEMS),
            (ChangeType::Deleted, DELETED_ITEMS),
        ];
        assert_eq!(told, expected);
        assert!(mailbox.take_announcements().is_empty());
    }
}
