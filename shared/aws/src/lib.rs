//! DynamoDB, SQS, Secrets Manager and SES in the few shapes that the house uses. The only crate that names an
//! AWS SDK; no SDK type leaves it.

mod condition;
mod connection;
mod count;
mod email;
mod error;
mod identity;
mod lease;
mod query;
mod queue;
mod secrets;
mod stored;
mod table;
mod write;

pub use condition::Condition;
pub use connection::Aws;
pub use email::{EmailError, EmailToSend, Emails};
pub use error::AwsError;
pub use identity::WebIdentity;
pub use lease::{Holder, Lease, Turn};
pub use query::{Page, Position, Query};
pub use queue::{Job, Queue};
pub use stored::Stored;
pub use table::{Key, Table};
pub use write::Write;
