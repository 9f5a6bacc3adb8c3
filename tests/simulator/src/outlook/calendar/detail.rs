//! One event in full.

use serde_json::Value;

use super::words::Words;
use crate::model::mailbox::{Answer, Attendee, Body, Event, Occurrence, Person};
use crate::model::mime;
use crate::outlook::notes::{self, Piece};
use crate::outlook::time::{WallClock, clock};

/// An event in full.
pub(super) struct Detail {
    pub(super) subject: String,
    pub(super) cancelled: bool,
    pub(super) tags: Vec<String>,
    pub(super) when: String,
    pub(super) location: String,
    /// Where to join the meeting.
    pub(super) join: Option<String>,
    /// It is a meeting in Teams whose link is not there yet.
    pub(super) pending: bool,
    pub(super) organizer: String,
    pub(super) attendees: Vec<AttendeeRow>,
    pub(super) body: Vec<Piece>,
    /// Label and text of what stands behind it.
    pub(super) record: Vec<(&'static str, String)>,
    pub(super) extended: Vec<(String, String)>,
}

/// Somebody who is invited.
pub(super) struct AttendeeRow {
    pub(super) name: String,
    pub(super) address: String,
    /// As what, where that is not required.
    pub(super) kind: Option<&'static str>,
    pub(super) answer: &'static str,
    /// The shape beside the word.
    pub(super) shape: &'static str,
}

impl AttendeeRow {
    fn new(attendee: &Attendee, words: &Words) -> Self {
        let Person { name, address } = &attendee.person;
        let shape = match attendee.response.answer {
            Answer::Accepted | Answer::Organizer => "M3 8.5l3.2 3.2L13 5",
            Answer::Declined => "M4 4l8 8M12 4l-8 8",
            Answer::TentativelyAccepted => "M5.8 6a2.2 2.2 0 1 1 3.2 2c-.7.4-1 .8-1 1.6M8 12v.1",
            Answer::None | Answer::NotResponded => "M4 8h8",
        };
        Self {
            name: if name.is_empty() { address.clone() } else { name.clone() },
            address: address.clone(),
            kind: words.kind(attendee.kind),
            answer: words.answer(attendee.response.answer),
            shape,
        }
    }
}

impl Detail {
    pub(super) fn new(occurrence: &Occurrence<'_>, wall: &WallClock, words: &'static Words) -> Self {
        let event = occurrence.event;
        let online = event.online.as_ref();
        let link = online.filter(|meeting| meeting.ready).map(|meeting| meeting.join_url.clone());
        let body =
            mime::to_text(&Body { html: true, content: event.html().to_owned() }).replace("\r\n", "\n");
        let mut tags: Vec<&str> = Vec::new();
        tags.extend(event.is_cancelled.then_some(words.cancelled));
        tags.extend(words.shown_as(event.show_as()).filter(|_| !event.is_cancelled));
        tags.extend(event.recurrence.is_some().then_some(words.series));
        tags.extend(online.is_some().then_some(words.teams));
        tags.extend((event.text("sensitivity") == "private").then_some(words.private));
        let categories = event.properties.get("categories").and_then(Value::as_array).into_iter().flatten();
        tags.extend(categories.filter_map(Value::as_str));
        Self {
            subject: subject(event, words),
            cancelled: event.is_cancelled,
            tags: tags.into_iter().map(str::to_owned).collect(),
            when: when(occurrence, wall, words),
            location: location(event),
            pending: online.is_some() && link.is_none(),
            // Only what a browser opens as a page.
            join: link.filter(|link| link.starts_with("https://")),
            organizer: match &event.organizer {
                Person { name, address } if name.is_empty() || name == address => address.clone(),
                Person { name, address } => format!("{name} <{address}>"),
            },
            attendees: event.attendees.iter().map(|attendee| AttendeeRow::new(attendee, words)).collect(),
            body: notes::pieces(body.trim()),
            record: record(event, words),
            extended: event.extended.single.iter().map(|(id, value)| (id.clone(), value.clone())).collect(),
        }
    }
}

/// The subject, or what stands in its place.
pub(super) fn subject(event: &Event, words: &Words) -> String {
    let subject = event.text("subject").trim();
    if subject.is_empty() { words.no_subject.to_owned() } else { subject.to_owned() }
}

/// Where it takes place.
pub(super) fn location(event: &Event) -> String {
    let name = event.properties.get("location").and_then(|location| location["displayName"].as_str());
    name.unwrap_or_default().to_owned()
}

fn when(occurrence: &Occurrence<'_>, wall: &WallClock, words: &Words) -> String {
    if occurrence.event.is_all_day {
        let day = wall.day(occurrence.start.local.date());
        return format!("{day} {}", words.all_day);
    }
    let (start, end) = (occurrence.start.instant(), occurrence.end.instant());
    let (first, last) = (wall.date(start), wall.date(end));
    let from = format!("{} {}", wall.day(first), clock(wall.time(start)));
    let until = clock(wall.time(end));
    let until = if first == last { until } else { format!("{} {until}", wall.day(last)) };
    format!("{from} – {until} ({})", wall.zone_name)
}

fn record(event: &Event, words: &'static Words) -> Vec<(&'static str, String)> {
    let own =
        (!event.is_organizer).then(|| (words.own_answer, words.answer(event.response.answer).to_owned()));
    let transaction = event.transaction_id.clone().map(|id| ("transactionId", id));
    let plain = [(words.written_in, event.start.zone.clone()), ("iCalUId", event.uid.clone())];
    own.into_iter().chain(plain).chain(transaction).collect()
}
