//! What was just done, told once on the page that follows. It travels in the address as `?done=…`, so that
//! a reload sends no form again.

use types::Feature;

/// What was just done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// The settings were saved.
    SettingsSaved,
    /// A tenant was removed, with all links to it (A15).
    TenantRemoved,
    /// A grant was revoked.
    GrantRevoked(Feature),
    /// Users were linked by an admin.
    UsersLinked {
        /// So many are being linked.
        count: u32,
        /// So many could not be: their own sign-in is needed, or nothing was to be done.
        skipped: u32,
    },
    /// Users were unlinked by an admin.
    UsersUnlinked {
        /// So many.
        count: u32,
        /// So many were not linked.
        skipped: u32,
    },
    /// No user was ticked.
    NobodyChosen,
    /// Nothing was done: it is not known in which tenant the users sign in, and none was chosen (A13).
    TenantNotChosen,
    /// The viewer's own link was unlinked.
    Unlinked(Feature),
    /// The viewer's own link was unlinked, and the folder is being removed.
    FolderRemoved,
    /// A push was asked for.
    PushAsked,
    /// A group was chosen, and is being read (P14).
    AudienceSaved,
    /// A group chooses nobody any more (P14).
    AudienceRemoved,
}

impl Notice {
    /// The query that tells of it: `done=users-linked&count=3&skipped=1`.
    #[must_use]
    pub fn query(&self) -> String {
        let counted =
            |count: &u32, skipped: &u32| format!("done={}&count={count}&skipped={skipped}", self.name());
        match self {
            Self::UsersLinked { count, skipped } | Self::UsersUnlinked { count, skipped } => {
                counted(count, skipped)
            }
            Self::GrantRevoked(feature) | Self::Unlinked(feature) => {
                format!("done={}&what={}", self.name(), feature.as_str())
            }
            _ => format!("done={}", self.name()),
        }
    }

    /// What a query tells of; none if it tells of nothing.
    #[must_use]
    pub fn of_query(query: &str) -> Option<Self> {
        let value = |name: &str| {
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
        };
        let feature = || Feature::parse(value("what")?);
        let number = |name| value(name).and_then(|value| value.parse().ok()).unwrap_or_default();
        let (count, skipped) = (number("count"), number("skipped"));
        Some(match value("done")? {
            "settings-saved" => Self::SettingsSaved,
            "tenant-removed" => Self::TenantRemoved,
            "grant-revoked" => Self::GrantRevoked(feature()?),
            "users-linked" => Self::UsersLinked { count, skipped },
            "users-unlinked" => Self::UsersUnlinked { count, skipped },
            "nobody-chosen" => Self::NobodyChosen,
            "tenant-not-chosen" => Self::TenantNotChosen,
            "unlinked" => Self::Unlinked(feature()?),
            "folder-removed" => Self::FolderRemoved,
            "push-asked" => Self::PushAsked,
            "audience-saved" => Self::AudienceSaved,
            "audience-removed" => Self::AudienceRemoved,
            _ => return None,
        })
    }

    /// The name in addresses; its text is `notice-<name>`.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::SettingsSaved => "settings-saved",
            Self::TenantRemoved => "tenant-removed",
            Self::GrantRevoked(_) => "grant-revoked",
            Self::UsersLinked { .. } => "users-linked",
            Self::UsersUnlinked { .. } => "users-unlinked",
            Self::NobodyChosen => "nobody-chosen",
            Self::TenantNotChosen => "tenant-not-chosen",
            Self::Unlinked(_) => "unlinked",
            Self::FolderRemoved => "folder-removed",
            Self::PushAsked => "push-asked",
            Self::AudienceSaved => "audience-saved",
            Self::AudienceRemoved => "audience-removed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_survives_the_address() {
        let every = [
            Notice::SettingsSaved,
            Notice::TenantRemoved,
            Notice::GrantRevoked(Feature::Mail),
            Notice::UsersLinked { count: 3, skipped: 1 },
            Notice::UsersUnlinked { count: 0, skipped: 2 },
            Notice::NobodyChosen,
            Notice::TenantNotChosen,
            Notice::Unlinked(Feature::Calendar),
            Notice::FolderRemoved,
            Notice::PushAsked,
            Notice::AudienceSaved,
            Notice::AudienceRemoved,
        ];
        for notice in every {
            assert_eq!(Notice::of_query(&notice.query()), Some(notice.clone()));
            assert_eq!(Notice::of_query(&format!("q=a&{}&lang=ja", notice.query())), Some(notice));
        }
        for other in ["", "done=", "done=other", "done=unlinked", "done=unlinked&what=x", "q=settings-saved"]
        {
            assert_eq!(Notice::of_query(other), None, "{other}");
        }
    }
}
