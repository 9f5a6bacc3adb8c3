//! A member whose mail is read, Graph's side of the subscription, and our webhook: what R26 to R28 share.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::stack::{Customer, Member, Stack, unique};
use crate::{r27_handshake, r28_notifications};

/// How long something may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(90);
/// Longer than a reader waits before it looks once more.
const QUIET: Duration = Duration::from_secs(6);

/// A member whose mailbox is read.
#[derive(Debug, Clone)]
pub(crate) struct Reader {
    pub(crate) member: Member,
}

impl Reader {
    /// A member of a tenant that consented, whose mail is not switched on.
    pub(crate) async fn consented(stack: &Stack) -> Result<Self> {
        let customer = Customer::new(stack).await?;
        customer.product.call(Method::PUT, &format!("tenants/{}", customer.tenant), None).await?;
        customer.product.consent(&customer.tenant, "mail", &customer.administrator).await?;
        Ok(Self { member: customer.user("hanako").await? })
    }

    /// A member whose mailbox is subscribed to, and whose turn does not come: whatever is read is read
    /// because somebody said so.
    pub(crate) async fn new(stack: &Stack) -> Result<Self> {
        let reader = Self::consented(stack).await?;
        reader.member.customer.product.switch_mail_on(&reader.member.id).await?;
        let pk = format!("ORGANIZATION#{}", reader.member.customer.organization.id);
        let sk = format!("LINK#{}#mail", reader.member.id);
        let values = json!({":due": {"N": "4102444800"}});
        stack.update_item("AccountsTable", [&pk, &sk], "SET due_at = :due", &values).await?;
        // The first catch-up is over once a mail that came before it is known.
        reader.hears("the-first").await?;
        Ok(reader)
    }

    pub(crate) fn stack(&self) -> &Stack {
        &self.member.customer.stack
    }

    /// The subscriptions of this mailbox that Graph has.
    pub(crate) async fn subscriptions(&self) -> Result<Vec<Value>> {
        let mut found = self.stack().simulator.get("subscriptions").await?;
        let mut found: Vec<Value> = serde_json::from_value(found["subscriptions"].take())?;
        found.retain(|one| one["tenantId"] == self.member.customer.tenant.as_str());
        Ok(found)
    }

    /// The one subscription of this mailbox.
    pub(crate) async fn subscription(&self) -> Result<Value> {
        let mut found = self.subscriptions().await?;
        ensure!(found.len() == 1, "{} subscriptions: {found:?}", found.len());
        Ok(found.remove(0))
    }

    /// Waits until there is one subscription, and another than this one.
    pub(crate) async fn replaced(&self, id: &str) -> Result<Value> {
        let started = Instant::now();
        loop {
            let found = self.subscriptions().await?;
            if found.len() == 1 && found[0]["id"] != id {
                return Ok(found[0].clone());
            }
            ensure!(started.elapsed() < PATIENCE, "{id} was not replaced: {found:?}");
            sleep(Duration::from_millis(100)).await;
        }
    }

    /// Graph forgets the subscription without a word, and a mail comes of which nobody tells; its sender.
    pub(crate) async fn miss(&self, subscription: &Value) -> Result<String> {
        self.is_left_alone().await?;
        self.lose(subscription).await?;
        let sender = self.receive("in-the-gap").await?;
        self.is_left_alone().await?;
        ensure!(!self.known().await?.contains(&sender), "somebody told");
        Ok(sender)
    }

    /// Graph forgets a subscription without a word.
    async fn lose(&self, subscription: &Value) -> Result<()> {
        let path = format!("subscriptions/{}", id_of(subscription)?);
        self.stack().simulator.call(Method::DELETE, &path, None).await?;
        Ok(())
    }

    /// Somebody outside writes to the member; the sender's address.
    pub(crate) async fn receive(&self, name: &str) -> Result<String> {
        let sender = format!("yamada-{name}@partner-{}.example", &self.member.customer.tenant[..8]);
        let mail = format!(
            "From: Yamada Taro <{sender}>\r\nTo: <{}>\r\nSubject: {name}\r\nMessage-ID: <{}@partner.example>\r\n\
             MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nお世話になっております。\r\n",
            self.member.address,
            unique("mail"),
        );
        self.stack().simulator.deliver_mail(&self.member.address, mail).await?;
        Ok(sender)
    }

    /// Whom the organization has had contact with, by address.
    pub(crate) async fn known(&self) -> Result<BTreeSet<String>> {
        let path = format!("contact-points?user={}&limit=100", self.member.id);
        let found = self.member.customer.product.call(Method::GET, &path, None).await?;
        let items = found["items"].as_array().context("no list")?;
        Ok(items.iter().filter_map(|item| item["person"]["address"].as_str()).map(str::to_owned).collect())
    }

