//! From what the desk says to what the pages show.

use booking::{Appointment, AppointmentState, EndedBy, FieldFault, OpenPage, Why};
use jiff::Timestamp;
use pages::booking::{self as page, Closed, Fault, Field, Meeting, Question, Zone};

use crate::form::Form;

/// The meeting that a page offers.
pub(crate) fn meeting(open: &OpenPage) -> Meeting {
    let terms = &open.page.terms;
    Meeting {
        key: open.page.key.clone(),
        title: terms.title.clone(),
        host: open.host_name.clone(),
        company: open.organization_name.clone(),
        minutes: terms.duration_minutes.into(),
        place: place(&terms.place),
        zone: zone(&terms.time_zone),
    }
}

fn place(place: &booking::Place) -> page::Place {
    match place {
        booking::Place::WebMeeting => page::Place::Web,
        booking::Place::Address(address) => page::Place::Address(address.clone()),
    }
}

/// The zone, as pages know it: both have the same database.
pub(crate) fn zone(zone: &booking::Zone) -> Zone {
    Zone::parse(zone.name()).or_else(|| Zone::parse("UTC")).expect("UTC is a zone")
}

/// Why nothing is offered.
pub(crate) fn closed(why: &Why) -> Closed {
    match why {
        Why::NotLinked => Closed::Unlinked,
        Why::NoOnlineMeetings => Closed::NoWebMeeting,
        Why::Refused(code) => Closed::Refused(code.clone()),
        Why::Unavailable => Closed::Unreadable,
    }
}

/// The page's questions, with what was answered.
pub(crate) fn questions(open: &OpenPage, form: &Form) -> Vec<Question> {
    let answered = |question: &booking::Question| Question {
        id: question.id.clone(),
        label: question.label.clone(),
        required: question.required,
        long: question.long,
        answer: form.answers.get(&question.id).cloned().unwrap_or_default(),
    };
    open.page.terms.questions.iter().map(answered).collect()
}

/// The faults, by the fields of the form.
pub(crate) fn faults(faults: &[FieldFault]) -> Vec<(Field, Fault)> {
    let translated = |found: &FieldFault| {
        let fault = match found.fault {
            booking::Fault::Missing => Fault::Missing,
            booking::Fault::Text { most } => Fault::Text { most },
            booking::Fault::Address => Fault::NotAnAddress,
            _ => Fault::Malformed,
        };
        Some((Field::parse(&found.field)?, fault))
    };
    faults.iter().filter_map(translated).collect()
}

/// The appointment, in the zone in which the guest reads it.
pub(crate) fn appointment(
    appointment: &Appointment,
    token: &str,
    read_in: Option<Zone>,
    now: Timestamp,
) -> page::Appointment {
    let minutes = appointment.end.duration_since(appointment.start).as_mins();
    let is_standing = matches!(appointment.state, AppointmentState::Pending | AppointmentState::Confirmed);
    page::Appointment {
        meeting: Meeting {
            key: appointment.page_key.clone(),
            title: appointment.title.clone(),
            host: appointment.host_name.clone(),
            company: appointment.organization_name.clone(),
            minutes: u32::try_from(minutes).unwrap_or_default(),
            place: place(&appointment.place),
            zone: zone(&appointment.host_zone),
        },
        zone: read_in.unwrap_or_else(|| zone(&appointment.time_zone)),
        token: token.to_owned(),
        state: state(appointment),
        start: appointment.start,
        guest: appointment.guest.name.clone(),
        email: appointment.guest.email.clone(),
        join_url: appointment.join_url.clone(),
        may_be_cancelled: is_standing && appointment.start > now,
    }
}

fn state(appointment: &Appointment) -> page::AppointmentState {
    use page::AppointmentState as Shown;
    match (appointment.state, &appointment.ended_by) {
        (AppointmentState::Pending, _) => Shown::Pending,
        (AppointmentState::Confirmed, _) => Shown::Confirmed,
        (AppointmentState::Cancelling, Some(EndedBy::Failure(_))) => Shown::Undoing,
        (AppointmentState::Cancelling, _) => Shown::Cancelling,
        (AppointmentState::Cancelled, Some(EndedBy::Organization)) => Shown::CancelledByHost,
        (AppointmentState::Cancelled, _) => Shown::Cancelled,
        (AppointmentState::Failed, _) => Shown::Failed,
    }
}
