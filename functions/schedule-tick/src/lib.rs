//! Every minute: what is due goes onto its queue.

use std::sync::Arc;

use accounts::{Accounts, AccountsSettings};
use aws::{Aws, Queue};
use cards::{CardsError, PushJob, QueueSettings};
use settings::{ClockSettings, Environment, Settings, SettingsError, Variable};
use trigger::LogSettings;

/// Everything that this function reads of its environment.
pub const VARIABLES: &[&[Variable]] = &[
    LogSettings::VARIABLES,
    ClockSettings::VARIABLES,
    AccountsSettings::VARIABLES,
    QueueSettings::VARIABLES,
];

/// The function's clients.
pub struct Tick {
    accounts: Accounts,
    pushes: Queue<PushJob>,
}

impl Tick {
    /// Connects as the environment says.
    ///
    /// # Errors
    /// A variable is missing or malformed.
    pub async fn connect(environment: &Environment) -> Result<Self, SettingsError> {
        let clock = Arc::new(ClockSettings::load(environment)?.clock());
        let accounts = AccountsSettings::load(environment)?;
        let queue = QueueSettings::load(environment)?;
        let aws = Aws::connect(environment)?;
        Ok(Self { pushes: aws.queue(queue.url), accounts: Accounts::new(aws, &accounts, clock) })
    }

    /// Looks once.
    ///
    /// # Errors
    /// The store or the queue failed; the next tick looks again.
    pub async fn look(&self) -> Result<(), CardsError> {
        cards::queue_due(&self.accounts, &self.pushes).await.map(drop)
    }
}
