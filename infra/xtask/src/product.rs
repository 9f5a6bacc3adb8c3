//! A product that uses Setten: its backend's calls to the public API, and its people at Microsoft's pages.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use reqwest::header::{self, HeaderMap, HeaderValue};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::time::Instant;
use url::Url;

use crate::stack::Organization;

/// How long work behind a queue may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// Pages in a row that a sign-in may lead through.
const MOST_PAGES: usize = 8;

/// A product's backend, with the key of one organization.
#[derive(Debug, Clone)]
pub struct Product {
    http: reqwest::Client,
    gateway: String,
    organization: Organization,
}

impl Product {
    /// The backend of an organization at the gateway, whose URL has no slash at the end.
    ///
    /// # Errors
    /// The HTTP client cannot be made.
    pub fn new(gateway: &str, organization: Organization) -> Result<Self> {
        let http = reqwest::Client::builder()
            .timeout(Duration::from_secs(60))
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self { http, gateway: gateway.to_owned(), organization })
    }

    /// The organization's id.
    #[must_use]
    pub fn organization_id(&self) -> &str {
        &self.organization.id
    }

    /// What its backend authenticates with.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.organization.key
    }

    /// Calls `/v1/{path}`; a refusal is an error with the problem's text.
    ///
    /// # Errors
    /// The API refuses or does not answer.
    pub async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value> {
        let url = format!("{}/v1/{path}", self.gateway);
        let mut request = self.http.request(method.clone(), &url).bearer_auth(&self.organization.key);
        if let Some(body) = body {
            request = request.json(body);
        }
        let reply = request.send().await.with_context(|| format!("{method} {url}"))?;
        let (status, text) = (reply.status(), reply.text().await?);
        ensure!(status.is_success(), "{method} {url}: {status}: {text}");
        Ok(if text.is_empty() { Value::Null } else { serde_json::from_str(&text)? })
    }

    /// Registers a tenant and lets its administrator consent to contacts.
    ///
    /// # Errors
    /// A step is refused.
    pub async fn connect_tenant(&self, tenant: &str, administrator: &str) -> Result<()> {
        self.call(Method::PUT, &format!("tenants/{tenant}"), None).await?;
        self.consent(tenant, "contacts", administrator).await
    }

    /// Lets the administrator of a registered tenant consent to a feature.
    ///
    /// # Errors
    /// A step is refused.
    pub async fn consent(&self, tenant: &str, feature: &str, administrator: &str) -> Result<()> {
        let path = format!("tenants/{tenant}/consent");
        let started = self.call(Method::POST, &path, Some(&json!({"features": [feature]}))).await?;
        let page = self.go_through(&started, administrator).await?;
        if let Ok(state) = hidden(&page, "state") {
            self.say_yes(state).await?;
        }
        let found = self.call(Method::GET, &format!("tenants/{tenant}"), None).await?;
        ensure!(found["grants"].get(feature).is_some(), "the consent was not taken: {found}");
        Ok(())
    }

    /// Makes a member with this address.
    ///
    /// # Errors
    /// The API refuses.
    pub async fn put_user(&self, user: &str, address: &str) -> Result<()> {
        let body = json!({"email": address, "display_name": user});
        self.call(Method::PUT, &format!("users/{user}"), Some(&body)).await?;
        Ok(())
    }

    /// Links a member's contacts: the member signs in at Microsoft and accepts.
    ///
    /// # Errors
    /// A step is refused.
    pub async fn link(&self, user: &str, address: &str) -> Result<()> {
        self.link_feature(user, "contacts", address).await
    }

    /// Links a feature for which the member signs in at Microsoft and accepts.
    ///
    /// # Errors
    /// A step is refused.
    pub async fn link_feature(&self, user: &str, feature: &str, address: &str) -> Result<()> {
        let path = format!("users/{user}/links/{feature}");
        let started = self.call(Method::POST, &path, None).await?;
        self.go_through(&started, address).await?;
        let found = self.call(Method::GET, &path, None).await?;
        // What the first push met may be told already.
        let is_linked = found["status"] != "not_linked" && found["status"] != "unlinked";
        ensure!(is_linked, "{user} was not linked: {found}");
        Ok(())
    }

    /// Switches the reading of a member's mail on, and waits until the mailbox is subscribed to.
    ///
    /// # Errors
    /// The API refuses, or it does not come to that.
    pub async fn switch_mail_on(&self, user: &str) -> Result<()> {
        let path = format!("users/{user}/links/mail");
        self.call(Method::POST, &path, None).await?;
        let until = Instant::now() + PATIENCE;
        loop {
            let found = self.call(Method::GET, &path, None).await?;
            if found["status"] == "linked" {
                return Ok(());
            }
            ensure!(
                found["status"] == "syncing" && Instant::now() < until,
                "{user}'s mail was not switched on: {found}"
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Unlinks a member's contacts; what was pushed stays.
    ///
    /// # Errors
    /// The API refuses.
    pub async fn unlink(&self, user: &str) -> Result<()> {
        self.call(Method::DELETE, &format!("users/{user}/links/contacts"), None).await?;
        Ok(())
    }

    /// Imports a vCard file; every card must be new and go in.
    ///
    /// # Errors
    /// The API refuses, or a card did not go in; then with its answer.
    pub async fn import(&self, user: &str, vcards: String) -> Result<()> {
        let cards = vcards.matches("BEGIN:VCARD").count();
        let answer = self.try_import(user, vcards).await?;
        ensure!(answer["created"] == cards, "not all {cards} cards went in: {answer}");
        Ok(())
    }

    /// Imports a vCard file and returns what the API says about it: how many cards went in, and which lines
    /// are at fault.
    ///
    /// # Errors
    /// The API refuses the file as a whole.
    pub async fn try_import(&self, user: &str, vcards: String) -> Result<Value> {
        let url = format!("{}/v1/users/{user}/imports", self.gateway);
        let request = self.http.post(&url).bearer_auth(&self.organization.key);
        let reply = request.header(header::CONTENT_TYPE, "text/vcard").body(vcards).send().await?;
        let (status, text) = (reply.status(), reply.text().await?);
        ensure!(status.is_success(), "POST {url}: {status}: {text}");
        Ok(serde_json::from_str(&text)?)
    }

    /// Puts a card.
    ///
    /// # Errors
    /// The API refuses.
    pub async fn put_card(&self, user: &str, card: &str, body: &Value) -> Result<()> {
        self.call(Method::PUT, &format!("users/{user}/cards/{card}"), Some(body)).await?;
        Ok(())
    }

    /// Deletes a card.
    ///
    /// # Errors
    /// The API refuses.
    pub async fn delete_card(&self, user: &str, card: &str) -> Result<()> {
        self.call(Method::DELETE, &format!("users/{user}/cards/{card}"), None).await?;
        Ok(())
    }

    /// Makes a booking page, or writes it anew; what the API answers.
    ///
    /// # Errors
    /// The API refuses.
    pub async fn put_booking_page(&self, page: &str, body: &Value) -> Result<Value> {
        self.call(Method::PUT, &format!("booking-pages/{page}"), Some(body)).await
    }

    /// Answers the question of one of our pages, which the browser came to.
    async fn say_yes(&self, state: &str) -> Result<()> {
        let url = format!("{}/connect/confirm", self.gateway);
        let reply = self.http.post(&url).form(&[("state", state), ("answer", "yes")]).send().await?;
        let status = reply.status();
        ensure!(status == StatusCode::SEE_OTHER, "{url}: {status}: {}", reply.text().await?);
        Ok(())
    }

    /// Opens the page that the API named, as `account`, and accepts whatever Microsoft asks, until our own
    /// last page: what stands on it.
    async fn go_through(&self, started: &Value, account: &str) -> Result<String> {
        let url = started["url"].as_str().with_context(|| format!("no url in {started}"))?;
        let mut url = Url::parse(url)?;
        let mut cookies = Cookies::default();
        for _ in 0..MOST_PAGES {
            if is_microsofts(&url) {
                url.query_pairs_mut()
                    .append_pair("_sim_account", account)
                    .append_pair("_sim_answer", "accept");
            }
            let reply = self.http.get(url.clone()).headers(cookies.of_a_request()?).send().await?;
            cookies.keep(reply.headers());
            let status = reply.status();
            if status == StatusCode::OK {
                return Ok(reply.text().await?);
            }
            let location = reply.headers().get(header::LOCATION).filter(|_| status.is_redirection());
            let Some(location) = location else {
                bail!("{} answered {status}: {}", url.path(), reply.text().await?);
            };
            url = url.join(location.to_str()?)?;
        }
        bail!("{account} was sent from page to page")
    }
}

/// Whether this is a page of Microsoft's that asks something.
pub(crate) fn is_microsofts(url: &Url) -> bool {
    url.path().ends_with("/oauth2/v2.0/authorize") || url.path().ends_with("/v2.0/adminconsent")
}

/// The value of a hidden field of a page.
///
/// # Errors
/// There is none.
pub(crate) fn hidden<'a>(page: &'a str, name: &str) -> Result<&'a str> {
    let rest = page.split_once(&format!("name=\"{name}\" value=\"")).map(|(_, rest)| rest);
    rest.and_then(|rest| rest.split('"').next()).with_context(|| format!("no field {name} in {page}"))
}

/// The cookies of one person's browser. Everything local is on one address, and cookies know no ports.
#[derive(Debug, Default)]
struct Cookies(BTreeMap<String, String>);

impl Cookies {
    fn keep(&mut self, answer: &HeaderMap) {
        let lines = answer.get_all(header::SET_COOKIE).iter().filter_map(|line| line.to_str().ok());
        for line in lines {
            let pair = line.split(';').next().and_then(|pair| pair.split_once('='));
            if let Some((name, value)) = pair {
                self.0.insert(name.trim().to_owned(), value.trim().to_owned());
            }
        }
    }

    fn of_a_request(&self) -> Result<HeaderMap> {
        let pairs: Vec<String> = self.0.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut headers = HeaderMap::new();
        if !pairs.is_empty() {
            headers.insert(header::COOKIE, HeaderValue::from_str(&pairs.join("; "))?);
        }
        Ok(headers)
    }
}
