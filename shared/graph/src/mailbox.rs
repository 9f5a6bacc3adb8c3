//! One mailbox through Graph: the signed-in user's (`/me`), or any other with an application's token.

use bytes::Bytes;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue};
use reqwest::{Client, Method, Request};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use url::Url;

mod places;

use places::Places;
pub(crate) use places::{MOST_AT_ONCE, Place};

use crate::contacts::encoded;
use crate::error::{GraphError, graph_error, is_for_concurrency};
use crate::retry::RetryPolicy;
use crate::settings::GraphSettings;
use crate::transport::{Repeat, Reply, Transport, header};

const PREFER: HeaderName = HeaderName::from_static("prefer");
/// Ids that survive a move between folders (facts 2.4); on every request, inner ones of a batch too.
pub(crate) const IMMUTABLE_IDS: &str = r#"IdType="ImmutableId""#;

/// Graph, before it is known for whom. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Graph {
    pub(crate) transport: Transport,
    /// The version root without a slash at its end.
    pub(crate) base: String,
}

/// One user's mailbox, for any number of callers at once.
///
/// Outlook works on four requests of an app at once in a mailbox (facts 2.2), so a mailbox has four places:
/// a request takes one, a chain in a batch takes one, and who finds none free waits. After a refusal for
/// concurrency there are two, then one, as long as the `Mailbox` lives. After a refusal of any kind nobody
/// sends anything until the time that it named.
#[derive(Debug)]
pub struct Mailbox {
    pub(crate) graph: Graph,
    /// `/me` or `/users/{object id}`, what the mailbox's paths begin with.
    pub(crate) root: String,
    authorization: HeaderValue,
    pub(crate) places: Places,
}

/// The signed-in user. A person is known by the id; names and addresses change (R09).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Me {
    /// The object id in the directory.
    pub id: String,
    /// The name to show.
    pub display_name: Option<String>,
    /// The primary SMTP address, if there is one.
    pub mail: Option<String>,
    /// The sign-in name, often but not always an address.
    pub user_principal_name: String,
    /// `Member`, or `Guest` for who was invited from elsewhere.
    #[serde(default)]
    pub user_type: Option<String>,
    /// Every address, as in `SMTP:primary@…` and `smtp:alias@…`.
    #[serde(default, deserialize_with = "null_is_empty")]
    pub proxy_addresses: Vec<String>,
}

impl Graph {
    /// Graph at the version root of the settings.
    #[must_use]
    pub fn new(http: Client, settings: GraphSettings) -> Self {
        let base = settings.graph_url.as_str().trim_end_matches('/').to_owned();
        Self { transport: Transport::new(http), base }
    }

    /// The same with another patience.
    #[must_use]
    pub fn with_policy(mut self, policy: RetryPolicy) -> Self {
        self.transport.policy = policy;
        self
    }

    /// The same, but no call waits beyond this instant, so that a function never sleeps past its time.
    #[must_use]
    pub fn with_deadline(&self, deadline: Instant) -> Self {
        let mut graph = self.clone();
        graph.transport.deadline = Some(deadline);
        graph
    }

    /// The mailbox of the user whom the token was issued to.
    #[must_use]
    pub fn mailbox(&self, access_token: SecretString) -> Mailbox {
        self.below("/me".to_owned(), access_token)
    }

    /// The mailbox of the user with this object id, through an application's token.
    #[must_use]
    pub fn mailbox_of(&self, object_id: &str, access_token: SecretString) -> Mailbox {
        self.below(format!("/users/{}", encoded(object_id)), access_token)
    }

    pub(crate) fn below(&self, root: String, access_token: SecretString) -> Mailbox {
        let mut authorization = header(&format!("Bearer {}", access_token.expose_secret()));
        authorization.set_sensitive(true);
        Mailbox { graph: self.clone(), root, authorization, places: Places::new() }
    }
}

