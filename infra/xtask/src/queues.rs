//! An AWS of tests: the template's tables, and queues in memory beside them. What is sent to a queue can be
//! taken; nobody works it off.

use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use axum::{Json, Router};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// A message: its queue's name, its id, its body.
type Message = (String, String, Value);

/// Tables and queues at one address.
#[derive(Debug)]
pub struct Queues {
    /// Where both are reached; a queue's URL is this, a slash and any name.
    pub url: String,
    sent: Arc<Mutex<Vec<Message>>>,
}

#[derive(Clone)]
struct Front {
    tables: String,
    http: reqwest::Client,
    sent: Arc<Mutex<Vec<Message>>>,
}

impl Queues {
    /// Queues beside the tables at that address.
    ///
    /// # Panics
    /// There is no free port.
    pub async fn beside(tables: &str) -> Self {
        let sent = Arc::<Mutex<Vec<Message>>>::default();
        let http = reqwest::Client::builder().no_proxy().build().expect("a client");
        let front = Front { tables: tables.to_owned(), http, sent: Arc::clone(&sent) };
        let router = Router::new().fallback(any(answer)).with_state(front);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, sent }
    }

    /// The URL of a queue.
    #[must_use]
    pub fn url_of(&self, queue: &str) -> String {
        format!("{}/{queue}", self.url)
    }

    /// What was sent to a queue, each with its message's id; then the queue is empty.
    ///
    /// # Panics
    /// What was sent is not such a job.
    #[must_use]
    pub fn take<J: DeserializeOwned>(&self, queue: &str) -> Vec<(String, J)> {
        let mut sent = self.sent.lock().expect("no holder of the queues panics");
        let (taken, left) = std::mem::take(&mut *sent).into_iter().partition(|(name, ..)| name == queue);
        *sent = left;
        let taken: Vec<Message> = taken;
        let job = |(_, id, body)| (id, serde_json::from_value(body).expect("a job of this queue"));
        taken.into_iter().map(job).collect()
    }

    /// What is on a queue, which stays there.
    ///
    /// # Panics
    /// Who held the queues panicked.
    #[must_use]
    pub fn look_at(&self, queue: &str) -> Vec<Value> {
        let sent = self.sent.lock().expect("no holder of the queues panics");
        let of_queue = sent.iter().filter(|(name, ..)| name == queue);
        of_queue.map(|(.., body)| body.clone()).collect()
    }
}

async fn answer(State(front): State<Front>, headers: HeaderMap, body: Bytes) -> Response {
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
    if !target.starts_with("AmazonSQS") {
        let reply = front.http.post(&front.tables).headers(headers.clone()).body(body).send().await;
        let reply = reply.expect("the tables answer");
        let status = reply.status();
        let json = [("content-type", "application/x-amz-json-1.0")];
        return (status, json, reply.bytes().await.expect("a body")).into_response();
    }
    let request: Value = serde_json::from_slice(&body).expect("SQS speaks JSON");
    let queue = request["QueueUrl"].as_str().and_then(|url| url.rsplit('/').next()).unwrap_or_default();
    let entries = request["Entries"].as_array().cloned().unwrap_or_else(|| vec![request.clone()]);
    let mut sent = front.sent.lock().expect("no holder of the queues panics");
    for entry in &entries {
        let body = entry["MessageBody"].as_str().expect("a message has a body");
        let body = serde_json::from_str(body).expect("a job is JSON");
        sent.push((queue.to_owned(), uuid::Uuid::new_v4().to_string(), body));
    }
    let taken = |entry: &Value| json!({"Id": entry["Id"], "MessageId": "m", "MD5OfMessageBody": "m"});
    let taken: Vec<Value> = entries.iter().map(taken).collect();
    let reply = json!({"MessageId": "m", "MD5OfMessageBody": "m", "Successful": taken, "Failed": []});
    (StatusCode::OK, Json(reply)).into_response()
}
