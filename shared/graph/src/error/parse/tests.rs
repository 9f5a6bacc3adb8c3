//! Error bodies as Graph and Entra write them.

use super::*;

#[test]
fn the_most_specific_known_code_of_graph_is_taken() {
    let cases = [
        (r#"{"error":{"code":"ErrorItemNotFound","message":"gone"}}"#, "ErrorItemNotFound"),
        // Both spellings, nested.
        (
            r#"{"error":{"code":"generalException","message":"m","innerError":{"code":"accessDenied",
                "innererror":{"code":"ErrorAccessDenied","date":"2026-11-22T08:00:00"}}}}"#,
            "ErrorAccessDenied",
        ),
        // A deeper code that nobody knows does not hide one that we know.
        (
            r#"{"error":{"code":"MailboxNotEnabledForRESTAPI","message":"m","innerError":{"code":"Xyz"}}}"#,
            "MailboxNotEnabledForRESTAPI",
        ),
        (r#"{"error":{"code":"UnknownError","message":"m","innerError":{"code":"Xyz"}}}"#, "Xyz"),
        // The usual inner error has no code.
        (
            r#"{"error":{"code":"BadRequest","message":"","innerError":{"date":"d","request-id":"r"}}}"#,
            "BadRequest",
        ),
        (r#"{"error":{"code":"","message":"m"}}"#, ""),
        (r#"{"error":"invalid_grant"}"#, ""),
        ("<html>Bad gateway</html>", ""),
        ("", ""),
    ];
    for (body, expected) in cases {
        let error = graph_error(400, None, body.as_bytes());
        assert_eq!(error.code().unwrap_or_default(), expected, "{body}");
        assert_eq!(error.status(), Some(400));
    }
}

#[test]
fn a_long_message_is_cut_to_its_first_line() {
    let body = format!(r#"{{"error":{{"code":"x","message":"{}\r\nsecond"}}}}"#, "あ".repeat(1000));
    let GraphError::Status { message, .. } = graph_error(400, None, body.as_bytes()) else {
        panic!("a status")
    };
    assert_eq!(message, "あ".repeat(LONGEST_MESSAGE));
}

#[test]
fn statuses_of_graph_say_retry_or_fail() {
    // status, code, Retry-After, refused for load, retryable
    let cases = [
        (429, "anything", None, true, true),
        (509, "", None, true, true),
        (503, "errorserverbusy", None, true, true),
        (503, "UnknownError", Some(3), true, true),
        (503, "UnknownError", None, false, true),
        (500, "UnknownError", Some(3), false, true),
        (504, "", None, false, true),
        (408, "", None, false, true),
        (400, "ErrorInvalidRequest", None, false, false),
        (401, "InvalidAuthenticationToken", None, false, false),
        (403, "ErrorAccessDenied", None, false, false),
        (404, "MailboxNotEnabledForRESTAPI", None, false, false),
        (409, "ErrorFolderExists", None, false, false),
        (410, "SyncStateNotFound", None, false, false),
        (507, "quotaLimitReached", None, false, false),
    ];
    for (status, code, wait, refused, retryable) in cases {
        let body = format!(r#"{{"error":{{"code":"{code}","message":"m"}}}}"#);
        let error = graph_error(status, wait.map(Duration::from_secs), body.as_bytes());
        assert_eq!(matches!(error, GraphError::Throttled { .. }), refused, "{status} {code}");
        assert_eq!(error.is_retryable(), retryable, "{status} {code}");
        assert_eq!(error.is_unauthorized(), status == 401);
        assert!(!error.needs_sign_in(), "only Entra knows");
    }
}

fn entra(status: u16, error: &str, aadsts: u32) -> GraphError {
    let body = format!(
        r#"{{"error":"{error}","error_description":"AADSTS{aadsts}: Text.\r\nTrace ID: 1\r\nCorrelation ID: 2",
            "error_codes":[{aadsts}],"timestamp":"2026-11-22 08:00:00Z","trace_id":"1","correlation_id":"2"}}"#
    );
    entra_error(status, None, body.as_bytes())
}

#[test]
fn errors_of_entra_say_who_acts() {
    // status, OAuth error, number, needs sign-in, retryable
    let cases = [
        (400, "invalid_grant", 50_173, true, false),
        (400, "invalid_grant", 700_082, true, false),
        (400, "invalid_grant", 65_001, true, false),
        (400, "interaction_required", 50_076, true, false),
        (400, "consent_required", 65_004, true, false),
        (400, "login_required", 50_058, true, false),
        (400, "invalid_grant", 50_196, false, true),
        (401, "invalid_client", 7_000_222, false, false),
        (400, "unauthorized_client", 700_016, false, false),
        (400, "invalid_request", 90_002, false, false),
        (400, "invalid_scope", 70_011, false, false),
        (503, "temporarily_unavailable", 90_033, false, true),
        (400, "temporarily_unavailable", 90_024, false, true),
        (500, "server_error", 90_033, false, true),
    ];
    for (status, code, aadsts, sign_in, retryable) in cases {
        let error = entra(status, code, aadsts);
        assert_eq!(error.aadsts(), Some(aadsts));
        assert_eq!(error.code(), Some(code));
        assert_eq!(error.needs_sign_in(), sign_in, "{code} {aadsts}");
        assert_eq!(error.is_retryable(), retryable, "{code} {aadsts}");
        assert!(!error.is_unauthorized(), "not about an access token");
        assert!(error.to_string().ends_with(&format!("{code}: AADSTS{aadsts}: Text.")), "{error}");
    }
}

#[test]
fn entra_may_be_busy_or_send_something_else() {
    let busy = entra_error(429, Some(Duration::from_secs(9)), b"");
    assert_eq!((busy.is_retryable(), busy.retry_after()), (true, Some(Duration::from_secs(9))));
    assert!(entra_error(502, None, b"<html>").is_retryable());
    assert!(!entra_error(404, None, b"<html>").is_retryable());
    let without_codes = br#"{"error":"invalid_grant","error_description":"AADSTS70043: Expired."}"#;
    assert_eq!(entra_error(400, None, without_codes).aadsts(), Some(70_043));
}

#[test]
fn a_callback_tells_what_happened() {
    let declined = GraphError::of_callback("access_denied", "AADSTS65004: User declined.\r\nTrace ID: 1");
    assert_eq!(declined.aadsts(), Some(65_004));
    assert!(declined.to_string().ends_with("AADSTS65004: User declined."), "{declined}");
    assert_eq!(GraphError::of_callback("permission_denied", "no number").aadsts(), None);
    assert_eq!(GraphError::of_callback("x", "AADSTS").aadsts(), None);
}
