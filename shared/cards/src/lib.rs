//! Business cards: what they are, how they come in, and how they reach the user's contacts in Outlook
//! (features B01 to B18).

mod card;
mod contact;
mod fingerprint;
mod japanese_address;
mod width;

pub use card::{Address, Card, FieldError, Phone, PhoneKind, Problem};
pub use contact::contact_for;
pub use fingerprint::fingerprint;
