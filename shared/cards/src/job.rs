//! The push of one user's cards as a job, from the tick to the worker.

use accounts::{Accounts, AccountsError};
use aws::{Job, Queue};
use serde::{Deserialize, Serialize};
use types::{Feature, OrganizationId, UserId};

use crate::CardsError;

/// Look at this user's cards and push what changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushJob {
    /// Whose.
    pub organization_id: OrganizationId,
    /// Who.
    pub user_id: UserId,
}

impl Job for PushJob {}

/// Puts a job on the queue for every user whose cards are due, then puts the user off to the next turn: a
/// crash in between makes a second job, never none. Returns how many were due.
///
/// # Errors
/// The store or the queue failed; who is still due comes up at the next tick.
pub async fn queue_due(accounts: &Accounts, queue: &Queue<PushJob>) -> Result<usize, CardsError> {
    let due = accounts.due(Feature::Contacts).await?;
    let jobs: Vec<PushJob> = due
        .iter()
        .map(|due| PushJob {
            organization_id: due.link.organization_id.clone(),
            user_id: due.link.user_id.clone(),
        })
        .collect();
    let refused = queue.send_many(&jobs).await?;
    let queued = due.iter().enumerate().filter(|(position, _)| !refused.contains(position));
    let put_off = queued.map(|(_, due)| accounts.put_off(due));
    let results: Vec<Result<(), AccountsError>> = futures::future::join_all(put_off).await;
    results.into_iter().collect::<Result<(), _>>()?;
    tracing::info!(due = due.len(), refused = refused.len(), "queued what is due");
    Ok(due.len())
}
