//! Word to the worker that looks after Graph subscriptions, whenever a link that has one begins or ends.

use accounts::{AccountsError, Link};
use subscriptions::{SubscribeJob, Task};
use types::{Chain, Feature};

use crate::{Api, problem::Problem};

impl Api {
    /// A link began. It is due already, so a queue that fails only makes it wait for the tick.
    pub(crate) async fn begin_subscription(&self, link: &Link) {
        let job = job(link, Task::Check);
        if let Err(error) = self.subscribe.send(&job).await {
            tracing::warn!(error = %Chain(&error), "the tick finds the link");
        }
    }

    /// Links ended. Nothing else would take their subscriptions back before they expire, so a queue that
    /// fails fails the request, which can be sent again.
    pub(crate) async fn end_subscriptions(&self, links: &[Link]) -> Result<(), Problem> {
        let subscribed = links.iter().filter(|link| link.feature == Feature::Mail);
        let jobs: Vec<SubscribeJob> = subscribed.map(|link| job(link, Task::Remove)).collect();
        let refused = self.subscribe.send_many(&jobs).await.map_err(AccountsError::from)?;
        for position in refused {
            self.subscribe.send(&jobs[position]).await.map_err(AccountsError::from)?;
        }
        Ok(())
    }
}

fn job(link: &Link, task: Task) -> SubscribeJob {
    let Link { organization_id, user_id, feature, .. } = link.clone();
    SubscribeJob { organization_id, user_id, feature, task }
}
