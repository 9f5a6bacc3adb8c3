//! What changed since when: the ground under delta queries.

use serde::{Deserialize, Serialize};

use super::{CONTACTS, Contact, Folder, Mailbox};

/// What a delta query follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// Contacts of one folder.
    Contact,
    /// Contact folders.
    Folder,
}

/// Something that left a folder.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Gone {
    /// What it was.
    pub kind: Kind,
    /// Its number.
    pub number: u64,
    /// Its place when it left (for a folder, its number).
    pub place: u64,
    /// The folder it left.
    pub folder: u64,
    /// The number of that change.
    pub change: u64,
}

/// One entry of a delta page.
#[derive(Debug, Clone, Copy)]
pub enum Change<'a> {
    /// A contact that is new or changed.
    Contact(&'a Contact),
    /// A folder that is new or changed.
    Folder(&'a Folder),
    /// Something that is no longer in the folder.
    Gone(&'a Gone),
}

impl Change<'_> {
    /// The number of the change.
    #[must_use]
    pub fn number(&self) -> u64 {
        match self {
            Self::Contact(contact) => contact.change,
            Self::Folder(folder) => folder.change,
            Self::Gone(gone) => gone.change,
        }
    }
}

impl Mailbox {
    /// The number of the last change.
    #[must_use]
    pub fn last_change(&self) -> u64 {
        self.last_change
    }

    /// The generation that sync states must be of.
    #[must_use]
    pub fn sync_generation(&self) -> u32 {
        self.sync_generation
    }

    /// Forgets every sync state: delta tokens given out before are dead.
    pub fn forget_sync_states(&mut self) {
        self.sync_generation += 1;
    }

    /// What changed in `folder` (for folders: anywhere below Contacts) after the change `since`, in the order
    /// of the changes. What left before or at `gone_since` is not told: a first round starts from nothing.
    #[must_use]
    pub fn changes(&self, kind: Kind, folder: u64, since: u64, gone_since: u64) -> Vec<Change<'_>> {
        let mut changes: Vec<Change<'_>> = match kind {
            Kind::Contact => self.contacts_in(folder).map(Change::Contact).collect(),
            Kind::Folder => self
                .folders
                .values()
                .filter(|child| {
                    folder == CONTACTS && self.is_below_contacts(child.number) || child.parent == Some(folder)
                })
                .map(Change::Folder)
                .collect(),
        };
        let left = |gone: &&Gone| {
            gone.kind == kind
                && (gone.folder == folder || (kind == Kind::Folder && folder == CONTACTS))
                && gone.change > gone_since
        };
        changes.extend(self.gone.iter().filter(left).map(Change::Gone));
        changes.retain(|change| change.number() > since);
        changes.sort_by_key(Change::number);
        changes
    }
}
