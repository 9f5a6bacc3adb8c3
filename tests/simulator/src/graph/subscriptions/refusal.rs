//! Refusals in the words of Graph's subscription service. What Exchange refuses comes wrapped, with its
//! status and reason inside the text. Sources: answers quoted in issues on GitHub.

use crate::graph::error::GraphError;

/// The request is malformed.
pub(super) fn request(message: impl Into<String>) -> GraphError {
    GraphError::new(400, "InvalidRequest", message)
}

/// The body cannot be read.
pub(super) fn payload(operation: &str) -> GraphError {
    request(format!(
        "Could not process subscription {operation} payload. Are all property names spelled and camelCased properly? \
         Also are the Datetimes formatted properly?"
    ))
}

/// The endpoint did not answer its validation.
pub(super) fn validation(message: &str) -> GraphError {
    GraphError::new(400, "ValidationError", message)
}

/// There is no such subscription, or it is another app's.
pub(super) fn not_found() -> GraphError {
    GraphError::new(404, "ResourceNotFound", "The object was not found.")
}

/// It would end too late.
pub(super) fn too_long(minutes: u32) -> GraphError {
    let message = format!("Subscription expiration can only be {minutes} minutes in the future.");
    GraphError::new(400, "ExtensionError", message)
}

fn extension(status: u16, name: &str, reason: &str) -> GraphError {
    let message = format!("Operation: Create; Exception: [Status Code: {name}; Reason: {reason}]");
    GraphError::new(status, "ExtensionError", message)
}

/// The token does not carry the permission, or the mailbox is another user's.
pub(super) fn denied() -> GraphError {
    extension(403, "Forbidden", "Access is denied. Check credentials and try again.")
}

/// Nobody has that id or name.
pub(super) fn invalid_user(key: &str) -> GraphError {
    extension(404, "NotFound", &format!("The requested user '{key}' is invalid."))
}

/// The user's mailbox is not in Exchange Online.
pub(super) fn no_mailbox() -> GraphError {
    extension(404, "NotFound", "REST API is not yet supported for this mailbox.")
}

/// The folder is not there.
pub(super) fn no_folder() -> GraphError {
    extension(404, "NotFound", "The specified folder could not be found in the store.")
}

/// The mailbox has as many as it may have.
pub(super) fn too_many() -> GraphError {
    extension(403, "Forbidden", "The number of active subscriptions of the mailbox exceeds its limit.")
}

/// The same is watched already.
pub(super) fn exists(id: uuid::Uuid) -> GraphError {
    let message = format!("Subscription Id {id} already exists for the requested combination.");
    GraphError::new(409, "InvalidRequest", message)
}
