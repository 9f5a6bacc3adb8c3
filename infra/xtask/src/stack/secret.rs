//! The deployment's secret: the keys that the functions seal, sign and are called with.

use std::path::Path;

use anyhow::{Context, Result};
use base64::{Engine, engine::general_purpose::STANDARD, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::local_aws::LocalAws;

/// The document in Secrets Manager.
#[derive(Clone, Serialize, Deserialize)]
pub struct Secret {
    /// Seals tokens: 32 bytes, base64.
    pub sealing_key: String,
    /// Signs states: 32 bytes, base64.
    pub state_key: String,
    /// Creates organizations.
    pub operator_key: String,
    /// The app registration's client secret.
    pub client_secret: String,
}

impl Secret {
    /// New keys around a client secret.
    #[must_use]
    pub fn generate(client_secret: String) -> Self {
        Self {
            sealing_key: STANDARD.encode(rand::random::<[u8; 32]>()),
            state_key: STANDARD.encode(rand::random::<[u8; 32]>()),
            operator_key: format!("operator_{}", random_text()),
            client_secret,
        }
    }

    /// The local stack's, made on its first start.
    ///
    /// # Errors
    /// The file cannot be read or written.
    pub fn of_stack(path: &Path) -> Result<Self> {
        if path.exists() {
            let text = std::fs::read(path)?;
            return serde_json::from_slice(&text).with_context(|| format!("{} is malformed", path.display()));
        }
        let secret = Self::generate(random_text());
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