impl Mailbox {
    /// The signed-in user (needs `User.Read`).
    ///
    /// # Errors
    /// Graph refuses or cannot be reached.
    pub async fn me(&self) -> Result<Me, GraphError> {
        let reply =
            self.get("/me?$select=id,displayName,mail,userPrincipalName,userType,proxyAddresses").await?;
        read(&reply, "user")
    }

    pub(crate) async fn get(&self, path: &str) -> Result<Reply, GraphError> {
        let request = self.request(Method::GET, path, None)?;
        self.send(Repeat::Always, &request).await
    }

    /// A request that only asks and has headers of its own.
    pub(crate) async fn look_up(&self, request: &Request) -> Result<Reply, GraphError> {
        self.send(Repeat::Always, request).await
    }

    /// A `POST` that is not the same twice.
    pub(crate) async fn post(&self, path: &str, body: &impl Serialize) -> Result<Reply, GraphError> {
        self.write(Method::POST, Repeat::IfNotExecuted, path, Some(json(body)?)).await
    }

    /// A `POST` that only asks, as `getSchedule` does, or that is the same twice.
    pub(crate) async fn ask(&self, path: &str, body: &impl Serialize) -> Result<Reply, GraphError> {
        self.write(Method::POST, Repeat::Always, path, Some(json(body)?)).await
    }

    /// A `PATCH` to given values, which is the same twice.
    pub(crate) async fn patch(&self, path: &str, body: &impl Serialize) -> Result<Reply, GraphError> {
        self.write(Method::PATCH, Repeat::Always, path, Some(json(body)?)).await
    }

    /// A `PUT` of what is not JSON, which is the same twice.
    pub(crate) async fn put_bytes(
        &self,
        path: &str,
        media_type: &'static str,
        bytes: Vec<u8>,
    ) -> Result<Reply, GraphError> {
        let mut request = self.request(Method::PUT, path, Some(bytes.into()))?;
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        self.send(Repeat::Always, &request).await
    }

    /// A `DELETE`, which is the same twice but for the answer: 404 at the second.
    pub(crate) async fn delete(&self, path: &str) -> Result<Reply, GraphError> {
        self.write(Method::DELETE, Repeat::Always, path, None).await
    }

    async fn write(
        &self,
        method: Method,
        repeat: Repeat,
        path: &str,
        body: Option<Bytes>,
    ) -> Result<Reply, GraphError> {
        let request = self.request(method, path, body)?;
        self.send(repeat, &request).await
    }

    pub(crate) fn request(
        &self,
        method: Method,
        path: &str,
        body: Option<Bytes>,
    ) -> Result<Request, GraphError> {
        let url =
            Url::parse(&format!("{}{path}", self.graph.base)).map_err(|_| GraphError::lacks("address"))?;
        let mut request = Request::new(method, url);
        let headers = request.headers_mut();
        headers.insert(AUTHORIZATION, self.authorization.clone());
        headers.insert(PREFER, HeaderValue::from_static(IMMUTABLE_IDS));
        if let Some(body) = body {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            *request.body_mut() = Some(body.into());
        }
        Ok(request)
    }

    /// Waits for as many places as wanted, or as there are, and until the mailbox has rested. The instant after
    /// which the call may not wait is set once it has a place: waiting for others is not held against it.
    pub(crate) async fn enter(
        &self,
        wanted: usize,
        limit: &mut Option<Instant>,
    ) -> Result<(Place<'_>, Instant), GraphError> {
        let transport = &self.graph.transport;
        loop {
            let place = self.places.take(wanted, transport.deadline).await?;
            let limit = *limit.get_or_insert_with(|| transport.limit());
            self.places.rested(limit).await?;
            if self.places.is_current(&place) {
                return Ok((place, limit));
            }
        }
    }

