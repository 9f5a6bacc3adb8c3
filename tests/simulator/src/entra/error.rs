//! Entra's errors: the code after `AADSTS`, the OAuth error it comes with, and its three forms (a token answer,
//! parameters of a redirect, a page).

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use jiff::Timestamp;
use serde_json::json;
use uuid::Uuid;

mod table;

/// One error of Entra.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AadError {
    /// The number after `AADSTS`.
    pub(crate) code: u32,
    /// The OAuth error.
    pub(crate) error: &'static str,
    /// The HTTP status of a token answer.
    pub(crate) status: StatusCode,
    /// What it says, without the number.
    pub(crate) message: String,
    /// `suberror` of a token answer.
    pub(crate) suberror: Option<&'static str>,
}

impl AadError {
    /// The error with its usual text.
    ///
    /// # Panics
    /// When the code is not in the table: a mistake of ours, found by the first test that reaches it.
    pub(crate) fn new(code: u32) -> Self {
        Self::known(code).unwrap_or_else(|| panic!("AADSTS{code} is not in the table"))
    }

    /// The error with a text of the moment.
    pub(crate) fn with(code: u32, message: impl Into<String>) -> Self {
        Self { message: message.into(), ..Self::new(code) }
    }

    /// The error of a number, if we know it.
    pub(crate) fn known(code: u32) -> Option<Self> {
        let row = table::ROWS.iter().find(|row| row.0 == code)?;
        let suberror = match code {
            65001 => Some("consent_required"),
            50173 | 700_082 | 70043 => Some("bad_token"),
            50076 | 50079 | 50074 => Some("basic_action"),
            53000 => Some("message_only"),
            _ => None,
        };
        Some(Self { code, error: row.1, status: status(row.1), message: row.2.to_owned(), suberror })
    }

    /// `AADSTS…: text` with the trace that Entra appends.
    pub(crate) fn description(&self, trace: &Trace) -> String {
        format!(
            "AADSTS{}: {}\r\nTrace ID: {}\r\nCorrelation ID: {}\r\nTimestamp: {}",
            self.code, self.message, trace.trace_id, trace.correlation_id, trace.timestamp
        )
    }

    /// The JSON answer of the token and metadata endpoints (facts §1.9).
    pub(crate) fn json(&self, now: Timestamp) -> Response {
        let trace = Trace::new(now);
        let mut body = json!({
            "error": self.error,
            "error_description": self.description(&trace),
            "error_codes": [self.code],
            "timestamp": trace.timestamp,
            "trace_id": trace.trace_id,
            "correlation_id": trace.correlation_id,
            "error_uri": format!("https://login.microsoftonline.com/error?code={}", self.code),
        });
        if let Some(suberror) = self.suberror {
            body["suberror"] = json!(suberror);
        }
        (self.status, [("cache-control", "no-store")], Json(body)).into_response()
    }
}

/// What support asks for: when and which request.
pub(crate) struct Trace {
    pub(crate) trace_id: Uuid,
    pub(crate) correlation_id: Uuid,
    pub(crate) timestamp: String,
}

impl Trace {
    pub(crate) fn new(now: Timestamp) -> Self {
        Self {
            trace_id: Uuid::new_v4(),
            correlation_id: Uuid::new_v4(),
            timestamp: now.strftime("%Y-%m-%d %H:%M:%SZ").to_string(),
        }
    }
}

fn status(error: &str) -> StatusCode {
    match error {
        "invalid_client" => StatusCode::UNAUTHORIZED,
        "temporarily_unavailable" => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::BAD_REQUEST,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_code_stands_twice_in_the_table() {
        let mut codes: Vec<u32> = table::ROWS.iter().map(|row| row.0).collect();
        codes.sort_unstable();
        let count = codes.len();
        codes.dedup();
        assert_eq!(codes.len(), count);
    }
}
