//! Events in the default calendar.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{TEAMS, zoned::Zoned};
use crate::contacts::{encoded, key_filter};
use crate::error::GraphError;
use crate::mailbox::{Mailbox, read};

/// The property of an event that holds our key.
const EVENT_PROPERTY: &str = "String {6f0a2c1e-5b7d-4c7e-9a53-8d1f2e4b7c90} Name SettenAppointment";

/// What is read of an event.
const SELECT: &str = "id,iCalUId,start,end,isCancelled,onlineMeeting,organizer";

/// The immutable id of an event.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EventId(String);

impl From<&str> for EventId {
    fn from(id: &str) -> Self {
        Self(id.to_owned())
    }
}

/// Somebody with an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// The name to show.
    pub name: Option<String>,
    /// The SMTP address.
    pub address: String,
}

/// An event to be made.
#[derive(Debug, Clone)]
pub struct NewEvent<'a> {
    /// Names this event and no other, ever: Graph makes no second one of the same key.
    pub key: &'a str,
    /// Its title.
    pub subject: &'a str,
    /// What it says, as plain text.
    pub text: &'a str,
    /// When it begins.
    pub start: Timestamp,
    /// When it ends.
    pub end: Timestamp,
    /// The IANA zone in which Outlook shows it as made.
    pub zone: &'a str,
    /// Where it takes place, if that is a place.
    pub place: Option<&'a str>,
    /// Whether a Teams meeting is made with it.
    pub is_online: bool,
    /// Who comes. Exchange mails an invitation, always (facts 6).
    pub attendee: Party,
}

/// An event as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its immutable id.
    pub id: EventId,
    /// The same in every mailbox that has the event.
    pub ical_uid: Option<String>,
    /// When it begins.
    pub start: Timestamp,
    /// When it ends.
    pub end: Timestamp,
    /// Whether the organizer called it off.
    pub is_cancelled: bool,
    /// The address of its Teams meeting. It may come later than the event (facts 6).
    pub join_url: Option<String>,
    /// In whose name it stands.
    pub organizer: Option<Party>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    subject: &'a str,
    body: Text<'a>,
    start: Zoned,
    end: Zoned,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<Location<'a>>,
    attendees: [Attendee<'a>; 1],
    /// A guest proposes through the booking page, or not at all.
    allow_new_time_proposals: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_online_meeting: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    online_meeting_provider: Option<&'static str>,
    transaction_id: &'a str,
    single_value_extended_properties: [Property<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Text<'a> {
    content_type: &'static str,
    content: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    display_name: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Attendee<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    email_address: &'a Party,
}

#[derive(Serialize)]
struct Property<'a> {
    id: &'static str,
    value: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stored {
    id: EventId,
    i_cal_u_id: Option<String>,
    start: Zoned,
    end: Zoned,
    is_cancelled: Option<bool>,
    online_meeting: Option<OnlineMeeting>,
    organizer: Option<Organizer>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OnlineMeeting {
    join_url: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Organizer {
    email_address: Option<Party>,
}

#[derive(Deserialize)]
struct Found {
    value: Vec<Stored>,
    #[serde(rename = "@odata.nextLink")]
    next: Option<String>,
}

impl NewEvent<'_> {
    fn body(&self) -> Body<'_> {
        Body {
            subject: self.subject,
            body: Text { content_type: "text", content: self.text },
            start: Zoned::of(self.start, self.zone),
            end: Zoned::of(self.end, self.zone),
            location: self.place.map(|display_name| Location { display_name }),
            attendees: [Attendee { kind: "required", email_address: &self.attendee }],
            allow_new_time_proposals: false,
            is_online_meeting: self.is_online.then_some(true),
            online_meeting_provider: self.is_online.then_some(TEAMS),
            transaction_id: self.key,
            single_value_extended_properties: [Property { id: EVENT_PROPERTY, value: self.key }],
        }
    }
}

impl Stored {
    fn event(self) -> Result<Event, GraphError> {
        let join_url = self.online_meeting.and_then(|meeting| meeting.join_url);
        Ok(Event {
            id: self.id,
            ical_uid: self.i_cal_u_id,
            start: self.start.instant()?,
            end: self.end.instant()?,
            is_cancelled: self.is_cancelled.unwrap_or_default(),
            join_url: join_url.filter(|url| !url.is_empty()),
            organizer: self.organizer.and_then(|organizer| organizer.email_address),
        })
    }
}

impl Mailbox {
    /// Makes an event (`POST /me/events`, needs `Calendars.ReadWrite`). After a lost reply, a 409 or any doubt
    /// look up with [`Mailbox::find_event`] before trying again.
    ///
    /// # Errors
    /// Graph refuses or cannot be reached; the outcome may be unknown.
    pub async fn create_event(&self, event: &NewEvent<'_>) -> Result<Event, GraphError> {
        let reply = self.post(&format!("{}/events", self.root), &event.body()).await?;
        // What cannot be read was made all the same.
        let stored: Stored = read(&reply, "event").map_err(GraphError::in_doubt)?;
        stored.event().map_err(GraphError::in_doubt)
    }

    /// The event that carries this key, if there is one in the calendar.
    ///
    /// # Errors
    /// Graph refuses or cannot be reached. Also an empty page with more to come: it does not prove that there
    /// is none.
    pub async fn find_event(&self, key: &str) -> Result<Option<Event>, GraphError> {
        let filter = key_filter(EVENT_PROPERTY, key);
        let path = format!("{}/events?$filter={filter}&$select={SELECT}", self.root);
        let Found { value, next } = read(&self.get(&path).await?, "events")?;
        if value.is_empty() && next.is_some() {
            return Err(GraphError::lacks("first page"));
        }
        value.into_iter().next().map(Stored::event).transpose()
    }

    /// An event as it stands; none if it is gone.
    ///
    /// # Errors
    /// Graph refuses or cannot be reached.
    pub async fn event(&self, id: &EventId) -> Result<Option<Event>, GraphError> {
        match self.get(&format!("{}?$select={SELECT}", self.path_of(id))).await {
            Ok(reply) => read::<Stored>(&reply, "event")?.event().map(Some),
            Err(error) if is_gone(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Deletes an event; Exchange tells the attendees. One that is gone already is as good as deleted.
    ///
    /// # Errors
    /// Graph refuses or cannot be reached.
    pub async fn delete_event(&self, id: &EventId) -> Result<(), GraphError> {
        match self.delete(&self.path_of(id)).await {
            Err(error) if !is_gone(&error) => Err(error),
            _ => Ok(()),
        }
    }

    fn path_of(&self, EventId(id): &EventId) -> String {
        format!("{}/events/{}", self.root, encoded(id))
    }
}

/// Another 404 says that there is no mailbox.
fn is_gone(error: &GraphError) -> bool {
    error.has_code("ErrorItemNotFound")
}
