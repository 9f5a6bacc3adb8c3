//! Change notification subscriptions of an application in a tenant (facts 5).
//!
//! Graph calls the notification URL back while a subscription is being made, so the answer takes as long as
//! our own webhook does.

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::application::Application;
use crate::contacts::encoded;
use crate::error::GraphError;
use crate::mailbox::read;

/// What is asked for. Immutable ids come with every request of ours, so notifications carry them too.
#[derive(Debug, Clone, Copy)]
pub struct NewSubscription<'a> {
    /// What is watched, as in `users/{id}/messages`.
    pub resource: &'a str,
    /// `created`, `updated`, `deleted`, separated by commas.
    pub change_type: &'a str,
    /// Where changes are announced.
    pub notification_url: &'a Url,
    /// Where Graph announces that the subscription needs attention. It cannot be added later.
    pub lifecycle_notification_url: &'a Url,
    /// Comes back with every notification and proves it; 128 characters at most.
    pub client_state: &'a SecretString,
    /// When it ends unless renewed; for mail 4,230 minutes from now at most (facts 5.1).
    pub expires_at: Timestamp,
}

/// A subscription as Graph has it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Subscription {
    /// Graph's id; notifications name it.
    pub id: String,
    /// Where its changes are announced. Graph leaves it out of some answers.
    pub notification_url: Option<String>,
    /// When it ends unless renewed. Graph may choose another instant than asked for.
    pub expiration_date_time: Timestamp,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Creation<'a> {
    change_type: &'a str,
    notification_url: &'a Url,
    lifecycle_notification_url: &'a Url,
    resource: &'a str,
    expiration_date_time: Timestamp,
    client_state: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Renewal {
    expiration_date_time: Timestamp,
}

#[derive(Deserialize)]
struct Page {
    value: Vec<Subscription>,
    #[serde(rename = "@odata.nextLink")]
    next: Option<String>,
}

const PATH: &str = "/subscriptions";

impl Application {
    /// Makes a subscription.
    ///
    /// # Errors
    /// Graph refuses ([`is_handshake_failure`] tells whether our own webhook is why) or cannot be reached; in
    /// doubt if the reply is lost: look among [`subscriptions`](Self::subscriptions).
    pub async fn subscribe(&self, new: &NewSubscription<'_>) -> Result<Subscription, GraphError> {
        let body = Creation {
            change_type: new.change_type,
            notification_url: new.notification_url,
            lifecycle_notification_url: new.lifecycle_notification_url,
            resource: new.resource,
            expiration_date_time: new.expires_at,
            client_state: new.client_state.expose_secret(),
        };
        read(&self.0.post(PATH, &body).await?, "subscription").map_err(GraphError::in_doubt)
    }

    /// Every subscription of ours in the tenant, page by page.
    ///
    /// # Errors
    /// Graph refuses or cannot be reached.
    pub async fn subscriptions(&self) -> Result<Vec<Subscription>, GraphError> {
        let mut found = Vec::new();
        let mut path = PATH.to_owned();
        loop {
            let page: Page = read(&self.0.get(&path).await?, "subscriptions")?;
            found.extend(page.value);
            let Some(next) = page.next else { return Ok(found) };
            // Only the tail of the link is used: the token goes nowhere else than to Graph.
            let (_, tail) = next.split_once(PATH).ok_or(GraphError::lacks("next page"))?;
            path = format!("{PATH}{tail}");
        }
    }

