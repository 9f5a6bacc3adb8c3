//! Where cards are kept and where they are shown.

use settings::{Environment, Settings, SettingsError, Variable};
use types::{CardId, OrganizationId, UserId};

/// Where the cards are kept.
#[derive(Debug, Clone)]
pub struct CardsSettings {
    /// The table's name.
    pub table: String,
}

impl Settings for CardsSettings {
    const VARIABLES: &'static [Variable] = &[Variable {
        name: "CARDS_TABLE",
        doc: "The DynamoDB table of cards and of what was pushed of them.",
    }];

    fn load(environment: &Environment) -> Result<Self, SettingsError> {
        Ok(Self { table: environment.get("CARDS_TABLE")? })
    }
}

/// The queue of pushes.
#[derive(Debug, Clone)]
pub struct QueueSettings {
    /// The queue's URL.
    pub url: String,
}

impl Settings for QueueSettings {
    const VARIABLES: &'static [Variable] =
        &[Variable { name: "CARDS_QUEUE_URL", doc: "The SQS queue of card pushes, one job a user." }];

    fn load(environment: &Environment) -> Result<Self, SettingsError> {
        Ok(Self { url: environment.get("CARDS_QUEUE_URL")? })
    }
}

/// Where the CRM shows a card (feature B14).
#[derive(Debug, Clone)]
pub struct CardUrl {
    template: String,
}

impl Settings for CardUrl {
    const VARIABLES: &'static [Variable] = &[Variable {
        name: "CARD_URL_TEMPLATE",
        doc: "Address of a card's page in the CRM, with `{organization}`, `{user}` and `{card}` in it.",
    }];

    fn load(environment: &Environment) -> Result<Self, SettingsError> {
        Ok(Self { template: environment.get("CARD_URL_TEMPLATE")? })
    }
}

impl CardUrl {
    /// Addresses made from this template.
    pub fn of(template: impl Into<String>) -> Self {
        Self { template: template.into() }
    }

    /// The address of one card's page.
    #[must_use]
    pub fn card(&self, organization: &OrganizationId, user: &UserId, card: &CardId) -> String {
        self.template
            .replace("{organization}", organization.as_str())
            .replace("{user}", user.as_str())
            .replace("{card}", card.as_str())
    }
}
