//! Requests and responses of Graph, the same for HTTP and for the inside of a batch.

use std::time::Instant;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response as HttpResponse};
use bytes::Bytes;
use jiff::Timestamp;
use serde_json::Value;

use crate::server::Lost;

/// The content type of Graph's JSON.
pub(super) const JSON: &str =
    "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8";

/// One request, outer or inner.
#[derive(Debug, Clone)]
pub(super) struct Request {
    /// Upper case.
    pub(super) method: String,
    /// Below `/v1.0`, as sent, still encoded, with the slash at the front.
    pub(super) path: String,
    /// As sent, still encoded.
    pub(super) query: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    /// Scheme and host that the client used, for links.
    pub(super) base: String,
    /// Whether it came inside a batch.
    pub(super) inner: bool,
    /// When the outer request arrived.
    pub(super) now: Timestamp,
    /// When the work on it can begin.
    pub(super) ready: Instant,
    /// This exchange's id.
    pub(super) request_id: String,
}

impl Request {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The `Prefer` header's items.
    fn preferences(&self) -> impl Iterator<Item = &str> {
        let values = self.headers.get_all("prefer").into_iter().filter_map(|value| value.to_str().ok());
        values.flat_map(|value| value.split(',')).map(str::trim)
    }

    /// Whether ids are to be immutable.
    pub(super) fn wants_immutable_ids(&self) -> bool {
        self.preferences().any(|item| item.replace(' ', "").eq_ignore_ascii_case("IdType=\"ImmutableId\""))
    }

    /// The value of `Prefer: name="value"`.
    pub(super) fn preference(&self, name: &str) -> Option<String> {
        let value = |item: &str| {
            let (known, value) = item.split_once('=')?;
            known.trim().eq_ignore_ascii_case(name).then(|| value.trim().trim_matches('"').to_owned())
        };
        self.preferences().find_map(value)
    }

    /// `Prefer: odata.maxpagesize=n`.
    pub(super) fn preferred_page(&self) -> Option<usize> {
        let size = |item: &str| {
            let (name, size) = item.split_once('=')?;
            name.eq_ignore_ascii_case("odata.maxpagesize").then(|| size.parse().ok())?
        };
        self.preferences().find_map(size)
    }

    /// The client's own id of the exchange, else ours.
    pub(super) fn client_request_id(&self) -> &str {
        self.header("client-request-id").unwrap_or(&self.request_id)
    }

    /// Path and query as a fault rule sees them.
    pub(super) fn whole(&self) -> String {
        let question = if self.query.is_empty() { "" } else { "?" };
        format!("/v1.0{}{question}{}", self.path, self.query)
    }
}

/// What is sent back.
#[derive(Debug, Clone)]
pub(super) enum Content {
    Empty,
    Json(Value),
    /// `$count` and the like.
    Text(String),
    /// A file with its content type.
    File(String, Vec<u8>),
}

/// One response, outer or inner.
#[derive(Debug, Clone)]
pub(super) struct Response {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) content: Content,
    /// When it was due; not later than it was really there.
    pub(super) finished: Instant,
    /// The reply is lost by a fault: the client must not see it.
    pub(super) lost: bool,
}

impl Response {
    fn new(status: u16, content: Content) -> Self {
        Self { status, headers: Vec::new(), content, finished: Instant::now(), lost: false }
    }

    pub(super) fn json(status: u16, body: Value) -> Self {
        Self::new(status, Content::Json(body))
    }

    pub(super) fn no_content() -> Self {
        Self::new(204, Content::Empty)
    }

    pub(super) fn text(text: String) -> Self {
        Self::new(200, Content::Text(text))
    }

    pub(super) fn file(content_type: String, bytes: Vec<u8>) -> Self {
        Self::new(200, Content::File(content_type, bytes))
    }

    pub(super) fn with_header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    pub(super) fn content_type(&self) -> Option<&str> {
        match &self.content {
            Content::Empty => None,
            Content::Json(_) => Some(JSON),
            Content::Text(_) => Some("text/plain"),
            Content::File(content_type, _) => Some(content_type),
        }
    }

    /// As HTTP, with the headers that every answer of Graph has.
    pub(super) fn into_http(self, request: &Request) -> HttpResponse {
        let content_type = self.content_type().map(str::to_owned);
        let body = match self.content {
            Content::Empty => Body::empty(),
            Content::Json(value) => Body::from(value.to_string()),
            Content::Text(text) => Body::from(text),
            Content::File(_, bytes) => Body::from(bytes),
        };
        let mut response = (StatusCode::from_u16(self.status).unwrap_or_default(), body).into_response();
        let date = request.now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
        let standard = [
            ("request-id", request.request_id.clone()),
            ("client-request-id", request.client_request_id().to_owned()),
            ("x-ms-ags-diagnostic", DIAGNOSTIC.to_owned()),
            ("strict-transport-security", "max-age=31536000".to_owned()),
            ("cache-control", "private".to_owned()),
            ("date", date),
        ];
        let standard = standard.map(|(name, value)| (name.to_owned(), value));
        let content_type = content_type.map(|value| ("content-type".to_owned(), value));
        for (name, value) in standard.into_iter().chain(content_type).chain(self.headers) {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                response.headers_mut().insert(name, value);
            }
        }
        if self.lost {
            response.extensions_mut().insert(Lost);
        }
        response
    }
}

const DIAGNOSTIC: &str = "{\"ServerInfo\":{\"DataCenter\":\"Japan East\",\"Slice\":\"E\",\"Ring\":\"5\",\
                          \"ScaleUnit\":\"000\",\"RoleInstance\":\"SIMULATOR\"}}";
