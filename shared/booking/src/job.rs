//! An appointment on its way, from the desk or the tick to the worker.

use aws::{Job, Queue};
use serde::{Deserialize, Serialize};
use types::{AppointmentId, OrganizationId};

use crate::{BookingError, BookingStore};

/// Look at this appointment and do what its state asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookingJob {
    /// Whose.
    pub organization_id: OrganizationId,
    /// Which.
    pub appointment_id: AppointmentId,
}

impl Job for BookingJob {}

/// Puts a job on the queue for every appointment that is due, then puts the appointment off: a crash in between
/// makes a second job, never none. Returns how many were due.
///
/// # Errors
/// The store or the queue failed; what is still due comes up at the next tick.
pub async fn queue_due(store: &BookingStore, queue: &Queue<BookingJob>) -> Result<usize, BookingError> {
    let due = store.due().await?;
    let jobs: Vec<BookingJob> = due.iter().map(|due| due.job.clone()).collect();
    let refused = queue.send_many(&jobs).await?;
    let queued = due.iter().enumerate().filter(|(position, _)| !refused.contains(position));
    let results = futures::future::join_all(queued.map(|(_, due)| store.put_off(due))).await;
    results.into_iter().collect::<Result<(), _>>()?;
    tracing::info!(due = due.len(), refused = refused.len(), "queued appointments that are due");
    Ok(due.len())
}
