//! The look at one user's cards as a job, from the tick or a person to the worker.

use accounts::{Accounts, AccountsError, Link};
use aws::{Job, Queue};
use serde::{Deserialize, Serialize};
use types::{Feature, OrganizationId, UserId};

use crate::CardsError;

/// Look at this user's cards and their folder in Outlook, and do what is to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardsJob {
    /// Whose.
    pub organization_id: OrganizationId,
    /// Who.
    pub user_id: UserId,
    /// Somebody asked for it ([`hurry`]): the folder is looked at even when no card changed, so that one
    /// deleted in Outlook comes back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_asked_for: bool,
}

impl Job for CardsJob {}

impl CardsJob {
    fn of(link: &Link) -> Self {
        Self {
            organization_id: link.organization_id.clone(),
            user_id: link.user_id.clone(),
            is_asked_for: false,
        }
    }
}

/// Puts a job on the queue for every user whose cards are due, then puts the user off to the next turn: a
/// crash in between makes a second job, never none. Returns how many were due.
///
/// # Errors
/// The store or the queue failed; who is still due comes up at the next tick.
pub async fn queue_due(accounts: &Accounts, queue: &Queue<CardsJob>) -> Result<usize, CardsError> {
    let due = accounts.due(Feature::Contacts).await?;
    let jobs: Vec<CardsJob> = due.iter().map(|due| CardsJob::of(&due.link)).collect();
    let refused = queue.send_many(&jobs).await?;
    let queued = due.iter().enumerate().filter(|(position, _)| !refused.contains(position));
    let put_off = queued.map(|(_, due)| accounts.put_off(due));
    let results: Vec<Result<(), AccountsError>> = futures::future::join_all(put_off).await;
    results.into_iter().collect::<Result<(), _>>()?;
    tracing::info!(due = due.len(), refused = refused.len(), "queued what is due");
    Ok(due.len())
}

/// Has one user's cards pushed now, without waiting for the link's turn: right after linking, or because
/// somebody asked. As often as wanted: one push is at work at a time, and where nothing changed it makes one
/// call to Outlook.
///
/// # Errors
/// The queue failed. A fresh link is due at once, so the next tick makes up for it.
pub async fn hurry(queue: &Queue<CardsJob>, link: &Link) -> Result<(), CardsError> {
    Ok(queue.send(&CardsJob { is_asked_for: true, ..CardsJob::of(link) }).await?)
}
