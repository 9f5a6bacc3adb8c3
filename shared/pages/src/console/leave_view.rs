//! The moment between our page and Microsoft's.

use askama::Template;
use axum::body::Body;
use http::{HeaderName, HeaderValue, Response, StatusCode};

use super::{frame::Frame, respond::CONTENT_SECURITY_POLICY};
use crate::{branding::Branding, reader::Reader, respond::answer, text::Texts};

const REFRESH: HeaderName = HeaderName::from_static("refresh");

#[derive(Template)]
#[template(path = "console_leave.html")]
struct LeaveView {
    frame: Frame,
    address: String,
}

/// A page that leads on to `address` by itself. Not a redirect: browsers hold the redirects that follow a form
/// to the page's `form-action`, and nobody knows through whose sign-in pages a customer's Microsoft leads.
#[must_use]
pub fn leave(reader: &Reader, product: &Branding, address: &str) -> Response<Body> {
    let texts = Texts::new(reader.language).with("product", &product.product_name);
    let title = texts.get("leave.title");
    let view = LeaveView { frame: Frame::new(texts, product, None, title, &[]), address: address.to_owned() };
    let html = view.render().expect("a string takes any page");
    let mut response = answer(reader, StatusCode::OK, CONTENT_SECURITY_POLICY, html);
    if let Ok(refresh) = HeaderValue::try_from(format!("0;url={address}")) {
        response.headers_mut().insert(REFRESH, refresh);
    }
    response
}
