//! Whether what Outlook shows would change.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use graph::contacts::Contact;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// SHA-256 of what is written to Outlook, base64url without padding (43 characters). Equal fingerprints
/// need no call to Graph; memo and tags are not in a contact and so never change it (feature B13).
#[must_use]
pub fn fingerprint(contact: &Contact) -> String {
    digest(contact)
}

/// SHA-256 of the JSON with its keys in order, base64url without padding. The order of fields in the
/// type, and whether some crate makes `serde_json` keep it, do not count.
pub(crate) fn digest(plain_data: &impl Serialize) -> String {
    let mut json = serde_json::to_value(plain_data).expect("texts and lists serialise");
    json.sort_all_objects();
    short(&Sha256::digest(json.to_string()))
}

/// A digest as text.
pub(crate) fn short(digest: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(digest)
}
