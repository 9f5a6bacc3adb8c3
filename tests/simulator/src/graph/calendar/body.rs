//! What a body of POST or PATCH says about an event.

use serde_json::{Map, Value};

use crate::model::mailbox::{
    Attendee, AttendeeKind, EventChanges, Person, Recurrence, Response, ZonedTime, event_body,
};

use super::super::error::GraphError;
use super::super::extended;
use super::super::schema::{object, unexpected, unknown_property};
use super::schema::{self, PLAIN, PROVIDERS, READ_ONLY, Type};
use super::time;

const ATTENDEES_MAX: usize = 500;

/// Reads the body of a POST or PATCH strictly.
///
/// # Errors
/// 400 in OData's or Exchange's words.
pub(super) fn read(body: &[u8]) -> Result<EventChanges, GraphError> {
    read_members(object(body)?)
}

/// An event that the control API puts into a calendar, as Graph's event; the reason when it is none.
pub(crate) fn read_event(event: Map<String, Value>) -> Result<EventChanges, String> {
    let read = read_members(event).and_then(|changes| {
        check_complete(&changes)?;
        Ok(changes)
    });
    read.map_err(|error| format!("{}: {}", error.code, error.message))
}

fn read_members(mut members: Map<String, Value>) -> Result<EventChanges, GraphError> {
    let mut changes = EventChanges { extended: extended::take(&mut members)?, ..EventChanges::default() };
    let mut provider = None;
    for (name, value) in members {
        if name.contains('@') || READ_ONLY.contains(&name.as_str()) {
            continue;
        }
        match name.as_str() {
            "start" => changes.start = Some(time::read(&name, value)?),
            "end" => changes.end = Some(time::read(&name, value)?),
            "isAllDay" => changes.is_all_day = schema::check(&name, value, Type::Bool)?.as_bool(),
            // Once a meeting is online, false does not take it offline.
            "isOnlineMeeting" => {
                changes.online = schema::check(&name, value, Type::Bool)?.as_bool() == Some(true);
            }
            "onlineMeetingProvider" => {
                let type_name = "microsoft.graph.onlineMeetingProviderType";
                provider = Some(schema::member(value, type_name, &PROVIDERS)?);
            }
            "recurrence" => changes.recurrence = Some(recurrence(value)?),
            "attendees" => changes.attendees = Some(attendees(value)?),
            "transactionId" => {
                let id = schema::check(&name, value, Type::Text)?;
                changes.transaction_id = id.as_str().filter(|id| !id.is_empty()).map(str::to_owned);
            }
            "body" => drop(changes.properties.insert(name, item_body(value)?)),
            "extensions" | "attachments" => {
                return Err(GraphError::not_simulated(&format!("{name} in the body of an event")));
            }
            _ => {
                let kind = PLAIN.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind);
                let kind = kind.ok_or_else(|| unknown_property(&name, "microsoft.graph.event"))?;
                let value = schema::check(&name, value, kind)?;
                changes.properties.insert(name, value);
            }
        }
    }
    if provider.is_some_and(|provider| provider != "teamsForBusiness") {
        changes.online = false;
    }
    Ok(changes)
}

fn invalid() -> GraphError {
    GraphError::property("At least one property failed validation.")
}

/// Checks what a new event must have.
pub(super) fn check_complete(changes: &EventChanges) -> Result<(), GraphError> {
    match (&changes.start, &changes.end) {
        (Some(start), Some(end)) => check_times(start, end, changes.is_all_day == Some(true)),
        _ => Err(invalid()),
    }
}

/// An event does not end before it begins; whole days begin and end at midnight, in one zone.
pub(super) fn check_times(start: &ZonedTime, end: &ZonedTime, is_all_day: bool) -> Result<(), GraphError> {
    let midnight = |time: &ZonedTime| time.local.time() == jiff::civil::Time::midnight();
    let whole_days = midnight(start) && midnight(end) && start.zone == end.zone && start.local < end.local;
    if end.instant() < start.instant() || (is_all_day && !whole_days) { Err(invalid()) } else { Ok(()) }
}

