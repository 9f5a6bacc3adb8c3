//! Consent and sign-in: where Microsoft sends people back to, and what they read there.

mod failure;
mod routes;

use std::sync::Arc;

use accounts::{Accounts, AccountsSettings, AppSecrets, Connect, SecretSettings, SiteSettings};
use aws::Aws;
use graph::{EntraSettings, Graph, GraphSettings, entra::Entra};
use pages::Branding;
use settings::{ClockSettings, Environment, Settings, Variable};
use trigger::LogSettings;

pub use routes::router;

/// Everything that this function reads of its environment.
pub const VARIABLES: &[&[Variable]] = &[
    LogSettings::VARIABLES,
    ClockSettings::VARIABLES,
    AccountsSettings::VARIABLES,
    SecretSettings::VARIABLES,
    SiteSettings::VARIABLES,
    EntraSettings::VARIABLES,
    GraphSettings::VARIABLES,
    Branding::VARIABLES,
];

/// The function's clients.
#[derive(Clone)]
pub struct Site {
    connect: Connect,
    graph: Graph,
    branding: Branding,
    client_id: String,
}

impl Site {
    /// Connects as the environment says.
    ///
    /// # Errors
    /// A variable is missing or malformed, or the secrets cannot be read.
    pub async fn connect(environment: &Environment) -> Result<Self, trigger::Error> {
        let clock = Arc::new(ClockSettings::load(environment)?.clock());
        let aws = Aws::connect(environment)?;
        let secrets = AppSecrets::load(&aws, &SecretSettings::load(environment)?).await?;
        let http = graph::http_client();
        let entra_settings = EntraSettings::load(environment)?;
        let client_id = entra_settings.client_id.clone();
        let entra = Entra::new(http.clone(), entra_settings, secrets.credentials(&aws, clock.clone())?);
        let accounts = Accounts::new(aws, &AccountsSettings::load(environment)?, clock);
        let connect = Connect::new(accounts, entra, &secrets, &SiteSettings::load(environment)?)?;
        let graph = Graph::new(http, GraphSettings::load(environment)?);
        Ok(Self { connect, graph, branding: Branding::load(environment)?, client_id })
    }
}
