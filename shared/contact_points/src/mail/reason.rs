//! Why a mail, or somebody on it, makes no contact point (requirements R20, R21).

use serde::{Deserialize, Serialize};

/// Why there is no contact point. Of a whole mail, or of one participant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The mail lies in a folder that does not count: drafts, outbox, junk, deleted, chats.
    Folder,
    /// The mail was never sent.
    Draft,
    /// The mail was in the mailbox before the link.
    BeforeLink,
    /// A mail could not be delivered.
    Bounce,
    /// Written by a machine in answer to a mail: absence notes, receipts.
    AutoReply,
    /// A meeting request or the answer to one; meetings are no mails.
    Meeting,
    /// Sent through a mailing list.
    MailingList,
    /// Sent to many.
    Bulk,
    /// Sent by a machine.
    Machine,
    /// The address takes no answers.
    NoReply,
    /// The address is an office's, not a person's, as `info@`.
    Role,
    /// The participant is of the organization.
    Internal,
    /// The participant has no SMTP address.
    NoAddress,
}
