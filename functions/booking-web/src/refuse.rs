//! What guests read when there is no page for them. Logs name what failed of ours, never what a guest wrote.

use accounts::AccountsError;
use axum::body::Body;
use booking::BookingError;
use http::Response;
use pages::{
    Reader,
    booking::{BookingPage, Refused},
};
use types::Chain;
use uuid::Uuid;

use crate::Site;

/// An unknown key, an inactive page and a token that is not ours are answered alike.
pub(crate) fn error(site: &Site, reader: &Reader, error: &BookingError) -> Response<Body> {
    if matches!(error, BookingError::NotFound(_) | BookingError::Account(AccountsError::NotFound(_))) {
        return with(site, reader, Refused::NotFound);
    }
    let reference = Uuid::new_v4().to_string();
    tracing::error!(error = %Chain(error), reference, "a booking page could not be shown");
    with(site, reader, Refused::Unavailable { reference })
}

/// The page that says so.
pub(crate) fn with(site: &Site, reader: &Reader, refused: Refused) -> Response<Body> {
    pages::booking::respond(reader, &site.branding, &BookingPage::Refused(refused))
}
