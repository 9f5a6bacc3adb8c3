//! The contact folder: ours is known by its id and by our key on it, never by its name (B06, B15, R13, R47).
//!
//! | what people did | what the next push does |
//! |---|---|
//! | renamed it | goes on in it; the user's name stays until the organization chooses another |
//! | moved it below another folder of Contacts | goes on in it |
//! | deleted it (it is in Deleted Items), or moved it out of Contacts | makes it anew, pushes every card, tells the audit log |
//! | unlinked and linked again | goes on in it; each card's contact is known, or found by its key |
//! | made a folder of our name that is not ours | none is made: `folder_taken`, until it is renamed or deleted |
//! | the organization chose another name | renames ours by its id; where that name is taken the cards go on, and it says so |

use accounts::{Event, Link};
use graph::{
    GraphError, Mailbox,
    contacts::{Folder, FolderId, KeyedContact},
};
use types::CardId;

use super::{
    Push,
    state::{KnownFolder, PushState},
};
use crate::CardsError;

/// How deep below Contacts a folder is followed.
const MOST_LEVELS: usize = 10;

/// Where the cards go.
pub(super) struct Place {
    pub(super) id: FolderId,
    /// It could not get the name that the organization chose.
    pub(super) is_name_taken: bool,
}

impl Push {
    /// The folder to push into, made if need be. A folder other than the one known so far is pushed from the
    /// first card on.
    pub(super) async fn folder(
        &self,
        mailbox: &Mailbox,
        link: &Link,
        name: &str,
        state: &mut PushState,
    ) -> Result<Place, CardsError> {
        if let Some(known) = &mut state.folder
            && is_still_there(mailbox, known).await?
        {
            let is_name_taken = !name_as_chosen(mailbox, known, name).await?;
            return Ok(Place { id: known.id.clone(), is_name_taken });
        }
        let (folder, is_adopted) = self.find_or_create(mailbox, link, name).await?;
        let id = folder.id.clone();
        let user_id = link.user_id.clone();
        match &state.folder {
            Some(known) if known.id == id => {}
            Some(_) => state.told.push(Event::ContactFolderReplaced { user_id }),
            None if is_adopted => state.told.push(Event::ContactFolderAdopted { user_id }),
            None => {}
        }
        state.pushed_revision = 0;
        state.refused.clear();
        let name = Some(name.to_owned());
        state.folder = Some(KnownFolder { id: folder.id, parent: folder.parent_folder_id, name, is_adopted });
        Ok(Place { id, is_name_taken: false })
    }

    /// The look-up comes first: a folder made by a push that died, or left from an earlier link, is taken up.
    /// The second value is whether it was there before.
    async fn find_or_create(
        &self,
        mailbox: &Mailbox,
        link: &Link,
        name: &str,
    ) -> Result<(Folder, bool), CardsError> {
        let key = key_of(link);
        if let Some(folder) = mailbox.folder_by_key(&key).await? {
            return Ok((folder, true));
        }
        match mailbox.create_folder(name, &key).await {
            Ok(folder) => Ok((folder, false)),
            Err(error) if error.has_code("ErrorFolderExists") => {
                let ours =
                    self.ours_without_key(mailbox, link, name).await?.ok_or(CardsError::FolderTaken)?;
                mailbox.mark_folder(&ours.id, &key).await?;
                Ok((ours, true))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The folder of that name, if it lost our key (Outlook does not copy it when a folder is copied or restored)
    /// but holds contacts of this user's cards: they carry a card's key, and in the notes the address of that
    /// card's page. A folder with somebody else's key is theirs, whatever is in it (M03).
    async fn ours_without_key(
        &self,
        mailbox: &Mailbox,
        link: &Link,
        name: &str,
    ) -> Result<Option<Folder>, CardsError> {
        let Some(folder) = mailbox.folder_named(name).await? else { return Ok(None) };
        if mailbox.key_of_folder(&folder.id).await?.is_some() {
            return Ok(None);
        }
        let (contacts, _) = mailbox.contacts_of_folder(&folder.id, None).await?;
        let is_ours = contacts.iter().any(|contact| self.is_of_a_card(contact, link));
        Ok(Some(folder).filter(|_| is_ours))
    }

    fn is_of_a_card(&self, contact: &KeyedContact, link: &Link) -> bool {
        let card: Option<CardId> = contact.key.as_ref().and_then(|key| key.parse().ok());
        card.is_some_and(|card| {
            let page = self.card_url.card(&link.organization_id, &link.user_id, &card);
            contact.notes.lines().any(|line| line.ends_with(&page))
        })
    }
}

/// Whether the folder still stands below Contacts.
pub(super) async fn is_still_there(mailbox: &Mailbox, known: &KnownFolder) -> Result<bool, CardsError> {
    let Some(folder) = mailbox.folder(&known.id).await? else { return Ok(false) };
    let mut parent = folder.parent_folder_id;
    for _ in 0..MOST_LEVELS {
        if parent == known.parent {
            return Ok(true);
        }
        let Some(id) = parent else { return Ok(false) };
        parent = match mailbox.folder(&id).await {
            Ok(above) => above.and_then(|above| above.parent_folder_id),
            // Deleted Items and the mailbox's root are no contact folders.
            Err(error) if matches!(error.status(), Some(400 | 404)) => return Ok(false),
            Err(error) => return Err(error.into()),
        };
    }
    Ok(false)
}

/// Gives the folder the name that the organization chose since it got its last one. Whether it has it.
async fn name_as_chosen(mailbox: &Mailbox, known: &mut KnownFolder, name: &str) -> Result<bool, GraphError> {
    if known.name.as_deref().is_none_or(|given| given == name) {
        known.name = Some(name.to_owned());
        return Ok(true);
    }
    match mailbox.rename_folder(&known.id, name).await {
        Ok(()) => known.name = Some(name.to_owned()),
        Err(error) if error.has_code("ErrorFolderExists") => return Ok(false),
        Err(error) => return Err(error),
    }
    Ok(true)
}

/// What is written on the folder: whose cards are in it.
pub(super) fn key_of(link: &Link) -> String {
    format!("{}/{}", link.organization_id, link.user_id)
}
