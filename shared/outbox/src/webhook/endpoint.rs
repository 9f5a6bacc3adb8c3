//! The webhooks of an organization: where they lead, for what, and with which secret.

use std::collections::BTreeSet;

use accounts::Sealer;
use aws::{AwsError, Condition, Key, Query, Stored, Write};
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use types::OrganizationId;
use uuid::Uuid;

use super::{EventKind, secret, target::Targets};
use crate::{Outbox, OutboxError};

/// The webhooks of all organizations.
#[derive(Clone)]
pub struct Webhooks {
    pub(crate) outbox: Outbox,
    sealer: Sealer,
    targets: Targets,
}

/// Where an organization wants to be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    /// Ours, as in `whk_…`.
    pub id: String,
    /// Whose.
    pub organization_id: OrganizationId,
    /// Where it leads.
    pub url: String,
    /// What is told.
    pub events: BTreeSet<EventKind>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Since when every attempt failed; none after a success.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failing_since: Option<Timestamp>,
    /// When and why nothing is sent any more; none while it is in use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled: Option<Disabled>,
    sealed_secret: String,
    /// When it is called next at the earliest, while every attempt fails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next_call_at: Option<Timestamp>,
    /// The secrets before, each valid for a while yet, the newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    previous_secrets: Vec<PreviousSecret>,
}

/// That nothing is sent any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disabled {
    /// Since when.
    pub at: Timestamp,
    /// Why.
    pub reason: DisabledReason,
}

/// Why nothing is sent to a webhook any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisabledReason {
    /// The receiver answered 410: it does not want to hear.
    Gone,
    /// Every attempt failed for days.
    Failing,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct PreviousSecret {
    sealed: String,
    valid_until: Timestamp,
}

/// A webhook with its secret, which is shown this once.
#[derive(Debug)]
pub struct NewSecret {
    /// The webhook as it stands.
    pub webhook: Webhook,
    /// `whsec_…`.
    pub secret: SecretString,
    /// Until when the secret before is valid too.
    pub previous_valid_until: Option<Timestamp>,
}

/// How many one organization may have.
pub const MOST_WEBHOOKS: usize = 5;

/// How long a secret that was replaced goes on signing.
const OVERLAP: SignedDuration = SignedDuration::from_hours(24);

/// How many that were replaced go on signing. Whoever did not get the answer to a rotation rotates again, and the
/// receiver still has the one from before.
const MOST_PREVIOUS: usize = 3;

/// While every attempt fails, a webhook is called so often at most: longer than a call takes, so that a receiver
/// which does not answer holds up one call at a time and not those of everybody else.
const BETWEEN_CALLS: SignedDuration = SignedDuration::from_secs(15);

/// How often a change is tried again when others change the same at the same time.
const ATTEMPTS: u32 = 5;

const WEBHOOK: &str = "WEBHOOK#";
const FAILING_SINCE: &str = "failing_since";
const NEXT_CALL_AT: &str = "next_call_at";

/// How many webhooks there are: what makes the limit hold when several are made at once.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Count {
    count: usize,
}

impl Webhooks {
    /// The webhooks that lie in the outbox's table, with secrets sealed by `sealer`.
    #[must_use]
    pub fn new(outbox: Outbox, sealer: Sealer, targets: Targets) -> Self {
        Self { outbox, sealer, targets }
    }

    /// Makes a webhook. The same idempotency key for the same address and events gives the webhook that it made.
    ///
    /// # Errors
    /// `Target` when nothing can be sent there, `TooManyWebhooks`, or the store failed.
    pub async fn add(
        &self,
        organization: &OrganizationId,
        url: &str,
        events: BTreeSet<EventKind>,
        idempotency_key: Option<&str>,
    ) -> Result<NewSecret, OutboxError> {
        let url = self.targets.check(url).await?;
        let id =
            idempotency_key.map_or_else(Uuid::new_v4, |key| of_key(organization, key, url.as_str(), &events));
        let id = format!("whk_{}", id.simple());
        if idempotency_key.is_some()
            && let Some(webhook) = self.find(organization, &id).await?
        {
            let secret = self.sealer.open(&owner(organization, &id), &webhook.sealed_secret)?;
            return Ok(NewSecret { webhook, secret, previous_valid_until: None });
        }
        let secret = secret::generate(&mut rand::rng());
        let webhook = Webhook {
            sealed_secret: self.sealer.seal(&owner(organization, &id), &secret)?,
            id,
            organization_id: organization.clone(),
            url: url.into(),
            events,
            created_at: self.outbox.now(),
            failing_since: None,
            disabled: None,
            next_call_at: None,
            previous_secrets: Vec::new(),
        };
        let put = || self.outbox.table.put(&Stored::at(key_of(organization, &webhook.id), &webhook));
        for _ in 0..ATTEMPTS {
            let count = self.count(organization).await?;
            if count.is_some_and(|count| count >= MOST_WEBHOOKS) {
                return Err(OutboxError::TooManyWebhooks);
            }
            let counted = self.recount(organization, count, count.unwrap_or_default() + 1)?;
            let put = put()?.when(Condition::new_item());
            if self.outbox.aws.transact_if(vec![put, counted]).await? {
                return Ok(NewSecret { webhook, secret, previous_valid_until: None });
            }
        }
        Err(OutboxError::Contended)
    }

