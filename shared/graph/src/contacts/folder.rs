//! Our contact folder. Known by its id, found again by our key, never by its name (R13).

use serde::{Deserialize, Serialize};

use super::id::{ContactId, FolderId};
use super::requests::collection;
use super::{CARD_PROPERTY, ExtendedProperty, FOLDER_PROPERTY, encoded, key_filter, property_shown};
use crate::error::GraphError;
use crate::mailbox::{Mailbox, read};

const FIELDS: &str = "$select=id,displayName,parentFolderId";

/// A contact folder.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Folder {
    /// Its id.
    pub id: FolderId,
    /// Its present name.
    pub display_name: String,
    /// The folder it is in: the default Contacts folder, or Deleted Items once somebody deleted it.
    pub parent_folder_id: Option<FolderId>,
}

/// A contact with what tells whether it is ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyedContact {
    /// Its immutable id.
    pub id: ContactId,
    /// Our key on it; none on a contact that we did not make.
    pub key: Option<String>,
    /// What stands in its notes.
    pub notes: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ShownContact {
    id: ContactId,
    personal_notes: Option<String>,
    #[serde(default)]
    single_value_extended_properties: Vec<ShownProperty>,
}

/// An extended property in an answer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct ShownProperty {
    pub(super) value: String,
}

