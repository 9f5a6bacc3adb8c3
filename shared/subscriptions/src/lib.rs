//! Graph change notification subscriptions: made, renewed, replaced, and what a notification proves.

mod error;
mod job;
mod keeper;
mod owner;
mod settings;
mod state;
mod store;
mod tenant;

pub use error::SubscriptionsError;
pub use job::{SubscribeJob, SubscriptionsJob, Task, link_began, links_ended};
pub use keeper::{CatchUp, Keeper, Kept, LIFETIME};
pub use owner::Owner;
pub use settings::{QueueSettings, SubscriptionsSettings};
pub use store::Subscriptions;
pub use tenant::{EndTenantJob, Ended, end_tenant, go_on_ending};