    /// The organization's webhooks, in no order.
    ///
    /// # Errors
    /// The store failed.
    pub async fn list(&self, organization: &OrganizationId) -> Result<Vec<Webhook>, OutboxError> {
        let query = Query::partition(&partition(organization)).begins_with(WEBHOOK);
        let stored: Vec<Stored<Webhook>> = self.outbox.table.query_all(query).await?;
        Ok(stored.into_iter().map(|stored| stored.record).collect())
    }

    /// One webhook.
    ///
    /// # Errors
    /// `NotFound`, or the store failed.
    pub async fn read(&self, organization: &OrganizationId, id: &str) -> Result<Webhook, OutboxError> {
        self.find(organization, id).await?.ok_or(OutboxError::NotFound("webhook"))
    }

    async fn find(&self, organization: &OrganizationId, id: &str) -> Result<Option<Webhook>, AwsError> {
        let stored: Option<Stored<Webhook>> = self.outbox.table.get(key_of(organization, id)).await?;
        Ok(stored.map(|stored| stored.record))
    }

    /// Removes a webhook; what was not delivered yet will not be.
    ///
    /// # Errors
    /// `NotFound`, or the store failed.
    pub async fn remove(&self, organization: &OrganizationId, id: &str) -> Result<(), OutboxError> {
        for _ in 0..ATTEMPTS {
            self.read(organization, id).await?;
            let count = self.count(organization).await?;
            let counted = self.recount(organization, count, count.unwrap_or(1).saturating_sub(1))?;
            let delete = self.outbox.table.delete(key_of(organization, id)).when(Condition::existing_item());
            if self.outbox.aws.transact_if(vec![delete, counted]).await? {
                return Ok(());
            }
        }
        Err(OutboxError::Contended)
    }

    /// Gives a webhook another secret. The one before goes on signing for a day, beside it; so do those that it
    /// replaced less than a day ago, three in all.
    ///
    /// # Errors
    /// `NotFound`, or the store failed.
    pub async fn rotate(&self, organization: &OrganizationId, id: &str) -> Result<NewSecret, OutboxError> {
        let valid_until = self.outbox.now() + OVERLAP;
        for _ in 0..ATTEMPTS {
            let mut webhook = self.read(organization, id).await?;
            let secret = secret::generate(&mut rand::rng());
            let sealed = self.sealer.seal(&owner(organization, id), &secret)?;
            let before = std::mem::replace(&mut webhook.sealed_secret, sealed);
            webhook.previous_secrets.retain(|previous| self.outbox.now() < previous.valid_until);
            webhook.previous_secrets.insert(0, PreviousSecret { sealed: before.clone(), valid_until });
            webhook.previous_secrets.truncate(MOST_PREVIOUS);
            let update = self
                .outbox
                .table
                .update(key_of(organization, id))
                .set("sealed_secret", &webhook.sealed_secret)?
                .set("previous_secrets", &webhook.previous_secrets)?
                .when(Condition::equals("sealed_secret", before));
            if self.outbox.aws.write_if(update).await? {
                return Ok(NewSecret { webhook, secret, previous_valid_until: Some(valid_until) });
            }
        }
        Err(OutboxError::Contended)
    }

    /// Takes a webhook into use again that was disabled.
    ///
    /// # Errors
    /// `NotFound`, or the store failed.
    pub async fn enable(&self, organization: &OrganizationId, id: &str) -> Result<Webhook, OutboxError> {
        let update = self.outbox.table.update(key_of(organization, id));
        let update = update.remove("disabled").remove(FAILING_SINCE).remove(NEXT_CALL_AT);
        self.outbox.aws.write_if(update.when(Condition::existing_item())).await?;
        self.read(organization, id).await
    }

