//! What an organization chose, and what its plan has in it.

mod contact_fields;
mod source_order;

use std::{collections::BTreeSet, fmt, str::FromStr};

use aws::Stored;
use serde::{Deserialize, Serialize};
use types::{Feature, Language, OrganizationId};

use crate::{Accounts, AccountsError, Event, Version, Versioned, store::settings_key};

pub use contact_fields::{ContactField, WriteMode, WriteModes};
pub use source_order::{InvalidSourceOrder, SourceOrder};

/// The settings of one organization. Who never chose has the defaults.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OrganizationSettings {
    /// The name of the contact folder that is made in Outlook (feature B06).
    pub folder_name: FolderName,
    /// The language of mails and of pages whose reader has not said one.
    pub language: Language,
    /// Which fields of contacts are whose (feature P13).
    pub contact_fields: WriteModes,
    /// Which of a card's sources counts first (feature P15).
    pub sources: SourceOrder,
    /// What the organization's plan has in it (features A01, C16, D02). Only the operator changes it.
    pub features: BTreeSet<Feature>,
}

impl Default for OrganizationSettings {
    fn default() -> Self {
        Self {
            folder_name: FolderName::default(),
            language: Language::default(),
            contact_fields: WriteModes::default(),
            sources: SourceOrder::default(),
            features: Feature::ALL.into_iter().collect(),
        }
    }
}

/// The name of a contact folder: 1 to 100 characters, none of them a control character, no space at either end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FolderName(String);

/// Why a text cannot name a contact folder.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must have 1 to {max} characters and no control characters", max = FolderName::MAX_CHARS)]
pub struct InvalidFolderName;

impl FolderName {
    /// The most characters of a name.
    pub const MAX_CHARS: usize = 100;

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for FolderName {
    fn default() -> Self {
        Self("Setten".to_owned())
    }
}

impl FromStr for FolderName {
    type Err = InvalidFolderName;

    fn from_str(text: &str) -> Result<Self, InvalidFolderName> {
        let name = text.trim();
        let fits = (1..=Self::MAX_CHARS).contains(&name.chars().count());
        if fits && !name.chars().any(char::is_control) {
            Ok(Self(name.to_owned()))
        } else {
            Err(InvalidFolderName)
        }
    }
}

impl TryFrom<String> for FolderName {
    type Error = InvalidFolderName;

    fn try_from(text: String) -> Result<Self, InvalidFolderName> {
        text.parse()
    }
}

impl From<FolderName> for String {
    fn from(name: FolderName) -> Self {
        name.0
    }
}

impl fmt::Display for FolderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How often a change is tried again when others change the settings at the same time.
const ATTEMPTS: u32 = 5;

impl Accounts {
    /// The organization's settings.
    ///
    /// # Errors
    /// The store failed.
    pub async fn settings(
        &self,
        organization: &OrganizationId,
    ) -> Result<OrganizationSettings, AccountsError> {
        Ok(self.versioned_settings(organization).await?.record)
    }

    /// The organization's settings with their version, for whoever is about to change them.
    ///
    /// # Errors
    /// The store failed.
    pub async fn versioned_settings(
        &self,
        organization: &OrganizationId,
    ) -> Result<Versioned<OrganizationSettings>, AccountsError> {
        let stored: Option<Stored<Versioned<OrganizationSettings>>> =
            self.table.get(settings_key(organization)).await?;
        let defaults = || Versioned::unwritten(OrganizationSettings::default());
        Ok(stored.map_or_else(defaults, |stored| stored.record))
    }

    /// Writes what the organization chooses itself; the features of its plan stay as they are. The same
    /// settings again change nothing.
    ///
    /// # Errors
    /// `Changed` when the settings are no more of the `expected` version, or the store failed.
    pub async fn put_settings(
        &self,
        organization: &OrganizationId,
        settings: &OrganizationSettings,
        expected: Option<&Version>,
    ) -> Result<Versioned<OrganizationSettings>, AccountsError> {
        let choose = |present: OrganizationSettings| OrganizationSettings {
            features: present.features,
            ..settings.clone()
        };
        self.change_settings(organization, expected, &Event::SettingsChanged, choose).await
    }

    /// Writes what the organization's plan has in it: the operator's word.
    ///
    /// # Errors
    /// The store failed.
    pub async fn put_plan(
        &self,
        organization: &OrganizationId,
        features: &BTreeSet<Feature>,
    ) -> Result<Versioned<OrganizationSettings>, AccountsError> {
        let event = Event::PlanChanged { features: features.clone() };
        let choose =
            |present: OrganizationSettings| OrganizationSettings { features: features.clone(), ..present };
        self.change_settings(organization, None, &event, choose).await
    }

    /// Whether all of these are in the organization's plan (features A01, C16, D02).
    ///
    /// # Errors
    /// `NotInPlan` names the first that is not; or the store failed.
    pub async fn require_in_plan(
        &self,
        organization: &OrganizationId,
        features: &[Feature],
    ) -> Result<(), AccountsError> {
        let plan = self.settings(organization).await?.features;
        match features.iter().find(|feature| !plan.contains(feature)) {
            Some(feature) => Err(AccountsError::NotInPlan(*feature)),
            None => Ok(()),
        }
    }

    async fn change_settings(
        &self,
        organization: &OrganizationId,
        expected: Option<&Version>,
        event: &Event,
        change: impl Fn(OrganizationSettings) -> OrganizationSettings,
    ) -> Result<Versioned<OrganizationSettings>, AccountsError> {
        for _ in 0..ATTEMPTS {
            let present = self.versioned_settings(organization).await?;
            if expected.is_some_and(|expected| *expected != present.version) {
                return Err(AccountsError::Changed);
            }
            let changed = Versioned::of(change(present.record.clone()));
            if changed.record == present.record {
                return Ok(present);
            }
            let put = self.table.put(&Stored::at(settings_key(organization), &changed))?;
            let writes = vec![put.when(present.version.is_stored()), self.audit_entry(organization, event)?];
            if self.aws.transact_if(writes).await? {
                return Ok(changed);
            }
        }
        Err(AccountsError::Contended)
    }
}

#[cfg(test)]
mod tests;
