//! What a guest sees who books a meeting, as what the pages are about. How they look stands in the views
//! beside this file and in `templates/book_*.html`.

mod appointment_view;
mod details_view;
mod frame;
mod moment;
mod plain_view;
mod respond;
pub mod sample;
mod times_view;

use jiff::{Timestamp, civil::Date};

pub use crate::zone::Zone;
pub use respond::{go_to, respond};

/// A page of `/book`.
#[derive(Debug, Clone)]
pub enum BookingPage {
    /// Pick a time.
    Times(Box<Times>),
    /// Say who you are.
    Details(Box<Details>),
    /// How the appointment stands.
    Appointment(Box<Appointment>),
    /// Asks once before the appointment is cancelled.
    Cancel(Box<Appointment>),
    /// There is nothing to show here.
    Refused(Refused),
}

impl From<Refused> for BookingPage {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl From<Times> for BookingPage {
    fn from(times: Times) -> Self {
        Self::Times(Box::new(times))
    }
}

impl From<Details> for BookingPage {
    fn from(details: Details) -> Self {
        Self::Details(Box::new(details))
    }
}

impl From<Appointment> for BookingPage {
    fn from(appointment: Appointment) -> Self {
        Self::Appointment(Box::new(appointment))
    }
}

/// The meeting that a page offers.
#[derive(Debug, Clone)]
pub struct Meeting {
    /// The last part of the page's own address, `/book/{key}`.
    pub key: String,
    /// What the meeting is called; none: it is called after the host.
    pub title: Option<String>,
    /// The name of the person whose calendar it goes into.
    pub host: String,
    /// The host's company.
    pub company: String,
    /// How long it takes, in minutes.
    pub minutes: u32,
    /// Where it takes place.
    pub place: Place,
    /// The zone in which the host works.
    pub zone: Zone,
}

/// Where a meeting takes place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A web meeting whose link is made with the event (feature E15).
    Web,
    /// An address, in the host's words.
    Address(String),
}

/// The free times of a week.
#[derive(Debug, Clone)]
pub struct Times {
    /// What is booked.
    pub meeting: Meeting,
    /// The zone of the guest, in which everything is shown.
    pub zone: Zone,
    /// Whether the guest, or the guest's browser, has said the zone; else the browser is asked.
    pub zone_is_chosen: bool,
    /// The days of the week shown, in order, each with its free times.
    pub days: Vec<Day>,
    /// The day whose times are shown.
    pub chosen: Option<Date>,
    /// The first day of the week before.
    pub previous: Option<Date>,
    /// The first day of the week after.
    pub next: Option<Date>,
    /// The first day with a free time after a week without any.
    pub later: Option<Date>,
    /// Why nothing is offered at all.
    pub closed: Option<Closed>,
    /// The time that the guest had picked is not free any more.
    pub taken: bool,
}

/// A day in the guest's zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// Its date.
    pub date: Date,
    /// The starts that can be booked.
    pub times: Vec<Timestamp>,
}

/// Why no time is offered: a calendar that cannot be read is never taken for a free one (requirement R36).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Closed {
    /// The calendar does not answer at present.
    Unreadable,
    /// The host's calendar is not connected, or no longer.
    Unlinked,
    /// Microsoft 365 refuses to show the calendar, with this code.
    Refused(String),
    /// The calendar cannot make the web meeting that the page promises (requirement R38).
    NoWebMeeting,
}

/// The form.
#[derive(Debug, Clone)]
pub struct Details {
    /// What is booked.
    pub meeting: Meeting,
    /// The zone of the guest.
    pub zone: Zone,
    /// The start that the guest picked; none while another one must be picked.
    pub start: Option<Timestamp>,
    /// The signed id of this form, by which a second press of the button is recognised.
    pub form: String,
    /// The guest's company, as typed.
    pub company: String,
    /// The guest's name, as typed.
    pub name: String,
    /// The guest's e-mail address, as typed.
    pub email: String,
    /// What the host wants to know besides.
    pub questions: Vec<Question>,
    /// What is wrong with what was typed: field and fault.
    pub faults: Vec<(Field, Fault)>,
    /// Why the guest sees the form again.
    pub notice: Option<Notice>,
}

/// A question of the host's own, with the answer as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The host's id of it; the field's name is made of it.
    pub id: String,
    /// The question.
    pub label: String,
    /// It must be answered.
    pub required: bool,
    /// The answer may have several lines.
    pub long: bool,
    /// The answer, as typed.
    pub answer: String,
}

/// A field of the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Field {
    /// The guest's company.
    Company,
    /// The guest's name.
    Name,
    /// The guest's e-mail address.
    Email,
    /// The answer to the question with this id.
    Answer(String),
}

impl Field {
    /// The field's name in the form.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Company => "company".to_owned(),
            Self::Name => "name".to_owned(),
            Self::Email => "email".to_owned(),
            Self::Answer(id) => format!("answers.{id}"),
        }
    }

    /// The field of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "company" => Some(Self::Company),
            "name" => Some(Self::Name),
            "email" => Some(Self::Email),
            _ => name.strip_prefix("answers.").map(|id| Self::Answer(id.to_owned())),
        }
    }
}

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It is empty and must not be.
    Missing,
    /// It has more characters than this, or some that no such text has.
    Text {
        /// The most characters.
        most: usize,
    },
    /// It is not an e-mail address.
    NotAnAddress,
    /// It is wrong in a way that only a changed form can bring about.
    Malformed,
}

/// Why the form is shown again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// Somebody else has the time now; these are free (requirement R35).
    Taken(Vec<Timestamp>),
    /// The time cannot be booked, or not any more; these are free.
    NotOffered(Vec<Timestamp>),
    /// No time was picked among these.
    Unpicked(Vec<Timestamp>),
    /// The calendar could not be read, so nothing was booked (requirement R36).
    Closed(Closed),
    /// The form was open too long, was used, or is not ours.
    Stale,
}

/// An appointment of a guest.
#[derive(Debug, Clone)]
pub struct Appointment {
    /// What was booked.
    pub meeting: Meeting,
    /// The zone of the guest.
    pub zone: Zone,
    /// The last part of the appointment's own address, `/book/{key}/{token}`.
    pub token: String,
    /// How it stands.
    pub state: AppointmentState,
    /// When it begins.
    pub start: Timestamp,
    /// The guest's name.
    pub guest: String,
    /// The guest's e-mail address, to which the mails go.
    pub email: String,
    /// The link into the web meeting, once there is one.
    pub join_url: Option<String>,
    /// Whether the guest may still cancel it.
    pub may_be_cancelled: bool,
}

/// How an appointment stands, as stored: never better than it is (requirement R37).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppointmentState {
    /// Being written into the host's calendar.
    Pending,
    /// In the host's calendar.
    Confirmed,
    /// Being taken out of the host's calendar, because somebody cancelled it.
    Cancelling,
    /// Being undone, because it did not come about in time.
    Undoing,
    /// Cancelled by the guest.
    Cancelled,
    /// Cancelled by the host's company.
    CancelledByHost,
    /// It did not come about.
    Failed,
}

/// Why there is no page. None of them says more than its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// No such page, an inactive one, or a token that is not ours: all the same to whoever guesses.
    NotFound,
    /// The form was larger than any guest fills in.
    TooLarge,
    /// Not a method of this address.
    Method,
    /// Something of ours does not answer; the reference stands in the log.
    Unavailable {
        /// What support finds it by.
        reference: String,
    },
}
