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
            Self::Graph(error) => refusal_status(error),
            Self::NoAccount => (LinkStatus::AuthenticationFailed, "account_not_found".to_owned()),
            _ => (LinkStatus::Failed, "internal_error".to_owned()),
        }
    }

    /// Whether Graph answered that it will not: asking again soon gets the same answer (requirement R10).
    pub(crate) fn is_refusal(&self) -> bool {
        matches!(self, Self::Graph(_) | Self::NoAccount) && !self.is_retryable()
    }
}

/// Graph's subscription service wraps what Exchange refuses: the code says only that, the status says what.
fn refusal_status(error: &GraphError) -> (LinkStatus, String) {
    let (status, reason) = link_failure(error);
    match error.status() {
        Some(404) => {
            let reason = if error.has_code(WRAPPED) { "mailbox_not_found".to_owned() } else { reason };
            (LinkStatus::AuthenticationFailed, reason)
        }
        Some(403) if error.has_code(WRAPPED) => (status, "access_denied".to_owned()),
        _ => (status, reason),
    }
}

/// The code of such a wrapping.
const WRAPPED: &str = "ExtensionError";

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16, code: &str, message: &str) -> SubscriptionsError {
        GraphError::Status { status, code: code.to_owned(), message: message.to_owned() }.into()
    }

    #[test]
    fn r10_what_graph_refuses_is_told_in_a_status_and_a_reason() {
        for (error, expected, reason) in [
            (refused(404, "ExtensionError", ""), LinkStatus::AuthenticationFailed, "mailbox_not_found"),
            (refused(404, "ResourceNotFound", ""), LinkStatus::AuthenticationFailed, "ResourceNotFound"),
            (refused(403, "ExtensionError", ""), LinkStatus::NoPermission, "access_denied"),
            (refused(403, "ErrorAccessDenied", ""), LinkStatus::NoPermission, "ErrorAccessDenied"),
            (refused(400, "InvalidRequest", ""), LinkStatus::Failed, "InvalidRequest"),
            (SubscriptionsError::NoAccount, LinkStatus::AuthenticationFailed, "account_not_found"),
        ] {
            assert!(error.is_refusal() && !error.is_retryable(), "{error:?}");
            assert_eq!(error.link_status(), (expected, reason.to_owned()), "{error:?}");
        }
    }

    #[test]
    fn what_may_pass_is_no_refusal() {
        let handshake = "Subscription validation request timed out.";
        for error in [
            refused(401, "InvalidAuthenticationToken", ""),
            refused(400, "ValidationError", handshake),
            refused(500, "", ""),
            SubscriptionsError::Account(AccountsError::RefreshBusy),
            SubscriptionsError::LeaseLost,
        ] {
            assert!(error.is_retryable() && !error.is_refusal(), "{error:?}");
        }
        let grant = SubscriptionsError::Account(AccountsError::GrantMissing(types::Feature::Mail));
        assert!(!grant.is_retryable() && !grant.is_refusal());
    }
}
