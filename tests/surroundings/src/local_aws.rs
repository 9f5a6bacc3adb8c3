//! An AWS in memory.

use std::sync::{Arc, Mutex, MutexGuard};

use aws::Aws;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use xtask::{project, queues::Queues, tables::Tables};

use crate::{CLIENT_SECRET, credentials_document};

/// The template's tables, any queue, and one secret, at one address. What is sent to a queue can be taken;
/// nobody works it off.
#[derive(Debug)]
pub struct LocalAws {
    /// Where all of it is reached; a queue's URL is this, a slash and any name.
    pub url: String,
    _tables: Tables,
    queues: Queues,
    held: Arc<Mutex<Held>>,
    serving: JoinHandle<()>,
}

#[derive(Debug)]
struct Held {
    secret: Value,
    secret_reads: usize,
    /// Calls that are left until the cut, and whether the last of them takes effect.
    cut: Option<(usize, bool)>,
}

/// What becomes of a call.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Answered,
    /// It takes effect, and the answer is lost.
    Unheard,
    Refused,
}

impl Held {
    fn fate(&mut self) -> Fate {
        match &mut self.cut {
            None => Fate::Answered,
            Some((0, _)) => Fate::Refused,
            Some((left, takes_effect)) => {
                *left -= 1;
                match (*left, *takes_effect) {
                    (0, true) => Fate::Unheard,
                    (0, false) => Fate::Refused,
                    _ => Fate::Answered,
                }
            }
        }
    }
}

#[derive(Clone)]
struct Front {
    /// Where tables and queues are.
    inner: String,
    http: reqwest::Client,
    held: Arc<Mutex<Held>>,
}

impl LocalAws {
    /// Empty tables and queues; the secret is the one of [`crate::secrets`].
    pub async fn start() -> Self {
        let tables = Tables::start(&project::root().join("infra/template.yaml")).await.expect("tables");
        let queues = Queues::beside(tables.url().as_str()).await;
        let secret = credentials_document(&json!({"client_secrets": [{"value": CLIENT_SECRET}]}));
        let held = Arc::new(Mutex::new(Held { secret, secret_reads: 0, cut: None }));
        let http = graph::http_client();
        let front = Front { inner: queues.url.clone(), http, held: Arc::clone(&held) };
        let router = Router::new().fallback(answer).with_state(front);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let serving = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("a server does not end by itself");
        });
        Self { url, _tables: tables, queues, held, serving }
    }

    /// A client of it.
    #[must_use]
    pub fn client(&self) -> Aws {
        Aws::at(&self.url)
    }

    /// The URL of a queue.
    #[must_use]
    pub fn url_of(&self, queue: &str) -> String {
        format!("{}/{queue}", self.url)
    }

    /// What was sent to a queue, each with its message's id; then the queue is empty.
    #[must_use]
    pub fn take<J: DeserializeOwned>(&self, queue: &str) -> Vec<(String, J)> {
        self.queues.take(queue)
    }

    /// What is on a queue, which stays there.
    #[must_use]
    pub fn queued(&self, queue: &str) -> Vec<Value> {
        self.queues.look_at(queue)
    }

    /// What Secrets Manager holds from now on, under every name.
    pub fn put_secret(&self, document: Value) {
        self.held().secret = document;
    }

    /// How often the secret was read.
    #[must_use]
    pub fn secret_reads(&self) -> usize {
        self.held().secret_reads
    }

    /// From the nth call on (from 1) every answer is a failure that is not worth a repeat, so that nobody waits
    /// for one as behind a gate; whether the nth itself takes effect before. None: it answers again.
    pub fn cut_at(&self, nth: Option<(usize, bool)>) {
        self.held().cut = nth;
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().expect("no holder panics")
    }
}

impl Drop for LocalAws {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn answer(State(front): State<Front>, headers: HeaderMap, body: Bytes) -> Response {
    let fate = front.held.lock().expect("no holder panics").fate();
    if fate == Fate::Refused {
        return refusal();
    }
    let answer = take_effect(&front, headers, body).await;
    if fate == Fate::Unheard { refusal() } else { answer }
}

fn refusal() -> Response {
    let body = json!({"__type": "com.amazon.coral.service#AccessDeniedException", "message": "cut"});
    (StatusCode::BAD_REQUEST, Json(body)).into_response()
}

async fn take_effect(front: &Front, headers: HeaderMap, body: Bytes) -> Response {
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
    if target.starts_with("secretsmanager") {
        let mut held = front.held.lock().expect("no holder panics");
        held.secret_reads += 1;
        return Json(json!({"Name": "secret", "SecretString": held.secret.to_string()})).into_response();
    }
    let reply = front.http.post(&front.inner).headers(headers).body(body).send().await;
    let reply = reply.expect("tables and queues answer");
    let (status, json) = (reply.status(), [("content-type", "application/x-amz-json-1.0")]);
    (status, json, reply.bytes().await.expect("a body")).into_response()
}
