//! API keys: who calls `/v1`, and how often.

use aws::{Condition, Key, Query, Stored};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use types::OrganizationId;
use uuid::Uuid;

use crate::{Accounts, AccountsError, AppSecrets, Event, store::of_organization};

/// The most keys of one organization at a time: enough for every backend of a CRM and a rotation of each.
pub const MOST_API_KEYS: usize = 10;

/// How many characters of a key are shown, so that people can tell keys apart.
const PREFIX: usize = 12;

/// How often a key is tried to be made while others are being made.
const ATTEMPTS: u32 = 5;

/// Who calls, as its key proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// The operator of this deployment: creates organizations and their keys.
    Operator,
    /// The product's backend, for one organization.
    Organization(OrganizationId),
}

/// A key that was sent and is valid.
#[derive(Debug, Clone)]
pub struct ValidKey {
    /// Who calls.
    pub caller: Caller,
    /// The key's id; none of the operator's.
    pub id: Option<String>,
    /// Its first characters; empty of the operator's.
    pub(crate) prefix: String,
    digest: String,
}

/// A fresh key; its text is shown once and never stored.
#[derive(Debug)]
pub struct NewApiKey {
    /// What the caller sends as bearer token.
    pub text: SecretString,
    /// What is kept of it.
    pub key: ApiKey,
}

/// A key as it is kept: not the key itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// By which it is revoked.
    pub id: String,
    /// Its first characters.
    pub prefix: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// The day (UTC) on which it was last used.
    pub last_used_on: Option<Date>,
}

/// Whether a key may call once more in this minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Admission {
    /// Calls left in this minute; none when this one is one too many.
    pub remaining: Option<u64>,
    /// Seconds until the next minute begins.
    pub seconds_left: i64,
}

/// The organization's side of a key.
#[derive(Debug, Serialize, Deserialize)]
struct Listed {
    id: String,
    prefix: String,
    digest: String,
    created_at: Timestamp,
}

/// The caller's side of a key, found by its digest.
#[derive(Debug, Serialize, Deserialize)]
struct Found {
    organization_id: OrganizationId,
    id: String,
    #[serde(default)]
    last_used_on: Option<Date>,
}

