//! The id token: who signed in, proved (facts 1.7).

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, Validation};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use subtle::ConstantTimeEq;
use types::TenantId;

use super::keys::SigningKey;
use crate::error::IdTokenFlaw;

/// How far our clock and Entra's may be apart; Microsoft's own libraries allow as much.
const CLOCK_SKEW: SignedDuration = SignedDuration::from_mins(5);

/// Who signed in. The key of a person is the tenant with the object id; the rest may change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdToken {
    /// The directory (`tid`), equal to the expected one.
    pub tenant_id: TenantId,
    /// The user's id in the directory (`oid`).
    pub object_id: String,
    /// The name to show and to hint at the next sign-in; empty if Entra gave none.
    pub preferred_username: String,
    /// The display name.
    pub name: Option<String>,
    /// The template ids of the directory roles that the user holds (`wids`); empty when the registration does
    /// not ask for them (`groupMembershipClaims`: `DirectoryRole`).
    pub directory_roles: Vec<String>,
}

/// Global Administrator and Privileged Role Administrator: who may grant application permissions of Graph.
const MAY_GRANT: [&str; 2] = ["62e90394-69f5-4237-9190-012177145e10", "e8611ab8-c189-46e8-94e1-60213ab1f814"];

/// Application Administrator and Cloud Application Administrator: who besides may grant delegated permissions.
const MAY_GRANT_DELEGATED: [&str; 2] =
    ["9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3", "158c047a-c907-4556-b7ef-446551a6b5f7"];

impl IdToken {
    /// Whether the user may grant application permissions for the whole tenant (feature A04).
    #[must_use]
    pub fn may_grant_application_permissions(&self) -> bool {
        self.has_any(&MAY_GRANT)
    }

    /// Whether the user may grant delegated permissions for the whole tenant (feature A04).
    #[must_use]
    pub fn may_grant_delegated_permissions(&self) -> bool {
        self.has_any(&MAY_GRANT) || self.has_any(&MAY_GRANT_DELEGATED)
    }

    fn has_any(&self, templates: &[&str]) -> bool {
        let is_one = |role: &String| templates.iter().any(|id| role.eq_ignore_ascii_case(id));
        self.directory_roles.iter().any(is_one)
    }
}

/// What the token must match.
pub(super) struct Expected<'a> {
    pub(super) client_id: &'a str,
    pub(super) tenant: &'a TenantId,
    pub(super) nonce: &'a str,
    pub(super) now: Timestamp,
}

#[derive(Deserialize)]
struct Claims {
    exp: i64,
    nbf: Option<i64>,
    tid: TenantId,
    oid: String,
    #[serde(default)]
    nonce: String,
    #[serde(default)]
    preferred_username: String,
    name: Option<String>,
    #[serde(default)]
    wids: Vec<String>,
}

/// The id of the key that signed the token, not verified.
pub(super) fn key_id(token: &SecretString) -> Result<String, IdTokenFlaw> {
    let header = jsonwebtoken::decode_header(token.expose_secret()).map_err(IdTokenFlaw::Unverified)?;
    if header.alg != Algorithm::RS256 {
        return Err(IdTokenFlaw::Unverified(ErrorKind::InvalidAlgorithm.into()));
    }
    header.kid.ok_or(IdTokenFlaw::UnknownKey)
}

/// Signature, algorithm, audience and issuer by the library; times, tenant and nonce here, because the
/// library takes the time from the machine.
pub(super) fn verify(
    token: &SecretString,
    signed_by: &SigningKey,
    expected: &Expected<'_>,
) -> Result<IdToken, IdTokenFlaw> {
    let mut validation = Validation::new(Algorithm::RS256);
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.required_spec_claims = HashSet::from(["exp", "iss", "aud"].map(str::to_owned));
    validation.set_issuer(&[&signed_by.issuer]);
    validation.set_audience(&[expected.client_id]);
    let claims = jsonwebtoken::decode::<Claims>(token.expose_secret(), &signed_by.key, &validation)
        .map_err(IdTokenFlaw::Unverified)?
        .claims;
    if expected.now.saturating_sub(CLOCK_SKEW).is_ok_and(|now| now.as_second() >= claims.exp) {
        return Err(IdTokenFlaw::Expired);
    }
    if expected
        .now
        .saturating_add(CLOCK_SKEW)
        .is_ok_and(|now| claims.nbf.is_some_and(|nbf| now.as_second() < nbf))
    {
        return Err(IdTokenFlaw::NotYetValid);
    }
    if claims.tid != *expected.tenant {
        return Err(IdTokenFlaw::WrongTenant);
    }
    if expected.nonce.is_empty() || !bool::from(claims.nonce.as_bytes().ct_eq(expected.nonce.as_bytes())) {
        return Err(IdTokenFlaw::WrongNonce);
    }
    Ok(IdToken {
        tenant_id: claims.tid,
        object_id: claims.oid,
        preferred_username: claims.preferred_username,
        name: claims.name,
        directory_roles: claims.wids,
    })
}
