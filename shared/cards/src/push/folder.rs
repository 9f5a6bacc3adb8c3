//! The contact folder: ours is known by its id and by our key on it, never by its name (B06, B15, R13).

use accounts::Link;
use graph::{
    Mailbox,
    contacts::{Folder, FolderId},
};

use super::{
    Push,
    state::{KnownFolder, PushState},
};
use crate::CardsError;

/// The name of a new folder.
const NAME: &str = "Setten";

impl Push {
    /// The folder to push into, made if need be. A folder other than the one known so far is pushed from the
    /// first card on.
    pub(super) async fn folder(
        &self,
        mailbox: &Mailbox,
        link: &Link,
        state: &mut PushState,
    ) -> Result<FolderId, CardsError> {
        if let Some(known) = &state.folder {
            let found = mailbox.folder(&known.id).await?;
            if found.is_some_and(|found| found.parent_folder_id == known.parent) {
                return Ok(known.id.clone());
            }
        }
        let folder = find_or_create(mailbox, &key_of(link)).await?;
        let found = KnownFolder { id: folder.id, parent: folder.parent_folder_id };
        let id = found.id.clone();
        if state.folder.as_ref().is_none_or(|known| known.id != id) {
            state.pushed_revision = 0;
            state.refused.clear();
        }
        state.folder = Some(found);
        Ok(id)
    }
}

/// The look-up comes first: a folder made by a push that died, or left from an earlier link, is taken up.
async fn find_or_create(mailbox: &Mailbox, key: &str) -> Result<Folder, CardsError> {
    if let Some(folder) = mailbox.folder_by_key(key).await? {
        return Ok(folder);
    }
    match mailbox.create_folder(NAME, key).await {
        Ok(folder) => Ok(folder),
        Err(error) if error.has_code("ErrorFolderExists") => Err(CardsError::FolderExists),
        Err(error) => Err(error.into()),
    }
}

/// What is written on the folder: whose cards are in it.
fn key_of(link: &Link) -> String {
    format!("{}/{}", link.organization_id, link.user_id)
}
