//! Authentication of the application at the token endpoint: secret, certificate (facts §1.4) or federated
//! credential.

use aws_lc_rs::constant_time;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use percent_encoding::percent_decode_str;
use serde::Deserialize;

use super::{TokenRequest, federation};
use crate::entra::authorize::missing;
use crate::entra::consent;
use crate::entra::error::AadError;
use crate::model::Directory;
use crate::model::directory::Registration;

const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The claims of a client assertion.
#[derive(Debug, Clone, Deserialize)]
struct Assertion {
    aud: String,
    iss: String,
    sub: String,
    jti: Option<String>,
    exp: i64,
    nbf: Option<i64>,
}

/// The application that calls, if it proves to be it.
pub(super) fn authenticate(
    directory: &mut Directory,
    request: &TokenRequest<'_>,
) -> Result<Registration, AadError> {
    let basic = basic(request)?;
    let client_id = match &basic {
        Some((client_id, _)) => client_id.clone(),
        None => request.require("client_id")?.to_owned(),
    };
    let registration = directory
        .application(&client_id)
        .cloned()
        .ok_or_else(|| consent::not_in_tenant(&client_id, request.segment))?;
    if request.tenant.id().is_none() && !registration.multi_tenant {
        return Err(AadError::new(50194));
    }
    if let Some(assertion) = request.get("client_assertion") {
        if request.get("client_assertion_type") != Some(JWT_BEARER) {
            return Err(missing("client_assertion_type"));
        }
        if federation::is_foreign(assertion) {
            federation::check(request, &registration, assertion)?;
        } else {
            check_assertion(directory, request, &registration, assertion)?;
        }
    } else {
        let secret =
            basic.map(|(_, secret)| secret).or_else(|| request.get("client_secret").map(str::to_owned));
        let secret = secret.ok_or_else(|| AadError::new(7_000_218))?;
        check_secret(&registration, &secret, request.at())?;
    }
    Ok(registration)
}

/// Client id and secret of HTTP Basic, each form-encoded as RFC 6749 §2.3.1 says.
fn basic(request: &TokenRequest<'_>) -> Result<Option<(String, String)>, AadError> {
    let header = request.headers.get(http::header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let Some(encoded) = header.and_then(|header| header.strip_prefix("Basic ")) else { return Ok(None) };
    let malformed = || AadError::with(9_002_313, "Invalid request. The Authorization header is malformed.");
    let text = STANDARD
        .decode(encoded)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(malformed)?;
    let (id, secret) = text.split_once(':').ok_or_else(malformed)?;
    let decode = |part: &str| percent_decode_str(&part.replace('+', " ")).decode_utf8_lossy().into_owned();
    Ok(Some((decode(id), decode(secret))))
}

fn check_secret(registration: &Registration, secret: &str, now: i64) -> Result<(), AadError> {
    let name = format!("'{}'", registration.client_id);
    let held = registration.secrets.iter().filter(|held| {
        constant_time::verify_slices_are_equal(held.value.as_bytes(), secret.as_bytes()).is_ok()
    });
    let mut expired = false;
    for held in held {
        if held.expires_at.is_none_or(|expiry| now < expiry) {
            return Ok(());
        }
        expired = true;
    }
    if expired {
        return Err(AadError::with(
            7_000_222,
            format!(
                "The provided client secret keys for app {name} are expired. Visit the Azure portal to create new keys \
                 for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added \
                 security: https://aka.ms/certCreds."
            ),
        ));
    }
    Err(AadError::with(
        7_000_215,
        format!(
            "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, \
             not the client secret ID, for a secret added to app {name}."
        ),
    ))
}

fn check_assertion(
    directory: &mut Directory,
    request: &TokenRequest<'_>,
    registration: &Registration,
    assertion: &str,
) -> Result<(), AadError> {
    let bad = |reason: &str| AadError::with(700_027, format!("The client assertion is not valid: {reason}"));
    let header = jsonwebtoken::decode_header(assertion).map_err(|_| bad("it is not a JWT."))?;
    if !matches!(header.alg, Algorithm::PS256 | Algorithm::RS256) {
        return Err(bad("its algorithm is neither PS256 nor RS256."));
    }
    let certificate = registration.certificates.iter().find(|certificate| {
        header.x5t_s256.as_ref() == Some(&certificate.thumbprint_sha256)
            || header.x5t.as_ref() == Some(&certificate.thumbprint_sha1)
    });
    let certificate = certificate.ok_or_else(|| {
        bad("the certificate with the identifier in its header is not registered on the application.")
    })?;
    if certificate.not_after <= request.at() {
        return Err(bad("Reason - The key used is expired."));
    }
    let key = DecodingKey::from_rsa_pem(certificate.pem.as_bytes())
        .map_err(|_| bad("the certificate is unusable."))?;
    let mut validation = Validation::new(header.alg);
    // Lifetime is judged by the simulated clock, the audience with all its accepted forms; both below.
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    let claims = jsonwebtoken::decode::<Assertion>(assertion, &key, &validation)
        .map_err(|_| bad("its signature does not match, or a claim is missing."))?
        .claims;
    check_claims(directory, request, registration, &claims)?;
    let jti = claims.jti.ok_or_else(|| bad("it has no jti."))?;
    if !directory.issued.assertions.insert(jti) {
        return Err(bad("it was used before."));
    }
    Ok(())
}

fn check_claims(
    directory: &Directory,
    request: &TokenRequest<'_>,
    registration: &Registration,
    claims: &Assertion,
) -> Result<(), AadError> {
    if claims.iss != registration.client_id || claims.sub != registration.client_id {
        return Err(AadError::new(700_021));
    }
    let names = match request.tenant.id().and_then(|id| directory.tenant(id)) {
        Some(tenant) => vec![tenant.tenant_id.as_str(), tenant.domain.as_str()],
        None => vec![request.segment],
    };
    let bases = [request.base.as_str(), "https://login.microsoftonline.com"];
    let accepted = bases.iter().any(|base| {
        names.iter().any(|name| {
            claims.aud == format!("{base}/{name}/oauth2/v2.0/token")
                || claims.aud == format!("{base}/{name}/v2.0")
        })
    });
    if !accepted {
        return Err(AadError::new(700_023));
    }
    // Entra allows five minutes of skew.
    let now = request.at();
    if claims.exp + 300 <= now || claims.nbf.is_some_and(|nbf| nbf > now + 300) {
        return Err(AadError::new(700_024));
    }
    Ok(())
}
