//! Contacts.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::change::Kind;
use super::{Announcement, ChangeType, DELETED_ITEMS, ExtendedProperties, Gone, ItemKind, Mailbox};

/// A contact.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Contact {
    /// Its number in the mailbox, for as long as it is in the mailbox (the immutable id).
    pub number: u64,
    /// Its place, drawn anew by every move (the ordinary id).
    pub place: u64,
    /// The folder it lies in.
    pub folder: u64,
    /// What was written, by Graph's property names; what is absent is empty.
    pub properties: Map<String, Value>,
    /// Extended properties.
    #[serde(default)]
    pub extended: ExtendedProperties,
    /// When it was made.
    pub created: Timestamp,
    /// When it was changed last.
    pub modified: Timestamp,
    /// The number of its last change (the change key).
    pub change: u64,
    /// Its picture.
    #[serde(default)]
    pub photo: Option<Photo>,
}

/// A picture.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Photo {
    /// For example `image/jpeg`.
    pub content_type: String,
    /// The file.
    pub bytes: Vec<u8>,
}

impl Contact {
    /// A text property; empty when absent or not a text.
    #[must_use]
    pub fn text(&self, property: &str) -> &str {
        self.properties.get(property).and_then(Value::as_str).unwrap_or_default()
    }

    fn announcement(&self, change_type: ChangeType) -> Announcement {
        let Self { number, place, folder, change, .. } = *self;
        Announcement { kind: ItemKind::Contact, number, place, folder, change, change_type }
    }
}

impl Mailbox {
    /// Puts a contact into `folder`; its number comes back.
    pub fn add_contact(&mut self, folder: u64, properties: Map<String, Value>, now: Timestamp) -> u64 {
        let (number, place, change) = (self.next_number(), self.next_number(), self.next_change());
        let contact = Contact {
            number,
            place,
            folder,
            properties,
            extended: ExtendedProperties::default(),
            created: now,
            modified: now,
            change,
            photo: None,
        };
        self.announce(contact.announcement(ChangeType::Created));
        self.contacts.insert(number, contact);
        number
    }

    /// Changes a contact in place; a new change key is drawn. Nothing comes back when it is missing.
    pub fn change_contact<T>(
        &mut self,
        number: u64,
        now: Timestamp,
        apply: impl FnOnce(&mut Contact) -> T,
    ) -> Option<T> {
        let change = self.next_change();
        let contact = self.contacts.get_mut(&number)?;
        contact.change = change;
        contact.modified = now;
        let (applied, announcement) = (apply(contact), contact.announcement(ChangeType::Updated));
        self.announce(announcement);
        Some(applied)
    }

    /// The contacts in `folder`, oldest first.
    pub fn contacts_in(&self, folder: u64) -> impl Iterator<Item = &Contact> {
        self.contacts.values().filter(move |contact| contact.folder == folder)
    }

    /// Moves a contact to Deleted Items, where it has another ordinary id; one that lies there already is
    /// removed for good. False when there is none.
    pub fn delete_contact(&mut self, number: u64, now: Timestamp) -> bool {
        let Some(contact) = self.contacts.get(&number) else { return false };
        let (folder, place) = (contact.folder, contact.place);
        if folder == DELETED_ITEMS {
            return self.purge_contact(number);
        }
        let (new_place, change) = (self.next_number(), self.next_change());
        if let Some(contact) = self.contacts.get_mut(&number) {
            contact.change = change;
            let left = contact.announcement(ChangeType::Deleted);
            contact.folder = DELETED_ITEMS;
            contact.place = new_place;
            contact.modified = now;
            let arrived = contact.announcement(ChangeType::Created);
            self.announce(left);
            self.announce(arrived);
        }
        self.gone.push(Gone { kind: Kind::Contact, number, place, folder, change });
        true
    }

    /// Removes a contact for good. False when there is none.
    pub fn purge_contact(&mut self, number: u64) -> bool {
        let Some(mut contact) = self.contacts.remove(&number) else { return false };
        let change = self.next_change();
        contact.change = change;
        self.announce(contact.announcement(ChangeType::Deleted));
        let Contact { place, folder, .. } = contact;
        self.gone.push(Gone { kind: Kind::Contact, number, place, folder, change });
        true
    }
}
