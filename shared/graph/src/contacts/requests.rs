//! Requests about contacts, made for [`Mailbox::batch`](crate::Mailbox::batch), and their answers.

use serde::{Deserialize, Serialize};

use super::contact::Contact;
use super::id::{ContactId, FolderId};
use super::{CARD_PROPERTY, ExtendedProperty, encoded, key_filter};
use crate::batch::{BatchAnswer, BatchRequest};
use crate::error::GraphError;

/// A contact as Exchange keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct StoredContact {
    /// Its immutable id.
    pub id: ContactId,
    /// Its version.
    #[serde(rename = "@odata.etag")]
    pub etag: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    #[serde(flatten)]
    contact: &'a Contact,
    single_value_extended_properties: [ExtendedProperty<'a>; 1],
}

impl<'a> Body<'a> {
    fn new(contact: &'a Contact, key: &'a str) -> Self {
        let key = ExtendedProperty { id: CARD_PROPERTY, value: key };
        Self { contact, single_value_extended_properties: [key] }
    }
}

/// A new contact that carries our key (201, [`stored`]). Not the same twice: after a lost reply look up with
/// [`find_by_key`].
#[must_use]
pub fn create(folder: &FolderId, contact: &Contact, key: &str) -> BatchRequest {
    BatchRequest::post(collection(folder), &Body::new(contact, key))
}

/// All of a contact anew (200, [`stored`]; 404 `ErrorItemNotFound` if somebody deleted it; 412 if it is no more
/// of the version `etag`).
#[must_use]
pub fn update(
    folder: &FolderId,
    id: &ContactId,
    contact: &Contact,
    key: &str,
    etag: Option<&str>,
) -> BatchRequest {
    BatchRequest::patch(item(folder, id), &Body::new(contact, key)).if_match(etag)
}

/// What stands in a contact's notes (200, [`Notes`]; 404 `ErrorItemNotFound` if it is gone).
#[must_use]
pub fn notes(folder: &FolderId, id: &ContactId) -> BatchRequest {
    BatchRequest::get(format!("{}?$select=personalNotes", item(folder, id)))
}

/// The answer to [`notes`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Notes {
    /// The contact's version.
    #[serde(rename = "@odata.etag")]
    pub etag: Option<String>,
    /// The text; none or empty when there is none.
    #[serde(rename = "personalNotes")]
    pub text: Option<String>,
}

/// Moves a contact to Deleted Items (204; 404 `ErrorItemNotFound` if it is gone already).
#[must_use]
pub fn delete(folder: &FolderId, id: &ContactId) -> BatchRequest {
    BatchRequest::delete(item(folder, id))
}

/// The contacts of the folder that carry this key (200, [`found`]).
#[must_use]
pub fn find_by_key(folder: &FolderId, key: &str) -> BatchRequest {
    let filter = key_filter(CARD_PROPERTY, key);
    BatchRequest::get(format!("{}?$filter={filter}&$select=id", collection(folder)))
}

/// The contact in the answer to [`create`] or [`update`].
///
/// # Errors
/// The request's failure, or the answer holds no contact.
pub fn stored(answer: &BatchAnswer) -> Result<StoredContact, GraphError> {
    answer.json()
}

#[derive(Deserialize)]
struct Found {
    value: Vec<StoredContact>,
    #[serde(rename = "@odata.nextLink")]
    next: Option<String>,
}

/// The contacts in the answer to [`find_by_key`], more than one only if something went wrong before.
///
/// # Errors
/// The request's failure. Also an empty page with more to come: it does not prove that there is none.
pub fn found(answer: &BatchAnswer) -> Result<Vec<ContactId>, GraphError> {
    let found: Found = answer.json()?;
    if found.value.is_empty() && found.next.is_some() {
        return Err(GraphError::lacks("first page"));
    }
    Ok(found.value.into_iter().map(|contact| contact.id).collect())
}

pub(super) fn collection(folder: &FolderId) -> String {
    format!("/me/contactFolders/{}/contacts", encoded(folder.as_str()))
}

pub(super) fn item(folder: &FolderId, id: &ContactId) -> String {
    format!("{}/{}", collection(folder), encoded(id.as_str()))
}
