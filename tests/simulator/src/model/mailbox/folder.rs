//! Contact folders.

use serde::{Deserialize, Serialize};

use super::change::Kind;
use super::{CONTACTS, DELETED_ITEMS, ExtendedProperties, Gone, Mailbox};

/// A folder. Its id never changes, not even when it is moved to Deleted Items.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Folder {
    /// Its number in the mailbox.
    pub number: u64,
    /// The folder it stands in; none for the two well-known ones.
    pub parent: Option<u64>,
    /// Its name, unique among its siblings in any case.
    pub display_name: String,
    /// The number of its last change.
    pub change: u64,
    /// Extended properties.
    #[serde(default)]
    pub extended: ExtendedProperties,
}

/// Why a folder cannot be made, renamed or deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FolderProblem {
    /// A sibling has that name.
    NameTaken,
    /// There is no such folder.
    NotFound,
    /// The well-known folders cannot be deleted or renamed.
    WellKnown,
}

impl Folder {
    pub(super) fn well_known(number: u64, display_name: &str) -> Self {
        let display_name = display_name.to_owned();
        Self { number, parent: None, display_name, change: 0, extended: ExtendedProperties::default() }
    }
}

impl Mailbox {
    /// The folders directly in `parent`, oldest first.
    pub fn children(&self, parent: u64) -> impl Iterator<Item = &Folder> {
        self.folders.values().filter(move |folder| folder.parent == Some(parent))
    }

    /// Whether `folder` stands somewhere below the default Contacts folder.
    #[must_use]
    pub fn is_below_contacts(&self, folder: u64) -> bool {
        let mut parent = self.folders.get(&folder).and_then(|folder| folder.parent);
        while let Some(number) = parent {
            if number == CONTACTS {
                return true;
            }
            parent = self.folders.get(&number).and_then(|folder| folder.parent);
        }
        false
    }

    fn is_name_taken(&self, parent: u64, name: &str, except: Option<u64>) -> bool {
        let wanted = name.to_lowercase();
        self.children(parent)
            .any(|folder| Some(folder.number) != except && folder.display_name.to_lowercase() == wanted)
    }

    /// Makes a folder in `parent`.
    ///
    /// # Errors
    /// The parent is missing, or a sibling has the name.
    pub fn add_folder(
        &mut self,
        parent: u64,
        display_name: String,
        extended: ExtendedProperties,
    ) -> Result<u64, FolderProblem> {
        if !self.folders.contains_key(&parent) {
            return Err(FolderProblem::NotFound);
        }
        if self.is_name_taken(parent, &display_name, None) {
            return Err(FolderProblem::NameTaken);
        }
        let (number, change) = (self.next_number(), self.next_change());
        self.folders.insert(number, Folder { number, parent: Some(parent), display_name, change, extended });
        Ok(number)
    }

    /// Renames a folder and sets extended properties; others stay.
    ///
    /// # Errors
    /// The folder is missing or well-known, or a sibling has the name.
    pub fn change_folder(
        &mut self,
        number: u64,
        display_name: Option<String>,
        extended: ExtendedProperties,
    ) -> Result<(), FolderProblem> {
        let parent = self.folders.get(&number).ok_or(FolderProblem::NotFound)?.parent;
        if let (Some(name), Some(parent)) = (&display_name, parent)
            && self.is_name_taken(parent, name, Some(number))
        {
            return Err(FolderProblem::NameTaken);
        }
        if display_name.is_some() && parent.is_none() {
            return Err(FolderProblem::WellKnown);
        }
        let change = self.next_change();
        let folder = self.folders.get_mut(&number).ok_or(FolderProblem::NotFound)?;
        if let Some(name) = display_name {
            folder.display_name = name;
        }
        folder.extended.single.extend(extended.single);
        folder.extended.multi.extend(extended.multi);
        folder.change = change;
        Ok(())
    }

