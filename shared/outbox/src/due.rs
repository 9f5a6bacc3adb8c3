//! Mails onto their queue: at once by who posted them, and by the tick what was left.

use aws::Queue;
use jiff::SignedDuration;

use crate::{Outbox, OutboxError, SendJob};

/// How long a mail that was queued is not queued again.
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

/// Queues every mail that is due. Returns how many.
///
/// # Errors
/// The store or the queue failed; the next tick looks again.
pub async fn queue_due(outbox: &Outbox, queue: &Queue<SendJob>) -> Result<usize, OutboxError> {
    let due = outbox.due().await?;
    let jobs: Vec<SendJob> = due.iter().map(|due| SendJob { mail_id: due.mail.id.clone() }).collect();
    let refused = queue.send_many(&jobs).await?;
    for (position, due) in due.iter().enumerate() {
        if !refused.contains(&position) {
            outbox.put_off(due, PUT_OFF).await?;
        }
    }
    Ok(due.len() - refused.len())
}
