//! Tokens of signed-in users: redeeming codes, refreshing (facts §1.3, §1.6).

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::claims::{self, Lifetime};
use super::{TokenRequest, client};
use crate::entra::authorize::random_text;
use crate::entra::consent;
use crate::entra::error::AadError;
use crate::entra::scope::Scopes;
use crate::model::Directory;
use crate::model::directory::{Code, Endpoint, RefreshToken, Registration, SignedIn, Tenant, User};

/// `grant_type=authorization_code`
pub(super) fn redeem_code(directory: &mut Directory, request: &TokenRequest<'_>) -> Result<Value, AadError> {
    let registration = client::authenticate(directory, request)?;
    let text = request.require("code")?;
    let code =
        directory.issued.codes.get(text).cloned().ok_or_else(|| {
            AadError::with(70000, "The provided value for the 'code' parameter is not valid.")
        })?;
    check_code(&code, directory, &registration, request)?;
    let (tenant, user) = holder(directory, &code.grant, request)?;
    // Good once, whatever becomes of it from here.
    if let Some(code) = directory.issued.codes.get_mut(text) {
        code.redeemed = true;
    }
    issue(directory, request, &registration, &tenant, &user, &code.grant, code.nonce.as_deref())
}

/// `grant_type=refresh_token`
pub(super) fn refresh(directory: &mut Directory, request: &TokenRequest<'_>) -> Result<Value, AadError> {
    let registration = client::authenticate(directory, request)?;
    let text = request.require("refresh_token")?;
    let unknown =
        || AadError::with(70000, "The provided value for the 'refresh_token' parameter is not valid.");
    let token = directory.issued.refresh_tokens.get(text).cloned().ok_or_else(unknown)?;
    if token.grant.client_id != registration.client_id {
        return Err(unknown());
    }
    let (tenant, user) = holder(directory, &token.grant, request)?;
    let idle = request.at() - token.issued_at;
    if idle >= i64::from(directory.behaviour.refresh_token_seconds) {
        let message = format!(
            "The refresh token has expired due to inactivity. The token was issued on {} and was inactive for {}.00:00:00.",
            instant(token.issued_at),
            directory.behaviour.refresh_token_seconds / 86400
        );
        return Err(AadError::with(700_082, message));
    }
    issue(directory, request, &registration, &tenant, &user, &token.grant, None)
}

fn check_code(
    code: &Code,
    directory: &Directory,
    registration: &Registration,
    request: &TokenRequest<'_>,
) -> Result<(), AadError> {
    if code.grant.client_id != registration.client_id {
        return Err(AadError::with(70000, "The authorization code was issued to another application."));
    }
    if request.tenant.id().is_some_and(|id| id != code.grant.tenant_id) {
        return Err(AadError::new(700_005));
    }
    if code.redeemed {
        return Err(AadError::new(54005));
    }
    if request.at() - code.issued_at >= i64::from(directory.behaviour.code_seconds) {
        return Err(AadError::new(70008));
    }
    let redirect_uri = request.require("redirect_uri")?;
    if redirect_uri != code.redirect_uri {
        let message = format!(
            "The reply address '{redirect_uri}' does not match the reply address '{}' provided when requesting \
             Authorization code.",
            code.redirect_uri
        );
        return Err(AadError::with(500_112, message));
    }
    let verifier = request.get("code_verifier");
    let matches = match &code.challenge {
        None => verifier.is_none(),
        Some((challenge, method)) => verifier.is_some_and(|verifier| match method.as_str() {
            "S256" => {
                URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes())) == *challenge
            }
            _ => verifier == challenge,
        }),
    };
    if matches { Ok(()) } else { Err(AadError::new(501_481)) }
}

/// The tenant and the user behind a grant, if it still holds.
fn holder(
    directory: &mut Directory,
    grant: &SignedIn,
    request: &TokenRequest<'_>,
) -> Result<(Tenant, User), AadError> {
    let tenant = directory.tenant(&grant.tenant_id).cloned().ok_or_else(|| AadError::new(90002))?;
    if request.tenant.id().is_some_and(|id| id != grant.tenant_id) {
        return Err(AadError::new(50020));
    }
    let user = tenant.user(&grant.user_id).cloned().ok_or_else(|| AadError::new(50034))?;
    let name = Some(user.user_principal_name.as_str());
    if let Some(code) = directory.behaviour.take_forced_error(Endpoint::Token, Some(&grant.tenant_id), name) {
        return Err(AadError::new(code));
    }
    if !user.account_enabled {
        return Err(AadError::new(50057));
    }
    if user.generation != grant.generation {
        let message = format!(
            "The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have \
             changed or reset their password. The TokensValidFrom date (before which tokens are not valid) for this \
             user is '{}'.",
            instant(user.tokens_valid_from)
        );
        return Err(AadError::with(50173, message));
    }
    Ok((tenant, user))
}

/// The token answer for what was asked for now, or else at the sign-in.
fn issue(
    directory: &mut Directory,
    request: &TokenRequest<'_>,
    registration: &Registration,
    tenant: &Tenant,
    user: &User,
    grant: &SignedIn,
    nonce: Option<&str>,
) -> Result<Value, AadError> {
    consent::admit(None, tenant, user, registration)?;
    let asked = request.get("scope").map_or_else(|| grant.scopes.join(" "), str::to_owned);
    let scopes = Scopes::parse(&asked)?;
    if !consent::missing(tenant, user, registration, &scopes).is_empty() {
        let message = format!(
            "The user or administrator has not consented to use the application with ID '{}' named '{}'. Send an \
             interactive authorization request for this user and resource.",
            registration.client_id, registration.display_name
        );
        return Err(AadError::with(65001, message));
    }
    let lifetime = Lifetime { issued_at: request.at(), seconds: directory.behaviour.access_token_seconds };
    let granted = granted(tenant, user, registration, &scopes, request.at());
    let access_token = claims::delegated(registration, tenant, user, &granted, lifetime);
    let mut answer = json!({
        "token_type": "Bearer",
        "scope": scopes.answer(&granted),
        "expires_in": lifetime.seconds,
        "ext_expires_in": lifetime.seconds,
        "access_token": directory.issued.signing_key().sign(&access_token),
    });
    if scopes.has("openid") {
        let id_token = claims::id_token(&request.base, registration, tenant, user, &scopes, nonce, lifetime);
        answer["id_token"] = json!(directory.issued.signing_key().sign(&id_token));
    }
    // A refresh always brings the next refresh token; the old one stays good.
    if scopes.has("offline_access") || request.get("refresh_token").is_some() {
        let text = format!("1.{}", random_text(128));
        let token = RefreshToken {
            grant: SignedIn { generation: user.generation, ..grant.clone() },
            issued_at: request.at(),
        };
        directory.issued.refresh_tokens.insert(text.clone(), token);
        answer["refresh_token"] = json!(text);
    }
    Ok(answer)
}

/// What the access token carries: everything consented to and in force, and the OpenID scopes asked for.
fn granted(
    tenant: &Tenant,
    user: &User,
    registration: &Registration,
    scopes: &Scopes,
    now: i64,
) -> Vec<String> {
    let mut names = tenant
        .principal(&registration.client_id)
        .map(|principal| principal.scopes_at(&user.id, now))
        .unwrap_or_default();
    names.extend(
        ["openid", "profile", "email"].into_iter().filter(|name| scopes.has(name)).map(str::to_owned),
    );
    names.remove("offline_access");
    names.into_iter().collect()
}

fn instant(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).map_or_else(|_| seconds.to_string(), |instant| instant.to_string())
}
