//! The directory (tenant) id.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A Microsoft Entra directory id: a GUID of 36 characters (feature A07), kept in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TenantId(String);

/// Why a text is not a tenant id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be the 36 characters of the directory (tenant) ID, as in 00000000-0000-0000-0000-000000000000")]
pub struct InvalidTenantId;

impl TenantId {
    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for TenantId {
    type Error = InvalidTenantId;

    /// Only the hyphenated form counts: it is what the portal shows and people copy.
    fn try_from(text: String) -> Result<Self, InvalidTenantId> {
        let id = Uuid::try_parse(&text).map_err(|_| InvalidTenantId)?;
        if text.len() == 36 { Ok(Self(id.hyphenated().to_string())) } else { Err(InvalidTenantId) }
    }
}

impl std::str::FromStr for TenantId {
    type Err = InvalidTenantId;

    fn from_str(text: &str) -> Result<Self, InvalidTenantId> {
        Self::try_from(text.to_owned())
    }
}

impl From<TenantId> for String {
    fn from(id: TenantId) -> Self {
        id.0
    }
}

impl fmt::Display for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_36_characters_of_a_guid_are_a_tenant_id() {
        let good = "72F988BF-86F1-41AF-91AB-2D7CD011DB47";
        assert_eq!(good.parse::<TenantId>().map(String::from), Ok(good.to_lowercase()));
        for bad in [&good[..35], "72f988bf86f141af91ab2d7cd011db47", "common", "contoso.example", ""] {
            assert_eq!(bad.parse::<TenantId>(), Err(InvalidTenantId), "{bad:?}");
        }
    }
}
