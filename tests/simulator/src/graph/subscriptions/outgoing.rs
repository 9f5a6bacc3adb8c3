//! Requests to the endpoints of clients: the validation of an endpoint, and notifications.

use std::sync::OnceLock;
use std::time::Duration;

use bytes::Bytes;
use url::form_urlencoded;
use uuid::Uuid;

use crate::app::App;

/// What an endpoint answered.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) content_type: String,
    pub(super) body: Bytes,
}

/// The one client: no redirects (Graph follows none), no proxy, connections kept.
fn client() -> &'static reqwest::Client {
    static CLIENT: OnceLock<reqwest::Client> = OnceLock::new();
    CLIENT.get_or_init(|| {
        let builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy();
        builder.build().expect("the machine has what TLS needs")
    })
}

/// Posts to an endpoint, and records the exchange if there was one.
pub(super) async fn post(
    app: &App,
    url: &str,
    content_type: &'static str,
    body: Bytes,
    timeout: Duration,
) -> Result<Answer, reqwest::Error> {
    let started = app.clock.now();
    let request = client().post(url).header("content-type", content_type).body(body.clone());
    let response = request.timeout(timeout).send().await?;
    let (status, headers) = (response.status(), response.headers().clone());
    let answer = response.bytes().await?;
    if app.settings().record_traffic {
        app.recorder.notification(started, url, (content_type, body), (status, &headers, answer.clone()));
    }
    let content_type = headers.get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
    Ok(Answer { status: status.as_u16(), content_type: content_type.to_owned(), body: answer })
}

/// Asks an endpoint to prove that it wants notifications: it must send back a text within ten seconds, as
/// plain text with 200. Source: Graph page "Receive change notifications through webhooks".
///
/// # Errors
/// What Graph says about an endpoint that did not.
pub(super) async fn validate(app: &App, url: &str) -> Result<(), &'static str> {
    // Whoever decodes only half of it, or cuts it at a plus sign, shall be found out.
    let token = format!(
        "Validation: Testing client application reachability for subscription Request-Id: {} 100% a+b 接点&c=d",
        Uuid::new_v4()
    );
    let encoded: String = form_urlencoded::byte_serialize(token.as_bytes()).collect();
    let question = if url.contains('?') { '&' } else { '?' };
    let url = format!("{url}{question}validationToken={encoded}");
    let timeout = Duration::from_millis(app.notifications.settings().validation_timeout_ms);
    let answer = match post(app, &url, "text/plain; charset=utf-8", Bytes::new(), timeout).await {
        Ok(answer) => answer,
        Err(error) if error.is_timeout() => return Err("Subscription validation request timed out."),
        Err(_) => return Err(NOT_OK),
    };
    if answer.status != 200 {
        return Err(NOT_OK);
    }
    if !answer.content_type.to_ascii_lowercase().starts_with("text/plain") {
        return Err("Subscription validation request failed. Response must be of content type text/plain.");
    }
    if answer.body != token.as_bytes() {
        return Err(
            "Subscription validation request failed. Response must exactly match validationToken query \
                    parameter.",
        );
    }
    Ok(())
}

const NOT_OK: &str = "Subscription validation request failed. Notification endpoint must respond with 200 OK to \
                      validation request.";
