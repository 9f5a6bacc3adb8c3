//! A far side that answers as a test scripts it, and remembers what it was asked.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::response::Response;
use serde_json::{Value, json};
use tokio::time::Instant;
use url::Url;

use crate::mailbox::{Graph, Mailbox};
use crate::settings::GraphSettings;
use crate::transport::http_client;

/// A request as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) method: String,
    /// With its query, as on the wire.
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    /// Since the stub started.
    pub(crate) at: Duration,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("a JSON body")
    }

    /// The inner requests of a batch.
    pub(crate) fn inner(&self) -> Vec<Value> {
        self.json()["requests"].as_array().expect("a batch").clone()
    }
}

/// What happens to a request.
pub(crate) enum Act {
    Answer(u16, Value),
    /// With this `Retry-After`.
    Refuse(u16, &'static str),
    /// It takes effect, but the connection breaks.
    LoseReply,
    /// Nothing ever comes.
    Hang,
}

impl Act {
    /// A 200 for a batch, the last answer first, as Graph may order them. What depends on a failure is not
    /// asked for: it gets 424.
    pub(crate) fn batch(request: &Seen, answer: impl Fn(&Value) -> Value) -> Self {
        let mut failed = Vec::new();
        let mut responses = Vec::new();
        for inner in request.inner() {
            let depends_on = inner["dependsOn"].as_array().cloned().unwrap_or_default();
            let mut reply = match depends_on.iter().find(|&id| failed.contains(id)) {
                Some(_) => json!({"status": 424, "body": {"error": {"code": "FailedDependency"}}}),
                None => answer(&inner),
            };
            if reply["status"].as_u64().expect("a status") >= 400 {
                failed.push(inner["id"].clone());
            }
            reply["id"] = inner["id"].clone();
            responses.insert(0, reply);
        }
        Self::Answer(200, json!({ "responses": responses }))
    }
}

pub(crate) struct Stub {
    pub(crate) url: Url,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Stub {
    /// Asks `script` for every request, with its number from 0.
    pub(crate) async fn start(script: impl Fn(usize, &Seen) -> Act + Send + Sync + 'static) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address")).parse().expect("a URL");
        let (seen, start) = (Arc::new(Mutex::new(Vec::new())), Instant::now());
        let (kept, script) = (Arc::clone(&seen), Arc::new(script));
        let app = Router::new().fallback(move |request: Request| {
            let (seen, script) = (Arc::clone(&seen), Arc::clone(&script));
            async move {
                let request = read(request, start).await;
                let number = seen.lock().expect("no panic").len();
                seen.lock().expect("no panic").push(request.clone());
                respond(script(number, &request)).await
            }
        });
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { url, seen: kept }
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().expect("no panic").clone()
    }

    pub(crate) fn graph(&self) -> Graph {
        Graph::new(http_client(), GraphSettings { graph_url: self.url.clone() })
    }

    pub(crate) fn mailbox(&self) -> Mailbox {
        self.graph().mailbox("SECRET-TOKEN".into())
    }
}

async fn read(request: Request, start: Instant) -> Seen {
    let (parts, body) = request.into_parts();
    let text = |value: &axum::http::HeaderValue| value.to_str().expect("ASCII").to_owned();
    Seen {
        method: parts.method.to_string(),
        path: parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
        headers: parts.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
        body: String::from_utf8(to_bytes(body, usize::MAX).await.expect("a body").to_vec()).expect("UTF-8"),
        at: start.elapsed(),
    }
}

async fn respond(act: Act) -> Response {
    match act {
        Act::Answer(status, body) => response(status).body(body.to_string().into()),
        Act::Refuse(status, wait) => response(status).header("retry-after", wait).body(Body::empty()),
        Act::LoseReply => {
            let broken = futures::stream::once(async { Err::<Vec<u8>, _>(std::io::Error::other("cut")) });
            response(200).body(Body::from_stream(broken))
        }
        Act::Hang => futures::future::pending().await,
    }
    .expect("a response")
}

fn response(status: u16) -> axum::http::response::Builder {
    Response::builder().status(status).header("content-type", "application/json")
}