    /// The secrets that sign now, the newest first.
    pub(crate) fn secrets(&self, webhook: &Webhook) -> Result<Vec<SecretString>, OutboxError> {
        let now = self.outbox.now();
        let previous = webhook.previous_secrets.iter().filter(|previous| now < previous.valid_until);
        let sealed = std::iter::once(&webhook.sealed_secret).chain(previous.map(|previous| &previous.sealed));
        let owner = owner(&webhook.organization_id, &webhook.id);
        Ok(sealed.map(|sealed| self.sealer.open(&owner, sealed)).collect::<Result<_, _>>()?)
    }

    /// The write that disables a webhook; its condition is that it was in use.
    pub(crate) fn disable(&self, webhook: &Webhook, reason: DisabledReason) -> Result<Write, AwsError> {
        let disabled = Disabled { at: self.outbox.now(), reason };
        let update = self.update(webhook).set("disabled", disabled)?;
        let in_use = vec![Condition::existing_item(), Condition::Absent("disabled")];
        Ok(update.when(Condition::All(in_use)))
    }

    /// From now on every attempt failed.
    pub(crate) async fn begins_to_fail(&self, webhook: &Webhook) -> Result<(), AwsError> {
        let now = self.outbox.now();
        let update = self.update(webhook).set(FAILING_SINCE, now)?.set(NEXT_CALL_AT, now + BETWEEN_CALLS)?;
        let works = vec![Condition::existing_item(), Condition::Absent(FAILING_SINCE)];
        self.outbox.aws.write_if(update.when(Condition::All(works))).await.map(drop)
    }

    /// Whether a webhook may be called now: always while it works, and while every attempt fails by one at a
    /// time.
    pub(crate) async fn may_be_called(&self, webhook: &Webhook) -> Result<bool, AwsError> {
        if webhook.failing_since.is_none() {
            return Ok(true);
        }
        let now = self.outbox.now();
        if webhook.next_call_at.is_some_and(|next| now < next) {
            return Ok(false);
        }
        let as_read = match webhook.next_call_at {
            Some(next) => Condition::equals(NEXT_CALL_AT, next),
            None => Condition::Absent(NEXT_CALL_AT),
        };
        let update = self.update(webhook).set(NEXT_CALL_AT, now + BETWEEN_CALLS)?;
        let as_read = Condition::All(vec![Condition::Present(FAILING_SINCE), as_read]);
        self.outbox.aws.write_if(update.when(as_read)).await
    }

    /// An attempt succeeded.
    pub(crate) async fn works(&self, webhook: &Webhook) -> Result<(), AwsError> {
        let update = self.update(webhook).remove(FAILING_SINCE).remove(NEXT_CALL_AT);
        self.outbox.aws.write_if(update.when(Condition::Present(FAILING_SINCE))).await.map(drop)
    }

    fn update(&self, webhook: &Webhook) -> Write {
        self.outbox.table.update(key_of(&webhook.organization_id, &webhook.id))
    }

    async fn count(&self, organization: &OrganizationId) -> Result<Option<usize>, AwsError> {
        let count: Option<Count> = self.outbox.table.get(count_key(organization)).await?;
        Ok(count.map(|count| count.count))
    }

    fn recount(
        &self,
        organization: &OrganizationId,
        before: Option<usize>,
        count: usize,
    ) -> Result<Write, AwsError> {
        let as_read = before.map_or_else(Condition::new_item, |before| Condition::equals("count", before));
        Ok(self.outbox.table.put(&Stored::at(count_key(organization), Count { count }))?.when(as_read))
    }
}

/// Names idempotency keys of webhooks among all version 5 UUIDs.
const WEBHOOK_NAMESPACE: Uuid = Uuid::from_u128(0x2f4b_81d7_0c3e_4a96_b5d2_7e19_6a08_c4f3);

/// What comes of a key and what is asked for with it, so that not even a request that died makes a second webhook.
fn of_key(organization: &OrganizationId, key: &str, url: &str, events: &BTreeSet<EventKind>) -> Uuid {
    let name = format!("{organization}\n{key}\n{url}\n{events:?}");
    Uuid::new_v5(&WEBHOOK_NAMESPACE, name.as_bytes())
}

/// What a secret is sealed for. No organization's id has a slash in it.
fn owner(organization: &OrganizationId, id: &str) -> String {
    format!("webhook/{organization}/{id}")
}

fn partition(organization: &OrganizationId) -> String {
    format!("WEBHOOKS#{organization}")
}

fn key_of(organization: &OrganizationId, id: &str) -> Key {
    Key::new(partition(organization), format!("{WEBHOOK}{id}"))
}

fn count_key(organization: &OrganizationId) -> Key {
    Key::new(partition(organization), "COUNT")
}
