//! Whether what Outlook shows would change.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use graph::contacts::Contact;
use sha2::{Digest, Sha256};

/// SHA-256 of what is written to Outlook, base64url without padding (43 characters). Equal fingerprints
/// need no call to Graph; memo and tags are not in a contact and so never change it (feature B13).
///
/// # Panics
/// Never: a contact is plain texts and lists, which always serialise.
#[must_use]
pub fn fingerprint(contact: &Contact) -> String {
    let mut canonical = serde_json::to_value(contact).expect("a contact is plain data");
    // The order of fields in `Contact`, and whether some crate makes serde_json keep it, do not count.
    canonical.sort_all_objects();
    URL_SAFE_NO_PAD.encode(Sha256::digest(canonical.to_string()))
}
