//! What can go wrong between us and Microsoft, and what that means for the caller.

use std::sync::Arc;
use std::time::Duration;

mod parse;

use crate::entra::CertificateFlaw;
pub(crate) use parse::{entra_error, graph_error, is_for_concurrency};

/// Why a call failed. Holds no token, code, secret or body.
///
/// The questions a caller asks: [`is_retryable`](Self::is_retryable) (the same call later may succeed),
/// [`needs_sign_in`](Self::needs_sign_in) (only the user can mend it),
/// [`is_outcome_unknown`](Self::is_outcome_unknown) (look up before repeating).
#[derive(Debug, Clone, thiserror::Error)]
pub enum GraphError {
    /// Entra refused, with an OAuth error body or on a callback.
    #[error("Entra refused with {error}: {description}")]
    Entra {
        /// The HTTP status; 302 for an error that came on a callback.
        status: u16,
        /// The OAuth error, as in `invalid_grant`.
        error: String,
        /// The number after `AADSTS`.
        aadsts: Option<u32>,
        /// The first line of Entra's text.
        description: String,
    },
    /// An answer that is neither success nor a refusal for load.
    #[error("answered {status} {code}: {message}")]
    Status {
        /// The HTTP status.
        status: u16,
        /// The most specific error code of the body that we know; empty when there is no such body.
        code: String,
        /// The first line of the message, for people who support.
        message: String,
    },
    /// Refused for load, and not executed; it was repeated as far as the policy allows.
    #[error("refused for load with {status} {code}")]
    Throttled {
        /// 429, 503 or 509.
        status: u16,
        /// The error code of the body.
        code: String,
        /// How long to stay away, if the far side said so.
        retry_after: Option<Duration>,
    },
    /// No credential of the application could be used: there is none, or it could not be obtained.
    #[error("the application has no credential that can be used")]
    NoCredential(#[source] Option<Arc<dyn std::error::Error + Send + Sync>>),
    /// No reply.
    #[error("no reply")]
    Unreachable(#[source] Arc<reqwest::Error>),
    /// The request was never executed: no time was left, the far side wants to be left alone for longer than
    /// there is time, or an earlier request of the same batch failed.
    #[error("the request was not sent")]
    NotSent,
    /// The reply is not what the contract says.
    #[error("the reply has no usable {what}")]
    Malformed {
        /// What was expected.
        what: &'static str,
        /// Line and column where it stopped making sense. The parser's own words would quote the reply.
        position: Option<(usize, usize)>,
    },
    /// A write may or may not have taken effect: its reply was lost, unreadable, or came from a gateway
    /// that had given up waiting.
    #[error("a write may or may not have taken effect")]
    OutcomeUnknown(#[source] Box<GraphError>),
    /// The id token does not prove who signed in.
    #[error("the id token was refused")]
    IdToken(#[source] IdTokenFlaw),
}

/// Why an id token is not believed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum IdTokenFlaw {
    /// Signature, issuer, audience or form.
    #[error("it does not verify")]
    Unverified(#[source] jsonwebtoken::errors::Error),
    /// Signed with a key that the tenant does not publish.
    #[error("it is signed with an unknown key")]
    UnknownKey,
    /// Past its end.
    #[error("it has expired")]
    Expired,
    /// Before its beginning.
    #[error("it is not valid yet")]
    NotYetValid,
    /// Made for another sign-in.
    #[error("its nonce is not that of this sign-in")]
    WrongNonce,
    /// From another directory than the expected one.
    #[error("it comes from another tenant")]
    WrongTenant,
}

impl GraphError {
    /// The error that a consent or sign-in callback carries in its query.
    #[must_use]
    pub fn of_callback(error: &str, description: &str) -> Self {
        parse::entra_callback(error, description)
    }

    /// Whether the same call may succeed later without anybody doing anything. For a write this says
    /// nothing about whether it already took effect.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Entra { status, error, aadsts, .. } => {
                matches!(error.as_str(), "temporarily_unavailable" | "server_error")
                    || *status == 429
                    || *status >= 500
                    || matches!(aadsts, Some(50_196 | 90_024 | 90_033))
            }
            // Not 507, a full mailbox: somebody has to make room.
            Self::Status { status, .. } => matches!(status, 408 | 500 | 502..=504),
            Self::Throttled { .. }
            | Self::NoCredential(_)
            | Self::Unreachable(_)
            | Self::NotSent
            | Self::OutcomeUnknown(_) => true,
            Self::Malformed { .. } | Self::IdToken(_) => false,
        }
    }

    /// Whether only the user can mend it, by signing in (and perhaps consenting) again. Decided by the OAuth
    /// error, since Microsoft may change the numbers; 50196 is our own loop and no fault of the grant.
    #[must_use]
    pub fn needs_sign_in(&self) -> bool {
        const CLASSES: [&str; 4] =
            ["invalid_grant", "interaction_required", "consent_required", "login_required"];
        matches!(self, Self::Entra { error, .. } if CLASSES.contains(&error.as_str())) && !self.is_retryable()
    }

    /// Whether a write may have taken effect. Look it up before repeating it.
    #[must_use]
    pub fn is_outcome_unknown(&self) -> bool {
        matches!(self, Self::OutcomeUnknown(_))
    }

    /// Whether Graph did not accept the access token: refresh once, then try again.
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        self.status() == Some(401) && !matches!(self, Self::Entra { .. })
    }

