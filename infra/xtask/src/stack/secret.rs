//! The deployment's secret: the keys that the functions seal, sign and are called with, and the application's
//! credentials at Entra.

use std::path::Path;

use anyhow::{Context, Result};
use base64::{Engine, engine::general_purpose::STANDARD, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::local_aws::LocalAws;
use crate::certificate::Certificate;

/// The document in Secrets Manager.
#[derive(Clone, Serialize, Deserialize)]
pub struct Secret {
    /// Seals tokens: 32 bytes, base64.
    pub sealing_key: String,
    /// Signs states: 32 bytes, base64.
    pub state_key: String,
    /// Creates organizations.
    pub operator_key: String,
    /// The application's credentials.
    #[serde(flatten)]
    pub credentials: Credentials,
}

/// How the application proves to Entra that it is itself: what is there is tried in this order.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Credentials {
    /// No secret: Entra trusts the functions' roles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub federated: Option<Federated>,
    /// A certificate with its key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<Certificate>,
    /// Client secrets; two while one replaces the other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub client_secrets: Vec<ClientSecret>,
}

/// Whom AWS's assertion is for.
#[derive(Clone, Serialize, Deserialize)]
pub struct Federated {
    /// As in the federated credential at Entra.
    pub audience: String,
}

/// A client secret.
#[derive(Clone, Serialize, Deserialize)]
pub struct ClientSecret {
    /// The text.
    pub value: String,
    /// When Entra takes it no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

impl Secret {
    /// New keys around the credentials.
    #[must_use]
    pub fn generate(credentials: Credentials) -> Self {
        Self {
            sealing_key: STANDARD.encode(rand::random::<[u8; 32]>()),
            state_key: STANDARD.encode(rand::random::<[u8; 32]>()),
            operator_key: format!("operator_{}", random_text()),
            credentials,
        }
    }

    /// The local stack's, made on its first start: a certificate, as is proposed to operators, and a client
    /// secret behind it.
    ///
    /// # Errors
    /// The file cannot be read or written.
    pub fn of_stack(path: &Path) -> Result<Self> {
        if path.exists() {
            let text = std::fs::read(path)?;
            let secret: Self =
                serde_json::from_slice(&text).with_context(|| format!("{} is malformed", path.display()))?;
            if secret.credentials.certificate.is_some() {
                return Ok(secret);
            }
        }
        let today = crate::secret::today();
        let credentials = Credentials {
            federated: None,
            certificate: Some(Certificate::generate(today, today.checked_add(2.years())?)?),
            client_secrets: vec![ClientSecret { value: random_text(), expires_at: None }],
        };
        let secret = Self::generate(credentials);
        std::fs::write(path, serde_json::to_vec(&secret)?)?;
        Ok(secret)
    }

    /// Puts it where the functions read it.
    ///
    /// # Errors
    /// There is no such secret.
    pub async fn put(&self, aws: &LocalAws, name: &str) -> Result<()> {
        let body = json!({"SecretId": name, "SecretString": serde_json::to_string(self)?});
        aws.json("secretsmanager", "secretsmanager.PutSecretValue", &body).await?;
        Ok(())
    }
}

fn random_text() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 24]>())
}
