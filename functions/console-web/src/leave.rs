//! On to Microsoft. A form is answered with a redirect to a page of ours, which leads on by itself: what it
//! leads to is signed, so that nobody can have us send people elsewhere.

use axum::{
    body::Body,
    extract::{Query, State},
    response::Response,
};
use http::{HeaderValue, StatusCode, header};
use pages::{Reader, console::Refused};
use serde::Deserialize;
use url::Url;

use crate::{Site, reply};

/// Where people are sent on.
pub(crate) const PATH: &str = "/console/leave";

#[derive(Debug, Deserialize)]
pub(crate) struct To {
    #[serde(default)]
    to: String,
}

impl Site {
    /// 303 to the page that leads on.
    pub(crate) fn leave(&self, url: &Url) -> Response {
        let mut address = format!("{PATH}?to=");
        address.extend(url::form_urlencoded::byte_serialize(self.leave.sign(url.as_str()).as_bytes()));
        reply::go_to(&address)
    }
}

/// `GET /console/leave?to=…`
pub(crate) async fn show(reader: Reader, State(site): State<Site>, Query(To { to }): Query<To>) -> Response {
    match site.leave.verify(&to) {
        Some(url) => pages::console::leave(&reader, &site.branding, url),
        None => site.show(&reader, None, &Refused::NotFound.into()),
    }
}

/// 303 straight on: for links, which no page holds to where forms may lead.
pub(crate) fn redirect(url: &Url) -> Response {
    let mut response = reply::plain(StatusCode::SEE_OTHER, Body::empty());
    if let Ok(location) = HeaderValue::try_from(url.as_str()) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}
