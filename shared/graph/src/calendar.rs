//! The default calendar of a mailbox: what it can do, when it is busy, and events in it (facts 6).
//!
//! Instants go in and come out; zones are only a matter of the wire. Events carry our key in a single-value
//! extended property and in `transactionId`, which makes Graph suppress a second POST of the same event.

mod event;
mod schedule;
#[cfg(test)]
mod tests;
mod zoned;

pub use event::{Event, EventId, NewEvent, Party};
pub use schedule::{Busy, Schedule};

use serde::Deserialize;

use crate::error::GraphError;
use crate::mailbox::{Mailbox, read};

/// What a calendar is and can do.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Calendar {
    /// Whose it is; the address is one under which `getSchedule` knows it.
    pub owner: Option<Party>,
    /// Which meetings can be made with an event, as in `teamsForBusiness`; empty for a mailbox without licence.
    #[serde(default, deserialize_with = "null_is_empty")]
    pub allowed_online_meeting_providers: Vec<String>,
}

/// Teams, as the provider of online meetings.
const TEAMS: &str = "teamsForBusiness";

impl Calendar {
    /// Whether events can have a Teams meeting (requirement R38).
    #[must_use]
    pub fn allows_teams(&self) -> bool {
        self.allowed_online_meeting_providers.iter().any(|provider| provider == TEAMS)
    }
}

impl Mailbox {
    /// The default calendar (`GET /me/calendar`, needs `Calendars.Read`).
    ///
    /// # Errors
    /// Graph refuses or cannot be reached.
    pub async fn calendar(&self) -> Result<Calendar, GraphError> {
        let path = format!("{}/calendar?$select=owner,allowedOnlineMeetingProviders", self.root);
        read(&self.get(&path).await?, "calendar")
    }
}

/// Graph writes `null` for a collection without items.
fn null_is_empty<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}
