//! Dates and times on the wire: `dateTimeTimeZone`, and the zone that answers are wanted in.
//! Source: Graph page "dateTimeTimeZone resource type"; the `Prefer: outlook.timezone` header.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use crate::model::mailbox::{ZonedTime, zone};

use super::super::error::GraphError;
use super::super::query;
use super::super::schema::{unexpected, unknown_property};
use super::super::wire::Request;

const TYPE: &str = "microsoft.graph.dateTimeTimeZone";

/// The zone in which times are shown.
#[derive(Debug, Clone)]
pub(super) struct ShownZone {
    pub(super) name: String,
    zone: TimeZone,
}

impl ShownZone {
    /// UTC, which is what is shown unless something else is asked for.
    pub(super) fn utc() -> Self {
        Self { name: "UTC".to_owned(), zone: TimeZone::UTC }
    }

    /// What the request prefers.
    pub(super) fn of(request: &Request) -> Result<Self, GraphError> {
        match request.preference("outlook.timezone") {
            None => Ok(Self::utc()),
            Some(name) => {
                let zone = zone(&name).ok_or_else(|| unsupported(&name))?;
                Ok(Self { name, zone })
            }
        }
    }

    /// A time as Graph shows it, with seven digits of the second.
    pub(super) fn show(&self, time: &ZonedTime) -> Value {
        self.local(self.zone.to_datetime(time.instant()))
    }

    /// The midnight of a whole day, which is the same date in every zone.
    pub(super) fn show_day(&self, time: &ZonedTime) -> Value {
        self.local(time.local)
    }

    fn local(&self, local: DateTime) -> Value {
        let digits = local.subsec_nanosecond() / 100;
        let text = format!("{}.{digits:07}", local.strftime("%Y-%m-%dT%H:%M:%S"));
        json!({"dateTime": text, "timeZone": self.name})
    }
}

fn unsupported(name: &str) -> GraphError {
    let message = format!(
        "A valid TimeZone value must be specified. The following TimeZone value is not supported: '{name}'."
    );
    GraphError::new(400, "TimeZoneNotSupportedException", message)
}

/// Reads a `dateTimeTimeZone`. Its date and time carry no offset: the zone says it all.
pub(super) fn read(name: &str, value: Value) -> Result<ZonedTime, GraphError> {
    let Value::Object(parts) = value else { return Err(unexpected(&value, "StartObject", TYPE)) };
    let text = |parts: &Map<String, Value>, part: &str| match parts.get(part) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(other) => Err(unexpected(other, "PrimitiveValue", "Edm.String")),
    };
    if let Some(unknown) = parts.keys().find(|part| !["dateTime", "timeZone"].contains(&part.as_str())) {
        return Err(unknown_property(unknown, TYPE));
    }
    let zone_name = text(&parts, "timeZone")?.unwrap_or_else(|| "UTC".to_owned());
    zone(&zone_name).ok_or_else(|| unsupported(&zone_name))?;
    let written = text(&parts, "dateTime")?.unwrap_or_default();
    let local: Result<DateTime, _> = written.parse();
    // jiff would take an offset for a decoration and leave it out.
    let has_offset = written.get(10..).is_some_and(|time| time.contains(['Z', 'z', '+', '-', '[']));
    match local {
        Ok(local) if !has_offset => Ok(ZonedTime { local, zone: zone_name }),
        _ => Err(GraphError::property(format!(
            "The value '{written}' of {name}/dateTime is not a date and time without an offset."
        ))),
    }
}

/// The mandatory window of a view: `startDateTime` and `endDateTime`, each with its own offset, UTC without.
pub(super) fn window(query_text: &str) -> Result<(Timestamp, Timestamp), GraphError> {
    let given = |wanted: &str| {
        let found = query::pairs(query_text).find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        found.map(|(_, value)| value)
    };
    let (Some(start), Some(end)) = (given("startDateTime"), given("endDateTime")) else {
        let message = "This request requires a time window specified by the query string parameters \
                       StartDateTime and EndDateTime.";
        return Err(GraphError::new(400, "ErrorInvalidParameter", message));
    };
    let (start, end) = (instant(&start)?, instant(&end)?);
    if end < start {
        let message = "The request's end date and time must not be before its start.";
        return Err(GraphError::new(400, "ErrorInvalidParameter", message));
    }
    Ok((start, end))
}

fn instant(text: &str) -> Result<Timestamp, GraphError> {
    let local = || text.parse::<DateTime>().ok().and_then(|local| TimeZone::UTC.to_timestamp(local).ok());
    let read = text.parse::<Timestamp>().ok().or_else(local);
    read.ok_or_else(|| {
        let message = format!("The value '{text}' of a date and time is not valid.");
        GraphError::new(400, "ErrorInvalidParameter", message)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_shown_in_the_zone_that_is_asked_for() {
        let time =
            read("start", json!({"dateTime": "2026-11-24T10:00:00", "timeZone": "Tokyo Standard Time"}));
        let shown = ShownZone::utc().show(&time.expect("a time"));
        assert_eq!(shown, json!({"dateTime": "2026-11-24T01:00:00.0000000", "timeZone": "UTC"}));
    }

    #[test]
    fn offsets_and_unknown_zones_are_refused() {
        for time in ["2026-11-24T10:00:00Z", "2026-11-24T10:00:00+09:00", "soon"] {
            assert!(read("start", json!({"dateTime": time, "timeZone": "UTC"})).is_err(), "{time}");
        }
        let refused = read("start", json!({"dateTime": "2026-11-24T10:00:00", "timeZone": "Nowhere"}));
        assert_eq!(refused.expect_err("refused").code, "TimeZoneNotSupportedException");
    }

    #[test]
    fn a_window_has_offsets_of_its_own() {
        let read = window("startDateTime=2026-11-24T00:00:00%2B09:00&endDateTime=2026-11-24T00:00:00");
        let (start, end) = read.expect("a window");
        assert_eq!((end - start).get_hours(), 0);
        assert_eq!(end.duration_since(start).as_hours(), 9);
        // A plus that was not encoded is a space.
        assert!(window("startDateTime=2026-11-24T00:00:00+09:00&endDateTime=2026-11-25").is_err());
        assert!(window("startDateTime=2026-11-24").is_err());
    }
}
