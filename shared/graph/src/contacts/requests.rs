//! Requests about contacts, made for [`Mailbox::batch`](crate::Mailbox::batch), and their answers.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::contact::Contact;
use super::folder::ShownProperty;
use super::id::{ContactId, FolderId};
use super::{CARD_PROPERTY, ExtendedProperty, RECORD_PROPERTY, encoded, key_filter, property_shown};
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

/// What is written to a contact.
#[derive(Debug, Clone, Copy)]
pub struct Writing<'a> {
    /// What it is to show.
    pub contact: &'a Contact,
    /// Properties, by their names in JSON, that are left as they are.
    pub withheld: &'a [&'static str],
    /// Our key.
    pub key: &'a str,
    /// Our own record, read back with [`all`].
    pub record: &'a str,
}

impl Writing<'_> {
    fn body(&self) -> Value {
        let mut body = serde_json::to_value(self.contact).unwrap_or_default();
        if let Some(properties) = body.as_object_mut() {
            properties.retain(|name, _| !self.withheld.contains(&name.as_str()));
        }
        body["singleValueExtendedProperties"] = json!([
            ExtendedProperty { id: CARD_PROPERTY, value: self.key },
            ExtendedProperty { id: RECORD_PROPERTY, value: self.record },
        ]);
        body
    }
}

/// A new contact that carries our key (201, [`stored`]). Not the same twice: after a lost reply look up with
/// [`find_by_key`].
#[must_use]
pub fn create(folder: &FolderId, writing: &Writing<'_>) -> BatchRequest {
    BatchRequest::post(collection(folder), &writing.body())
}

/// A contact anew, all but what is withheld (200, [`stored`]; 404 `ErrorItemNotFound` if somebody deleted it; 412 if
/// it is no more of the version `etag`).
#[must_use]
pub fn update(folder: &FolderId, id: &ContactId, writing: &Writing<'_>, etag: Option<&str>) -> BatchRequest {
    BatchRequest::patch(item(folder, id), &writing.body()).if_match(etag)
}

/// What stands in a contact's notes (200, [`Present`]; 404 `ErrorItemNotFound` if it is gone).
#[must_use]
pub fn notes(folder: &FolderId, id: &ContactId) -> BatchRequest {
    BatchRequest::get(format!("{}?$select=personalNotes", item(folder, id)))
}

/// All of a contact that we write, with our record (200, [`Present`]; 404 `ErrorItemNotFound` if it is gone).
#[must_use]
pub fn all(folder: &FolderId, id: &ContactId) -> BatchRequest {
    let (properties, record) = (Contact::PROPERTIES.join(","), property_shown(RECORD_PROPERTY));
    BatchRequest::get(format!("{}?$select={properties}&$expand={record}", item(folder, id)))
}

/// The answer to [`notes`] or [`all`].
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Present {
    /// The contact's version.
    #[serde(rename = "@odata.etag")]
    pub etag: Option<String>,
    #[serde(default, rename = "singleValueExtendedProperties")]
    extended: Vec<ShownProperty>,
    /// What was asked for, by its names in JSON.
    #[serde(flatten)]
    pub properties: Map<String, Value>,
}

impl Present {
    /// The text of the notes; empty when there is none.
    #[must_use]
    pub fn notes(&self) -> &str {
        self.properties.get("personalNotes").and_then(Value::as_str).unwrap_or_default()
    }

    /// Our record; none on a contact that has none, or when it was not asked for.
    #[must_use]
    pub fn record(&self) -> Option<&str> {
        self.extended.first().map(|property| property.value.as_str())
    }
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
