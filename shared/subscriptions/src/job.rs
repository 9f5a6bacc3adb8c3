//! The care for one link's subscription as a job, from whoever notices to the worker.

use accounts::{AudienceJob, Link};
use aws::{AwsError, Job, Queue};
use serde::{Deserialize, Serialize};
use types::{Chain, Feature, OrganizationId, UserId};

use crate::EndTenantJob;

/// Look after the subscription of this link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubscribeJob {
    /// Whose.
    pub organization_id: OrganizationId,
    /// Who.
    pub user_id: UserId,
    /// What the subscription is for.
    pub feature: Feature,
    /// What somebody noticed.
    pub task: Task,
}

impl Job for SubscribeJob {}

/// One message on the worker's queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SubscriptionsJob {
    /// A link's subscription.
    Subscribe(SubscribeJob),
    /// A tenant with more links than a request ends.
    EndTenant(EndTenantJob),
    /// Who is in an audience's group.
    Audience(AudienceJob),
}

impl Job for SubscriptionsJob {}

/// What somebody noticed about a subscription. Each is a hint: the worker looks at the link and at what is
/// stored, so that any of them may come twice, late, or out of order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// Make what is missing, renew what is due, remove what is no longer wanted.
    Check,
    /// Graph asks for a renewal with a valid token (`reauthorizationRequired`).
    Reauthorize,
    /// Graph has removed the subscription (`subscriptionRemoved`).
    Replace,
    /// The link has ended.
    Remove,
}

impl SubscribeJob {
    fn of(link: &Link, task: Task) -> Self {
        let Link { organization_id, user_id, feature, .. } = link.clone();
        Self { organization_id, user_id, feature, task }
    }
}

/// Tells the worker that a link began. The link is due already, so a queue that fails only makes it wait for
/// the tick.
pub async fn link_began(queue: &Queue<SubscribeJob>, link: &Link) {
    if let Err(error) = queue.send(&SubscribeJob::of(link, Task::Check)).await {
        tracing::warn!(error = %Chain(&error), "the tick finds the link");
    }
}

/// Tells the worker that links ended; those of features without a subscription are passed over. Nothing else
/// would take their subscriptions back before they expire.
///
/// # Errors
/// The queue failed; to be called again with the same links.
pub async fn links_ended(queue: &Queue<SubscribeJob>, links: &[Link]) -> Result<(), AwsError> {
    let subscribed = links.iter().filter(|link| link.feature == Feature::Mail);
    let jobs: Vec<SubscribeJob> = subscribed.map(|link| SubscribeJob::of(link, Task::Remove)).collect();
    for position in queue.send_many(&jobs).await? {
        queue.send(&jobs[position]).await?;
    }
    Ok(())
}
