//! `/book/{key}/{token}`: how an appointment stands, and its cancellation by the guest (feature P18).

use axum::{
    body::Body,
    extract::{Path, State},
    http::Response,
};
use booking::BookingError;
use pages::{
    Reader,
    booking::{Appointment, BookingPage, Refused},
};

use super::{Named, is_name};
use crate::{Site, query::Query, refuse, translate};

/// The appointment as it is stored.
pub(super) async fn show(
    reader: Reader,
    State(site): State<Site>,
    query: Query,
    names: Named<(String, String)>,
) -> Response<Body> {
    match find(&site, names, query).await {
        Ok(Some(appointment)) => respond(&site, &reader, &appointment.into()),
        Ok(None) => refuse::with(&site, &reader, Refused::NotFound),
        Err(error) => refuse::error(&site, &reader, &error),
    }
}

/// The question before it is cancelled; where nothing can be cancelled, how it stands.
pub(super) async fn ask(
    reader: Reader,
    State(site): State<Site>,
    query: Query,
    names: Named<(String, String)>,
) -> Response<Body> {
    match find(&site, names, query).await {
        Ok(Some(appointment)) if appointment.may_be_cancelled => {
            respond(&site, &reader, &BookingPage::Cancel(Box::new(appointment)))
        }
        Ok(Some(appointment)) => pages::booking::go_to(&appointment.meeting.key, &[&appointment.token]),
        Ok(None) => refuse::with(&site, &reader, Refused::NotFound),
        Err(error) => refuse::error(&site, &reader, &error),
    }
}

/// Cancels it.
pub(super) async fn cancel(
    reader: Reader,
    State(site): State<Site>,
    query: Query,
    names: Named<(String, String)>,
) -> Response<Body> {
    let appointment = match find(&site, names, query).await {
        Ok(Some(appointment)) => appointment,
        Ok(None) => return refuse::with(&site, &reader, Refused::NotFound),
        Err(error) => return refuse::error(&site, &reader, &error),
    };
    let (key, token) = (&appointment.meeting.key, &appointment.token);
    if appointment.may_be_cancelled
        && let Err(error) = site.desk.cancel(key, token).await
    {
        return refuse::error(&site, &reader, &error);
    }
    pages::booking::go_to(key, &[token])
}

async fn find(
    site: &Site,
    names: Named<(String, String)>,
    query: Query,
) -> Result<Option<Appointment>, BookingError> {
    let Ok(Path((key, token))) = names else { return Ok(None) };
    if !is_name(&key) || !is_name(&token) {
        return Ok(None);
    }
    let found = site.desk.appointment(&key, &token).await?;
    Ok(Some(translate::appointment(&found, &token, query.zone, site.clock.now())))
}

fn respond(site: &Site, reader: &Reader, page: &BookingPage) -> Response<Body> {
    pages::booking::respond(reader, &site.branding, page)
}
