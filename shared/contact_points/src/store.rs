//! The stored contact points, and the people and companies that they are grouped by.
//!
//! | partition | sort key | what |
//! |---|---|---|
//! | `POINTS#{organization}#{user}` | `POINT#{id}` | a contact point of the user's mailbox |
//! | same | `READ#{tenant}#{account}` | how far the mailbox is read |
//! | `PEOPLE#{organization}` | `{id}` | a person |
//! | `COMPANIES#{organization}` | `{domain}` | a company |
//!
//! Each carries the attributes of the indexes that it is listed by. Every index partition begins with the
//! organization, so no list reaches into another's.

mod group;
mod list;
mod point;

use aws::{Aws, Table};

pub use group::{Company, Person};
pub(crate) use group::{Groups, person_id};
pub use list::{Filter, PeopleFilter};
pub use point::ContactPoint;
pub(crate) use point::{PointItem, partition};

use crate::ContactPointsSettings;

/// The contact points of all organizations.
#[derive(Debug, Clone)]
pub struct ContactPoints {
    pub(crate) aws: Aws,
    pub(crate) table: Table,
}

/// How many conditional writes are under way at once.
const WRITES_AT_ONCE: usize = 8;

impl ContactPoints {
    /// The contact points in that table.
    #[must_use]
    pub fn new(aws: Aws, settings: &ContactPointsSettings) -> Self {
        Self { table: aws.table(settings.table.as_str()), aws }
    }
}

/// The first so many characters of the SHA-256 of some texts, base64url: 120 bits, the same for the same texts.
pub(crate) fn digest(texts: &[&str]) -> String {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    use sha2::{Digest, Sha256};

    let mut hash = Sha256::new();
    for text in texts {
        // The length in front, so that no two lists of texts run together to the same bytes.
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
    }
    URL_SAFE_NO_PAD.encode(&hash.finalize()[..15])
}

/// An instant to the second, so that the order of texts is the order of time.
pub(crate) fn second(at: jiff::Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
