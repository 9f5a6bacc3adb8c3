//! Error bodies of Graph (facts 2) and Entra (facts 1.9) as [`GraphError`]s.

use std::time::Duration;

use serde::Deserialize;

use super::GraphError;

/// The most characters of a message that are kept.
const LONGEST_MESSAGE: usize = 300;

/// Codes met in Outlook resources, batches and tokens (facts 2.5), in lower case. A nested code wins over an
/// outer one if it is among these.
const KNOWN: [&str; 30] = [
    "invalidauthenticationtoken",
    "erroraccessdenied",
    "authorization_requestdenied",
    "accessdenied",
    "erroritemnotfound",
    "errorfoldernotfound",
    "errorinvaliduser",
    "resourcenotfound",
    "request_resourcenotfound",
    "mailboxnotenabledforrestapi",
    "mailboxnotsupportedforrestapi",
    "errorinvalididmalformed",
    "errorinvalidrequest",
    "requestbodyread",
    "errorinvalidproperty",
    "errorpropertyvalidationfailure",
    "inefficientfilter",
    "errorfolderexists",
    "errorirresolvableconflict",
    "syncstatenotfound",
    "resyncrequired",
    "errorquotaexceeded",
    "quotalimitreached",
    "applicationthrottled",
    "toomanyrequests",
    "activitylimitreached",
    "errorserverbusy",
    "errorexceededconnectioncount",
    "errorinternalservertransienterror",
    "errormailboxstoreunavailable",
];

/// Codes of a 503 that say: not executed, come back later.
const BUSY: [&str; 8] = [
    "applicationthrottled",
    "toomanyrequests",
    "activitylimitreached",
    "errorserverbusy",
    "serverbusy",
    "errorexceededconnectioncount",
    "servicenotavailable",
    "serviceunavailable",
];

#[derive(Deserialize)]
struct GraphBody<'a> {
    #[serde(borrow)]
    error: GraphBodyError<'a>,
}

#[derive(Deserialize)]
struct GraphBodyError<'a> {
    #[serde(default)]
    code: String,
    #[serde(default)]
    message: String,
    /// Both spellings are seen.
    #[serde(default, borrow, alias = "innererror", rename = "innerError")]
    inner: Option<&'a serde_json::value::RawValue>,
}

/// What an answer other than success says.
pub(crate) fn graph_error(status: u16, retry_after: Option<Duration>, body: &[u8]) -> GraphError {
    let (code, message) = codes(body);
    // A 503 that names a time, or says that the service is busy, did not begin; any other may have.
    let refused = matches!(status, 429 | 509) || (status == 503 && (retry_after.is_some() || is_busy(&code)));
    if refused {
        GraphError::Throttled { status, code, retry_after }
    } else {
        GraphError::Status { status, code, message: first_line(&message) }
    }
}

/// Whether a refusal for load was for running at the same time as others. Outlook says "Application is over
/// its MailboxConcurrency limit" (facts 2.2).
pub(crate) fn is_for_concurrency(error: &GraphError, body: &[u8]) -> bool {
    const WORD: &[u8] = b"Concurrency";
    matches!(error, GraphError::Throttled { .. })
        && (error.has_code("ErrorExceededConnectionCount")
            || body.windows(WORD.len()).any(|window| window == WORD))
}

fn is_busy(code: &str) -> bool {
    BUSY.iter().any(|busy| busy.eq_ignore_ascii_case(code))
}

/// The most specific code that we know, else the most specific one, and the outer message.
fn codes(body: &[u8]) -> (String, String) {
    let Ok(GraphBody { error }) = serde_json::from_slice(body) else { return Default::default() };
    let mut codes = vec![error.code];
    let mut inner = error.inner;
    while let Some(raw) = inner {
        let Ok(nested) = serde_json::from_str::<GraphBodyError<'_>>(raw.get()) else { break };
        codes.push(nested.code);
        inner = nested.inner;
    }
    codes.retain(|code| !code.is_empty());
    let known = codes.iter().rposition(|code| KNOWN.iter().any(|known| known.eq_ignore_ascii_case(code)));
    let code = if let Some(known) = known { Some(codes.swap_remove(known)) } else { codes.pop() };
    (code.unwrap_or_default(), error.message)
}

#[derive(Deserialize)]
struct EntraBody {
    error: String,
    #[serde(default)]
    error_description: String,
    #[serde(default)]
    error_codes: Vec<u32>,
}

/// What Entra's answer other than success says.
pub(crate) fn entra_error(status: u16, retry_after: Option<Duration>, body: &[u8]) -> GraphError {
    match serde_json::from_slice::<EntraBody>(body) {
        _ if status == 429 => GraphError::Throttled { status, code: String::new(), retry_after },
        Ok(body) => GraphError::Entra {
            status,
            aadsts: body.error_codes.first().copied().or_else(|| aadsts(&body.error_description)),
            error: body.error,
            description: first_line(&body.error_description),
        },
        Err(_) => GraphError::Status { status, code: String::new(), message: String::new() },
    }
}

/// What the query of a callback says.
pub(super) fn entra_callback(error: &str, description: &str) -> GraphError {
    GraphError::Entra {
        status: 302,
        error: first_line(error),
        aadsts: aadsts(description),
        description: first_line(description),
    }
}

/// The number in `AADSTS90002: Tenant …`.
fn aadsts(description: &str) -> Option<u32> {
    let (_, rest) = description.split_once("AADSTS")?;
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    rest[..digits].parse().ok()
}

/// The first line, not too long. Entra's further lines hold trace ids and times.
fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().trim().chars().take(LONGEST_MESSAGE).collect()
}

#[cfg(test)]
mod tests;
