//! The table of subscriptions: one STATE row a link, one OWNER row a subscription.

use std::sync::Arc;

use aws::{Aws, Table};
use jiff::Timestamp;
use types::Clock;

use crate::SubscriptionsSettings;

/// The stored subscriptions. One file per kind of row adds its methods.
#[derive(Clone)]
pub struct Subscriptions {
    pub(crate) aws: Aws,
    pub(crate) table: Table,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Subscriptions {
    /// The subscriptions in that table, at that clock's time. Makes no call.
    #[must_use]
    pub fn new(aws: Aws, settings: &SubscriptionsSettings, clock: Arc<dyn Clock>) -> Self {
        Self { table: aws.table(settings.table.as_str()), aws, clock }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }
}
