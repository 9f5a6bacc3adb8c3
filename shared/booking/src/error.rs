//! What can go wrong with bookings.

use accounts::AccountsError;
use aws::AwsError;
use graph::GraphError;
use outbox::OutboxError;

/// A failed step. [`BookingError::is_retryable`] says whether to try again.
#[derive(Debug, thiserror::Error)]
pub enum BookingError {
    /// The store or the queue did not do it.
    #[error("the bookings could not be read or written")]
    Store(#[from] AwsError),
    /// The host's link or its token could not be used.
    #[error("the host's link could not be used")]
    Account(#[from] AccountsError),
    /// Graph did not do it.
    #[error("the calendar did not do it")]
    Calendar(#[from] GraphError),
    /// A mail could not be posted.
    #[error("a mail could not be posted")]
    Mail(#[from] OutboxError),
    /// There is no such page or appointment, it is another organization's, or guests may not see it.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// An attempt at the same appointment, perhaps dead, has not given up its turn yet.
    #[error("another attempt is at this appointment")]
    TurnTaken,
}

impl BookingError {
    /// Whether the same step may succeed later without anybody doing anything.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Store(error) => error.is_retryable(),
            Self::Account(error) => error.is_retryable(),
            // A dead access token lasts an hour at most; the refresh then tells whether the grant is dead too.
            Self::Calendar(error) => error.is_retryable() || error.is_unauthorized(),
            Self::Mail(error) => error.is_retryable(),
            Self::TurnTaken => true,
            Self::NotFound(_) => false,
        }
    }
}
