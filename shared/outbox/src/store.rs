//! The outbox's table and every change of a row in it.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

use aws::{Aws, AwsError, Condition, Key, Query, Table, Write};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use settings::{Environment, Settings, SettingsError, Variable};
use types::Clock;
use uuid::Uuid;

use crate::{Mail, MailState, MailStatus, OutboxError};

/// Where the outbox is kept.
#[derive(Debug, Clone)]
pub struct OutboxSettings {
    /// The table's name.
    pub table: String,
}

impl Settings for OutboxSettings {
    const VARIABLES: &'static [Variable] = &[Variable {
        name: "OUTBOX_TABLE",
        doc: "The DynamoDB table of mails that go out, of webhooks and of what is delivered to them.",
    }];

    fn load(environment: &Environment) -> Result<Self, SettingsError> {
        Ok(Self { table: environment.get("OUTBOX_TABLE")? })
    }
}

/// How long a claimed mail is left alone: SES's own word that it went out may still come.
const SILENCE: SignedDuration = SignedDuration::from_mins(10);

/// How long what is over stays in the table.
pub(crate) const KEPT: SignedDuration = SignedDuration::from_hours(14 * 24);

/// The `due` index is split so that no single partition of it takes all the writes.
const SHARDS: u64 = 4;

/// How many due rows of one shard a tick takes at most. The oldest come first; the next tick takes more.
pub(crate) const MOST_DUE: u32 = 500;

pub(crate) const DUE_SHARD: &str = "due_shard";
pub(crate) const DUE_AT: &str = "due_at";

/// The mails that go out.
#[derive(Clone)]
pub struct Outbox {
    pub(crate) aws: Aws,
    pub(crate) table: Table,
    clock: Arc<dyn Clock>,
}

/// A mail as it lies in the table.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Row {
    pk: String,
    sk: String,
    pub(crate) mail: Mail,
    pub(crate) state: MailState,
    pub(crate) posted_at: Timestamp,
    #[serde(default)]
    pub(crate) attempts: u32,
    /// Whose claim counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    attempt: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    attempted_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sent_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    due_shard: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    due_at: Option<i64>,
}

/// A mail that is due.
#[derive(Debug, Deserialize)]
pub(crate) struct Due {
    pub(crate) mail: Mail,
    #[serde(default)]
    pub(crate) attempts: u32,
    due_at: i64,
}

impl Outbox {
    /// The outbox in that table, at that clock's time.
    #[must_use]
    pub fn new(aws: Aws, settings: &OutboxSettings, clock: Arc<dyn Clock>) -> Self {
        Self { table: aws.table(settings.table.as_str()), aws, clock }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The write that posts a mail, for the transaction of what it tells of. Its condition is that no mail of
    /// this id was posted before. The mail is due at once; [`Outbox::hurry`] spares it the wait for the tick.
    ///
    /// # Errors
    /// The id is malformed, or the mail does not serialise.
    pub fn post(&self, mail: &Mail) -> Result<Write, OutboxError> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if mail.id.is_empty() || mail.id.len() > 200 || !mail.id.chars().all(is_plain) {
            return Err(OutboxError::Id);
        }
        let key = key_of(&mail.id);
        let now = self.now();
        let row = Row {
            pk: key.pk,
            sk: key.sk,
            mail: mail.clone(),
            state: MailState::Waiting,
            posted_at: now,
            attempts: 0,
            attempt: None,
            attempted_at: None,
            reason: None,
            sent_at: None,
            due_shard: Some(shard_of(&mail.id)),
            due_at: Some(now.as_second()),
        };
        Ok(self.table.put(&row)?.when(Condition::new_item()))
    }

    /// How a mail stands; none when it was never posted, or is long over.
    ///
    /// # Errors
    /// The store failed.
    pub async fn status(&self, id: &str) -> Result<Option<MailStatus>, OutboxError> {
        let row = self.read(id).await?;
        Ok(row.map(|row| {
            let Row { state, reason, attempts, sent_at, .. } = row;
            MailStatus { state, reason, attempts, sent_at }
        }))
    }

    pub(crate) async fn read(&self, id: &str) -> Result<Option<Row>, AwsError> {
        self.table.get(key_of(id)).await
    }

