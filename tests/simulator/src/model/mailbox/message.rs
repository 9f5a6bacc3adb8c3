//! Messages: what a mail says, and where and how it lies in a mailbox.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Announcement, ChangeType, ExtendedProperties, ItemKind, Mailbox};
use super::{DELETED_ITEMS, RECOVERABLE_ITEMS};

/// Somebody's name and address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// The name shown; the address itself when there is none.
    pub name: String,
    /// The address.
    pub address: String,
}

/// A body as it is stored: the best form that came.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// Whether it is HTML; else plain text.
    pub html: bool,
    /// The text or the document.
    pub content: String,
}

/// A file, or a message, that is attached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attachment {
    /// The file's name, or the subject of the message.
    pub name: String,
    /// For example `application/pdf`.
    pub content_type: String,
    /// By which an HTML body refers to it.
    pub content_id: Option<String>,
    /// Whether it is part of the body.
    pub inline: bool,
    /// The file; of a message, its MIME form.
    pub bytes: Vec<u8>,
}

impl Attachment {
    /// Whether it is a message.
    #[must_use]
    pub fn is_message(&self) -> bool {
        self.content_type.eq_ignore_ascii_case("message/rfc822")
    }
}

/// What a mail says, the same in every mailbox that it lies in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Content {
    /// The subject, decoded.
    pub subject: String,
    /// In whose name it was sent.
    pub from: Option<Address>,
    /// Who sent it.
    pub sender: Option<Address>,
    /// To whom.
    pub to: Vec<Address>,
    /// With a copy to whom.
    pub cc: Vec<Address>,
    /// With a hidden copy to whom.
    pub bcc: Vec<Address>,
    /// Whom to answer.
    pub reply_to: Vec<Address>,
    /// `Message-ID`, with its angle brackets.
    pub internet_message_id: String,
    /// The ids of the mails before it in the thread, oldest first, with angle brackets.
    pub thread: Vec<String>,
    /// Every header as it stands in the mail, encoded words included, long lines joined.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Body,
    /// What is attached.
    pub attachments: Vec<Attachment>,
    /// `low`, `normal` or `high`.
    pub importance: String,
    /// Whether the sender wants to know that it arrived.
    pub delivery_receipt: bool,
    /// Whether the sender wants to know that it was read.
    pub read_receipt: bool,
    /// `Date`.
    pub sent: Option<Timestamp>,
    /// The mail as it came; none for what was written in the mailbox.
    pub mime: Option<Vec<u8>>,
}

/// A message in a mailbox.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// Its number in the mailbox, for as long as it is in the mailbox (the immutable id).
    pub number: u64,
    /// Its place, drawn anew by every move (the ordinary id).
    pub place: u64,
    /// The mail folder it lies in.
    pub folder: u64,
    /// What it says.
    pub content: Content,
    /// Whether it was not sent yet.
    pub draft: bool,
    /// Whether it was read.
    pub read: bool,
    /// Categories.
    pub categories: Vec<String>,
    /// The follow-up flag as Graph shows it, without `flagStatus` when it is not flagged.
    pub flag: Map<String, Value>,
    /// `focused` or `other`.
    pub inference: String,
    /// The first mail of its thread, by which conversations are told apart.
    pub conversation: String,
    /// Extended properties.
    #[serde(default)]
    pub extended: ExtendedProperties,
    /// When it came into the mailbox (of a draft, when it was begun).
    pub received: Timestamp,
    /// When it was made in the mailbox.
    pub created: Timestamp,
    /// When it was changed last.
    pub modified: Timestamp,
    /// The number of its last change (the change key).
    pub change: u64,
    /// The number of the change that brought it into its folder.
    pub arrived: u64,
}

impl Message {
    fn announcement(&self, change_type: ChangeType) -> Announcement {
        let Self { number, place, folder, change, .. } = *self;
        Announcement { kind: ItemKind::Message, number, place, folder, change, change_type }
    }

    /// Whether a file is attached; pictures inside the body do not count.
    #[must_use]
    pub fn has_attachments(&self) -> bool {
        self.content.attachments.iter().any(|attachment| !attachment.inline)
    }
}

/// How a new message comes to lie in a mailbox.
#[derive(Debug, Clone, Copy)]
pub struct Arrival {
    /// The mail folder.
    pub folder: u64,
    /// Whether it is a draft.
    pub draft: bool,
    /// Whether it counts as read.
    pub read: bool,
    /// When it was received.
    pub received: Timestamp,
    /// The present.
    pub now: Timestamp,
}

