//! Ids in the address.

use axum::extract::{FromRequestParts, path::ErrorKind, rejection::PathRejection};
use http::request::Parts;
use serde::de::DeserializeOwned;

use crate::problem::Problem;

/// Path parameters, parsed into types that cannot be wrong.
pub(crate) struct Path<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        path.map(|axum::extract::Path(ids)| Self(ids)).map_err(|rejection| match rejection {
            PathRejection::FailedToDeserializePathParams(error) => match error.into_kind() {
                ErrorKind::ParseErrorAtKey { key, .. } => Problem::malformed(&key, "is not such an id"),
                ErrorKind::DeserializeError { key, message, .. } => Problem::malformed(&key, message),
                kind => Problem::malformed("path", kind.to_string()),
            },
            _ => Problem::not_found("resource"),
        })
    }
}
