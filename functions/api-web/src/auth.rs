//! Who calls, from the bearer key. A handler names the caller it serves as an argument.

use std::sync::Arc;

use accounts::{Actor, Caller, ValidKey};
use axum::extract::FromRequestParts;
use http::{header, request::Parts};
use types::OrganizationId;

use crate::{Api, Clients, problem::Problem, rate};

/// The operator's key was sent.
pub(crate) struct Operator;

/// A key of this organization was sent.
pub(crate) struct Organization(pub(crate) OrganizationId);

/// Any valid key was sent.
pub(crate) struct Anyone(pub(crate) ValidKey);

impl FromRequestParts<Api> for Operator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        match key(parts, api).await?.caller {
            Caller::Operator => Ok(Self),
            Caller::Organization(_) => Err(Problem::forbidden("Only the operator's key may do this.")),
        }
    }
}

impl FromRequestParts<Api> for Organization {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        match key(parts, api).await?.caller {
            Caller::Organization(id) => Ok(Self(id)),
            Caller::Operator => Err(Problem::forbidden("Use a key of the organization.")),
        }
    }
}

impl FromRequestParts<Api> for Anyone {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        key(parts, api).await.map(Self)
    }
}

/// The function's clients in the caller's hands: what is changed with them is written down as the caller's. To
/// be named after the caller.
pub(crate) struct Acting(pub(crate) Api);

impl FromRequestParts<Api> for Acting {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        let actor = parts.extensions.get::<Actor>().cloned().ok_or_else(Problem::unauthorized)?;
        Ok(Self(Api(Arc::new(Clients { accounts: api.accounts.by(actor), ..Clients::clone(api) }))))
    }
}

/// No key of ours is longer; what is, need not be looked up.
const MOST_CHARS: usize = 256;

/// The key that was sent: looked up and counted once for each request.
pub(crate) async fn key(parts: &mut Parts, api: &Api) -> Result<ValidKey, Problem> {
    if let Some(valid) = parts.extensions.get::<ValidKey>() {
        return Ok(valid.clone());
    }
    let header = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let (scheme, text) = header.and_then(|value| value.split_once(' ')).ok_or_else(Problem::unauthorized)?;
    if !scheme.eq_ignore_ascii_case("bearer") || text.len() > MOST_CHARS {
        return Err(Problem::unauthorized());
    }
    let valid = api.accounts.authenticate(&api.secrets, text.trim()).await?;
    let valid = valid.ok_or_else(Problem::unauthorized)?;
    rate::admit(parts, api, &valid).await?;
    parts.extensions.insert(Actor::from(&valid));
    parts.extensions.insert(valid.clone());
    Ok(valid)
}
