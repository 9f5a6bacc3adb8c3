//! What can be granted by a tenant and linked by a user.

use serde::{Deserialize, Serialize};

/// A feature that a tenant's admin grants and a user links, each with permissions of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Feature {
    /// Business cards pushed into an Outlook contact folder (features B01–B18).
    Contacts,
    /// Contact points found in mail (features C01–C17).
    Mail,
    /// Appointments written into the Outlook calendar (features E01–E24).
    Calendar,
}

/// The application permissions that reading a group's members takes (peer row P14), beside those of any
/// feature. Optional: no consent asks for them; a tenant that wants it assigns them itself.
pub const GROUP_ROLES: [&str; 2] = ["GroupMember.Read.All", "User.Read.All"];

impl Feature {
    /// Every feature, in the order people see them.
    pub const ALL: [Self; 3] = [Self::Contacts, Self::Mail, Self::Calendar];

    /// The name in paths, JSON and table keys.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Contacts => "contacts",
            Self::Mail => "mail",
            Self::Calendar => "calendar",
        }
    }

    /// The feature of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|feature| feature.as_str() == name)
    }

    /// The delegated Graph permissions that the feature needs, and no more; none where the tenant's admin
    /// grants application permissions instead.
    #[must_use]
    pub fn delegated_scopes(self) -> &'static [&'static str] {
        match self {
            Self::Contacts => &["https://graph.microsoft.com/Contacts.ReadWrite"],
            Self::Mail => &[],
            Self::Calendar => &["https://graph.microsoft.com/Calendars.ReadWrite"],
        }
    }

    /// The application permissions (app roles of Graph) that the feature needs, and no more: mail is read
    /// without its users, who are found in the directory by any of their addresses (requirement R09).
    #[must_use]
    pub fn application_roles(self) -> &'static [&'static str] {
        match self {
            Self::Mail => &["Mail.Read", "User.Read.All"],
            Self::Contacts | Self::Calendar => &[],
        }
    }

    /// Whether an admin switches the feature on for users, who then need not sign in.
    #[must_use]
    pub fn is_linked_by_admin(self) -> bool {
        !self.application_roles().is_empty()
    }
}
