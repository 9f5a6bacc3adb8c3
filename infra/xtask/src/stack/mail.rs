//! What SES does with mail that it accepted, and the local AWS does not: it delivers, and tells the outbox.
//!
//! The gate before AWS tells of every accepted mail. It is kept as a file, arrives in the simulated mailbox
//! of whoever has one, and the event that AWS's rule would put on the outbox queue is put there.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::JoinHandle;

use super::local_aws::LocalAws;
use crate::gate::Tapped;

/// The call by which SES takes mail.
pub(super) const SEND_EMAIL: &str = "/v2/email/outbound-emails";

/// The address that mail comes from, and the domain that SES holds as verified.
pub(super) const SENDER_ADDRESS: &str = "no-reply@setten.example";
const SENDER_DOMAIN: &str = "setten.example";

/// Where mail goes.
#[derive(Debug)]
pub(super) struct Post {
    /// The files of everything sent.
    pub(super) folder: PathBuf,
    pub(super) simulator: String,
    pub(super) outbox_queue: String,
    pub(super) aws: LocalAws,
    pub(super) http: reqwest::Client,
}

/// Lets SES know the sender's domain, as its owner would by DNS records.
///
/// # Errors
/// The local AWS refuses.
pub(super) async fn verify_sender(aws: &LocalAws) -> Result<()> {
    aws.verify_identity(SENDER_DOMAIN).await.context("the sender's domain could not be verified")
}

impl Post {
    /// Delivers what the gate tells of, until the stack ends.
    pub(super) fn start(self, mut accepted: UnboundedReceiver<Tapped>) -> JoinHandle<()> {
        tokio::spawn(async move {
            while let Some(mail) = accepted.recv().await {
                if let Err(error) = self.deliver(&mail).await {
                    note_failure(&self.folder, &format!("{error:#}"));
                }
            }
        })
    }

    async fn deliver(&self, Tapped { request, reply }: &Tapped) -> Result<()> {
        let (request, reply): (Value, Value) =
            (serde_json::from_slice(request)?, serde_json::from_slice(reply)?);
        let raw = request["Content"]["Raw"]["Data"].as_str().context("a mail that is not raw")?;
        let raw = STANDARD.decode(raw).context("a mail that is not base64")?;
        let id = reply["MessageId"].as_str().context("SES named no message")?;
        let name = id.split('@').next().unwrap_or(id);
        std::fs::write(self.folder.join(format!("{name}.eml")), &raw)?;
        // Before the delivery: SES accepts first.
        self.tell_the_outbox(&request, id).await?;
        for address in request["Destination"]["ToAddresses"].as_array().into_iter().flatten() {
            let address = address.as_str().context("a recipient is a text")?;
            let address = address.rsplit_once('<').map_or(address, |(_, rest)| rest.trim_end_matches('>'));
            let url = format!("{}/_sim/mailboxes/{address}/messages?folder=inbox", self.simulator);
            // Most guests have no mailbox here; that is no failure.
            self.http.post(url).header("content-type", "message/rfc822").body(raw.clone()).send().await?;
        }
        Ok(())
    }

    /// The event as EventBridge's rule hands it on.
    async fn tell_the_outbox(&self, request: &Value, id: &str) -> Result<()> {
        let mut tags = json!({"ses:configuration-set": [request["ConfigurationSetName"]]});
        for tag in request["EmailTags"].as_array().into_iter().flatten() {
            tags[tag["Name"].as_str().unwrap_or_default()] = json!([tag["Value"]]);
        }
        let event = json!({
            "version": "0",
            "id": uuid::Uuid::new_v4(),
            "detail-type": "Email Sent",
            "source": "aws.ses",
            "account": "000000000000",
            "time": now(),
            "region": super::local_aws::REGION,
            "resources": [],
            "detail": {
                "eventType": "Send",
                "mail": {"messageId": id, "source": request["FromEmailAddress"], "tags": tags,
                    "destination": request["Destination"]["ToAddresses"]},
                "send": {},
            },
        });
        let body = json!({"QueueUrl": self.outbox_queue, "MessageBody": event.to_string()});
        self.aws.json("sqs", "AmazonSQS.SendMessage", &body).await?;
        Ok(())
    }
}

#[expect(clippy::disallowed_methods, reason = "the time of an event that nobody compares")]
fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

/// A mail that could not be handed on must not end the stack; whoever misses it finds why here.
fn note_failure(folder: &Path, line: &str) {
    let _lost = std::fs::write(folder.join("failed.txt"), line);
}
