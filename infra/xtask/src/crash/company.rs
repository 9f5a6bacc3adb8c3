//! A customer of its own for each run: nothing of an earlier run can be in its end.

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::http_event::{http_event, with_header};
use super::stage::Stage;
use crate::made_up;
use crate::product::Product;
use crate::stack::{Operator, TENANT_ID};

/// An organization with one member, whose mailbox is new too.
#[derive(Debug)]
pub(super) struct Company {
    pub(super) product: Product,
    pub(super) address: String,
    pub(super) object_id: String,
}

/// The member's id, the same in every organization.
pub(super) const MEMBER: &str = "member";

impl Company {
    /// Makes the mailbox and the organization.
    ///
    /// # Errors
    /// The simulator or the API refuses.
    pub(super) async fn new(stage: &Stage<'_>, http: &reqwest::Client, name: &str) -> Result<Self> {
        let file = stage.control.file();
        let address = format!("{name}@contoso.example");
        let object_id = mailbox(stage, http, &address).await?;
        let operator = Operator { http, gateway: &file.gateway_url, key: &file.operator_key };
        let product = Product::new(&file.gateway_url, operator.create_organization("Crash walk").await?)?;
        product.call(reqwest::Method::PUT, &format!("tenants/{TENANT_ID}"), None).await?;
        product.put_user(MEMBER, &address).await?;
        Ok(Self { product, address, object_id })
    }

    /// Another member, with a mailbox of this address; its object id.
    ///
    /// # Errors
    /// The simulator or the API refuses.
    pub(super) async fn member(
        &self,
        stage: &Stage<'_>,
        http: &reqwest::Client,
        id: &str,
        address: &str,
    ) -> Result<String> {
        let object_id = mailbox(stage, http, address).await?;
        self.product.put_user(id, address).await?;
        Ok(object_id)
    }

    /// What a call of its backend arrives at the API as.
    pub(super) fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Value {
        let body = body.map(Value::to_string).unwrap_or_default();
        let event = http_event(method, &format!("/v1/{path}"), "", "application/json", &body);
        with_header(event, "authorization", &format!("Bearer {}", self.product.key()))
    }

    /// Lets the tenant's administrator consent to a feature.
    ///
    /// # Errors
    /// A step is refused.
    pub(super) async fn consent(&self, stage: &Stage<'_>, feature: &str) -> Result<()> {
        self.product.consent(TENANT_ID, feature, &stage.control.file().users[0]).await
    }

    /// Makes a booking page on which everything from tomorrow on is free, however late a run gets; its address.
    ///
    /// # Errors
    /// The API refuses.
    pub(super) async fn booking_page(&self) -> Result<String> {
        let mut page = made_up::booking_page(MEMBER);
        page["notice_minutes"] = json!(24 * 60);
        let made = self.product.put_booking_page("walk", &page).await?;
        made["url"].as_str().map(str::to_owned).with_context(|| format!("no url in {made}"))
    }

    /// What differs from run to run by right, and what stands for it.
    pub(super) fn names(&self) -> [(&str, &str); 3] {
        [
            (self.address.as_str(), "ADDRESS"),
            (self.object_id.as_str(), "OBJECT"),
            (self.product.organization_id(), "ORGANIZATION"),
        ]
    }

    /// All items of a list of the API.
    ///
    /// # Errors
    /// The API refuses.
    pub(super) async fn list(&self, path: &str) -> Result<Value> {
        let page = self.product.call(reqwest::Method::GET, &format!("{path}?limit=100"), None).await?;
        Ok(page["items"].clone())
    }
}

/// Makes an account with a mailbox in the tenant; its object id.
///
/// # Errors
/// The simulator refuses.
pub(super) async fn mailbox(stage: &Stage<'_>, http: &reqwest::Client, address: &str) -> Result<String> {
    let url = format!("{}/_sim/tenants/{TENANT_ID}/users", stage.control.file().simulator_url);
    let body = json!({"userPrincipalName": address, "displayName": "Member"});
    let made: Value = http.post(url).json(&body).send().await?.error_for_status()?.json().await?;
    Ok(made["id"].as_str().context("a user without an id")?.to_owned())
}
