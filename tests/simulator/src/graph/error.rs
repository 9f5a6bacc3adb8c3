//! What goes wrong, in Graph's and Exchange's own codes and words.
//! Sources: Graph page "Error responses and resource types"; the EWS ResponseCode list; issues on GitHub
//! where the documents are silent.

use serde_json::json;

use super::wire::{Request, Response};

/// An error answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct GraphError {
    pub(super) status: u16,
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) headers: Vec<(&'static str, String)>,
}

impl GraphError {
    pub(super) fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), headers: Vec::new() }
    }

    fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(400, "BadRequest", message)
    }

    /// The body is not JSON, or does not fit the type (OData's reader speaks).
    pub(super) fn body(message: impl Into<String>) -> Self {
        Self::new(400, "RequestBodyRead", message)
    }

    /// A query option that cannot be read or is not supported there.
    pub(super) fn query(message: impl Into<String>) -> Self {
        Self::new(400, "RequestBroker--ParseUri", message)
    }

    pub(super) fn filter() -> Self {
        Self::new(400, "ErrorInvalidUrlQueryFilter", "The query filter contains one or more invalid nodes.")
    }

    pub(super) fn property(message: impl Into<String>) -> Self {
        Self::new(400, "ErrorPropertyValidationFailure", message)
    }

    pub(super) fn malformed_id() -> Self {
        Self::new(400, "ErrorInvalidIdMalformed", "Id is malformed.")
    }

    pub(super) fn item_not_found() -> Self {
        Self::new(404, "ErrorItemNotFound", "The specified object was not found in the store.")
    }

    pub(super) fn segment(segment: &str) -> Self {
        Self::bad_request(format!("Resource not found for the segment '{segment}'."))
    }

    pub(super) fn method(method: &str) -> Self {
        Self::new(
            405,
            "Request_BadRequest",
            format!("Specified HTTP method '{method}' is not allowed for the request target."),
        )
    }

    /// What Graph can and this simulator cannot.
    pub(super) fn not_simulated(what: &str) -> Self {
        Self::new(501, "NotImplemented", format!("The simulator does not do this: {what}."))
    }

    pub(super) fn unauthenticated(message: impl Into<String>) -> Self {
        // The client id is Graph's own.
        let challenge = "Bearer realm=\"\", \
                         authorization_uri=\"https://login.microsoftonline.com/common/oauth2/authorize\", \
                         client_id=\"00000003-0000-0000-c000-000000000000\"";
        Self::new(401, "InvalidAuthenticationToken", message).with_header("WWW-Authenticate", challenge)
    }

    pub(super) fn me_needs_a_user() -> Self {
        Self::bad_request("/me request is only valid with delegated authentication flow.")
    }

    pub(super) fn mailbox_denied() -> Self {
        Self::new(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
    }

    /// An application access policy leaves the mailbox out.
    pub(super) fn mailbox_closed() -> Self {
        Self::new(403, "ErrorAccessDenied", "Access to OData is disabled.")
    }

    pub(super) fn directory_denied() -> Self {
        Self::new(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
    }

    pub(super) fn no_such_user(key: &str) -> Self {
        let message = format!(
            "Resource '{key}' does not exist or one of its queried reference-property objects are not present."
        );
        Self::new(404, "Request_ResourceNotFound", message)
    }

    pub(super) fn not_an_object_id(key: &str) -> Self {
        Self::new(400, "Request_BadRequest", format!("Invalid object identifier '{key}'."))
    }

    /// A query of the directory's index without saying so.
    pub(super) fn advanced_query() -> Self {
        let message =
            "The request is an advanced query: it needs $count=true and the ConsistencyLevel header.";
        Self::new(400, "Request_UnsupportedQuery", message)
    }

    pub(super) fn skip_token() -> Self {
        Self::new(
            400,
            "Directory_ExpiredPageToken",
            "The specified page token value has expired and can no longer be included in your request.",
        )
    }

    /// The same, asked for through a mailbox path: Exchange answers instead of the directory.
    pub(super) fn invalid_user(key: &str) -> Self {
        Self::new(404, "ErrorInvalidUser", format!("The requested user '{key}' is invalid."))
    }

    pub(super) fn mailbox_not_enabled(status: u16) -> Self {
        let message = "The mailbox is either inactive, soft-deleted, or is hosted on-premise.";
        Self::new(status, "MailboxNotEnabledForRESTAPI", message)
    }

    pub(super) fn change_key() -> Self {
        let message = "The send or update operation could not be performed because the change key passed in \
                       the request does not match the current change key for the item.";
        Self::new(412, "ErrorIrresolvableConflict", message)
    }

    pub(super) fn folder_exists() -> Self {
        Self::new(409, "ErrorFolderExists", "A folder with the specified name already exists.")
    }

    pub(super) fn sync_state_gone(generation: u32, fresh_start: String) -> Self {
        let message = format!("The sync state generation is not found; generation={generation};[highest].");
        Self::new(410, "SyncStateNotFound", message).with_header("Location", fresh_start)
    }

    pub(super) fn throttled(limit: &str, retry_after: u64) -> Self {
        Self::new(429, "ApplicationThrottled", format!("Application is over its {limit} limit."))
            .with_header("Retry-After", retry_after.to_string())
    }

    pub(super) fn failed_dependency(id: &str) -> Self {
        let message =
            format!("The request was not run because the request '{id}' that it depends on failed.");
        Self::new(424, "FailedDependency", message)
    }

    /// As an answer to `request`.
    pub(super) fn respond(self, request: &Request) -> Response {
        let body = body(request, self.code, &self.message);
        self.headers.into_iter().fold(Response::json(self.status, body), |response, (name, value)| {
            response.with_header(name, value)
        })
    }
}

/// Graph's error object.
pub(super) fn body(request: &Request, code: &str, message: &str) -> serde_json::Value {
    json!({"error": {
        "code": code,
        "message": message,
        "innerError": {
            "date": request.now.strftime("%Y-%m-%dT%H:%M:%S").to_string(),
            "request-id": request.request_id,
            "client-request-id": request.client_request_id(),
        },
    }})
}
