//! Business cards: what they are, how they come in, and how they reach the user's contacts in Outlook
//! (features B01 to B18).

mod card;
mod collection;
mod contact;
mod error;
mod fingerprint;
mod japanese_address;
mod job;
mod push;
mod settings;
pub mod vcard;
mod width;

pub use card::{Address, Card, FieldError, Phone, PhoneKind, Problem};
pub use collection::{Cards, Change, KeptCard};
pub use contact::contact_for;
pub use error::CardsError;
pub use fingerprint::fingerprint;
pub use job::{PushJob, queue_due};
pub use push::{LastPush, Push, PushStatus};
pub use settings::{CardUrl, CardsSettings, QueueSettings};
