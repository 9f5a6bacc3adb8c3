//! Appointments and calendar links on their way, from the desk or the tick to the worker.

use accounts::Accounts;
use aws::{Job, Queue};
use serde::{Deserialize, Serialize};
use types::{AppointmentId, Feature, OrganizationId, UserId};

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

/// Look whether this user's calendar link rested for so long that its token needs a refresh (requirement R03).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarJob {
    /// Whose.
    pub organization_id: OrganizationId,
    /// Who.
    pub user_id: UserId,
}

impl Job for CalendarJob {}

/// What lies on the queue: told apart by its fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ClerkJob {
    /// An appointment.
    Appointment(BookingJob),
    /// A calendar link.
    Calendar(CalendarJob),
}

impl Job for ClerkJob {}

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

/// Puts a job on the queue for every calendar link whose daily turn it is, then puts the link off to the next:
/// a crash in between makes a second job, never none. Returns how many were due.
///
/// # Errors
/// The store or the queue failed; what is still due comes up at the next tick.
pub async fn queue_calendars(accounts: &Accounts, queue: &Queue<CalendarJob>) -> Result<usize, BookingError> {
    let due = accounts.due(Feature::Calendar).await?;
    let job = |link: &accounts::Link| CalendarJob {
        organization_id: link.organization_id.clone(),
        user_id: link.user_id.clone(),
    };
    let jobs: Vec<CalendarJob> = due.iter().map(|due| job(&due.link)).collect();
    let refused = queue.send_many(&jobs).await?;
    let queued = due.iter().enumerate().filter(|(position, _)| !refused.contains(position));
    let results = futures::future::join_all(queued.map(|(_, due)| accounts.put_off(due))).await;
    results.into_iter().collect::<Result<(), _>>()?;
    tracing::info!(due = due.len(), refused = refused.len(), "queued calendar links that are due");
    Ok(due.len())
}
