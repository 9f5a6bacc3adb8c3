//! Makes mails and deliveries of news: each news once, whoever dies in between.

use accounts::{Accounts, News};
use aws::Write;

use crate::{
    DeliverJob, NewsJob, Notices, Outbox, OutboxError, RemindJob, Webhooks,
    webhook::{event_of, id_of},
};

/// How often news are tried again when others write the same records at the same time.
const ATTEMPTS: u32 = 5;

/// Makes mails and deliveries of news.
#[derive(Clone)]
pub struct Teller {
    outbox: Outbox,
    accounts: Accounts,
    notices: Notices,
    webhooks: Webhooks,
}

impl Teller {
    /// Tells by these.
    #[must_use]
    pub fn new(outbox: Outbox, accounts: Accounts, notices: Notices, webhooks: Webhooks) -> Self {
        Self { outbox, accounts, notices, webhooks }
    }

    /// Takes news and posts what is made of them, in one transaction. The deliveries to try at once: those whose
    /// webhook works.
    ///
    /// # Errors
    /// The store failed, or others were at the same records all the time: the news come up again.
    pub async fn tell(&self, job: &NewsJob) -> Result<Vec<DeliverJob>, OutboxError> {
        let organization = &job.organization_id;
        for _ in 0..ATTEMPTS {
            let Some(untold) = self.accounts.news(organization, &job.news_id).await? else {
                return Ok(Vec::new());
            };
            let mut writes = vec![self.accounts.told(&untold)];
            writes.extend(match &untold.news {
                News::Link(news) => self.notices.link(organization, news).await?,
                News::Grants(news) => self.notices.grants(organization, news).await?,
                News::Push(_) | News::Outage(_) => Vec::new(),
                News::Invite(news) => self.notices.invite(organization, news).await?,
            });
            let id = id_of(&untold);
            let mut posted = Vec::new();
            let event = event_of(&untold);
            let webhooks = if event.is_some() { self.webhooks.list(organization).await? } else { Vec::new() };
            for webhook in webhooks {
                if let Some((kind, body)) = &event
                    && webhook.disabled.is_none()
                    && webhook.events.contains(kind)
                {
                    writes.push(self.outbox.deliver(&webhook, *kind, &id, body)?);
                    // What may not answer is left to the tick: here others' news wait behind it.
                    if webhook.failing_since.is_none() {
                        posted.push(DeliverJob {
                            organization_id: organization.clone(),
                            webhook_id: webhook.id,
                            delivery_id: id.clone(),
                            attempts: 0,
                        });
                    }
                }
            }
            if self.outbox.aws.transact_if(writes).await? {
                return Ok(posted);
            }
        }
        Err(OutboxError::Contended)
    }

    /// Looks at a link again that people were told of a day ago.
    ///
    /// # Errors
    /// As [`tell`](Self::tell).
    pub async fn remind(&self, job: &RemindJob) -> Result<(), OutboxError> {
        for _ in 0..ATTEMPTS {
            let writes: Vec<Write> = self.notices.remind(job).await?;
            if writes.is_empty() || self.outbox.aws.transact_if(writes).await? {
                return Ok(());
            }
        }
        Err(OutboxError::Contended)
    }
}
