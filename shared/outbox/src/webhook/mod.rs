//! Webhooks: what a CRM asked to be told of goes to it, signed as Standard Webhooks say.

mod courier;
mod delivery;
mod endpoint;
mod event;
mod secret;
mod target;

pub use courier::Courier;
pub use delivery::{Delivery, DeliveryState};
pub use endpoint::{Disabled, DisabledReason, MOST_WEBHOOKS, NewSecret, Webhook, Webhooks};
pub use event::EventKind;
pub use target::{TargetFault, Targets};

pub(crate) use event::{event_of, id_of};
