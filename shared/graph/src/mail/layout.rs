//! Whose mailbox it is and which folders it has.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::batch::BatchRequest;
use crate::error::GraphError;
use crate::mailbox::{Mailbox, Me};

/// The owner's addresses and the ids of well-known folders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// The owner, with every address.
    pub owner: Me,
    /// The ids of the folders that exist, by their well-known names.
    pub folders: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Folder {
    id: String,
}

impl Mailbox {
    /// The owner and the folders of these well-known names, such as `sentitems`, in one `$batch`. A folder
    /// that the mailbox does not have is left out.
    ///
    /// # Errors
    /// Graph refuses or cannot be reached.
    pub async fn layout(&self, folders: &[&str]) -> Result<Layout, GraphError> {
        let owner = format!("{}?$select=id,displayName,mail,userPrincipalName,proxyAddresses", self.root);
        let mut requests = vec![BatchRequest::get(owner)];
        requests.extend(
            folders
                .iter()
                .map(|name| BatchRequest::get(format!("{}/mailFolders/{name}?$select=id", self.root))),
        );
        let answers = self.batch(&requests).await?;
        let (owner, answers) = answers.split_first().ok_or(GraphError::lacks("answer to each"))?;
        let owner: Me = owner.json()?;
        let mut found = BTreeMap::new();
        for (name, answer) in folders.iter().zip(answers) {
            match answer.json::<Folder>() {
                Ok(folder) => {
                    found.insert((*name).to_owned(), folder.id);
                }
                Err(error) if is_missing(&error) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Layout { owner, folders: found })
    }
}

/// Some well-known folders are made only when they are first needed.
fn is_missing(error: &GraphError) -> bool {
    error.has_code("ErrorItemNotFound") || error.has_code("ErrorFolderNotFound")
}
