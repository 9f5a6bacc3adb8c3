//! How the application proves to Entra that it is itself (facts 1.4): a secret, a certificate's key, or an
//! assertion that somebody else issues, whom the registration trusts.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::certificate::Certificate;
use crate::error::GraphError;

/// RFC 7523.
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// How long an assertion of ours is good; Microsoft's own libraries take ten minutes.
const ASSERTION_LIFE: SignedDuration = SignedDuration::from_mins(5);

/// How far Entra's clock may be behind ours.
const CLOCK_SKEW: SignedDuration = SignedDuration::from_mins(5);

/// Why something that is asked for elsewhere cannot be had. It must name no secret.
pub type Cause = Arc<dyn std::error::Error + Send + Sync>;

/// Asks elsewhere, each time anew: this crate knows neither who keeps the secrets nor who issues assertions.
pub type Ask<T> = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Result<T, Cause>> + Send>> + Send + Sync>;

/// One credential of the application. Several may be valid at once (requirement R08).
#[derive(Clone)]
pub enum Credential {
    /// A text that both sides know.
    Secret {
        /// The text.
        value: SecretString,
        /// When Entra takes it no more, as far as we were told.
        expires_at: Option<Timestamp>,
    },
    /// A key whose certificate is registered at Entra; it signs an assertion for each request.
    Certificate(Arc<Certificate>),
    /// No secret at all: whoever runs us issues an assertion to us, and the registration trusts it
    /// (feature M12).
    Federated(Ask<SecretString>),
}

/// A credential at work: makes the parameters of one request after the other.
pub(super) enum Proof {
    Secret(SecretString),
    Certificate(Arc<Certificate>),
    Assertion(SecretString),
}

/// The claims of an assertion of our own.
#[derive(Serialize)]
struct Claims<'a> {
    aud: &'a str,
    iss: &'a str,
    sub: &'a str,
    jti: Uuid,
    nbf: i64,
    iat: i64,
    exp: i64,
}

impl Credential {
    /// A secret of which nobody said when it ends.
    #[must_use]
    pub fn secret(value: impl Into<SecretString>) -> Self {
        Self::Secret { value: value.into(), expires_at: None }
    }

    /// When Entra takes it no more: `None` if that is not known.
    #[must_use]
    pub fn ends_at(&self) -> Option<Timestamp> {
        match self {
            Self::Secret { expires_at, .. } => *expires_at,
            Self::Certificate(certificate) => Some(certificate.not_after()),
            Self::Federated(_) => Some(Timestamp::MAX),
        }
    }

    /// Tells one from another without telling what it is.
    pub(super) fn id(&self) -> String {
        match self {
            Self::Secret { value, .. } => {
                BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(value.expose_secret().as_bytes()))
            }
            Self::Certificate(certificate) => certificate.thumbprint().to_owned(),
            Self::Federated(_) => "federated".to_owned(),
        }
    }

    /// Makes it ready.
    pub(super) async fn proof(&self) -> Result<Proof, GraphError> {
        Ok(match self {
            Self::Secret { value, .. } => Proof::Secret(value.clone()),
            Self::Certificate(certificate) => Proof::Certificate(Arc::clone(certificate)),
            Self::Federated(ask) => Proof::Assertion(ask().await.map_err(GraphError::no_credential)?),
        })
    }
}

impl Proof {
    /// The parameters of one request. A certificate signs each anew, so that a repeat is no replay.
    pub(super) fn parameters(
        &self,
        client_id: &str,
        audience: &str,
        now: Timestamp,
    ) -> Result<Vec<(&'static str, SecretString)>, GraphError> {
        let assertion = match self {
            Self::Secret(value) => return Ok(vec![("client_secret", value.clone())]),
            Self::Assertion(assertion) => assertion.clone(),
            Self::Certificate(certificate) => {
                let claims = Claims {
                    aud: audience,
                    iss: client_id,
                    sub: client_id,
                    jti: Uuid::new_v4(),
                    nbf: (now - CLOCK_SKEW).as_second(),
                    iat: now.as_second(),
                    exp: (now + ASSERTION_LIFE).as_second(),
                };
                certificate.sign(&claims)?
            }
        };
        Ok(vec![
            ("client_assertion_type", SecretString::from(ASSERTION_TYPE)),
            ("client_assertion", assertion),
        ])
    }
}

/// Names the kind only.
impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Secret { .. } => "Secret",
            Self::Certificate(_) => "Certificate",
            Self::Federated(_) => "Federated",
        })
    }
}
