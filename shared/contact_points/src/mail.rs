//! What a mail says about people: pure, from its headers alone. Nothing here reads or writes anything.

mod company;
mod human;
mod participants;
mod person;
mod reason;
mod role;

pub(crate) use company::registrable_domain;
pub use participants::Direction;
pub(crate) use participants::{Owner, Seen, look_at};
pub(crate) use person::Address;
pub use reason::Reason;
