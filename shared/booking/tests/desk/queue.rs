//! A queue in memory, beside the template's tables.

use std::sync::{Arc, Mutex};

use axum::{Router, body::Bytes, extract::State, http::HeaderMap, response::IntoResponse, routing::any};
use booking::BookingJob;
use serde_json::{Value, json};

/// An AWS with the tables and a queue: what is sent to `jobs` can be taken, mails are forgotten.
pub(crate) struct QueueDouble {
    pub(crate) url: String,
    jobs: Jobs,
}

type Jobs = Arc<Mutex<Vec<(String, BookingJob)>>>;

impl QueueDouble {
    pub(crate) async fn start(tables: &str) -> Self {
        let jobs = Jobs::default();
        let state = (tables.to_owned(), graph::http_client(), Arc::clone(&jobs));
        let router = Router::new().fallback(any(answer)).with_state(state);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, jobs }
    }

    /// What was sent, by its message's id; then the queue is empty.
    pub(crate) fn take(&self) -> Vec<(String, BookingJob)> {
        std::mem::take(&mut *self.jobs.lock().expect("no panic"))
    }
}

async fn answer(
    State((tables, http, jobs)): State<(String, reqwest::Client, Jobs)>,
    headers: HeaderMap,
    body: Bytes,
) -> impl IntoResponse {
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
    if !target.starts_with("AmazonSQS") {
        let reply = http.post(&tables).headers(headers.clone()).body(body).send().await.expect("an answer");
        let status = reply.status();
        return (
            status,
            [("content-type", "application/x-amz-json-1.0")],
            reply.bytes().await.expect("a body"),
        );
    }
    let sent: Value = serde_json::from_slice(&body).expect("JSON");
    let entries = sent["Entries"].as_array().cloned().unwrap_or_else(|| vec![sent.clone()]);
    if sent["QueueUrl"].as_str().is_some_and(|url| url.ends_with("/jobs")) {
        let mut jobs = jobs.lock().expect("no panic");
        for entry in &entries {
            let job = serde_json::from_str(entry["MessageBody"].as_str().expect("a body")).expect("a job");
            jobs.push((uuid::Uuid::new_v4().to_string(), job));
        }
    }
    let taken = |entry: &Value| json!({"Id": entry["Id"], "MessageId": "m", "MD5OfMessageBody": "m"});
    let taken: Vec<Value> = entries.iter().map(taken).collect();
    let reply = json!({"MessageId": "m", "MD5OfMessageBody": "m", "Successful": taken, "Failed": []});
    (axum::http::StatusCode::OK, [("content-type", "application/x-amz-json-1.0")], reply.to_string().into())
}
