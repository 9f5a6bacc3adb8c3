//! Outlook contacts and the folder that is ours (facts 3). Folder and contacts carry our key in a
//! single-value extended property: names may change, and Graph has no idempotency key for contacts.

mod contact;
mod folder;
mod id;
mod photo;
mod requests;

pub use contact::{Contact, EmailAddress, PhysicalAddress};
pub use folder::{Folder, KeyedContact};
pub use id::{ContactId, FolderId};
pub use photo::PhotoType;
pub use requests::{
    Present, StoredContact, Writing, all, create, delete, find_by_key, found, notes, stored, update,
};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use serde::Serialize;

/// The property of a contact that holds our key.
const CARD_PROPERTY: &str = "String {6f0a2c1e-5b7d-4c7e-9a53-8d1f2e4b7c90} Name SettenCard";
/// The property of a contact that holds our record of what we wrote.
const RECORD_PROPERTY: &str = "String {6f0a2c1e-5b7d-4c7e-9a53-8d1f2e4b7c90} Name SettenRecord";
/// The property of the folder that holds our key.
const FOLDER_PROPERTY: &str = "String {6f0a2c1e-5b7d-4c7e-9a53-8d1f2e4b7c90} Name SettenFolder";

/// Everything but RFC 3986's unreserved characters. Outlook ids hold `/`, `+` and `=`.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A text as one path segment or query value.
pub(crate) fn encoded(text: &str) -> String {
    percent_encode(text.as_bytes(), ENCODED).to_string()
}

/// The value of `$filter` that finds what carries this key, encoded.
pub(crate) fn key_filter(property: &str, key: &str) -> String {
    let key = key.replace('\'', "''");
    encoded(&format!("singleValueExtendedProperties/any(ep:ep/id eq '{property}' and ep/value eq '{key}')"))
}

/// The value of `$expand` that shows one extended property, encoded.
pub(crate) fn property_shown(property: &str) -> String {
    format!("singleValueExtendedProperties({})", encoded(&format!("$filter=id eq '{property}'")))
}

/// An extended property in a body.
#[derive(Serialize)]
struct ExtendedProperty<'a> {
    id: &'static str,
    value: &'a str,
}

#[cfg(test)]
mod tests;
