//! The mail of a mailbox: its folders, its messages, what left them, and the owner's settings.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Announcement, MailFolder, Mailbox, Message};

/// The mail of a mailbox.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Mail {
    /// Mail folders by number.
    pub folders: BTreeMap<u64, MailFolder>,
    /// Messages by number, those in every folder.
    pub messages: BTreeMap<u64, Message>,
    /// What the owner chose.
    pub settings: MailSettings,
    /// Messages that left a folder.
    gone: Vec<Departed>,
    /// Folders that were removed for good.
    gone_folders: Vec<Departed>,
}

impl Default for Mail {
    fn default() -> Self {
        Self {
            folders: MailFolder::all_well_known(),
            messages: BTreeMap::new(),
            settings: MailSettings::default(),
            gone: Vec::new(),
            gone_folders: Vec::new(),
        }
    }
}

/// What the owner of a mailbox chose. The time zone is the user's.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MailSettings {
    /// In which the well-known folders are named (`ja-JP`).
    pub language: String,
    /// As Graph shows it: days, start, end; the zone is the user's.
    pub working_hours: Map<String, Value>,
    /// For example `yyyy/MM/dd`.
    pub date_format: String,
    /// For example `H:mm`.
    pub time_format: String,
}

impl Default for MailSettings {
    fn default() -> Self {
        let days = ["monday", "tuesday", "wednesday", "thursday", "friday"];
        let working_hours = [
            ("daysOfWeek".to_owned(), Value::from(days.to_vec())),
            ("startTime".to_owned(), Value::from("09:00:00.0000000")),
            ("endTime".to_owned(), Value::from("18:00:00.0000000")),
        ];
        Self {
            language: "ja-JP".to_owned(),
            working_hours: working_hours.into_iter().collect(),
            date_format: "yyyy/MM/dd".to_owned(),
            time_format: "H:mm".to_owned(),
        }
    }
}

/// Something that left a mail folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Departed {
    /// Its number.
    pub number: u64,
    /// Its place when it left.
    pub place: u64,
    /// The folder it left.
    pub folder: u64,
    /// The number of that change.
    pub change: u64,
}

/// One entry of a round of changes.
#[derive(Debug, Clone, Copy)]
pub enum MailChange<'a> {
    /// A message that is new or changed.
    Message(&'a Message),
    /// A folder that is new or changed.
    Folder(&'a MailFolder),
    /// Something that is not there any more.
    Gone(Departed),
}

impl MailChange<'_> {
    /// The number of the change.
    #[must_use]
    pub fn number(&self) -> u64 {
        match self {
            Self::Message(message) => message.change,
            Self::Folder(folder) => folder.change,
            Self::Gone(gone) => gone.change,
        }
    }
}

impl Mailbox {
    pub(super) fn note_message_gone(&mut self, left: &Announcement) {
        let Announcement { number, place, folder, change, .. } = *left;
        self.mail.gone.push(Departed { number, place, folder, change });
    }

    pub(super) fn note_folder_gone(&mut self, number: u64) {
        let change = self.next_change();
        self.mail.gone_folders.push(Departed { number, place: number, folder: number, change });
    }

    /// What changed in a mail folder after the change `since`, in the order of the changes. What left before
    /// or at `gone_since` is not told: a first round starts from nothing.
    #[must_use]
    pub fn message_changes(&self, folder: u64, since: u64, gone_since: u64) -> Vec<MailChange<'_>> {
        let here = self.messages_in(folder).map(MailChange::Message);
        let left = self.mail.gone.iter().filter(|gone| gone.folder == folder && gone.change > gone_since);
        // In order: one that left and came back is told of in both ways.
        in_order(here.chain(left.copied().map(MailChange::Gone)), since)
    }

    /// What changed among all mail folders after the change `since`, in the order of the changes.
    #[must_use]
    pub fn mail_folder_changes(&self, since: u64, gone_since: u64) -> Vec<MailChange<'_>> {
        let visible = self.mail.folders.values().filter(|folder| folder.parent.is_some() && !folder.hidden);
        let left = self.mail.gone_folders.iter().filter(|gone| gone.change > gone_since);
        in_order(visible.map(MailChange::Folder).chain(left.copied().map(MailChange::Gone)), since)
    }
}

fn in_order<'a>(changes: impl Iterator<Item = MailChange<'a>>, since: u64) -> Vec<MailChange<'a>> {
    let mut changes: Vec<_> = changes.filter(|change| change.number() > since).collect();
    changes.sort_by_key(MailChange::number);
    changes
}
