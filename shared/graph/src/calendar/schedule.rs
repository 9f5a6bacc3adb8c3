//! Free and busy, from `getSchedule`.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::zoned::Zoned;
use crate::error::GraphError;
use crate::mailbox::{Mailbox, read};

/// What `getSchedule` says of one mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Schedule {
    /// It can be read: these times are not free.
    Busy(Vec<Busy>),
    /// It cannot be read, for this reason (Exchange's `responseCode`). It may be anything but free (R36).
    Unreadable(String),
}

/// A time that is not free.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Busy {
    /// Its first instant.
    pub from: Timestamp,
    /// The first instant after.
    pub until: Timestamp,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Question<'a> {
    schedules: [&'a str; 1],
    start_time: Zoned,
    end_time: Zoned,
    availability_view_interval: u16,
}

#[derive(Deserialize)]
struct Answer {
    value: Vec<Information>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Information {
    error: Option<Failure>,
    availability_view: Option<String>,
    schedule_items: Option<Vec<Item>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Failure {
    response_code: Option<String>,
}

#[derive(Deserialize)]
struct Item {
    status: Option<String>,
    start: Zoned,
    end: Zoned,
}

/// Minutes that one digit of the view stands for; the finest that Graph has.
const VIEW_MINUTES: u16 = 5;

impl Mailbox {
    /// When the mailbox with this address is not free between two instants, less than 62 days apart
    /// (`POST /me/calendar/getSchedule`, needs `Calendars.Read`). Tentative, busy, out of office and anything
    /// unknown are not free; free and working elsewhere are.
    ///
    /// # Errors
    /// Graph refuses, cannot be reached, or answers with nothing usable. An error of the mailbox alone is
    /// [`Schedule::Unreadable`].
    pub async fn schedule(
        &self,
        address: &str,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Schedule, GraphError> {
        let question = Question {
            schedules: [address],
            start_time: Zoned::of(from, "UTC"),
            end_time: Zoned::of(until, "UTC"),
            availability_view_interval: VIEW_MINUTES,
        };
        let reply = self.ask(&format!("{}/calendar/getSchedule", self.root), &question).await?;
        let Answer { value } = read(&reply, "schedule")?;
        let [information] = <[Information; 1]>::try_from(value).map_err(|_| GraphError::lacks("schedule"))?;
        information.schedule(from)
    }
}

impl Information {
    fn schedule(self, from: Timestamp) -> Result<Schedule, GraphError> {
        if let Some(error) = self.error {
            let code = error.response_code.filter(|code| !code.is_empty());
            return Ok(Schedule::Unreadable(code.unwrap_or_else(|| "unknown".to_owned())));
        }
        let busy = match (self.schedule_items, self.availability_view) {
            (Some(items), _) => items.into_iter().filter_map(Item::busy).collect::<Result<_, _>>()?,
            (None, Some(view)) => busy_in(&view, from),
            (None, None) => return Err(GraphError::lacks("schedule")),
        };
        Ok(Schedule::Busy(busy))
    }
}

impl Item {
    fn busy(self) -> Option<Result<Busy, GraphError>> {
        let is_free = matches!(self.status.as_deref(), Some("free" | "workingElsewhere"));
        let busy = || Ok(Busy { from: self.start.instant()?, until: self.end.instant()? });
        (!is_free).then(busy)
    }
}

/// What the view says where there are no items: 0 is free, 4 working elsewhere, everything else is not free.
fn busy_in(view: &str, from: Timestamp) -> Vec<Busy> {
    let cell = SignedDuration::from_mins(VIEW_MINUTES.into());
    let cells = view.chars().scan(from, |start, digit| {
        let busy = Busy { from: *start, until: *start + cell };
        *start = busy.until;
        Some((digit, busy))
    });
    cells.filter(|(digit, _)| !matches!(digit, '0' | '4')).map(|(_, busy)| busy).collect()
}
