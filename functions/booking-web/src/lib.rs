//! What guests see who book a meeting: free times, the form, how their appointment stands (features E23,
//! P18, P21, P25).

mod days;
mod form;
mod query;
mod refuse;
mod routes;
mod translate;

use std::sync::Arc;

use accounts::{Accounts, AccountsSettings, AppSecrets, SecretSettings, Tokens};
use aws::Aws;
use booking::{BookingSettings, BookingStore, Desk, QueueSettings};
use graph::{EntraSettings, Graph, GraphSettings, entra::Entra};
use pages::Branding;
use settings::{ClockSettings, Environment, Settings, Variable};
use trigger::LogSettings;
use types::Clock;

pub use routes::router;

/// Everything that this function reads of its environment.
pub const VARIABLES: &[&[Variable]] = &[
    LogSettings::VARIABLES,
    ClockSettings::VARIABLES,
    AccountsSettings::VARIABLES,
    SecretSettings::VARIABLES,
    BookingSettings::VARIABLES,
    QueueSettings::VARIABLES,
    EntraSettings::VARIABLES,
    GraphSettings::VARIABLES,
    Branding::VARIABLES,
];

/// The function's clients.
#[derive(Clone)]
pub struct Site {
    desk: Desk,
    branding: Branding,
    clock: Arc<dyn Clock>,
}

impl Site {
    /// Connects as the environment says.
    ///
    /// # Errors
    /// A variable is missing or malformed, or the secrets cannot be read.
    pub async fn connect(environment: &Environment) -> Result<Self, trigger::Error> {
        let clock: Arc<dyn Clock> = Arc::new(ClockSettings::load(environment)?.clock());
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
        let jobs = aws.queue(QueueSettings::load(environment)?.url);
        let store = BookingStore::new(aws, &BookingSettings::load(environment)?, clock.clone());
        let graph = Graph::new(http, GraphSettings::load(environment)?);
        let desk = Desk::new(store, accounts, tokens, graph, jobs, &secrets)?;
        Ok(Self { desk, branding: Branding::load(environment)?, clock })
    }
}
