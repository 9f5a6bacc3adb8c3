//! An event on the wire.

use serde_json::{Map, Value, json};

use crate::model::mailbox::{Answer, Attendee, Event, Mailbox, Occurrence, Person, Response, ZonedTime};

use super::super::contact::instant;
use super::super::ids;
use super::super::query::Options;
use super::find;
use super::schema::no_location;
use super::time::ShownZone;

/// How events are shown.
#[derive(Debug, Clone)]
pub(super) struct View<'a> {
    pub(super) immutable: bool,
    pub(super) options: &'a Options,
    pub(super) zone: ShownZone,
    /// Whether bodies are wanted as plain text.
    pub(super) text_body: bool,
    /// Whether the token shows bodies and extended properties.
    pub(super) sees_bodies: bool,
}

/// An event, or one time of a series, as Graph shows it.
pub(super) fn show(mailbox: &Mailbox, occurrence: &Occurrence<'_>, view: &View<'_>) -> Map<String, Value> {
    let event = occurrence.event;
    let mut entity = stored(event);
    entity.extend(identity(mailbox, occurrence, view));
    entity.extend(meeting(event));
    let time =
        |time: &ZonedTime| if event.is_all_day { view.zone.show_day(time) } else { view.zone.show(time) };
    let html = event.html();
    let plain = plain_text(html);
    let content = if view.text_body { plain.clone() } else { html.to_owned() };
    let kind = if view.text_body { "text" } else { "html" };
    entity.extend(members(json!({
        "start": time(&occurrence.start),
        "end": time(&occurrence.end),
        "originalStartTimeZone": event.start.zone,
        "originalEndTimeZone": event.end.zone,
        "originalStart": occurrence.day.map(|_| instant(occurrence.start.instant())),
        "isAllDay": event.is_all_day,
        "body": {"contentType": kind, "content": content},
        "bodyPreview": plain.chars().take(255).collect::<String>(),
        "showAs": event.show_as(),
    })));
    if view.sees_bodies {
        view.options.expand.apply(&event.extended, &mut entity);
    } else {
        ["body", "bodyPreview"].iter().for_each(|name| drop(entity.remove(*name)));
    }
    Options::apply_select(view.options.select.as_deref(), &mut entity);
    entity
}

fn members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// What was written, with what Outlook shows instead of nothing.
fn stored(event: &Event) -> Map<String, Value> {
    let mut entity = members(json!({
        "allowNewTimeProposals": true,
        "categories": [],
        "hideAttendees": false,
        "importance": "normal",
        "isReminderOn": true,
        "location": no_location(),
        "locations": [],
        "reminderMinutesBeforeStart": 15,
        "responseRequested": true,
        "sensitivity": "normal",
        "subject": "",
    }));
    entity.extend(event.properties.clone());
    if let (Some(location), None) = (event.properties.get("location"), event.properties.get("locations")) {
        entity.insert("locations".to_owned(), json!([location]));
    }
    entity
}

/// Ids, versions, and what the service knows of an event.
fn identity(mailbox: &Mailbox, occurrence: &Occurrence<'_>, view: &View<'_>) -> Map<String, Value> {
    let event = occurrence.event;
    let id = find::occurrence_id(mailbox, occurrence, view.immutable);
    let item: String = url::form_urlencoded::byte_serialize(id.as_bytes()).collect();
    let series = |event| find::event_id(mailbox, event, view.immutable);
    let kind = match (occurrence.day, &event.recurrence) {
        (Some(_), _) => "occurrence",
        (None, Some(_)) => "seriesMaster",
        (None, None) => "singleInstance",
    };
    let change_key = ids::change_key(mailbox, event.change);
    members(json!({
        "@odata.etag": etag(mailbox, event),
        "id": id,
        "changeKey": change_key,
        "createdDateTime": seven_digits(event.created),
        "lastModifiedDateTime": seven_digits(event.modified),
        "iCalUId": uid(occurrence),
        "type": kind,
        "seriesMasterId": occurrence.day.map(|_| series(event)),
        "recurrence": if occurrence.day.is_none() { json!(event.recurrence) } else { Value::Null },
        "cancelledOccurrences": [],
        "transactionId": event.transaction_id,
        "hasAttachments": false,
        "isDraft": false,
        "webLink": format!("https://outlook.office365.com/owa/?itemid={item}&exvsurl=1&path=/calendar/item"),
    }))
}

