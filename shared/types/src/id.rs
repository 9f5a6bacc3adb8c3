//! Ids of our own records.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a text is not an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to {max} characters of A-Z a-z 0-9 . _ : @ + ~ -", max = MAX_LENGTH)]
pub struct InvalidId;

/// The most characters an id may have; keys of tables and queues stay far below their limits.
const MAX_LENGTH: usize = 128;

/// `/`, `#` and `%` are left out: the first does not survive a path, the second separates table keys,
/// the third invites double decoding.
fn is_valid(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "._:@+~-".contains(c);
    !text.is_empty() && text.len() <= MAX_LENGTH && text.chars().all(allowed)
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                if is_valid(&text) { Ok(Self(text)) } else { Err(InvalidId) }
            }
        }

        impl std::str::FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Self::try_from(text.to_owned())
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id! {
    /// One customer company of the product that runs Setten; the id is ours.
    OrganizationId
}
id! {
    /// A member of an organization, by the CRM's own id.
    UserId
}
id! {
    /// A business card, by the CRM's own id.
    CardId
}
id! {
    /// One of the places that a card comes from (a scanner, a CRM's record, a directory), by the CRM's own name.
    SourceId
}

id! {
    /// A booking page, by the CRM's own id.
    BookingPageId
}
id! {
    /// An appointment; the id is ours and cannot be guessed.
    AppointmentId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_would_break_a_path_or_a_key_are_refused() {
        for bad in ["", "a/b", "a#b", "a%2Fb", "a b", "名刺", &"x".repeat(MAX_LENGTH + 1)] {
            assert_eq!(bad.parse::<CardId>(), Err(InvalidId), "{bad:?}");
        }
        for good in ["1", "card-dev-0001", "user@example.test", &"x".repeat(MAX_LENGTH)] {
            assert!(good.parse::<CardId>().is_ok(), "{good:?}");
        }
    }
}
