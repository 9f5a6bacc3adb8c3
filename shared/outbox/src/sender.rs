//! Sends mails, one job at a time.

use aws::{EmailError, EmailToSend, Emails};
use jiff::SignedDuration;
use settings::{Environment, Settings, SettingsError, Variable};
use types::Chain;
use uuid::Uuid;

use crate::{Outbox, OutboxError, SendJob, SesEvent, job::EFFECT, message, store::Row};

/// In whose name mails go out.
#[derive(Debug, Clone)]
pub struct SenderSettings {
    /// Our bare address.
    pub address: String,
    /// SES's configuration set, whose events come back to the outbox's queue.
    pub configuration_set: String,
}

impl Settings for SenderSettings {
    const VARIABLES: &'static [Variable] = &[
        Variable { name: "SENDER_ADDRESS", doc: "The address, verified in SES, from which mails go out." },
        Variable {
            name: "MAIL_CONFIGURATION_SET",
            doc: "The SES configuration set whose `Send` events EventBridge delivers to the outbox's queue.",
        },
    ];

    fn load(environment: &Environment) -> Result<Self, SettingsError> {
        Ok(Self {
            address: environment.get("SENDER_ADDRESS")?,
            configuration_set: environment.get("MAIL_CONFIGURATION_SET")?,
        })
    }
}

/// The pause before the second attempt; it doubles with each.
const FIRST_PAUSE: SignedDuration = SignedDuration::from_secs(30);
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(1);

/// After so many attempts, more than a day, a mail tells nobody anything.
const MOST_ATTEMPTS: u32 = 32;

/// Sends mails.
#[derive(Clone)]
pub struct Sender {
    outbox: Outbox,
    emails: Emails,
    settings: SenderSettings,
}

impl Sender {
    /// Sends what is in the outbox.
    #[must_use]
    pub fn new(outbox: Outbox, emails: Emails, settings: SenderSettings) -> Self {
        Self { outbox, emails, settings }
    }

    /// Notes what SES says. Delivered again, it changes nothing.
    ///
    /// # Errors
    /// The store failed: the message is to be delivered again.
    pub async fn hear(&self, event: &SesEvent) -> Result<(), OutboxError> {
        match event.sent() {
            Some((id, message_id)) => Ok(self.outbox.sent(id, message_id).await?),
            None => {
                tracing::info!(kind = event.kind, "an event that says nothing to the outbox");
                Ok(())
            }
        }
    }

    /// Sends a mail unless it has gone out or may have, or was tried since the job was queued.
    ///
    /// # Errors
    /// The store failed: the message is to be delivered again. What SES refuses is no error here: the row
    /// says when it is due again.
    pub async fn send(&self, job: &SendJob) -> Result<(), OutboxError> {
        let id = job.mail_id.as_str();
        let Some(row) = self.outbox.read(id).await? else {
            tracing::warn!(mail = id, "there is no such mail");
            return Ok(());
        };
        if row.attempts != job.attempts {
            return Ok(());
        }
        let Some(attempt) = self.outbox.claim(&row).await? else { return Ok(()) };
        if row.attempts >= MOST_ATTEMPTS {
            tracing::error!(mail = id, attempts = row.attempts, "gave up a mail");
            return Ok(self.outbox.failed(id, attempt, "given_up").await?);
        }
        let Ok(raw) = message::of(&row.mail, &self.settings.address, row.posted_at) else {
            tracing::warn!(mail = id, "an address of a mail is none");
            return Ok(self.outbox.failed(id, attempt, "invalid_address").await?);
        };
        let email = EmailToSend {
            raw,
            from: self.settings.address.clone(),
            to: row.mail.to.address.clone(),
            configuration_set: self.settings.configuration_set.clone(),
            tags: vec![(EFFECT.to_owned(), id.to_owned())],
        };
        match self.emails.send(email).await {
            Ok(message_id) => Ok(self.outbox.sent(id, &message_id).await?),
            Err(error) => self.not_sent(&row, attempt, &error).await,
        }
    }

    async fn not_sent(&self, row: &Row, attempt: Uuid, error: &EmailError) -> Result<(), OutboxError> {
        let id = row.mail.id.as_str();
        match error {
            EmailError::Refused { code, .. } => {
                tracing::error!(mail = id, error = %Chain(error), "a mail was refused for good");
                self.outbox.failed(id, attempt, code).await?;
            }
            EmailError::NotNow { code, .. } => {
                tracing::error!(mail = id, error = %Chain(error), "a mail did not go out; it is tried again");
                self.outbox.put_back(id, attempt, code, pause_after(row.attempts)).await?;
            }
            EmailError::Unknown(_) => {
                tracing::error!(mail = id, error = %Chain(error), "a mail may have gone out; waiting for SES");
            }
        }
        Ok(())
    }
}

/// The pause after an attempt, when there were `before` it.
fn pause_after(before: u32) -> SignedDuration {
    let doubled = FIRST_PAUSE.checked_mul(1_i32.checked_shl(before.min(20)).unwrap_or(i32::MAX));
    doubled.unwrap_or(LONGEST_PAUSE).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests;
