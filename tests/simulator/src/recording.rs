//! Every Microsoft exchange as `check_traffic.py` reads it: one JSON object per line.

use std::collections::VecDeque;
use std::fs::File;
use std::io::Write;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::app::App;
use crate::fault::Probe;
use crate::graph::subscriptions::is_loopback;
use crate::server::Lost;

/// Graph's and Entra's limit of a request body.
const BODY_LIMIT: usize = 4 * 1024 * 1024;
/// How many exchanges `GET /_sim/traffic` holds; older ones are dropped.
const KEPT: usize = 50_000;

/// Keeps exchanges, and writes them to a file if there is one. A thread of its own does the formatting, so
/// that a benchmark does not wait for it; whoever asks for the lines waits until it has caught up.
#[derive(Debug)]
pub(crate) struct Recorder {
    inbox: Sender<Order>,
}

/// What the thread is told.
enum Order {
    Keep(Box<Exchange>),
    Clear,
    /// Every line kept.
    Lines(Sender<String>),
}

/// One exchange as it went over the wire.
struct Exchange {
    kind: &'static str,
    started: Timestamp,
    request: (http::request::Parts, Bytes),
    response: (http::response::Parts, Bytes),
}

impl Default for Recorder {
    fn default() -> Self {
        Self::new(None)
    }
}

impl Recorder {
    pub(crate) fn new(file: Option<File>) -> Self {
        let (inbox, orders) = channel();
        std::thread::spawn(move || keep(&orders, file));
        Self { inbox }
    }

    fn order(&self, order: Order) {
        if self.inbox.send(order).is_err() {
            eprintln!("the recorder is gone; nothing more is recorded");
        }
    }

    /// Every exchange kept, one per line; what came before is in the file by then.
    pub(crate) fn lines(&self) -> String {
        let (answer, lines) = channel();
        self.order(Order::Lines(answer));
        lines.recv().unwrap_or_default()
    }

    pub(crate) fn clear(&self) {
        self.order(Order::Clear);
    }

    /// Keeps a request that went out to a client's endpoint: content type and body, status, headers and body.
    pub(crate) fn notification(
        &self,
        started: Timestamp,
        url: &str,
        (content_type, asked): (&str, Bytes),
        (status, answer_headers, answer): (StatusCode, &HeaderMap, Bytes),
    ) {
        let request = Request::post(url).header(header::CONTENT_TYPE, content_type).body(());
        let Ok((request, ())) = request.map(Request::into_parts) else { return };
        let mut response = http::Response::new(()).into_parts().0;
        response.status = status;
        response.headers = answer_headers.clone();
        let (request, response) = ((request, asked), (response, answer));
        self.order(Order::Keep(Box::new(Exchange { kind: "notification", started, request, response })));
    }
}

/// The thread: works the orders off until the recorder is dropped.
fn keep(orders: &Receiver<Order>, mut file: Option<File>) {
    let mut lines: VecDeque<String> = VecDeque::new();
    for order in orders {
        match order {
            Order::Clear => lines.clear(),
            Order::Lines(answer) => {
                // Whoever asked may have gone away.
                drop(answer.send(lines.iter().map(String::as_str).collect()));
            }
            Order::Keep(exchange) => {
                let line = format!("{}\n", record(&exchange));
                if let Some(file) = &mut file
                    && let Err(error) = file.write_all(line.as_bytes())
                {
                    eprintln!("the exchange is not recorded: {error}");
                }
                if lines.len() == KEPT {
                    lines.pop_front();
                }
                lines.push_back(line);
            }
        }
    }
}

/// What a path belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Graph,
    /// One of Entra's real endpoints (not the pages behind the sign-in form).
    Entra,
    /// Not Microsoft's: our own pages and control.
    Other,
}

fn side(path: &str) -> Side {
    const ENTRA: [&str; 8] = [
        "oauth2/v2.0/authorize",
        "oauth2/v2.0/token",
        "oauth2/v2.0/logout",
        "adminconsent",
        "v2.0/adminconsent",
        "discovery/v2.0/keys",
        "v2.0/.well-known/openid-configuration",
        "discovery/keys",
    ];
    let path = path.trim_start_matches('/');
    let (first, rest) = path.split_once('/').unwrap_or((path, ""));
    match first {
        "v1.0" => Side::Graph,
        _ if ENTRA.contains(&rest.to_ascii_lowercase().as_str()) => Side::Entra,
        _ => Side::Other,
    }
}

/// Around every request to Graph and Entra: the body limit, the faults of Entra's endpoints, the record.
pub(crate) async fn exchange(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let side = side(request.uri().path());
    if side == Side::Other {
        return next.run(request).await;
    }
    let started = app.clock.now();
    let (parts, body) = request.into_parts();
    let asked = parts.clone();
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        return too_large(&app);
    };
    let run = next.run(Request::from_parts(parts, Body::from(body.clone())));
    let response = match side {
        Side::Entra => entra_with_faults(&app, &asked, run).await,
        _ => run.await,
    };
    if !app.settings().record_traffic {
        return response;
    }
    let (parts, response_body) = response.into_parts();
    let response_body = to_bytes(response_body, usize::MAX).await.unwrap_or_default();
    let kind = if side == Side::Graph { "graph" } else { "entra" };
    let exchange =
        Exchange { kind, started, request: (asked, body), response: (parts.clone(), response_body.clone()) };
    app.recorder.order(Order::Keep(Box::new(exchange)));
    Response::from_parts(parts, Body::from(response_body))
}

