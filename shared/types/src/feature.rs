//! What can be granted by a tenant and linked by a user.

use serde::{Deserialize, Serialize};

/// A feature that a tenant's admin grants and a user links, each with permissions of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Feature {
    /// Business cards pushed into an Outlook contact folder (features B01–B18).
    Contacts,
}

impl Feature {
    /// Every feature, in the order people see them.
    pub const ALL: [Self; 1] = [Self::Contacts];

    /// The name in paths, JSON and table keys.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Contacts => "contacts",
        }
    }

    /// The feature of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|feature| feature.as_str() == name)
    }

    /// The delegated Graph permissions that the feature needs, and no more.
    #[must_use]
    pub fn delegated_scopes(self) -> &'static [&'static str] {
        match self {
            Self::Contacts => &["https://graph.microsoft.com/Contacts.ReadWrite"],
        }
    }
}
