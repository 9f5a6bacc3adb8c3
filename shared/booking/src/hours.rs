//! Working hours: for each weekday the times of day at which guests may come.

use jiff::civil::{Time, Weekday};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Times of day of each weekday, in the page's zone. A weekday without any is closed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct WorkingHours {
    /// Monday's.
    pub monday: Vec<Hours>,
    /// Tuesday's.
    pub tuesday: Vec<Hours>,
    /// Wednesday's.
    pub wednesday: Vec<Hours>,
    /// Thursday's.
    pub thursday: Vec<Hours>,
    /// Friday's.
    pub friday: Vec<Hours>,
    /// Saturday's.
    pub saturday: Vec<Hours>,
    /// Sunday's.
    pub sunday: Vec<Hours>,
}

/// From one time of day up to another of the same day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// The first minute.
    #[schema(value_type = String)]
    pub from: TimeOfDay,
    /// The first minute after; `24:00` is the end of the day.
    #[schema(value_type = String)]
    pub until: TimeOfDay,
}

/// `00:00` to `24:00`, on five minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TimeOfDay {
    minutes: u16,
}

/// Why a text is not a time of day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be a time of day on five minutes, from 00:00 to 24:00")]
pub struct InvalidTimeOfDay;

const MINUTES_OF_A_DAY: u16 = 24 * 60;

impl WorkingHours {
    /// The hours of a weekday.
    #[must_use]
    pub fn of(&self, weekday: Weekday) -> &[Hours] {
        match weekday {
            Weekday::Monday => &self.monday,
            Weekday::Tuesday => &self.tuesday,
            Weekday::Wednesday => &self.wednesday,
            Weekday::Thursday => &self.thursday,
            Weekday::Friday => &self.friday,
            Weekday::Saturday => &self.saturday,
            Weekday::Sunday => &self.sunday,
        }
    }

    /// Every weekday by its name in JSON, Monday first.
    #[must_use]
    pub fn days(&self) -> [(&'static str, &[Hours]); 7] {
        [
            ("monday", &self.monday),
            ("tuesday", &self.tuesday),
            ("wednesday", &self.wednesday),
            ("thursday", &self.thursday),
            ("friday", &self.friday),
            ("saturday", &self.saturday),
            ("sunday", &self.sunday),
        ]
    }
}

impl TimeOfDay {
    /// Minutes since midnight, 0 to 1440.
    #[must_use]
    pub fn minutes(self) -> u16 {
        self.minutes
    }

    /// The time on the clock; none for the end of the day.
    #[must_use]
    pub fn on_the_clock(self) -> Option<Time> {
        let [hour, minute] = [self.minutes / 60, self.minutes % 60].map(|part| i8::try_from(part).ok());
        Time::new(hour?, minute?, 0, 0).ok()
    }
}

impl TryFrom<String> for TimeOfDay {
    type Error = InvalidTimeOfDay;

    fn try_from(text: String) -> Result<Self, InvalidTimeOfDay> {
        let two_digits = |part: &str| {
            let is_shaped = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
            part.parse::<u16>().ok().filter(|_| is_shaped)
        };
        let (hours, minutes) = text.split_once(':').ok_or(InvalidTimeOfDay)?;
        let (hours, minutes) = two_digits(hours).zip(two_digits(minutes)).ok_or(InvalidTimeOfDay)?;
        let total = hours * 60 + minutes;
        let is_valid = minutes < 60 && total <= MINUTES_OF_A_DAY && total.is_multiple_of(5);
        if is_valid { Ok(Self { minutes: total }) } else { Err(InvalidTimeOfDay) }
    }
}

impl std::str::FromStr for TimeOfDay {
    type Err = InvalidTimeOfDay;

    fn from_str(text: &str) -> Result<Self, InvalidTimeOfDay> {
        Self::try_from(text.to_owned())
    }
}

impl From<TimeOfDay> for String {
    fn from(time: TimeOfDay) -> Self {
        format!("{:02}:{:02}", time.minutes / 60, time.minutes % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_day_are_two_digits_each_and_on_five_minutes() {
        for (text, minutes) in [("00:00", 0), ("09:05", 545), ("23:55", 1435), ("24:00", 1440)] {
            let time: TimeOfDay = text.parse().unwrap();
            assert_eq!((time.minutes(), String::from(time).as_str()), (minutes, text));
        }
        for bad in ["", "9:00", "09:0", "24:05", "09:60", "09:01", "+9:00", "09:00:00", "0９:00", "25:00"] {
            assert_eq!(bad.parse::<TimeOfDay>(), Err(InvalidTimeOfDay), "{bad:?}");
        }
        assert_eq!("24:00".parse::<TimeOfDay>().unwrap().on_the_clock(), None);
        assert_eq!("09:05".parse::<TimeOfDay>().unwrap().on_the_clock(), Time::new(9, 5, 0, 0).ok());
    }

    #[test]
    fn weekdays_are_read_by_name_and_unknown_ones_refused() {
        let hours: WorkingHours =
            serde_json::from_str(r#"{"monday": [{"from": "09:00", "until": "12:00"}]}"#).unwrap();
        assert_eq!(hours.of(Weekday::Monday).len(), 1);
        assert!(hours.of(Weekday::Sunday).is_empty());
        assert!(serde_json::from_str::<WorkingHours>(r#"{"funday": []}"#).is_err());
    }
}
