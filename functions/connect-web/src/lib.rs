//! Consent and sign-in: where Microsoft sends people back to, and what they read there.

mod failure;
mod routes;

use std::sync::Arc;

use accounts::{
    Accounts, AccountsSettings, AppSecrets, Connect, Link, OrganizationSettings, SecretSettings, SiteSettings,
};
use aws::{Aws, Queue};
use cards::CardsJob;
use graph::{EntraSettings, Graph, GraphSettings, entra::Entra};
use pages::Branding;
use settings::{ClockSettings, Environment, Settings, Variable};
use trigger::LogSettings;
use types::{Chain, Feature};

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
    cards::QueueSettings::VARIABLES,
];

/// The function's clients.
#[derive(Clone)]
pub struct Site {
    accounts: Accounts,
    connect: Connect,
    graph: Graph,
    pushes: Queue<CardsJob>,
    branding: Branding,
    client_id: String,
}

impl Site {
    /// A site between these; `client_id` is our app registration's, which administrators search by.
    #[must_use]
    pub fn new(
        accounts: Accounts,
        connect: Connect,
        graph: Graph,
        pushes: Queue<CardsJob>,
        branding: Branding,
        client_id: String,
    ) -> Self {
        Self { accounts, connect, graph, pushes, branding, client_id }
    }

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
        let pushes = aws.queue(cards::QueueSettings::load(environment)?.url);
        let accounts = Accounts::new(aws, &AccountsSettings::load(environment)?, clock);
        let connect = Connect::new(accounts.clone(), entra, &secrets, &SiteSettings::load(environment)?)?;
        let graph = Graph::new(http, GraphSettings::load(environment)?);
        Ok(Self::new(accounts, connect, graph, pushes, Branding::load(environment)?, client_id))
    }

    /// Queues the first push of a link that was just made. At best: the link is due, and the next tick queues it.
    async fn begin_push(&self, link: &Link) {
        if link.feature != Feature::Contacts {
            return;
        }
        if let Err(error) = cards::hurry(&self.pushes, link).await {
            tracing::warn!(error = %Chain(&error), "the first push waits for the tick");
        }
    }

    /// The name of the contact folder that the organization chose. The link stands, whatever its page can tell.
    async fn folder_of(&self, link: &Link) -> String {
        let settings = self.accounts.settings(&link.organization_id).await.unwrap_or_else(|error| {
            tracing::warn!(error = %Chain(&error), "the page shows the folder's usual name");
            OrganizationSettings::default()
        });
        settings.folder_name.as_str().to_owned()
    }
}
