//! Dates and times as people of each language write them.

use jiff::{
    Timestamp,
    civil::{Date, Time},
};

use crate::{
    text::Texts,
    zone::{COMMON, Zone},
};

/// `2026年11月22日(日)`, `Sunday, 22 November 2026`.
pub(crate) fn long_date(texts: &Texts, date: Date) -> String {
    dated(texts, "date-long", date)
}

/// `11月22日(日)`, `Sunday, 22 November`.
pub(crate) fn short_date(texts: &Texts, date: Date) -> String {
    dated(texts, "date-short", date)
}

/// `2026年11月`, `November 2026`; with both months if the days lie in two.
pub(crate) fn months(texts: &Texts, first: Date, last: Date) -> String {
    let month = |date| dated(texts, "date-month", date);
    match (first.year() == last.year(), first.month() == last.month()) {
        (true, true) => month(first),
        _ => texts.get_with("date-months", &[("first", month(first)), ("last", month(last))]),
    }
}

fn dated(texts: &Texts, key: &str, date: Date) -> String {
    let values = [
        ("year", date.year().to_string()),
        ("month", texts.get(&format!("month-{}", date.month()))),
        ("day", date.day().to_string()),
        ("weekday", texts.get(&format!("weekday-{}", date.weekday().to_monday_one_offset()))),
    ];
    texts.get_with(key, &values)
}

/// The weekday in a column.
pub(crate) fn short_weekday(texts: &Texts, date: Date) -> String {
    texts.get(&format!("weekday-short-{}", date.weekday().to_monday_one_offset()))
}

/// `14:00`.
pub(crate) fn clock(time: Time) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

/// `東京 (UTC+9)`, `Tokyo (UTC+9)`; a zone that is not in the list has its own name.
pub(crate) fn zone_name(texts: &Texts, zone: &Zone, at: Timestamp) -> String {
    let city = if COMMON.contains(&zone.name()) {
        texts.get(&format!("zone-{}", zone.name().to_ascii_lowercase().replace(['/', '_'], "-")))
    } else {
        zone.name().replace('_', " ")
    };
    let offset = zone.offset(at);
    if city == offset {
        city
    } else {
        texts.get_with("zone-with-offset", &[("city", city), ("offset", offset)])
    }
}

/// A point in time for people: the date with its weekday, and the time.
pub(crate) struct When {
    /// In words.
    pub(crate) text: String,
    /// For machines.
    pub(crate) datetime: String,
}

impl When {
    /// `2026年11月22日(日) 14:00`, `Sun, 22 Nov 2026, 14:00`. The zone is named beside, once for a page.
    pub(crate) fn of(texts: &Texts, at: Timestamp, zone: &Zone) -> Self {
        let local = at.to_zoned(zone.rules().clone());
        let day = compact_date(texts, local.date());
        let text = texts.get_with("moment-stamp", &[("day", day), ("time", clock(local.time()))]);
        Self { text, datetime: at.to_string() }
    }
}

/// `2026年11月22日(日)`, `Sun, 22 Nov 2026`.
pub(crate) fn compact_date(texts: &Texts, date: Date) -> String {
    shortened(texts, "date-compact", date)
}

/// `11月22日`, `22 Nov`.
pub(crate) fn brief_date(texts: &Texts, date: Date) -> String {
    shortened(texts, "date-brief", date)
}

fn shortened(texts: &Texts, key: &str, date: Date) -> String {
    let values = [
        ("year", date.year().to_string()),
        ("month", texts.get(&format!("month-short-{}", date.month()))),
        ("day", date.day().to_string()),
        ("weekday", short_weekday(texts, date)),
    ];
    texts.get_with(key, &values)
}

#[cfg(test)]
mod tests {
    use types::Language;

    use super::*;

    #[test]
    fn a_week_in_two_months_names_both() {
        let texts = Texts::new(Language::En);
        let date = |day: &str| day.parse::<Date>().expect("a date");
        assert_eq!(months(&texts, date("2026-11-22"), date("2026-11-28")), "November 2026");
        assert_eq!(months(&texts, date("2026-11-29"), date("2026-12-05")), "November 2026 – December 2026");
    }

    #[test]
    fn a_point_in_time_reads_as_each_language_writes_it() {
        use Language::{En, Ja};
        let zone = Zone::parse("Asia/Tokyo").expect("a zone");
        for (language, at, expected) in [
            (Ja, "2026-11-22T05:00:00Z", "2026年11月22日(日) 14:00"),
            (En, "2026-11-22T05:00:00Z", "Sun, 22 Nov 2026, 14:00"),
            (En, "2026-12-31T15:05:59Z", "Fri, 1 Jan 2027, 00:05"),
        ] {
            let when = When::of(&Texts::new(language), at.parse().expect("an instant"), &zone);
            assert_eq!((when.text.as_str(), when.datetime.as_str()), (expected, at));
        }
    }
}
