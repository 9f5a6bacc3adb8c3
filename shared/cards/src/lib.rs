//! Business cards: what they are, how they come in, and how they reach the user's contacts in Outlook
//! (features B01 to B18).

mod card;
mod collection;
mod contact;
mod error;
mod fingerprint;
pub mod import;
mod japanese_address;
mod job;
mod push;
mod settings;
mod width;

pub use card::{Address, Card, FieldError, Phone, PhoneKind, Problem};
pub use collection::{Cards, Change, KeptCard, KeptSource, Merged, Patch, Patched, Photo, PhotoError};
pub use contact::contact_for;
pub use error::CardsError;
pub use fingerprint::fingerprint;
pub use import::Preview;
pub use job::{CardsJob, hurry, queue_due};
pub use push::{LastPush, Push, PushStatus, Removal, RemovalOutcome};
pub use settings::{CardUrl, CardsSettings, QueueSettings};
