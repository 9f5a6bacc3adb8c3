//! What can go wrong with contact points.

use accounts::{AccountsError, LinkStatus, link_failure};
use aws::AwsError;
use graph::GraphError;

/// A failed step. [`ContactPointsError::is_retryable`] says whether to try again.
#[derive(Debug, thiserror::Error)]
pub enum ContactPointsError {
    /// The store did not do it.
    #[error("the contact points could not be read or written")]
    Store(#[from] AwsError),
    /// The link or the tenant's grant could not be used.
    #[error("the link could not be used")]
    Account(#[from] AccountsError),
    /// Graph did not do it.
    #[error("the mailbox could not be read")]
    Mailbox(#[from] GraphError),
    /// There is no such person or company, or it is another organization's.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// The cursor is not one of this list.
    #[error("the cursor is not one of this list")]
    Cursor,
    /// So many writers wrote the same person or company at once that this one never got through.
    #[error("too many writers at once")]
    Contended,
    /// An earlier attempt at the same job has not given up its lease yet.
    #[error("an earlier attempt at this read holds its lease")]
    LeaseHeld,
    /// The function's time is up; the rest is read in the next attempt.
    #[error("out of time")]
    OutOfTime,
}

impl ContactPointsError {
    /// Whether the same step may succeed later without anybody doing anything.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Store(error) => error.is_retryable(),
            Self::Account(error) => error.is_retryable(),
            // A dead access token is replaced; 410 says that what was known of the mailbox is void, so it is
            // read anew (requirement R23).
            Self::Mailbox(error) => {
                error.is_retryable() || error.is_unauthorized() || error.status() == Some(410)
            }
            Self::Contended | Self::LeaseHeld | Self::OutOfTime => true,
            Self::NotFound(_) | Self::Cursor => false,
        }
    }

    /// How the link stands after this error, and the reason to show: Microsoft's code or a word of ours.
    #[must_use]
    pub fn link_status(&self) -> (LinkStatus, String) {
        match self {
            Self::Account(error) => error.link_status(),
            Self::Mailbox(error) => link_failure(error),
            _ => (LinkStatus::Failed, "internal_error".to_owned()),
        }
    }
}
