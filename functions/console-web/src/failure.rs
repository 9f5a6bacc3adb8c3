//! What people read when signing in, or what a form asked of Microsoft, did not work.

use accounts::{AccountsError, Refusal};
use pages::{Failed, Failure, Flow};
use types::Chain;
use uuid::Uuid;

/// The page for an error. The error itself goes into the log under the page's reference.
pub(crate) fn page(error: &AccountsError, client_id: &str) -> Failed {
    let reference = Uuid::new_v4().to_string();
    let (failure, code) = failure(error);
    tracing::warn!(error = %Chain(error), reference, failure = failure.key(), "a sign-in to the console failed");
    let client_id = Some(client_id.to_owned());
    Failed { code, client_id, ..Failed::new(failure, reference) }
}

fn failure(error: &AccountsError) -> (Failure, Option<String>) {
    let failure = match error {
        AccountsError::Refused(Refusal::StateForged) => Failure::StateForged,
        AccountsError::Refused(Refusal::StateExpired) => Failure::StateExpired,
        AccountsError::Refused(Refusal::StateUsed) => Failure::StateUsed,
        AccountsError::Refused(Refusal::IdToken) => Failure::InvalidIdToken,
        AccountsError::Refused(Refusal::Entra { error, aadsts }) => {
            let code = aadsts.map_or_else(|| error.clone(), |number| format!("AADSTS{number}"));
            return (Failure::from_microsoft(Flow::SignIn, *aadsts, error), Some(code));
        }
        AccountsError::Refused(_) => Failure::StateUnknown,
        AccountsError::Microsoft(error) => match error.aadsts() {
            Some(number) => {
                let failure =
                    Failure::from_microsoft(Flow::SignIn, Some(number), error.code().unwrap_or_default());
                return (failure, Some(format!("AADSTS{number}")));
            }
            None if error.is_retryable() => Failure::MicrosoftUnavailable,
            None => return (Failure::Unknown, error.code().map(str::to_owned)),
        },
        _ => Failure::Internal,
    };
    (failure, None)
}
