//! The site of `/connect` on a port of its own, between the template's tables, a queue in memory and the
//! simulator; and a browser that goes through Microsoft's pages.

use std::collections::BTreeMap;

use accounts::{
    Accounts, AuditEntry, CONSENT_COOKIE, Connect, Event, Link, SiteSettings, StartedConsent, Tenant, Tokens,
};
use connect_web::Site;
use pages::Branding;
use reqwest::{Method, Url, header};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
pub(crate) use surroundings::{ADMIN, CLIENT, HANAKO, TENANT, organization, tenant};
use surroundings::{LocalAws, Microsoft, cookie_line, keep_cookies, once, secrets};
use tokio::net::TcpListener;
use types::{Feature, OrganizationId, TenantId, UserId};

pub(crate) const OTHER_TENANT: &str = "5e77e000-0000-4000-8000-000000000002";

/// The name of the organization of [`World::new`].
pub(crate) const NAME: &str = "株式会社青空";

pub(crate) struct World {
    pub(crate) simulator: Microsoft,
    pub(crate) queues: LocalAws,
    pub(crate) accounts: Accounts,
    pub(crate) connect: Connect,
    pub(crate) tokens: Tokens,
    pub(crate) site: Url,
    http: reqwest::Client,
}

/// What a browser shows in the end, and which of Microsoft's pages it saw on the way.
#[derive(Debug)]
pub(crate) struct Shown {
    pub(crate) status: u16,
    pub(crate) text: String,
    pub(crate) microsoft: Vec<Url>,
    /// The callbacks that Microsoft sent the browser to.
    pub(crate) callbacks: Vec<Url>,
}

impl Shown {
    pub(crate) fn heading(&self) -> &str {
        self.between("<h1>", "</h1>")
    }

    /// The value of the hidden field of the form.
    pub(crate) fn state(&self) -> &str {
        self.between("name=\"state\" value=\"", "\"")
    }

    pub(crate) fn between(&self, start: &str, end: &str) -> &str {
        let rest = self.text.split_once(start).unwrap_or_else(|| panic!("no {start} in {}", self.text)).1;
        rest.split_once(end).expect("an end").0
    }

    /// Which of Entra's pages were shown, by their last segment and the names of their scopes.
    pub(crate) fn asked(&self) -> Vec<(&str, String)> {
        let page = |url: &Url| {
            let scopes = parameter(url, "scope").expect("scopes").replace("https://graph.microsoft.com/", "");
            let of_the_feature = |scope: &&str| scope.starts_with(|c: char| c.is_uppercase() || c == '.');
            scopes
                .split(' ')
                .filter(of_the_feature)
                .filter(|scope| *scope != "User.Read")
                .collect::<Vec<_>>()
                .join(" ")
        };
        self.microsoft.iter().map(|url| (url.path().rsplit('/').next().expect("a path"), page(url))).collect()
    }
}

pub(crate) fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(found, _)| found == name).map(|(_, value)| value.into_owned())
}

pub(crate) fn hanako() -> UserId {
    "u1".parse().expect("an id")
}

impl World {
    /// A registered tenant that consented to nothing, and the user `u1`, known as [`HANAKO`].
    pub(crate) async fn new() -> Box<Self> {
        let listed =
            ["openid", "profile", "offline_access", "User.Read", "Contacts.ReadWrite", "Calendars.ReadWrite"];
        Box::pin(Self::with_registration(&listed)).await
    }

