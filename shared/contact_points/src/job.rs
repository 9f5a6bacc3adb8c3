//! The reading of one mailbox as a job, from whoever notices something new to the worker.

use accounts::{Accounts, AccountsError};
use aws::{Job, Queue};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use subscriptions::{SubscribeJob, Task};
use types::{Feature, OrganizationId, UserId};

use crate::ContactPointsError;

/// Look at this user's mailbox and take in what is new.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadJob {
    /// Whose.
    pub organization_id: OrganizationId,
    /// Who.
    pub user_id: UserId,
    /// When somebody noticed, by our clock: a read that began after it has seen what was noticed.
    pub seen_at: Timestamp,
    /// Why.
    pub cause: Cause,
}

impl Job for ReadJob {}

/// Why a mailbox is read. Whatever the cause, everything new is taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Graph told of a new message.
    Notification,
    /// Notifications may have been missed: a subscription was made anew, or Graph says so.
    CatchUp,
    /// The mailbox's turn came, as it does every half hour.
    Turn,
}

/// Puts a read and a look at the subscription on their queues for every mailbox whose turn it is, then puts
/// the mailbox off to its next turn: a crash in between makes second jobs, never none. What notifications
/// missed is found so (requirement R26). Returns how many were due.
///
/// # Errors
/// The store or a queue failed; what is still due comes up at the next tick.
pub async fn queue_due(
    accounts: &Accounts,
    reads: &Queue<ReadJob>,
    subscribes: &Queue<SubscribeJob>,
    now: Timestamp,
) -> Result<usize, ContactPointsError> {
    let due = accounts.due(Feature::Mail).await?;
    let ids = || due.iter().map(|due| (due.link.organization_id.clone(), due.link.user_id.clone()));
    let read_jobs: Vec<ReadJob> = ids()
        .map(|(organization_id, user_id)| ReadJob {
            organization_id,
            user_id,
            seen_at: now,
            cause: Cause::Turn,
        })
        .collect();
    let subscribe_jobs: Vec<SubscribeJob> = ids()
        .map(|(organization_id, user_id)| {
            let feature = Feature::Mail;
            SubscribeJob { organization_id, user_id, feature, task: Task::Check }
        })
        .collect();
    let mut refused = subscribes.send_many(&subscribe_jobs).await?;
    refused.extend(reads.send_many(&read_jobs).await?);
    let queued = due.iter().enumerate().filter(|(position, _)| !refused.contains(position));
    let put_off = queued.map(|(_, due)| accounts.put_off(due));
    let results: Vec<Result<(), AccountsError>> = futures::future::join_all(put_off).await;
    results.into_iter().collect::<Result<(), _>>()?;
    tracing::info!(due = due.len(), refused = refused.len(), "queued the mailboxes that are due");
    Ok(due.len())
}