    /// Waits until the sender of a mail is known.
    pub(crate) async fn knows(&self, sender: &str) -> Result<()> {
        let started = Instant::now();
        loop {
            let known = self.known().await?;
            if known.contains(sender) {
                return Ok(());
            }
            ensure!(started.elapsed() < PATIENCE, "the mail of {sender} made no contact point: {known:?}");
            sleep(Duration::from_millis(100)).await;
        }
    }

    /// A mail comes, Graph tells, and it becomes a contact point.
    pub(crate) async fn hears(&self, name: &str) -> Result<()> {
        let sender = self.receive(name).await?;
        self.knows(&sender).await
    }

    /// Waits until nobody has read the mailbox for a while: a reader looks once more some seconds later, for
    /// mails that Outlook lists late.
    pub(crate) async fn is_left_alone(&self) -> Result<()> {
        let (started, mut since) = (Instant::now(), Instant::now());
        let mut requests = self.member.counts().await?.requests;
        while since.elapsed() < QUIET {
            ensure!(started.elapsed() < PATIENCE, "the mailbox is read all the time");
            sleep(Duration::from_millis(200)).await;
            let now = self.member.counts().await?.requests;
            if now != requests {
                (requests, since) = (now, Instant::now());
            }
        }
        Ok(())
    }

    /// Invokes the worker with a job for this mailbox, past the queue. Whether the job is done.
    pub(crate) async fn look_after(&self, task: &str) -> Result<bool> {
        let job = json!({"organization_id": self.member.customer.organization.id,
            "user_id": self.member.id, "feature": "mail", "task": task});
        let event = records(&[(unique("job"), job.to_string())]);
        let answer = self.stack().control.invoke("subscriptions-worker", &event).await?;
        Ok(answer["batchItemFailures"].as_array().context("no batch response")?.is_empty())
    }

    /// Makes an instant that the subscription's row keeps a long time ago: what only days do otherwise.
    pub(crate) async fn age(&self, instant: &str) -> Result<()> {
        let pk = format!("LINK#{}#{}#mail", self.member.customer.organization.id, self.member.id);
        let values = json!({":then": {"S": "2026-01-01T00:00:00Z"}});
        let expression = format!("SET live.{instant} = :then");
        self.stack().update_item("SubscriptionsTable", [&pk, "STATE"], &expression, &values).await
    }

    /// Sends the webhook a delivery; the status of its answer.
    pub(crate) async fn deliver(&self, items: &[Value]) -> Result<StatusCode> {
        post(self.stack(), json!({"value": items}).to_string().into_bytes()).await
    }
}

/// Sends the webhook a body.
pub(crate) async fn post(stack: &Stack, body: Vec<u8>) -> Result<StatusCode> {
    let url = format!("{}/graph/notifications?key=k", stack.file().gateway_url);
    let request = stack.http.post(url).header("content-type", "application/json; charset=utf-8");
    Ok(request.body(body).send().await?.status())
}

/// A notification of a new message in the subscription's mailbox, as Graph makes it.
pub(crate) fn notification(subscription: &Value) -> Value {
    let mut item = about(subscription);
    item["id"] = json!(unique("item"));
    item["changeType"] = json!("created");
    item["resource"] = json!("Users/e1/Messages/AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0A");
    item["resourceData"] =
        json!({"@odata.type": "#Microsoft.Graph.Message", "id": "AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0A"});
    item
}

/// A lifecycle notification of the subscription, as Graph makes it.
pub(crate) fn lifecycle(subscription: &Value, event: &str) -> Value {
    let mut item = about(subscription);
    item["lifecycleEvent"] = json!(event);
    item
}

fn about(subscription: &Value) -> Value {
    json!({
        "subscriptionId": subscription["id"],
        "subscriptionExpirationDateTime": subscription["expires"],
        "tenantId": subscription["tenantId"],
        "clientState": subscription["clientState"],
    })
}

pub(crate) fn id_of(subscription: &Value) -> Result<&str> {
    subscription["id"].as_str().context("a subscription without an id")
}

/// The event with which a queue invokes a worker for these messages.
pub(crate) fn records(messages: &[(String, String)]) -> Value {
    let record = |(id, body): &(String, String)| {
        json!({
            "messageId": id,
            "receiptHandle": id,
            "body": body,
            "attributes": {"ApproximateReceiveCount": "1"},
            "messageAttributes": {},
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:eu-central-1:000000000000:queue",
            "awsRegion": "eu-central-1",
        })
    };
    json!({"Records": messages.iter().map(record).collect::<Vec<_>>()})
}

/// A stack of its own whose queues nobody works off: what is queued can be counted, and every process is cold.
#[tokio::test]
async fn r27_r28_the_webhook_answers_cold_and_queues_only_what_graph_said() -> Result<()> {
    let (running, stack) = Stack::alone_without_workers("r28").await?;
    r27_handshake::is_answered_cold(&stack).await?;
    r28_notifications::only_what_graph_said_is_queued(&stack).await?;
    running.stop();
    Ok(())
}
