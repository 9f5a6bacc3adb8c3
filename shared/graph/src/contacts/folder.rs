//! Our contact folder. Known by its id, found again by our key, never by its name (R13).

use serde::{Deserialize, Serialize};

use super::id::FolderId;
use super::{ExtendedProperty, FOLDER_PROPERTY, encoded, key_filter};
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
}