#[derive(Deserialize)]
struct ShownContacts {
    value: Vec<ShownContact>,
    #[serde(rename = "@odata.nextLink")]
    next: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct KeyOfFolder {
    #[serde(default)]
    single_value_extended_properties: Vec<ShownProperty>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Renamed<'a> {
    display_name: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Marked<'a> {
    single_value_extended_properties: [ExtendedProperty<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NewFolder<'a> {
    display_name: &'a str,
    single_value_extended_properties: [ExtendedProperty<'a>; 1],
}

#[derive(Deserialize)]
struct Folders {
    value: Vec<Folder>,
    #[serde(rename = "@odata.nextLink")]
    next: Option<String>,
}

impl Mailbox {
    /// The folder under Contacts that carries this key.
    ///
    /// # Errors
    /// Graph refuses, cannot be reached, or sends an empty page with more to come.
    pub async fn folder_by_key(&self, key: &str) -> Result<Option<Folder>, GraphError> {
        let filter = key_filter(FOLDER_PROPERTY, key);
        let reply = self.get(&format!("/me/contactFolders?$filter={filter}&{FIELDS}")).await?;
        let folders: Folders = read(&reply, "folders")?;
        match folders.value.into_iter().next() {
            None if folders.next.is_some() => Err(GraphError::lacks("first page")),
            folder => Ok(folder),
        }
    }

    /// A new folder under Contacts that carries this key.
    ///
    /// # Errors
    /// 409 `ErrorFolderExists` if there is one of that name; in doubt if the reply is lost. In both cases
    /// look with [`folder_by_key`](Self::folder_by_key) whether it is ours.
    pub async fn create_folder(&self, name: &str, key: &str) -> Result<Folder, GraphError> {
        let key = ExtendedProperty { id: FOLDER_PROPERTY, value: key };
        let body = NewFolder { display_name: name, single_value_extended_properties: [key] };
        read(&self.post("/me/contactFolders", &body).await?, "folder").map_err(GraphError::in_doubt)
    }

    /// The folder of this id; `None` if it is gone for good.
    ///
    /// # Errors
    /// Graph refuses or cannot be reached. A mailbox that is not there is a refusal, not a missing folder.
    pub async fn folder(&self, id: &FolderId) -> Result<Option<Folder>, GraphError> {
        match self.get(&format!("/me/contactFolders/{}?{FIELDS}", encoded(id.as_str()))).await {
            Ok(reply) => read(&reply, "folder").map(Some),
            Err(error) if error.has_code("ErrorItemNotFound") || error.has_code("ErrorFolderNotFound") => {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// The folder of this name under Contacts, in any case, as Exchange compares them.
    ///
    /// # Errors
    /// Graph refuses or cannot be reached.
    pub async fn folder_named(&self, name: &str) -> Result<Option<Folder>, GraphError> {
        let wanted = name.to_lowercase();
        let mut path = format!("/me/contactFolders?$top=100&{FIELDS}");
        loop {
            let Folders { value, next } = read(&self.get(&path).await?, "folders")?;
            let found = value.into_iter().find(|folder| folder.display_name.to_lowercase() == wanted);
            match (found, next) {
                (Some(folder), _) => return Ok(Some(folder)),
                (None, Some(link)) => path = self.own_path(&link)?,
                (None, None) => return Ok(None),
            }
        }
    }

    /// The key that the folder carries; none on one that we did not make.
    ///
    /// # Errors
    /// Graph refuses or cannot be reached.
    pub async fn key_of_folder(&self, id: &FolderId) -> Result<Option<String>, GraphError> {
        let shown = property_shown(FOLDER_PROPERTY);
        let path = format!("/me/contactFolders/{}?$select=id&$expand={shown}", encoded(id.as_str()));
        let folder: KeyOfFolder = read(&self.get(&path).await?, "folder")?;
        Ok(folder.single_value_extended_properties.into_iter().next().map(|property| property.value))
    }

    /// Writes our key on a folder.
    ///
    /// # Errors
    /// Graph refuses or cannot be reached.
    pub async fn mark_folder(&self, id: &FolderId, key: &str) -> Result<(), GraphError> {
        let key = ExtendedProperty { id: FOLDER_PROPERTY, value: key };
        let body = Marked { single_value_extended_properties: [key] };
        self.patch(&format!("/me/contactFolders/{}", encoded(id.as_str())), &body).await.map(drop)
    }

    /// Gives a folder another name.
    ///
    /// # Errors
    /// 409 `ErrorFolderExists` if another one has it; Graph refuses otherwise or cannot be reached.
    pub async fn rename_folder(&self, id: &FolderId, name: &str) -> Result<(), GraphError> {
        let path = format!("/me/contactFolders/{}", encoded(id.as_str()));
        self.patch(&path, &Renamed { display_name: name }).await.map(drop)
    }

    /// Whether there are folders in this one. We make none, so they are the user's.
    ///
    /// # Errors
    /// Graph refuses or cannot be reached.
    pub async fn has_child_folders(&self, id: &FolderId) -> Result<bool, GraphError> {
        let path = format!("/me/contactFolders/{}/childFolders?$top=1&{FIELDS}", encoded(id.as_str()));
        let Folders { value, .. } = read(&self.get(&path).await?, "folders")?;
        Ok(!value.is_empty())
    }

    /// Moves a folder with all that is in it to Deleted Items. One that is gone already is no error.
    ///
    /// # Errors
    /// Graph refuses or cannot be reached.
    pub async fn delete_folder(&self, id: &FolderId) -> Result<(), GraphError> {
        match self.delete(&format!("/me/contactFolders/{}", encoded(id.as_str()))).await {
            Err(error) if error.has_code("ErrorItemNotFound") || error.has_code("ErrorFolderNotFound") => {
                Ok(())
            }
            result => result.map(drop),
        }
    }

    /// One page of a folder's contacts with their keys, and the link to the next.
    ///
    /// # Errors
    /// Graph refuses, cannot be reached, or names a next page that is not its own.
    pub async fn contacts_of_folder(
        &self,
        id: &FolderId,
        next: Option<&str>,
    ) -> Result<(Vec<KeyedContact>, Option<String>), GraphError> {
        let path = match next {
            Some(link) => self.own_path(link)?,
            None => {
                let shown = property_shown(CARD_PROPERTY);
                format!("{}?$top=100&$select=id,personalNotes&$expand={shown}", collection(id))
            }
        };
        let ShownContacts { value, next } = read(&self.get(&path).await?, "contacts")?;
        let keyed = value.into_iter().map(|contact| KeyedContact {
            id: contact.id,
            key: contact.single_value_extended_properties.into_iter().next().map(|property| property.value),
            notes: contact.personal_notes.unwrap_or_default(),
        });
        Ok((keyed.collect(), next))
    }
}
