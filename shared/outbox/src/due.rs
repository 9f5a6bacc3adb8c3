//! What is due onto the queue: at once by who posted it, and by the tick what was left.

use accounts::{Accounts, Untold};
use aws::Queue;
use futures::future::join_all;
use jiff::SignedDuration;

use crate::{DeliverJob, NewsJob, Outbox, OutboxError, OutboxJob, RemindJob, SendJob, store::Due};

/// How long what was queued is not queued again.
const PUT_OFF: SignedDuration = SignedDuration::from_mins(2);

/// How many rows are put off at the same time.
const AT_ONCE: usize = 50;

impl Outbox {
    /// Queues mails that were just posted. When it fails, the tick finds them.
    ///
    /// # Errors
    /// The queue failed or did not take all.
    pub async fn hurry(&self, queue: &Queue<SendJob>, ids: &[String]) -> Result<(), OutboxError> {
        let jobs: Vec<SendJob> = ids.iter().map(|id| SendJob { mail_id: id.clone(), attempts: 0 }).collect();
        let refused = queue.send_many(&jobs).await?;
        if !refused.is_empty() {
            tracing::warn!(refused = refused.len(), "the queue did not take all mails; the tick finds them");
        }
        Ok(())
    }
}

/// Queues what is due, so much of each kind that a tick has time for all: mails, reminders, news, deliveries. What
/// fails holds up none of the others. Returns how much.
///
/// # Errors
/// A store or the queue failed; the next tick looks again.
pub async fn queue_due(
    outbox: &Outbox,
    accounts: &Accounts,
    queue: &Queue<OutboxJob>,
) -> Result<usize, OutboxError> {
    let queued = [
        queue_mails(outbox, queue).await,
        queue_reminders(outbox, queue).await,
        queue_news(accounts, queue).await,
        queue_deliveries(outbox, queue).await,
    ];
    queued.into_iter().sum()
}

async fn queue_mails(outbox: &Outbox, queue: &Queue<OutboxJob>) -> Result<usize, OutboxError> {
    let due = outbox.due().await?;
    let job = |due: &Due| SendJob { mail_id: due.mail.id.clone(), attempts: due.attempts };
    let queued = send(queue, &due, |due| OutboxJob::Send(job(due))).await?;
    put_off_all(&queued, |due| outbox.put_off(due, PUT_OFF)).await
}

async fn queue_reminders(outbox: &Outbox, queue: &Queue<OutboxJob>) -> Result<usize, OutboxError> {
    let due = outbox.due_reminders().await?;
    let queued = send(queue, &due, |due| OutboxJob::Remind(RemindJob::from(&due.record))).await?;
    put_off_all(&queued, |due| outbox.put_off_reminder(due, PUT_OFF)).await
}

async fn queue_news(accounts: &Accounts, queue: &Queue<OutboxJob>) -> Result<usize, OutboxError> {
    let due = accounts.untold().await?;
    let job = |untold: &Untold| NewsJob {
        organization_id: untold.organization_id.clone(),
        news_id: untold.id.clone(),
    };
    let queued = send(queue, &due, |untold| OutboxJob::News(job(untold))).await?;
    put_off_all(&queued, |untold| accounts.put_off_news(untold, PUT_OFF)).await
}

async fn queue_deliveries(outbox: &Outbox, queue: &Queue<OutboxJob>) -> Result<usize, OutboxError> {
    let due = outbox.due_deliveries().await?;
    let queued = send(queue, &due, |delivery| OutboxJob::Deliver(DeliverJob::from(delivery))).await?;
    put_off_all(&queued, |delivery| outbox.put_off_delivery(delivery, PUT_OFF)).await
}

/// Puts a job for each row on the queue. The rows whose job it took.
async fn send<'a, T>(
    queue: &Queue<OutboxJob>,
    due: &'a [T],
    job: impl Fn(&T) -> OutboxJob,
) -> Result<Vec<&'a T>, OutboxError> {
    let jobs: Vec<OutboxJob> = due.iter().map(job).collect();
    let refused = queue.send_many(&jobs).await?;
    let rows = due.iter().enumerate().filter(|(position, _)| !refused.contains(position));
    Ok(rows.map(|(_, row)| row).collect())
}

/// Puts rows off whose jobs are on the queue: a crash in between makes a second job, never none. How many.
async fn put_off_all<'a, T, F, E>(rows: &[&'a T], put_off: impl Fn(&'a T) -> F) -> Result<usize, OutboxError>
where
    F: Future<Output = Result<(), E>>,
    OutboxError: From<E>,
{
    for some in rows.chunks(AT_ONCE) {
        let done = join_all(some.iter().map(|row| put_off(row))).await;
        done.into_iter().collect::<Result<(), E>>()?;
    }
    Ok(rows.len())
}
