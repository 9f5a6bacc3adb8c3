//! `/v1/booking-pages`: what guests may book, by the CRM's own ids.

use accounts::{AccountsError, Versioned};
use axum::extract::State;
use booking::{BookingError, BookingPage, FieldFault, Place, Question, Terms, WorkingHours, Zone};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use types::{BookingPageId, Language, UserId};
use utoipa::ToSchema;

use crate::{
    Api,
    auth::Organization,
    body::Json,
    etag::{IfMatch, Tagged},
    paging::{List, PageQuery, Paging},
    path::Path,
    problem::{FieldProblem, Problem},
};

/// What guests may book, with whom and when.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PutBookingPage {
    /// The member whom guests meet, who has linked the calendar.
    #[schema(value_type = String)]
    host: UserId,
    /// The meeting's title; null: events are called by the guest's company and name.
    #[serde(default)]
    title: Option<String>,
    /// How long a meeting takes: 5 to 240 minutes, a multiple of 5.
    duration_minutes: u16,
    /// From one offered time to the next: 5 to 240 minutes, a multiple of 5; the duration if absent.
    #[serde(default)]
    step_minutes: Option<u16>,
    /// What stays free before and after: 0 to 120 minutes, a multiple of 5; 0 if absent.
    #[serde(default)]
    buffer_minutes: u16,
    /// How long before its start a meeting can be booked at the latest, at most two weeks; 60 if absent.
    #[serde(default = "an_hour")]
    notice_minutes: u32,
    /// How many days ahead can be booked, 1 to 365; 60 if absent.
    #[serde(default = "two_months")]
    horizon_days: u16,
    /// The IANA name of the zone of the working hours, as in `Asia/Tokyo`.
    #[schema(value_type = String)]
    time_zone: Zone,
    /// From when to when guests may come, for each weekday, on five minutes.
    working_hours: WorkingHours,
    /// `web_meeting` (a Teams meeting is made), or an `address`.
    place: Place,
    /// What guests are asked besides company, name and address; at most 10.
    #[serde(default)]
    questions: Vec<Question>,
    /// The language in which the host is written to, `ja` or `en`; `ja` if absent.
    #[schema(value_type = Option<String>)]
    #[serde(default = "japanese")]
    language: Language,
    /// Whether guests may book; true if absent.
    #[serde(default = "yes")]
    active: bool,
}

fn an_hour() -> u32 {
    60
}

fn two_months() -> u16 {
    60
}

fn japanese() -> Language {
    Language::Ja
}

fn yes() -> bool {
    true
}

impl From<PutBookingPage> for Terms {
    fn from(put: PutBookingPage) -> Self {
        Self {
            host: put.host,
            title: put.title,
            duration_minutes: put.duration_minutes,
            step_minutes: put.step_minutes.unwrap_or(put.duration_minutes),
            buffer_minutes: put.buffer_minutes,
            notice_minutes: put.notice_minutes,
            horizon_days: put.horizon_days,
            time_zone: put.time_zone,
            working_hours: put.working_hours,
            place: put.place,
            questions: put.questions,
            language: put.language,
            active: put.active,
        }
    }
}

/// A booking page as it stands.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StoredBookingPage {
    #[schema(value_type = String)]
    id: BookingPageId,
    /// Where guests book: give it to them. It stays the same as long as the page is there.
    url: String,
    #[schema(value_type = String)]
    host: UserId,
    title: Option<String>,
    duration_minutes: u16,
    step_minutes: u16,
    buffer_minutes: u16,
    notice_minutes: u32,
    horizon_days: u16,
    #[schema(value_type = String)]
    time_zone: Zone,
    working_hours: WorkingHours,
    place: Place,
    questions: Vec<Question>,
    #[schema(value_type = String)]
    language: Language,
    active: bool,
    #[schema(value_type = String, format = DateTime)]
    updated_at: jiff::Timestamp,
}