impl Mailbox {
    /// Puts a message into a mail folder; its number comes back.
    pub fn add_message(&mut self, content: Content, arrival: Arrival) -> u64 {
        let (number, place, change) = (self.next_number(), self.next_number(), self.next_change());
        let first = content.thread.first().unwrap_or(&content.internet_message_id);
        let message = Message {
            number,
            place,
            folder: arrival.folder,
            conversation: first.clone(),
            content,
            draft: arrival.draft,
            read: arrival.read,
            categories: Vec::new(),
            flag: Map::new(),
            inference: "focused".to_owned(),
            extended: ExtendedProperties::default(),
            received: arrival.received,
            created: arrival.now,
            modified: arrival.now,
            change,
            arrived: change,
        };
        self.announce(message.announcement(ChangeType::Created));
        self.mail.messages.insert(number, message);
        number
    }

    /// Changes a message in place; a new change key is drawn. Nothing comes back when it is missing.
    pub fn change_message<T>(
        &mut self,
        number: u64,
        now: Timestamp,
        apply: impl FnOnce(&mut Message) -> T,
    ) -> Option<T> {
        let change = self.next_change();
        let message = self.mail.messages.get_mut(&number)?;
        (message.change, message.modified) = (change, now);
        let (applied, announcement) = (apply(message), message.announcement(ChangeType::Updated));
        self.announce(announcement);
        Some(applied)
    }

    /// The messages in a mail folder, oldest in the mailbox first.
    pub fn messages_in(&self, folder: u64) -> impl Iterator<Item = &Message> {
        self.mail.messages.values().filter(move |message| message.folder == folder)
    }

    /// Moves a message into another mail folder, where it has another ordinary id. False when there is none.
    pub fn move_message(&mut self, number: u64, folder: u64, now: Timestamp) -> bool {
        if !self.mail.messages.contains_key(&number) {
            return false;
        }
        let (place, change) = (self.next_number(), self.next_change());
        let Some(message) = self.mail.messages.get_mut(&number) else { return false };
        message.change = change;
        let left = message.announcement(ChangeType::Deleted);
        (message.folder, message.place) = (folder, place);
        (message.modified, message.arrived) = (now, change);
        let came = message.announcement(ChangeType::Created);
        self.note_message_gone(&left);
        self.announce(left);
        self.announce(came);
        true
    }

    /// Puts a copy of a message into a mail folder; its number comes back.
    pub fn copy_message(&mut self, number: u64, folder: u64, now: Timestamp) -> Option<u64> {
        let (new, place, change) = (self.next_number(), self.next_number(), self.next_change());
        let original = self.mail.messages.get(&number)?.clone();
        let message = Message {
            number: new,
            place,
            folder,
            created: now,
            modified: now,
            change,
            arrived: change,
            ..original
        };
        self.announce(message.announcement(ChangeType::Created));
        self.mail.messages.insert(new, message);
        Some(new)
    }

    /// Moves a message to Deleted Items, and from there to where only a recovery finds it. False when there is
    /// none.
    pub fn delete_message(&mut self, number: u64, now: Timestamp) -> bool {
        let Some(message) = self.mail.messages.get(&number) else { return false };
        match message.folder {
            RECOVERABLE_ITEMS => self.purge_message(number),
            folder if self.is_mail_folder_within(folder, DELETED_ITEMS) => {
                self.move_message(number, RECOVERABLE_ITEMS, now)
            }
            _ => self.move_message(number, DELETED_ITEMS, now),
        }
    }

    /// Removes a message for good. False when there is none.
    pub fn purge_message(&mut self, number: u64) -> bool {
        let Some(mut message) = self.mail.messages.remove(&number) else { return false };
        message.change = self.next_change();
        let left = message.announcement(ChangeType::Deleted);
        self.note_message_gone(&left);
        self.announce(left);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::mailbox::INBOX;

    #[test]
    fn a_deleted_message_goes_to_deleted_items_then_out_of_sight_then_away() {
        let mut mailbox = Mailbox::default();
        let now = Timestamp::UNIX_EPOCH;
        let arrival = Arrival { folder: INBOX, draft: false, read: false, received: now, now };
        let number = mailbox.add_message(Content::default(), arrival);
        let place = mailbox.mail.messages[&number].place;
        for folder in [DELETED_ITEMS, RECOVERABLE_ITEMS] {
            assert!(mailbox.delete_message(number, now));
            assert_eq!(mailbox.mail.messages[&number].folder, folder);
        }
        assert_ne!(mailbox.mail.messages[&number].place, place);
        assert!(mailbox.delete_message(number, now));
        assert!(mailbox.mail.messages.is_empty() && !mailbox.delete_message(number, now));
        let told: Vec<_> = mailbox.take_announcements().into_iter().map(|told| told.change_type).collect();
        let (created, deleted) = (ChangeType::Created, ChangeType::Deleted);
        assert_eq!(told, [created, deleted, created, deleted, created, deleted]);
    }
}
