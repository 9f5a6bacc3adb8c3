//! Passing one call on.

use bytes::Bytes;
use http::header::{self, HeaderName, HeaderValue};
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderMap, Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt, Either, Full};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use std::time::Duration;
use url::Url;

use super::control;
use super::faults::{Faults, Outcome};
use super::tap::Tap;

/// A reply: the upstream's, as it streams, or the gate's own.
pub(super) type Reply = Response<Either<Incoming, Full<Bytes>>>;

/// A call's body: as it streams, or read because of a tap.
type Body = Either<Incoming, Full<Bytes>>;

/// The call was cut: the connection is closed without a reply.
#[derive(Debug, thiserror::Error)]
#[error("the call was cut")]
pub(super) struct Cut;

/// Headers that belong to one connection (RFC 9110, 7.6.1); `expect` is answered by the gate itself.
const CONNECTION_HEADERS: [HeaderName; 9] = [
    header::CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    header::PROXY_AUTHENTICATE,
    header::EXPECT,
];

/// Ministack closes idle connections after 5 s; a call must never be sent on one that is about to close.
const IDLE: Duration = Duration::from_secs(2);

/// What all connections of a gate share.
pub(super) struct Proxy {
    name: String,
    authority: Authority,
    prefix: String,
    host: Option<HeaderValue>,
    tap: Option<Tap>,
    faults: Faults,
    client: Client<HttpConnector, Body>,
}

impl Proxy {
    pub(super) fn new(
        name: String,
        upstream: &Url,
        host: Option<String>,
        tap: Option<Tap>,
        faults: Faults,
    ) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .build(connector);
        let authority = upstream.authority().parse().expect("a URL's authority is one");
        let host = host.map(|host| host.parse().expect("a host name is a header value"));
        Self {
            name,
            authority,
            prefix: upstream.path().trim_end_matches('/').to_owned(),
            host,
            tap,
            faults,
            client,
        }
    }

    /// Answers one call, or fails with the cut.
    pub(super) async fn answer(&self, request: Request<Incoming>) -> Result<Reply, Cut> {
        if request.uri().path().starts_with(control::PREFIX) {
            return Ok(control::answer(&self.faults, request).await.map(Either::Right));
        }
        let (head, body) = request.into_parts();
        match self.faults.admit(&self.name, &head) {
            Outcome::Passed => Ok(self.pass(head, body).await),
            Outcome::Refused => Err(Cut),
            Outcome::CutBefore => {
                self.faults.done();
                Err(Cut)
            }
            Outcome::CutAfter => {
                let mut reply = self.pass(head, body).await.into_body();
                // To the end, so that the effect is complete before the caller sees the loss.
                while let Some(Ok(_)) = reply.frame().await {}
                self.faults.done();
                Err(Cut)
            }
        }
    }

    /// Sends the call upstream, and tells the tap of it when it is of its kind.
    async fn pass(&self, head: http::request::Parts, body: Incoming) -> Reply {
        let Some(tap) = self.tap.as_ref().filter(|tap| tap.is_of(&head)) else {
            return self.send(head, Either::Left(body)).await;
        };
        let request = match body.collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) => return self.bad_gateway(&error),
        };
        let reply = self.send(head, Either::Right(Full::from(request.clone()))).await;
        let (head, body) = reply.into_parts();
        let body = match body.collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) => return self.bad_gateway(&*error),
        };
        if head.status.is_success() {
            tap.tell(request, body.clone());
        }
        Response::from_parts(head, Either::Right(Full::from(body)))
    }

    /// An upstream that cannot be reached is 502, as from any proxy.
    async fn send(&self, head: http::request::Parts, body: Body) -> Reply {
        let outward = match self.outward(head, body) {
            Ok(outward) => outward,
            Err(error) => return self.bad_gateway(&error),
        };
        match self.client.request(outward).await {
            Ok(mut reply) => {
                strip(reply.headers_mut());
                reply.map(Either::Left)
            }
            Err(error) => self.bad_gateway(&error),
        }
    }

    fn outward(&self, mut head: http::request::Parts, body: Body) -> Result<Request<Body>, http::Error> {
        let path = head.uri.path_and_query().map_or("/", PathAndQuery::as_str);
        head.uri = Uri::builder()
            .scheme(Scheme::HTTP)
            .authority(self.authority.clone())
            .path_and_query(format!("{}{path}", self.prefix))
            .build()?;
        head.version = http::Version::HTTP_11;
        strip(&mut head.headers);
        if let Some(host) = &self.host {
            head.headers.insert(header::HOST, host.clone());
        }
        Ok(Request::from_parts(head, body))
    }

    fn bad_gateway(&self, error: &dyn std::error::Error) -> Reply {
        let mut text = format!("gate {}: {error}", self.name);
        let mut cause = error.source();
        while let Some(source) = cause {
            text.push_str(&format!(": {source}"));
            cause = source.source();
        }
        let mut reply = Response::new(Either::Right(Full::from(text)));
        *reply.status_mut() = StatusCode::BAD_GATEWAY;
        reply
    }
}

fn strip(headers: &mut HeaderMap) {
    for name in &CONNECTION_HEADERS {
        headers.remove(name);
    }
}
