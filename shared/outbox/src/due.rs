//! What is due onto the queue: at once by who posted it, and by the tick what was left.

use accounts::Accounts;
use aws::Queue;
use jiff::SignedDuration;

use crate::{DeliverJob, NewsJob, Outbox, OutboxError, OutboxJob, RemindJob, SendJob};

/// How long what was queued is not queued again.
const PUT_OFF: SignedDuration = SignedDuration::from_mins(2);

impl Outbox {
    /// Queues mails that were just posted. When it fails, the tick finds them.
    ///
    /// # Errors
    /// The queue failed or did not take all.
    pub async fn hurry(&self, queue: &Queue<SendJob>, ids: &[String]) -> Result<(), OutboxError> {
        let jobs: Vec<SendJob> = ids.iter().map(|id| SendJob { mail_id: id.clone() }).collect();
        let refused = queue.send_many(&jobs).await?;
        if !refused.is_empty() {
            tracing::warn!(refused = refused.len(), "the queue did not take all mails; the tick finds them");
        }
        Ok(())
    }
}

/// Queues everything that is due: news, reminders, mails, deliveries. Returns how much.
///
/// # Errors
/// A store or the queue failed; the next tick looks again.
pub async fn queue_due(
    outbox: &Outbox,
    accounts: &Accounts,
    queue: &Queue<OutboxJob>,
) -> Result<usize, OutboxError> {
    let mut queued = 0;
    let news = accounts.untold().await?;
    let jobs = news.iter().map(|untold| {
        let (organization_id, news_id) = (untold.organization_id.clone(), untold.id.clone());
        OutboxJob::News(NewsJob { organization_id, news_id })
    });
    for position in taken(queue, jobs.collect()).await? {
        accounts.put_off_news(&news[position], PUT_OFF).await?;
        queued += 1;
    }
    let reminders = outbox.due_reminders().await?;
    let jobs = reminders.iter().map(|due| OutboxJob::Remind(RemindJob::from(&due.record)));
    for position in taken(queue, jobs.collect()).await? {
        outbox.put_off_reminder(&reminders[position], PUT_OFF).await?;
        queued += 1;
    }
    let mails = outbox.due().await?;
    let jobs = mails.iter().map(|due| OutboxJob::Send(SendJob { mail_id: due.mail.id.clone() }));
    for position in taken(queue, jobs.collect()).await? {
        outbox.put_off(&mails[position], PUT_OFF).await?;
        queued += 1;
    }
    let deliveries = outbox.due_deliveries().await?;
    let jobs = deliveries.iter().map(|delivery| OutboxJob::Deliver(DeliverJob::from(delivery)));
    for position in taken(queue, jobs.collect()).await? {
        outbox.put_off_delivery(&deliveries[position], PUT_OFF).await?;
        queued += 1;
    }
    Ok(queued)
}

/// The positions of the jobs that the queue took.
async fn taken(
    queue: &Queue<OutboxJob>,
    jobs: Vec<OutboxJob>,
) -> Result<impl Iterator<Item = usize>, OutboxError> {
    let refused = queue.send_many(&jobs).await?;
    Ok((0..jobs.len()).filter(move |position| !refused.contains(position)))
}
