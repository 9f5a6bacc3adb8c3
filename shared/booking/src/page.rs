//! Booking pages: what guests may book with whom, and when.

use accounts::Version;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use types::{BookingPageId, Language, OrganizationId, UserId};
use utoipa::ToSchema;

use crate::{
    WorkingHours, Zone,
    fault::{Fault, FieldFault, is_plain},
};

/// A booking page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookingPage {
    /// The CRM's id.
    pub id: BookingPageId,
    /// What guests have in the page's address: 128 random bits, so that pages cannot be enumerated.
    pub key: String,
    /// Whose.
    pub organization_id: OrganizationId,
    /// What the organization says of it.
    #[serde(flatten)]
    pub terms: Terms,
    /// When the page was last written.
    pub updated_at: Timestamp,
}

impl BookingPage {
    /// Which state of the page it is: the same terms have the same version.
    #[must_use]
    pub fn version(&self) -> Version {
        Version::of(&(&self.key, &self.terms))
    }
}

/// What an organization says of a page: everything but its ids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The member whom guests meet, and into whose calendar appointments go.
    pub host: UserId,
    /// The meeting's title; none: the event is called by the guest's company and name (feature E14).
    pub title: Option<String>,
    /// How long a meeting takes, in minutes.
    pub duration_minutes: u16,
    /// From one offered time to the next, in minutes.
    pub step_minutes: u16,
    /// What stays free before and after a meeting, in minutes.
    pub buffer_minutes: u16,
    /// How long before its start a meeting can be booked at the latest, in minutes.
    pub notice_minutes: u32,
    /// How many days ahead can be booked.
    pub horizon_days: u16,
    /// The zone of the working hours, in which the host reads times.
    pub time_zone: Zone,
    /// When guests may come.
    pub working_hours: WorkingHours,
    /// Where the meeting takes place.
    pub place: Place,
    /// What guests are asked besides company, name and address.
    pub questions: Vec<Question>,
    /// The language in which the host is written to.
    pub language: Language,
    /// Whether guests may book; otherwise the page is not there for them.
    pub active: bool,
}

/// Where a meeting takes place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", content = "address", rename_all = "snake_case")]
pub enum Place {
    /// In a Teams meeting, whose address is made with the event (feature E15).
    WebMeeting,
    /// At this address.
    Address(String),
}

/// One question to guests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Names the answer.
    pub id: String,
    /// What guests read.
    pub label: String,
    /// Whether it must be answered.
    #[serde(default)]
    pub required: bool,
    /// Whether the answer may have several lines.
    #[serde(default)]
    pub long: bool,
}

/// The longest title, place and label, in characters.
const LONGEST_TEXT: usize = 200;
const MOST_QUESTIONS: usize = 10;
/// Two hours beside four make 72 cells of five minutes: with the rest they fit one transaction of 100 writes.
const LONGEST_DURATION: u16 = 240;
const LONGEST_BUFFER: u16 = 120;
/// Two weeks.
const LONGEST_NOTICE: u32 = 20_160;
const FARTHEST_HORIZON: u16 = 365;
const MOST_HOURS_A_DAY: usize = 8;

impl Terms {
    /// What is wrong, by field; empty when all is well.
    #[must_use]
    pub fn faults(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        let mut check = |holds: bool, field: &str, fault: Fault| {
            if !holds {
                faults.push(FieldFault { field: field.to_owned(), fault });
            }
        };
        let on_cells = |minutes: u16, least: u16, most: u16| {
            (least..=most).contains(&minutes) && minutes.is_multiple_of(5)
        };
        check(
            on_cells(self.duration_minutes, 5, LONGEST_DURATION),
            "duration_minutes",
            Fault::Minutes { least: 5, most: LONGEST_DURATION },
        );
        check(
            on_cells(self.step_minutes, 5, LONGEST_DURATION),
            "step_minutes",
            Fault::Minutes { least: 5, most: LONGEST_DURATION },
        );
        check(
            on_cells(self.buffer_minutes, 0, LONGEST_BUFFER),
            "buffer_minutes",
            Fault::Minutes { least: 0, most: LONGEST_BUFFER },
        );
        check(self.notice_minutes <= LONGEST_NOTICE, "notice_minutes", Fault::Above(LONGEST_NOTICE));
        check(
            (1..=FARTHEST_HORIZON).contains(&self.horizon_days),
            "horizon_days",
            Fault::Outside { least: 1, most: FARTHEST_HORIZON.into() },
        );
        let title = self.title.as_deref().unwrap_or("-");
        check(is_plain(title, LONGEST_TEXT), "title", Fault::Text { most: LONGEST_TEXT });
        if let Place::Address(address) = &self.place {
            check(is_plain(address, LONGEST_TEXT), "place.address", Fault::Text { most: LONGEST_TEXT });
        }
        self.hours_faults(&mut faults);
        self.question_faults(&mut faults);
        faults
    }

    fn hours_faults(&self, faults: &mut Vec<FieldFault>) {
        for (day, hours) in self.working_hours.days() {
            let is_ordered = hours.iter().all(|hours| hours.from < hours.until)
                && hours.windows(2).all(|pair| pair[0].until <= pair[1].from);
            if !is_ordered || hours.len() > MOST_HOURS_A_DAY {
                let fault = Fault::Hours { most: MOST_HOURS_A_DAY };
                faults.push(FieldFault { field: format!("working_hours.{day}"), fault });
            }
        }
    }

    fn question_faults(&self, faults: &mut Vec<FieldFault>) {
        if self.questions.len() > MOST_QUESTIONS {
            faults.push(FieldFault { field: "questions".to_owned(), fault: Fault::TooMany(MOST_QUESTIONS) });
        }
        for (number, question) in self.questions.iter().enumerate() {
            let is_id = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
            let is_shaped = (1..=40).contains(&question.id.len()) && question.id.chars().all(is_id);
            let is_first = self.questions[..number].iter().all(|other| other.id != question.id);
            if !is_shaped || !is_first {
                faults
                    .push(FieldFault { field: format!("questions[{number}].id"), fault: Fault::QuestionId });
            }
            if !is_plain(&question.label, LONGEST_TEXT) {
                let fault = Fault::Text { most: LONGEST_TEXT };
                faults.push(FieldFault { field: format!("questions[{number}].label"), fault });
            }
        }
    }
}
