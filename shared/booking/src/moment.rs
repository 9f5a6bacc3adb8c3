//! Times as people read them, in a zone that is named.

use jiff::{Timestamp, Zoned, civil::Weekday};
use types::Language;

use crate::Zone;

/// From when to when, as in `2026年11月24日(火) 10:00~10:30 (Asia/Tokyo, UTC+09:00)`.
pub(crate) fn span(language: Language, start: Timestamp, end: Timestamp, zone: &Zone) -> String {
    let [start, end] = [start, end].map(|instant| instant.to_zoned(zone.rules()));
    let is_one_day = start.date() == end.date();
    let until = if is_one_day { clock(&end) } else { format!("{} {}", day(language, &end), clock(&end)) };
    let dash = match language {
        Language::Ja => "~",
        Language::En => "–",
    };
    let offset = start.strftime("%:z");
    format!("{} {}{dash}{until} ({}, UTC{offset})", day(language, &start), clock(&start), zone.name())
}

fn clock(time: &Zoned) -> String {
    time.strftime("%H:%M").to_string()
}

fn day(language: Language, time: &Zoned) -> String {
    match language {
        Language::Ja => {
            let weekday = match time.weekday() {
                Weekday::Monday => "月",
                Weekday::Tuesday => "火",
                Weekday::Wednesday => "水",
                Weekday::Thursday => "木",
                Weekday::Friday => "金",
                Weekday::Saturday => "土",
                Weekday::Sunday => "日",
            };
            format!("{}年{}月{}日({weekday})", time.year(), time.month(), time.day())
        }
        Language::En => time.strftime("%A, %-d %B %Y").to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_in_the_readers_zone_and_name_it() {
        for (language, zone, start, end, expected) in [
            (
                Language::Ja,
                "Asia/Tokyo",
                "2026-11-24T01:00:00Z",
                "2026-11-24T01:30:00Z",
                "2026年11月24日(火) 10:00~10:30 (Asia/Tokyo, UTC+09:00)",
            ),
            (
                Language::En,
                "America/New_York",
                "2026-07-01T03:00:00Z",
                "2026-07-01T03:45:00Z",
                "Tuesday, 30 June 2026 23:00–23:45 (America/New_York, UTC-04:00)",
            ),
            (
                Language::En,
                "UTC",
                "2026-11-23T23:30:00Z",
                "2026-11-24T00:30:00Z",
                "Monday, 23 November 2026 23:30–Tuesday, 24 November 2026 00:30 (UTC, UTC+00:00)",
            ),
        ] {
            let zone: Zone = zone.parse().unwrap();
            assert_eq!(span(language, start.parse().unwrap(), end.parse().unwrap(), &zone), expected);
        }
    }
}
