//! Deliveries: one row for each event and webhook, and every change of it.

use std::hash::{DefaultHasher, Hash, Hasher};

use aws::{AwsError, Condition, Key, Page, Position, Query, Stored, Write};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use types::OrganizationId;
use uuid::Uuid;

use super::{EventKind, Webhook, Webhooks};
use crate::{
    DeliverJob, Outbox, OutboxError,
    store::{DUE_AT, DUE_SHARD, KEPT, MOST_DUE},
};

/// One event on its way to one webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// The event's id: `webhook-id`, the same at every attempt. Ids sort by time.
    pub id: String,
    /// Whose.
    pub organization_id: OrganizationId,
    /// Where to.
    pub webhook_id: String,
    /// What it tells of.
    pub kind: EventKind,
    /// How it stands; the table of states is at the crate's head.
    pub state: DeliveryState,
    /// When it happened.
    pub posted_at: Timestamp,
    /// How often it was tried since it was posted or taken up again.
    #[serde(default)]
    pub attempts: u32,
    /// When it was tried last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempted_at: Option<Timestamp>,
    /// What came of the last attempt, if it failed: `status_500`, `timeout`, `unreachable`, or why it is dead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When it arrived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivered_at: Option<Timestamp>,
    /// When it is tried again, or taken from a worker that died; seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    due_shard: Option<String>,
    pub(crate) body: String,
    /// Whose claim counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    attempt: Option<Uuid>,
}

impl From<&Delivery> for DeliverJob {
    fn from(delivery: &Delivery) -> Self {
        Self {
            organization_id: delivery.organization_id.clone(),
            webhook_id: delivery.webhook_id.clone(),
            delivery_id: delivery.id.clone(),
            attempts: delivery.attempts,
        }
    }
}

/// How a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// Not tried yet, or tried in vain and due again.
    Waiting,
    /// Being tried.
    Sending,
    /// The receiver took it.
    Delivered,
    /// Given up; it can be taken up again.
    Dead,
}

impl DeliveryState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Sending, Self::Delivered, Self::Dead];

    /// The name in paths and JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sending => "sending",
            Self::Delivered => "delivered",
            Self::Dead => "dead",
        }
    }
}

/// How long a claimed delivery is left alone: an attempt takes ten seconds at most.
const LEASE: SignedDuration = SignedDuration::from_mins(1);

/// The `due` index is split so that no single partition of it takes all the writes.
const SHARDS: u64 = 4;

/// How many rows a filtered list reads for one page at most.
const MOST_READ: u32 = 1_000;

impl Webhooks {
    /// One page of a webhook's deliveries, the newest first, and the cursor of the next. With a state, only
    /// those in it: a page may then be short, or empty, and yet not be the last.
    ///
    /// # Errors
    /// `NotFound` when there is no such webhook, or the store failed.
    pub async fn deliveries(
        &self,
        organization: &OrganizationId,
        webhook: &str,
        state: Option<DeliveryState>,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<(Vec<Delivery>, Option<String>), OutboxError> {
        self.read(organization, webhook).await?;
        Ok(self.outbox.deliveries(organization, webhook, state, limit, cursor).await?)
    }

    /// Takes a dead delivery up again, from the first attempt.
    ///
    /// # Errors
    /// `NotFound` when there is no such webhook or delivery, `WebhookDisabled`, `NotDead`, or the store failed.
    pub async fn retry(
        &self,
        organization: &OrganizationId,
        webhook: &str,
        id: &str,
    ) -> Result<Delivery, OutboxError> {
        if self.read(organization, webhook).await?.disabled.is_some() {
            return Err(OutboxError::WebhookDisabled);
        }
        self.outbox.take_up(organization, webhook, id).await
    }
}

impl Outbox {
    /// The write that puts an event on its way to a webhook; its condition is that it was not before.
    pub(crate) fn deliver(
        &self,
        webhook: &Webhook,
        kind: EventKind,
        id: &str,
        body: &str,
    ) -> Result<Write, AwsError> {
        let now = self.now();
        let delivery = Delivery {
            id: id.to_owned(),
            organization_id: webhook.organization_id.clone(),
            webhook_id: webhook.id.clone(),
            kind,
            state: DeliveryState::Waiting,
            posted_at: now,
            attempts: 0,
            attempted_at: None,
            reason: None,
            delivered_at: None,
            due_at: Some(now.as_second()),
            due_shard: Some(shard_of(&webhook.id, id)),
            body: body.to_owned(),
            attempt: None,
        };
        Ok(self.table.put(&Stored::at(key_of(&delivery), &delivery))?.when(Condition::new_item()))
    }

    /// One delivery.
    pub(crate) async fn delivery(
        &self,
        organization: &OrganizationId,
        webhook: &str,
        id: &str,
    ) -> Result<Option<Delivery>, AwsError> {
        let stored: Option<Stored<Delivery>> =
            self.table.get(Key::new(partition(organization, webhook), id)).await?;
        Ok(stored.map(|stored| stored.record))
    }

