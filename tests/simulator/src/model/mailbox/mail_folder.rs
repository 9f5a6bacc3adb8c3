//! Mail folders: the well-known ones and those that people make.
//! Source: Graph page "mailFolder resource type", the table of well-known folder names.

use serde::{Deserialize, Serialize};

use super::{DELETED_ITEMS, ExtendedProperties, FolderProblem, Mailbox};

/// The number of the root of all visible mail folders.
pub const MAIL_ROOT: u64 = 3;
/// The number of the Inbox.
pub const INBOX: u64 = 4;
/// The number of the Drafts folder.
pub const DRAFTS: u64 = 5;
/// The number of the Sent Items folder.
pub const SENT_ITEMS: u64 = 6;
/// The number of the folder that holds what was deleted from Deleted Items.
pub const RECOVERABLE_ITEMS: u64 = 13;
/// The last number that a well-known folder may take, as its number and as its change.
pub(super) const LAST_WELL_KNOWN: u64 = 99;

/// A folder that every mailbox has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WellKnown {
    /// Its number.
    pub number: u64,
    /// The folder it stands in; none for the two roots.
    pub parent: Option<u64>,
    /// The name that paths may use in place of the id.
    pub name: &'static str,
    english: &'static str,
    japanese: &'static str,
    /// Whether lists leave it out unless they are asked for hidden folders.
    pub hidden: bool,
}

const fn visible(
    number: u64,
    name: &'static str,
    english: &'static str,
    japanese: &'static str,
) -> WellKnown {
    WellKnown { number, parent: Some(MAIL_ROOT), name, english, japanese, hidden: false }
}

/// The folders that a new mailbox has.
pub const WELL_KNOWN: [WellKnown; 11] = [
    WellKnown {
        parent: None,
        ..visible(MAIL_ROOT, "msgfolderroot", "Top of Information Store", "インフォメーション ストアの先頭")
    },
    visible(INBOX, "inbox", "Inbox", "受信トレイ"),
    visible(DRAFTS, "drafts", "Drafts", "下書き"),
    visible(SENT_ITEMS, "sentitems", "Sent Items", "送信済みアイテム"),
    visible(DELETED_ITEMS, "deleteditems", "Deleted Items", "削除済みアイテム"),
    visible(7, "junkemail", "Junk Email", "迷惑メール"),
    visible(8, "archive", "Archive", "アーカイブ"),
    visible(9, "outbox", "Outbox", "送信トレイ"),
    visible(10, "conversationhistory", "Conversation History", "会話の履歴"),
    WellKnown { hidden: true, ..visible(11, "syncissues", "Sync Issues", "同期の問題") },
    WellKnown {
        parent: None,
        hidden: true,
        ..visible(RECOVERABLE_ITEMS, "recoverableitemsdeletions", "Deletions", "Deletions")
    },
];

/// Well-known names of folders that a mailbox may lack, and these mailboxes do.
pub const ABSENT: [&str; 6] =
    ["clutter", "conflicts", "localfailures", "scheduled", "searchfolders", "serverfailures"];

/// A mail folder. Its id never changes, not even when it is moved.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MailFolder {
    /// Its number in the mailbox.
    pub number: u64,
    /// The folder it stands in; none for the roots.
    pub parent: Option<u64>,
    /// Its name, unique among its siblings in any case; a well-known folder's is shown in the mailbox's
    /// language instead.
    pub display_name: String,
    /// Whether lists leave it out unless they are asked for hidden folders.
    pub hidden: bool,
    /// The number of its last change.
    pub change: u64,
    /// Extended properties.
    #[serde(default)]
    pub extended: ExtendedProperties,
}

impl MailFolder {
    fn well_known(known: &WellKnown) -> Self {
        Self {
            number: known.number,
            parent: known.parent,
            display_name: known.english.to_owned(),
            hidden: known.hidden,
            // One each, so that pages of changes can be cut between them.
            change: known.number,
            extended: ExtendedProperties::default(),
        }
    }

