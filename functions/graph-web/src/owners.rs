//! Whose subscriptions are, read from the table and kept for a while: a busy mailbox is announced many times
//! a minute.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use aws::AwsError;
use jiff::{SignedDuration, Timestamp};
use subscriptions::{Owner, Subscriptions};
use types::Clock;

/// How long an owner is believed without a look into the table. A link that ended meanwhile is recognised by
/// whoever works off the job.
const BELIEVED: SignedDuration = SignedDuration::from_mins(3);

/// Owners kept at most; a full house starts afresh.
const MOST: usize = 4096;

/// The owners that were met lately. That a subscription is nobody's is never kept: the next moment may make
/// it somebody's.
pub(crate) struct KnownOwners {
    subscriptions: Subscriptions,
    clock: Arc<dyn Clock>,
    known: Mutex<HashMap<String, (Arc<Owner>, Timestamp)>>,
}

impl KnownOwners {
    pub(crate) fn new(subscriptions: Subscriptions, clock: Arc<dyn Clock>) -> Self {
        Self { subscriptions, clock, known: Mutex::default() }
    }

    /// The owners of those among these subscriptions that are ours.
    ///
    /// # Errors
    /// The store failed.
    pub(crate) async fn of(&self, ids: &[&str]) -> Result<HashMap<String, Arc<Owner>>, AwsError> {
        let now = self.clock.now();
        let mut found = HashMap::new();
        {
            let known = self.known();
            for id in ids {
                match known.get(*id) {
                    Some((owner, since)) if now < *since + BELIEVED => {
                        found.insert((*id).to_owned(), Arc::clone(owner));
                    }
                    _ => {}
                }
            }
        }
        let unknown: Vec<&str> = ids.iter().copied().filter(|id| !found.contains_key(*id)).collect();
        if unknown.is_empty() {
            return Ok(found);
        }
        for owner in self.subscriptions.owners(&unknown).await? {
            let owner = Arc::new(owner);
            let mut known = self.known();
            if known.len() >= MOST {
                known.clear();
            }
            known.insert(owner.subscription_id.clone(), (Arc::clone(&owner), now));
            found.insert(owner.subscription_id.clone(), owner);
        }
        Ok(found)
    }

    fn known(&self) -> MutexGuard<'_, HashMap<String, (Arc<Owner>, Timestamp)>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
