//! What goes out: e-mail to people and webhooks to CRMs, one row an effect.
//!
//! # Mail
//!
//! A feature posts a [`Mail`] in the transaction of what the mail tells of. From then on the row goes through
//! these states:
//!
//! | state | what happens | next | due again |
//! |---|---|---|---|
//! | – | posted | `waiting` | at once |
//! | `waiting` | a worker claims it: attempt and time noted | `sending` | in 10 minutes |
//! | `sending` | SES took it | `sent` | never |
//! | `sending` | SES refused this mail for good, or it cannot be written | `failed` | never |
//! | `sending` | SES takes nothing now; it did not go out | `waiting` | after a pause that doubles |
//! | `sending` | no answer, or the worker died: it may have gone out | `sending` | 10 minutes after the claim |
//! | `sending` for 10 minutes | SES said nothing: claimed anew | `sending` | in 10 minutes |
//! | any but `sent` | SES's own event says that it went out | `sent` | never |
//! | too many attempts | given up | `failed` | never |
//!
//! So a mail whose reply was lost is not sent again while SES's event (EventBridge, within seconds as a rule)
//! can still come, and one that never reached SES goes out ten minutes late.
//!
//! # News
//!
//! What happens to links, grants and pushes is news ([`accounts::News`]), written in the transaction in which it
//! happens. The [`Teller`] makes mails ([`Notices`]) and deliveries of it, and takes it away, in one transaction:
//! news that are there were not told, and news that were told are gone.
//!
//! # Webhooks
//!
//! A delivery is one event on its way to one webhook, under the event's id, by which the receiver tells a repeat:
//!
//! | state | what happens | next | due again |
//! |---|---|---|---|
//! | – | posted | `waiting` | at once |
//! | `waiting` | a worker claims it: attempt and time noted | `sending` | in 1 minute |
//! | `sending` | the receiver answered 2xx | `delivered` | never |
//! | `sending` | it answered 410: the webhook is disabled | `dead` | never |
//! | `sending` | anything else, or no answer within 10 s | `waiting` | 5 s, 5 min, 30 min, 2, 5, 10, 14, 20, 24 h |
//! | `sending` | the tenth attempt failed, or the webhook is disabled or removed | `dead` | never |
//! | `sending` for 1 minute | the worker died: claimed anew | `sending` | in 1 minute |
//! | `dead` | taken up again through the API | `waiting` | at once |
//!
//! A webhook whose last attempt failed is called for one delivery at a time, every 15 seconds at most; the others
//! wait five minutes, untried. One whose attempts all failed for five days is disabled. Rows that are over leave
//! after 14 days.
//!
//! # The queue
//!
//! The tick queues a row again that was not worked off within two minutes. A job says how often its row had been
//! tried, so that a copy which comes after an attempt does nothing. Each message names whose it is: SQS hands out
//! the messages of those first who have few, so a receiver that answers slowly holds up nobody else's mail.

mod due;
mod error;
mod job;
mod mail;
mod message;
mod notices;
mod sender;
mod store;
mod teller;
mod webhook;
mod words;

pub use due::queue_due;
pub use error::OutboxError;
pub use job::{DeliverJob, NewsJob, OutboxJob, QueueSettings, RemindJob, SendJob, SesEvent};
pub use mail::{Invite, Mail, MailState, MailStatus, Mailbox};
pub use notices::Notices;
pub use sender::{Sender, SenderSettings};
pub use store::{Outbox, OutboxSettings};
pub use teller::Teller;
pub use webhook::{
    Courier, Delivery, DeliveryState, Disabled, DisabledReason, EventKind, MOST_WEBHOOKS, NewSecret,
    TargetFault, Targets, Webhook, Webhooks,
};
pub use words::Words;