    /// The same, but the app registration lists these delegated permissions.
    pub(crate) async fn with_registration(delegated: &[&str]) -> Box<Self> {
        let (simulator, queues) = (Microsoft::empty().await, LocalAws::start().await);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let site: Url =
            format!("http://{}", listener.local_addr().expect("an address")).parse().expect("a URL");
        let (clock, aws) = (simulator.clock(), queues.client());
        let accounts = surroundings::accounts(&aws, &clock);
        let (entra, graph) = surroundings::clients(&simulator.url, &clock);
        let entra = entra.with_policy(once());
        let public = SiteSettings { public_url: site.clone() };
        let connect = Connect::new(accounts.clone(), entra.clone(), &secrets(), &public).expect("flows");
        let tokens = Tokens::new(accounts.clone(), entra, &secrets()).expect("tokens");
        let pushes = aws.queue(queues.url_of("cards"));
        let web = Site::new(
            accounts.clone(),
            connect.clone(),
            graph,
            pushes,
            Branding::default(),
            CLIENT.to_owned(),
        );
        tokio::spawn(async move { axum::serve(listener, connect_web::router(web)).await });
        let http = graph::http_client();
        let world = Box::new(Self { simulator, queues, accounts, connect, tokens, site, http });
        world.furnish(delegated).await;
        world
    }

    async fn furnish(&self, delegated: &[&str]) {
        let redirects = ["connect/consent", "connect/sign-in"].map(|path| format!("{}{path}", self.site));
        let ours = json!({"redirectUris": redirects, "delegatedScopes": delegated});
        self.simulator.register(&ours).await;
        self.simulator.tenant(TENANT, "contoso.example").await;
        self.simulator.tenant(OTHER_TENANT, "fabrikam.example").await;
        self.simulator.user(HANAKO, "佐藤 花子").await;
        self.organization(&organization(), NAME).await;
        self.user_known_as(HANAKO).await;
    }

    /// Makes an organization of this name, which has registered the tenant.
    pub(crate) async fn organization(&self, id: &OrganizationId, name: &str) {
        surroundings::found(&self.queues.client(), id, name).await;
        self.accounts.register_tenant(id, &tenant()).await.expect("registered");
    }

    /// Makes an account in the tenant.
    pub(crate) async fn account(&self, user: &Value) {
        self.simulator.account(user).await;
    }

    /// Writes the user `u1` with this address.
    pub(crate) async fn user_known_as(&self, email: &str) {
        let user = surroundings::member(&hanako(), email, "佐藤 花子", self.simulator.now());
        self.accounts.put_user(&organization(), &user).await.expect("written");
    }

    pub(crate) fn pass(&self, seconds: u32) {
        self.simulator.pass(seconds);
    }

    pub(crate) async fn control(&self, method: Method, path: &str, body: &Value) {
        self.simulator.control(method, path, body).await;
    }

    /// Starts consent.
    pub(crate) async fn start(
        &self,
        organization: &OrganizationId,
        tenant: &TenantId,
        features: &[Feature],
    ) -> StartedConsent {
        self.connect.start_consent(organization, tenant, features, None).await.expect("started")
    }

    /// An admin of the organization starts consent in front of the console and goes through it as this account,
    /// which answers each consent page in turn.
    pub(crate) async fn consent(&self, features: &[Feature], account: &str, answers: &[&str]) -> Shown {
        let started = self.start(&organization(), &tenant(), features).await;
        self.browse_where_it_began(&started, account, answers).await
    }

    /// Goes through a consent in the browser in which it began.
    pub(crate) async fn browse_where_it_began(
        &self,
        started: &StartedConsent,
        account: &str,
        answers: &[&str],
    ) -> Shown {
        let browser = started.browser.expose_secret().to_owned();
        let cookies = BTreeMap::from([(CONSENT_COOKIE.to_owned(), browser)]);
        self.browse_with(cookies, &started.url, account, answers).await
    }

    /// The tenant has consented to contacts and calendars.
    pub(crate) async fn consented(&self) {
        let shown = self.consent(&[Feature::Contacts, Feature::Calendar], ADMIN, &["accept"]).await;
        assert_eq!(shown.status, 200, "{}", shown.text);
    }

    /// Starts a link of the user `u1` and signs in with this account.
    pub(crate) async fn link(&self, feature: Feature, account: &str) -> Shown {
        let started = self.connect.start_link(&organization(), &hanako(), &tenant(), feature, None).await;
        self.browse(&started.expect("started").url, account, &[]).await
    }

