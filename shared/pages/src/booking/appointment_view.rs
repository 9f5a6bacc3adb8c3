//! How an appointment stands, and the question before it is cancelled.

use askama::Template;

use super::{
    Appointment, AppointmentState, Meeting,
    frame::{Frame, MeetingView, path, title},
    moment::Moment,
};
use crate::{
    branding::Branding,
    text::{Texts, plain},
    view::may_be_linked,
};

#[derive(Template)]
#[template(path = "book_appointment.html")]
pub(super) struct AppointmentView {
    frame: Frame,
    meeting: MeetingView,
    /// The state's name in classes and for the script.
    state: &'static str,
    is_confirmed: bool,
    /// The state's name for people.
    word: String,
    lead: String,
    time: Moment,
    host_time: Option<Moment>,
    guest: String,
    join_url: Option<String>,
    cancel: Option<String>,
    /// Where another time is picked.
    again: Option<String>,
}

fn name(state: AppointmentState) -> &'static str {
    match state {
        AppointmentState::Pending => "pending",
        AppointmentState::Confirmed => "confirmed",
        AppointmentState::Cancelling => "cancelling",
        AppointmentState::Undoing => "undoing",
        AppointmentState::Cancelled => "cancelled",
        AppointmentState::CancelledByHost => "cancelled-by-host",
        AppointmentState::Failed => "failed",
    }
}

/// The texts of an appointment name its people, its title and its time.
fn with_values(texts: Texts, appointment: &Appointment) -> Texts {
    let Appointment { meeting, guest, email, .. } = appointment;
    let texts = texts.with("host", &meeting.host).with("company", &meeting.company);
    let title = title(&texts, meeting);
    texts.with("title", &title).with("guest", guest).with("email", email)
}

fn times(texts: &Texts, appointment: &Appointment) -> (Moment, Option<Moment>) {
    let Appointment { meeting: Meeting { minutes, zone: host, .. }, start, zone, .. } = appointment;
    (Moment::of(texts, *start, *minutes, zone), Moment::of_host(texts, *start, *minutes, zone, host))
}

fn query(appointment: &Appointment) -> [(&str, &str); 1] {
    [("zone", appointment.zone.name())]
}

impl AppointmentView {
    pub(super) fn of(texts: Texts, product: &Branding, appointment: &Appointment) -> Self {
        let texts = with_values(texts, appointment);
        let meeting = &appointment.meeting;
        let (time, host_time) = times(&texts, appointment);
        let state = name(appointment.state);
        let is_confirmed = appointment.state == AppointmentState::Confirmed;
        let is_over = matches!(
            appointment.state,
            AppointmentState::Cancelled | AppointmentState::CancelledByHost | AppointmentState::Failed
        );
        let join_url = appointment.join_url.as_deref().filter(|url| is_confirmed && may_be_linked(url));
        let heading = texts.get(&format!("book-{state}.title"));
        let lead = texts.get(&format!("book-{state}.lead"));
        let shown = MeetingView::of(&texts, meeting);
        let mut frame = Frame::new(texts, product, heading, &query(appointment)).of(meeting);
        frame.refreshes = !is_over && !is_confirmed;
        Self {
            meeting: shown,
            word: frame.text(&format!("book-{state}.status")),
            state,
            is_confirmed,
            lead,
            time,
            host_time,
            guest: plain(&appointment.guest),
            join_url: join_url.map(str::to_owned),
            cancel: appointment.may_be_cancelled.then(|| path(&meeting.key, &[&appointment.token, "cancel"])),
            again: is_over.then(|| path(&meeting.key, &[])),
            frame,
        }
    }
}

#[derive(Template)]
#[template(path = "book_cancel.html")]
pub(super) struct CancelView {
    frame: Frame,
    meeting: MeetingView,
    time: Moment,
    host_time: Option<Moment>,
    guest: String,
    action: String,
    back: String,
}

impl CancelView {
    pub(super) fn of(texts: Texts, product: &Branding, appointment: &Appointment) -> Self {
        let texts = with_values(texts, appointment);
        let meeting = &appointment.meeting;
        let (time, host_time) = times(&texts, appointment);
        let heading = texts.get("book-cancel.title");
        let shown = MeetingView::of(&texts, meeting);
        Self {
            frame: Frame::new(texts, product, heading, &query(appointment)).of(meeting),
            meeting: shown,
            time,
            host_time,
            guest: plain(&appointment.guest),
            action: path(&meeting.key, &[&appointment.token, "cancel"]),
            back: path(&meeting.key, &[&appointment.token]),
        }
    }
}
