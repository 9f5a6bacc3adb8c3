//! Where contact points are kept and where mailboxes to read are queued.

use settings::{Environment, Settings, SettingsError, Variable};

/// Where the contact points are kept.
#[derive(Debug, Clone)]
pub struct ContactPointsSettings {
    /// The table's name.
    pub table: String,
}

impl Settings for ContactPointsSettings {
    const VARIABLES: &'static [Variable] = &[Variable {
        name: "CONTACT_POINTS_TABLE",
        doc: "The DynamoDB table of contact points, people and companies, and of how far mailboxes are read.",
    }];

    fn load(environment: &Environment) -> Result<Self, SettingsError> {
        Ok(Self { table: environment.get("CONTACT_POINTS_TABLE")? })
    }
}

/// The queue of mailboxes to read.
#[derive(Debug, Clone)]
pub struct QueueSettings {
    /// The queue's URL.
    pub url: String,
}

impl Settings for QueueSettings {
    const VARIABLES: &'static [Variable] =
        &[Variable { name: "MAIL_QUEUE_URL", doc: "The SQS queue of mailboxes to read, one job a mailbox." }];

    fn load(environment: &Environment) -> Result<Self, SettingsError> {
        Ok(Self { url: environment.get("MAIL_QUEUE_URL")? })
    }
}
