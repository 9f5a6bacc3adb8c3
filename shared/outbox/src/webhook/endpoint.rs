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
    /// The secret before, which is valid for a while yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    previous: Option<PreviousSecret>,
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

/// How often a change is tried again when others change the same at the same time.
const ATTEMPTS: u32 = 5;

const WEBHOOK: &str = "WEBHOOK#";

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

    /// Makes a webhook.
    ///
    /// # Errors
    /// `Target` when nothing can be sent there, `TooManyWebhooks`, or the store failed.
    pub async fn add(
        &self,
        organization: &OrganizationId,
        url: &str,
        events: BTreeSet<EventKind>,
    ) -> Result<NewSecret, OutboxError> {
        let url = self.targets.check(url).await?;
        let id = format!("whk_{}", Uuid::new_v4().simple());
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
            previous: None,
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
        let stored: Option<Stored<Webhook>> = self.outbox.table.get(key_of(organization, id)).await?;
        Ok(stored.ok_or(OutboxError::NotFound("webhook"))?.record)
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

    /// Gives a webhook another secret. The one before goes on signing for a day, beside it.
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
            webhook.previous = Some(PreviousSecret { sealed: before.clone(), valid_until });
            let update = self
                .outbox
                .table
                .update(key_of(organization, id))
                .set("sealed_secret", &webhook.sealed_secret)?
                .set("previous", &webhook.previous)?
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
        let update = update.remove("disabled").remove("failing_since").when(Condition::existing_item());
        self.outbox.aws.write_if(update).await?;
        self.read(organization, id).await
    }

    /// The secrets that sign now, the newest first.
    pub(crate) fn secrets(&self, webhook: &Webhook) -> Result<Vec<SecretString>, OutboxError> {
        let now = self.outbox.now();
        let previous = webhook.previous.as_ref().filter(|previous| now < previous.valid_until);
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
        let update = self.update(webhook).set("failing_since", self.outbox.now())?;
        let works = vec![Condition::existing_item(), Condition::Absent("failing_since")];
        self.outbox.aws.write_if(update.when(Condition::All(works))).await.map(drop)
    }

    /// An attempt succeeded.
    pub(crate) async fn works(&self, webhook: &Webhook) -> Result<(), AwsError> {
        let update = self.update(webhook).remove("failing_since");
        self.outbox.aws.write_if(update.when(Condition::Present("failing_since"))).await.map(drop)
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
