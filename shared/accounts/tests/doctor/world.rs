//! A doctor between the template's tables and the simulator; people consent and link as they do in a browser.

use std::collections::HashMap;
use std::sync::Arc;

use accounts::checks::{Check, Chosen, Doctor, Finding};
use accounts::{
    Accounts, AccountsSettings, AppSecrets, Connect, ConsentReply, LinkStatus, NotConnected, Role,
    SignInReply, SignedIn, SiteSettings, User,
};
use aws::Aws;
use graph::entra::{Credential, Credentials, Entra};
use graph::{EntraSettings, Graph, GraphSettings, RetryPolicy};
use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};
use simulator::{App, Simulator, SimulatorOptions};
use types::{Clock, Feature, OrganizationId, TenantId, UserId};
use url::Url;
use xtask::{project, tables::Tables};

pub(crate) const CLIENT: &str = "5e77e000-0000-4000-8000-00000000c11e";
pub(crate) const TENANT: &str = "5e77e000-0000-4000-8000-000000000001";
pub(crate) const ADMIN: &str = "admin@contoso.example";
pub(crate) const USER: &str = "hanako@contoso.example";
pub(crate) const OTHER: &str = "jiro@contoso.example";
const SITE: &str = "https://app.example";

/// The functions' time is the simulator's.
struct SimulatedClock(Arc<App>);

impl Clock for SimulatedClock {
    fn now(&self) -> Timestamp {
        self.0.clock.now()
    }
}

pub(crate) struct World {
    simulator: Simulator,
    _tables: Tables,
    pub(crate) accounts: Accounts,
    connect: Connect,
    graph: Graph,
    http: reqwest::Client,
}

pub(crate) fn organization() -> OrganizationId {
    "o1".parse().expect("an id")
}

pub(crate) fn tenant() -> TenantId {
    TENANT.parse().expect("an id")
}

/// The member with the address [`USER`] is `u1`, the one with [`OTHER`] `u2`.
pub(crate) fn member(id: &str) -> UserId {
    id.parse().expect("an id")
}

impl World {
    /// A registered tenant where nobody consented to anything, with two people who are members.
    pub(crate) async fn new() -> Self {
        let simulator = Simulator::start(SimulatorOptions::default()).await.expect("a simulator");
        let tables = Tables::start(&project::root().join("infra/template.yaml")).await.expect("tables");
        let clock: Arc<dyn Clock> = Arc::new(SimulatedClock(Arc::clone(simulator.app())));
        let settings = AccountsSettings { table: "AccountsTable".into() };
        let accounts = Accounts::new(Aws::at(tables.url().as_str()), &settings, clock.clone());
        let http = graph::http_client();
        let login_url = simulator.url.parse().expect("a URL");
        let settings = EntraSettings { client_id: CLIENT.to_owned(), login_url };
        let credentials = Credentials::fixed(vec![Credential::secret("secret".to_owned())], clock);
        let once = RetryPolicy { attempts: 1, ..RetryPolicy::default() };
        let entra = Entra::new(http.clone(), settings, credentials).with_policy(once);
        let site = SiteSettings { public_url: SITE.parse().expect("a URL") };
        let connect = Connect::new(accounts.clone(), entra, &secrets(), &site).expect("the keys are sound");
        let graph_url = format!("{}/v1.0", simulator.url).parse().expect("a URL");
        let graph = Graph::new(http.clone(), GraphSettings { graph_url }).with_policy(once);
        let world = Self { simulator, _tables: tables, accounts, connect, graph, http };
        world.furnish().await;
        world
    }

    /// The same with every feature consented to, and `u1` linked for all of them.
    pub(crate) async fn linked() -> Self {
        let world = Box::pin(Self::new()).await;
        world.consent(&Feature::ALL).await;
        world.link("u1", USER, Feature::Contacts).await;
        world.link("u1", USER, Feature::Calendar).await;
        let (organization, user, tenant) = (organization(), member("u1"), tenant());
        let linked = world.accounts.link_by_admin(&organization, &user, &tenant, Feature::Mail);
        Box::pin(linked).await.expect("linked");
        world
    }

