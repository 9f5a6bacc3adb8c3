//! What goes out: e-mail, one row an effect, sent once.
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
//! can still come, and one that never reached SES goes out ten minutes late. Rows in `sent` and `failed` leave
//! after 14 days.

mod due;
mod error;
mod job;
mod mail;
mod message;
mod sender;
mod store;

pub use due::queue_due;
pub use error::OutboxError;
pub use job::{OutboxJob, QueueSettings, SendJob, SesEvent};
pub use mail::{Invite, Mail, MailState, MailStatus, Mailbox};
pub use sender::{Sender, SenderSettings};
pub use store::{Outbox, OutboxSettings};
