//! Events, in one mailbox. What happens between mailboxes is in `meeting`.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    Announcement, CALENDAR, ChangeType, DELETED_ITEMS, ExtendedProperties, GoneEvent, ItemKind, Mailbox,
    Recurrence, ZonedTime,
};

/// An event.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// Its number in the mailbox (the immutable id).
    pub number: u64,
    /// Its place, drawn anew by every move (the ordinary id).
    pub place: u64,
    /// Whether it lies in Deleted Items.
    pub deleted: bool,
    /// When it begins; of a series, the first time.
    pub start: ZonedTime,
    /// When it ends.
    pub end: ZonedTime,
    /// Whether it takes whole days.
    pub is_all_day: bool,
    /// The other properties that were written, by Graph's names.
    pub properties: Map<String, Value>,
    /// Of a series, how often.
    pub recurrence: Option<Recurrence>,
    /// Of a series, the days on which it does not take place.
    pub cancelled_days: BTreeSet<Date>,
    /// Who invited.
    pub organizer: Person,
    /// Whether that is the owner of this mailbox.
    pub is_organizer: bool,
    /// Who is invited.
    pub attendees: Vec<Attendee>,
    /// What the owner of this mailbox answered.
    pub response: Response,
    /// Whether the organizer cancelled it.
    pub is_cancelled: bool,
    /// The same in the mailboxes of all attendees.
    pub uid: String,
    /// What the client gave to recognise a repeated POST.
    pub transaction_id: Option<String>,
    /// The meeting in Teams.
    pub online: Option<OnlineMeeting>,
    /// Extended properties.
    pub extended: ExtendedProperties,
    /// When it was made.
    pub created: Timestamp,
    /// When it was changed last.
    pub modified: Timestamp,
    /// The number of its last change (the change key).
    pub change: u64,
}

/// A name with an address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The name shown.
    pub name: String,
    /// The SMTP address.
    pub address: String,
}

impl Person {
    /// Whether this is the person with that address.
    #[must_use]
    pub fn has_address(&self, address: &str) -> bool {
        self.address.eq_ignore_ascii_case(address)
    }
}

/// Somebody who is invited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attendee {
    /// Who.
    pub person: Person,
    /// As what.
    pub kind: AttendeeKind,
    /// What they answered, as far as the owner of the mailbox knows.
    pub response: Response,
    /// The answer of a room that is still to come.
    pub pending: Option<Response>,
}

/// As what somebody is invited.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "Graph's attendeeType")]
pub enum AttendeeKind {
    #[default]
    Required,
    Optional,
    Resource,
}

/// An answer to an invitation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    /// Which.
    pub answer: Answer,
    /// When.
    pub at: Option<Timestamp>,
}

/// Which answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "Graph's responseType")]
pub enum Answer {
    #[default]
    None,
    Organizer,
    TentativelyAccepted,
    Accepted,
    Declined,
    NotResponded,
}

/// A meeting in Teams.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OnlineMeeting {
    /// Where to join.
    pub join_url: String,
    /// When the link can be seen; later than the event's making if Teams is late.
    pub from: Timestamp,
    /// How often the event is shown without the link before.
    pub reads: u32,
    /// Whether the link can be seen, and stands in the body.
    pub ready: bool,
}

/// What a body of POST or PATCH, or the control API, says about an event.
#[derive(Debug, Clone, Default)]
pub struct EventChanges {
    /// When it begins.
    pub start: Option<ZonedTime>,
    /// When it ends.
    pub end: Option<ZonedTime>,
    /// Whether it takes whole days.
    pub is_all_day: Option<bool>,
    /// How often; `Some(None)` ends the series.
    pub recurrence: Option<Option<Recurrence>>,
    /// Everybody who is invited.
    pub attendees: Option<Vec<Attendee>>,
    /// Whether it is to be a meeting in Teams.
    pub online: bool,
    /// See [`Event::transaction_id`].
    pub transaction_id: Option<String>,
    /// The other properties.
    pub properties: Map<String, Value>,
    /// Extended properties; others stay.
    pub extended: ExtendedProperties,
}

