//! Graph's webhook: the handshake, and notifications that become jobs. Whoever sends one has to prove that
//! Graph made it; the mailbox is somebody else's work.

mod handshake;
mod jobs;
mod notification;
mod owners;
mod routes;

use std::sync::Arc;

use aws::{Aws, Queue};
use contact_points::ReadJob;
use settings::{ClockSettings, Environment, Settings, Variable};
use subscriptions::{SubscribeJob, Subscriptions, SubscriptionsSettings};
use trigger::LogSettings;
use types::Clock;

use owners::KnownOwners;
pub use routes::router;

/// Everything that this function reads of its environment.
pub const VARIABLES: &[&[Variable]] = &[
    LogSettings::VARIABLES,
    ClockSettings::VARIABLES,
    SubscriptionsSettings::VARIABLES,
    subscriptions::QueueSettings::VARIABLES,
    contact_points::QueueSettings::VARIABLES,
];

/// The function's clients.
#[derive(Clone)]
pub struct Webhook {
    owners: Arc<KnownOwners>,
    reads: Queue<ReadJob>,
    subscribes: Queue<SubscribeJob>,
    clock: Arc<dyn Clock>,
}

impl Webhook {
    /// Connects as the environment says. Makes no call: the first handshake must not wait for one.
    ///
    /// # Errors
    /// A variable is missing or malformed.
    pub fn connect(environment: &Environment) -> Result<Self, trigger::Error> {
        let clock = Arc::new(ClockSettings::load(environment)?.clock());
        let aws = Aws::connect(environment)?;
        let table = SubscriptionsSettings::load(environment)?;
        let reads = contact_points::QueueSettings::load(environment)?.url;
        let subscribes = subscriptions::QueueSettings::load(environment)?.url;
        Ok(Self::new(aws, &table, (reads, subscribes), clock))
    }

    fn new(
        aws: Aws,
        table: &SubscriptionsSettings,
        (reads, subscribes): (String, String),
        clock: Arc<dyn Clock>,
    ) -> Self {
        let (reads, subscribes) = (aws.queue(reads), aws.queue(subscribes));
        let subscriptions = Subscriptions::new(aws, table, clock.clone());
        let owners = Arc::new(KnownOwners::new(subscriptions, clock.clone()));
        Self { owners, reads, subscribes, clock }
    }
}
