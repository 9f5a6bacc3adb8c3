//! One way of sending for everything: time limits, repeats, ids for support.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{DATE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::{Client, Request};
use tokio::time::Instant;
use uuid::Uuid;

use crate::error::GraphError;
use crate::retry::{RetryPolicy, retry_after};

/// The longest one request may take. Graph's own gateways give up earlier.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(40);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// A request that has less time than this is not begun: a write could only end in doubt.
const LEAST_TIME: Duration = Duration::from_secs(1);
/// Shorter than the far side keeps idle connections, so that a function woken after a while does not write
/// into a dead one.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);
const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("client-request-id");

/// The one HTTP client of a function: connections are kept, redirects are not followed (neither Entra's
/// token endpoint nor Graph sends any that may be trusted with a credential).
///
/// # Panics
/// If the machine's TLS cannot be set up; at start, by intention.
#[must_use]
pub fn http_client() -> Client {
    Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(REQUEST_TIMEOUT)
        .pool_idle_timeout(IDLE_TIMEOUT)
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("setten/", env!("CARGO_PKG_VERSION")))
        .tls_backend_preconfigured(tls())
        .build()
        .expect("a TLS client")
}

/// The TLS of the house: Mozilla's roots, compiled in, since reading the machine's is most of a cold start.
///
/// # Panics
/// If the provider speaks no TLS; it does.
#[must_use]
pub fn tls() -> rustls::ClientConfig {
    let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the provider speaks TLS 1.2 and 1.3")
        .with_root_certificates(roots)
        .with_no_client_auth()
}

/// Whether a request may be sent again when nobody knows whether the first one took effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// A read, or something that is the same twice.
    Always,
    /// A write: only when it certainly was not executed.
    IfNotExecuted,
}

/// An answer with its whole body.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) body: Bytes,
}

impl Reply {
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// The client with its patience.
#[derive(Debug, Clone)]
pub(crate) struct Transport {
    pub(crate) http: Client,
    pub(crate) policy: RetryPolicy,
    pub(crate) deadline: Option<Instant>,
}

impl Transport {
    pub(crate) fn new(http: Client) -> Self {
        Self { http, policy: RetryPolicy::default(), deadline: None }
    }

    /// The instant after which a call that begins now may not wait.
    pub(crate) fn limit(&self) -> Instant {
        self.policy.limit(self.deadline)
    }

    /// Sends until there is an answer other than a refusal for load, or until attempts or time run out; then
    /// the last answer is given back, whatever its status.
    pub(crate) async fn send(
        &self,
        repeat: Repeat,
        request: Request,
        limit: Instant,
    ) -> Result<Reply, GraphError> {
        let copy = || Ok(request.try_clone().expect("a body in memory can be sent again"));
        self.send_each(repeat, copy, limit).await
    }

    /// The same with a request made anew for each time, where the same one twice would be taken for a replay.
    pub(crate) async fn send_each(
        &self,
        repeat: Repeat,
        make: impl Fn() -> Result<Request, GraphError>,
        limit: Instant,
    ) -> Result<Reply, GraphError> {
        let mut attempt = 1;
        loop {
            let result = self.send_once(repeat, &make()?, limit).await;
            let pause = self.pause_after(repeat, attempt, &result);
            if !self.may_repeat_after(pause, attempt, limit) {
                return result;
            }
            tokio::time::sleep(pause.unwrap_or_default()).await;
            attempt += 1;
        }
    }

    /// How long to stay away after this result of the attempt of this number (from 1); `None` if there is no
    /// reason to send again, or no right.
    pub(crate) fn pause_after(
        &self,
        repeat: Repeat,
        attempt: u32,
        result: &Result<Reply, GraphError>,
    ) -> Option<Duration> {
        let asked = match result {
            Ok(reply) if may_repeat(repeat, reply.status) => reply.retry_after,
            Err(GraphError::Unreachable(_)) => None,
            _ => return None,
        };
        Some(self.policy.pause(attempt, asked))
    }

    /// Whether there is a pause after which to send again, and attempts and time are left for it.
    pub(crate) fn may_repeat_after(&self, pause: Option<Duration>, attempt: u32, limit: Instant) -> bool {
        pause.is_some_and(|pause| attempt < self.policy.attempts && Instant::now() + pause < limit)
    }

    /// Sends once. A write that gets no reply is in doubt, unless it certainly did not arrive.
    pub(crate) async fn send_once(
        &self,
        repeat: Repeat,
        request: &Request,
        limit: Instant,
    ) -> Result<Reply, GraphError> {
        let left = limit.saturating_duration_since(Instant::now());
        if left < LEAST_TIME {
            return Err(GraphError::NotSent);
        }
        let id = Uuid::new_v4();
        let mut request = request.try_clone().expect("a body in memory can be sent again");
        *request.timeout_mut() = Some(left.min(REQUEST_TIMEOUT));
        request.headers_mut().insert(CLIENT_REQUEST_ID, header(&id.to_string()));
        let (method, path) = (request.method().clone(), request.url().path().to_owned());
        let result = self.receive(request).await;
        match &result {
            Ok(reply) => {
                tracing::debug!(%method, path, status = reply.status, client_request_id = %id, "sent");
            }
            Err(_) => tracing::warn!(%method, path, client_request_id = %id, "no reply"),
        }
        result.map_err(|error| {
            let is_known = repeat == Repeat::Always || was_not_sent(&error);
            if is_known { error } else { error.in_doubt() }
        })
    }

    async fn receive(&self, request: Request) -> Result<Reply, GraphError> {
        let response = self.http.execute(request).await.map_err(GraphError::unreachable)?;
        let status = response.status().as_u16();
        let retry_after = asked_pause(response.headers());
        let body = response.bytes().await.map_err(GraphError::unreachable)?;
        Ok(Reply { status, retry_after, body })
    }
}

/// A header value of visible ASCII.
pub(crate) fn header(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).expect("visible ASCII")
}

fn asked_pause(headers: &HeaderMap) -> Option<Duration> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    retry_after(text(RETRY_AFTER)?, text(DATE))
}

/// 429, 503 and 509 are refusals: nothing was executed. The others come from a server or gateway that gave
/// up in the middle.
fn may_repeat(repeat: Repeat, status: u16) -> bool {
    matches!(status, 429 | 503 | 509) || (repeat == Repeat::Always && matches!(status, 408 | 500 | 502 | 504))
}

/// Whether no byte of the request can have been processed.
fn was_not_sent(error: &GraphError) -> bool {
    matches!(error, GraphError::Unreachable(error) if error.is_connect())
}
