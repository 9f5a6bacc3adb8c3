//! Mail of one mailbox, read in the order of change (facts 4): one list of all folders, so that what was
//! moved, restored or sent is found in the same call as what arrived. Nothing of a body is asked for.

mod changes;
mod layout;
mod message;

pub use changes::{Changes, Start};
pub use layout::Layout;
pub use message::{Header, Message, MessageId, Participant};

#[cfg(test)]
mod tests;
