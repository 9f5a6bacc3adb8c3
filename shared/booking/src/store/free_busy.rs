//! What calendars said, kept for a minute: a public page must not hammer a mailbox, and however many guests
//! look at once, one of them asks.

use aws::{Condition, Key, Stored};
use graph::calendar::Busy;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use types::{OrganizationId, UserId};
use uuid::Uuid;

use super::{BookingStore, appointments::CalendarId, host_partition};
use crate::{BookingError, Why};

/// Four weeks of a host's calendar: the unit in which it is asked and kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window(i64);

/// What a calendar said of a window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Answer {
    /// These times are not free.
    Busy {
        /// First instant and first after, in seconds since 1970.
        times: Vec<(i64, i64)>,
        /// Whether it can make Teams meetings.
        allows_teams: bool,
    },
    /// It cannot be read.
    Unreadable(Why),
}

/// An answer and who is asking for the next.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Kept {
    pub(crate) answer: Option<Answer>,
    /// When it was given, in milliseconds since 1970.
    pub(crate) answered_at: i64,
}

/// Whose calendar a host's is, under which address, and what it can do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KnownCalendar {
    pub(crate) calendar: CalendarId,
    pub(crate) address: String,
    pub(crate) allows_teams: bool,
    read_at: Timestamp,
    expires_at: i64,
}

const WEEKS: SignedDuration = SignedDuration::from_hours(4 * 7 * 24);

/// Meetings and buffers reach over a window's edges, at most so far.
const EDGE: SignedDuration = SignedDuration::from_hours(8);

/// How long a reader may take until another asks.
const READING: SignedDuration = SignedDuration::from_secs(12);

/// How long what a calendar is is believed.
const KNOWN: SignedDuration = SignedDuration::from_hours(1);

/// What nobody asks for goes away.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

impl Window {
    /// The windows that `from..until` lies in.
    pub(crate) fn of(from: Timestamp, until: Timestamp) -> impl Iterator<Item = Self> {
        let number = |instant: Timestamp| instant.as_second().div_euclid(WEEKS.as_secs());
        (number(from)..=number(until)).map(Self)
    }

    /// What to ask for: the window and its edges, less than the 62 days that Graph allows.
    pub(crate) fn bounds(self) -> (Timestamp, Timestamp) {
        let instant = |number: i64| {
            let second = number.saturating_mul(WEEKS.as_secs());
            Timestamp::from_second(second).unwrap_or(Timestamp::MAX)
        };
        let widened = |instant: Timestamp, by| instant.checked_add(by).unwrap_or(instant);
        (widened(instant(self.0), -EDGE), widened(instant(self.0 + 1), EDGE))
    }
}

impl Answer {
    /// How long it is believed. What failed in passing, or costs no call to Graph, is asked for again soon.
    pub(crate) fn lasts(&self) -> SignedDuration {
        match self {
            Self::Unreadable(Why::Unavailable | Why::NotLinked) => SignedDuration::from_secs(5),
            Self::Unreadable(_) | Self::Busy { .. } => SignedDuration::from_secs(60),
        }
    }

    /// The times that are not free; none when it cannot be read.
    pub(crate) fn busy(&self) -> Vec<Busy> {
        let Self::Busy { times, .. } = self else { return Vec::new() };
        let instant = |second| Timestamp::from_second(second).unwrap_or_default();
        times.iter().map(|(from, until)| Busy { from: instant(*from), until: instant(*until) }).collect()
    }
}

impl BookingStore {
    pub(crate) async fn kept(
        &self,
        organization: &OrganizationId,
        host: &UserId,
        window: Window,
    ) -> Result<Kept, BookingError> {
        let kept: Option<Kept> = self.table.get(window_key(organization, host, window)).await?;
        Ok(kept.unwrap_or_default())
    }

