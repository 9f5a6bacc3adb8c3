//! What can go wrong with accounts.

use aws::AwsError;
use graph::GraphError;
use serde::{Deserialize, Serialize};
use types::{Feature, TenantId};

use crate::LinkStatus;

/// A failed step. [`AccountsError::is_retryable`] says whether to try again.
#[derive(Debug, thiserror::Error)]
pub enum AccountsError {
    /// The store did not do it.
    #[error("the accounts could not be read or written")]
    Store(#[from] AwsError),
    /// Entra or Graph did not do it.
    #[error("Microsoft 365 did not do it")]
    Microsoft(#[from] GraphError),
    /// There is no such record, or it is another organization's.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// A sealed value does not open: another key, another owner, or changed.
    #[error("a sealed value does not open")]
    Seal,
    /// The link has no usable token: the user has to sign in again.
    #[error("the user has to sign in again")]
    SignInNeeded(#[source] Option<GraphError>),
    /// The tenant's admin has not granted the feature to this organization, or revoked it.
    #[error("the tenant has no grant for {}", .0.as_str())]
    GrantMissing(Feature),
    /// The organization's plan does not have the feature (features A01, C16, D02).
    #[error("the plan does not have {}", .0.as_str())]
    NotInPlan(Feature),
    /// The tenant is being removed: it takes nothing new (feature A15).
    #[error("the tenant is being removed")]
    TenantEnding,
    /// The application may not read the tenant's groups (peer row P14).
    #[error("the application may not read the tenant's groups")]
    GroupsNotPermitted,
    /// The record is no more as the caller read it.
    #[error("the record was changed since it was read")]
    Changed,
    /// So many writers changed the same record at once that this one never got through.
    #[error("too many writers at once")]
    Contended,
    /// Another process is refreshing the token and did not finish in time.
    #[error("the token is being refreshed elsewhere")]
    RefreshBusy,
    /// A callback or a sign-in that must not go on; nothing was stored.
    #[error("the connection was refused: {0}")]
    Refused(Refusal),
}

/// Why a callback was refused. What people read about each is in `pages::Failure`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "refusal", rename_all = "snake_case")]
pub enum Refusal {
    /// The state is missing, malformed or not signed by us.
    #[error("the state is forged")]
    StateForged,
    /// The state was valid once.
    #[error("the state is expired")]
    StateExpired,
    /// The state was used before.
    #[error("the state was used before")]
    StateUsed,
    /// The callback or the token names another tenant than the one registered.
    #[error("another tenant answered")]
    WrongTenant {
        /// What it named, if that is a tenant's id; only to be shown.
        actual: Option<TenantId>,
    },
    /// Entra said no.
    #[error("Entra answered {error}")]
    Entra {
        /// The OAuth error.
        error: String,
        /// The AADSTS number, where one was given.
        aadsts: Option<u32>,
    },
    /// Entra's answer lacks what a callback must have.
    #[error("the callback is incomplete")]
    Incomplete,
    /// The tokens do not carry the permission that was asked for.
    #[error("the permission was not granted")]
    ConsentMissing,
    /// An administrator consented, but Microsoft's tokens do not carry the permissions yet.
    #[error("the consent is not visible yet")]
    ConsentNotVisible,
    /// Whoever signed in to prove a tenant's consent may not grant it.
    #[error("the account may not consent for the tenant")]
    NotAdministrator,
    /// The id token does not prove the sign-in.
    #[error("the id token does not hold")]
    IdToken,
    /// The administrator said that this organization is not to be connected.
    #[error("the administrator does not want the organization connected")]
    NotThisOrganization,
    /// The account signed in with is not the user's, or not the one that is linked (requirement R45). The audit log
    /// says which; logs never name people.
    #[error("{actual} signed in instead of {expected}")]
    WrongAccount {
        /// Who signed in.
        actual: String,
        /// Who was expected.
        expected: String,
    },
}

impl AccountsError {
    /// Whether the same step may succeed later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Store(error) => error.is_retryable(),
            Self::Microsoft(error) => error.is_retryable(),
            Self::RefreshBusy | Self::Contended => true,
            Self::NotFound(_)
            | Self::Seal
            | Self::SignInNeeded(_)
            | Self::GrantMissing(_)
            | Self::NotInPlan(_)
            | Self::GroupsNotPermitted
            | Self::TenantEnding
            | Self::Changed
            | Self::Refused(_) => false,
        }
    }

    /// How a link stands after this error, and the reason to show: Microsoft's code or a word of ours.
    #[must_use]
    pub fn link_status(&self) -> (LinkStatus, String) {
        match self {
            Self::SignInNeeded(cause) => {
                let aadsts = cause.as_ref().and_then(GraphError::aadsts);
                let reason = aadsts.map_or("sign_in_needed".to_owned(), aadsts_word);
                (LinkStatus::ReconnectNeeded, reason)
            }
            Self::GrantMissing(_) => (LinkStatus::NoPermission, "grant_missing".to_owned()),
            Self::Microsoft(error) => link_failure(error),
            _ => (LinkStatus::Failed, "internal_error".to_owned()),
        }
    }
}

/// Codes of accounts without a mailbox that Graph can reach.
const NO_MAILBOX: [&str; 5] = [
    "MailboxNotEnabledForRESTAPI",
    "MailboxNotSupportedForRESTAPI",
    "ErrorInvalidUser",
    "ResourceNotFound",
    "Request_ResourceNotFound",
];

/// AADSTS numbers that say that the customer's admin has to permit something: consent, the enterprise
/// application, an assignment, a policy (facts 1.9).
const NOT_PERMITTED: [u32; 9] =
    [50_105, 53_003, 65_001, 90_094, 90_095, 500_011, 650_052, 700_016, 7_000_112];

/// How a link stands after Microsoft refused for good, and the reason to show (features C10 to C12,
/// requirement R10).
#[must_use]
pub fn link_failure(error: &GraphError) -> (LinkStatus, String) {
    if let Some(number) = error.aadsts() {
        let is_permission = NOT_PERMITTED.contains(&number);
        let status = if is_permission { LinkStatus::NoPermission } else { LinkStatus::Failed };
        return (status, aadsts_word(number));
    }
    let reason = error.code().unwrap_or("unknown").to_owned();
    let status = if NO_MAILBOX.iter().any(|code| error.has_code(code)) {
        LinkStatus::AuthenticationFailed
    } else if error.status() == Some(403) {
        LinkStatus::NoPermission
    } else {
        LinkStatus::Failed
    };
    (status, reason)
}

pub(crate) fn aadsts_word(number: u32) -> String {
    format!("AADSTS{number}")
}

impl From<Refusal> for AccountsError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(status: u16, code: &str) -> GraphError {
        GraphError::Status { status, code: code.to_owned(), message: String::new() }
    }

