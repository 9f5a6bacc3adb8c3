//! An organization with a tenant of its own.

use std::sync::{Arc, atomic::AtomicUsize};

use anyhow::{Context, Result, bail};
use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};
use url::Url;
use xtask::product::Product;
use xtask::stack::Organization;

use super::{Member, Stack, unique};

/// An organization, its tenant in the simulator with an administrator, and its product's backend.
#[derive(Debug, Clone)]
pub(crate) struct Customer {
    pub(crate) stack: Stack,
    pub(crate) product: Product,
    pub(crate) organization: Organization,
    /// The tenant's id.
    pub(crate) tenant: String,
    /// The tenant's domain.
    pub(crate) domain: String,
    /// The administrator's address.
    pub(crate) administrator: String,
    /// How many refusals a test has found in the audit log so far.
    pub(crate) seen_refusals: Arc<AtomicUsize>,
}

/// What a call answered.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: header::HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    /// Sends and reads.
    pub(crate) async fn of(request: reqwest::RequestBuilder) -> Result<Self> {
        let reply = request.send().await?;
        let (status, headers) = (reply.status(), reply.headers().clone());
        Ok(Self { status, headers, text: reply.text().await? })
    }

    /// Where it redirects to.
    pub(crate) fn location(&self) -> Result<&str> {
        let location = self.headers.get(header::LOCATION).context("no redirect")?;
        Ok(location.to_str()?)
    }
}

impl Customer {
    /// A new one, whose tenant has not consented yet and is not registered.
    pub(crate) async fn new(stack: &Stack) -> Result<Self> {
        let organization = stack.organization().await?;
        let product = Product::new(&stack.file().gateway_url, organization.clone())?;
        let domain = format!("{}.example", unique("it"));
        let tenant = json!({"domain": domain, "displayName": "試験株式会社"});
        let made = stack.simulator.post("tenants", &tenant).await?;
        let tenant = made["tenantId"].as_str().context("a tenant without an id")?.to_owned();
        // Every tenant of the simulator begins with this global administrator.
        let administrator = format!("admin@{domain}");
        Ok(Self {
            stack: stack.clone(),
            product,
            organization,
            tenant,
            domain,
            administrator,
            seen_refusals: Arc::default(),
        })
    }

    /// A new one whose tenant is registered and has consented.
    pub(crate) async fn consented(stack: &Stack) -> Result<Self> {
        let customer = Self::new(stack).await?;
        customer.product.connect_tenant(&customer.tenant, &customer.administrator).await?;
        Ok(customer)
    }

    /// Makes an account with a mailbox in the tenant; its address.
    pub(crate) async fn account(&self, name: &str, roles: &[&str]) -> Result<String> {
        let address = format!("{name}@{}", self.domain);
        let user = json!({"userPrincipalName": address, "displayName": name, "roles": roles});
        self.stack.simulator.post(&format!("tenants/{}/users", self.tenant), &user).await?;
        Ok(address)
    }

    /// A member with an account, not linked.
    pub(crate) async fn user(&self, name: &str) -> Result<Member> {
        let address = self.account(name, &[]).await?;
        self.product.put_user(name, &address).await?;
        Ok(Member { customer: self.clone(), id: name.to_owned(), address })
    }

    /// A linked member.
    pub(crate) async fn member(&self, name: &str) -> Result<Member> {
        let member = self.user(name).await?;
        self.product.link(&member.id, &member.address).await?;
        // Linking begins a push of its own; what a test does next must not meet it.
        let is_over = |link: &Value| link["last_success_at"].is_string() || link["status"] != "linked";
        member.wait_until("the first push", is_over).await?;
        Ok(member)
    }

    /// Opens a page as a browser would that sends this `Accept-Language`, following nothing.
    pub(crate) async fn open(&self, url: &Url, language: &str) -> Result<Answer> {
        Answer::of(self.stack.http.get(url.clone()).header(header::ACCEPT_LANGUAGE, language)).await
    }

    /// The page at Microsoft to which the API sends the administrator for consent.
    pub(crate) async fn consent_page(&self) -> Result<Url> {
        self.consent_page_for(&["contacts"]).await
    }

    /// The same, for these features.
    pub(crate) async fn consent_page_for(&self, features: &[&str]) -> Result<Url> {
        self.product.call(Method::PUT, &format!("tenants/{}", self.tenant), None).await?;
        let path = format!("tenants/{}/consent", self.tenant);
        let body = json!({"features": features});
        let started = self.product.call(Method::POST, &path, Some(&body)).await?;
        page_of(&started)
    }

    /// What Microsoft's page answers to this account: the address it sends the browser to.
    pub(crate) async fn at_microsoft(&self, page: &Url, account: &str, answer: &str) -> Result<Url> {
        let mut page = page.clone();
        page.query_pairs_mut().append_pair("_sim_account", account).append_pair("_sim_answer", answer);
        let reply = self.open(&page, "en").await?;
        if !reply.status.is_redirection() {
            bail!("{} answered {}: {}", page.path(), reply.status, reply.text);
        }
        Ok(page.join(reply.location()?)?)
    }

    /// The organization's audit log, the newest first.
    pub(crate) async fn audit(&self) -> Result<Vec<Value>> {
        let found = self.product.call(Method::GET, "audit?limit=100", None).await?;
        Ok(found["items"].as_array().cloned().unwrap_or_default())
    }
}

/// The address of the page that the API's answer names.
pub(crate) fn page_of(started: &Value) -> Result<Url> {
    Ok(Url::parse(started["url"].as_str().with_context(|| format!("no url in {started}"))?)?)
}
