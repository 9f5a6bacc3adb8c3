//! Time zones by their IANA names.

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// The IANA name of a time zone that we know, as in `Asia/Tokyo`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone(String);

/// Why a text is not a zone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("is not the IANA name of a time zone, such as Asia/Tokyo")]
pub struct UnknownZone;

impl Zone {
    /// The name, spelt as the database spells it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0
    }

    /// The zone's rules.
    #[must_use]
    pub fn rules(&self) -> TimeZone {
        TimeZone::get(&self.0).expect("checked when it was made")
    }
}

impl TryFrom<String> for Zone {
    type Error = UnknownZone;

    fn try_from(name: String) -> Result<Self, UnknownZone> {
        let rules = TimeZone::get(&name).map_err(|_| UnknownZone)?;
        Ok(Self(rules.iana_name().ok_or(UnknownZone)?.to_owned()))
    }
}

impl std::str::FromStr for Zone {
    type Err = UnknownZone;

    fn from_str(name: &str) -> Result<Self, UnknownZone> {
        Self::try_from(name.to_owned())
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> Self {
        zone.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_the_database_are_zones() {
        for (name, expected) in [
            ("Asia/Tokyo", "Asia/Tokyo"),
            ("asia/tokyo", "Asia/Tokyo"),
            ("UTC", "UTC"),
            ("Etc/GMT+12", "Etc/GMT+12"),
        ] {
            assert_eq!(name.parse::<Zone>().map(String::from).as_deref(), Ok(expected), "{name}");
        }
        for bad in ["", "Tokyo", "+09:00", "JST-9", "Tokyo Standard Time", "../etc/passwd", "Asia/Tokyo "] {
            assert_eq!(bad.parse::<Zone>(), Err(UnknownZone), "{bad:?}");
        }
    }
}
