//! `Idempotency-Key`: a POST that is sent again with the same key is done once. The first answer is given again
//! for a day.

use accounts::{Answer, Once, Turn};
use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use cards::import::MAX_FILE_BYTES;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header, request::Parts, response};
use types::Chain;

use crate::{Api, auth, body, problem::Problem};

const HEADER: &str = "idempotency-key";

/// Tells an answer that was given before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The longest answer that is kept: sealed it has to fit into an item. What answers at more length changes nothing
/// when it is done again: imports and updates of cards.
const MOST_KEPT: usize = 200_000;

/// The headers that belong to a body.
const KEPT: [HeaderName; 2] = [header::CONTENT_TYPE, header::ETAG];

/// Does a POST with a key once; lets everything else through.
pub(crate) async fn once(State(api): State<Api>, request: Request, next: Next) -> Response {
    if request.method() != Method::POST || !request.headers().contains_key(HEADER) {
        return next.run(request).await;
    }
    attempt(&api, request, next).await.unwrap_or_else(IntoResponse::into_response)
}

async fn attempt(api: &Api, request: Request, next: Next) -> Result<Response, Problem> {
    let (mut parts, sent) = request.into_parts();
    let name = key(&parts.headers)?.to_owned();
    let caller = auth::key(&mut parts, api).await?.caller;
    let bytes = body::read(sent, MAX_FILE_BYTES).await?;
    let sealer = api.secrets.sealer()?;
    match api.accounts.once(&sealer, &caller, &name, &fingerprint(&parts, &bytes)).await? {
        Once::First(turn) => {
            let response = next.run(Request::from_parts(parts, Body::from(bytes))).await;
            Ok(kept(api, &turn, response).await)
        }
        Once::Done(answer) => Ok(again(answer)),
        Once::UnderWay(seconds) => Err(Problem::under_way(seconds)),
        Once::Another => Err(Problem::key_reused()),
    }
}

/// The key, if there is one.
pub(crate) fn key(headers: &HeaderMap) -> Result<&str, Problem> {
    let key = headers.get(HEADER).and_then(|value| value.to_str().ok());
    let is_key =
        |key: &&str| (1..=255).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    key.filter(is_key)
        .ok_or_else(|| Problem::malformed("Idempotency-Key", "must have 1 to 255 visible ASCII characters"))
}

/// All that makes a request the one that it is.
fn fingerprint(parts: &Parts, body: &Bytes) -> Vec<u8> {
    let target = parts.uri.path_and_query().map_or_else(|| parts.uri.path(), |target| target.as_str());
    let media_type = parts.headers.get(header::CONTENT_TYPE).map_or(&[][..], HeaderValue::as_bytes);
    [target.as_bytes(), b"\n", media_type, b"\n", body].concat()
}

/// Keeps a success for whoever repeats the request. What was refused or failed changed nothing, and may be sent
/// again with the same key, corrected or not.
async fn kept(api: &Api, turn: &Turn, response: Response) -> Response {
    let (parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        return Response::from_parts(parts, Body::empty());
    };
    let noted = match answer(&parts, &bytes) {
        Some(answer) => match api.secrets.sealer() {
            Ok(sealer) => api.accounts.answered(&sealer, turn, &answer).await,
            Err(error) => Err(error),
        },
        None => api.accounts.not_done(turn).await,
    };
    if let Err(error) = noted {
        // The caller has the answer; a repeat waits until this attempt counts as dead.
        tracing::warn!(error = %Chain(&error), "an answer was not kept");
    }
    Response::from_parts(parts, Body::from(bytes))
}

/// What is kept of an answer, if it is to be.
fn answer(parts: &response::Parts, body: &Bytes) -> Option<Answer> {
    if !parts.status.is_success() || body.len() > MOST_KEPT {
        return None;
    }
    let text = |name: HeaderName| {
        let value = parts.headers.get(&name)?.to_str().ok()?.to_owned();
        Some((name.to_string(), value))
    };
    let body = String::from_utf8(body.to_vec()).ok()?;
    Some(Answer { status: parts.status.as_u16(), headers: KEPT.into_iter().filter_map(text).collect(), body })
}

/// The answer that was given before.
fn again(Answer { status, headers, body }: Answer) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = http::StatusCode::from_u16(status).unwrap_or_default();
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    response
}