    /// Takes the right to ask, unless somebody has it or has an answer already.
    pub(crate) async fn take_reading(
        &self,
        organization: &OrganizationId,
        host: &UserId,
        window: Window,
        seen: &Kept,
        reader: Uuid,
    ) -> Result<bool, BookingError> {
        let now = self.now();
        let free = Condition::Any(vec![
            Condition::Absent("reading_until"),
            Condition::less_than("reading_until", now.as_millisecond()),
        ]);
        let unchanged = Condition::Any(vec![
            Condition::Absent("answered_at"),
            Condition::equals("answered_at", seen.answered_at),
        ]);
        let take = self
            .table
            .update(window_key(organization, host, window))
            .set("reader", reader)?
            .set("reading_until", (now + READING).as_millisecond())?
            .set("expires_at", (now + KEPT).as_second())?
            .when(Condition::All(vec![free, unchanged]));
        Ok(self.aws.write_if(take).await?)
    }

    /// Keeps what the calendar said, if the right to ask is still this reader's.
    pub(crate) async fn keep(
        &self,
        organization: &OrganizationId,
        host: &UserId,
        window: Window,
        reader: Uuid,
        answer: &Answer,
    ) -> Result<(), BookingError> {
        let keep = self
            .table
            .update(window_key(organization, host, window))
            .set("answer", answer)?
            .set("answered_at", self.now().as_millisecond())?
            .remove("reader")
            .remove("reading_until")
            .when(Condition::equals("reader", reader));
        self.aws.write_if(keep).await?;
        Ok(())
    }

    /// Forgets what the calendar said of these times: it changed. Whoever is asking now does not keep the answer.
    pub(crate) async fn forget(
        &self,
        organization: &OrganizationId,
        host: &UserId,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<(), BookingError> {
        for window in Window::of(from, until) {
            self.aws.write(self.table.delete(window_key(organization, host, window))).await?;
        }
        Ok(())
    }

    /// What is known of the calendar of this account.
    pub(crate) async fn known_calendar(
        &self,
        organization: &OrganizationId,
        host: &UserId,
        calendar: &CalendarId,
    ) -> Result<Option<KnownCalendar>, BookingError> {
        let stored: Option<Stored<KnownCalendar>> = self.table.get(calendar_key(organization, host)).await?;
        let known = stored.map(|stored| stored.record);
        Ok(known.filter(|known| known.calendar == *calendar && self.now() < known.read_at + KNOWN))
    }

    /// What is known of a calendar as of now.
    pub(crate) fn calendar_now(
        &self,
        calendar: CalendarId,
        address: String,
        allows_teams: bool,
    ) -> KnownCalendar {
        let read_at = self.now();
        KnownCalendar { calendar, address, allows_teams, read_at, expires_at: (read_at + KEPT).as_second() }
    }

    pub(crate) async fn keep_calendar(
        &self,
        organization: &OrganizationId,
        host: &UserId,
        known: &KnownCalendar,
    ) -> Result<(), BookingError> {
        let stored = Stored::at(calendar_key(organization, host), known);
        Ok(self.aws.write(self.table.put(&stored)?).await?)
    }
}

fn window_key(organization: &OrganizationId, host: &UserId, Window(number): Window) -> Key {
    Key::new(host_partition(organization, host), format!("BUSY#{number}"))
}

fn calendar_key(organization: &OrganizationId, host: &UserId) -> Key {
    Key::new(host_partition(organization, host), "CALENDAR")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_cover_every_instant_and_reach_over_their_edges() {
        let from: Timestamp = "2026-11-22T00:00:00Z".parse().unwrap();
        for hours in [0, 1, 24 * 30, 24 * 42] {
            let until = from + SignedDuration::from_hours(hours);
            let windows: Vec<Window> = Window::of(from, until).collect();
            let (first, last) = (windows[0].bounds().0, windows[windows.len() - 1].bounds().1);
            assert!(first <= from - EDGE && last >= until + EDGE, "{hours}");
            assert!(windows.len() <= 3);
        }
        let (first, after) = Window::of(from, from).next().unwrap().bounds();
        assert!(
            after.duration_since(first) < SignedDuration::from_hours(62 * 24),
            "Graph allows less than 62 days"
        );
    }
}
