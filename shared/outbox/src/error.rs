//! What can go wrong with the outbox.

use aws::AwsError;

/// A failed step. [`OutboxError::is_retryable`] says whether to try again.
#[derive(Debug, thiserror::Error)]
pub enum OutboxError {
    /// The store or the queue did not do it.
    #[error("the outbox could not be read or written")]
    Store(#[from] AwsError),
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
            Self::Id => false,
        }
    }
}
