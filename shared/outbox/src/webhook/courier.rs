//! Takes one delivery to its webhook: claimed, signed, posted once, and written down.

use std::time::Duration;

use aws::Write;
use jiff::{SignedDuration, Timestamp};
use reqwest::{
    Client, StatusCode,
    header::{CONTENT_TYPE, USER_AGENT},
};
use types::Chain;
use uuid::Uuid;

use super::{
    Delivery, DisabledReason, Webhook, Webhooks,
    secret::signatures,
    target::{Targets, is_public_literal},
};
use crate::{DeliverJob, Notices, OutboxError};

/// How long a receiver may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// The pause after each attempt that failed, the first to the last but one: three days in all. The tick looks
/// every minute, so the first comes within one.
const PAUSES: [SignedDuration; 9] = [
    SignedDuration::from_secs(5),
    SignedDuration::from_mins(5),
    SignedDuration::from_mins(30),
    SignedDuration::from_hours(2),
    SignedDuration::from_hours(5),
    SignedDuration::from_hours(10),
    SignedDuration::from_hours(14),
    SignedDuration::from_hours(20),
    SignedDuration::from_hours(24),
];

/// How long a delivery waits, untried, whose webhook fails and is being called for another.
const BEHIND_ANOTHER: SignedDuration = SignedDuration::from_mins(5);

/// A webhook that only failed for so long is not in use any more.
const FAILED_ENOUGH: SignedDuration = SignedDuration::from_hours(5 * 24);

/// Takes deliveries to their webhooks.
#[derive(Clone)]
pub struct Courier {
    webhooks: Webhooks,
    notices: Notices,
    http: Client,
    targets: Targets,
}

/// Why an attempt failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Failure {
    /// The receiver answered with something else than success.
    Status(StatusCode),
    /// It took too long.
    Timeout,
    /// There was no answer, or the address is not one to speak to.
    Unreachable,
}

impl Failure {
    fn reason(self) -> String {
        match self {
            Self::Status(status) => format!("status_{}", status.as_u16()),
            Self::Timeout => "timeout".to_owned(),
            Self::Unreachable => "unreachable".to_owned(),
        }
    }
}

impl Courier {
    /// Takes deliveries to these webhooks, and tells administrators of those that are given up.
    ///
    /// # Panics
    /// If the machine's TLS cannot be set up; at start, by intention.
    #[must_use]
    pub fn new(webhooks: Webhooks, notices: Notices, targets: Targets) -> Self {
        let builder = Client::builder()
            .timeout(PATIENCE)
            // What answers with another address has to be registered there: a redirect could lead anywhere.
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .tls_backend_preconfigured(graph::tls());
        let builder = match targets.resolver() {
            Some(resolver) => builder.dns_resolver(resolver),
            None => builder,
        };
        Self { webhooks, notices, http: builder.build().expect("a TLS client"), targets }
    }

    /// Tries one delivery, unless it is over, another is at it, or it was tried since the job was queued. What
    /// goes to a webhook that fails is tried one at a time; the others wait.
    ///
    /// # Errors
    /// The store failed; the row comes up again. What the receiver does is no error here: the row says when it
    /// is due again.
    pub async fn deliver(&self, job: &DeliverJob) -> Result<(), OutboxError> {
        let DeliverJob { organization_id, webhook_id, delivery_id, attempts } = job;
        let outbox = &self.webhooks.outbox;
        let Some(delivery) = outbox.delivery(organization_id, webhook_id, delivery_id).await? else {
            tracing::warn!(delivery = delivery_id, "there is no such delivery");
            return Ok(());
        };
        if delivery.attempts != *attempts {
            return Ok(());
        }
        let webhook = match self.webhooks.read(organization_id, webhook_id).await {
            Ok(webhook) if webhook.disabled.is_some() => Err("webhook_disabled"),
            // It was for one of the same id, which was removed.
            Ok(webhook) if delivery.posted_at < webhook.created_at => Err("webhook_removed"),
            Ok(webhook) => Ok(webhook),
            Err(OutboxError::NotFound(_)) => Err("webhook_removed"),
            Err(error) => return Err(error),
        };
        if let Ok(webhook) = &webhook
            && !self.webhooks.may_be_called(webhook).await?
        {
            return Ok(outbox.put_off_delivery(&delivery, BEHIND_ANOTHER).await?);
        }
        let Some(attempt) = outbox.claim_delivery(&delivery).await? else { return Ok(()) };
        let webhook = match webhook {
            Ok(webhook) => webhook,
            Err(reason) => return self.bury(&delivery, attempt, reason).await,
        };
        match self.post(&webhook, &delivery).await? {
            Ok(()) => {
                outbox.aws.write_if(outbox.delivered(&delivery, attempt)?).await?;
                if webhook.failing_since.is_some() {
                    self.webhooks.works(&webhook).await?;
                }
                Ok(())
            }
            Err(failure) => self.failed(&webhook, &delivery, attempt, failure).await,
        }
    }

