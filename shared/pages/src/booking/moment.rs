//! Dates and times as people of each language write them.

use jiff::{Timestamp, ToSpan, Zoned};

use crate::{
    date::{clock, long_date, zone_name},
    text::Texts,
    zone::Zone,
};

/// A meeting's time in one zone, in words.
pub(super) struct Moment {
    /// The date, with its weekday.
    pub(super) day: String,
    /// From when to when.
    pub(super) hours: String,
    /// The name of the zone.
    pub(super) zone: String,
    /// For machines.
    pub(super) datetime: String,
}

impl Moment {
    /// The time from `start` on, in the zone.
    pub(super) fn of(texts: &Texts, start: Timestamp, minutes: u32, zone: &Zone) -> Self {
        let from = start.to_zoned(zone.rules().clone());
        let end = start.saturating_add(i64::from(minutes).minutes()).unwrap_or(start);
        let until = end.to_zoned(zone.rules().clone());
        let hours = [("from", clock(from.time())), ("until", clock(until.time()))];
        Self {
            day: texts.get_with("moment-day", &[("day", long_date(texts, from.date()))]),
            hours: texts.get_with("moment-hours", &hours),
            zone: zone_name(texts, zone, start),
            datetime: start.to_string(),
        }
    }

    /// The time as the host's clock shows it, if it is another one.
    pub(super) fn of_host(
        texts: &Texts,
        start: Timestamp,
        minutes: u32,
        guest: &Zone,
        host: &Zone,
    ) -> Option<Self> {
        (!guest.shows_the_same(host, start)).then(|| Self::of(texts, start, minutes, host))
    }
}

/// The part of the day, by whose name times are grouped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PartOfDay {
    Morning,
    Afternoon,
    Evening,
}

impl PartOfDay {
    pub(super) fn of(time: &Zoned) -> Self {
        match time.hour() {
            ..12 => Self::Morning,
            12..18 => Self::Afternoon,
            _ => Self::Evening,
        }
    }

    /// The key of its name.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Morning => "part-of-day-morning",
            Self::Afternoon => "part-of-day-afternoon",
            Self::Evening => "part-of-day-evening",
        }
    }
}

#[cfg(test)]
mod tests {
    use types::Language;

    use super::*;

    fn moment(language: Language, start: &str, zone: &str) -> String {
        let texts = Texts::new(language);
        let start = start.parse().expect("an instant");
        let Moment { day, hours, zone, .. } =
            Moment::of(&texts, start, 30, &Zone::parse(zone).expect("a zone"));
        format!("{day} {hours} {zone}")
    }

    #[test]
    fn a_time_reads_as_each_language_writes_it() {
        use Language::{En, Ja};
        for (language, start, zone, expected) in [
            (Ja, "2026-11-22T05:00:00Z", "Asia/Tokyo", "2026年11月22日(日) 14:00〜14:30 東京 (UTC+9)"),
            (En, "2026-11-22T05:00:00Z", "Asia/Tokyo", "Sunday, 22 November 2026, 14:00–14:30 Tokyo (UTC+9)"),
            (En, "2026-11-22T05:00:00Z", "UTC", "Sunday, 22 November 2026, 05:00–05:30 UTC"),
            (
                Ja,
                "2026-12-31T23:45:00Z",
                "Asia/Kathmandu",
                "2027年1月1日(金) 05:30〜06:00 Asia/Kathmandu (UTC+5:45)",
            ),
            (En, "2026-03-29T00:45:00Z", "Europe/Paris", "Sunday, 29 March 2026, 01:45–03:15 Paris (UTC+1)"),
        ] {
            assert_eq!(moment(language, start, zone), expected);
        }
    }
}
