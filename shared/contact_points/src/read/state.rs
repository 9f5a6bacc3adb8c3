//! How far the reading of one mailbox has come.

use std::collections::BTreeMap;

use accounts::Link;
use aws::{AwsError, Holder, Key};
use graph::mail::Layout;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{ContactPoints, mail::Reason, store::partition};

/// What the last read saw. A mail that changes is seen again, so these are no totals.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastRead {
    /// When it began; none before the first.
    pub at: Option<Timestamp>,
    /// How many mails it looked at.
    pub mails: u32,
    /// How many contact points were new.
    pub points: u32,
    /// Why mails, or people on them, made none.
    pub skipped: BTreeMap<Reason, u32>,
}

/// The state of one mailbox, and who is at work on it.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct ReadState {
    /// Everything changed up to here, by Graph's time, is taken in.
    pub(super) cursor: Option<Timestamp>,
    /// What was there at this instant, by our time, is taken in: the last complete read has seen it.
    pub(super) seen_until: Option<Timestamp>,
    pub(super) layout: Option<KnownLayout>,
    pub(super) last_read: LastRead,
    /// Complete reads without a new contact point since the last with one.
    pub(super) fruitless: u32,
    /// Reads that failed in passing since the last that did not.
    pub(super) failures: u32,
    /// The link's status is one that a read set.
    pub(super) has_reported: bool,
    /// The latest news that others told of while somebody was at work, in milliseconds since 1970.
    pub(super) wanted_at: Option<i64>,
    #[serde(flatten)]
    pub(super) holder: Holder,
}

/// The owner's addresses and the ids of folders, as last read.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct KnownLayout {
    pub(super) addresses: Vec<String>,
    pub(super) folders: BTreeMap<String, String>,
    pub(super) read_at: Timestamp,
}

impl KnownLayout {
    pub(super) fn of(layout: Layout, read_at: Timestamp) -> Self {
        let Layout { owner, folders } = layout;
        let mut addresses = owner.proxy_addresses;
        addresses.extend(owner.mail);
        addresses.push(owner.user_principal_name);
        Self { addresses, folders, read_at }
    }
}

impl ReadState {
    /// Whether a complete read has seen what was there at this instant.
    pub(super) fn has_seen(&self, at: Timestamp) -> bool {
        self.seen_until.is_some_and(|until| at <= until)
    }

    /// Nothing is known of the mailbox any more.
    pub(super) fn forget(&mut self) {
        self.cursor = None;
        self.seen_until = None;
        self.layout = None;
    }
}

impl ContactPoints {
    pub(super) async fn read_state(&self, link: &Link) -> Result<Option<ReadState>, AwsError> {
        self.table.get(state_key(link)).await
    }

    /// What the last read of the linked mailbox saw; none before the first.
    ///
    /// # Errors
    /// The store failed.
    pub async fn last_read(&self, link: &Link) -> Result<Option<LastRead>, AwsError> {
        Ok(self.read_state(link).await?.map(|state| state.last_read))
    }
}

/// One state for each account, so that linking another starts from nothing.
pub(super) fn state_key(link: &Link) -> Key {
    let pk = partition(&link.organization_id, &link.user_id);
    Key::new(pk, format!("READ#{}#{}", link.tenant_id, link.object_id()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_there_before_the_last_complete_read_is_seen() {
        let at = |second| Timestamp::from_second(second).expect("an instant");
        let mut state = ReadState::default();
        assert!(!state.has_seen(at(0)));
        state.seen_until = Some(at(100));
        assert!(state.has_seen(at(100)) && !state.has_seen(at(101)));
        state.forget();
        assert!(!state.has_seen(at(0)));
    }
}