    async fn deliveries(
        &self,
        organization: &OrganizationId,
        webhook: &str,
        state: Option<DeliveryState>,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<(Vec<Delivery>, Option<String>), AwsError> {
        let pk = partition(organization, webhook);
        let mut after = cursor.map(|cursor| Position::at(&pk, cursor));
        let (mut found, mut read) = (Vec::new(), 0);
        loop {
            let left = limit - u32::try_from(found.len()).unwrap_or(limit);
            let query = Query::partition(&pk).newest_first().limit(left).after(after.take());
            let Page { items, next } = self.table.query::<Stored<Delivery>>(query).await?;
            read += left;
            let items = items.into_iter().map(|stored| stored.record);
            found.extend(items.filter(|delivery| state.is_none_or(|state| delivery.state == state)));
            let is_full = found.len() >= limit as usize || read >= MOST_READ;
            match next {
                Some(position) if !is_full => after = Some(position),
                next => return Ok((found, next.map(|position| position.sort_key().to_owned()))),
            }
        }
    }

    async fn take_up(
        &self,
        organization: &OrganizationId,
        webhook: &str,
        id: &str,
    ) -> Result<Delivery, OutboxError> {
        let found = self.delivery(organization, webhook, id).await?;
        let mut delivery = found.ok_or(OutboxError::NotFound("delivery"))?;
        delivery.due_at = Some(self.now().as_second());
        let update = self
            .table
            .update(key_of(&delivery))
            .set("state", DeliveryState::Waiting)?
            .set("attempts", 0)?
            .set(DUE_SHARD, shard_of(webhook, id))?
            .set(DUE_AT, delivery.due_at)?
            .remove("expires_at")
            .when(Condition::equals("state", DeliveryState::Dead));
        if !self.aws.write_if(update).await? {
            return Err(OutboxError::NotDead);
        }
        Ok(Delivery { state: DeliveryState::Waiting, attempts: 0, ..delivery })
    }

    /// Takes the right to try a delivery that was read, unless it is over or another is at it.
    pub(crate) async fn claim_delivery(&self, delivery: &Delivery) -> Result<Option<Uuid>, AwsError> {
        let now = self.now();
        let is_free = match delivery.state {
            DeliveryState::Waiting => true,
            DeliveryState::Sending => delivery.attempted_at.is_none_or(|at| at + LEASE <= now),
            DeliveryState::Delivered | DeliveryState::Dead => false,
        };
        if !is_free {
            return Ok(None);
        }
        let attempt = Uuid::new_v4();
        let as_read = vec![
            Condition::equals("state", delivery.state),
            Condition::equals("attempts", delivery.attempts),
        ];
        let update = self
            .table
            .update(key_of(delivery))
            .set("state", DeliveryState::Sending)?
            .set("attempts", delivery.attempts + 1)?
            .set("attempt", attempt)?
            .set("attempted_at", now)?
            .set(DUE_AT, (now + LEASE).as_second())?
            .when(Condition::All(as_read));
        Ok(self.aws.write_if(update).await?.then_some(attempt))
    }

    /// It arrived.
    pub(crate) fn delivered(&self, delivery: &Delivery, attempt: Uuid) -> Result<Write, AwsError> {
        let update = self.delivery_over(delivery)?.set("state", DeliveryState::Delivered)?;
        Ok(update.set("delivered_at", self.now())?.remove("reason").when(own(attempt)))
    }

    /// It will not be tried again by itself.
    pub(crate) fn dead(&self, delivery: &Delivery, attempt: Uuid, reason: &str) -> Result<Write, AwsError> {
        let update = self.delivery_over(delivery)?.set("state", DeliveryState::Dead)?;
        Ok(update.set("reason", reason)?.when(own(attempt)))
    }

    /// It did not arrive this time; again after `pause`.
    pub(crate) fn again(
        &self,
        delivery: &Delivery,
        attempt: Uuid,
        reason: &str,
        pause: SignedDuration,
    ) -> Result<Write, AwsError> {
        let update = self.table.update(key_of(delivery)).set("state", DeliveryState::Waiting)?;
        let update = update.set("reason", reason)?.set(DUE_AT, (self.now() + pause).as_second())?;
        Ok(update.when(own(attempt)))
    }

    /// The deliveries that are due now, [`MOST_DUE`] of each shard.
    pub(crate) async fn due_deliveries(&self) -> Result<Vec<Delivery>, AwsError> {
        let now = self.now().as_second();
        let mut due = Vec::new();
        for shard in 0..SHARDS {
            let query = Query::index("due", DUE_SHARD, shard_name(shard)).at_most(DUE_AT, now);
            let page = self.table.query::<Stored<Delivery>>(query.limit(MOST_DUE)).await?;
            due.extend(page.items.into_iter().map(|stored| stored.record));
        }
        Ok(due)
    }

    /// Keeps the next ticks from queueing what was just queued. Whatever changed the row meanwhile wins.
    pub(crate) async fn put_off_delivery(
        &self,
        delivery: &Delivery,
        pause: SignedDuration,
    ) -> Result<(), AwsError> {
        let update = self.table.update(key_of(delivery)).set(DUE_AT, (self.now() + pause).as_second())?;
        self.aws.write_if(update.when(Condition::equals(DUE_AT, delivery.due_at))).await.map(drop)
    }

    fn delivery_over(&self, delivery: &Delivery) -> Result<Write, AwsError> {
        let expires_at = (self.now() + KEPT).as_second();
        let update = self.table.update(key_of(delivery)).set("expires_at", expires_at)?;
        Ok(update.remove(DUE_SHARD).remove(DUE_AT))
    }
}

fn own(attempt: Uuid) -> Condition {
    Condition::All(vec![
        Condition::equals("state", DeliveryState::Sending),
        Condition::equals("attempt", attempt),
    ])
}

fn partition(organization: &OrganizationId, webhook: &str) -> String {
    format!("DELIVERIES#{organization}#{webhook}")
}

fn key_of(delivery: &Delivery) -> Key {
    Key::new(partition(&delivery.organization_id, &delivery.webhook_id), delivery.id.as_str())
}

fn shard_of(webhook: &str, id: &str) -> String {
    let mut hasher = DefaultHasher::new();
    (webhook, id).hash(&mut hasher);
    shard_name(hasher.finish() % SHARDS)
}

fn shard_name(shard: u64) -> String {
    format!("webhook#{shard}")
}
