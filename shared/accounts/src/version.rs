//! Versions of what people edit, so that nobody overwrites what they have not seen.

use aws::Condition;
use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

/// Which state of a record was read: the same content has the same version. An HTTP entity tag without its
/// quotes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Version(String);

impl Version {
    /// The version of what was never written.
    const NONE: &str = "0";

    /// The version that a caller names.
    #[must_use]
    pub fn named(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The version of a content. Twelve bytes of a digest tell any two contents apart.
    ///
    /// # Panics
    /// If the content has keys that are no text: records have none.
    #[must_use]
    pub fn of(content: &impl Serialize) -> Self {
        let content = serde_json::to_vec(content).expect("records have only text keys");
        Self(URL_SAFE_NO_PAD.encode(&digest(&SHA256, &content).as_ref()[..12]))
    }

    /// The version as text: letters, digits, `-` and `_`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Holds while the stored record is of this version.
    pub(crate) fn is_stored(&self) -> Condition {
        if self.0 == Self::NONE { Condition::Absent("version") } else { Condition::equals("version", self) }
    }
}

/// A record and its version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Versioned<T> {
    /// What was read.
    #[serde(flatten)]
    pub record: T,
    /// Its version.
    #[serde(default = "none")]
    pub version: Version,
}

fn none() -> Version {
    Version::named(Version::NONE)
}

impl<T: Serialize> Versioned<T> {
    /// The record as it is about to be written.
    pub(crate) fn of(record: T) -> Self {
        let version = Version::of(&record);
        Self { record, version }
    }

    /// What holds where nothing was written yet.
    pub(crate) fn unwritten(record: T) -> Self {
        Self { record, version: none() }
    }
}
