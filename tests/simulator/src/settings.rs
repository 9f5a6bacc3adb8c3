//! What the control API can switch.

use serde::{Deserialize, Serialize};

/// How Outlook treats the requests for one mailbox inside one `$batch`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BatchConcurrency {
    /// As many run at a time as the mailbox allows; the others wait.
    #[default]
    Queue,
    /// As many run as the mailbox allows; the others get 429 at once.
    Reject,
}

/// What the control API can switch (`POST /_sim/settings`, every member optional). What Microsoft leaves
/// uncertain is here rather than fixed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Settings {
    /// How long each Graph request takes, inner ones of a batch included; milliseconds.
    pub latency_ms: u64,
    /// What happens to the fifth inner request of a batch.
    pub batch_concurrency: BatchConcurrency,
    /// Requests in flight per app and mailbox.
    pub mailbox_concurrency: u32,
    /// Requests per app and mailbox in ten minutes.
    pub mailbox_requests: u32,
    /// Bytes uploaded per app and mailbox in five minutes.
    pub mailbox_upload_bytes: u64,
    /// The `Retry-After` of a concurrency 429, in seconds.
    pub concurrency_retry_after: u64,
    /// Business phone slots of a contact.
    pub business_phones_limit: usize,
    /// Home phone slots of a contact.
    pub home_phones_limit: usize,
    /// Messenger address slots of a contact.
    pub im_addresses_limit: usize,
    /// The most characters of a contact's single-line texts; none: only the body limit.
    pub contact_text_limit: Option<usize>,
    /// Whether a PATCH of name parts without `displayName` makes a new display name.
    pub regenerate_display_name: bool,
    /// Whether an ordinary id under `Prefer: IdType="ImmutableId"` (or the reverse) is not found.
    pub strict_id_type: bool,
    /// The status of `MailboxNotEnabledForRESTAPI`: 404 mostly, 403 was seen.
    pub mailbox_not_enabled_status: u16,
    /// Whether exchanges are recorded at all.
    pub record_traffic: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            latency_ms: 0,
            batch_concurrency: BatchConcurrency::Queue,
            mailbox_concurrency: 4,
            mailbox_requests: 10_000,
            mailbox_upload_bytes: 150 * 1024 * 1024,
            concurrency_retry_after: 1,
            business_phones_limit: 2,
            home_phones_limit: 2,
            im_addresses_limit: 3,
            contact_text_limit: None,
            regenerate_display_name: true,
            strict_id_type: true,
            mailbox_not_enabled_status: 404,
            record_traffic: true,
        }
    }
}

impl Settings {
    /// These settings with the members of `changes` put over them.
    ///
    /// # Errors
    /// A member is unknown or of the wrong type.
    pub fn with(&self, changes: &serde_json::Value) -> Result<Self, serde_json::Error> {
        let mut merged = serde_json::to_value(self)?;
        let changes: serde_json::Map<String, serde_json::Value> = serde_json::from_value(changes.clone())?;
        if let Some(members) = merged.as_object_mut() {
            members.extend(changes);
        }
        serde_json::from_value(merged)
    }
}
