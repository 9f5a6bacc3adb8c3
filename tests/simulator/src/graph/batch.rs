//! `POST /$batch`. Source: Graph page "Combine multiple HTTP requests using JSON batching"; "Microsoft Graph
//! service-specific throttling limits" for how Outlook runs the inner requests.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Instant;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures::future::join_all;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tokio::sync::watch;

use crate::app::App;

use super::call::{self, Bearer};
use super::error::GraphError;
use super::gate::Gate;
use super::schema;
use super::wire::{Content, Request, Response};

const MAX_REQUESTS: usize = 20;

/// One request inside a batch, as sent.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    id: String,
    method: String,
    url: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    body: Option<Value>,
    #[serde(default)]
    depends_on: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Items {
    requests: Vec<Item>,
}

/// Whether an inner request succeeded and when it was done, for those that depend on it: none while it runs.
type Outcome = watch::Receiver<Option<(bool, Instant)>>;

/// Answers a whole batch: 200 whenever it can be read.
pub(super) async fn run(app: &App, request: &Request, bearer: &Bearer) -> Response {
    app.stats.graph(format!("{} /$batch", request.method), false);
    let fault = call::strike(app, request, &[]);
    if let Some(action) = &fault {
        tokio::time::sleep(action.delay()).await;
        if let Some(response) = call::instead(request, action) {
            return response;
        }
    }
    let response = match (bearer, read(request)) {
        (Err(problem), _) => GraphError::unauthenticated(problem.to_string()).respond(request),
        (_, Err(error)) => error.respond(request),
        (Ok(_), Ok(items)) => run_all(app, request, bearer, items).await,
    };
    if let Some(action) = &fault {
        tokio::time::sleep(action.reply_delay()).await;
    }
    Response { lost: response.lost || fault.is_some_and(|action| action.drop_reply), ..response }
}

fn read(request: &Request) -> Result<Vec<Item>, GraphError> {
    if request.method != "POST" {
        return Err(GraphError::method(&request.method));
    }
    let members = schema::object(&request.body)?;
    let invalid = |_| GraphError::bad_request("Invalid batch payload format.");
    let Items { requests } = serde_json::from_value(Value::Object(members)).map_err(invalid)?;
    if requests.is_empty() || requests.len() > MAX_REQUESTS {
        let message = format!("Number of batch request steps must be between 1 and {MAX_REQUESTS}.");
        return Err(GraphError::bad_request(message));
    }
    let mut seen = HashSet::new();
    for item in &requests {
        for id in &item.depends_on {
            if !seen.contains(&id.to_lowercase()) {
                let message =
                    format!("Request '{}' depends on '{id}', which is not before it in the batch.", item.id);
                return Err(GraphError::bad_request(message));
            }
        }
        if item.id.is_empty() || !seen.insert(item.id.to_lowercase()) {
            return Err(GraphError::bad_request(format!(
                "Request Id '{}' has to be unique in a batch.",
                item.id
            )));
        }
        let has_type = item.headers.keys().any(|name| name.eq_ignore_ascii_case("content-type"));
        if item.body.is_some() && !has_type {
            let message =
                format!("Write request id : {} does not contain Content-Type header or body.", item.id);
            return Err(GraphError::bad_request(message));
        }
    }
    Ok(requests)
}

async fn run_all(app: &App, outer: &Request, bearer: &Bearer, items: Vec<Item>) -> Response {
    let gate = Gate::new(&app.settings());
    let mut outcomes: HashMap<String, Outcome> = HashMap::new();
    let mut running = Vec::new();
    for item in items {
        let (done, outcome) = watch::channel(None);
        let before: Vec<(String, Outcome)> = item
            .depends_on
            .iter()
            .filter_map(|id| Some((id.clone(), outcomes.get(&id.to_lowercase())?.clone())))
            .collect();
        outcomes.insert(item.id.to_lowercase(), outcome);
        let gate = &gate;
        running.push(async move {
            let mut request = inner(outer, &item);
            let response = match ready_after(before, outer.ready).await {
                Err(id) => GraphError::failed_dependency(&id).respond(&request),
                Ok(ready) => {
                    request.ready = ready;
                    call::answer(app, &request, bearer, Some(gate)).await
                }
            };
            done.send_replace(Some((response.status < 400, response.finished)));
            (item.id, response)
        });
    }
    let responses = join_all(running).await;
    let lost = responses.iter().any(|(_, response)| response.lost);
    let shown: Vec<Value> = responses.into_iter().map(|(id, response)| show(id, response)).collect();
    Response { lost, ..Response::json(200, json!({ "responses": shown })) }
}

/// Waits for what a request depends on; when the last of it was done comes back, or the id of one that
/// failed.
async fn ready_after(before: Vec<(String, Outcome)>, mut ready: Instant) -> Result<Instant, String> {
    for (id, mut outcome) in before {
        match outcome.wait_for(Option::is_some).await.map(|outcome| *outcome) {
            Ok(Some((true, finished))) => ready = ready.max(finished),
            _ => return Err(id),
        }
    }
    Ok(ready)
}

/// An inner request; who sends it and when is the outer one's.
fn inner(outer: &Request, item: &Item) -> Request {
    let url = if item.url.starts_with('/') { item.url.clone() } else { format!("/{}", item.url) };
    let (path, query) = url.split_once('?').unwrap_or((&url, ""));
    let mut headers = HeaderMap::new();
    for (name, value) in &item.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name.as_str()), HeaderValue::try_from(value)) {
            headers.append(name, value);
        }
    }
    let is_json =
        headers.get("content-type").is_some_and(|value| value.as_bytes().starts_with(b"application/json"));
    let body = match &item.body {
        None => Bytes::new(),
        Some(Value::String(text)) if !is_json => {
            STANDARD.decode(text).map_or_else(|_| text.clone().into(), Bytes::from)
        }
        Some(body) => Bytes::from(body.to_string()),
    };
    Request {
        method: item.method.to_ascii_uppercase(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers,
        body,
        inner: true,
        request_id: uuid::Uuid::new_v4().to_string(),
        ..outer.clone()
    }
}

fn show(id: String, response: Response) -> Value {
    let mut headers = Map::from_iter([("Cache-Control".to_owned(), Value::from("private"))]);
    if let Some(content_type) = response.content_type() {
        headers.insert("Content-Type".to_owned(), content_type.into());
    }
    for (name, value) in &response.headers {
        headers.insert(name.clone(), value.clone().into());
    }
    let mut shown = json!({"id": id, "status": response.status, "headers": headers});
    match response.content {
        Content::Empty => {}
        Content::Json(body) => shown["body"] = body,
        Content::Text(text) => shown["body"] = text.into(),
        Content::File(_, bytes) => shown["body"] = STANDARD.encode(bytes).into(),
    }
    shown
}
