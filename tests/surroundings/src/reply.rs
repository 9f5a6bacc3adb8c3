//! Calling a function's router as its trigger does.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use serde_json::Value;
use tower::ServiceExt;

/// What a router answered.
#[derive(Debug)]
pub struct Reply {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub text: String,
}

impl Reply {
    /// The router's answer to a request.
    pub async fn of(router: &Router, request: Request<Body>) -> Self {
        let reply = router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = reply.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.expect("a body");
        let text = String::from_utf8(bytes.to_vec()).expect("text");
        Self { status: parts.status, headers: parts.headers, text }
    }

    /// Its body, which is JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// A header; empty where there is none.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Where it leads; empty where it leads nowhere.
    #[must_use]
    pub fn location(&self) -> &str {
        self.header("location")
    }

    /// The answer was a success.
    pub fn done(self) -> Self {
        assert!(self.status.is_success(), "{self:?}");
        self
    }

    /// The problem that an answer of the API must be.
    pub fn problem(&self, status: u16, kind: &str) -> Value {
        assert_eq!(self.status, status, "{self:?}");
        assert_eq!(self.header("content-type"), "application/problem+json", "{self:?}");
        let problem = self.json();
        assert_eq!(problem["type"], format!("urn:setten:problem:{kind}"), "{problem}");
        problem
    }
}

/// Does to a browser's cookies what an answer says.
pub fn keep_cookies(jar: &mut BTreeMap<String, String>, headers: &HeaderMap) {
    for line in headers.get_all(header::SET_COOKIE) {
        let line = line.to_str().expect("text");
        let (name, value) = line.split(';').next().expect("a pair").split_once('=').expect("a pair");
        if line.contains("Max-Age=0") {
            jar.remove(name);
        } else {
            jar.insert(name.to_owned(), value.to_owned());
        }
    }
}

/// A browser's cookies as it sends them.
#[must_use]
pub fn cookie_line(jar: &BTreeMap<String, String>) -> String {
    jar.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
}
