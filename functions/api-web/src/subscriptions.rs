//! Word to the worker that looks after Graph subscriptions, whenever a link that has one begins or ends.

use accounts::{AccountsError, Link};
use subscriptions::{link_began, links_ended};

use crate::{Api, problem::Problem};

impl Api {
    /// A link began.
    pub(crate) async fn begin_subscription(&self, link: &Link) {
        link_began(&self.subscribe, link).await;
    }

    /// Links ended. A queue that fails fails the request, which can be sent again.
    pub(crate) async fn end_subscriptions(&self, links: &[Link]) -> Result<(), Problem> {
        Ok(links_ended(&self.subscribe, links).await.map_err(AccountsError::from)?)
    }
}