/// The id of an event that is the same in all mailboxes; each time of a series has its date in it.
fn uid(occurrence: &Occurrence<'_>) -> String {
    let uid = &occurrence.event.uid;
    match (occurrence.day, uid.get(..32), uid.get(40..)) {
        (Some(day), Some(head), Some(tail)) => {
            format!("{head}{:04X}{:02X}{:02X}{tail}", day.year(), day.month(), day.day())
        }
        _ => uid.clone(),
    }
}

/// Who meets, and where in Teams.
fn meeting(event: &Event) -> Map<String, Value> {
    let online = event.online.as_ref();
    let join = online.filter(|meeting| meeting.ready).map(|meeting| json!({"joinUrl": meeting.join_url}));
    members(json!({
        "attendees": event.attendees.iter().map(attendee).collect::<Vec<_>>(),
        "organizer": {"emailAddress": person(&event.organizer)},
        "isOrganizer": event.is_organizer,
        "isCancelled": event.is_cancelled,
        "responseStatus": response(event.response),
        "isOnlineMeeting": online.is_some(),
        "onlineMeetingProvider": if online.is_some() { "teamsForBusiness" } else { "unknown" },
        "onlineMeeting": join,
        "onlineMeetingUrl": null,
    }))
}

fn person(person: &Person) -> Value {
    json!({"name": person.name, "address": person.address})
}

fn attendee(attendee: &Attendee) -> Value {
    json!({
        "type": attendee.kind,
        "status": response(attendee.response),
        "emailAddress": person(&attendee.person),
    })
}

fn response(response: Response) -> Value {
    // What was never answered was answered in the year 1.
    let time = response.at.filter(|_| response.answer != Answer::None).map(instant);
    json!({"response": response.answer, "time": time.unwrap_or_else(|| "0001-01-01T00:00:00Z".to_owned())})
}

/// An instant with seven digits of the second, as events show them.
fn seven_digits(at: jiff::Timestamp) -> String {
    format!("{}.{:07}Z", at.strftime("%Y-%m-%dT%H:%M:%S"), at.subsec_nanosecond() / 100)
}

/// The event's version.
pub(super) fn etag(mailbox: &Mailbox, event: &Event) -> String {
    format!("W/\"{}\"", ids::change_key(mailbox, event.change))
}

/// What `$filter` and `$orderby` see: everything, times in UTC, extended properties included.
pub(super) fn for_filter(mailbox: &Mailbox, occurrence: &Occurrence<'_>, immutable: bool) -> Value {
    let options = Options::default();
    let view =
        View { immutable, options: &options, zone: ShownZone::utc(), text_body: false, sees_bodies: true };
    let mut entity = show(mailbox, occurrence, &view);
    let single = &occurrence.event.extended.single;
    let single: Vec<Value> = single.iter().map(|(id, value)| json!({"id": id, "value": value})).collect();
    entity.insert("singleValueExtendedProperties".to_owned(), single.into());
    Value::Object(entity)
}

/// The event as the control API shows it: as Graph does, with both ids, extended properties as
/// `{id: value}`, and whether it lies in Deleted Items.
pub(crate) fn for_control(mailbox: &Mailbox, event: &Event) -> Value {
    let mut entity = for_filter(mailbox, &Occurrence::whole(event), false);
    entity["immutableId"] = find::event_id(mailbox, event, true).into();
    entity["extendedProperties"] = json!(event.extended.single);
    entity["deleted"] = event.deleted.into();
    entity
}

/// HTML without its tags.
fn plain_text(html: &str) -> String {
    let body = html.find("<body").map_or(html, |start| &html[start..]);
    let (mut text, mut in_tag) = (String::new(), false);
    for c in body.replace("<br>", "\n").chars() {
        match c {
            '<' => in_tag = true,
            '>' if in_tag => in_tag = false,
            c if !in_tag => text.push(c),
            _ => {}
        }
    }
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
    text.trim().to_owned()
}