    async fn furnish(&self) {
        self.register("secret", None).await;
        let tenant = json!({"tenantId": TENANT, "domain": "contoso.example", "displayName": "Contoso"});
        self.control(Method::POST, "tenants", &tenant).await;
        for (id, address) in [("u1", USER), ("u2", OTHER)] {
            let user = json!({"userPrincipalName": address, "displayName": id});
            self.control(Method::POST, &format!("tenants/{TENANT}/users"), &user).await;
            self.join(&organization(), id, address).await;
        }
        self.accounts.register_tenant(&organization(), &self::tenant()).await.expect("registered");
    }

    /// Our registration at Microsoft, with this secret.
    pub(crate) async fn register(&self, secret: &str, expires_at: Option<&str>) {
        let app = json!({"clientId": CLIENT, "displayName": "Setten",
            "secrets": [{"value": secret, "expiresAt": expires_at}],
            "redirectUris": [format!("{SITE}/connect/consent"), format!("{SITE}/connect/sign-in")],
            "applicationRoles": ["Mail.Read", "User.Read.All"],
            "delegatedScopes": ["Contacts.ReadWrite", "Calendars.ReadWrite", "User.Read", "openid", "profile",
                "offline_access"],
            "groupMembershipClaims": "DirectoryRole"});
        self.control(Method::POST, "apps", &app).await;
    }

    pub(crate) async fn join(&self, organization: &OrganizationId, id: &str, address: &str) {
        let user = User {
            id: member(id),
            email: address.to_owned(),
            display_name: id.to_owned(),
            tenant_id: None,
            role: Role::Member,
            updated_at: self.now(),
        };
        self.accounts.put_user(organization, &user).await.expect("written");
    }

    /// The administrator accepts everything that is asked for.
    pub(crate) async fn consent(&self, features: &[Feature]) {
        let started = self.connect.start_consent(&organization(), &tenant(), features, None).await;
        self.go_through_consent(started.expect("started").url).await;
    }

    /// The administrator accepts on this page and on all that follow.
    pub(crate) async fn go_through_consent(&self, mut page: Url) {
        loop {
            let (path, mut query) = self.at_microsoft(page, ADMIN, &[]).await;
            if path.ends_with("/sign-in") {
                let done = Box::pin(self.connect.finish_sign_in(&self.graph, reply_of(query))).await;
                assert!(matches!(done, Ok(SignedIn::Consented(_))), "{done:?}");
                return;
            }
            let reply = ConsentReply {
                state: query.remove("state"),
                tenant: query.remove("tenant"),
                admin_consent: query.remove("admin_consent"),
                error: query.remove("error"),
                error_description: query.remove("error_description"),
            };
            page = self.connect.continue_consent(reply).await.expect("another page");
        }
    }

    /// Somebody signs in to link; what came of it.
    pub(crate) async fn try_link(
        &self,
        id: &str,
        address: &str,
        feature: Feature,
        ticks: &[(&str, &str)],
    ) -> Result<SignedIn, NotConnected> {
        let started = self.connect.start_link(&organization(), &member(id), &tenant(), feature, None).await;
        let (_, query) = self.at_microsoft(started.expect("started").url, address, ticks).await;
        Box::pin(self.connect.finish_sign_in(&self.graph, reply_of(query))).await
    }

    /// The same, where it is refused.
    pub(crate) async fn refused_link(&self, id: &str, address: &str, feature: Feature) -> NotConnected {
        self.try_link(id, address, feature, &[]).await.expect_err("refused")
    }

    pub(crate) async fn link(&self, id: &str, address: &str, feature: Feature) {
        let done = self.try_link(id, address, feature, &[]).await;
        assert!(matches!(done, Ok(SignedIn::Linked(_))), "{done:?}");
    }

