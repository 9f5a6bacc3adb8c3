//! Microsoft 365, and everything that is done to it past its own doors.

use std::sync::Arc;

use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};
use simulator::model::Mailbox;
use simulator::{App, Simulator, SimulatorOptions};
use types::{Clock, Feature};
use url::Url;

use crate::{ADMIN, CLIENT, CLIENT_SECRET, SITE, SimulatedClock, TENANT};

/// A simulator of the test's own.
#[derive(Debug)]
pub struct Microsoft {
    simulator: Simulator,
    /// Where it is reached, without a slash at the end.
    pub url: String,
    http: reqwest::Client,
}

impl Microsoft {
    /// Without a tenant, and without an app registration.
    pub async fn empty() -> Self {
        let simulator = Simulator::start(SimulatorOptions::default()).await.expect("a simulator");
        let url = simulator.url.clone();
        Self { simulator, url, http: graph::http_client() }
    }

    /// With our app registration and the tenant [`TENANT`], which consented to nothing.
    pub async fn with_tenant() -> Self {
        let microsoft = Self::empty().await;
        microsoft.register(&json!({})).await;
        microsoft.tenant(TENANT, "contoso.example").await;
        microsoft
    }

    /// The state behind it.
    #[must_use]
    pub fn app(&self) -> &Arc<App> {
        self.simulator.app()
    }

    /// Its time, as the functions take it.
    #[must_use]
    pub fn clock(&self) -> Arc<dyn Clock> {
        Arc::new(SimulatedClock(Arc::clone(self.app())))
    }

    /// Its time now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.app().clock.now()
    }

    /// Lets seconds pass.
    pub fn pass(&self, seconds: u32) {
        self.app().clock.advance(seconds);
    }

    /// A call of its control API: what it answers, null where that is nothing.
    pub async fn control(&self, method: Method, path: &str, body: &Value) -> Value {
        let url = format!("{}/_sim/{path}", self.url);
        let reply = self.http.request(method, url).json(body).send().await.expect("an answer");
        let (status, text) = (reply.status(), reply.text().await.unwrap_or_default());
        assert!(status.is_success(), "{path}: {status}: {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// Posts to its control API.
    pub async fn post(&self, path: &str, body: &Value) -> Value {
        self.control(Method::POST, path, body).await
    }

    /// Looks at its control API.
    pub async fn look(&self, path: &str) -> Value {
        let url = format!("{}/_sim/{path}", self.url);
        self.http.get(url).send().await.expect("an answer").json().await.expect("JSON")
    }

    /// Our app registration, with these properties instead of the usual ones.
    pub async fn register(&self, changes: &Value) {
        let redirects = ["connect/consent", "connect/sign-in", "console/signed-in"];
        let mut app = json!({"clientId": CLIENT, "displayName": "Setten",
            "secrets": [{"value": CLIENT_SECRET}],
            "redirectUris": redirects.map(|path| format!("{SITE}/{path}")),
            "applicationRoles": ["Mail.Read", "User.Read.All"],
            "delegatedScopes": ["openid", "profile", "offline_access", "User.Read", "Contacts.ReadWrite",
                "Calendars.ReadWrite"],
            "groupMembershipClaims": "DirectoryRole"});
        for (property, value) in changes.as_object().expect("an object") {
            app[property] = value.clone();
        }
        self.post("apps", &app).await;
    }

    /// Makes a tenant, with the administrator `admin@{domain}`.
    pub async fn tenant(&self, id: &str, domain: &str) {
        self.post("tenants", &json!({"tenantId": id, "domain": domain, "displayName": domain})).await;
    }

    /// Makes a user of [`TENANT`] with a mailbox: what the directory shows.
    pub async fn user(&self, address: &str, name: &str) -> Value {
        self.account(&json!({"userPrincipalName": address, "displayName": name})).await
    }

    /// The same with more of the account's properties.
    pub async fn account(&self, account: &Value) -> Value {
        self.post(&format!("tenants/{TENANT}/users"), account).await
    }

    /// The administrator of [`TENANT`] accepts what a feature needs, without any flow of ours.
    pub async fn consent(&self, feature: Feature) {
        let scope = match feature {
            Feature::Contacts => "openid profile offline_access User.Read Contacts.ReadWrite",
            Feature::Calendar => "openid profile offline_access User.Read Calendars.ReadWrite",
            Feature::Mail => "https://graph.microsoft.com/.default",
        };
        let mut page: Url = format!("{}/{TENANT}/v2.0/adminconsent", self.url).parse().expect("a URL");
        page.query_pairs_mut()
            .append_pair("client_id", CLIENT)
            .append_pair("redirect_uri", &format!("{SITE}/connect/sign-in"))
            .append_pair("state", "s")
            .append_pair("scope", scope);
        let back = self.accept(page, ADMIN, &[]).await;
        assert!(back.query_pairs().all(|(name, _)| name != "error"), "{back}");
    }

    /// Somebody opens a page of Microsoft's with this account and accepts, with these words more in the query:
    /// where it leads.
    pub async fn accept(&self, mut page: Url, account: &str, more: &[(&str, &str)]) -> Url {
        page.query_pairs_mut().append_pair("_sim_account", account).append_pair("_sim_answer", "accept");
        page.query_pairs_mut().extend_pairs(more);
        let reply = self.http.get(page).send().await.expect("an answer");
        let status = reply.status();
        let location = reply.headers().get("location").map(|to| to.to_str().expect("text").to_owned());
        let location = location.unwrap_or_else(|| panic!("{status} leads nowhere"));
        location.parse().expect("an address")
    }

    /// Does something in a mailbox, as its owner in Outlook.
    pub fn in_mailbox<T>(&self, address: &str, work: impl FnOnce(&mut Mailbox) -> T) -> T {
        let mut world = self.app().world();
        let owner = world.directory.user(address).map(|(_, user)| user.id.clone());
        work(world.mailboxes.entry(owner.expect("a user")).or_default())
    }

    /// A mailbox as the control API shows it.
    pub async fn mailbox(&self, address: &str) -> Value {
        self.look(&format!("mailboxes/{address}")).await
    }

    /// Strikes so many calls that match (0: all) until it is healed.
    pub async fn fault(&self, matching: &Value, action: &Value, times: u32) {
        self.post("faults", &json!({"match": matching, "action": action, "times": times})).await;
    }

    /// No fault strikes any more.
    pub async fn heal(&self) {
        self.control(Method::DELETE, "faults", &json!({})).await;
    }

    /// How many requests a fault met.
    pub async fn struck(&self) -> u64 {
        self.look("stats").await["faults"].as_u64().expect("a number")
    }

    /// How many calls Graph got.
    pub async fn graph_calls(&self) -> u64 {
        self.look("stats").await["graphHttpCalls"].as_u64().expect("a count")
    }

    /// Every exchange with a client so far, in order.
    pub async fn exchanges(&self) -> Vec<Value> {
        let url = format!("{}/_sim/traffic", self.url);
        let lines = self.http.get(url).send().await.expect("an answer").text().await.expect("lines");
        lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }
}

/// An error's body as Graph writes it.
#[must_use]
pub fn graph_error(code: &str) -> Value {
    let id = uuid::Uuid::new_v4();
    let inner = json!({"date": "2026-01-31T10:20:30", "request-id": id, "client-request-id": id});
    json!({"error": {"code": code, "message": "m", "innerError": inner}})
}
