//! The calendar of a mailbox, what was sent out from it, and how it behaves.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Event;

/// The number of the calendar among the mailbox's folders; contact and mail folders begin above it.
pub const CALENDAR: u64 = 0;

/// The one calendar of a mailbox.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Calendar {
    /// Events by number, deleted ones included.
    pub events: BTreeMap<u64, Event>,
    /// What was mailed to attendees from here, oldest first.
    pub invitations: Vec<Invitation>,
    /// What the control API switched.
    pub behaviour: CalendarBehaviour,
    /// Events that are no longer in the calendar.
    pub gone: Vec<GoneEvent>,
}

/// An event that left the calendar.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GoneEvent {
    /// Its number.
    pub number: u64,
    /// Its place when it left.
    pub place: u64,
    /// The number of that change.
    pub change: u64,
}

/// What a mail to an attendee is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum InvitationKind {
    /// The invitation.
    Request,
    /// Something changed.
    Update,
    /// The meeting is cancelled, or no longer for that person.
    Cancel,
}

/// A mail that Exchange sent to an attendee.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Invitation {
    /// The attendee.
    pub to: String,
    /// What it is about.
    pub kind: InvitationKind,
    /// The subject of the event.
    pub subject: String,
    /// The event, the same in every mailbox.
    pub i_cal_uid: String,
    /// What the organizer wrote to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// When it was sent.
    pub at: Timestamp,
}

/// What the control API can switch in one calendar (`POST /_sim/mailboxes/{address}/calendar`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct CalendarBehaviour {
    /// How Teams answers when an online meeting is asked for.
    pub teams: Teams,
    /// How this calendar looks to `getSchedule`.
    pub schedule: Schedule,
    /// The answer to a second POST with the same `transactionId`, which Microsoft leaves open.
    pub transaction_id_repeat: TransactionIdRepeat,
    /// How long a room takes to answer an invitation.
    pub room_answer_seconds: u32,
}

impl Default for CalendarBehaviour {
    fn default() -> Self {
        Self {
            teams: Teams::default(),
            schedule: Schedule::default(),
            transaction_id_repeat: TransactionIdRepeat::default(),
            room_answer_seconds: 2,
        }
    }
}

/// How Teams answers when an online meeting is asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Teams {
    /// The link is in the answer to the POST.
    #[default]
    Prompt,
    /// The link is there after some seconds, and after the event was read some times without it.
    #[serde(rename_all = "camelCase")]
    Late {
        /// Seconds.
        #[serde(default)]
        seconds: u32,
        /// Times that the event is shown without the link.
        #[serde(default)]
        reads: u32,
    },
    /// There is no link, and the event does not become a meeting in Teams.
    Refused,
}

/// How a calendar looks to `getSchedule`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Schedule {
    /// As it is.
    #[default]
    Ok,
    /// Its entry holds an error with that `responseCode`.
    Error(String),
}

/// The answer to a second POST with the same `transactionId`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TransactionIdRepeat {
    /// The event that is there already.
    #[default]
    Return,
    /// 409.
    Conflict,
}
