//! Who calls, from the bearer key. A handler names the caller it serves as an argument.

use accounts::Caller;
use axum::extract::{FromRef, FromRequestParts};
use http::{header, request::Parts};
use types::OrganizationId;

use crate::{Api, problem::Problem};

/// The operator's key was sent.
pub(crate) struct Operator;

/// A key of this organization was sent.
pub(crate) struct Organization(pub(crate) OrganizationId);

impl<S: Send + Sync> FromRequestParts<S> for Operator
where
    Api: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match caller(parts, &Api::from_ref(state)).await? {
            Caller::Operator => Ok(Self),
            Caller::Organization(_) => Err(Problem::forbidden("Only the operator's key may do this.")),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Organization
where
    Api: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match caller(parts, &Api::from_ref(state)).await? {
            Caller::Organization(id) => Ok(Self(id)),
            Caller::Operator => Err(Problem::forbidden("Use a key of the organization.")),
        }
    }
}

async fn caller(parts: &Parts, api: &Api) -> Result<Caller, Problem> {
    let header = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let (scheme, key) = header.and_then(|value| value.split_once(' ')).ok_or_else(Problem::unauthorized)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(Problem::unauthorized());
    }
    let caller = api.accounts.authenticate(&api.secrets, key.trim()).await?;
    caller.ok_or_else(Problem::unauthorized)
}
