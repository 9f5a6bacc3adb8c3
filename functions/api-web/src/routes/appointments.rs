//! `/v1/appointments`: what guests booked, and what became of it.

use axum::extract::State;
use booking::{Answer, AppointmentState, BookingJob, EndedBy, Filter, Guest, Place, Zone};
use http::StatusCode;
use jiff::Timestamp;
use serde::Serialize;
use types::{AppointmentId, BookingPageId, Chain, Language, UserId};
use utoipa::ToSchema;

use crate::{
    Api,
    auth::Organization,
    paging::{Filters, Given, List, PageQuery},
    path::Path,
    problem::Problem,
};

/// Which appointments, as it is described. All that is given must hold.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "`filter` reads them one by one, to name the one at fault")]
pub(crate) struct AppointmentsQuery {
    /// `pending`, `confirmed`, `cancelling`, `cancelled` or `failed`.
    state: Option<String>,
    /// Booked on this page.
    page_id: Option<String>,
    /// Beginning at this instant or later, as in `2026-11-24T01:00:00Z`.
    #[param(format = DateTime)]
    from: Option<String>,
    /// Beginning before this instant.
    #[param(format = DateTime)]
    until: Option<String>,
}

const NAMES: [&str; 4] = ["state", "page_id", "from", "until"];
const AN_INSTANT: &str = "must be an instant, as in 2026-11-24T01:00:00Z";

/// One appointment.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Appointment {
    /// Also the `transactionId` of the event in Outlook.
    #[schema(value_type = String)]
    id: AppointmentId,
    #[schema(value_type = String)]
    page_id: BookingPageId,
    #[schema(value_type = String)]
    host: UserId,
    /// `pending` (the time is the guest's), `confirmed` (the event is in Outlook), `cancelling`, `cancelled` or
    /// `failed`.
    #[schema(value_type = String)]
    state: AppointmentState,
    /// `guest`, `organization` or `failure`; null while it stands.
    ended_by: Option<&'static str>,
    /// Why it failed: Microsoft's code or a word of ours.
    reason: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    start: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    end: Timestamp,
    /// The page's meeting title at that time.
    title: Option<String>,
    place: Place,
    /// The address of the Teams meeting; null until it is confirmed.
    join_url: Option<String>,
    guest: Guest,
    answers: Vec<Answer>,
    /// The guest's language.
    #[schema(value_type = String)]
    language: Language,
    /// The guest's zone.
    #[schema(value_type = String)]
    time_zone: Zone,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When its state last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    confirmed_at: Option<Timestamp>,
}

impl From<booking::Appointment> for Appointment {
    fn from(appointment: booking::Appointment) -> Self {
        let (ended_by, reason) = match appointment.ended_by {
            None => (None, None),
            Some(EndedBy::Guest) => (Some("guest"), None),
            Some(EndedBy::Organization) => (Some("organization"), None),
            Some(EndedBy::Failure(reason)) => (Some("failure"), Some(reason)),
        };
        Self {
            id: appointment.id,
            page_id: appointment.page_id,
            host: appointment.host,
            state: appointment.state,
            ended_by,
            reason,
            start: appointment.start,
            end: appointment.end,
            title: appointment.title,
            place: appointment.place,
            join_url: appointment.join_url,
            guest: appointment.guest,
            answers: appointment.answers,
            language: appointment.language,
            time_zone: appointment.time_zone,
            created_at: appointment.created_at,
            updated_at: appointment.updated_at,
            confirmed_at: appointment.confirmed_at,
        }
    }
}

/// Lists the appointments by their beginning. With filters a page may be short, even empty, before the last: go
/// on while there is a cursor.
#[utoipa::path(get, path = "/v1/appointments", operation_id = "list_appointments", tag = "booking",
    params(AppointmentsQuery, PageQuery),
    responses((status = 200, body = List<Appointment>), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list(
    Organization(organization): Organization,
    State(api): State<Api>,
    given: Given,
) -> Result<axum::Json<List<Appointment>>, Problem> {
    let (page, filters) = given.read(&NAMES)?;
    let filter = filter(filters)?;
    let found = api.booking.appointments(&organization, &filter, page.limit, page.cursor.as_deref()).await?;
    Ok(List::of(found))
}

fn filter(mut given: Filters) -> Result<Filter, Problem> {
    let instant = |text: &str| text.parse::<Timestamp>().ok();
    let states = "must be pending, confirmed, cancelling, cancelled or failed";
    let filter = Filter {
        state: given.take("state", states, AppointmentState::parse)?,
        page: given.take("page_id", "is not a page's id", |text| text.parse().ok())?,
        from: given.take("from", AN_INSTANT, instant)?,
        until: given.take("until", AN_INSTANT, instant)?,
    };
    match (filter.from, filter.until) {
        (Some(from), Some(until)) if until <= from => Err(Problem::field("until", "must be after from")),
        _ => Ok(filter),
    }
}

/// Reads an appointment.
#[utoipa::path(get, path = "/v1/appointments/{appointment}", operation_id = "read_appointment", tag = "booking",
    params(("appointment" = String, Path)),
    responses((status = 200, body = Appointment), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn read(
    Organization(organization): Organization,
    State(api): State<Api>,
    Path(id): Path<AppointmentId>,
) -> Result<axum::Json<Appointment>, Problem> {
    Ok(axum::Json(api.booking.appointment(&organization, &id).await?.into()))
}

/// Cancels an appointment: the event leaves Outlook and both sides are told. 202 while it is under way, 204 once
/// it is over.
#[utoipa::path(delete, path = "/v1/appointments/{appointment}", operation_id = "cancel_appointment", tag = "booking",
    params(("appointment" = String, Path)),
    responses((status = 202), (status = 204), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn cancel(
    Organization(organization): Organization,
    State(api): State<Api>,
    Path(id): Path<AppointmentId>,
) -> Result<StatusCode, Problem> {
    let found = api.booking.appointment(&organization, &id).await?;
    if found.state == AppointmentState::Confirmed && found.end <= api.clock.now() {
        return Err(Problem::conflict(
            "urn:setten:problem:appointment-past",
            "The appointment has taken place; it cannot be cancelled any more.",
        ));
    }
    let appointment = api.booking.cancel(&organization, &id, EndedBy::Organization).await?;
    if appointment.state.is_over() {
        return Ok(StatusCode::NO_CONTENT);
    }
    let job = BookingJob { organization_id: organization, appointment_id: id };
    if let Err(error) = api.bookings.send(&job).await {
        tracing::warn!(error = %Chain(&error), "the appointment waits for the tick");
    }
    Ok(StatusCode::ACCEPTED)
}