    /// Every folder of a new mailbox.
    pub(super) fn all_well_known() -> std::collections::BTreeMap<u64, Self> {
        WELL_KNOWN.iter().map(|known| (known.number, Self::well_known(known))).collect()
    }

    /// What the folder is, if every mailbox has it.
    #[must_use]
    pub fn as_well_known(&self) -> Option<&'static WellKnown> {
        WELL_KNOWN.iter().find(|known| known.number == self.number)
    }

    /// Its name in a mailbox of that language (`ja-JP`).
    #[must_use]
    pub fn name_in(&self, language: &str) -> &str {
        match self.as_well_known() {
            Some(known) if language.to_ascii_lowercase().starts_with("ja") => known.japanese,
            Some(known) => known.english,
            None => &self.display_name,
        }
    }
}

impl Mailbox {
    /// The mail folders directly in `parent`, well-known ones first.
    pub fn mail_children(&self, parent: u64) -> impl Iterator<Item = &MailFolder> {
        self.mail.folders.values().filter(move |folder| folder.parent == Some(parent))
    }

    /// A mail folder by its well-known name, or by the name that it is shown with, the one nearest to the
    /// root first.
    #[must_use]
    pub fn mail_folder_named(&self, name: &str) -> Option<&MailFolder> {
        let wanted = name.to_lowercase();
        let known = WELL_KNOWN.iter().find(|known| known.name == wanted);
        if let Some(known) = known {
            return self.mail.folders.get(&known.number);
        }
        let is_named = |folder: &&MailFolder| {
            folder.display_name.to_lowercase() == wanted
                || folder.name_in(&self.mail.settings.language).to_lowercase() == wanted
        };
        self.mail.folders.values().filter(is_named).min_by_key(|folder| self.depth(folder.number))
    }

    fn depth(&self, folder: u64) -> usize {
        let above = |number: &u64| self.mail.folders.get(number)?.parent;
        std::iter::successors(Some(folder), above).count()
    }

    /// Whether `folder` is `above` or stands somewhere in it.
    #[must_use]
    pub fn is_mail_folder_within(&self, folder: u64, above: u64) -> bool {
        let parent = |number: &u64| self.mail.folders.get(number)?.parent;
        std::iter::successors(Some(folder), parent).any(|number| number == above)
    }

    fn is_mail_name_taken(&self, parent: u64, name: &str, except: Option<u64>) -> bool {
        let wanted = name.to_lowercase();
        self.mail_children(parent).any(|folder| {
            let shown = folder.name_in(&self.mail.settings.language).to_lowercase();
            Some(folder.number) != except && (shown == wanted || folder.display_name.to_lowercase() == wanted)
        })
    }

    /// Makes a mail folder in `parent`.
    ///
    /// # Errors
    /// The parent is missing, or a sibling has the name.
    pub fn add_mail_folder(
        &mut self,
        parent: u64,
        display_name: String,
        hidden: bool,
    ) -> Result<u64, FolderProblem> {
        if !self.mail.folders.contains_key(&parent) {
            return Err(FolderProblem::NotFound);
        }
        if self.is_mail_name_taken(parent, &display_name, None) {
            return Err(FolderProblem::NameTaken);
        }
        let (number, change) = (self.next_number(), self.next_change());
        let extended = ExtendedProperties::default();
        let folder = MailFolder { number, parent: Some(parent), display_name, hidden, change, extended };
        self.mail.folders.insert(number, folder);
        Ok(number)
    }

    /// Renames a mail folder.
    ///
    /// # Errors
    /// The folder is missing or well-known, or a sibling has the name.
    pub fn rename_mail_folder(&mut self, number: u64, display_name: String) -> Result<(), FolderProblem> {
        let parent = self.movable_parent(number)?;
        if self.is_mail_name_taken(parent, &display_name, Some(number)) {
            return Err(FolderProblem::NameTaken);
        }
        let change = self.next_change();
        let folder = self.mail.folders.get_mut(&number).ok_or(FolderProblem::NotFound)?;
        folder.display_name = display_name;
        folder.change = change;
        Ok(())
    }

