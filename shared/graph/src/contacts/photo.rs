//! The picture of a contact. Source: Graph page "Update profilePhoto".

use super::id::{ContactId, FolderId};
use super::requests::item;
use crate::error::GraphError;
use crate::mailbox::Mailbox;

/// A format that Outlook shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhotoType {
    /// JPEG
    Jpeg,
    /// PNG
    Png,
}

impl PhotoType {
    /// The media type.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }
}

impl Mailbox {
    /// Gives a contact a picture, in place of another. The same twice.
    ///
    /// # Errors
    /// 404 `ErrorItemNotFound` if the contact is gone; Graph refuses otherwise or cannot be reached.
    pub async fn put_photo(
        &self,
        folder: &FolderId,
        id: &ContactId,
        kind: PhotoType,
        bytes: Vec<u8>,
    ) -> Result<(), GraphError> {
        let path = format!("{}/photo/$value", item(folder, id));
        self.put_bytes(&path, kind.media_type(), bytes).await.map(drop)
    }

    /// Takes a contact's picture away. None there is no error.
    ///
    /// # Errors
    /// Graph refuses or cannot be reached.
    pub async fn delete_photo(&self, folder: &FolderId, id: &ContactId) -> Result<(), GraphError> {
        match self.delete(&format!("{}/photo/$value", item(folder, id))).await {
            Err(error) if error.has_code("ErrorItemNotFound") => Ok(()),
            result => result.map(drop),
        }
    }
}
