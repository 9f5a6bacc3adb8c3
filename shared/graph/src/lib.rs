//! Entra ID and Microsoft Graph as this project uses them: sign-in and consent addresses, tokens, the
//! signed-in user, contacts and their folder, `$batch`. Knows no feature and stores nothing.
//!
//! What every call has in common stands in [`RetryPolicy`] and [`GraphError`]: refusals for load are
//! repeated as the far side asks, within a time limit; a write whose reply is lost is never repeated here
//! but reported as [`GraphError::OutcomeUnknown`], since only the caller can look up whether it happened.

mod application;
mod batch;
pub mod calendar;
pub mod contacts;
pub mod entra;
mod error;
mod groups;
pub mod mail;
mod mailbox;
mod probe;
mod retry;
mod settings;
pub mod subscriptions;
mod transport;

pub use application::Application;
pub use batch::{BatchAnswer, BatchRequest, MOST_IN_BATCH};
pub use error::{GraphError, IdTokenFlaw};
pub use groups::Person;
pub use mailbox::{Graph, Mailbox, Me};
pub use probe::DirectoryAccount;
pub use retry::RetryPolicy;
pub use settings::{EntraSettings, GraphSettings};
pub use transport::{http_client, tls};

#[cfg(test)]
mod stub;
