//! What can go wrong with accounts.

use aws::AwsError;
use graph::GraphError;

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
    /// Another process is refreshing the token and did not finish in time.
    #[error("the token is being refreshed elsewhere")]
    RefreshBusy,
    /// A callback or a sign-in that must not go on; nothing was stored.
    #[error("the connection was refused: {0}")]
    Refused(Refusal),
}

/// Why a callback was refused. What people read about each is in `pages::Failure`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
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
    WrongTenant,
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
    /// The id token does not prove the sign-in.
    #[error("the id token does not hold")]
    IdToken,
    /// The account signed in with is not the user's (requirement R45).
    #[error("the account is not the user's")]
    WrongAccount,
}

impl AccountsError {
    /// Whether the same step may succeed later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Store(error) => error.is_retryable(),
            Self::Microsoft(error) => error.is_retryable(),
            Self::RefreshBusy => true,
            Self::NotFound(_) | Self::Seal | Self::SignInNeeded(_) | Self::Refused(_) => false,
        }
    }
}

impl From<Refusal> for AccountsError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}
