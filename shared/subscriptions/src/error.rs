//! What can go wrong with subscriptions.

use accounts::{AccountsError, LinkStatus, link_failure};
use aws::AwsError;
use graph::{GraphError, subscriptions::is_handshake_failure};

/// A failed step. [`SubscriptionsError::is_retryable`] says whether to try again.
#[derive(Debug, thiserror::Error)]
pub enum SubscriptionsError {
    /// The store did not do it.
    #[error("the subscriptions could not be read or written")]
    Store(#[from] AwsError),
    /// The link, its grant or the application's token could not be used.
    #[error("the link could not be used")]
    Account(#[from] AccountsError),
    /// Graph did not do it.
    #[error("Graph did not do it")]
    Graph(#[from] GraphError),
    /// The tenant has no account with the user's address (feature C10).
    #[error("the tenant has no account with the user's address")]
    NoAccount,
    /// An earlier attempt at the same job has not given up its lease yet.
    #[error("an earlier attempt at this job holds its lease")]
    LeaseHeld,
    /// Others had their turn before this one could end what it began.
    #[error("the lease was lost to another job")]
    LeaseLost,
}

impl SubscriptionsError {
    /// Whether the same step may succeed later without anybody doing anything.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Store(error) => error.is_retryable(),
            Self::Account(error) => error.is_retryable(),
            // A dead access token lasts an hour at most; then Entra tells whether the grant is dead too.
            Self::Graph(error) => {
                error.is_retryable() || error.is_unauthorized() || is_handshake_failure(error)
            }
            Self::LeaseHeld | Self::LeaseLost => true,
            Self::NoAccount => false,
        }
    }

    /// How the link stands after this error, and the reason to show: Microsoft's code or a word of ours.
    #[must_use]
    pub fn link_status(&self) -> (LinkStatus, String) {
        match self {
            Self::Account(error) => error.link_status(),
            Self::Graph(error) => link_failure(error),
            Self::NoAccount => (LinkStatus::AuthenticationFailed, "account_not_found".to_owned()),
            _ => (LinkStatus::Failed, "internal_error".to_owned()),
        }
    }

    /// Whether Microsoft answered that it will not: asking again soon gets the same answer (requirement R10).
    pub(crate) fn is_refusal(&self) -> bool {
        let is_answer = match self {
            Self::Graph(_) | Self::NoAccount => true,
            Self::Account(error) => matches!(error, AccountsError::Microsoft(_)),
            _ => false,
        };
        is_answer && !self.is_retryable()
    }
}
