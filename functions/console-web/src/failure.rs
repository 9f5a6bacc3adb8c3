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
            return Failure::with_code(Flow::SignIn, *aadsts, error);
        }
        AccountsError::Refused(_) => Failure::StateUnknown,
        AccountsError::Microsoft(error) if error.aadsts().is_some() => {
            return Failure::with_code(Flow::SignIn, error.aadsts(), error.code().unwrap_or_default());
        }
        AccountsError::Microsoft(error) if error.is_retryable() => Failure::MicrosoftUnavailable,
        AccountsError::Microsoft(error) => {
            let code = error.code().map(str::to_owned);
            return (code.as_deref().map_or(Failure::Unknown, Failure::of_reason), code);
        }
        _ => Failure::Internal,
    };
    (failure, None)
}

#[cfg(test)]
mod tests {
    use graph::GraphError;

    use super::*;

    #[test]
    fn c11_c12_what_microsoft_refuses_is_told_as_everywhere() {
        let graph =
            |status, code: &str| GraphError::Status { status, code: code.to_owned(), message: String::new() };
        let entra = GraphError::Entra {
            status: 400,
            error: "invalid_client".to_owned(),
            aadsts: Some(7_000_222),
            description: String::new(),
        };
        for (error, expected, code) in [
            (
                graph(403, "Authorization_RequestDenied"),
                Failure::ConsentMissing,
                "Authorization_RequestDenied",
            ),
            (graph(400, "SomethingNew"), Failure::Unknown, "SomethingNew"),
            (entra, Failure::BadCredential, "AADSTS7000222"),
        ] {
            assert_eq!(failure(&AccountsError::Microsoft(error)), (expected, Some(code.to_owned())));
        }
    }
}
