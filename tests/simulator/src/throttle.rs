//! Outlook's limits per app and mailbox: requests in flight, requests in ten minutes, bytes in five.
//! Source: Graph page "Microsoft Graph service-specific throttling limits", Outlook.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::settings::Settings;

const REQUESTS_WINDOW: SignedDuration = SignedDuration::from_mins(10);
const UPLOAD_WINDOW: SignedDuration = SignedDuration::from_mins(5);

/// App id and mailbox id.
pub(crate) type Key = (String, String);

/// Why a request is turned away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Throttled {
    /// The limit's name, as Exchange calls it.
    pub(crate) limit: &'static str,
    /// Seconds.
    pub(crate) retry_after: u64,
}

#[derive(Debug, Default)]
struct Usage {
    in_flight: u32,
    requests: Window,
    upload: Window,
}

/// A sum over a fixed window of time.
#[derive(Debug, Default)]
struct Window {
    start: Timestamp,
    sum: u64,
}

impl Window {
    /// Adds to the sum; the new sum and the seconds until the window ends come back.
    fn add(&mut self, amount: u64, now: Timestamp, length: SignedDuration) -> (u64, u64) {
        if now.duration_since(self.start) >= length {
            *self = Self { start: now, sum: 0 };
        }
        self.sum += amount;
        let left = length - now.duration_since(self.start);
        (self.sum, u64::try_from(left.as_secs()).unwrap_or(0).max(1))
    }
}

/// The usage of every mailbox by every app.
#[derive(Debug, Default)]
pub(crate) struct Limits {
    usage: Arc<Mutex<HashMap<Key, Usage>>>,
}

/// A request in flight; given back by dropping it.
#[derive(Debug)]
pub(crate) struct Slot {
    usage: Arc<Mutex<HashMap<Key, Usage>>>,
    key: Key,
}

impl Drop for Slot {
    fn drop(&mut self) {
        if let Some(usage) = lock(&self.usage).get_mut(&self.key) {
            usage.in_flight = usage.in_flight.saturating_sub(1);
        }
    }
}

fn lock(usage: &Mutex<HashMap<Key, Usage>>) -> MutexGuard<'_, HashMap<Key, Usage>> {
    usage.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Limits {
    /// Lets one more request of `upload` bytes in; with it comes how many are in flight, this one counted.
    /// Requests that are turned away count towards the ten minutes all the same.
    pub(crate) fn enter(
        &self,
        key: Key,
        upload: u64,
        now: Timestamp,
        settings: &Settings,
    ) -> (u32, Result<Slot, Throttled>) {
        let mut all = lock(&self.usage);
        let usage = all.entry(key.clone()).or_default();
        let offered = usage.in_flight + 1;
        let (requests, seconds) = usage.requests.add(1, now, REQUESTS_WINDOW);
        if requests > u64::from(settings.mailbox_requests) {
            return (offered, Err(Throttled { limit: "MailboxRequests", retry_after: seconds }));
        }
        if offered > settings.mailbox_concurrency {
            let retry_after = settings.concurrency_retry_after;
            return (offered, Err(Throttled { limit: "MailboxConcurrency", retry_after }));
        }
        let (bytes, seconds) = usage.upload.add(upload, now, UPLOAD_WINDOW);
        if bytes > settings.mailbox_upload_bytes {
            return (offered, Err(Throttled { limit: "MailboxUpload", retry_after: seconds }));
        }
        usage.in_flight = offered;
        (offered, Ok(Slot { usage: Arc::clone(&self.usage), key }))
    }

    pub(crate) fn clear(&self) {
        lock(&self.usage).clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Key {
        ("app".to_owned(), "mailbox".to_owned())
    }

    #[test]
    fn the_fifth_in_flight_is_turned_away_until_one_leaves() {
        let (limits, settings, now) = (Limits::default(), Settings::default(), Timestamp::UNIX_EPOCH);
        let enter = || limits.enter(key(), 0, now, &settings).1;
        let mut slots: Vec<Slot> = (0..4).map(|_| enter().expect("room for four")).collect();
        assert_eq!(enter().expect_err("no fifth").limit, "MailboxConcurrency");
        slots.pop();
        assert!(enter().is_ok());
        let other = ("app".to_owned(), "other".to_owned());
        assert!(limits.enter(other, 0, now, &settings).1.is_ok(), "each mailbox has its own four");
    }

    #[test]
    fn the_window_opens_again_after_ten_minutes() {
        let settings = Settings { mailbox_requests: 2, ..Settings::default() };
        let limits = Limits::default();
        let at = |seconds: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_secs(1_000_000 + seconds);
        let enter = |seconds| limits.enter(key(), 0, at(seconds), &settings).1.map(drop);
        assert_eq!((enter(0), enter(1)), (Ok(()), Ok(())));
        assert_eq!(enter(60), Err(Throttled { limit: "MailboxRequests", retry_after: 540 }));
        assert_eq!(enter(600), Ok(()));
    }
}