fn record(exchange: &Exchange) -> Value {
    let ((request, request_body), (response, response_body)) = (&exchange.request, &exchange.response);
    let (mut asked, mut answered) =
        (body(&request.headers, request_body), body(&response.headers, response_body));
    if exchange.kind == "graph" && request.uri.path().starts_with("/v1.0/subscriptions") {
        let all = answered.get_mut("value").and_then(Value::as_array_mut).into_iter().flatten();
        all.for_each(as_deployed);
        as_deployed(&mut asked);
        as_deployed(&mut answered);
    }
    let mut record = json!({
        "kind": exchange.kind,
        "time": exchange.started.to_string(),
        "method": request.method.as_str(),
        "path": request.uri.path(),
        "query": request.uri.query(),
        "request_headers": headers(&request.headers),
        "request_body": asked,
        "status": response.status.as_u16(),
        "response_headers": headers(&response.headers),
        "response_body": answered,
    });
    if response.extensions.get::<Lost>().is_some() {
        record["reply_lost"] = true.into();
    }
    record
}

/// Shows the loopback addresses of a subscription as HTTPS. The contract demands it of what is deployed; a
/// stack on one machine has no certificates, and the simulator calls no other plain address.
fn as_deployed(subscription: &mut Value) {
    for member in ["notificationUrl", "lifecycleNotificationUrl"] {
        let Some(Value::String(text)) = subscription.get_mut(member) else { continue };
        let plain = text.strip_prefix("http://").map(str::to_owned);
        if let Some(rest) = plain
            && text.parse().is_ok_and(|url| is_loopback(&url))
        {
            *text = format!("https://{rest}");
        }
    }
}

/// Header names in lower case; credentials are left out of the record.
fn headers(headers: &HeaderMap) -> Map<String, Value> {
    let show = |(name, value): (&header::HeaderName, &HeaderValue)| {
        let text = String::from_utf8_lossy(value.as_bytes());
        let scheme = text.split(' ').next().unwrap_or_default();
        let shown = match name {
            &header::AUTHORIZATION => format!("{scheme} <redacted>"),
            _ => text.into_owned(),
        };
        (name.as_str().to_owned(), Value::String(shown))
    };
    headers.iter().map(show).collect()
}

fn body(headers: &HeaderMap, bytes: &Bytes) -> Value {
    if bytes.is_empty() {
        return Value::Null;
    }
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let is_json = content_type.is_some_and(|value| value.starts_with("application/json"));
    let parsed = if is_json { serde_json::from_slice(bytes).ok() } else { None };
    parsed.unwrap_or_else(|| Value::String(String::from_utf8_lossy(bytes).into_owned()))
}

/// Entra's part of the fault gate; Graph's stands behind the routing, where mailboxes are known.
async fn entra_with_faults(
    app: &App,
    request: &http::request::Parts,
    run: impl Future<Output = Response>,
) -> Response {
    let path = request.uri.path();
    let rest = path.trim_start_matches('/').split_once('/').map_or("", |(_, rest)| rest);
    let is_token = rest.eq_ignore_ascii_case("oauth2/v2.0/token");
    app.stats.entra(format!("{} /{{tenant}}/{rest}", request.method), is_token);
    let whole = request.uri.path_and_query().map_or(path, |both| both.as_str());
    let probe = Probe { method: request.method.as_str(), path: whole, mailbox: &[] };
    let Some(action) = app.faults.strike(&probe) else { return run.await };
    app.stats.fault();
    tokio::time::sleep(action.delay()).await;
    let mut response = match action.status {
        _ if action.drop_request => StatusCode::BAD_GATEWAY.into_response(),
        None => run.await,
        Some(status) => {
            let body = action.body.clone().unwrap_or_else(|| entra_error(app, status));
            let mut response =
                (StatusCode::from_u16(status).unwrap_or_default(), axum::Json(body)).into_response();
            for (name, value) in action.answer_headers(status) {
                if let (Ok(name), Ok(value)) =
                    (header::HeaderName::try_from(name), HeaderValue::try_from(value))
                {
                    response.headers_mut().insert(name, value);
                }
            }
            response
        }
    };
    tokio::time::sleep(action.reply_delay()).await;
    if action.drop_reply || action.drop_request {
        response.extensions_mut().insert(Lost);
    }
    response
}

/// What Entra says when it is not well (AADSTS90033: a transient error).
fn entra_error(app: &App, status: u16) -> Value {
    let (trace, correlation) = (uuid::Uuid::new_v4(), uuid::Uuid::new_v4());
    let timestamp = app.clock.now().strftime("%Y-%m-%d %H:%M:%SZ").to_string();
    let error = if status >= 500 || status == 429 { "temporarily_unavailable" } else { "invalid_request" };
    json!({
        "error": error,
        "error_description": format!(
            "AADSTS90033: A transient error has occurred. Please try again. Trace ID: {trace} \
             Correlation ID: {correlation} Timestamp: {timestamp}"
        ),
        "error_codes": [90033],
        "timestamp": timestamp,
        "trace_id": trace,
        "correlation_id": correlation,
    })
}

fn too_large(app: &App) -> Response {
    let id = uuid::Uuid::new_v4().to_string();
    let date = app.clock.now().strftime("%Y-%m-%dT%H:%M:%S").to_string();
    let body = json!({"error": {
        "code": "RequestEntityTooLarge",
        "message": "The size of the request exceeds the maximum of 4 MB.",
        "innerError": {"date": date, "request-id": id, "client-request-id": id},
    }});
    (StatusCode::PAYLOAD_TOO_LARGE, [("request-id", id)], axum::Json(body)).into_response()
}
