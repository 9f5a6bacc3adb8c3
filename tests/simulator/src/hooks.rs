//! A CRM's receiver of webhooks: `POST /hooks/{name}` is recorded as it came, and answered as was asked for.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::app::App;
use crate::control::{Body, Refused};
use crate::server::Lost;

/// The receivers, by name.
#[derive(Debug, Default)]
pub(crate) struct Hooks(Mutex<HashMap<String, Receiver>>);

#[derive(Debug, Default)]
struct Receiver {
    requests: Vec<Received>,
    answers: VecDeque<Answer>,
}

/// A request as it came.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Received {
    headers: BTreeMap<String, String>,
    body: String,
    /// What it was answered with; 0 when the connection was closed without an answer.
    status: u16,
}

/// How the next requests are answered, before it is 204 again.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Answer {
    #[serde(default = "no_content")]
    status: u16,
    /// Where a redirect leads.
    location: Option<String>,
    #[serde(default)]
    delay_ms: u64,
    /// The request is recorded, and the connection closed without an answer.
    #[serde(default)]
    drop_reply: bool,
    #[serde(default = "once")]
    times: u32,
}

fn no_content() -> u16 {
    204
}

fn once() -> u32 {
    1
}

impl Hooks {
    fn all(&self) -> MutexGuard<'_, HashMap<String, Receiver>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn clear(&self) {
        self.all().clear();
    }

    /// Records a request and says how to answer it.
    fn take(&self, name: &str, headers: &HeaderMap, body: &Bytes) -> Answer {
        let mut all = self.all();
        let receiver = all.entry(name.to_owned()).or_default();
        let answer = match receiver.answers.front_mut() {
            None => Answer { status: 204, location: None, delay_ms: 0, drop_reply: false, times: 1 },
            Some(next) => {
                let answer = next.clone();
                next.times = next.times.saturating_sub(1);
                if next.times == 0 {
                    receiver.answers.pop_front();
                }
                answer
            }
        };
        let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        receiver.requests.push(Received {
            headers: headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
            body: String::from_utf8_lossy(body).into_owned(),
            status: if answer.drop_reply { 0 } else { answer.status },
        });
        answer
    }
}

/// Where the receivers are.
pub(crate) fn router() -> Router<Arc<App>> {
    Router::new().route("/hooks/{name}", post(receive))
}

/// Looking at them, relative to `/_sim`.
pub(crate) fn control() -> Router<Arc<App>> {
    Router::new().route("/hooks/{name}", get(show).post(behave).delete(forget))
}

async fn receive(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let answer = app.hooks.take(&name, &headers, &body);
    tokio::time::sleep(Duration::from_millis(answer.delay_ms)).await;
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = match answer.location {
        Some(location) => (status, [(header::LOCATION, location)]).into_response(),
        None => status.into_response(),
    };
    if answer.drop_reply {
        response.extensions_mut().insert(Lost);
    }
    response
}

async fn show(State(app): State<Arc<App>>, Path(name): Path<String>) -> Json<Value> {
    let all = app.hooks.all();
    let requests = all.get(&name).map(|receiver| receiver.requests.as_slice()).unwrap_or_default();
    Json(json!({"requests": requests}))
}

async fn behave(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    Body(answer): Body<Answer>,
) -> Result<StatusCode, Refused> {
    if StatusCode::from_u16(answer.status).is_err() || answer.times == 0 {
        return Err(Refused(StatusCode::BAD_REQUEST, "no such status, or no times".to_owned()));
    }
    app.hooks.all().entry(name).or_default().answers.push_back(answer);
    Ok(StatusCode::CREATED)
}

async fn forget(State(app): State<Arc<App>>, Path(name): Path<String>) -> StatusCode {
    app.hooks.all().remove(&name);
    StatusCode::NO_CONTENT
}