    /// Opens a page and goes where it leads, in a browser that has not been here.
    pub(crate) async fn browse(&self, start: &Url, account: &str, answers: &[&str]) -> Shown {
        self.browse_with(BTreeMap::new(), start, account, answers).await
    }

    async fn browse_with(
        &self,
        mut cookies: BTreeMap<String, String>,
        start: &Url,
        account: &str,
        answers: &[&str],
    ) -> Shown {
        let mut answers = answers.iter();
        let (mut microsoft, mut callbacks) = (Vec::new(), Vec::new());
        let mut url = start.clone();
        for _ in 0..20 {
            let mut opened = url.clone();
            if url.as_str().starts_with(&self.simulator.url) {
                let answer = if url.path().ends_with("/adminconsent") {
                    answers.next().expect("an answer")
                } else {
                    "accept"
                };
                opened
                    .query_pairs_mut()
                    .append_pair("_sim_account", account)
                    .append_pair("_sim_answer", answer);
                microsoft.push(url.clone());
            } else if url.query().is_some() {
                callbacks.push(url.clone());
            }
            let request = self.http.get(opened).header(header::ACCEPT_LANGUAGE, "en");
            let request = request.header(header::COOKIE, cookie_line(&cookies));
            let reply = request.send().await.expect("an answer");
            keep_cookies(&mut cookies, reply.headers());
            match reply.headers().get(header::LOCATION) {
                Some(location) => url = url.join(location.to_str().expect("text")).expect("an address"),
                None => {
                    let (status, text) = (reply.status().as_u16(), reply.text().await.expect("text"));
                    return Shown { status, text, microsoft, callbacks };
                }
            }
        }
        panic!("sent from page to page: {url}");
    }

    /// Opens one page of ours.
    pub(crate) async fn open(&self, url: &Url) -> Shown {
        self.browse(url, "", &[]).await
    }

    /// Sends the form of the question.
    pub(crate) async fn answer(&self, state: &str, answer: &str) -> Shown {
        let url = self.site.join("connect/confirm").expect("an address");
        let request = self.http.post(url).form(&[("state", state), ("answer", answer)]);
        let reply = request.header(header::ACCEPT_LANGUAGE, "en").send().await.expect("an answer");
        let (mut cookies, status) = (BTreeMap::new(), reply.status().as_u16());
        keep_cookies(&mut cookies, reply.headers());
        if status != 303 {
            let text = reply.text().await.expect("text");
            return Shown { status, text, microsoft: Vec::new(), callbacks: Vec::new() };
        }
        let result = self.http.get(self.site.join("connect/result").expect("an address"));
        let result =
            result.header(header::COOKIE, cookie_line(&cookies)).header(header::ACCEPT_LANGUAGE, "en");
        let reply = result.send().await.expect("an answer");
        let (status, text) = (reply.status().as_u16(), reply.text().await.expect("text"));
        Shown { status, text, microsoft: Vec::new(), callbacks: Vec::new() }
    }

    pub(crate) async fn tenant(&self) -> Tenant {
        self.accounts.tenant(&organization(), &tenant()).await.expect("a tenant")
    }

    /// What stands granted.
    pub(crate) async fn granted(&self) -> Vec<Feature> {
        let tenant = self.tenant().await;
        Feature::ALL.into_iter().filter(|&feature| tenant.grant(feature).is_some()).collect()
    }

    pub(crate) async fn link_of(&self, feature: Feature) -> Option<Link> {
        self.accounts.link(&organization(), &hanako(), feature).await.expect("an answer")
    }

    /// The log, oldest first.
    pub(crate) async fn events(&self) -> Vec<Event> {
        let (entries, _) = self.accounts.audit(&organization(), 100, None).await.expect("a log");
        entries.into_iter().rev().map(|AuditEntry { event, .. }| event).collect()
    }
}
