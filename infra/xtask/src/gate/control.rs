//! `/_gate/…`: the faults, steered by another process. Any gate of a stack steers all of them.
//!
//! | call | effect |
//! |---|---|
//! | `POST /_gate/arm` | count and log from now on |
//! | `POST /_gate/cut` `{"nth": 3, "when": "before"}` | arm, and cut that call and all later ones |
//! | `POST /_gate/lift` | let everything pass |
//! | `GET /_gate/calls` | `{"armed": false, "calls": [{number, gate, method, path, target?, outcome}]}` |
//!
//! The first three answer 204; calls here are neither counted nor cut.

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use serde::{Deserialize, Serialize};

use super::faults::{Call, Faults, When};

/// Paths that are the gate's own.
pub(super) const PREFIX: &str = "/_gate/";

/// More than any control call needs.
const MOST_BYTES: usize = 4096;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CutBody {
    nth: std::num::NonZeroUsize,
    when: When,
}

#[derive(Serialize)]
struct CallsBody {
    armed: bool,
    calls: Vec<Call>,
}

/// Answers a control call.
pub(super) async fn answer(faults: &Faults, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let path = request.uri().path().to_owned();
    match (request.method(), path.strip_prefix(PREFIX).unwrap_or_default()) {
        (&Method::POST, "arm") => {
            faults.arm();
            reply(StatusCode::NO_CONTENT, String::new())
        }
        (&Method::POST, "cut") => match cut(request.into_body()).await {
            Ok(CutBody { nth, when }) => {
                faults.cut(nth.get(), when);
                reply(StatusCode::NO_CONTENT, String::new())
            }
            Err(reason) => reply(StatusCode::BAD_REQUEST, reason),
        },
        (&Method::POST, "lift") => {
            faults.lift();
            reply(StatusCode::NO_CONTENT, String::new())
        }
        (&Method::GET, "calls") => calls(faults),
        _ => reply(StatusCode::NOT_FOUND, format!("no such control call: {path}")),
    }
}

async fn cut(body: Incoming) -> Result<CutBody, String> {
    let body = Limited::new(body, MOST_BYTES).collect().await.map_err(|error| error.to_string())?;
    serde_json::from_slice(&body.to_bytes()).map_err(|error| error.to_string())
}

fn calls(faults: &Faults) -> Response<Full<Bytes>> {
    let body = CallsBody { armed: faults.is_armed(), calls: faults.calls() };
    let json = serde_json::to_string(&body).expect("the log of calls is plain data");
    let mut reply = reply(StatusCode::OK, json);
    reply.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
    reply
}

fn reply(status: StatusCode, body: String) -> Response<Full<Bytes>> {
    let mut reply = Response::new(Full::from(body));
    *reply.status_mut() = status;
    reply
}
