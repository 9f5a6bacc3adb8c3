//! Ids in the address.

use axum::extract::{FromRequestParts, RawPathParams, path::ErrorKind, rejection::PathRejection};
use http::request::Parts;
use serde::de::DeserializeOwned;

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
            kind => Problem::malformed(&lone_name(parts, state).await, kind.to_string()),
        })
    }
}

/// The name of the only id of an address: axum parses it without its name.
async fn lone_name<S: Send + Sync>(parts: &mut Parts, state: &S) -> String {
    let names = RawPathParams::from_request_parts(parts, state).await;
    let names = names.as_ref().map(|names| names.iter().map(|(name, _)| name).collect::<Vec<_>>());
    match names.as_deref() {
        Ok([name]) => (*name).to_owned(),
        _ => "path".to_owned(),
    }
}
