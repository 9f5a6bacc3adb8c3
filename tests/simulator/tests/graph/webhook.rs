//! A client's endpoint for notifications: it remembers what it was sent, and answers as it is told.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{OriginalUri, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde_json::Value;

/// How the endpoint answers.
#[derive(Debug, Clone)]
pub(crate) struct Manners {
    /// The status of an answer to a validation.
    pub(crate) validation_status: u16,
    /// What is sent back in place of the token.
    pub(crate) validation_body: Option<String>,
    pub(crate) validation_type: &'static str,
    /// The statuses of answers to notifications, one after the other; the last one stays.
    pub(crate) statuses: Vec<u16>,
    /// Before each answer.
    pub(crate) delay: Duration,
}

impl Default for Manners {
    fn default() -> Self {
        Self {
            validation_status: 200,
            validation_body: None,
            validation_type: "text/plain",
            statuses: vec![202],
            delay: Duration::ZERO,
        }
    }
}

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) path: String,
    pub(crate) query: BTreeMap<String, String>,
    pub(crate) content_type: String,
    pub(crate) body: Value,
}

#[derive(Debug, Default)]
struct Inner {
    manners: Mutex<Manners>,
    received: Mutex<Vec<Received>>,
}

/// The endpoint.
#[derive(Debug, Clone)]
pub(crate) struct Webhook {
    pub(crate) url: String,
    inner: Arc<Inner>,
}

impl Webhook {
    pub(crate) async fn start() -> Self {
        let inner = Arc::new(Inner::default());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let router = Router::new().fallback(answer).with_state(Arc::clone(&inner));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, inner }
    }

    /// From now on it answers so.
    pub(crate) fn behave(&self, manners: Manners) {
        *self.inner.manners.lock().expect("not poisoned") = manners;
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.inner.received.lock().expect("not poisoned").clone()
    }

    /// Every notification that came to `path`, in the order of arrival.
    pub(crate) fn notifications(&self, path: &str) -> Vec<Value> {
        let at_path = self.received().into_iter().filter(|received| received.path == path);
        at_path.flat_map(|received| received.body["value"].as_array().cloned().unwrap_or_default()).collect()
    }

    /// Waits until so many notifications came to `path`; they come back.
    pub(crate) async fn wait_for(&self, path: &str, count: usize) -> Vec<Value> {
        let begun = Instant::now();
        loop {
            let notifications = self.notifications(path);
            if notifications.len() >= count {
                return notifications;
            }
            assert!(begun.elapsed() < Duration::from_secs(10), "only {notifications:?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

/// Long enough for a notification that must not come.
pub(crate) async fn quiet() {
    tokio::time::sleep(Duration::from_millis(250)).await;
}

async fn answer(
    State(inner): State<Arc<Inner>>,
    uri: OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let query: BTreeMap<String, String> =
        url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
    let content_type = headers.get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let received = Received {
        path: uri.path().to_owned(),
        query: query.clone(),
        content_type: content_type.to_owned(),
        body: serde_json::from_slice(&body).unwrap_or(Value::Null),
    };
    let (manners, status) = {
        let mut manners = inner.manners.lock().expect("not poisoned");
        let is_notification = !query.contains_key("validationToken");
        let status = manners.statuses[0];
        if is_notification && manners.statuses.len() > 1 {
            manners.statuses.remove(0);
        }
        (manners.clone(), status)
    };
    tokio::time::sleep(manners.delay).await;
    inner.received.lock().expect("not poisoned").push(received);
    let status_code = |code| http::StatusCode::from_u16(code).expect("a status");
    match query.get("validationToken") {
        None => status_code(status).into_response(),
        Some(token) => {
            let body = manners.validation_body.unwrap_or_else(|| token.clone());
            let content_type = [("content-type", manners.validation_type)];
            (status_code(manners.validation_status), content_type, body).into_response()
        }
    }
}
