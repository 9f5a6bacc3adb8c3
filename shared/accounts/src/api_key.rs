//! API keys: who calls `/v1`.

use aws::{Condition, Key, Stored};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use types::OrganizationId;

use crate::{Accounts, AccountsError, AppSecrets, Event};

/// Who calls, as its key proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// The operator of this deployment: creates organizations and their keys.
    Operator,
    /// The product's backend, for one organization.
    Organization(OrganizationId),
}

/// A fresh key; its text is shown once and never stored.
#[derive(Debug)]
pub struct NewApiKey {
    /// What the caller sends as bearer token.
    pub text: SecretString,
    /// When it was made.
    pub created_at: Timestamp,
}

#[derive(Debug, Serialize, Deserialize)]
struct ApiKey {
    organization_id: OrganizationId,
    created_at: Timestamp,
}

impl Accounts {
    /// Makes a key for an organization.
    ///
    /// # Errors
    /// `NotFound` when there is no such organization, or the store failed.
    pub async fn create_api_key(&self, organization: &OrganizationId) -> Result<NewApiKey, AccountsError> {
        self.organization(organization).await?;
        let text = format!("setten_{}", URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()));
        let record = ApiKey { organization_id: organization.clone(), created_at: self.now() };
        let put = self.table.put(&Stored::at(key_of(&text), &record))?.when(Condition::new_item());
        let audit = self.audit_entry(organization, &Event::ApiKeyCreated)?;
        self.aws.transact(vec![put, audit]).await?;
        Ok(NewApiKey { text: text.into(), created_at: record.created_at })
    }

    /// Who sends this key; none when nobody may. Only digests are compared, so time tells nothing.
    ///
    /// # Errors
    /// The store failed.
    pub async fn authenticate(
        &self,
        secrets: &AppSecrets,
        text: &str,
    ) -> Result<Option<Caller>, AccountsError> {
        let operator = digest(secrets.operator_key.expose_secret());
        if bool::from(operator.ct_eq(&digest(text))) {
            return Ok(Some(Caller::Operator));
        }
        let stored: Option<Stored<ApiKey>> = self.table.get(key_of(text)).await?;
        Ok(stored.map(|stored| Caller::Organization(stored.record.organization_id)))
    }
}

fn key_of(text: &str) -> Key {
    Key::new(format!("API_KEY#{}", URL_SAFE_NO_PAD.encode(digest(text))), "API_KEY")
}

fn digest(text: &str) -> Vec<u8> {
    aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes()).as_ref().to_vec()
}