impl Accounts {
    /// Makes a key for an organization; none when it has [`MOST_API_KEYS`] already.
    ///
    /// # Errors
    /// `NotFound` when there is no such organization, or the store failed.
    pub async fn create_api_key(
        &self,
        organization: &OrganizationId,
    ) -> Result<Option<NewApiKey>, AccountsError> {
        self.organization(organization).await?;
        let text = format!("setten_{}", URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()));
        let listed = Listed {
            id: Uuid::new_v4().simple().to_string(),
            prefix: text[..PREFIX].to_owned(),
            digest: name_of(&text),
            created_at: self.now(),
        };
        let found =
            Found { organization_id: organization.clone(), id: listed.id.clone(), last_used_on: None };
        for _ in 0..ATTEMPTS {
            // Each key takes one of the places, so that two made at once cannot be one too many.
            let taken = self.listed(organization).await?;
            let mut places = (0..MOST_API_KEYS).map(place);
            let Some(free) = places.find(|place| taken.iter().all(|key| key.sk != *place)) else {
                return Ok(None);
            };
            let place = Key::new(of_organization(organization), free);
            let event = Event::ApiKeyCreated { id: listed.id.clone() };
            let writes = vec![
                self.table.put(&Stored::at(place, &listed))?.when(Condition::new_item()),
                self.table.put(&Stored::at(key_of(&listed.digest), &found))?.when(Condition::new_item()),
                self.audit_entry(organization, &event)?,
            ];
            if self.aws.transact_if(writes).await? {
                let Listed { id, prefix, created_at, .. } = listed;
                let key = ApiKey { id, prefix, created_at, last_used_on: None };
                return Ok(Some(NewApiKey { text: text.into(), key }));
            }
        }
        Err(AccountsError::Contended)
    }

    /// The organization's keys, oldest first.
    ///
    /// # Errors
    /// The store failed.
    pub async fn api_keys(&self, organization: &OrganizationId) -> Result<Vec<ApiKey>, AccountsError> {
        let mut keys = Vec::new();
        for Stored { record: Listed { id, prefix, digest, created_at }, .. } in
            self.listed(organization).await?
        {
            let found: Option<Stored<Found>> = self.table.get(key_of(&digest)).await?;
            let last_used_on = found.and_then(|found| found.record.last_used_on);
            keys.push(ApiKey { id, prefix, created_at, last_used_on });
        }
        keys.sort_by_key(|key| key.created_at);
        Ok(keys)
    }

    /// Revokes a key of the organization: from now on it opens nothing.
    ///
    /// # Errors
    /// `NotFound`, or the store failed.
    pub async fn revoke_api_key(&self, organization: &OrganizationId, id: &str) -> Result<(), AccountsError> {
        let gone = AccountsError::NotFound("API key");
        let listed = self.listed(organization).await?;
        let Stored { pk, sk, record } = listed.into_iter().find(|key| key.record.id == id).ok_or(gone)?;
        let event = Event::ApiKeyRevoked { id: record.id.clone() };
        let writes = vec![
            self.table.delete(Key::new(pk, sk)).when(Condition::equals("id", &record.id)),
            self.table.delete(key_of(&record.digest)),
            self.audit_entry(organization, &event)?,
        ];
        match self.aws.transact_if(writes).await? {
            true => Ok(()),
            false => Err(AccountsError::NotFound("API key")),
        }
    }

    async fn listed(&self, organization: &OrganizationId) -> Result<Vec<Stored<Listed>>, AccountsError> {
        let query = Query::partition(&of_organization(organization)).begins_with(PLACE);
        Ok(self.table.query_all(query).await?)
    }

    /// Who sends this key; none when nobody may. Only digests are compared, so time tells nothing. The first
    /// call of a day is noted.
    ///
    /// # Errors
    /// The store failed.
    pub async fn authenticate(
        &self,
        secrets: &AppSecrets,
        text: &str,
    ) -> Result<Option<ValidKey>, AccountsError> {
        let operator = digest(secrets.operator_key.expose_secret());
        if bool::from(operator.ct_eq(&digest(text))) {
            let digest = "OPERATOR".to_owned();
            let prefix = String::new();
            return Ok(Some(ValidKey { caller: Caller::Operator, id: None, prefix, digest }));
        }
        let digest = name_of(text);
        let stored: Option<Stored<Found>> = self.table.get(key_of(&digest)).await?;
        let Some(Stored { record: Found { organization_id, id, last_used_on }, .. }) = stored else {
            return Ok(None);
        };
        let today = self.now().to_zoned(TimeZone::UTC).date();
        if last_used_on != Some(today) {
            let note = self.table.update(key_of(&digest)).set("last_used_on", today)?;
            // Not held when the key was revoked this very moment.
            self.aws.write_if(note.when(Condition::existing_item())).await?;
        }
        let (caller, prefix) = (Caller::Organization(organization_id), text.chars().take(PREFIX).collect());
        Ok(Some(ValidKey { caller, id: Some(id), prefix, digest }))
    }

    /// Counts a call of the key against its share of this minute.
    ///
    /// # Errors
    /// The store failed.
    pub async fn admit(&self, key: &ValidKey, per_minute: u64) -> Result<Admission, AccountsError> {
        let second = self.now().as_second();
        let minute = second.div_euclid(60);
        let counter = Key::new(format!("API_KEY#{}", key.digest), format!("MINUTE#{minute}"));
        let count = self.table.count_up(counter, per_minute, (minute + 2) * 60).await?;
        Ok(Admission {
            remaining: count.map(|count| per_minute.saturating_sub(count)),
            seconds_left: 60 - second.rem_euclid(60),
        })
    }
}

const PLACE: &str = "API_KEY#";

fn place(number: usize) -> String {
    format!("{PLACE}{number:02}")
}

fn key_of(digest: &str) -> Key {
    Key::new(format!("API_KEY#{digest}"), "API_KEY")
}

fn name_of(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(text))
}

pub(crate) fn digest(text: &str) -> Vec<u8> {
    aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes()).as_ref().to_vec()
}

#[cfg(test)]
mod tests;