    /// Tries what was just posted, all at once. What fails here the tick repeats.
    pub async fn deliver_all(&self, jobs: &[DeliverJob]) {
        for tried in futures::future::join_all(jobs.iter().map(|job| self.deliver(job))).await {
            if let Err(error) = tried {
                tracing::warn!(error = %Chain(&error), "the tick finds the delivery");
            }
        }
    }

    /// One request; nothing of the answer is read but its status.
    async fn post(&self, webhook: &Webhook, delivery: &Delivery) -> Result<Result<(), Failure>, OutboxError> {
        // What the resolver cannot look at: a host that is an address.
        if self.targets == Targets::Public && !is_public_literal(&webhook.url) {
            return Ok(Err(Failure::Unreachable));
        }
        let at = self.webhooks.outbox.now();
        let secrets = self.webhooks.secrets(webhook)?;
        let request = self
            .http
            .post(&webhook.url)
            .header(CONTENT_TYPE, "application/json")
            .header(USER_AGENT, concat!("Setten-Webhooks/", env!("CARGO_PKG_VERSION")))
            .header("webhook-id", &delivery.id)
            .header("webhook-timestamp", at.as_second())
            .header("webhook-signature", signatures(&secrets, &delivery.id, at, &delivery.body))
            .body(delivery.body.clone());
        Ok(match request.send().await {
            Ok(response) if response.status().is_success() => Ok(()),
            Ok(response) => Err(Failure::Status(response.status())),
            Err(error) => {
                let failure = if error.is_timeout() { Failure::Timeout } else { Failure::Unreachable };
                // The address may carry a key of the receiver's.
                let error = error.without_url();
                tracing::info!(error = %Chain(&error), webhook = webhook.id, "no answer from a webhook");
                Err(failure)
            }
        })
    }

    async fn failed(
        &self,
        webhook: &Webhook,
        delivery: &Delivery,
        attempt: Uuid,
        failure: Failure,
    ) -> Result<(), OutboxError> {
        let outbox = &self.webhooks.outbox;
        if failure == Failure::Status(StatusCode::GONE) {
            self.disable(webhook, DisabledReason::Gone).await?;
            return self.bury(delivery, attempt, &failure.reason()).await;
        }
        let is_long = |since: Timestamp| since + FAILED_ENOUGH <= outbox.now();
        match webhook.failing_since {
            None => self.webhooks.begins_to_fail(webhook).await?,
            Some(since) if is_long(since) => self.disable(webhook, DisabledReason::Failing).await?,
            Some(_) => {}
        }
        match PAUSES.get(usize::try_from(delivery.attempts).unwrap_or(usize::MAX)) {
            Some(pause) => {
                let again = outbox.again(delivery, attempt, &failure.reason(), *pause)?;
                Ok(outbox.aws.write_if(again).await.map(drop)?)
            }
            None => self.bury(delivery, attempt, &failure.reason()).await,
        }
    }

    /// Gives a delivery up. It can be seen and taken up again through the API.
    async fn bury(&self, delivery: &Delivery, attempt: Uuid, reason: &str) -> Result<(), OutboxError> {
        let outbox = &self.webhooks.outbox;
        tracing::error!(delivery = delivery.id, webhook = delivery.webhook_id, reason, "a delivery is dead");
        Ok(outbox.aws.write_if(outbox.dead(delivery, attempt, reason)?).await.map(drop)?)
    }

    /// Disables a webhook and tells the administrators, in one step and once.
    async fn disable(&self, webhook: &Webhook, reason: DisabledReason) -> Result<(), OutboxError> {
        let mut writes: Vec<Write> = vec![self.webhooks.disable(webhook, reason)?];
        writes.extend(self.notices.webhook_disabled(webhook, reason).await?);
        tracing::warn!(webhook = webhook.id, ?reason, "a webhook was disabled");
        Ok(self.webhooks.outbox.aws.transact_if(writes).await.map(drop)?)
    }
}
