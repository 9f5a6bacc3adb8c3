//! The table of subscriptions: one STATE row a link, one OWNER row a subscription.

use std::sync::Arc;

use aws::{Aws, Table};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
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

/// A record with its key, as it lies in the table.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Stored<T> {
    pub(crate) pk: String,
    pub(crate) sk: String,
    #[serde(flatten)]
    pub(crate) record: T,
}

impl<T> Stored<T> {
    pub(crate) fn at(key: aws::Key, record: T) -> Self {
        Self { pk: key.pk, sk: key.sk, record }
    }
}
