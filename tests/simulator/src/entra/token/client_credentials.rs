//! App-only tokens (facts §1.5).

use serde_json::{Value, json};

use super::claims::{self, Lifetime};
use super::{TokenRequest, client};
use crate::entra::consent;
use crate::entra::error::AadError;
use crate::entra::scope::Scopes;
use crate::model::Directory;

/// `grant_type=client_credentials`
pub(super) fn grant(directory: &mut Directory, request: &TokenRequest<'_>) -> Result<Value, AadError> {
    let tenant_id = request.tenant.id().ok_or_else(|| AadError::new(9_001_023))?;
    let registration = client::authenticate(directory, request)?;
    let asked = request.require("scope")?;
    if asked.split_whitespace().count() != 1 || !asked.ends_with("/.default") {
        let message = format!(
            "The provided value for scope {asked} is not valid. Client credential flows must have a scope value with \
             /.default suffixed to the resource identifier (application ID URI)."
        );
        return Err(AadError::with(1_002_012, message));
    }
    Scopes::parse(asked)?;
    let tenant = directory.tenant(tenant_id).ok_or_else(|| AadError::new(90002))?;
    consent::usable(tenant, &registration)?;
    let principal = tenant
        .principal(&registration.client_id)
        .ok_or_else(|| consent::not_in_tenant(&registration.client_id, &tenant.display_name))?;
    let lifetime = Lifetime { issued_at: request.at(), seconds: directory.behaviour.access_token_seconds };
    let roles = principal.roles_at(request.at());
    let claims = claims::app_only(&registration, tenant, &principal.id, &roles, lifetime);
    let access_token = directory.issued.signing_key().sign(&claims);
    Ok(json!({
        "token_type": "Bearer",
        "expires_in": lifetime.seconds,
        "ext_expires_in": lifetime.seconds,
        "access_token": access_token,
    }))
}
