//! What goes out of a deployed stack: webhooks to a CRM, and the mails about a link that broke.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::time::{Instant, sleep};
use xtask::sent_mail;

use crate::door::Call;
use crate::stack::{Customer, Stack, graph_error, unique};

/// How long the work behind a change may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// A CRM's receiver in the simulator, and the webhook that leads there.
struct Receiver {
    customer: Customer,
    name: String,
    id: String,
    secret: String,
}

impl Receiver {
    async fn new(customer: &Customer, events: &[&str]) -> Result<Self> {
        let name = unique("crm");
        let url = format!("{}/hooks/{name}", customer.stack.file().simulator_url);
        let body = json!({"url": url, "events": events});
        let made = customer.product.call(Method::POST, "webhooks", Some(&body)).await?;
        let text = |field: &str| made[field].as_str().map(str::to_owned);
        let (id, secret) = text("id").zip(text("secret")).with_context(|| format!("{made}"))?;
        Ok(Self { customer: customer.clone(), name, id, secret })
    }

    /// The events of one type so far, each with its signature checked.
    async fn events(&self, kind: &str) -> Result<Vec<Value>> {
        let found = self.customer.stack.simulator.get(&format!("hooks/{}", self.name)).await?;
        let mut events = Vec::new();
        for request in found["requests"].as_array().context("no requests")? {
            ensure!(self.is_signed(request)?, "no signature holds: {request}");
            let body = request["body"].as_str().context("no body")?;
            let event: Value = serde_json::from_str(body)?;
            if event["type"] == kind {
                events.push(event["data"].clone());
            }
        }
        Ok(events)
    }

    /// HMAC-SHA256 as RFC 2104 writes it down: not the library that signs.
    fn is_signed(&self, request: &Value) -> Result<bool> {
        let header = |name: &str| request["headers"][name].as_str().unwrap_or_default();
        let body = request["body"].as_str().context("no body")?;
        let text = format!("{}.{}.{body}", header("webhook-id"), header("webhook-timestamp"));
        let key = STANDARD.decode(self.secret.strip_prefix("whsec_").context("no prefix")?)?;
        let mut block = [0; 64];
        block[..key.len()].copy_from_slice(&key);
        let inner = Sha256::new().chain_update(block.map(|byte| byte ^ 0x36)).chain_update(text).finalize();
        let outer = Sha256::new().chain_update(block.map(|byte| byte ^ 0x5c)).chain_update(inner).finalize();
        let expected = format!("v1,{}", STANDARD.encode(outer));
        Ok(header("webhook-signature").split(' ').any(|signature| signature == expected))
    }

    /// Waits for an event that is so.
    async fn hears(&self, kind: &str, is_so: impl Fn(&Value) -> bool) -> Result<Value> {
        let started = Instant::now();
        loop {
            let events = self.events(kind).await?;
            if let Some(event) = events.iter().find(|event| is_so(event)) {
                return Ok(event.clone());
            }
            ensure!(started.elapsed() < PATIENCE, "no such {kind} within {PATIENCE:?}: {events:?}");
            self.customer.stack.control.tick().await?;
            sleep(Duration::from_millis(500)).await;
        }
    }
}

