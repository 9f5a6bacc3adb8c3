//! Where the inner requests of one batch wait for each other.
//!
//! Times are accounted, not measured: a request that waited starts when the one before it was due, not when
//! this process got round to it. A busy machine must not make Graph look slower with every request.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::settings::{BatchConcurrency, Settings};

/// The places of one batch in each mailbox.
#[derive(Debug)]
pub(super) struct Gate {
    /// None: nobody waits, who is too many is turned away.
    places: Option<usize>,
    mailboxes: Mutex<HashMap<String, Arc<Places>>>,
}

#[derive(Debug)]
struct Places {
    free: Arc<Semaphore>,
    /// Since when the free ones are free, as far as they were taken before.
    since: Mutex<Vec<Instant>>,
}

/// A place taken; given back by dropping it.
#[derive(Debug)]
pub(super) struct Place {
    /// When its holder may start.
    pub(super) start: Instant,
    /// When its holder is done; set before it is given back.
    pub(super) finished: Instant,
    places: Arc<Places>,
    _permit: OwnedSemaphorePermit,
}

impl Drop for Place {
    // The permit goes back after this, so whoever takes it finds the time.
    fn drop(&mut self) {
        lock(&self.places.since).push(self.finished);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Gate {
    pub(super) fn new(settings: &Settings) -> Self {
        let queue = settings.batch_concurrency == BatchConcurrency::Queue;
        let places = queue.then_some(settings.mailbox_concurrency as usize);
        Self { places, mailboxes: Mutex::default() }
    }

    /// Waits until this batch has fewer requests in the mailbox than it may have. `ready` is when the request
    /// could have started at the earliest.
    pub(super) async fn enter(&self, mailbox: &str, ready: Instant) -> Option<Place> {
        let count = self.places?;
        let new = || Arc::new(Places { free: Arc::new(Semaphore::new(count)), since: Mutex::default() });
        let places = Arc::clone(lock(&self.mailboxes).entry(mailbox.to_owned()).or_insert_with(new));
        let permit = Arc::clone(&places.free).acquire_owned().await.ok()?;
        let free_since = {
            let mut since = lock(&places.since);
            let earliest =
                since.iter().enumerate().min_by_key(|(_, instant)| **instant).map(|(index, _)| index);
            earliest.map(|index| since.swap_remove(index))
        };
        let start = free_since.map_or(ready, |since| since.max(ready));
        Some(Place { start, finished: start, places, _permit: permit })
    }
}
