//! What a CRM's backend calls: `/v1/*` with bearer keys, and the API's description.

mod auth;
mod body;
mod csv;
mod etag;
mod idempotency;
mod paging;
mod path;
mod problem;
mod rate;
mod routes;
mod schema;
mod strict;
mod subscriptions;

use std::{ops::Deref, sync::Arc};

use ::subscriptions::{QueueSettings as SubscriptionsQueueSettings, SubscribeJob};
use accounts::{
    Accounts, AccountsSettings, AppSecrets, Connect, EgressSettings, SecretSettings, SiteSettings,
    checks::Doctor,
};
use aws::{Aws, Queue};
use booking::{BookingJob, BookingSettings, BookingStore};
use cards::{Cards, CardsJob, CardsSettings};
use contact_points::{ContactPoints, ContactPointsSettings};
use graph::{EntraSettings, Graph, GraphSettings, entra::Entra};
use outbox::{Outbox, OutboxSettings, Targets, Webhooks};
use settings::{ClockSettings, Environment, Settings, Variable};
use trigger::LogSettings;
use types::Clock;

pub use problem::{FieldProblem, Problem};
pub use rate::RateSettings;
pub use routes::{description, router};

/// Everything that this function reads of its environment.
pub const VARIABLES: &[&[Variable]] = &[
    LogSettings::VARIABLES,
    ClockSettings::VARIABLES,
    AccountsSettings::VARIABLES,
    CardsSettings::VARIABLES,
    cards::QueueSettings::VARIABLES,
    ContactPointsSettings::VARIABLES,
    BookingSettings::VARIABLES,
    booking::QueueSettings::VARIABLES,
    SecretSettings::VARIABLES,
    SiteSettings::VARIABLES,
    EgressSettings::VARIABLES,
    EntraSettings::VARIABLES,
    GraphSettings::VARIABLES,
    SubscriptionsQueueSettings::VARIABLES,
    OutboxSettings::VARIABLES,
    Targets::VARIABLES,
    RateSettings::VARIABLES,
];

/// The function's clients, shared: each of some seventy handlers takes them, and would copy and drop them one by one.
#[derive(Clone)]
pub struct Api(Arc<Clients>);

/// What [`Api`] shares.
#[derive(Clone)]
pub struct Clients {
    accounts: Accounts,
    cards: Cards,
    pushes: Queue<CardsJob>,
    contact_points: ContactPoints,
    booking: BookingStore,
    bookings: Queue<BookingJob>,
    site: SiteSettings,
    egress: EgressSettings,
    connect: Connect,
    doctor: Doctor,
    secrets: AppSecrets,
    subscribe: Queue<SubscribeJob>,
    webhooks: Webhooks,
    rate: RateSettings,
    clock: Arc<dyn Clock>,
}

impl Api {
    /// Connects as the environment says.
    ///
    /// # Errors
    /// A variable is missing or malformed, or the secrets cannot be read.
    pub async fn connect(environment: &Environment) -> Result<Self, trigger::Error> {
        let clock: Arc<dyn Clock> = Arc::new(ClockSettings::load(environment)?.clock());
        let aws = Aws::connect(environment)?;
        let secrets = AppSecrets::load(&aws, &SecretSettings::load(environment)?).await?;
        let days_left = secrets.credential_days_left(&aws, &clock)?;
        let http = graph::http_client();
        let graph = Graph::new(http.clone(), GraphSettings::load(environment)?);
        let entra =
            Entra::new(http, EntraSettings::load(environment)?, secrets.credentials(&aws, clock.clone())?);
        let accounts = Accounts::new(aws.clone(), &AccountsSettings::load(environment)?, clock.clone());
        let subscribe = aws.queue(SubscriptionsQueueSettings::load(environment)?.url);
        let contact_points = ContactPoints::new(aws.clone(), &ContactPointsSettings::load(environment)?);
        let booking = BookingStore::new(aws.clone(), &BookingSettings::load(environment)?, clock.clone());
        let bookings = aws.queue(booking::QueueSettings::load(environment)?.url);
        let pushes = aws.queue(cards::QueueSettings::load(environment)?.url);
        let outbox = Outbox::new(aws.clone(), &OutboxSettings::load(environment)?, clock.clone());
        let webhooks = Webhooks::new(outbox, secrets.sealer()?, Targets::load(environment)?);
        let cards = Cards::new(aws, &CardsSettings::load(environment)?, clock.clone());
        let site = SiteSettings::load(environment)?;
        let connect = Connect::new(accounts.clone(), entra, &secrets, &site)?;
        let doctor = Doctor::new(&connect, graph, days_left);
        let egress = EgressSettings::load(environment)?;
        let rate = RateSettings::load(environment)?;
        Ok(Self(Arc::new(Clients {
            accounts,
            cards,
            pushes,
            contact_points,
            booking,
            bookings,
            site,
            egress,
            connect,
            doctor,
            secrets,
            subscribe,
            webhooks,
            rate,
            clock,
        })))
    }
}

impl Deref for Api {
    type Target = Clients;

    fn deref(&self) -> &Clients {
        &self.0
    }
}
