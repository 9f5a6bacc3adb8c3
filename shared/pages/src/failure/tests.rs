use std::{collections::HashSet, path::Path};

use super::{codes::CODES, *};

#[test]
fn keys_are_unique_and_no_failure_answers_success() {
    let keys: HashSet<_> = Failure::ALL.iter().map(|failure| failure.key()).collect();
    assert_eq!(keys.len(), Failure::ALL.len());
    for failure in Failure::ALL {
        let status = failure.status();
        assert!(status.is_client_error() || status.is_server_error(), "{failure:?}");
    }
}

#[test]
fn the_number_is_read_out_of_the_description() {
    for (description, expected) in [
        ("AADSTS65004: User declined to consent.\r\nTrace ID: 1", Some(65004)),
        ("Error: AADSTS7000215", Some(7_000_215)),
        ("AADSTS: none", None),
        ("AADSTS99999999999", None),
        ("", None),
    ] {
        assert_eq!(aadsts_code(description), expected, "{description}");
    }
}

#[test]
fn the_same_answer_means_different_things_to_admin_and_user() {
    use Failure::{
        AdminApprovalRequired, ConsentDeclined, ConsentMissing, ConsentNotVisible, NotAdmin, SignInDeclined,
    };
    for (code, error, admin, user) in [
        (Some(90094), "access_denied", NotAdmin, AdminApprovalRequired),
        (Some(65004), "access_denied", ConsentDeclined, SignInDeclined),
        (Some(65004), "consent_required", ConsentDeclined, SignInDeclined),
        (None, "access_denied", ConsentDeclined, SignInDeclined),
        (None, "permission_denied", ConsentDeclined, SignInDeclined),
        (None, "consent_required", ConsentDeclined, ConsentMissing),
        (Some(65001), "invalid_grant", ConsentNotVisible, ConsentMissing),
    ] {
        assert_eq!(Failure::from_microsoft(Flow::Consent, code, error), admin, "{code:?} {error}");
        assert_eq!(Failure::from_microsoft(Flow::SignIn, code, error), user, "{code:?} {error}");
    }
}

#[test]
fn c12_microsofts_answer_is_quoted_by_its_number_or_else_by_its_word() {
    for (code, error, failure, quoted) in [
        (Some(53_003), "access_denied", Failure::ConditionalAccess, "AADSTS53003"),
        (None, "access_denied", Failure::SignInDeclined, "access_denied"),
    ] {
        let expected = (failure, Some(quoted.to_owned()));
        assert_eq!(Failure::with_code(Flow::SignIn, code, error), expected, "{code:?} {error}");
    }
}

#[test]
fn an_unknown_number_falls_back_to_the_oauth_error() {
    for (error, expected) in [
        ("temporarily_unavailable", Failure::MicrosoftUnavailable),
        ("invalid_client", Failure::BadCredential),
        ("interaction_required", Failure::MfaRequired),
        ("something_new", Failure::Unknown),
        ("", Failure::Unknown),
    ] {
        assert_eq!(Failure::from_aadsts(123_456, error), expected, "{error}");
    }
}

/// Microsoft's error table as collected outside the repository, if it is here.
fn contract() -> Option<serde_json::Value> {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/microsoft/contract/entra-errors.json");
    let text = std::fs::read_to_string(path).ok()?;
    Some(serde_json::from_str(&text).expect("the contract is JSON"))
}

/// Every number is in the table by itself, not by the fallback, and whoever must act is whom the page names.
#[test]
fn a16_a17_every_number_of_entra_has_a_failure_that_names_who_acts() {
    assert!(CODES.len() > 50, "{} numbers", CODES.len());
    for (code, acts) in CODES {
        let failure = Failure::from_aadsts(*code, "");
        assert_ne!(failure, Failure::Unknown, "AADSTS{code} is not in the table");
        let named = match failure.who() {
            Who::Reader => "user",
            Who::Admin => "admin",
            Who::Operator => "vendor",
            Who::Nobody => "none",
        };
        let tenant_typed = failure == Failure::TenantNotFound && acts.contains("admin");
        assert!(acts.contains(named) || tenant_typed, "AADSTS{code} {failure:?}: {named}, it is {acts}");
        assert_eq!(Failure::of_reason(&format!("AADSTS{code}")), failure, "as a link's reason");
    }
}

#[test]
fn our_copy_of_entras_numbers_is_whole() {
    let Some(contract) = contract() else {
        println!("skipped: ../shared/microsoft/contract/entra-errors.json is not here");
        return;
    };
    for row in contract["rows"].as_array().expect("rows") {
        let code = u32::try_from(row[0].as_u64().expect("a number")).expect("fits");
        let acts = row[3].as_str().expect("text");
        assert!(CODES.contains(&(code, acts)), "AADSTS{code} {acts} is not in codes.rs");
    }
}

#[test]
fn r10_the_reason_decides_and_where_it_says_nothing_the_status() {
    use Failure::{
        AccessDenied, AccountNotFound, AppDisabled, ConsentMissing, Internal, MailboxMissing, SignInRequired,
        Unknown,
    };
    for (status, reason, expected) in [
        ("authentication_failed", Some("mailboxNotEnabledForRESTAPI"), Some(MailboxMissing)),
        ("authentication_failed", Some("ExtensionError"), Some(AccountNotFound)),
        ("no_permission", Some("ErrorAccessDenied"), Some(AccessDenied)),
        ("no_permission", Some("Authorization_RequestDenied"), Some(ConsentMissing)),
        ("no_permission", Some("AADSTS7000112"), Some(AppDisabled)),
        ("no_permission", None, Some(AccessDenied)),
        ("reconnect_needed", Some("sign_in_needed"), Some(SignInRequired)),
        ("reconnect_needed", Some("AADSTS99999"), Some(SignInRequired)),
        ("failed", Some("ErrorInvalidRequest"), Some(Internal)),
        ("failed", Some("unknown"), Some(Unknown)),
        ("linked", Some("ErrorAccessDenied"), None),
        ("syncing", None, None),
        ("unlinked", None, None),
    ] {
        assert_eq!(Failure::of_link(status, reason), expected, "{status} {reason:?}");
    }
}