#[tokio::test]
async fn r07_a_link_that_breaks_is_told_to_the_crm_the_user_and_the_admin() -> Result<()> {
    let stack = Stack::given()?;
    let customer = Customer::consented(&stack).await?;
    let admin = format!("boss@{}", customer.domain);
    let body = json!({"email": admin, "display_name": "管理 花子", "role": "admin"});
    customer.product.call(Method::PUT, "users/boss", Some(&body)).await?;
    let kinds = ["link.status_changed", "push.finished", "tenant.grant_changed"];
    let receiver = Receiver::new(&customer, &kinds).await?;
    let member = customer.member("sato").await?;
    let is_linked = |event: &Value| event["user_id"] == "sato" && event["status"] == "linked";
    receiver.hears("link.status_changed", is_linked).await?;
    member.put("c1", &json!({"company": "会社"})).await?;
    member.push().await?;
    let push = receiver.hears("push.finished", |event| event["user_id"] == "sato").await?;
    assert_eq!((&push["created"], &push["refused"]), (&json!(1), &json!(0)), "{push}");

    let matching = json!({"mailbox": member.address, "path": "/contact"});
    let refusal = json!({"status": 403, "body": graph_error("ErrorAccessDenied", "Access is denied.")});
    stack.simulator.fault(&matching, &refusal, 1_000).await?;
    member.put("c2", &json!({"company": "別の会社"})).await?;
    member.push().await?;
    let is_broken = |event: &Value| event["status"] == "no_permission";
    let broken = receiver.hears("link.status_changed", is_broken).await?;
    assert_eq!(broken["reason"], "ErrorAccessDenied", "{broken}");
    for (address, page) in [(&member.address, "return=%2Fme"), (&admin, "return=%2Fconsole%2Fusers%2Fsato")] {
        let mails = mails_to(&stack, address).await?;
        let told = mails.iter().filter(|mail| mail.contains("ErrorAccessDenied")).collect::<Vec<_>>();
        assert_eq!(told.len(), 1, "{address}: {mails:?}");
        assert!(told[0].contains(page), "{told:?}");
    }
    let deliveries =
        customer.product.call(Method::GET, &format!("webhooks/{}/deliveries", receiver.id), None).await?;
    let states = deliveries["items"].as_array().context("no items")?;
    assert!(states.len() >= 3 && states.iter().all(|item| item["state"] == "delivered"), "{deliveries}");
    Ok(())
}

/// The mails to an address that tell of a broken link, once there is one.
async fn mails_to(stack: &Stack, address: &str) -> Result<Vec<String>> {
    let started = Instant::now();
    loop {
        let mails = sent_mail::to(&stack.file().mail, address)?;
        let texts: Vec<String> = mails.into_iter().map(|mail| mail.text).collect();
        if texts.iter().any(|text| text.contains("ErrorAccessDenied")) {
            return Ok(texts);
        }
        ensure!(started.elapsed() < PATIENCE, "no mail to {address} within {PATIENCE:?}: {texts:?}");
        stack.control.tick().await?;
        sleep(Duration::from_millis(500)).await;
    }
}

#[tokio::test]
async fn a_webhook_is_refused_with_the_field_at_fault_and_there_are_at_most_five() -> Result<()> {
    let stack = Stack::given()?;
    let customer = Customer::new(&stack).await?;
    let key = &customer.organization.key;
    let post = |body: &Value| Call::new(Method::POST, "/v1/webhooks".to_owned()).json(body).bearer(key);
    let good = json!({"url": "https://crm.example/hook", "events": ["push.finished"]});
    for (body, field) in [
        (json!({"url": "ftp://crm.example/", "events": ["push.finished"]}), "url"),
        (json!({"url": "https://a:b@crm.example/", "events": ["push.finished"]}), "url"),
        (json!({"url": "https://crm.example/", "events": []}), "events"),
        (json!({"url": "https://crm.example/", "events": ["push.begun"]}), "events[0]"),
        (json!({"events": ["push.finished"]}), "url"),
        (json!({"url": "https://crm.example/", "events": ["push.finished"], "secret": "x"}), "secret"),
    ] {
        let problem = post(&body).send(&stack).await?.problem(422)?;
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
    }
    for _ in 0..5 {
        let made = post(&good).send(&stack).await?;
        ensure!(made.status == StatusCode::CREATED, "{made:?}");
        ensure!(made.json()?["secret"].as_str().is_some_and(|secret| secret.starts_with("whsec_")));
    }
    let problem = post(&good).send(&stack).await?.problem(409)?;
    assert_eq!(problem["type"], "urn:setten:problem:too-many-webhooks");
    let all = customer.product.call(Method::GET, "webhooks", None).await?;
    ensure!(all["items"].as_array().map(Vec::len) == Some(5) && !all.to_string().contains("whsec_"), "{all}");
    let id = all["items"][0]["id"].as_str().context("no id")?;
    let rotated = customer.product.call(Method::POST, &format!("webhooks/{id}/rotate-secret"), None).await?;
    ensure!(rotated["previous_secret_valid_until"].is_string(), "{rotated}");
    customer.product.call(Method::DELETE, &format!("webhooks/{id}"), None).await?;
    let all = customer.product.call(Method::GET, "webhooks", None).await?;
    assert_eq!(all["items"].as_array().map(Vec::len), Some(4), "{all}");
    Ok(())
}
