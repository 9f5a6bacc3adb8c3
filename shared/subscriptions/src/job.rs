//! The care for one link's subscription as a job, from whoever notices to the worker.

use aws::Job;
use serde::{Deserialize, Serialize};
use types::{Feature, OrganizationId, UserId};

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
