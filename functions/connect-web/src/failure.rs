//! The one table from what accounts refuse to what people read.

use accounts::{AccountsError, NotConnected, Refusal};
use pages::{Failed, Failure, Flow};
use types::Chain;
use uuid::Uuid;

/// The page for an error. The error itself goes into the log under the page's reference.
pub(crate) fn page(flow: Flow, failed: &NotConnected, client_id: &str) -> Failed {
    let reference = reference();
    let NotConnected { error, tenant_id, return_path, consent_url } = failed;
    let (failure, code) = failure(flow, error);
    if failure == Failure::WrongAccount {
        // The error names people.
        tracing::warn!(reference, failure = failure.key(), "a connection was refused");
    } else if failure == Failure::Internal {
        tracing::error!(error = %Chain(error), reference, "a connection failed");
    } else {
        tracing::warn!(error = %Chain(error), reference, failure = failure.key(), "a connection was refused");
    }
    let mut page = Failed {
        code,
        client_id: Some(client_id.to_owned()),
        return_url: return_path.clone(),
        admin_consent_url: consent_url.as_ref().map(|url| url.as_str().to_owned()),
        ..Failed::new(failure, reference)
    };
    let expected = tenant_id.as_ref().map(|tenant| tenant.as_str().to_owned());
    match error {
        AccountsError::Refused(Refusal::WrongTenant { actual }) => {
            page.expected_tenant = expected;
            page.tenant = actual.as_ref().map(|tenant| tenant.as_str().to_owned());
        }
        AccountsError::Refused(Refusal::WrongAccount { actual, expected }) => {
            page.account = Some(actual.clone());
            page.expected_account = Some(expected.clone());
        }
        _ => page.tenant = expected,
    }
    page
}

/// A number to quote to support.
pub(crate) fn reference() -> String {
    Uuid::new_v4().to_string()
}

fn failure(flow: Flow, error: &AccountsError) -> (Failure, Option<String>) {
    let failure = match error {
        AccountsError::Refused(refusal) => return refused(flow, refusal),
        // The user or tenant was removed while the person was at Microsoft.
        AccountsError::NotFound(_) | AccountsError::TenantEnding => Failure::StateUnknown,
        AccountsError::GroupsNotPermitted => Failure::GroupsNotPermitted,
        AccountsError::Microsoft(error) if error.aadsts().is_some() => {
            return Failure::with_code(flow, error.aadsts(), error.code().unwrap_or_default());
        }
        AccountsError::Microsoft(error) if error.is_retryable() => Failure::MicrosoftUnavailable,
        AccountsError::Microsoft(error) => {
            let code = error.code().map(str::to_owned);
            return (code.as_deref().map_or(Failure::Unknown, Failure::of_reason), code);
        }
        AccountsError::SignInNeeded(_) | AccountsError::GrantMissing(_) => {
            let (_, reason) = error.link_status();
            return (Failure::of_reason(&reason), reason.starts_with("AADSTS").then_some(reason));
        }
        AccountsError::NotInPlan(_) => Failure::NotInPlan,
        AccountsError::Store(_)
        | AccountsError::Seal
        | AccountsError::Changed
        | AccountsError::Contended
        | AccountsError::RefreshBusy => Failure::Internal,
    };
    (failure, None)
}

/// What people read about a refusal, and Microsoft's code.
pub(crate) fn refused(flow: Flow, refusal: &Refusal) -> (Failure, Option<String>) {
    let failure = match refusal {
        Refusal::StateForged => Failure::StateForged,
        Refusal::StateExpired => Failure::StateExpired,
        Refusal::StateUsed => Failure::StateUsed,
        Refusal::WrongTenant { .. } => Failure::WrongTenant,
        Refusal::Incomplete => Failure::StateUnknown,
        Refusal::ConsentMissing => Failure::ConsentMissing.during(flow),
        Refusal::ConsentNotVisible => Failure::ConsentNotVisible,
        Refusal::NotAdministrator => Failure::NotAdmin,
        Refusal::IdToken => Failure::InvalidIdToken,
        Refusal::NotThisOrganization => Failure::NotThisOrganization,
        Refusal::WrongAccount { .. } => Failure::WrongAccount,
        Refusal::Entra { error, aadsts } => return Failure::with_code(flow, *aadsts, error),
    };
    (failure, None)
}
