//! Where subscriptions are kept and where their jobs go.

use settings::{Environment, Settings, SettingsError, Variable};

/// Where the subscriptions are kept.
#[derive(Debug, Clone)]
pub struct SubscriptionsSettings {
    /// The table's name.
    pub table: String,
}

impl Settings for SubscriptionsSettings {
    const VARIABLES: &'static [Variable] = &[Variable {
        name: "SUBSCRIPTIONS_TABLE",
        doc: "The DynamoDB table of Graph subscriptions and of what a notification proves itself by.",
    }];

    fn load(environment: &Environment) -> Result<Self, SettingsError> {
        Ok(Self { table: environment.get("SUBSCRIPTIONS_TABLE")? })
    }
}

/// The queue of subscriptions to look after.
#[derive(Debug, Clone)]
pub struct QueueSettings {
    /// The queue's URL.
    pub url: String,
}

impl Settings for QueueSettings {
    const VARIABLES: &'static [Variable] = &[Variable {
        name: "SUBSCRIPTIONS_QUEUE_URL",
        doc: "The SQS queue of Graph subscriptions to look after, one job a link.",
    }];

    fn load(environment: &Environment) -> Result<Self, SettingsError> {
        Ok(Self { url: environment.get("SUBSCRIPTIONS_QUEUE_URL")? })
    }
}
