//! Series: the days on which a recurring event takes place.
//! Source: Graph pages "recurrencePattern" and "recurrenceRange".

use jiff::civil::{Date, Weekday, date};
use jiff::{Span, ToSpan};
use serde::{Deserialize, Serialize};

/// No series is followed further than this many days of it.
const MOST: usize = 5_000;

/// How often and for how long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Recurrence {
    /// How often.
    pub pattern: Pattern,
    /// For how long.
    pub range: Range,
}

/// How often.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Pattern {
    /// The unit.
    #[serde(rename = "type")]
    pub kind: PatternKind,
    /// Every so many units.
    pub interval: u16,
    /// Of a yearly series.
    #[serde(default)]
    pub month: i8,
    /// Of a monthly or yearly series.
    #[serde(default)]
    pub day_of_month: i8,
    /// Of a weekly series.
    #[serde(default)]
    pub days_of_week: Vec<Day>,
    /// What a week begins with.
    #[serde(default)]
    pub first_day_of_week: Day,
    /// Only of relative series, which are not simulated.
    #[serde(default = "first")]
    pub index: String,
}

fn first() -> String {
    "first".to_owned()
}

/// The units that are simulated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PatternKind {
    /// Days.
    Daily,
    /// Weeks, on some of their days.
    Weekly,
    /// Months, on a day by its number.
    AbsoluteMonthly,
    /// Years, on a day by its number.
    AbsoluteYearly,
}

/// A day of the week.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the days of the week")]
pub enum Day {
    #[default]
    Sunday,
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
}

impl Day {
    fn weekday(self) -> Weekday {
        match self {
            Self::Sunday => Weekday::Sunday,
            Self::Monday => Weekday::Monday,
            Self::Tuesday => Weekday::Tuesday,
            Self::Wednesday => Weekday::Wednesday,
            Self::Thursday => Weekday::Thursday,
            Self::Friday => Weekday::Friday,
            Self::Saturday => Weekday::Saturday,
        }
    }
}

/// For how long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Range {
    /// What ends it.
    #[serde(rename = "type")]
    pub kind: RangeKind,
    /// The first day that it may take place on.
    pub start_date: Date,
    /// The last one, for `endDate`; Graph shows 1 January of the year 1 otherwise.
    #[serde(default = "no_date")]
    pub end_date: Date,
    /// The zone of the dates; the event's own if empty.
    #[serde(default)]
    pub recurrence_time_zone: String,
    /// How many times, for `numbered`.
    #[serde(default)]
    pub number_of_occurrences: usize,
}

fn no_date() -> Date {
    date(1, 1, 1)
}

/// What ends a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RangeKind {
    /// A date.
    EndDate,
    /// Nothing.
    NoEnd,
    /// A number of times.
    Numbered,
}

