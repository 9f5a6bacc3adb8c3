//! Appointments: what a guest booked, and what became of it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use types::{AppointmentId, BookingPageId, Language, OrganizationId, UserId};

use crate::{Answer, AppointmentState, Guest, Place, Zone};

/// An appointment. What it takes from the page is a copy, as the guest read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appointment {
    /// Ours; also the event's `transactionId`.
    pub id: AppointmentId,
    /// Whose.
    pub organization_id: OrganizationId,
    /// The organization's name.
    pub organization_name: String,
    /// The page it was booked on.
    pub page_id: BookingPageId,
    /// The page's key, of which the guest's address is made.
    pub page_key: String,
    /// The member whom the guest meets.
    pub host: UserId,
    /// The host's name.
    pub host_name: String,
    /// The host's address, where the host is written to.
    pub host_email: String,
    /// The language in which the host is written to.
    pub host_language: Language,
    /// The host's zone.
    pub host_zone: Zone,
    /// How it stands.
    pub state: AppointmentState,
    /// Who or what is ending it or has ended it; none while it stands.
    pub ended_by: Option<EndedBy>,
    /// When it begins, on five minutes.
    pub start: Timestamp,
    /// When it ends.
    pub end: Timestamp,
    /// What stays free before and after, in minutes.
    pub buffer_minutes: u16,
    /// The page's meeting title.
    pub title: Option<String>,
    /// Where it takes place.
    pub place: Place,
    /// Who comes.
    pub guest: Guest,
    /// What the guest answered, in the order of the questions.
    pub answers: Vec<Answer>,
    /// The language in which the guest is written to.
    pub language: Language,
    /// The guest's zone.
    pub time_zone: Zone,
    /// The address of the Teams meeting, once it is confirmed.
    pub join_url: Option<String>,
    /// When it was booked.
    pub created_at: Timestamp,
    /// When its state last changed.
    pub updated_at: Timestamp,
    /// When it was confirmed.
    pub confirmed_at: Option<Timestamp>,
}

/// Who or what ended an appointment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", content = "reason", rename_all = "snake_case")]
pub enum EndedBy {
    /// The guest, through the link in its mail.
    Guest,
    /// The organization, through the API.
    Organization,
    /// It could not be made, for this reason: Microsoft's code or a word of ours.
    Failure(String),
}
