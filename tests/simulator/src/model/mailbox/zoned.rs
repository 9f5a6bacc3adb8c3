//! A date and time in a named zone, as Graph's `dateTimeTimeZone` tells it.

use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use windows_timezones::WindowsTimezone;

/// A date and time in a named zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ZonedTime {
    /// What the clock on the wall shows.
    pub local: DateTime,
    /// The zone by its Windows or IANA name, as it was written.
    pub zone: String,
}

/// The zone of a Windows name (`Tokyo Standard Time`) or an IANA name (`Asia/Tokyo`).
#[must_use]
pub fn zone(name: &str) -> Option<TimeZone> {
    match WindowsTimezone::from_str(name) {
        Ok(known) => TimeZone::get(known.tzdb_id()).ok(),
        Err(_) => TimeZone::get(name).ok(),
    }
}

impl ZonedTime {
    /// The instant in UTC.
    #[must_use]
    pub fn utc(instant: Timestamp) -> Self {
        Self { local: TimeZone::UTC.to_datetime(instant), zone: "UTC".to_owned() }
    }

    /// When that is. A time that the zone skips counts as the one after the gap.
    #[must_use]
    pub fn instant(&self) -> Timestamp {
        let zone = zone(&self.zone).unwrap_or(TimeZone::UTC);
        // Only the first and the last days that jiff knows have no instant.
        zone.to_timestamp(self.local).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_and_iana_names_are_the_same_zone() {
        for name in ["Tokyo Standard Time", "Asia/Tokyo"] {
            let local: DateTime = "2026-11-24T10:00:00".parse().expect("a time");
            let time = ZonedTime { local, zone: name.to_owned() };
            assert_eq!(time.instant().to_string(), "2026-11-24T01:00:00Z", "{name}");
        }
        assert!(zone("UTC").is_some());
        assert!(zone("Mars Standard Time").is_none());
    }
}
