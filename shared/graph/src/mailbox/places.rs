//! The places that Outlook has for us in one mailbox (facts 2.2), shared by all callers of a
//! [`Mailbox`](super::Mailbox), and the rest that the mailbox takes after a refusal.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep_until, timeout_at};

use crate::error::GraphError;

/// How many of an app's requests Outlook works on at once for one mailbox.
pub(crate) const MOST_AT_ONCE: usize = 4;

/// Four places at first. After a refusal for concurrency half as many, for good, but one always: others
/// with our app's name are in the mailbox as well.
///
/// There are four permits throughout; with fewer places each of them takes more permits. So nobody ever
/// waits for more permits than there are. Who waits longest is next.
#[derive(Debug)]
pub(crate) struct Places {
    permits: Semaphore,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// 4, 2 or 1.
    count: usize,
    rests_until: Instant,
}

/// Places held; given back when dropped.
#[derive(Debug)]
pub(crate) struct Place<'a> {
    _permits: SemaphorePermit<'a>,
    /// How many requests may run at once.
    pub(crate) at_once: usize,
    /// How many places there were.
    of: usize,
}

impl Places {
    pub(crate) fn new() -> Self {
        let state = State { count: MOST_AT_ONCE, rests_until: Instant::now() };
        Self { permits: Semaphore::new(MOST_AT_ONCE), state: Mutex::new(state) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits, until the deadline at most, for as many places as wanted or as there are.
    pub(crate) async fn take(
        &self,
        wanted: usize,
        deadline: Option<Instant>,
    ) -> Result<Place<'_>, GraphError> {
        let of = self.state().count;
        let at_once = wanted.clamp(1, of);
        let permits = u32::try_from(at_once * (MOST_AT_ONCE / of)).expect("four at most");
        let permits = self.permits.acquire_many(permits);
        let permits = match deadline {
            Some(deadline) => timeout_at(deadline, permits).await.map_err(|_| GraphError::NotSent)?,
            None => permits.await,
        };
        Ok(Place { _permits: permits.expect("it is never closed"), at_once, of })
    }

    /// Whether there are still as many places as when this one was asked for. Otherwise ask again.
    pub(crate) fn is_current(&self, place: &Place<'_>) -> bool {
        self.state().count == place.of
    }

    /// Goes down to half the places, unless another request has had that done since this place was taken.
    pub(crate) fn reduce(&self, place: &Place<'_>) {
        let mut state = self.state();
        if state.count == place.of {
            state.count = (state.count / 2).max(1);
            tracing::info!(places = state.count, "refused for concurrency");
        }
    }

    /// Nobody sends anything for so long. A rest that ends later stays.
    pub(crate) fn rest(&self, pause: Duration) {
        let mut state = self.state();
        state.rests_until = state.rests_until.max(Instant::now() + pause);
    }

    /// Waits until the mailbox has rested; not at all if that is not before the limit.
    pub(crate) async fn rested(&self, limit: Instant) -> Result<(), GraphError> {
        loop {
            let until = self.state().rests_until;
            if until <= Instant::now() {
                return Ok(());
            }
            if until >= limit {
                return Err(GraphError::NotSent);
            }
            sleep_until(until).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::future::join_all;
    use tokio::time::sleep;

    use super::*;

    /// The most requests at once when many callers want so many places for a second each.
    async fn most(places: &Places, wanted: &[usize]) -> usize {
        let now_and_most = Mutex::new((0, 0));
        join_all(wanted.iter().map(async |&wanted| {
            let place = places.take(wanted, None).await.expect("a place");
            {
                let mut counts = now_and_most.lock().expect("no panic");
                counts.0 += place.at_once;
                counts.1 = counts.1.max(counts.0);
            }
            sleep(Duration::from_secs(1)).await;
            now_and_most.lock().expect("no panic").0 -= place.at_once;
        }))
        .await;
        now_and_most.into_inner().expect("no panic").1
    }

    #[tokio::test(start_paused = true)]
    async fn all_callers_together_have_four_places_and_fewer_after_refusals() {
        let (places, start) = (Places::new(), Instant::now());
        assert_eq!(most(&places, &[1; 12]).await, 4);
        assert_eq!(start.elapsed().as_secs(), 3);
        assert_eq!(most(&places, &[1, 4, 3, 1, 9, 2, 1]).await, 4);
        for fewer in [2, 1, 1] {
            places.reduce(&places.take(1, None).await.expect("a place"));
            assert_eq!(most(&places, &[1, 4, 3, 1, 9, 2, 1]).await, fewer);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn requests_refused_together_count_once() {
        let places = Places::new();
        let one = places.take(1, None).await.expect("a place");
        let other = places.take(1, None).await.expect("a place");
        places.reduce(&one);
        places.reduce(&other);
        assert!(!places.is_current(&one) && !places.is_current(&other));
        drop((one, other));
        assert_eq!(places.take(4, None).await.expect("places").at_once, 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_rest_holds_for_all_and_is_not_begun_beyond_the_limit() {
        let (places, start) = (Places::new(), Instant::now());
        places.rest(Duration::from_secs(7));
        places.rest(Duration::from_secs(3));
        let late = places.rested(start + Duration::from_secs(6)).await.expect_err("too long");
        assert!(matches!(late, GraphError::NotSent) && start.elapsed().is_zero());
        let patient = start + Duration::from_secs(60);
        let longer = async {
            sleep(Duration::from_secs(6)).await;
            places.rest(Duration::from_secs(4));
        };
        let (rested, ()) = tokio::join!(places.rested(patient), longer);
        rested.expect("in time");
        assert_eq!(start.elapsed().as_secs(), 10);
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_waits_for_a_place_beyond_the_deadline() {
        let places = Places::new();
        let _all = places.take(4, None).await.expect("places");
        let deadline = Instant::now() + Duration::from_secs(5);
        let error = places.take(1, Some(deadline)).await.expect_err("all taken");
        assert!(matches!(error, GraphError::NotSent) && Instant::now() >= deadline);
    }
}