impl Event {
    /// A text property; empty when absent.
    #[must_use]
    pub fn text(&self, property: &str) -> &str {
        self.properties.get(property).and_then(Value::as_str).unwrap_or_default()
    }

    /// The body in HTML; empty when absent.
    #[must_use]
    pub fn html(&self) -> &str {
        self.properties.get("body").and_then(|body| body["content"].as_str()).unwrap_or_default()
    }

    /// How the owner's time counts: `free`, `tentative`, `busy`, `oof`, `workingElsewhere`, `unknown`.
    #[must_use]
    pub fn show_as(&self) -> &str {
        if self.is_cancelled {
            return "free";
        }
        let written = match self.text("showAs") {
            "" if self.is_all_day => "free",
            "" => "busy",
            written => written,
        };
        // An invitation without an answer is held as tentative.
        let unanswered = matches!(self.response.answer, Answer::NotResponded | Answer::TentativelyAccepted);
        if unanswered && !self.is_organizer && written == "busy" { "tentative" } else { written }
    }

    /// Takes over what is said; what is not said stays. Attendees and Teams are not touched.
    pub(super) fn apply(&mut self, changes: EventChanges) {
        let EventChanges { start, end, is_all_day, recurrence, properties, extended, .. } = changes;
        self.start = start.unwrap_or_else(|| self.start.clone());
        self.end = end.unwrap_or_else(|| self.end.clone());
        self.is_all_day = is_all_day.unwrap_or(self.is_all_day);
        if let Some(recurrence) = recurrence {
            self.recurrence = recurrence;
            self.cancelled_days.clear();
        }
        for (name, value) in properties {
            if value.is_null() {
                self.properties.remove(&name)
            } else {
                self.properties.insert(name, value)
            };
        }
        self.extended.single.extend(extended.single);
        self.extended.multi.extend(extended.multi);
    }

    fn announcement(&self, change_type: ChangeType) -> Announcement {
        let Self { number, place, change, .. } = *self;
        let folder = if self.deleted { DELETED_ITEMS } else { CALENDAR };
        Announcement { kind: ItemKind::Event, number, place, folder, change, change_type }
    }
}

impl Mailbox {
    /// Puts an event into the calendar; number, place and change are drawn here.
    pub(super) fn add_event(&mut self, event: Event) -> u64 {
        let (number, place, change) = (self.next_number(), self.next_number(), self.next_change());
        let event = Event { number, place, change, ..event };
        self.announce(event.announcement(ChangeType::Created));
        self.calendar.events.insert(number, event);
        number
    }

    /// Changes an event in place; a new change key is drawn. Nothing comes back when it is missing.
    pub(super) fn change_event<T>(
        &mut self,
        number: u64,
        now: Timestamp,
        apply: impl FnOnce(&mut Event) -> T,
    ) -> Option<T> {
        let change = self.next_change();
        let event = self.calendar.events.get_mut(&number)?;
        (event.change, event.modified) = (change, now);
        let (applied, announcement) = (apply(event), event.announcement(ChangeType::Updated));
        self.announce(announcement);
        Some(applied)
    }

    /// Moves an event to Deleted Items, or removes it for good.
    pub(super) fn remove_event(&mut self, number: u64, now: Timestamp, for_good: bool) {
        let (new_place, change) = (self.next_number(), self.next_change());
        let Some(event) = self.calendar.events.get_mut(&number) else { return };
        event.change = change;
        let (left, place) = (event.announcement(ChangeType::Deleted), event.place);
        (event.deleted, event.place, event.modified) = (true, new_place, now);
        let arrived = event.announcement(ChangeType::Created);
        self.announce(left);
        self.calendar.gone.push(GoneEvent { number, place, change });
        if for_good {
            self.calendar.events.remove(&number);
        } else {
            self.announce(arrived);
        }
    }

    /// The events of the calendar, oldest first.
    pub fn events(&self) -> impl Iterator<Item = &Event> {
        self.calendar.events.values().filter(|event| !event.deleted)
    }

    /// The event with that number, unless it is deleted.
    #[must_use]
    pub fn event(&self, number: u64) -> Option<&Event> {
        self.calendar.events.get(&number).filter(|event| !event.deleted)
    }
}
