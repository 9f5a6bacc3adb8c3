//! One request inside a batch, and the body of a batch.

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use crate::mailbox::IMMUTABLE_IDS;
use crate::transport::Repeat;

/// A request for [`Mailbox::batch`](crate::Mailbox::batch).
#[derive(Debug, Clone)]
pub struct BatchRequest {
    method: &'static str,
    /// Relative to the version root, encoded.
    url: String,
    /// Written once, here; a batch copies the text.
    body: Option<Box<RawValue>>,
    /// The version that the item must still have.
    if_match: Option<String>,
}

impl BatchRequest {
    /// A read. The address is relative to the version root, as in `/me/contacts`, and encoded.
    #[must_use]
    pub fn get(url: String) -> Self {
        Self { method: "GET", url, body: None, if_match: None }
    }

    /// A creation.
    ///
    /// # Panics
    /// If the body is something that JSON cannot say, such as a map with keys that are not text.
    #[must_use]
    pub fn post(url: String, body: &impl Serialize) -> Self {
        let body = Some(to_raw_value(body).expect("a body that JSON can say"));
        Self { method: "POST", url, body, if_match: None }
    }

    /// A change.
    ///
    /// # Panics
    /// As [`post`](Self::post).
    #[must_use]
    pub fn patch(url: String, body: &impl Serialize) -> Self {
        Self { method: "PATCH", ..Self::post(url, body) }
    }

    /// A deletion.
    #[must_use]
    pub fn delete(url: String) -> Self {
        Self { method: "DELETE", url, body: None, if_match: None }
    }

    /// Only if the item still has this version (412 `ErrorIrresolvableConflict` otherwise).
    #[must_use]
    pub fn if_match(mut self, etag: Option<&str>) -> Self {
        self.if_match = etag.map(str::to_owned);
        self
    }

    /// Only reads are the same twice without a look: a change repeated late could undo a newer one.
    pub(super) fn repeat(&self) -> Repeat {
        if self.method == "GET" { Repeat::Always } else { Repeat::IfNotExecuted }
    }
}

#[derive(Serialize)]
struct Batch<'a> {
    requests: Vec<Inner<'a>>,
}

#[derive(Serialize)]
struct Inner<'a> {
    id: String,
    method: &'static str,
    url: &'a str,
    headers: Headers<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<&'a RawValue>,
    #[serde(rename = "dependsOn", skip_serializing_if = "Option::is_none")]
    depends_on: Option<[String; 1]>,
}

/// The headers of the outer request do not reach the inner ones.
#[derive(Serialize)]
struct Headers<'a> {
    #[serde(rename = "Prefer")]
    prefer: &'static str,
    #[serde(rename = "Content-Type", skip_serializing_if = "Option::is_none")]
    content_type: Option<&'static str>,
    #[serde(rename = "If-Match", skip_serializing_if = "Option::is_none")]
    if_match: Option<&'a str>,
}

/// The body of a batch; the ids are the places in it. In a chain each depends on the one before.
pub(super) fn body<'a>(requests: impl Iterator<Item = &'a BatchRequest>, is_chain: bool) -> Vec<u8> {
    let requests = requests.enumerate().map(|(place, request)| Inner {
        id: place.to_string(),
        method: request.method,
        url: &request.url,
        headers: Headers {
            prefer: IMMUTABLE_IDS,
            content_type: request.body.is_some().then_some("application/json"),
            if_match: request.if_match.as_deref(),
        },
        body: request.body.as_deref(),
        depends_on: place.checked_sub(1).filter(|_| is_chain).map(|before| [before.to_string()]),
    });
    serde_json::to_vec(&Batch { requests: requests.collect() }).expect("texts are JSON")
}
