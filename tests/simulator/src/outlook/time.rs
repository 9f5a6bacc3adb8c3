//! Instants as a reader sees them: in the mailbox's zone, with the zone named, in the order of the language.

use jiff::Timestamp;
use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;

use super::text::Text;
use crate::model::mailbox::zone;

/// The clock on the wall of a mailbox's owner.
#[derive(Debug, Clone)]
pub(super) struct WallClock {
    zone: TimeZone,
    /// The zone's name in the language; the id of a zone that has none here.
    pub(super) zone_name: String,
    japanese: bool,
}

const WEEKDAYS: [(&str, &str); 7] =
    [("月", "Mon"), ("火", "Tue"), ("水", "Wed"), ("木", "Thu"), ("金", "Fri"), ("土", "Sat"), ("日", "Sun")];

impl WallClock {
    /// The clock in a zone of that Windows or IANA name; UTC for a name that is none.
    pub(super) fn new(zone_id: &str, text: &Text) -> Self {
        let (zone, zone_name) = match zone(zone_id) {
            Some(zone) if zone_id == "Tokyo Standard Time" => (zone, text.tokyo_time.to_owned()),
            Some(zone) => (zone, zone_id.to_owned()),
            None => (TimeZone::UTC, "UTC".to_owned()),
        };
        Self { zone, zone_name, japanese: text.japanese }
    }

    /// The day of an instant.
    pub(super) fn date(&self, at: Timestamp) -> Date {
        self.zone.to_datetime(at).date()
    }

    /// The time of day of an instant.
    pub(super) fn time(&self, at: Timestamp) -> Time {
        self.zone.to_datetime(at).time()
    }

    /// When a day begins.
    pub(super) fn midnight(&self, day: Date) -> Timestamp {
        let midnight = self.zone.to_timestamp(day.to_datetime(Time::midnight()));
        midnight.unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// "2026年11月22日(日) 14:00 日本時間", "22 November 2026, 14:00 (Japan time)".
    pub(super) fn shown(&self, at: Timestamp) -> String {
        let local = self.zone.to_datetime(at);
        let (day, time) = (self.day(local.date()), clock(local.time()));
        match self.japanese {
            true => format!("{day} {time} {}", self.zone_name),
            false => format!("{day}, {time} ({})", self.zone_name),
        }
    }

    /// "2026年11月22日(日)", "22 November 2026".
    pub(super) fn day(&self, day: Date) -> String {
        match self.japanese {
            true => format!("{}({})", day.strftime("%Y年%-m月%-d日"), weekday(day.weekday(), true)),
            false => day.strftime("%-d %B %Y").to_string(),
        }
    }

    /// "11/22 (日)", "Sun 22 Nov".
    pub(super) fn short_day(&self, day: Date) -> String {
        let name = weekday(day.weekday(), self.japanese);
        match self.japanese {
            true => format!("{} ({name})", day.strftime("%-m/%-d")),
            false => format!("{name} {}", day.strftime("%-d %b")),
        }
    }
}

/// "14:00".
pub(super) fn clock(time: Time) -> String {
    time.strftime("%H:%M").to_string()
}

fn weekday(day: Weekday, japanese: bool) -> &'static str {
    let (ja, en) = WEEKDAYS[usize::from(day.to_monday_zero_offset().unsigned_abs())];
    if japanese { ja } else { en }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_shown_in_the_mailboxs_zone() {
        let instant: Timestamp = "2026-07-22T20:00:00Z".parse().expect("an instant");
        let shown = |zone: &str, japanese| WallClock::new(zone, Text::of(japanese)).shown(instant);
        assert_eq!(shown("Tokyo Standard Time", true), "2026年7月23日(木) 05:00 日本時間");
        assert_eq!(shown("GMT Standard Time", false), "22 July 2026, 21:00 (GMT Standard Time)");
        assert_eq!(shown("Mars Standard Time", false), "22 July 2026, 20:00 (UTC)");
    }
}
