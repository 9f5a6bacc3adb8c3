//! One Exchange Online mailbox: folders, contacts, mail, and the order in which they changed.

mod announcement;
mod calendar;
mod change;
mod contact;
mod event;
mod folder;
mod mail;
mod mail_folder;
mod meeting;
mod message;
mod occurrence;
mod recurrence;
mod room;
mod teams;
mod zoned;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use self::announcement::{Announcement, ChangeType, ItemKind};
pub use self::calendar::{
    CALENDAR, Calendar, CalendarBehaviour, GoneEvent, Invitation, InvitationKind, Schedule, Teams,
    TransactionIdRepeat,
};
pub use self::change::{Change, Gone, Kind};
pub use self::contact::{Contact, Photo};
pub use self::event::{Answer, Attendee, AttendeeKind, Event, EventChanges, OnlineMeeting, Person, Response};
pub use self::folder::{Folder, FolderProblem};
pub use self::mail::{Departed, Mail, MailChange, MailSettings};
pub use self::mail_folder::{
    ABSENT, DRAFTS, INBOX, MAIL_ROOT, MailFolder, RECOVERABLE_ITEMS, SENT_ITEMS, WELL_KNOWN, WellKnown,
};
pub use self::meeting::{EventProblem, Reply};
pub use self::message::{Address, Arrival, Attachment, Body, Content, Message};
pub use self::occurrence::Occurrence;
pub use self::recurrence::{Day, Pattern, PatternKind, Range, RangeKind, Recurrence};
pub use self::teams::body as event_body;
pub use self::zoned::{ZonedTime, zone};

/// The number of the default Contacts folder.
pub const CONTACTS: u64 = 1;
/// The number of the Deleted Items folder.
pub const DELETED_ITEMS: u64 = 2;

/// Extended (MAPI) properties of an item or folder, by their id in its one canonical spelling.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ExtendedProperties {
    /// One value each.
    pub single: BTreeMap<String, String>,
    /// Several values each.
    pub multi: BTreeMap<String, Vec<String>>,
}

/// One Exchange Online mailbox.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Mailbox {
    /// The mailbox's own GUID, part of every id in it.
    pub id: uuid::Uuid,
    /// Folders by number; the two well-known ones are always there.
    pub folders: BTreeMap<u64, Folder>,
    /// Contacts by number, those in Deleted Items included.
    pub contacts: BTreeMap<u64, Contact>,
    /// Mail folders and messages.
    #[serde(default)]
    pub mail: Mail,
    /// The calendar.
    #[serde(default)]
    pub calendar: Calendar,
    /// What left a folder: deleted for good, or moved away.
    gone: Vec<Gone>,
    /// The last number given to a folder, a contact or a contact's place.
    last_number: u64,
    /// The last change number.
    last_change: u64,
    /// Sync states from before this generation are forgotten (`410 SyncStateNotFound`).
    sync_generation: u32,
    /// Changes that nobody took yet; not part of what a state file holds.
    #[serde(skip)]
    announcements: Vec<Announcement>,
}

impl Default for Mailbox {
    fn default() -> Self {
        let well_known = |number, display_name: &str| (number, Folder::well_known(number, display_name));
        Self {
            id: uuid::Uuid::new_v4(),
            folders: BTreeMap::from([
                well_known(CONTACTS, "Contacts"),
                well_known(DELETED_ITEMS, "Deleted Items"),
            ]),
            contacts: BTreeMap::new(),
            mail: Mail::default(),
            calendar: Calendar::default(),
            gone: Vec::new(),
            last_number: mail_folder::LAST_WELL_KNOWN,
            last_change: mail_folder::LAST_WELL_KNOWN,
            sync_generation: 1,
            announcements: Vec::new(),
        }
    }
}

impl Mailbox {
    fn next_number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }

    fn next_change(&mut self) -> u64 {
        self.last_change += 1;
        self.last_change
    }
}
