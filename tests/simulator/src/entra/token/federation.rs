//! Assertions of somebody else whom the registration trusts: federated identity credentials. Entra wants issuers
//! on https; here plain http is taken too, since everything is on one machine.

use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;
use serde_json::Value;

use super::TokenRequest;
use crate::app::App;
use crate::entra::error::AadError;
use crate::model::directory::{FederatedCredential, Registration};

const SEE: &str = "Check your federated identity credential Subject, Audience and Issuer against the presented \
                   assertion. https://learn.microsoft.com/entra/workload-id/workload-identity-federation";

/// What the issuer of an assertion publishes.
#[derive(Debug, Clone)]
pub(super) enum Published {
    Keys(JwkSet),
    Nothing,
}

/// The claims that are compared, as they are: Entra regards upper and lower case.
#[derive(Debug, Clone, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    exp: i64,
    nbf: Option<i64>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Audience {
    fn names(&self) -> &[String] {
        match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::Many(names) => names,
        }
    }
}

/// Whether the assertion is not one of the application's own, which name a certificate.
pub(super) fn is_foreign(assertion: &str) -> bool {
    jsonwebtoken::decode_header(assertion)
        .is_ok_and(|header| header.x5t.is_none() && header.x5t_s256.is_none())
}

/// Asks the issuer for its keys, if the application trusts it. Outside the world's lock: it takes its time.
pub(super) async fn published(app: &App, form: &BTreeMap<String, String>) -> Option<Published> {
    let assertion = form.get("client_assertion").filter(|assertion| is_foreign(assertion))?;
    let issuer = unverified(assertion)?.iss;
    let is_trusted = {
        let world = app.world();
        let registration = world.directory.application(form.get("client_id")?)?;
        registration.federated_credentials.iter().any(|credential| credential.issuer == issuer)
    };
    if !is_trusted {
        return None;
    }
    Some(fetch(&issuer).await.map_or(Published::Nothing, Published::Keys))
}

async fn fetch(issuer: &str) -> Option<JwkSet> {
    static HTTP: LazyLock<reqwest::Client> = LazyLock::new(|| {
        let builder = reqwest::Client::builder().timeout(Duration::from_secs(5)).no_proxy();
        builder.build().expect("a client")
    });
    let metadata = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    let metadata: Value = HTTP.get(metadata).send().await.ok()?.json().await.ok()?;
    if metadata["issuer"] != issuer {
        return None;
    }
    HTTP.get(metadata["jwks_uri"].as_str()?).send().await.ok()?.json().await.ok()
}

/// The assertion against the application's federated credentials: issuer, subject, audience, then the signature.
pub(super) fn check(
    request: &TokenRequest<'_>,
    registration: &Registration,
    assertion: &str,
) -> Result<(), AadError> {
    let malformed = || AadError::with(50027, "JWT token is invalid or malformed.");
    let claims = unverified(assertion).ok_or_else(malformed)?;
    matching(registration, &claims)?;
    let Some(Published::Keys(keys)) = &request.published else { return Err(AadError::new(50166)) };
    verify(assertion, keys)?;
    let now = request.at();
    if claims.exp + 300 <= now || claims.nbf.is_some_and(|nbf| nbf > now + 300) {
        return Err(AadError::new(700_024));
    }
    Ok(())
}

fn matching(registration: &Registration, claims: &Claims) -> Result<(), AadError> {
    let none = |code, what: &str, value: &str| {
        let message = format!(
            "No matching federated identity record found for presented assertion {what} '{value}'. {SEE}"
        );
        Err(AadError::with(code, message))
    };
    let all = &registration.federated_credentials;
    let of_issuer: Vec<&FederatedCredential> = all.iter().filter(|held| held.issuer == claims.iss).collect();
    if of_issuer.is_empty() {
        return none(700_211, "issuer", &claims.iss);
    }
    let of_subject: Vec<_> = of_issuer.into_iter().filter(|held| held.subject == claims.sub).collect();
    if of_subject.is_empty() {
        return none(700_213, "subject", &claims.sub);
    }
    let audiences = claims.aud.names();
    if of_subject.iter().any(|held| audiences.iter().any(|name| held.audiences.contains(name))) {
        return Ok(());
    }
    none(700_212, "audience", &audiences.join(", "))
}

fn verify(assertion: &str, keys: &JwkSet) -> Result<(), AadError> {
    let unknown = || AadError::new(5_000_811);
    let header = jsonwebtoken::decode_header(assertion).map_err(|_| unknown())?;
    // Entra takes nothing else from outside.
    if header.alg != Algorithm::RS256 {
        return Err(unknown());
    }
    let key = header.kid.as_deref().and_then(|kid| keys.find(kid)).ok_or_else(unknown)?;
    let key = DecodingKey::from_jwk(key).map_err(|_| unknown())?;
    let mut validation = Validation::new(Algorithm::RS256);
    // Lifetime is judged by the simulated clock, the rest was compared before.
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    jsonwebtoken::decode::<Value>(assertion, &key, &validation).map(drop).map_err(|_| unknown())
}

fn unverified(assertion: &str) -> Option<Claims> {
    let payload = URL_SAFE_NO_PAD.decode(assertion.split('.').nth(1)?).ok()?;
    serde_json::from_slice(&payload).ok()
}
