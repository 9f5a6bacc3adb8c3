//! Ids in the address.

use axum::extract::{FromRequestParts, RawPathParams, path::ErrorKind, rejection::PathRejection};
use http::request::Parts;
use serde::de::DeserializeOwned;
use types::UserId;

use crate::problem::Problem;

/// Path parameters, parsed into types that cannot be wrong.
pub(crate) struct Path<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let error = match axum::extract::Path::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(ids)) => return Ok(Self(ids)),
            Err(PathRejection::FailedToDeserializePathParams(error)) => error,
            Err(_) => return Err(Problem::not_found("resource")),
        };
        Err(match error.into_kind() {
            ErrorKind::ParseErrorAtKey { key, .. } => Problem::malformed(&key, "is not such an id"),
            ErrorKind::DeserializeError { key, message, .. } => Problem::malformed(&key, message),
            kind => Problem::malformed(&name_at_fault(parts, state).await, kind.to_string()),
        })
    }
}

/// The name of the id at fault: axum parses several ids at once, and a lone one without its name.
async fn name_at_fault<S: Send + Sync>(parts: &mut Parts, state: &S) -> String {
    let parameters = RawPathParams::from_request_parts(parts, state).await;
    let parameters = parameters.as_ref().map(IntoIterator::into_iter).into_iter().flatten();
    let mut at_fault = parameters.filter(|(_, value)| value.parse::<UserId>().is_err());
    at_fault.next().map_or("path", |(name, _)| name).to_owned()
}