    /// The subscription of this id; `None` if there is none, or no longer.
    ///
    /// # Errors
    /// Graph refuses or cannot be reached.
    pub async fn subscription(&self, id: &str) -> Result<Option<Subscription>, GraphError> {
        match self.0.get(&path_of(id)).await {
            Ok(reply) => read(&reply, "subscription").map(Some),
            Err(error) if error.status() == Some(404) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Lets a subscription live until then. This also gives it this token's authority anew, as Graph asks for
    /// with `reauthorizationRequired` (facts 5.4).
    ///
    /// # Errors
    /// 404 when it is gone, 400 when Graph no longer renews it: make another. Otherwise Graph refuses or
    /// cannot be reached.
    pub async fn renew(&self, id: &str, expires_at: Timestamp) -> Result<Subscription, GraphError> {
        let body = Renewal { expiration_date_time: expires_at };
        read(&self.0.patch(&path_of(id), &body).await?, "subscription")
    }

    /// Ends a subscription; one that is gone already is as good.
    ///
    /// # Errors
    /// Graph refuses or cannot be reached.
    pub async fn unsubscribe(&self, id: &str) -> Result<(), GraphError> {
        match self.0.delete(&path_of(id)).await {
            Err(error) if error.status() == Some(404) => Ok(()),
            result => result.map(drop),
        }
    }
}

fn path_of(id: &str) -> String {
    format!("{PATH}/{}", encoded(id))
}

/// Whether a subscription was refused because our webhook did not answer Graph's handshake as it should, or
/// in time: nothing is wrong with the mailbox, and the next attempt may find the webhook awake (facts 2.5).
#[must_use]
pub fn is_handshake_failure(error: &GraphError) -> bool {
    matches!(error, GraphError::Status { status: 400, message, .. }
        if message.to_ascii_lowercase().contains("validation request"))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::stub::{Act, Stub};

    fn application(stub: &Stub) -> Application {
        stub.graph().application("SECRET-TOKEN".into())
    }

    fn subscription(id: &str) -> Value {
        json!({"id": id, "resource": "users/u1/messages", "changeType": "created", "clientState": null,
            "notificationUrl": format!("https://x.example/graph/notifications?key={id}"),
            "expirationDateTime": "2026-11-25T08:00:00.1234567Z", "applicationId": "a"})
    }

    async fn subscribe(application: &Application) -> Result<Subscription, GraphError> {
        let url = |path: &str| Url::parse(&format!("https://x.example/graph/{path}?key=k")).expect("a URL");
        let new = NewSubscription {
            resource: "users/u1/messages",
            change_type: "created",
            notification_url: &url("notifications"),
            lifecycle_notification_url: &url("lifecycle"),
            client_state: &"STATE".into(),
            expires_at: "2026-11-25T08:00:00Z".parse().expect("a time"),
        };
        application.subscribe(&new).await
    }

    #[tokio::test]
    async fn a_subscription_is_asked_for_with_everything_that_cannot_be_added_later() {
        let stub = Stub::start(|_, _| Act::Answer(201, subscription("s1"))).await;
        let made = subscribe(&application(&stub)).await.expect("made");
        assert_eq!(made.id, "s1");
        assert_eq!(made.expiration_date_time.as_second(), 1_795_593_600);
        let seen = stub.seen();
        assert_eq!((seen[0].method.as_str(), seen[0].path.as_str()), ("POST", "/subscriptions"));
        assert_eq!(seen[0].header("prefer"), crate::mailbox::IMMUTABLE_IDS);
        assert_eq!(
            seen[0].json(),
            json!({"changeType": "created", "resource": "users/u1/messages", "clientState": "STATE",
                "notificationUrl": "https://x.example/graph/notifications?key=k",
                "lifecycleNotificationUrl": "https://x.example/graph/lifecycle?key=k",
                "expirationDateTime": "2026-11-25T08:00:00Z"})
        );
    }

    #[tokio::test]
    async fn a_lost_or_unreadable_reply_leaves_it_in_doubt_and_is_not_repeated() {
        let stub = Stub::start(|number, _| match number {
            0 => Act::LoseReply,
            1 => Act::Answer(201, json!({"odd": true})),
            _ => Act::Answer(504, json!({})),
        })
        .await;
        for number in 1..=3 {
            let error = subscribe(&application(&stub)).await.expect_err("in doubt");
            assert!(error.is_outcome_unknown(), "{error:?}");
            assert_eq!(stub.seen().len(), number);
        }
    }

    #[tokio::test]
    async fn pages_are_followed_on_our_own_host_only() {
        let stub = Stub::start(|number, _| {
            let mut page = json!({"value": [subscription(&number.to_string())]});
            if number < 2 {
                page["@odata.nextLink"] = "https://evil.example/v1.0/subscriptions?$skiptoken=a%2Fb".into();
            }
            Act::Answer(200, page)
        })
        .await;
        let found = application(&stub).subscriptions().await.expect("pages");
        assert_eq!(found.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["0", "1", "2"]);
        assert_eq!(stub.seen()[2].path, "/subscriptions?$skiptoken=a%2Fb");
    }

    #[tokio::test]
    async fn one_that_is_gone_is_none_to_look_at_an_error_to_renew_and_fine_to_end() {
        let gone = json!({"error": {"code": "ResourceNotFound", "message": "The object was not found."}});
        let stub = Stub::start(move |_, _| Act::Answer(404, gone.clone())).await;
        let application = application(&stub);
        assert_eq!(application.subscription("a/b").await.expect("none"), None);
        let error = application.renew("a/b", Timestamp::UNIX_EPOCH).await.expect_err("gone");
        assert_eq!(error.status(), Some(404));
        application.unsubscribe("a/b").await.expect("gone is gone");
        let seen = stub.seen();
        assert!(seen.iter().all(|request| request.path == "/subscriptions/a%2Fb"), "{seen:?}");
        assert_eq!(seen[1].json(), json!({"expirationDateTime": "1970-01-01T00:00:00Z"}));
    }

    #[tokio::test]
    async fn a_failed_handshake_is_told_from_a_refusal() {
        let body = |text: &str| json!({"error": {"code": "InvalidRequest", "message": text}});
        let stub = Stub::start(move |number, _| match number {
            0 => Act::Answer(400, body("Subscription validation request timed out.")),
            _ => Act::Answer(400, body("The resource is not supported.")),
        })
        .await;
        let application = application(&stub);
        assert!(is_handshake_failure(&subscribe(&application).await.expect_err("refused")));
        assert!(!is_handshake_failure(&subscribe(&application).await.expect_err("refused")));
    }
}