    /// Moves a mail folder with all it holds into another. A name taken there gets a number when `rename`,
    /// as Exchange does it in Deleted Items.
    ///
    /// # Errors
    /// A folder is missing, well-known or would come to stand in itself, or the name is taken.
    pub fn move_mail_folder(&mut self, number: u64, parent: u64, rename: bool) -> Result<(), FolderProblem> {
        self.movable_parent(number)?;
        if !self.mail.folders.contains_key(&parent) || self.is_mail_folder_within(parent, number) {
            return Err(FolderProblem::NotFound);
        }
        let name = self.mail.folders.get(&number).ok_or(FolderProblem::NotFound)?.display_name.clone();
        let numbered = (1..).map(|n| format!("{name}{n}")).take(if rename { usize::MAX } else { 0 });
        let free = std::iter::once(name.clone())
            .chain(numbered)
            .find(|name| !self.is_mail_name_taken(parent, name, Some(number)))
            .ok_or(FolderProblem::NameTaken)?;
        let change = self.next_change();
        let folder = self.mail.folders.get_mut(&number).ok_or(FolderProblem::NotFound)?;
        (folder.parent, folder.display_name, folder.change) = (Some(parent), free, change);
        Ok(())
    }

    /// Removes a mail folder with all it holds for good.
    ///
    /// # Errors
    /// The folder is missing or well-known.
    pub fn purge_mail_folder(&mut self, number: u64) -> Result<(), FolderProblem> {
        self.movable_parent(number)?;
        let children: Vec<u64> = self.mail_children(number).map(|folder| folder.number).collect();
        for child in children {
            self.purge_mail_folder(child)?;
        }
        let messages: Vec<u64> = self.messages_in(number).map(|message| message.number).collect();
        for message in messages {
            self.purge_message(message);
        }
        self.mail.folders.remove(&number);
        self.note_folder_gone(number);
        Ok(())
    }

    fn movable_parent(&self, number: u64) -> Result<u64, FolderProblem> {
        let folder = self.mail.folders.get(&number).ok_or(FolderProblem::NotFound)?;
        match (folder.as_well_known(), folder.parent) {
            (None, Some(parent)) => Ok(parent),
            _ => Err(FolderProblem::WellKnown),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_found_by_well_known_name_and_by_what_people_see() {
        let mut mailbox = Mailbox::default();
        let made = mailbox.add_mail_folder(INBOX, "案件".to_owned(), false).expect("a folder");
        for (name, number) in [
            ("inbox", INBOX),
            ("Inbox", INBOX),
            ("受信トレイ", INBOX),
            ("SentItems", SENT_ITEMS),
            ("案件", made),
        ] {
            assert_eq!(mailbox.mail_folder_named(name).map(|folder| folder.number), Some(number), "{name}");
        }
        assert_eq!(mailbox.mail_folder_named("clutter").map(|folder| folder.number), None);
    }

    #[test]
    fn a_folder_cannot_move_into_itself_nor_a_well_known_one_at_all() {
        let mut mailbox = Mailbox::default();
        let outer = mailbox.add_mail_folder(INBOX, "A".to_owned(), false).expect("a folder");
        let inner = mailbox.add_mail_folder(outer, "B".to_owned(), false).expect("a folder");
        assert_eq!(mailbox.move_mail_folder(outer, inner, false), Err(FolderProblem::NotFound));
        assert_eq!(mailbox.move_mail_folder(INBOX, outer, false), Err(FolderProblem::WellKnown));
        assert_eq!(mailbox.move_mail_folder(inner, DELETED_ITEMS, true), Ok(()));
        assert_eq!(mailbox.mail.folders[&inner].parent, Some(DELETED_ITEMS));
        assert_eq!(
            mailbox.add_mail_folder(MAIL_ROOT, "受信トレイ".to_owned(), false),
            Err(FolderProblem::NameTaken)
        );
    }
}
