//! A tenant's published signing keys and its issuer, kept until a key is met that is not among them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use jsonwebtoken::DecodingKey;
use serde::Deserialize;
use types::TenantId;

use super::Entra;
use crate::error::{GraphError, IdTokenFlaw};

/// Tenants kept at most; a full cache starts afresh.
const MOST_TENANTS: usize = 256;

/// A key with the issuer that it signs for.
#[derive(Clone)]
pub(super) struct SigningKey {
    pub(super) issuer: Arc<str>,
    pub(super) key: Arc<DecodingKey>,
}

/// The cache, shared by clones.
#[derive(Clone, Default)]
pub(super) struct Keys(Arc<Mutex<HashMap<TenantId, HashMap<String, SigningKey>>>>);

impl Keys {
    fn get(&self, tenant: &TenantId, kid: &str) -> Option<SigningKey> {
        self.0.lock().expect("no holder of the cache panics").get(tenant)?.get(kid).cloned()
    }

    fn put(&self, tenant: &TenantId, keys: HashMap<String, SigningKey>) {
        let mut cache = self.0.lock().expect("no holder of the cache panics");
        if cache.len() >= MOST_TENANTS {
            cache.clear();
        }
        cache.insert(tenant.clone(), keys);
    }
}

/// What we read of `/.well-known/openid-configuration`.
#[derive(Deserialize)]
pub(super) struct Metadata {
    issuer: String,
}

#[derive(Deserialize)]
struct JwkSet {
    keys: Vec<Jwk>,
}

/// Every field is optional: a key of a kind that we do not use must not spoil the others.
#[derive(Deserialize)]
struct Jwk {
    kid: Option<String>,
    kty: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    n: Option<String>,
    e: Option<String>,
}

impl Jwk {
    /// The id and key, if it is an RSA key for signatures.
    fn read(self) -> Option<(String, DecodingKey)> {
        let signs = self.usage.is_none_or(|usage| usage == "sig");
        let rsa = self.kty.is_some_and(|kty| kty == "RSA");
        let key = DecodingKey::from_rsa_components(&self.n?, &self.e?).ok()?;
        Some((self.kid?, key)).filter(|_| signs && rsa)
    }
}

impl Entra {
    pub(super) async fn metadata(&self, tenant: &TenantId) -> Result<Metadata, GraphError> {
        let url = self.endpoint(tenant, &["v2.0", ".well-known", "openid-configuration"]);
        let reply = self.get(url).await?;
        serde_json::from_slice(&reply.body).map_err(|error| GraphError::malformed("metadata", &error))
    }

    /// The key of this id. Keys roll daily, so an unknown id means: fetch again (facts 1.1).
    pub(super) async fn signing_key(&self, tenant: &TenantId, kid: &str) -> Result<SigningKey, GraphError> {
        if let Some(key) = self.keys.get(tenant, kid) {
            return Ok(key);
        }
        self.keys.put(tenant, self.fetch_keys(tenant).await?);
        self.keys.get(tenant, kid).ok_or(GraphError::IdToken(IdTokenFlaw::UnknownKey))
    }

    /// The address of the keys is ours to say, not the document's; the issuer must name the tenant.
    async fn fetch_keys(&self, tenant: &TenantId) -> Result<HashMap<String, SigningKey>, GraphError> {
        let issuer = self.metadata(tenant).await?.issuer;
        if !issuer.ends_with(&format!("/{tenant}/v2.0")) {
            return Err(GraphError::lacks("issuer"));
        }
        let issuer: Arc<str> = issuer.into();
        let reply = self.get(self.endpoint(tenant, &["discovery", "v2.0", "keys"])).await?;
        let set: JwkSet =
            serde_json::from_slice(&reply.body).map_err(|error| GraphError::malformed("key set", &error))?;
        let usable = set.keys.into_iter().filter_map(Jwk::read);
        Ok(usable
            .map(|(kid, key)| (kid, SigningKey { issuer: Arc::clone(&issuer), key: Arc::new(key) }))
            .collect())
    }
}
