//! A doctor between the template's tables and the simulator; people consent and link as they do in a browser.

use accounts::checks::{Check, Chosen, Doctor, Finding};
use accounts::{Accounts, Connect, LinkStatus, NotConnected, SignedIn};
use graph::Graph;
use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};
pub(crate) use surroundings::{ADMIN, CLIENT, HANAKO as USER, TENANT, organization, tenant};
use surroundings::{LocalAws, Microsoft, finish, once, secrets, sign_in_reply};
use types::{Feature, OrganizationId, UserId};
use url::Url;

pub(crate) const OTHER: &str = "jiro@contoso.example";

pub(crate) struct World {
    microsoft: Microsoft,
    local: LocalAws,
    pub(crate) accounts: Accounts,
    connect: Connect,
    graph: Graph,
}

/// The member with the address [`USER`] is `u1`, the one with [`OTHER`] `u2`.
pub(crate) fn member(id: &str) -> UserId {
    id.parse().expect("an id")
}

impl World {
    /// A registered tenant where nobody consented to anything, with two people who are members.
    pub(crate) async fn new() -> Self {
        let microsoft = Microsoft::with_tenant().await;
        let (local, clock) = (LocalAws::start().await, microsoft.clock());
        let accounts = surroundings::accounts(&local.client(), &clock);
        let (entra, graph) = surroundings::clients(&microsoft.url, &clock);
        let (entra, site) = (entra.with_policy(once()), surroundings::site());
        let connect = Connect::new(accounts.clone(), entra, &secrets(), &site).expect("the keys are sound");
        let world = Self { microsoft, local, accounts, connect, graph };
        for (id, address) in [("u1", USER), ("u2", OTHER)] {
            world.microsoft.user(address, id).await;
            world.join(&organization(), id, address).await;
        }
        surroundings::found(&world.local.client(), &organization(), "Aozora").await;
        world.accounts.register_tenant(&organization(), &tenant()).await.expect("registered");
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

    /// Our registration at Microsoft, with this secret.
    pub(crate) async fn register(&self, secret: &str, expires_at: Option<&str>) {
        let secrets = json!([{"value": secret, "expiresAt": expires_at}]);
        self.microsoft.register(&json!({"secrets": secrets})).await;
    }

    pub(crate) async fn join(&self, organization: &OrganizationId, id: &str, address: &str) {
        let user = surroundings::member(&member(id), address, id, self.now());
        self.accounts.put_user(organization, &user).await.expect("written");
    }

    /// The administrator accepts everything that is asked for.
    pub(crate) async fn consent(&self, features: &[Feature]) {
        let started = self.connect.start_consent(&organization(), &tenant(), features, None).await;
        self.go_through_consent(started.expect("started").url).await;
    }

    /// The administrator accepts on this page and on all that follow.
    pub(crate) async fn go_through_consent(&self, page: Url) {
        let done = Box::pin(finish(&self.microsoft, &self.connect, &self.graph, page, ADMIN)).await;
        assert!(matches!(done, Ok(SignedIn::Consented(_))), "{done:?}");
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
        let back = self.microsoft.accept(started.expect("started").url, address, ticks).await;
        Box::pin(self.connect.finish_sign_in(&self.graph, sign_in_reply(&back), None)).await
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
        self.microsoft.now()
    }

    pub(crate) fn pass(&self, minutes: u32) {
        self.microsoft.pass(minutes * 60);
    }

    pub(crate) async fn control(&self, method: Method, path: &str, body: &Value) -> Value {
        self.microsoft.control(method, path, body).await
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
