//! What the control API can switch about subscriptions and their notifications.

use serde::{Deserialize, Serialize};

/// Changes that are never told, on demand.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Loss {
    /// This share of them, by chance: 0 to 1.
    Share(f64),
    /// The next so many.
    Next(u64),
}

/// What the control API can switch (`POST /_sim/notifications`, every member optional). What Microsoft
/// leaves uncertain, or changed over the years, is here rather than fixed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(crate) struct NotificationSettings {
    /// From a change to its notification, milliseconds. Graph: less than a minute on average.
    pub(crate) latency_ms: u64,
    /// How often each change is told again.
    pub(crate) duplicates: u32,
    /// Whether what waits goes out in any order.
    pub(crate) shuffle: bool,
    /// Changes that are never told.
    pub(crate) loss: Option<Loss>,
    /// Nothing goes out; it waits.
    pub(crate) paused: bool,
    /// The most notifications in one request.
    pub(crate) batch_size: usize,
    /// Requests in flight at a time, over all endpoints.
    pub(crate) concurrency: usize,
    /// How long an endpoint may take to answer a notification. Graph: 3 or 10 seconds, by the year.
    pub(crate) answer_timeout_ms: u64,
    /// How long it may take to answer a validation.
    pub(crate) validation_timeout_ms: u64,
    /// From a failed attempt to the next; doubled after each, up to ten minutes. Simulated time.
    pub(crate) retry_first_ms: u64,
    /// For how long attempts are made, seconds of simulated time.
    pub(crate) retry_seconds: u64,
    /// How far ahead a subscription may end, minutes. Graph: 4,230, of late 10,080.
    pub(crate) lifetime_minutes: u32,
    /// Subscriptions per mailbox, over all apps.
    pub(crate) per_mailbox: usize,
    /// Subscriptions on one page of the list.
    pub(crate) page_size: usize,
    /// Whether a second subscription with the same resource and change types is refused (409).
    pub(crate) reject_duplicates: bool,
    /// How long after `reauthorizationRequired` a subscription without its permission is removed, seconds.
    pub(crate) unauthorized_seconds: u64,
    /// How long before its end a subscription asks for renewal (`reauthorizationRequired`), seconds; absent:
    /// it ends without a word.
    pub(crate) renewal_asked_seconds: Option<u64>,
}

impl Default for NotificationSettings {
    fn default() -> Self {
        Self {
            latency_ms: 50,
            duplicates: 0,
            shuffle: false,
            loss: None,
            paused: false,
            batch_size: 20,
            concurrency: 16,
            answer_timeout_ms: 10_000,
            validation_timeout_ms: 10_000,
            retry_first_ms: 1_000,
            retry_seconds: 4 * 3_600,
            lifetime_minutes: 4_230,
            per_mailbox: 1_000,
            page_size: 100,
            reject_duplicates: false,
            unauthorized_seconds: 600,
            renewal_asked_seconds: None,
        }
    }
}

impl NotificationSettings {
    /// These settings with the members of `changes` put over them.
    ///
    /// # Errors
    /// A member is unknown or of the wrong type.
    pub(crate) fn with(&self, changes: &serde_json::Value) -> Result<Self, serde_json::Error> {
        let mut merged = serde_json::to_value(self)?;
        let changes: serde_json::Map<String, serde_json::Value> = serde_json::from_value(changes.clone())?;
        if let Some(members) = merged.as_object_mut() {
            members.extend(changes);
        }
        let mut changed: Self = serde_json::from_value(merged)?;
        // Nothing would ever go out.
        changed.batch_size = changed.batch_size.max(1);
        changed.concurrency = changed.concurrency.max(1);
        changed.page_size = changed.page_size.max(1);
        Ok(changed)
    }
}
