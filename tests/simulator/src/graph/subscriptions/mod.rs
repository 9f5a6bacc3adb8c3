//! `/subscriptions`.

use super::call::Call;
use super::error::GraphError;
use super::route::Rest;
use super::wire::Response;

/// What a path denotes; nothing yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {}

/// Reads a path after `/subscriptions`.
pub(super) fn parse(_rest: Rest<'_>) -> Result<Target, GraphError> {
    Err(GraphError::not_simulated("subscriptions"))
}

/// The whole path with `{id}` for every key.
pub(super) fn template(target: &Target) -> String {
    match *target {}
}

/// The permissions of which a token must hold one; none where the handler finds that out itself.
pub(super) fn accepted(target: &Target, _method: &str, _delegated: bool) -> Option<&'static [&'static str]> {
    match *target {}
}

/// Works the call off. Hold the world for one piece of work, never over an await.
pub(super) async fn work(_call: &Call<'_>, target: &Target) -> Result<Response, GraphError> {
    match *target {}
}