    /// The HTTP status of the answer, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Entra { status, .. } | Self::Status { status, .. } | Self::Throttled { status, .. } => {
                Some(*status)
            }
            Self::OutcomeUnknown(cause) => cause.status(),
            _ => None,
        }
    }

    /// The error code: Graph's most specific one, or the OAuth error. Compare without regard to case
    /// ([`has_code`](Self::has_code)).
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Entra { error: code, .. } | Self::Status { code, .. } | Self::Throttled { code, .. } => {
                Some(code).filter(|code| !code.is_empty()).map(String::as_str)
            }
            Self::OutcomeUnknown(cause) => cause.code(),
            _ => None,
        }
    }

    /// Whether the error code is this one; Graph's codes are compared without regard to case.
    #[must_use]
    pub fn has_code(&self, code: &str) -> bool {
        self.code().is_some_and(|own| own.eq_ignore_ascii_case(code))
    }

    /// The number after `AADSTS`.
    #[must_use]
    pub fn aadsts(&self) -> Option<u32> {
        if let Self::Entra { aadsts, .. } = self { *aadsts } else { None }
    }

    /// How long to stay away, if the far side said so.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Throttled { retry_after, .. } => *retry_after,
            Self::OutcomeUnknown(cause) => cause.retry_after(),
            _ => None,
        }
    }

    /// The failure of a request that got no reply. The address is left out: it may carry ids and keys.
    pub(crate) fn unreachable(error: reqwest::Error) -> Self {
        Self::Unreachable(Arc::new(error.without_url()))
    }

    /// The failure of a credential that cannot be obtained.
    pub(crate) fn no_credential(cause: Arc<dyn std::error::Error + Send + Sync>) -> Self {
        Self::NoCredential(Some(cause))
    }

    /// The failure of a reply that does not parse.
    pub(crate) fn malformed(what: &'static str, error: &serde_json::Error) -> Self {
        Self::Malformed { what, position: Some((error.line(), error.column())) }
    }

    /// The failure of a reply that parses but lacks something.
    pub(crate) fn lacks(what: &'static str) -> Self {
        Self::Malformed { what, position: None }
    }

    /// The same failure where it leaves a write in doubt.
    pub(crate) fn in_doubt(self) -> Self {
        Self::OutcomeUnknown(Box::new(self))
    }
}

impl From<CertificateFlaw> for GraphError {
    fn from(flaw: CertificateFlaw) -> Self {
        Self::no_credential(Arc::new(flaw))
    }
}

impl From<IdTokenFlaw> for GraphError {
    fn from(flaw: IdTokenFlaw) -> Self {
        Self::IdToken(flaw)
    }
}
