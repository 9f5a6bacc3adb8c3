//! Counts: what was called how often, and how hard each mailbox was pushed.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;

/// The counters.
#[derive(Debug, Default)]
pub(crate) struct Stats(Mutex<Counts>);

/// What `GET /_sim/stats` shows.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Counts {
    /// HTTP requests to Graph, a batch counted once.
    pub(crate) graph_http_calls: u64,
    /// Requests inside batches.
    pub(crate) graph_inner_calls: u64,
    /// Requests to the token endpoint.
    pub(crate) token_calls: u64,
    /// 429s, inner ones included.
    pub(crate) throttled: u64,
    /// Faults that struck.
    pub(crate) faults: u64,
    /// HTTP requests by endpoint.
    pub(crate) http: BTreeMap<String, u64>,
    /// Inner requests of batches by endpoint.
    pub(crate) inner: BTreeMap<String, u64>,
    /// By address.
    pub(crate) mailboxes: BTreeMap<String, MailboxCounts>,
}

/// How hard one mailbox was pushed.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MailboxCounts {
    /// Requests that reached it, the throttled ones included.
    pub(crate) requests: u64,
    /// The most requests at one moment, the one that was turned away included: above 4, somebody overdid it.
    pub(crate) highest_concurrency: u32,
    /// 429s.
    pub(crate) throttled: u64,
}

impl Stats {
    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts one request to Graph.
    pub(crate) fn graph(&self, endpoint: String, inner: bool) {
        let mut counts = self.lock();
        let counts = &mut *counts;
        let (total, by_endpoint) = if inner {
            (&mut counts.graph_inner_calls, &mut counts.inner)
        } else {
            (&mut counts.graph_http_calls, &mut counts.http)
        };
        *total += 1;
        *by_endpoint.entry(endpoint).or_default() += 1;
    }

    /// Counts one request to Entra.
    pub(crate) fn entra(&self, endpoint: String, is_token: bool) {
        let mut counts = self.lock();
        counts.token_calls += u64::from(is_token);
        *counts.http.entry(endpoint).or_default() += 1;
    }

    /// Counts one request that reached a mailbox.
    pub(crate) fn mailbox(&self, address: &str, offered: u32, throttled: bool) {
        let mut counts = self.lock();
        counts.throttled += u64::from(throttled);
        let mailbox = counts.mailboxes.entry(address.to_owned()).or_default();
        mailbox.requests += 1;
        mailbox.throttled += u64::from(throttled);
        mailbox.highest_concurrency = mailbox.highest_concurrency.max(offered);
    }

    /// Counts one fault that struck.
    pub(crate) fn fault(&self) {
        self.lock().faults += 1;
    }

    pub(crate) fn snapshot(&self) -> Counts {
        self.lock().clone()
    }

    pub(crate) fn clear(&self) {
        *self.lock() = Counts::default();
    }
}
