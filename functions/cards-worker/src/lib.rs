//! Business cards into Outlook contacts, one job a user.

use std::sync::Arc;

use accounts::{Accounts, AccountsSettings, AppSecrets, SecretSettings, Tokens};
use aws::Aws;
use cards::{CardUrl, Cards, CardsError, CardsJob, CardsSettings, Push};
use graph::{EntraSettings, Graph, GraphSettings, entra::Entra};
use settings::{ClockSettings, Environment, Settings, Variable};
use trigger::{Delivery, LogSettings};

/// Everything that this function reads of its environment.
pub const VARIABLES: &[&[Variable]] = &[
    LogSettings::VARIABLES,
    ClockSettings::VARIABLES,
    AccountsSettings::VARIABLES,
    CardsSettings::VARIABLES,
    CardUrl::VARIABLES,
    SecretSettings::VARIABLES,
    EntraSettings::VARIABLES,
    GraphSettings::VARIABLES,
];

/// The function's clients.
#[derive(Clone)]
pub struct Worker {
    push: Push,
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
        let cards = Cards::new(aws, &CardsSettings::load(environment)?, clock.clone());
        let graph = Graph::new(http, GraphSettings::load(environment)?);
        let card_url = CardUrl::load(environment)?;
        Ok(Self { push: Push::new(cards, accounts, tokens, graph, card_url, clock) })
    }

    /// Works off one job.
    ///
    /// # Errors
    /// The job is to be delivered again.
    pub async fn work(self, delivery: Delivery<CardsJob>) -> Result<(), CardsError> {
        self.push.work(&delivery.job, &delivery.message_id, delivery.deadline).await
    }
}
