//! Contact points: who outside wrote to whom inside, found in mail headers and grouped by person and company
//! (features C01, C02, C07).

mod error;
mod job;
mod mail;
mod read;
mod settings;
mod store;

pub use error::ContactPointsError;
pub use job::{Cause, ReadJob, queue_due};
pub use mail::{Direction, Reason};
pub use read::{LastRead, Reader};
pub use settings::{ContactPointsSettings, QueueSettings};
pub use store::{Company, ContactPoint, ContactPoints, Filter, PeopleFilter, Person};
