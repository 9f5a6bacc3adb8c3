//! Where bookings are kept and worked off.

use settings::{Environment, Settings, SettingsError, Variable};

/// Where pages, claims and appointments are kept.
#[derive(Debug, Clone)]
pub struct BookingSettings {
    /// The table's name.
    pub table: String,
}

impl Settings for BookingSettings {
    const VARIABLES: &'static [Variable] = &[Variable {
        name: "BOOKING_TABLE",
        doc: "The DynamoDB table of booking pages, claimed times and appointments.",
    }];

    fn load(environment: &Environment) -> Result<Self, SettingsError> {
        Ok(Self { table: environment.get("BOOKING_TABLE")? })
    }
}

/// The queue of appointments that are on their way somewhere.
#[derive(Debug, Clone)]
pub struct QueueSettings {
    /// The queue's URL.
    pub url: String,
}

impl Settings for QueueSettings {
    const VARIABLES: &'static [Variable] = &[Variable {
        name: "BOOKING_QUEUE_URL",
        doc: "The SQS queue of appointments to be written into or taken out of Outlook, one job an appointment.",
    }];

    fn load(environment: &Environment) -> Result<Self, SettingsError> {
        Ok(Self { url: environment.get("BOOKING_QUEUE_URL")? })
    }
}
