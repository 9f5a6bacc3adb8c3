//! Mail into contact points, one job a mailbox.

use std::sync::Arc;

use accounts::{Accounts, AccountsSettings, AppSecrets, AppTokens, SecretSettings};
use aws::Aws;
use contact_points::{ContactPoints, ContactPointsError, ContactPointsSettings, ReadJob, Reader};
use graph::{EntraSettings, Graph, GraphSettings, entra::Entra};
use settings::{ClockSettings, Environment, Settings, Variable};
use trigger::{Delivery, LogSettings};

/// Everything that this function reads of its environment.
pub const VARIABLES: &[&[Variable]] = &[
    LogSettings::VARIABLES,
    ClockSettings::VARIABLES,
    AccountsSettings::VARIABLES,
    ContactPointsSettings::VARIABLES,
    SecretSettings::VARIABLES,
    EntraSettings::VARIABLES,
    GraphSettings::VARIABLES,
];

/// The function's clients.
#[derive(Clone)]
pub struct Worker {
    reader: Reader,
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
        let tokens = AppTokens::new(accounts.clone(), entra, &secrets)?;
        let points = ContactPoints::new(aws, &ContactPointsSettings::load(environment)?);
        let graph = Graph::new(http, GraphSettings::load(environment)?);
        Ok(Self { reader: Reader::new(points, accounts, tokens, graph, clock) })
    }

    /// Works off one job.
    ///
    /// # Errors
    /// The job is to be delivered again.
    pub async fn work(self, delivery: Delivery<ReadJob>) -> Result<(), ContactPointsError> {
        self.reader.work(&delivery.job, &delivery.message_id, delivery.deadline).await
    }
}
