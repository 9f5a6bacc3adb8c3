//! `dateTimeTimeZone`: a clock's reading and the zone in which the clock hangs.

use jiff::{Timestamp, civil, tz::TimeZone};
use serde::{Deserialize, Serialize};

use crate::error::GraphError;

/// An instant on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Zoned {
    date_time: String,
    time_zone: String,
}

/// Names of UTC that Exchange writes. It writes nothing else unless it is asked to (`Prefer: outlook.timezone`).
const UTC: [&str; 3] = ["UTC", "tzone://Microsoft/Utc", "Etc/UTC"];

impl Zoned {
    /// The instant as clocks in that zone show it. Graph takes IANA names and Windows names. An instant that a
    /// clock shows twice, or in a zone that we do not know, is written in UTC: the wire has no offsets.
    pub(super) fn of(instant: Timestamp, zone: &str) -> Self {
        let local = TimeZone::get(zone).ok().and_then(|rules| {
            let civil = rules.to_datetime(instant);
            rules.to_ambiguous_timestamp(civil).unambiguous().is_ok().then_some(civil)
        });
        match local {
            Some(civil) => Self { date_time: text(civil), time_zone: zone.to_owned() },
            None => Self { date_time: text(TimeZone::UTC.to_datetime(instant)), time_zone: "UTC".to_owned() },
        }
    }

    /// The instant.
    pub(super) fn instant(&self) -> Result<Timestamp, GraphError> {
        let civil: civil::DateTime = self.date_time.parse().map_err(|_| GraphError::lacks("time"))?;
        let rules = if UTC.contains(&self.time_zone.as_str()) {
            TimeZone::UTC
        } else {
            TimeZone::get(&self.time_zone).map_err(|_| GraphError::lacks("time zone"))?
        };
        rules.to_timestamp(civil).map_err(|_| GraphError::lacks("time"))
    }
}

fn text(civil: civil::DateTime) -> String {
    civil.strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_written_as_the_zones_clocks_show_it_and_read_back_equal() {
        for (instant, zone, date_time, written) in [
            ("2026-11-22T05:00:00Z", "Asia/Tokyo", "2026-11-22T14:00:00", "Asia/Tokyo"),
            ("2026-07-01T16:00:00Z", "America/New_York", "2026-07-01T12:00:00", "America/New_York"),
            ("2026-11-22T05:00:00Z", "UTC", "2026-11-22T05:00:00", "UTC"),
            // Clocks in New York show 01:30 twice that night.
            ("2026-11-01T05:30:00Z", "America/New_York", "2026-11-01T05:30:00", "UTC"),
            ("2026-11-01T06:30:00Z", "America/New_York", "2026-11-01T06:30:00", "UTC"),
            ("2026-11-22T05:00:00Z", "Nowhere/Atall", "2026-11-22T05:00:00", "UTC"),
        ] {
            let instant: Timestamp = instant.parse().unwrap();
            let zoned = Zoned::of(instant, zone);
            assert_eq!((zoned.date_time.as_str(), zoned.time_zone.as_str()), (date_time, written));
            assert_eq!(zoned.instant().unwrap(), instant);
        }
    }

    #[test]
    fn what_graph_writes_is_read() {
        let read = |date_time: &str, time_zone: &str| {
            Zoned { date_time: date_time.to_owned(), time_zone: time_zone.to_owned() }.instant()
        };
        let noon: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        for zone in UTC {
            assert_eq!(read("2026-11-22T12:00:00.0000000", zone).unwrap(), noon);
        }
        assert_eq!(read("2026-11-22T21:00:00.0000000", "Asia/Tokyo").unwrap(), noon);
        assert!(read("2026-11-22T12:00:00.0000000", "tzone://Microsoft/Custom").is_err());
        assert!(read("noon", "UTC").is_err());
    }
}
