//! Which days are shown, and the free times on each: dates of the guest's zone.

use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, tz::TimeZone};
use pages::booking::Day;

/// How many days are shown at once.
const DAYS: i32 = 7;

/// The days that are shown: seven from today on, or some sevens later.
#[derive(Debug, Clone)]
pub(crate) struct Week {
    zone: TimeZone,
    today: Date,
    /// The last day that can be booked.
    last: Date,
    first: Date,
}

impl Week {
    /// The week with the wanted day, or the nearest that can be booked; without a wish the one that begins
    /// today.
    pub(crate) fn new(zone: &TimeZone, now: Timestamp, horizon_days: u16, wanted: Option<Date>) -> Self {
        let date = |instant: Timestamp| instant.to_zoned(zone.clone()).date();
        let today = date(now);
        let end = now.saturating_add(SignedDuration::from_hours(24 * i64::from(horizon_days)));
        let last = date(end.unwrap_or(now));
        let wanted = wanted.unwrap_or(today).clamp(today, last);
        let first = move_by(today, days_between(today, wanted) / DAYS * DAYS);
        Self { zone: zone.clone(), today, last, first }
    }

    /// The first instant of the week.
    pub(crate) fn from(&self) -> Timestamp {
        self.midnight(self.first)
    }

    /// The first instant after the week.
    pub(crate) fn until(&self) -> Timestamp {
        self.midnight(move_by(self.first, DAYS))
    }

    /// The first day of the week before, if there is one.
    pub(crate) fn previous(&self) -> Option<Date> {
        (self.first > self.today).then(|| move_by(self.first, -DAYS))
    }

    /// The first day of the week after, if it can be booked.
    pub(crate) fn next(&self) -> Option<Date> {
        Some(move_by(self.first, DAYS)).filter(|next| *next <= self.last)
    }

    /// The days with these starts, each on its own date.
    pub(crate) fn days(&self, starts: &[Timestamp]) -> Vec<Day> {
        let day = |offset| {
            let date = move_by(self.first, offset);
            Day { date, times: starts.iter().copied().filter(|start| self.date_of(*start) == date).collect() }
        };
        (0..DAYS).map(day).collect()
    }

    /// The date of an instant.
    pub(crate) fn date_of(&self, instant: Timestamp) -> Date {
        instant.to_zoned(self.zone.clone()).date()
    }

    fn midnight(&self, date: Date) -> Timestamp {
        let start = date.to_zoned(self.zone.clone()).map(|midnight| midnight.timestamp());
        start.unwrap_or(Timestamp::MAX)
    }
}

fn move_by(date: Date, days: i32) -> Date {
    date.saturating_add(days.days())
}

fn days_between(first: Date, second: Date) -> i32 {
    // Dates without a unit wider than days.
    first.until(second).map_or(0, |span| span.get_days())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().expect("a date")
    }

    fn week(zone: &str, now: &str, horizon: u16, wanted: Option<&str>) -> Week {
        let zone = TimeZone::get(zone).expect("a zone");
        Week::new(&zone, now.parse().expect("an instant"), horizon, wanted.map(date))
    }

    #[test]
    fn weeks_follow_each_other_from_today_to_the_horizon() {
        // Sunday evening in New York is Monday morning in Tokyo.
        let now = "2026-11-22T23:30:00Z";
        for (zone, horizon, wanted, first, previous, next) in [
            ("Asia/Tokyo", 30, None, "2026-11-23", None, Some("2026-11-30")),
            ("America/New_York", 30, None, "2026-11-22", None, Some("2026-11-29")),
            ("Asia/Tokyo", 30, Some("2026-11-29"), "2026-11-23", None, Some("2026-11-30")),
            ("Asia/Tokyo", 30, Some("2026-11-30"), "2026-11-30", Some("2026-11-23"), Some("2026-12-07")),
            // Before today, beyond the horizon, and in the last week of all.
            ("Asia/Tokyo", 30, Some("2020-01-01"), "2026-11-23", None, Some("2026-11-30")),
            ("Asia/Tokyo", 30, Some("2999-01-01"), "2026-12-21", Some("2026-12-14"), None),
            ("Asia/Tokyo", 6, None, "2026-11-23", None, None),
            ("Asia/Tokyo", 7, None, "2026-11-23", None, Some("2026-11-30")),
        ] {
            let week = week(zone, now, horizon, wanted);
            let found = (week.first, week.previous(), week.next());
            assert_eq!(found, (date(first), previous.map(date), next.map(date)), "{zone} {wanted:?}");
        }
    }

    #[test]
    fn a_time_stands_on_its_date_in_the_guests_zone_also_when_clocks_change() {
        // Clocks go back on 2026-10-25 in Paris: that day has 25 hours.
        let week = week("Europe/Paris", "2026-10-22T12:00:00Z", 30, None);
        let hours = week.until().duration_since(week.from()).as_hours();
        assert_eq!(hours, 7 * 24 + 1);
        let start = |text: &str| text.parse::<Timestamp>().expect("an instant");
        let starts =
            [start("2026-10-24T22:00:00Z"), start("2026-10-25T22:30:00Z"), start("2026-10-25T23:00:00Z")];
        let days = week.days(&starts);
        let of = |day: &str| days.iter().find(|found| found.date == date(day)).expect("shown").times.clone();
        assert_eq!(of("2026-10-24"), []);
        assert_eq!(of("2026-10-25"), starts[..2]);
        assert_eq!(of("2026-10-26"), starts[2..]);
    }
}