    /// Mail was read just now.
    pub(crate) async fn mail_was_read(&self) {
        let link = self.accounts.link(&organization(), &member("u1"), Feature::Mail).await;
        let link = link.expect("an answer").expect("a link");
        self.accounts.note_outcome(&link, LinkStatus::Linked, None).await.expect("noted");
    }

    /// Somebody accepts Microsoft's page: where it leads, and with what.
    async fn at_microsoft(
        &self,
        mut page: Url,
        account: &str,
        ticks: &[(&str, &str)],
    ) -> (String, HashMap<String, String>) {
        page.query_pairs_mut().append_pair("_sim_account", account).append_pair("_sim_answer", "accept");
        page.query_pairs_mut().extend_pairs(ticks);
        let reply = self.http.get(page).send().await.expect("an answer");
        let status = reply.status();
        let location = reply.headers().get("location").map(|to| to.to_str().expect("text").to_owned());
        let location = location.unwrap_or_else(|| panic!("{status} leads nowhere"));
        let location: Url = location.parse().expect("a URL");
        (location.path().to_owned(), location.query_pairs().into_owned().collect())
    }

    pub(crate) fn doctor(&self, days_left: Option<i64>) -> Doctor {
        Doctor::new(&self.connect, self.graph.clone(), days_left)
    }

    /// One check about `u1`, with `u2` outside.
    pub(crate) async fn run(&self, check: Check) -> Finding {
        let chosen = Chosen { user: Some(member("u1")), outside: Some(member("u2")) };
        let doctor = self.doctor(None);
        let found = Box::pin(doctor.run(&organization(), &tenant(), check, &chosen)).await;
        found.expect("a finding")
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.simulator.app().clock.now()
    }

    pub(crate) fn pass(&self, minutes: u32) {
        self.simulator.app().clock.advance(minutes * 60);
    }

    pub(crate) async fn control(&self, method: Method, path: &str, body: &Value) -> Value {
        let url = format!("{}/_sim/{path}", self.simulator.url);
        let response = self.http.request(method, url).json(body).send().await.expect("an answer");
        let (status, text) = (response.status(), response.text().await.unwrap_or_default());
        assert!(status.is_success(), "{path}: {status}: {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// Our enterprise application in the tenant.
    pub(crate) async fn principal(&self, method: Method, body: &Value) -> Value {
        self.control(method, &format!("tenants/{TENANT}/apps/{CLIENT}"), body).await
    }

    pub(crate) async fn mailbox_rules(&self, rules: &Value) {
        self.control(Method::PUT, &format!("tenants/{TENANT}/apps/{CLIENT}/mailbox-rules"), rules).await;
    }

    pub(crate) async fn change_user(&self, change: &Value) {
        self.control(Method::PATCH, &format!("tenants/{TENANT}/users/{USER}"), change).await;
    }

    /// Entra refuses tokens with this number, the user's or the application's.
    pub(crate) async fn refuse_tokens(&self, user: Option<&str>, aadsts: u32) {
        let error = json!({"tenantId": TENANT, "userPrincipalName": user, "endpoint": "token",
            "aadsts": aadsts, "times": 20});
        self.control(Method::POST, "entra/errors", &error).await;
    }

    /// Entra's sign-in page sends the next one back with this number.
    pub(crate) async fn refuse_authorize(&self, aadsts: u32) {
        let error = json!({"tenantId": TENANT, "endpoint": "authorize", "aadsts": aadsts});
        self.control(Method::POST, "entra/errors", &error).await;
    }

    pub(crate) async fn token_calls(&self) -> Value {
        self.control(Method::GET, "entra/stats", &json!({})).await["tokenCalls"].clone()
    }
}

fn reply_of(mut query: HashMap<String, String>) -> SignInReply {
    SignInReply {
        state: query.remove("state"),
        code: query.remove("code"),
        error: query.remove("error"),
        error_description: query.remove("error_description"),
    }
}

fn secrets() -> AppSecrets {
    serde_json::from_value(json!({
        "sealing_key": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "state_key": "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=",
        "operator_key": "o",
    }))
    .expect("secrets")
}
