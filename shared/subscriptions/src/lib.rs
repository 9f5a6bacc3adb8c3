//! Graph change notification subscriptions: made, renewed, replaced, and what a notification proves.

mod job;
mod settings;

pub use job::{SubscribeJob, Task};
pub use settings::{QueueSettings, SubscriptionsSettings};