    /// Moves a folder with all it holds to Deleted Items. A name taken there gets a number, as Exchange
    /// does it.
    ///
    /// # Errors
    /// The folder is missing or well-known.
    pub fn delete_folder(&mut self, number: u64) -> Result<(), FolderProblem> {
        let parent = self.removable_parent(number)?;
        let change = self.next_change();
        let name = self.folders.get(&number).ok_or(FolderProblem::NotFound)?.display_name.clone();
        let free = std::iter::once(name.clone())
            .chain((1..).map(|n| format!("{name}{n}")))
            .find(|name| !self.is_name_taken(DELETED_ITEMS, name, Some(number)));
        if let (Some(folder), Some(name)) = (self.folders.get_mut(&number), free) {
            folder.parent = Some(DELETED_ITEMS);
            folder.display_name = name;
            folder.change = change;
        }
        self.gone.push(Gone { kind: Kind::Folder, number, place: number, folder: parent, change });
        Ok(())
    }

    /// Removes a folder with all it holds for good.
    ///
    /// # Errors
    /// The folder is missing or well-known.
    pub fn purge_folder(&mut self, number: u64) -> Result<(), FolderProblem> {
        let parent = self.removable_parent(number)?;
        let children: Vec<u64> = self.children(number).map(|folder| folder.number).collect();
        for child in children {
            self.purge_folder(child)?;
        }
        let contacts: Vec<u64> = self.contacts_in(number).map(|contact| contact.number).collect();
        for contact in contacts {
            self.purge_contact(contact);
        }
        self.folders.remove(&number);
        let change = self.next_change();
        self.gone.push(Gone { kind: Kind::Folder, number, place: number, folder: parent, change });
        Ok(())
    }

    fn removable_parent(&self, number: u64) -> Result<u64, FolderProblem> {
        let folder = self.folders.get(&number).ok_or(FolderProblem::NotFound)?;
        folder.parent.ok_or(FolderProblem::WellKnown)
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn mailbox() -> (Mailbox, u64) {
        let mut mailbox = Mailbox::default();
        let cards = mailbox
            .add_folder(CONTACTS, "Cards".to_owned(), ExtendedProperties::default())
            .expect("a folder");
        (mailbox, cards)
    }

    #[test]
    fn a_name_is_taken_in_any_case_but_only_among_siblings() {
        let (mut mailbox, cards) = mailbox();
        let add = |mailbox: &mut Mailbox, parent| {
            mailbox.add_folder(parent, "CARDS".to_owned(), ExtendedProperties::default())
        };
        assert_eq!(add(&mut mailbox, CONTACTS), Err(FolderProblem::NameTaken));
        assert!(add(&mut mailbox, cards).is_ok());
    }

    #[test]
    fn a_deleted_folder_frees_its_name_and_keeps_its_contacts() {
        let (mut mailbox, cards) = mailbox();
        let contact = mailbox.add_contact(cards, serde_json::Map::new(), Timestamp::UNIX_EPOCH);
        mailbox.delete_folder(cards).expect("deleted");
        assert_eq!(mailbox.folders[&cards].parent, Some(DELETED_ITEMS));
        assert_eq!(mailbox.contacts[&contact].folder, cards);
        let again = mailbox.add_folder(CONTACTS, "Cards".to_owned(), ExtendedProperties::default());
        mailbox.delete_folder(again.expect("the name is free")).expect("deleted too");
        let names: Vec<_> = mailbox.children(DELETED_ITEMS).map(|f| f.display_name.as_str()).collect();
        assert_eq!(names, ["Cards", "Cards1"]);
    }

    #[test]
    fn a_purged_folder_takes_its_contacts_along() {
        let (mut mailbox, cards) = mailbox();
        mailbox.add_contact(cards, serde_json::Map::new(), Timestamp::UNIX_EPOCH);
        mailbox.purge_folder(cards).expect("purged");
        assert!(mailbox.contacts.is_empty());
        assert_eq!(mailbox.purge_folder(CONTACTS), Err(FolderProblem::WellKnown));
    }
}
