//! A mail, as features write it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use types::OrganizationId;

/// A mail to one person. Names, subject and texts may come from anybody: what would break out of a header is
/// taken out when the message is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// The effect that this mail is, such as `{appointment}-confirmed-guest`: posted twice, it goes out once.
    /// 1 to 200 characters of A-Z a-z 0-9 _ -, unique among all organizations.
    pub id: String,
    /// In whose name.
    pub organization_id: OrganizationId,
    /// To whom.
    pub to: Mailbox,
    /// The name beside our sender address.
    pub from_name: String,
    /// Where answers go.
    pub reply_to: Option<Mailbox>,
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The same as HTML.
    pub html: Option<String>,
    /// An appointment.
    pub calendar: Option<Invite>,
}

/// A person with an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mailbox {
    /// The name; may be empty.
    pub name: String,
    /// The bare address.
    pub address: String,
}

/// An appointment as calendars read it (RFC 5545, RFC 6047).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invite {
    /// `REQUEST`, `CANCEL` or `PUBLISH`, as in the calendar itself.
    pub method: String,
    /// The iCalendar object.
    pub ics: String,
}

/// Where a mail stands; the table of states is at the crate's head.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailState {
    /// Not handed to SES.
    Waiting,
    /// Claimed; it may have gone out.
    Sending,
    /// SES took it.
    Sent,
    /// It did not and will not go out.
    Failed,
}

/// How a mail stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailStatus {
    /// Its state.
    pub state: MailState,
    /// Why it failed or did not go out yet: SES's code or a word of ours.
    pub reason: Option<String>,
    /// How often it was claimed.
    pub attempts: u32,
    /// When it went out.
    pub sent_at: Option<Timestamp>,
}
