//! The properties of an event with their types. Source: the official CSDL (v1.0), entity type `event`.

use serde_json::{Map, Value, json};

use super::super::error::GraphError;
use super::super::schema::{unexpected, unknown_property};

/// The type of a property that is kept as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    Text,
    Texts,
    Bool,
    Int,
    /// An enum, with its official name and members.
    Enum(&'static str, &'static [&'static str]),
    Location,
    Locations,
}

const FREE_BUSY: Type = Type::Enum(
    "microsoft.graph.freeBusyStatus",
    &["unknown", "free", "tentative", "busy", "oof", "workingElsewhere"],
);
const SENSITIVITY: Type =
    Type::Enum("microsoft.graph.sensitivity", &["normal", "personal", "private", "confidential"]);
const IMPORTANCE: Type = Type::Enum("microsoft.graph.importance", &["low", "normal", "high"]);
pub(super) const PROVIDERS: [&str; 4] =
    ["unknown", "skypeForBusiness", "skypeForConsumer", "teamsForBusiness"];
const LOCATION_TYPES: [&str; 10] = [
    "default",
    "conferenceRoom",
    "homeAddress",
    "businessAddress",
    "geoCoordinates",
    "streetAddress",
    "hotel",
    "restaurant",
    "localBusiness",
    "postalAddress",
];
const LOCATION_PARTS: [&str; 8] = [
    "address",
    "coordinates",
    "displayName",
    "locationEmailAddress",
    "locationType",
    "locationUri",
    "uniqueId",
    "uniqueIdType",
];

/// What is kept as it is written.
pub(super) const PLAIN: [(&str, Type); 12] = [
    ("allowNewTimeProposals", Type::Bool),
    ("categories", Type::Texts),
    ("hideAttendees", Type::Bool),
    ("importance", IMPORTANCE),
    ("isReminderOn", Type::Bool),
    ("location", Type::Location),
    ("locations", Type::Locations),
    ("reminderMinutesBeforeStart", Type::Int),
    ("responseRequested", Type::Bool),
    ("sensitivity", SENSITIVITY),
    ("showAs", FREE_BUSY),
    ("subject", Type::Text),
];

/// What the service sets itself; silently ignored when it is sent, as Graph does.
pub(super) const READ_ONLY: [&str; 21] = [
    "bodyPreview",
    "cancelledOccurrences",
    "changeKey",
    "createdDateTime",
    "hasAttachments",
    "iCalUId",
    "id",
    "isCancelled",
    "isDraft",
    "isOrganizer",
    "lastModifiedDateTime",
    "onlineMeeting",
    "onlineMeetingUrl",
    "organizer",
    "originalEndTimeZone",
    "originalStart",
    "originalStartTimeZone",
    "responseStatus",
    "seriesMasterId",
    "type",
    "webLink",
];

/// What is read by rules of its own.
const SPECIAL: [&str; 9] = [
    "attendees",
    "body",
    "end",
    "isAllDay",
    "isOnlineMeeting",
    "onlineMeetingProvider",
    "recurrence",
    "start",
    "transactionId",
];

/// Whether an event has a property of that name.
pub(super) fn is_property(name: &str) -> bool {
    READ_ONLY.contains(&name)
        || SPECIAL.contains(&name)
        || PLAIN.iter().any(|(known, _)| *known == name)
        || name.ends_with("ValueExtendedProperties")
}

/// Checks the value of a property; members of enums come back in their official spelling.
pub(super) fn check(name: &str, value: Value, kind: Type) -> Result<Value, GraphError> {
    match (kind, value) {
        (Type::Texts | Type::Locations, Value::Null) => Err(GraphError::body(format!(
            "A null value was found for the property named '{name}', whose type does not allow null values."
        ))),
        (_, Value::Null) => Ok(Value::Null),
        (Type::Text, value @ Value::String(_)) | (Type::Bool, value @ Value::Bool(_)) => Ok(value),
        (Type::Int, Value::Number(number)) if number.is_i64() => Ok(Value::Number(number)),
        (Type::Enum(type_name, members), value) => member(value, type_name, members),
        (Type::Texts, Value::Array(items)) => {
            let items = items.into_iter().map(|item| check(name, item, Type::Text));
            Ok(Value::Array(items.collect::<Result<_, _>>()?))
        }
        (Type::Location, Value::Object(parts)) => location(parts),
        (Type::Locations, Value::Array(items)) => {
            let items = items.into_iter().map(|item| check(name, item, Type::Location));
            Ok(Value::Array(items.collect::<Result<_, _>>()?))
        }
        (Type::Text, value) => Err(unexpected(&value, "PrimitiveValue", "Edm.String")),
        (Type::Bool, value) => Err(unexpected(&value, "PrimitiveValue", "Edm.Boolean")),
        (Type::Int, value) => Err(unexpected(&value, "PrimitiveValue", "Edm.Int32")),
        (Type::Texts, value) => Err(unexpected(&value, "StartArray", "Collection(Edm.String)")),
        (Type::Location, value) => Err(unexpected(&value, "StartObject", "microsoft.graph.location")),
        (Type::Locations, value) => {
            Err(unexpected(&value, "StartArray", "Collection(microsoft.graph.location)"))
        }
    }
}

/// The member of an enum that is meant; case does not matter.
pub(super) fn member(value: Value, type_name: &str, members: &[&str]) -> Result<Value, GraphError> {
    let written = value.as_str().unwrap_or_default();
    match members.iter().find(|member| member.eq_ignore_ascii_case(written)) {
        Some(member) => Ok(json!(member)),
        None => Err(GraphError::body(format!(
            "Requested value '{written}' was not found in the enum '{type_name}'."
        ))),
    }
}

fn location(parts: Map<String, Value>) -> Result<Value, GraphError> {
    if let Some(unknown) = parts.keys().find(|part| !LOCATION_PARTS.contains(&part.as_str())) {
        return Err(unknown_property(unknown, "microsoft.graph.location"));
    }
    let mut parts: Map<String, Value> = parts.into_iter().filter(|(_, value)| !value.is_null()).collect();
    for (part, value) in &mut parts {
        *value = match part.as_str() {
            "locationType" => member(value.take(), "microsoft.graph.locationType", &LOCATION_TYPES)?,
            "address" | "coordinates" => value.take(),
            name => check(name, value.take(), Type::Text)?,
        };
    }
    parts.entry("displayName").or_insert_with(|| json!(""));
    parts.entry("locationType").or_insert_with(|| json!("default"));
    let name = parts["displayName"].clone();
    parts.entry("uniqueId").or_insert(name);
    parts.entry("uniqueIdType").or_insert_with(|| json!("private"));
    Ok(Value::Object(parts))
}

/// What an event without a place shows.
pub(super) fn no_location() -> Value {
    json!({
        "displayName": "", "locationType": "default", "uniqueIdType": "unknown",
        "address": {}, "coordinates": {},
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enums_are_read_in_any_case_and_shown_in_one() {
        assert_eq!(check("showAs", json!("OOF"), FREE_BUSY), Ok(json!("oof")));
        assert!(check("showAs", json!("away"), FREE_BUSY).is_err());
    }

    #[test]
    fn a_place_gets_the_parts_that_outlook_adds() {
        let read = check("location", json!({"displayName": "会議室"}), Type::Location).expect("a place");
        assert_eq!(read["uniqueId"], "会議室");
        assert_eq!(read["locationType"], "default");
        assert!(check("location", json!({"town": "x"}), Type::Location).is_err());
    }
}
