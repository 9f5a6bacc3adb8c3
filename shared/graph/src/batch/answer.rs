//! The answers of a batch.

use std::borrow::Cow;
use std::collections::HashMap;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::request::BatchRequest;
use crate::error::{GraphError, graph_error, is_for_concurrency};
use crate::retry::retry_after;
use crate::transport::Repeat;

/// What became of one request of a batch.
#[derive(Debug, Clone)]
pub struct BatchAnswer {
    /// Its HTTP status; 0 if there is no answer ([`error`](Self::error) tells why).
    pub status: u16,
    body: Option<Box<RawValue>>,
    failure: Option<GraphError>,
    refusal: Refusal,
}

/// Whether a request may be sent again, and how carefully.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refusal {
    /// It was not refused, or not in a way that allows repeating.
    No,
    ForLoad,
    /// For running at the same time as others.
    ForConcurrency,
}

impl BatchAnswer {
    /// Whether it succeeded.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.failure.is_none()
    }

    /// Why it did not succeed.
    #[must_use]
    pub fn error(&self) -> Option<GraphError> {
        self.failure.clone()
    }

    /// The body of a success.
    ///
    /// # Errors
    /// The failure, if it is none; or the body is not what `T` reads.
    pub fn json<'a, T: Deserialize<'a>>(&'a self) -> Result<T, GraphError> {
        if let Some(failure) = &self.failure {
            return Err(failure.clone());
        }
        let body = self.body.as_deref().ok_or(GraphError::lacks("body"))?;
        serde_json::from_str(body.get()).map_err(|error| GraphError::malformed("body", &error))
    }

    /// The answer of a request that got none.
    pub(super) fn failed(failure: GraphError) -> Self {
        Self { status: 0, body: None, failure: Some(failure), refusal: Refusal::No }
    }

    pub(super) fn may_be_repeated(&self) -> bool {
        self.refusal != Refusal::No
    }

    pub(super) fn is_refused_for_concurrency(&self) -> bool {
        self.refusal == Refusal::ForConcurrency
    }

    /// Whether it was not executed because the request that it depends on failed.
    pub(super) fn is_failed_dependency(&self) -> bool {
        self.status == 424
    }

    pub(super) fn retry_after(&self) -> Option<Duration> {
        self.failure.as_ref().and_then(GraphError::retry_after)
    }
}

#[derive(Deserialize)]
struct Replies<'a> {
    #[serde(borrow)]
    responses: Vec<Reply<'a>>,
}

#[derive(Deserialize)]
struct Reply<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    status: u16,
    /// Read only when it matters.
    #[serde(default, borrow)]
    headers: Option<&'a RawValue>,
    #[serde(default, borrow)]
    body: Option<&'a RawValue>,
}

/// The answers of the batch in the order of its requests.
pub(super) fn read<'a>(
    body: &[u8],
    requests: impl Iterator<Item = &'a BatchRequest>,
) -> Result<Vec<BatchAnswer>, GraphError> {
    let Replies { responses } =
        serde_json::from_slice(body).map_err(|error| GraphError::malformed("batch reply", &error))?;
    // In any order on the wire.
    let mut by_id: HashMap<Cow<'_, str>, Reply<'_>> =
        responses.into_iter().map(|reply| (reply.id.clone(), reply)).collect();
    requests
        .enumerate()
        .map(|(place, request)| {
            let reply =
                by_id.remove(place.to_string().as_str()).ok_or(GraphError::lacks("answer to each"))?;
            Ok(answer(&reply, request))
        })
        .collect()
}

fn answer(reply: &Reply<'_>, request: &BatchRequest) -> BatchAnswer {
    let body = reply.body.map(ToOwned::to_owned);
    if (200..300).contains(&reply.status) {
        return BatchAnswer { status: reply.status, body, failure: None, refusal: Refusal::No };
    }
    let text = reply.body.map_or("", RawValue::get);
    let failure = graph_error(reply.status, reply.headers.and_then(asked_pause), text.as_bytes());
    let read = request.repeat() == Repeat::Always;
    let gave_up = matches!(reply.status, 408 | 500 | 502 | 503 | 504);
    let (refusal, failure) = match failure {
        failure if is_for_concurrency(&failure, text.as_bytes()) => (Refusal::ForConcurrency, failure),
        failure @ GraphError::Throttled { .. } => (Refusal::ForLoad, failure),
        failure if gave_up && read => (Refusal::ForLoad, failure),
        failure if gave_up => (Refusal::No, failure.in_doubt()),
        failure => (Refusal::No, failure),
    };
    BatchAnswer { status: reply.status, body, failure: Some(failure), refusal }
}

/// `Retry-After` among the headers of an inner answer, whatever its case; a number or a text.
fn asked_pause(headers: &RawValue) -> Option<Duration> {
    let headers: HashMap<String, Value> = serde_json::from_str(headers.get()).ok()?;
    let text = |name: &str| {
        let (_, value) = headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name))?;
        Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    };
    retry_after(&text("Retry-After")?, text("Date").as_deref())
}
