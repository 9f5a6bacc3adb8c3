//! The object id of a group.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A group's object id in a Microsoft Entra directory: a GUID of 36 characters, kept in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct GroupId(String);

/// Why a text is not a group's id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be the 36 characters of the group's object ID, as in 00000000-0000-0000-0000-000000000000")]
pub struct InvalidGroupId;

impl GroupId {
    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for GroupId {
    type Error = InvalidGroupId;

    /// Only the hyphenated form counts: it is what the portal shows and people copy.
    fn try_from(text: String) -> Result<Self, InvalidGroupId> {
        let id = Uuid::try_parse(&text).map_err(|_| InvalidGroupId)?;
        if text.len() == 36 { Ok(Self(id.hyphenated().to_string())) } else { Err(InvalidGroupId) }
    }
}

impl std::str::FromStr for GroupId {
    type Err = InvalidGroupId;

    fn from_str(text: &str) -> Result<Self, InvalidGroupId> {
        Self::try_from(text.to_owned())
    }
}

impl From<GroupId> for String {
    fn from(id: GroupId) -> Self {
        id.0
    }
}

impl fmt::Display for GroupId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
