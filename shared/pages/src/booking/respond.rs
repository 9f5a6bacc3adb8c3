//! Pages of a booking as HTTP answers.

use askama::Template;
use axum::body::Body;
use http::{HeaderName, HeaderValue, Response, StatusCode, header};

use super::{
    BookingPage, Details, Notice, Refused,
    appointment_view::{AppointmentView, CancelView},
    details_view::DetailsView,
    frame::path,
    plain_view::RefusedView,
    times_view::TimesView,
};
use crate::{branding::Branding, reader::Reader, respond::answer, text::Texts};

/// As for every page; besides, our one script, which may ask us how an appointment stands.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; \
     connect-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");

/// The answer that shows `page`; its status is the page's own.
#[must_use]
pub fn respond(reader: &Reader, product: &Branding, page: &BookingPage) -> Response<Body> {
    let texts = Texts::new(reader.language).with("product", &product.product_name);
    let html = match page {
        BookingPage::Times(times) => TimesView::of(texts, product, times).render(),
        BookingPage::Details(details) => DetailsView::of(texts, product, details).render(),
        BookingPage::Appointment(appointment) => AppointmentView::of(texts, product, appointment).render(),
        BookingPage::Cancel(appointment) => CancelView::of(texts, product, appointment).render(),
        BookingPage::Refused(refused) => RefusedView::of(texts, product, refused).render(),
    };
    let html = html.expect("a string takes any page");
    let mut response = answer(reader, status(page), CONTENT_SECURITY_POLICY, html);
    response.headers_mut().insert(ROBOTS, HeaderValue::from_static("noindex, nofollow"));
    response
}

/// 303 to `/book/{key}`, or to what lies below it, so that a reload sends no form again.
#[must_use]
pub fn go_to(key: &str, below: &[&str]) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let headers = response.headers_mut();
    let location = HeaderValue::try_from(path(key, below)).expect("what is not ASCII is encoded");
    headers.insert(header::LOCATION, location);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(ROBOTS, HeaderValue::from_static("noindex, nofollow"));
    response
}

fn status(page: &BookingPage) -> StatusCode {
    match page {
        BookingPage::Times(_) | BookingPage::Appointment(_) | BookingPage::Cancel(_) => StatusCode::OK,
        BookingPage::Details(details) => status_of_form(details),
        BookingPage::Refused(Refused::NotFound) => StatusCode::NOT_FOUND,
        BookingPage::Refused(Refused::TooLarge) => StatusCode::PAYLOAD_TOO_LARGE,
        BookingPage::Refused(Refused::Method) => StatusCode::METHOD_NOT_ALLOWED,
        BookingPage::Refused(Refused::Unavailable { .. }) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

fn status_of_form(details: &Details) -> StatusCode {
    match (&details.notice, details.faults.is_empty()) {
        (Some(Notice::Taken(_) | Notice::NotOffered(_)), _) => StatusCode::CONFLICT,
        (Some(Notice::Closed(_)), _) => StatusCode::SERVICE_UNAVAILABLE,
        (Some(Notice::Stale | Notice::Unpicked(_)), _) | (None, false) => StatusCode::UNPROCESSABLE_ENTITY,
        (None, true) => StatusCode::OK,
    }
}
