//! A member of an organization, with the mailbox that the cards go to.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};
use url::Url;
use xtask::made_up;

use super::customer::page_of;
use super::{Customer, simulator::Counts, unique};

/// The name that our folder has when it is made.
pub(crate) const FOLDER: &str = "Setten";

/// How long a push may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// A member.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) customer: Customer,
    /// The CRM's id.
    pub(crate) id: String,
    /// The account's address.
    pub(crate) address: String,
}

impl Member {
    /// The sign-in page to which the API sends the member for linking.
    pub(crate) async fn link_page(&self) -> Result<Url> {
        let path = format!("users/{}/links/contacts", self.id);
        page_of(&self.customer.product.call(Method::POST, &path, None).await?)
    }

    /// How the link stands, as `GET /v1/users/{user}/links/contacts` tells.
    pub(crate) async fn link(&self) -> Result<Value> {
        let path = format!("users/{}/links/contacts", self.id);
        self.customer.product.call(Method::GET, &path, None).await
    }

    /// Puts a card.
    pub(crate) async fn put(&self, card: &str, body: &Value) -> Result<()> {
        self.customer.product.put_card(&self.id, card, body).await
    }

    /// Puts the first `count` made-up cards.
    pub(crate) async fn put_many(&self, count: usize) -> Result<()> {
        self.customer.product.import(&self.id, made_up::vcards(count)).await
    }

    /// Lets the member's next turn come, ticks, and waits until the work is done, however it ended.
    pub(crate) async fn push(&self) -> Result<Value> {
        let before = self.link().await?;
        self.come_due().await?;
        self.customer.stack.control.tick().await?;
        let link = self
            .wait_until("the work is done", |link| {
                link["last_success_at"] != before["last_success_at"] || link["status"] != "linked"
            })
            .await?;
        // An earlier job may have ended just then; ours must have come to the last change too.
        let started = Instant::now();
        while link["status"] == "linked" && !self.is_pushed().await? {
            ensure!(started.elapsed() < PATIENCE, "the last change was not pushed within {PATIENCE:?}");
            sleep(Duration::from_millis(100)).await;
        }
        self.link().await
    }

    /// Whether nobody is at work and the folder has come to the last change.
    async fn is_pushed(&self) -> Result<bool> {
        let Customer { stack, organization, .. } = &self.customer;
        let pk = format!("CARDS#{}#{}", organization.id, self.id);
        let items = stack.items("CardsTable", &pk).await?;
        let member = |name: &'static str| items.iter().find_map(move |item| item[name]["N"].as_str());
        let at_work = items.iter().any(|item| !item["lease_attempt"].is_null());
        Ok(!at_work && member("pushed_revision").unwrap_or("0") == member("latest").unwrap_or("0"))
    }

    /// The sealed token of the link, as it lies in the table.
    pub(crate) async fn token_item(&self) -> Result<Option<Value>> {
        let pk = format!("ORGANIZATION#{}", self.customer.organization.id);
        let sk = format!("TOKEN#{}#contacts", self.id);
        self.customer.stack.item("AccountsTable", [&pk, &sk]).await
    }

    /// Puts the member's next turn to now; otherwise it comes within half an hour.
    pub(crate) async fn come_due(&self) -> Result<()> {
        let pk = format!("ORGANIZATION#{}", self.customer.organization.id);
        let sk = format!("LINK#{}#contacts", self.id);
        // Long ago, so that it is due at any offset of the functions' clocks.
        let values = json!({":due": {"N": "0"}});
        self.customer.stack.update_item("AccountsTable", [&pk, &sk], "SET due_at = :due", &values).await
    }

    /// Waits until the link is as wanted.
    pub(crate) async fn wait_until(&self, what: &str, is_so: impl Fn(&Value) -> bool) -> Result<Value> {
        let started = Instant::now();
        loop {
            let link = self.link().await?;
            if is_so(&link) {
                return Ok(link);
            }
            if started.elapsed() > PATIENCE {
                bail!("{what} did not come true within {PATIENCE:?}: {link}");
            }
            sleep(Duration::from_millis(200)).await;
        }
    }

    /// Invokes the worker with this member's job, past the queue, and waits for it: for what must not be left
    /// to the queue's own timing. Whether the job is done, or to be delivered again.
    pub(crate) async fn work(&self, message: &str) -> Result<bool> {
        let answer = self.customer.stack.control.invoke("cards-worker", &self.job(message)).await?;
        let failures = answer["batchItemFailures"].as_array().context("no batch response")?;
        Ok(failures.is_empty())
    }

    /// Invokes the worker until so many faults of this mailbox have struck. Another test's tick may have begun
    /// the push; the faults were there before it had anything to push.
    pub(crate) async fn work_until_struck(&self, times: u64) -> Result<()> {
        let started = Instant::now();
        while self.customer.stack.simulator.struck(&self.address).await? < times {
            ensure!(started.elapsed() < PATIENCE, "{times} faults did not strike within {PATIENCE:?}");
            self.work(&unique("job")).await?;
            sleep(Duration::from_millis(200)).await;
        }
        Ok(())
    }

    /// The event with which the queue invokes the worker for this member.
    fn job(&self, message: &str) -> Value {
        let body = json!({"organization_id": self.customer.organization.id, "user_id": self.id});
        json!({"Records": [{
            "messageId": message,
            "receiptHandle": message,
            "body": body.to_string(),
            "attributes": {"ApproximateReceiveCount": "1"},
            "messageAttributes": {},
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:eu-central-1:000000000000:cards",
            "awsRegion": "eu-central-1",
        }]})
    }

    /// The whole mailbox, past Graph.
    pub(crate) async fn mailbox(&self) -> Result<Value> {
        self.customer.stack.simulator.get(&format!("mailboxes/{}", self.address)).await
    }

    /// The mailbox's folders of this name that are not deleted.
    pub(crate) async fn folders(&self, name: &str) -> Result<Vec<Value>> {
        let mailbox = self.mailbox().await?;
        let folders = mailbox["folders"].as_array().context("a mailbox without folders")?;
        let wanted = |folder: &&Value| folder["displayName"] == name && folder["deleted"] == false;
        Ok(folders.iter().filter(wanted).cloned().collect())
    }

    /// The contacts in our folder, which must be there once.
    pub(crate) async fn contacts(&self) -> Result<Vec<Value>> {
        match self.folders(FOLDER).await?.as_slice() {
            [folder] => Ok(folder["contacts"].as_array().cloned().unwrap_or_default()),
            folders => bail!("{} folders are called {FOLDER}", folders.len()),
        }
    }

    /// What reached the mailbox so far.
    pub(crate) async fn counts(&self) -> Result<Counts> {
        self.customer.stack.simulator.counts(&self.address).await
    }
}

/// The card that a contact of ours says it is of.
pub(crate) fn card_of(contact: &Value) -> Option<&str> {
    let properties = contact["extendedProperties"].as_object()?;
    properties.values().next()?.as_str()
}
