//! Makes mails and deliveries of news: each news once, whoever dies in between.

use accounts::{Accounts, News};
use aws::Write;

use crate::{
    DeliverJob, EventKind, NewsJob, Notices, Outbox, OutboxError, RemindJob, Webhooks,
    webhook::{body_of, id_of},
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

    /// Takes news and posts what is made of them, in one transaction. The deliveries that were posted.
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
                News::Push(_) => Vec::new(),
            });
            let (kind, id) = (EventKind::of(&untold.news), id_of(&untold));
            let mut posted = Vec::new();
            for webhook in self.webhooks.list(organization).await? {
                if webhook.disabled.is_none() && webhook.events.contains(&kind) {
                    writes.push(self.outbox.deliver(&webhook, kind, &id, &body_of(&untold))?);
                    posted.push(DeliverJob {
                        organization_id: organization.clone(),
                        webhook_id: webhook.id,
                        delivery_id: id.clone(),
                    });
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
