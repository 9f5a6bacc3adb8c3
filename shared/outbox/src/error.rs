//! What can go wrong with the outbox.

use accounts::AccountsError;
use aws::AwsError;

use crate::TargetFault;

/// A failed step. [`OutboxError::is_retryable`] says whether to try again.
#[derive(Debug, thiserror::Error)]
pub enum OutboxError {
    /// The store or the queue did not do it.
    #[error("the outbox could not be read or written")]
    Store(#[from] AwsError),
    /// What the accounts know could not be read.
    #[error("the accounts could not be read")]
    Account(#[from] AccountsError),
    /// There is no such thing, or it is another organization's.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// The organization has as many webhooks as it may.
    #[error("an organization has at most {max} webhooks", max = crate::MOST_WEBHOOKS)]
    TooManyWebhooks,
    /// Nothing can be sent to this address.
    #[error(transparent)]
    Target(#[from] TargetFault),
    /// Only what was given up can be taken up again.
    #[error("the delivery is not dead")]
    NotDead,
    /// Nothing is sent to the webhook until it is enabled.
    #[error("the webhook is disabled")]
    WebhookDisabled,
    /// Others changed the same again and again.
    #[error("others changed the same at the same time")]
    Contended,
    /// The id cannot travel with the mail.
    #[error("the id of a mail must be 1 to 200 characters of A-Z a-z 0-9 _ -")]
    Id,
}

impl OutboxError {
    /// Whether the same step may succeed later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Store(error) => error.is_retryable(),
            Self::Account(error) => error.is_retryable(),
            Self::Contended => true,
            Self::NotFound(_)
            | Self::TooManyWebhooks
            | Self::WebhookDisabled
            | Self::Target(_)
            | Self::NotDead
            | Self::Id => false,
        }
    }
}