impl StoredBookingPage {
    fn of(api: &Api, page: BookingPage) -> Self {
        let BookingPage { id, key, terms, updated_at, .. } = page;
        Self {
            id,
            url: api.site.below(&["book", &key]).into(),
            host: terms.host,
            title: terms.title,
            duration_minutes: terms.duration_minutes,
            step_minutes: terms.step_minutes,
            buffer_minutes: terms.buffer_minutes,
            notice_minutes: terms.notice_minutes,
            horizon_days: terms.horizon_days,
            time_zone: terms.time_zone,
            working_hours: terms.working_hours,
            place: terms.place,
            questions: terms.questions,
            language: terms.language,
            active: terms.active,
            updated_at,
        }
    }
}

/// Writes a booking page under the CRM's id; what was there is replaced, its address stays. With `If-Match` only over
/// the version of that `ETag`; otherwise 412 and nothing changes.
#[utoipa::path(put, path = "/v1/booking-pages/{page}", operation_id = "put_booking_page", tag = "booking",
    params(("page" = String, Path), ("If-Match" = Option<String>, Header)), request_body = PutBookingPage,
    responses(
        (status = 200, body = StoredBookingPage, headers(("ETag" = String, description = "The version that was written"))),
        (status = 201, body = StoredBookingPage, headers(("ETag" = String, description = "The version that was written"))),
        (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn put(
    Organization(organization): Organization,
    State(api): State<Api>,
    Path(id): Path<BookingPageId>,
    if_match: IfMatch,
    Json(page): Json<PutBookingPage>,
) -> Result<(StatusCode, Tagged<StoredBookingPage>), Problem> {
    let terms = Terms::from(page);
    let faults = terms.faults();
    if !faults.is_empty() {
        return Err(Problem::fields(faults.into_iter().map(field_problem).collect()));
    }
    match api.accounts.user(&organization, &terms.host).await {
        Err(AccountsError::NotFound(_)) => {
            return Err(Problem::field("host", "is not a user: PUT /v1/users/{id} first"));
        }
        found => drop(found?),
    }
    let present = match api.booking.page(&organization, &id).await {
        Err(BookingError::NotFound(_)) => None,
        found => Some(found?.version()),
    };
    let expected = if_match.expected(present.as_ref())?;
    let (page, is_new) = api.booking.put_page(&organization, &id, terms, expected.as_ref()).await?;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, tagged(&api, page)))
}

fn tagged(api: &Api, page: BookingPage) -> Tagged<StoredBookingPage> {
    let version = page.version();
    Tagged::of(Versioned { record: StoredBookingPage::of(api, page), version })
}

fn field_problem(FieldFault { field, fault }: FieldFault) -> FieldProblem {
    FieldProblem { field, detail: fault.to_string() }
}

/// Lists the booking pages.
#[utoipa::path(get, path = "/v1/booking-pages", operation_id = "list_booking_pages", tag = "booking", params(PageQuery),
    responses((status = 200, body = List<StoredBookingPage>), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list(
    Organization(organization): Organization,
    State(api): State<Api>,
    page: Paging,
) -> Result<axum::Json<List<StoredBookingPage>>, Problem> {
    let (pages, next) = api.booking.pages(&organization, page.limit, page.cursor.as_deref()).await?;
    let pages: Vec<_> = pages.into_iter().map(|page| StoredBookingPage::of(&api, page)).collect();
    Ok(List::of((pages, next)))
}

/// Reads a booking page.
#[utoipa::path(get, path = "/v1/booking-pages/{page}", operation_id = "read_booking_page", tag = "booking",
    params(("page" = String, Path)),
    responses((status = 200, body = StoredBookingPage, headers(("ETag" = String, description = "The version that was read"))),
        (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn read(
    Organization(organization): Organization,
    State(api): State<Api>,
    Path(id): Path<BookingPageId>,
) -> Result<Tagged<StoredBookingPage>, Problem> {
    Ok(tagged(&api, api.booking.page(&organization, &id).await?))
}

/// Removes a booking page. What was booked stays; a new page of this id gets another address.
#[utoipa::path(delete, path = "/v1/booking-pages/{page}", operation_id = "remove_booking_page", tag = "booking",
    params(("page" = String, Path)),
    responses((status = 204), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn remove(
    Organization(organization): Organization,
    State(api): State<Api>,
    Path(id): Path<BookingPageId>,
) -> Result<StatusCode, Problem> {
    api.booking.remove_page(&organization, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
