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
use xtask::{project, tables::Tables};

use crate::{CLIENT_SECRET, credentials_document};

/// The template's tables, any queue, and one secret, at one address. What is sent to a queue can be taken;
/// nobody works it off.
#[derive(Debug)]
pub struct LocalAws {
    /// Where all of it is reached; a queue's URL is this, a slash and any name.
    pub url: String,
    _tables: Tables,
    held: Arc<Mutex<Held>>,
    serving: JoinHandle<()>,
}

/// A message: its queue's name, its id, its body.
type Message = (String, String, Value);

#[derive(Debug)]
struct Held {
    sent: Vec<Message>,
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
    tables: String,
    http: reqwest::Client,
    held: Arc<Mutex<Held>>,
}

impl LocalAws {
    /// Empty tables and queues; the secret is the one of [`crate::secrets`].
    pub async fn start() -> Self {
        let tables = Tables::start(&project::root().join("infra/template.yaml")).await.expect("tables");
        let secret = credentials_document(&json!({"client_secrets": [{"value": CLIENT_SECRET}]}));
        let held = Arc::new(Mutex::new(Held { sent: Vec::new(), secret, secret_reads: 0, cut: None }));
        let http = graph::http_client();
        let front = Front { tables: tables.url().to_string(), http, held: Arc::clone(&held) };
        let router = Router::new().fallback(answer).with_state(front);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let serving = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("a server does not end by itself");
        });
        Self { url, _tables: tables, held, serving }
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
        let mut held = self.held();
        let (taken, left) = std::mem::take(&mut held.sent).into_iter().partition(|(name, ..)| name == queue);
        held.sent = left;
        let taken: Vec<Message> = taken;
        let job = |(_, id, body)| (id, serde_json::from_value(body).expect("a job of this queue"));
        taken.into_iter().map(job).collect()
    }

    /// What is on a queue, which stays there.
    #[must_use]
    pub fn queued(&self, queue: &str) -> Vec<Value> {
        let held = self.held();
        let of_queue = held.sent.iter().filter(|(name, ..)| name == queue);
        of_queue.map(|(.., body)| body.clone()).collect()
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
    match target.split('.').next() {
        Some("AmazonSQS") => Json(take_in(front, &body)).into_response(),
        Some("secretsmanager") => {
            let mut held = front.held.lock().expect("no holder panics");
            held.secret_reads += 1;
            Json(json!({"Name": "secret", "SecretString": held.secret.to_string()})).into_response()
        }
        _ => {
            let reply = front.http.post(&front.tables).headers(headers).body(body).send().await;
            let reply = reply.expect("the tables answer");
            let status: StatusCode = reply.status();
            let json = [("content-type", "application/x-amz-json-1.0")];
            (status, json, reply.bytes().await.expect("a body")).into_response()
        }
    }
}

/// One message or a batch is sent.
fn take_in(front: &Front, body: &[u8]) -> Value {
    let request: Value = serde_json::from_slice(body).expect("SQS speaks JSON");
    let queue = request["QueueUrl"].as_str().and_then(|url| url.rsplit('/').next()).unwrap_or_default();
    let entries = request["Entries"].as_array().cloned().unwrap_or_else(|| vec![request.clone()]);
    let mut held = front.held.lock().expect("no holder panics");
    for entry in &entries {
        let body = entry["MessageBody"].as_str().expect("a message has a body");
        let body = serde_json::from_str(body).expect("a job is JSON");
        held.sent.push((queue.to_owned(), uuid::Uuid::new_v4().to_string(), body));
    }
    let taken = |entry: &Value| json!({"Id": entry["Id"], "MessageId": "m", "MD5OfMessageBody": "m"});
    let taken: Vec<Value> = entries.iter().map(taken).collect();
    json!({"MessageId": "m", "MD5OfMessageBody": "m", "Successful": taken, "Failed": []})
}
