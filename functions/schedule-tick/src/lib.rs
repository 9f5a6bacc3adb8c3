//! Every minute: what is due goes onto its queue.

mod credential;

use std::{error::Error, sync::Arc};

use accounts::{Accounts, AccountsSettings, SecretSettings, queue_audiences};
use aws::{Aws, Queue};
use booking::{BookingJob, BookingSettings, BookingStore, CalendarJob};
use cards::CardsJob;
use contact_points::ReadJob;
use outbox::{Outbox, OutboxJob, OutboxSettings};
use settings::{ClockSettings, Environment, Settings, SettingsError, Variable};
use subscriptions::SubscribeJob;
use trigger::LogSettings;
use types::{Chain, Clock};

pub use credential::CredentialWatch;

/// Everything that this function reads of its environment.
pub const VARIABLES: &[&[Variable]] = &[
    LogSettings::VARIABLES,
    ClockSettings::VARIABLES,
    AccountsSettings::VARIABLES,
    SecretSettings::VARIABLES,
    BookingSettings::VARIABLES,
    OutboxSettings::VARIABLES,
    cards::QueueSettings::VARIABLES,
    contact_points::QueueSettings::VARIABLES,
    subscriptions::QueueSettings::VARIABLES,
    booking::QueueSettings::VARIABLES,
    outbox::QueueSettings::VARIABLES,
];

/// The function's clients.
pub struct Tick {
    accounts: Accounts,
    credential: CredentialWatch,
    bookings: BookingStore,
    outbox: Outbox,
    pushes: Queue<CardsJob>,
    reads: Queue<ReadJob>,
    subscribes: Queue<SubscribeJob>,
    appointments: Queue<BookingJob>,
    calendars: Queue<CalendarJob>,
    outgoing: Queue<OutboxJob>,
    clock: Arc<dyn Clock>,
}

/// Something that was due could not be queued. Each failure is in the log.
#[derive(Debug, thiserror::Error)]
#[error("not queued, until the next tick: {}", .0.join(", "))]
pub struct NotQueued(Vec<&'static str>);

impl Tick {
    /// Connects as the environment says.
    ///
    /// # Errors
    /// A variable is missing or malformed.
    pub async fn connect(environment: &Environment) -> Result<Self, SettingsError> {
        let clock: Arc<dyn Clock> = Arc::new(ClockSettings::load(environment)?.clock());
        let aws = Aws::connect(environment)?;
        Ok(Self {
            pushes: aws.queue(cards::QueueSettings::load(environment)?.url),
            reads: aws.queue(contact_points::QueueSettings::load(environment)?.url),
            subscribes: aws.queue(subscriptions::QueueSettings::load(environment)?.url),
            appointments: aws.queue(booking::QueueSettings::load(environment)?.url),
            calendars: aws.queue(booking::QueueSettings::load(environment)?.url),
            outgoing: aws.queue(outbox::QueueSettings::load(environment)?.url),
            bookings: BookingStore::new(aws.clone(), &BookingSettings::load(environment)?, clock.clone()),
            outbox: Outbox::new(aws.clone(), &OutboxSettings::load(environment)?, clock.clone()),
            credential: CredentialWatch::new(aws.clone(), SecretSettings::load(environment)?, clock.clone()),
            accounts: Accounts::new(aws, &AccountsSettings::load(environment)?, clock.clone()),
            clock,
        })
    }

    /// Looks once, at everything and at the same time: what fails or takes long holds up nothing else.
    ///
    /// # Errors
    /// A store or a queue failed; the next tick looks again.
    pub async fn look(&self) -> Result<(), NotQueued> {
        let now = self.clock.now();
        let groups = self.subscribes.carrying();
        let (cards, mail, audiences, appointments, calendars, outgoing, credential) = tokio::join!(
            cards::queue_due(&self.accounts, &self.pushes),
            contact_points::queue_due(&self.accounts, &self.reads, &self.subscribes, now),
            queue_audiences(&self.accounts, &groups),
            booking::queue_due(&self.bookings, &self.appointments),
            booking::queue_calendars(&self.accounts, &self.calendars),
            outbox::queue_due(&self.outbox, &self.accounts, &self.outgoing),
            self.credential.tell(),
        );
        let failures = [
            ("cards", failure(cards)),
            ("mailboxes", failure(mail)),
            ("audiences", failure(audiences)),
            ("appointments", failure(appointments)),
            ("calendars", failure(calendars)),
            ("mails and webhooks", failure(outgoing)),
            ("credential", failure(credential)),
        ];
        let mut failed = Vec::new();
        for (what, error) in failures {
            let Some(error) = error else { continue };
            tracing::error!(error = %Chain(&*error), what, "not queued, until the next tick");
            failed.push(what);
        }
        if failed.is_empty() { Ok(()) } else { Err(NotQueued(failed)) }
    }
}

fn failure<T, E: Error + 'static>(looked: Result<T, E>) -> Option<Box<dyn Error>> {
    looked.err().map(|error| Box::new(error) as _)
}
