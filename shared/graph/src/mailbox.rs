//! Graph with the signed-in user's token: `/me`.

use bytes::Bytes;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue};
use reqwest::{Client, Method, Request};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;
use tokio::time::Instant;
use url::Url;

use crate::batch::{MOST_IN_BATCH, Pace};
use crate::error::{GraphError, graph_error};
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
    base: String,
    /// How many requests the first batches of a mailbox hold.
    batch_size: usize,
}

/// One user's mailbox through a delegated token. One HTTP request of it is under way at a time, a batch
/// with its inner requests; Outlook takes four at once from an app (facts 2.2).
#[derive(Debug)]
pub struct Mailbox {
    pub(crate) graph: Graph,
    authorization: HeaderValue,
    /// Held while a request is under way.
    pub(crate) pace: Mutex<Pace>,
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
    /// Every address, as in `SMTP:primary@…` and `smtp:alias@…`.
    #[serde(default, deserialize_with = "null_is_empty")]
    pub proxy_addresses: Vec<String>,
}

impl Graph {
    /// Graph at the version root of the settings.
    #[must_use]
    pub fn new(http: Client, settings: GraphSettings) -> Self {
        let base = settings.graph_url.as_str().trim_end_matches('/').to_owned();
        Self { transport: Transport::new(http), base, batch_size: MOST_IN_BATCH }
    }

    /// The same, but with at most so many requests in a batch (1 to [`MOST_IN_BATCH`]). By default a mailbox
    /// begins with full batches and goes down to four when Outlook asks for it; four from the start never
    /// offer Outlook more than it takes at once, for five times the calls.
    #[must_use]
    pub fn with_batch_size(mut self, size: usize) -> Self {
        self.batch_size = size.clamp(1, MOST_IN_BATCH);
        self
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
        let mut authorization = header(&format!("Bearer {}", access_token.expose_secret()));
        authorization.set_sensitive(true);
        Mailbox { graph: self.clone(), authorization, pace: Mutex::new(Pace::of(self.batch_size)) }
    }
}

impl Mailbox {
    /// The signed-in user (needs `User.Read`).
    ///
    /// # Errors
    /// Graph refuses or cannot be reached.
    pub async fn me(&self) -> Result<Me, GraphError> {
        let reply = self.get("/me?$select=id,displayName,mail,userPrincipalName,proxyAddresses").await?;
        read(&reply, "user")
    }

    pub(crate) async fn get(&self, path: &str) -> Result<Reply, GraphError> {
        let _one_at_a_time = self.pace.lock().await;
        let request = self.request(Method::GET, path, None)?;
        self.send(Repeat::Always, request, self.graph.transport.limit()).await
    }

    pub(crate) async fn post(&self, path: &str, body: &impl Serialize) -> Result<Reply, GraphError> {
        let _one_at_a_time = self.pace.lock().await;
        let body = serde_json::to_vec(body).map_err(|error| GraphError::malformed("JSON", &error))?;
        let request = self.request(Method::POST, path, Some(body.into()))?;
        self.send(Repeat::IfNotExecuted, request, self.graph.transport.limit()).await
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

    /// Sends, and turns anything but success into an error. A gateway that gave up on a write leaves it in
    /// doubt.
    pub(crate) async fn send(
        &self,
        repeat: Repeat,
        request: Request,
        limit: Instant,
    ) -> Result<Reply, GraphError> {
        let reply = self.graph.transport.send(repeat, request, limit).await?;
        if reply.is_success() {
            return Ok(reply);
        }
        let error = graph_error(reply.status, reply.retry_after, &reply.body);
        let in_doubt = repeat == Repeat::IfNotExecuted && matches!(reply.status, 408 | 500 | 502 | 504);
        Err(if in_doubt { error.in_doubt() } else { error })
    }
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
        assert_eq!(seen[0].path, "/me?$select=id,displayName,mail,userPrincipalName,proxyAddresses");
        assert_eq!(seen[0].header("prefer"), IMMUTABLE_IDS);
        assert_eq!(seen[0].header("authorization"), "Bearer SECRET-TOKEN");
    }
}
