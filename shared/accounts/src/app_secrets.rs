//! The deployment's secrets, one JSON document in Secrets Manager.

use aws::Aws;
use base64::{Engine, engine::general_purpose::STANDARD};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use settings::{Environment, Settings, SettingsError, Variable};

use crate::{AccountsError, Signer, seal::Sealer};

/// Where the secrets are kept.
#[derive(Debug, Clone)]
pub struct SecretSettings {
    /// Name or ARN of the secret.
    pub name: String,
}

impl Settings for SecretSettings {
    const VARIABLES: &'static [Variable] = &[Variable {
        name: "SECRET_NAME",
        doc: "Name or ARN of the Secrets Manager secret with `sealing_key` and `state_key` (32 bytes each, \
              base64), `operator_key` and `client_secret`.",
    }];

    fn load(environment: &Environment) -> Result<Self, SettingsError> {
        Ok(Self { name: environment.get("SECRET_NAME")? })
    }
}

/// The secrets, read once at start.
#[derive(Debug, Clone, Deserialize)]
pub struct AppSecrets {
    sealing_key: SecretString,
    state_key: SecretString,
    /// The key that creates organizations.
    pub operator_key: SecretString,
    /// The app registration's client secret.
    pub client_secret: SecretString,
}

impl AppSecrets {
    /// Reads them.
    ///
    /// # Errors
    /// The secret cannot be read or has another shape.
    pub async fn load(aws: &Aws, settings: &SecretSettings) -> Result<Self, AccountsError> {
        Ok(aws.secret(&settings.name).await?)
    }

    pub(crate) fn sealer(&self) -> Result<Sealer, AccountsError> {
        Ok(Sealer::new(&key(&self.sealing_key)?))
    }

    /// Signs texts for one purpose, such as `cancel`: what is signed for another does not verify.
    ///
    /// # Errors
    /// The state key is malformed.
    pub fn signer(&self, purpose: &str) -> Result<Signer, AccountsError> {
        Ok(Signer::new(&key(&self.state_key)?, purpose))
    }
}

fn key(text: &SecretString) -> Result<[u8; 32], AccountsError> {
    let bytes = STANDARD.decode(text.expose_secret()).map_err(|_| AccountsError::Seal)?;
    bytes.try_into().map_err(|_| AccountsError::Seal)
}