    fn entra(error: &str, aadsts: u32) -> GraphError {
        GraphError::Entra {
            status: 400,
            error: error.to_owned(),
            aadsts: Some(aadsts),
            description: String::new(),
        }
    }

    #[test]
    fn r10_each_class_of_error_has_its_status_and_reason() {
        for (error, expected, reason) in [
            (status(404, "mailboxNotEnabledForRESTAPI"), LinkStatus::AuthenticationFailed, None),
            (status(404, "Request_ResourceNotFound"), LinkStatus::AuthenticationFailed, None),
            (status(403, "ErrorAccessDenied"), LinkStatus::NoPermission, None),
            (status(400, "ErrorInvalidRequest"), LinkStatus::Failed, None),
            (status(400, ""), LinkStatus::Failed, Some("unknown")),
            (entra("unauthorized_client", 700_016), LinkStatus::NoPermission, Some("AADSTS700016")),
            (entra("invalid_client", 7_000_215), LinkStatus::Failed, Some("AADSTS7000215")),
        ] {
            let reason = reason.unwrap_or_else(|| error.code().expect("a code")).to_owned();
            assert_eq!(link_failure(&error), (expected, reason), "{error:?}");
        }
    }

    #[test]
    fn a_missing_grant_is_no_permission_and_a_dead_one_needs_a_sign_in() {
        let missing = AccountsError::GrantMissing(Feature::Mail);
        assert_eq!(missing.link_status(), (LinkStatus::NoPermission, "grant_missing".to_owned()));
        let dead = AccountsError::SignInNeeded(Some(entra("invalid_grant", 50_173)));
        assert_eq!(dead.link_status(), (LinkStatus::ReconnectNeeded, "AADSTS50173".to_owned()));
        assert!(!missing.is_retryable() && !dead.is_retryable());
    }
}
