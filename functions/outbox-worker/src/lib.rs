//! Mail goes out through SES, one job a mail; SES's own word that it went out comes the same way.

use std::sync::Arc;

use aws::Aws;
use outbox::{Outbox, OutboxError, OutboxJob, OutboxSettings, Sender, SenderSettings};
use settings::{ClockSettings, Environment, Settings, SettingsError, Variable};
use trigger::{Delivery, LogSettings};

/// Everything that this function reads of its environment.
pub const VARIABLES: &[&[Variable]] =
    &[LogSettings::VARIABLES, ClockSettings::VARIABLES, OutboxSettings::VARIABLES, SenderSettings::VARIABLES];

/// The function's clients.
#[derive(Clone)]
pub struct Worker {
    sender: Sender,
}

impl Worker {
    /// Connects as the environment says.
    ///
    /// # Errors
    /// A variable is missing or malformed.
    pub async fn connect(environment: &Environment) -> Result<Self, SettingsError> {
        let clock = Arc::new(ClockSettings::load(environment)?.clock());
        let aws = Aws::connect(environment)?;
        let emails = aws.emails();
        let outbox = Outbox::new(aws, &OutboxSettings::load(environment)?, clock);
        Ok(Self { sender: Sender::new(outbox, emails, SenderSettings::load(environment)?) })
    }

    /// Works off one message.
    ///
    /// # Errors
    /// The message is to be delivered again.
    pub async fn work(self, delivery: Delivery<OutboxJob>) -> Result<(), OutboxError> {
        self.sender.work(&delivery.job).await
    }
}