fn recurrence(value: Value) -> Result<Option<Recurrence>, GraphError> {
    if value.is_null() {
        return Ok(None);
    }
    let kind = value["pattern"]["type"].as_str().unwrap_or_default();
    if kind.to_ascii_lowercase().starts_with("relative") {
        return Err(GraphError::not_simulated(&format!("series of the type {kind}")));
    }
    let read: Result<Recurrence, _> = serde_json::from_value(value);
    let series =
        read.map_err(|error| GraphError::body(format!("The recurrence cannot be read: {error}.")))?;
    match series.missing() {
        None => Ok(Some(series)),
        Some(part) => Err(GraphError::property(format!("The recurrence needs a valid {part}."))),
    }
}

fn attendees(value: Value) -> Result<Vec<Attendee>, GraphError> {
    let Value::Array(items) = value else {
        return Err(unexpected(&value, "StartArray", "Collection(microsoft.graph.attendee)"));
    };
    if items.len() > ATTENDEES_MAX {
        let message = format!("An event has at most {ATTENDEES_MAX} attendees; {} were given.", items.len());
        return Err(GraphError::new(400, "ErrorInvalidRecipients", message));
    }
    items.into_iter().map(attendee).collect()
}

fn attendee(value: Value) -> Result<Attendee, GraphError> {
    const TYPE: &str = "microsoft.graph.attendee";
    let Value::Object(parts) = value else { return Err(unexpected(&value, "StartObject", TYPE)) };
    let mut attendee = Attendee {
        person: Person::default(),
        kind: AttendeeKind::Required,
        response: Response::default(),
        pending: None,
    };
    for (part, value) in parts {
        match part.as_str() {
            "emailAddress" => attendee.person = person(value)?,
            "type" => {
                let members = ["required", "optional", "resource"];
                let member = schema::member(value, "microsoft.graph.attendeeType", &members)?;
                attendee.kind = serde_json::from_value(member).unwrap_or_default();
            }
            // What the service knows better.
            "status" | "proposedNewTime" => {}
            part if part.contains('@') => {}
            part => return Err(unknown_property(part, TYPE)),
        }
    }
    if attendee.person.address.contains('@') {
        return Ok(attendee);
    }
    Err(GraphError::new(400, "ErrorInvalidRecipients", "At least one recipient isn't valid."))
}

fn person(value: Value) -> Result<Person, GraphError> {
    const TYPE: &str = "microsoft.graph.emailAddress";
    let Value::Object(parts) = value else { return Err(unexpected(&value, "StartObject", TYPE)) };
    let mut person = Person::default();
    for (part, value) in parts {
        let text = schema::check(&part, value, Type::Text)?.as_str().unwrap_or_default().to_owned();
        match part.as_str() {
            "name" => person.name = text,
            "address" => person.address = text,
            part => return Err(unknown_property(part, TYPE)),
        }
    }
    if person.name.is_empty() {
        person.name.clone_from(&person.address);
    }
    Ok(person)
}

/// A body as Exchange keeps it: in HTML, whatever it came in.
fn item_body(value: Value) -> Result<Value, GraphError> {
    const TYPE: &str = "microsoft.graph.itemBody";
    let parts = match value {
        Value::Null => return Ok(event_body("")),
        Value::Object(parts) => parts,
        other => return Err(unexpected(&other, "StartObject", TYPE)),
    };
    let (mut content, mut kind) = (String::new(), Value::from("text"));
    for (part, value) in parts {
        match part.as_str() {
            "content" => {
                content = schema::check(&part, value, Type::Text)?.as_str().unwrap_or_default().to_owned();
            }
            "contentType" => kind = schema::member(value, "microsoft.graph.bodyType", &["text", "html"])?,
            part => return Err(unknown_property(part, TYPE)),
        }
    }
    if kind == "html" {
        return Ok(event_body(&content));
    }
    let escaped = content.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    Ok(event_body(&escaped.replace("\r\n", "\n").replace('\n', "<br>\r\n")))
}
