//! When the events of a calendar take place: each once, or on the days of its series.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan};

use super::{Event, Mailbox, ZonedTime};

/// One time that an event takes place.
#[derive(Debug, Clone)]
pub struct Occurrence<'a> {
    /// The event, or the series.
    pub event: &'a Event,
    /// The day, of a series only.
    pub day: Option<Date>,
    /// When it begins.
    pub start: ZonedTime,
    /// When it ends.
    pub end: ZonedTime,
}

impl<'a> Occurrence<'a> {
    /// The event itself: a single one, or the series as a whole with its first time.
    #[must_use]
    pub fn whole(event: &'a Event) -> Self {
        Self { event, day: None, start: event.start.clone(), end: event.end.clone() }
    }

    /// The series on one of its days.
    fn on(event: &'a Event, day: Date) -> Self {
        let length = event.start.local.duration_until(event.end.local);
        let start = day.to_datetime(event.start.local.time());
        let at = |local| ZonedTime { local, zone: event.start.zone.clone() };
        let end = start.checked_add(length).unwrap_or(start);
        Self { event, day: Some(day), start: at(start), end: at(end) }
    }

    /// Whether it takes some of the time from `from` to `until`; something of no length at its very moment.
    #[must_use]
    pub fn overlaps(&self, from: Timestamp, until: Timestamp) -> bool {
        let (start, end) = (self.start.instant(), self.end.instant());
        start < until && (end > from || (start == end && start >= from))
    }
}

impl Event {
    /// The day of the series, if it takes place then.
    #[must_use]
    pub fn on(&self, day: Date) -> Option<Occurrence<'_>> {
        let is_one = self.recurrence.as_ref()?.days(day, day) == [day] && !self.cancelled_days.contains(&day);
        is_one.then(|| Occurrence::on(self, day))
    }

    /// The times that it takes place between `from` and `until`.
    #[must_use]
    pub fn occurrences(&self, from: Timestamp, until: Timestamp) -> Vec<Occurrence<'_>> {
        let all = match &self.recurrence {
            None => vec![Occurrence::whole(self)],
            Some(series) => {
                // Zones are less than a day apart from UTC, on either side.
                let length = self.start.instant().duration_until(self.end.instant());
                let margin = length.max(SignedDuration::ZERO) + SignedDuration::from_hours(24);
                let day = |instant: Timestamp| ZonedTime::utc(instant).local.date();
                let first = day(from.checked_sub(margin).unwrap_or(Timestamp::MIN));
                let last = day(until).checked_add(1.day()).unwrap_or(Date::MAX);
                let days = series.days(first, last).into_iter();
                days.filter(|day| !self.cancelled_days.contains(day))
                    .map(|day| Occurrence::on(self, day))
                    .collect()
            }
        };
        all.into_iter().filter(|occurrence| occurrence.overlaps(from, until)).collect()
    }
}

impl Mailbox {
    /// What takes place between `from` and `until`, by its beginning.
    #[must_use]
    pub fn occurrences(&self, from: Timestamp, until: Timestamp) -> Vec<Occurrence<'_>> {
        let mut found: Vec<_> = self.events().flat_map(|event| event.occurrences(from, until)).collect();
        found.sort_by_key(|occurrence| (occurrence.start.instant(), occurrence.event.number));
        found
    }
}
