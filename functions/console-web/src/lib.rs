//! What admins and users look at: `/console`, the organization's connection with Microsoft 365, and `/me`,
//! a member's own links (features A01 to A22, B01, B16).

mod cookies;
mod csv;
mod failure;
mod form;
mod leave;
mod reply;
mod routes;
mod translate;
mod visit;

use std::sync::Arc;

use ::settings::{ClockSettings, Environment, Settings, Variable};
use accounts::{
    Accounts, AccountsError, AccountsSettings, AppSecrets, Connect, ConsoleSignIn, SecretSettings, Signer,
    SiteSettings, checks::Doctor,
};
use aws::{Aws, Queue};
use cards::{Cards, CardsJob, CardsSettings};
use graph::{EntraSettings, Graph, GraphSettings, entra::Entra};
use pages::Branding;
use subscriptions::SubscribeJob;
use trigger::LogSettings;
use types::Clock;

use accounts::EgressSettings;

pub use routes::router;

/// Everything that this function reads of its environment.
pub const VARIABLES: &[&[Variable]] = &[
    LogSettings::VARIABLES,
    ClockSettings::VARIABLES,
    AccountsSettings::VARIABLES,
    CardsSettings::VARIABLES,
    cards::QueueSettings::VARIABLES,
    subscriptions::QueueSettings::VARIABLES,
    SecretSettings::VARIABLES,
    SiteSettings::VARIABLES,
    EntraSettings::VARIABLES,
    GraphSettings::VARIABLES,
    EgressSettings::VARIABLES,
    Branding::VARIABLES,
];

/// The function's clients.
#[derive(Clone)]
pub struct Site {
    accounts: Accounts,
    cards: Cards,
    pushes: Queue<CardsJob>,
    subscribe: Queue<SubscribeJob>,
    connect: Connect,
    sign_in: ConsoleSignIn,
    graph: Graph,
    doctor: Doctor,
    /// Signs the token that forms carry.
    csrf: Signer,
    /// Signs where people are sent on to.
    leave: Signer,
    branding: Branding,
    /// Our app registration's, by which administrators find us in Entra.
    client_id: String,
    addresses: Vec<String>,
    /// Scheme, host and port of our own pages.
    origin: String,
    clock: Arc<dyn Clock>,
}

/// What a [`Site`] stands between.
#[derive(Clone)]
pub struct Surroundings {
    /// The store and the queues.
    pub aws: Aws,
    /// The accounts.
    pub accounts: Accounts,
    /// The cards.
    pub cards: Cards,
    /// The queue of pushes.
    pub pushes: Queue<CardsJob>,
    /// The queue of subscriptions.
    pub subscribe: Queue<SubscribeJob>,
    /// Entra.
    pub entra: Entra,
    /// Graph.
    pub graph: Graph,
    /// The deployment's secrets.
    pub secrets: AppSecrets,
    /// Where the deployment is reached.
    pub site: SiteSettings,
    /// Whose product it is.
    pub branding: Branding,
    /// Our app registration.
    pub client_id: String,
    /// The fixed addresses from which Microsoft is called.
    pub addresses: Vec<String>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

impl Site {
    /// A site between these.
    ///
    /// # Errors
    /// A key in the secrets is malformed.
    pub fn new(surroundings: Surroundings) -> Result<Self, AccountsError> {
        let Surroundings { accounts, entra, secrets, site, .. } = surroundings;
        let connect = Connect::new(accounts.clone(), entra.clone(), &secrets, &site)?;
        let days_left = secrets.credential_days_left(&surroundings.aws, &surroundings.clock)?;
        Ok(Self {
            doctor: Doctor::new(&connect, surroundings.graph.clone(), days_left),
            connect,
            sign_in: ConsoleSignIn::new(accounts.clone(), entra, &secrets, &site)?,
            csrf: secrets.signer("csrf")?,
            leave: secrets.signer("leave")?,
            origin: site.public_url.origin().ascii_serialization(),
            accounts,
            cards: surroundings.cards,
            pushes: surroundings.pushes,
            subscribe: surroundings.subscribe,
            graph: surroundings.graph,
            branding: surroundings.branding,
            client_id: surroundings.client_id,
            addresses: surroundings.addresses,
            clock: surroundings.clock,
        })
    }

    /// Connects as the environment says.
    ///
    /// # Errors
    /// A variable is missing or malformed, or the secrets cannot be read.
    pub async fn connect(environment: &Environment) -> Result<Self, trigger::Error> {
        let clock: Arc<dyn Clock> = Arc::new(ClockSettings::load(environment)?.clock());
        let aws = Aws::connect(environment)?;
        let secrets = AppSecrets::load(&aws, &SecretSettings::load(environment)?).await?;
        let http = graph::http_client();
        let entra_settings = EntraSettings::load(environment)?;
        let client_id = entra_settings.client_id.clone();
        let entra = Entra::new(http.clone(), entra_settings, secrets.credentials(&aws, clock.clone())?);
        Ok(Self::new(Surroundings {
            accounts: Accounts::new(aws.clone(), &AccountsSettings::load(environment)?, clock.clone()),
            cards: Cards::new(aws.clone(), &CardsSettings::load(environment)?, clock.clone()),
            pushes: aws.queue(cards::QueueSettings::load(environment)?.url),
            subscribe: aws.queue(subscriptions::QueueSettings::load(environment)?.url),
            entra,
            graph: Graph::new(http, GraphSettings::load(environment)?),
            secrets,
            site: SiteSettings::load(environment)?,
            branding: Branding::load(environment)?,
            client_id,
            addresses: EgressSettings::load(environment)?.addresses,
            clock,
            aws,
        })?)
    }
}