    /// Takes the right to send what was read, unless it is over or another attempt may still be heard of.
    pub(crate) async fn claim(&self, row: &Row) -> Result<Option<Uuid>, AwsError> {
        let now = self.now();
        let is_free = match row.state {
            MailState::Waiting => true,
            MailState::Sending => row.attempted_at.is_none_or(|at| at + SILENCE <= now),
            MailState::Sent | MailState::Failed => false,
        };
        if !is_free {
            return Ok(None);
        }
        let attempt = Uuid::new_v4();
        let as_read =
            vec![Condition::equals("state", row.state), Condition::equals("attempts", row.attempts)];
        let update = self
            .table
            .update(key_of(&row.mail.id))
            .set("state", MailState::Sending)?
            .set("attempts", row.attempts + 1)?
            .set("attempt", attempt)?
            .set("attempted_at", now)?
            .set(DUE_AT, (now + SILENCE).as_second())?
            .when(Condition::All(as_read));
        Ok(self.aws.write_if(update).await?.then_some(attempt))
    }

    /// It went out, as SES's reply or SES's event says; whose attempt it was does not matter.
    pub(crate) async fn sent(&self, id: &str, message_id: &str) -> Result<(), AwsError> {
        let open = [MailState::Waiting, MailState::Sending, MailState::Failed];
        let open = open.map(|state| Condition::equals("state", state)).to_vec();
        let update = self
            .over(id)?
            .set("state", MailState::Sent)?
            .set("sent_at", self.now())?
            .set("message_id", message_id)?
            .remove("reason")
            .when(Condition::Any(open));
        self.aws.write_if(update).await.map(drop)
    }

    /// It will not go out.
    pub(crate) async fn failed(&self, id: &str, attempt: Uuid, reason: &str) -> Result<(), AwsError> {
        let update = self.over(id)?.set("state", MailState::Failed)?.set("reason", reason)?;
        self.aws.write_if(update.when(own(attempt))).await.map(drop)
    }

    /// It did not go out this time; again after `pause`.
    pub(crate) async fn put_back(
        &self,
        id: &str,
        attempt: Uuid,
        reason: &str,
        pause: SignedDuration,
    ) -> Result<(), AwsError> {
        let update = self
            .table
            .update(key_of(id))
            .set("state", MailState::Waiting)?
            .set("reason", reason)?
            .set(DUE_AT, (self.now() + pause).as_second())?;
        self.aws.write_if(update.when(own(attempt))).await.map(drop)
    }

    /// The mails that are due now, [`MOST_DUE`] of each shard.
    pub(crate) async fn due(&self) -> Result<Vec<Due>, AwsError> {
        let now = self.now().as_second();
        let mut due = Vec::new();
        for shard in 0..SHARDS {
            let query = Query::index("due", DUE_SHARD, shard_name(shard)).at_most(DUE_AT, now);
            due.extend(self.table.query::<Due>(query.limit(MOST_DUE)).await?.items);
        }
        Ok(due)
    }

    /// Keeps the next ticks from queueing what was just queued. Whatever changed the row meanwhile wins.
    pub(crate) async fn put_off(&self, due: &Due, pause: SignedDuration) -> Result<(), AwsError> {
        let update = self.table.update(key_of(&due.mail.id));
        let update = update.set(DUE_AT, (self.now() + pause).as_second())?;
        self.aws.write_if(update.when(Condition::equals(DUE_AT, due.due_at))).await.map(drop)
    }

    fn over(&self, id: &str) -> Result<Write, AwsError> {
        let expires_at = (self.now() + KEPT).as_second();
        let update = self.table.update(key_of(id)).set("expires_at", expires_at)?;
        Ok(update.remove(DUE_SHARD).remove(DUE_AT))
    }
}

fn own(attempt: Uuid) -> Condition {
    Condition::All(vec![
        Condition::equals("state", MailState::Sending),
        Condition::equals("attempt", attempt),
    ])
}

fn key_of(id: &str) -> Key {
    Key::new(format!("MAIL#{id}"), "MAIL")
}

fn shard_of(id: &str) -> String {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    shard_name(hasher.finish() % SHARDS)
}

fn shard_name(shard: u64) -> String {
    format!("mail#{shard}")
}
