//! Time zones that people choose from, by their names in the IANA database.

use jiff::{Timestamp, tz::TimeZone};

/// A time zone with the name it was asked for by.
#[derive(Debug, Clone)]
pub struct Zone {
    name: String,
    rules: TimeZone,
}

/// Names that some browsers still tell, and their present ones.
const RENAMED: [(&str, &str); 4] = [
    ("Asia/Calcutta", "Asia/Kolkata"),
    ("Asia/Saigon", "Asia/Ho_Chi_Minh"),
    ("Etc/UTC", "UTC"),
    ("Etc/GMT", "UTC"),
];

/// The zones in the list, roughly one for each offset and region. Each has a text `zone-<name>`.
pub(crate) const COMMON: [&str; 37] = [
    "Pacific/Honolulu",
    "America/Anchorage",
    "America/Los_Angeles",
    "America/Denver",
    "America/Chicago",
    "America/Mexico_City",
    "America/New_York",
    "America/Toronto",
    "America/Sao_Paulo",
    "UTC",
    "Europe/London",
    "Europe/Paris",
    "Europe/Berlin",
    "Europe/Madrid",
    "Europe/Rome",
    "Africa/Lagos",
    "Europe/Athens",
    "Europe/Helsinki",
    "Africa/Cairo",
    "Africa/Johannesburg",
    "Europe/Istanbul",
    "Asia/Riyadh",
    "Asia/Dubai",
    "Asia/Karachi",
    "Asia/Kolkata",
    "Asia/Dhaka",
    "Asia/Bangkok",
    "Asia/Ho_Chi_Minh",
    "Asia/Jakarta",
    "Asia/Singapore",
    "Asia/Shanghai",
    "Asia/Taipei",
    "Australia/Perth",
    "Asia/Tokyo",
    "Asia/Seoul",
    "Australia/Sydney",
    "Pacific/Auckland",
];

impl Zone {
    /// The zone of this name; none if the database has no such.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let name = RENAMED.iter().find(|(old, _)| *old == name).map_or(name, |(_, new)| new);
        // `Etc/Unknown` is what a browser says that does not know its own.
        let rules = TimeZone::get(name).ok().filter(|rules| !rules.is_unknown())?;
        let name = rules.iana_name().unwrap_or(name).to_owned();
        Some(Self { name, rules })
    }

    /// The name in the database.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The rules.
    #[must_use]
    pub fn rules(&self) -> &TimeZone {
        &self.rules
    }

    /// The difference to UTC at an instant, as `UTC+9` or `UTC+5:30`.
    pub(crate) fn offset(&self, at: Timestamp) -> String {
        let seconds = self.rules.to_offset(at).seconds();
        let sign = if seconds < 0 { '−' } else { '+' };
        let (hours, minutes) = (seconds.abs() / 3_600, seconds.abs() / 60 % 60);
        match (hours, minutes) {
            (0, 0) => "UTC".to_owned(),
            (_, 0) => format!("UTC{sign}{hours}"),
            _ => format!("UTC{sign}{hours}:{minutes:02}"),
        }
    }

    /// Whether clocks show the same in both zones at an instant.
    pub(crate) fn shows_the_same(&self, other: &Self, at: Timestamp) -> bool {
        self.rules.to_offset(at) == other.rules.to_offset(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_zones_of_the_database_parse_and_old_names_become_new_ones() {
        for (given, name) in [
            ("Asia/Tokyo", Some("Asia/Tokyo")),
            ("Asia/Calcutta", Some("Asia/Kolkata")),
            ("Etc/GMT+9", Some("Etc/GMT+9")),
            ("", None),
            ("Tokyo Standard Time", None),
            ("../../etc/passwd", None),
            ("Asia/<script>", None),
            ("Etc/Unknown", None),
            ("JST-9", None),
            ("+09:00", None),
            (&"A".repeat(41), None),
        ] {
            assert_eq!(Zone::parse(given).as_ref().map(Zone::name), name, "{given:?}");
        }
        for name in COMMON {
            assert_eq!(Zone::parse(name).as_ref().map(Zone::name), Some(name));
        }
    }

    #[test]
    fn offsets_read_as_people_write_them() {
        let winter: Timestamp = "2026-01-15T00:00:00Z".parse().expect("an instant");
        let summer: Timestamp = "2026-07-15T00:00:00Z".parse().expect("an instant");
        for (name, at, offset) in [
            ("Asia/Tokyo", winter, "UTC+9"),
            ("Asia/Kolkata", winter, "UTC+5:30"),
            ("America/New_York", winter, "UTC−5"),
            ("America/New_York", summer, "UTC−4"),
            ("Europe/London", winter, "UTC"),
            ("Europe/London", summer, "UTC+1"),
        ] {
            assert_eq!(Zone::parse(name).expect("a zone").offset(at), offset, "{name} at {at}");
        }
    }

    #[test]
    fn zones_are_compared_by_what_their_clocks_show() {
        let zone = |name| Zone::parse(name).expect("a zone");
        let at: Timestamp = "2026-11-24T05:00:00Z".parse().expect("an instant");
        assert!(zone("Asia/Tokyo").shows_the_same(&zone("Asia/Seoul"), at));
        assert!(!zone("Asia/Tokyo").shows_the_same(&zone("Asia/Taipei"), at));
    }
}