    /// Sends a single request until there is an answer other than a refusal for load, or until attempts or
    /// time run out.
    async fn send(&self, repeat: Repeat, request: &Request) -> Result<Reply, GraphError> {
        let (mut limit, mut attempt) = (None, 1);
        loop {
            let (place, limit) = self.enter(1, &mut limit).await?;
            if let Some(result) = self.attempt(repeat, request, attempt, &place, limit).await {
                return result;
            }
            attempt += 1;
        }
    }

    /// Sends once, and turns anything but success into an error. A gateway that gave up on a write leaves it in
    /// doubt. `None`: it was refused, the mailbox rests, and then it may be sent again.
    pub(crate) async fn attempt(
        &self,
        repeat: Repeat,
        request: &Request,
        attempt: u32,
        place: &Place<'_>,
        limit: Instant,
    ) -> Option<Result<Reply, GraphError>> {
        let transport = &self.graph.transport;
        let result = transport.send_once(repeat, request, limit).await;
        let pause = transport.pause_after(repeat, attempt, &result);
        // Also if this call ends here: the refusal was meant for all.
        pause.into_iter().for_each(|pause| self.places.rest(pause));
        let reply = match result {
            Ok(reply) if reply.is_success() => return Some(Ok(reply)),
            Ok(reply) => reply,
            Err(_) if transport.may_repeat_after(pause, attempt, limit) => return None,
            Err(error) => return Some(Err(error)),
        };
        let error = graph_error(reply.status, reply.retry_after, &reply.body);
        if is_for_concurrency(&error, &reply.body) {
            self.places.reduce(place);
        }
        if transport.may_repeat_after(pause, attempt, limit) {
            return None;
        }
        let in_doubt = repeat == Repeat::IfNotExecuted && matches!(reply.status, 408 | 500 | 502 | 504);
        Some(Err(if in_doubt { error.in_doubt() } else { error }))
    }
}

fn json(body: &impl Serialize) -> Result<Bytes, GraphError> {
    let json = serde_json::to_vec(body).map_err(|error| GraphError::malformed("JSON", &error))?;
    Ok(json.into())
}

/// Reads the body of a success.
pub(crate) fn read<T: DeserializeOwned>(reply: &Reply, what: &'static str) -> Result<T, GraphError> {
    serde_json::from_slice(&reply.body).map_err(|error| GraphError::malformed(what, &error))
}

/// Graph writes `null` for a collection without items.
fn null_is_empty<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::stub::{Act, Stub};

    #[tokio::test(start_paused = true)]
    async fn the_signed_in_user_is_read_with_all_addresses() {
        let bare = json!({"id": "u1", "displayName": null, "mail": null, "userPrincipalName": "hana@x.example",
            "proxyAddresses": null, "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users"});
        let full = json!({"id": "u1", "displayName": "佐藤 花", "mail": "hana@y.example",
            "userPrincipalName": "hana@x.example", "proxyAddresses": ["SMTP:hana@y.example"]});
        let stub = Stub::start(move |number, _| match number {
            0 => Act::Refuse(503, "1"),
            1 => Act::LoseReply,
            2 => Act::Answer(200, bare.clone()),
            3 => Act::Answer(200, full.clone()),
            _ => Act::Answer(401, json!({"error": {"code": "InvalidAuthenticationToken", "message": "m"}})),
        })
        .await;
        let mailbox = stub.mailbox();
        let me = mailbox.me().await.expect("a user");
        assert_eq!((me.mail, me.proxy_addresses), (None, vec![]));
        let me = mailbox.me().await.expect("a user");
        assert_eq!((me.mail.as_deref(), me.proxy_addresses.len()), (Some("hana@y.example"), 1));
        assert!(mailbox.me().await.expect_err("refused").is_unauthorized());
        let seen = stub.seen();
        assert_eq!(seen[0].path, "/me?$select=id,displayName,mail,userPrincipalName,userType,proxyAddresses");
        assert_eq!(seen[0].header("prefer"), IMMUTABLE_IDS);
        assert_eq!(seen[0].header("authorization"), "Bearer SECRET-TOKEN");
    }
}