impl Recurrence {
    /// What the pattern or range lacks, by the name of the property.
    #[must_use]
    pub fn missing(&self) -> Option<&'static str> {
        let Self { pattern, range } = self;
        let wrong_day = !(1..=31).contains(&pattern.day_of_month);
        match (pattern.kind, range.kind) {
            _ if pattern.interval == 0 => Some("pattern.interval"),
            (PatternKind::Weekly, _) if pattern.days_of_week.is_empty() => Some("pattern.daysOfWeek"),
            (PatternKind::AbsoluteMonthly | PatternKind::AbsoluteYearly, _) if wrong_day => {
                Some("pattern.dayOfMonth")
            }
            (PatternKind::AbsoluteYearly, _) if !(1..=12).contains(&pattern.month) => Some("pattern.month"),
            (_, RangeKind::EndDate) if range.end_date < range.start_date => Some("range.endDate"),
            (_, RangeKind::Numbered) if range.number_of_occurrences == 0 => Some("range.numberOfOccurrences"),
            _ => None,
        }
    }

    /// The days from `from` to `until`, both included, on which it takes place.
    #[must_use]
    pub fn days(&self, from: Date, until: Date) -> Vec<Date> {
        let last = match self.range.kind {
            RangeKind::EndDate => self.range.end_date.min(until),
            RangeKind::NoEnd | RangeKind::Numbered => until,
        };
        let times = match self.range.kind {
            RangeKind::Numbered => self.range.number_of_occurrences,
            RangeKind::EndDate | RangeKind::NoEnd => usize::MAX,
        };
        let units = (0..MOST).map_while(|count| self.unit(count));
        units
            .flatten()
            .filter(|day| *day >= self.range.start_date)
            .take(times)
            .take_while(|day| *day <= last)
            .filter(|day| *day >= from)
            .collect()
    }

    /// The days of the unit that is `count` intervals after the first one, in order.
    fn unit(&self, count: usize) -> Option<Vec<Date>> {
        let Pattern { interval, month, day_of_month, .. } = self.pattern;
        let count = i64::try_from(count).ok()? * i64::from(interval);
        let after = |span: Span| self.range.start_date.checked_add(span).ok();
        let start = self.range.start_date;
        match self.pattern.kind {
            PatternKind::Daily => Some(vec![after(count.days())?]),
            PatternKind::Weekly => {
                let first = self.pattern.first_day_of_week.weekday();
                let into = start.weekday().since(first);
                let week = after(count.weeks())?.checked_sub(i64::from(into).days()).ok()?;
                let days = (0..7).filter_map(|index: i64| week.checked_add(index.days()).ok());
                let wanted = |day: &Date| {
                    self.pattern.days_of_week.iter().any(|wanted| wanted.weekday() == day.weekday())
                };
                Some(days.filter(wanted).collect())
            }
            PatternKind::AbsoluteMonthly => {
                let month = start.first_of_month().checked_add(count.months()).ok()?;
                Some(vec![on(month, day_of_month)])
            }
            PatternKind::AbsoluteYearly => {
                let year = date(start.year(), month, 1).checked_add(count.years()).ok()?;
                Some(vec![on(year, day_of_month)])
            }
        }
    }
}

/// That day of the month, or its last one if it has fewer.
fn on(month: Date, day: i8) -> Date {
    let last = month.last_of_month();
    date(month.year(), month.month(), day.min(last.day()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn days(pattern: serde_json::Value, range: serde_json::Value) -> Vec<String> {
        let series: Recurrence =
            serde_json::from_value(json!({"pattern": pattern, "range": range})).expect("a series");
        assert_eq!(series.missing(), None);
        let days = series.days(date(2026, 11, 1), date(2027, 12, 31));
        days.into_iter().map(|day| day.to_string()).collect()
    }

    #[test]
    fn a_weekly_series_takes_place_on_its_days_every_other_week() {
        let pattern = json!({"type": "weekly", "interval": 2, "daysOfWeek": ["monday", "thursday"]});
        let range = json!({"type": "endDate", "startDate": "2026-11-03", "endDate": "2026-11-30"});
        assert_eq!(days(pattern, range), ["2026-11-05", "2026-11-16", "2026-11-19", "2026-11-30"]);
    }

    #[test]
    fn a_numbered_series_counts_what_lies_before_the_window_too() {
        let pattern = json!({"type": "daily", "interval": 1});
        let range = json!({"type": "numbered", "startDate": "2026-10-30", "numberOfOccurrences": 4});
        assert_eq!(days(pattern, range), ["2026-11-01", "2026-11-02"]);
    }

    #[test]
    fn the_31st_of_a_short_month_is_its_last_day() {
        let pattern = json!({"type": "absoluteMonthly", "interval": 3, "dayOfMonth": 31});
        let range = json!({"type": "noEnd", "startDate": "2026-11-30"});
        assert_eq!(days(pattern, range)[..2], ["2026-11-30", "2027-02-28"]);
    }

    #[test]
    fn a_yearly_series_begins_with_the_first_of_its_days() {
        let pattern = json!({"type": "absoluteYearly", "interval": 1, "month": 2, "dayOfMonth": 11});
        let range = json!({"type": "noEnd", "startDate": "2026-11-30"});
        assert_eq!(days(pattern, range), ["2027-02-11"]);
    }
}
