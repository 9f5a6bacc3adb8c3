//! The demonstration organization, through the public API.

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

/// An organization and a key of it.
#[derive(Debug, Clone)]
pub struct Organization {
    /// Its id.
    pub id: String,
    /// What its backend calls the API with.
    pub key: String,
}

/// The API, as an operator calls it.
#[derive(Debug, Clone, Copy)]
pub struct Operator<'a> {
    /// The client.
    pub http: &'a reqwest::Client,
    /// The gateway's URL.
    pub gateway: &'a str,
    /// The operator's key.
    pub key: &'a str,
}

impl Operator<'_> {
    /// Makes an organization with a key.
    ///
    /// # Errors
    /// The API refuses.
    pub async fn create_organization(&self, name: &str) -> Result<Organization> {
        let made = self.post("organizations", &json!({"name": name})).await?;
        let id = text(&made, "id")?;
        let made = self.post("api-keys", &json!({"organization_id": id})).await?;
        Ok(Organization { id, key: text(&made, "key")? })
    }

    /// Whether an organization of an earlier start is still there under its key.
    ///
    /// # Errors
    /// The API does not answer.
    pub async fn knows(&self, organization: &Organization) -> Result<bool> {
        let url = format!("{}/v1/users?limit=1", self.gateway);
        let reply = self.http.get(url).bearer_auth(&organization.key).send().await?;
        Ok(reply.status().is_success())
    }

    async fn post(&self, resource: &str, body: &Value) -> Result<Value> {
        let url = format!("{}/v1/{resource}", self.gateway);
        let reply = self.http.post(&url).bearer_auth(self.key).json(body).send().await;
        let reply = reply.with_context(|| format!("POST {url}"))?;
        let status = reply.status();
        if !status.is_success() {
            bail!("POST {url}: {status}: {}", reply.text().await?);
        }
        Ok(reply.json().await?)
    }
}

fn text(value: &Value, field: &str) -> Result<String> {
    value[field]
        .as_str()
        .map(str::to_owned)
        .with_context(|| format!("the API's answer has no {field}: {value}"))
}
