//! The deployment's secrets, one JSON document in Secrets Manager.

use std::sync::Arc;

use aws::Aws;
use base64::{Engine, engine::general_purpose::STANDARD};
use graph::GraphError;
use graph::entra::{Cause, Certificate, Credential, Credentials};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use settings::{Environment, Settings, SettingsError, Variable};
use types::Clock;

use crate::{AccountsError, Signer, seal::Sealer};

mod expiry;
mod web_identity;

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
              base64), `operator_key`, and at least one of `federated`, `certificate` and `client_secrets`.",
    }];

    fn load(environment: &Environment) -> Result<Self, SettingsError> {
        Ok(Self { name: environment.get("SECRET_NAME")? })
    }
}

/// The secrets, read at start.
#[derive(Debug, Clone, Deserialize)]
pub struct AppSecrets {
    sealing_key: SecretString,
    state_key: SecretString,
    /// The key that creates organizations.
    pub operator_key: SecretString,
    #[serde(default)]
    client_secrets: Vec<ClientSecret>,
    certificate: Option<CertificateFiles>,
    federated: Option<Federation>,
    /// The secret's name, if they were read from there.
    #[serde(skip)]
    name: Option<String>,
}

/// A client secret of the app registration.
#[derive(Debug, Clone, Deserialize)]
struct ClientSecret {
    value: SecretString,
    /// As Entra showed it when the secret was made.
    expires_at: Option<Timestamp>,
}

/// A certificate of the app registration, with its key.
#[derive(Debug, Clone, Deserialize)]
struct CertificateFiles {
    key_pem: SecretString,
    certificate_pem: String,
}

/// No secret: the registration trusts the role that a function runs as (feature M12).
#[derive(Debug, Clone, Deserialize)]
struct Federation {
    /// Whom the assertion is for.
    #[serde(default = "entras_audience")]
    audience: String,
}

/// What Entra proposes for a federated credential, in every cloud but the national ones.
fn entras_audience() -> String {
    "api://AzureADTokenExchange".to_owned()
}

impl AppSecrets {
    /// Reads them.
    ///
    /// # Errors
    /// The secret cannot be read or has another shape.
    pub async fn load(aws: &Aws, settings: &SecretSettings) -> Result<Self, AccountsError> {
        Self::read(aws, settings.name.clone()).await
    }

    async fn read(aws: &Aws, name: String) -> Result<Self, AccountsError> {
        let secrets: Self = aws.secret(&name).await?;
        Ok(Self { name: Some(name), ..secrets })
    }

    /// The application's credentials at Entra: what has no end first, then the certificate, then the client
    /// secrets in their order. When Entra takes none of them any more, the document is read again, so that a
    /// process which is warm outlives a rotation (requirement R08).
    ///
    /// # Errors
    /// The certificate cannot be used.
    pub fn credentials(&self, aws: &Aws, clock: Arc<dyn Clock>) -> Result<Credentials, AccountsError> {
        let list = self.list(aws, &clock)?;
        let Some(name) = self.name.clone() else { return Ok(Credentials::fixed(list, clock)) };
        let (aws, time) = (aws.clone(), clock.clone());
        let again = move || {
            let (aws, name, clock) = (aws.clone(), name.clone(), time.clone());
            Box::pin(async move {
                let list = Self::read(&aws, name).await.and_then(|secrets| secrets.list(&aws, &clock));
                list.map_err(|error| Arc::new(error) as Cause)
            }) as _
        };
        Ok(Credentials::kept(list, Arc::new(again), clock))
    }

    fn list(&self, aws: &Aws, clock: &Arc<dyn Clock>) -> Result<Vec<Credential>, AccountsError> {
        let mut list = Vec::new();
        if let Some(Federation { audience }) = &self.federated {
            list.push(Credential::Federated(web_identity::of(aws, audience, clock)));
        }
        if let Some(CertificateFiles { key_pem, certificate_pem }) = &self.certificate {
            let certificate = Certificate::from_pem(key_pem, certificate_pem).map_err(GraphError::from)?;
            list.push(Credential::Certificate(Arc::new(certificate)));
        }
        list.extend(self.client_secrets.iter().map(|ClientSecret { value, expires_at }| {
            Credential::Secret { value: value.clone(), expires_at: *expires_at }
        }));
        Ok(list)
    }

    /// What seals secrets at rest.
    ///
    /// # Errors
    /// The sealing key is malformed.
    pub fn sealer(&self) -> Result<Sealer, AccountsError> {
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
