//! Appointments into Outlook calendars and out of them, one job an appointment.

use std::sync::Arc;

use accounts::{Accounts, AccountsSettings, AppSecrets, SecretSettings, SiteSettings, Tokens};
use aws::Aws;
use booking::{BookingError, BookingSettings, BookingStore, Clerk, ClerkJob};
use graph::{EntraSettings, Graph, GraphSettings, entra::Entra};
use outbox::{Outbox, OutboxSettings};
use settings::{ClockSettings, Environment, Settings, Variable};
use trigger::{Delivery, LogSettings};

/// Everything that this function reads of its environment.
pub const VARIABLES: &[&[Variable]] = &[
    LogSettings::VARIABLES,
    ClockSettings::VARIABLES,
    AccountsSettings::VARIABLES,
    BookingSettings::VARIABLES,
    OutboxSettings::VARIABLES,
    outbox::QueueSettings::VARIABLES,
    SiteSettings::VARIABLES,
    SecretSettings::VARIABLES,
    EntraSettings::VARIABLES,
    GraphSettings::VARIABLES,
];

/// The function's clients.
#[derive(Clone)]
pub struct Worker {
    clerk: Clerk,
}

impl Worker {
    /// Connects as the environment says.
    ///
    /// # Errors
    /// A variable is missing or malformed, or the secrets cannot be read.
    pub async fn connect(environment: &Environment) -> Result<Self, trigger::Error> {
        let clock = Arc::new(ClockSettings::load(environment)?.clock());
        let aws = Aws::connect(environment)?;
        let secrets = AppSecrets::load(&aws, &SecretSettings::load(environment)?).await?;
        let http = graph::http_client();
        let entra = Entra::new(
            http.clone(),
            EntraSettings::load(environment)?,
            secrets.credentials(&aws, clock.clone())?,
        );
        let accounts = Accounts::new(aws.clone(), &AccountsSettings::load(environment)?, clock.clone());
        let tokens = Tokens::new(accounts.clone(), entra, &secrets)?;
        let graph = Graph::new(http, GraphSettings::load(environment)?);
        let store = BookingStore::new(aws.clone(), &BookingSettings::load(environment)?, clock.clone());
        let outbox = Outbox::new(aws.clone(), &OutboxSettings::load(environment)?, clock);
        let sends = aws.queue(outbox::QueueSettings::load(environment)?.url);
        let site = SiteSettings::load(environment)?;
        let clerk = Clerk::new(store, accounts, tokens, graph, outbox, sends, site, &secrets)?;
        Ok(Self { clerk })
    }

    /// Works off one job.
    ///
    /// # Errors
    /// The job is to be delivered again.
    pub async fn work(self, delivery: Delivery<ClerkJob>) -> Result<(), BookingError> {
        match &delivery.job {
            ClerkJob::Appointment(job) => self.clerk.work(job, &delivery.message_id, delivery.deadline).await,
            ClerkJob::Calendar(job) => self.clerk.keep_alive(job).await,
        }
    }
}
