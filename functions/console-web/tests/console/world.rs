//! Two organizations with a tenant each, and browsers in front of their console.

use std::collections::BTreeMap;
use std::sync::Arc;

use accounts::{
    Accounts, AccountsSettings, AppSecrets, AuditEntry, Connect, ConsentReply, Event, PortalPage, Role,
    SignInReply, SiteSettings, User,
};
use aws::Aws;
use axum::{Router, body::Body};
use cards::{Cards, CardsSettings};
use console_web::{Site, Surroundings};
use graph::entra::{Credential, Credentials, Entra};
use graph::{EntraSettings, Graph, GraphSettings, RetryPolicy};
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use jiff::Timestamp;
use pages::Branding;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use simulator::{App, Simulator, SimulatorOptions};
use tower::ServiceExt;
use types::{Clock, Feature, OrganizationId, TenantId, UserId};
use url::Url;
use xtask::{project, queues::Queues, tables::Tables};

const CLIENT: &str = "5e77e000-0000-4000-8000-00000000c11e";
pub(crate) const TENANT: &str = "5e77e000-0000-4000-8000-000000000001";
pub(crate) const OTHER_TENANT: &str = "5e77e000-0000-4000-8000-000000000002";
/// Global administrators of the two tenants, and admins of the two organizations.
pub(crate) const ADMIN: &str = "admin@contoso.example";
pub(crate) const OTHER_ADMIN: &str = "admin@fabrikam.example";
/// A member of the first organization, `u1`.
pub(crate) const MEMBER: &str = "hanako@contoso.example";
pub(crate) const ORIGIN: &str = "https://app.example";

struct SimulatedClock(Arc<App>);

impl Clock for SimulatedClock {
    fn now(&self) -> Timestamp {
        self.0.clock.now()
    }
}

pub(crate) struct World {
    pub(crate) simulator: Simulator,
    _tables: Tables,
    pub(crate) queues: Queues,
    pub(crate) accounts: Accounts,
    pub(crate) connect: Connect,
    pub(crate) graph: Graph,
    router: Router,
    /// The organization that is looked at, and another.
    pub(crate) organization: OrganizationId,
    pub(crate) other: OrganizationId,
}

impl World {
    /// Both organizations with an admin, `admin`, and a member, `u1`; no tenant is registered.
    pub(crate) async fn new() -> Box<Self> {
        Box::pin(Self::start()).await
    }

    async fn start() -> Box<Self> {
        let simulator = Simulator::start(SimulatorOptions::default()).await.expect("a simulator");
        let tables = Tables::start(&project::root().join("infra/template.yaml")).await.expect("tables");
        let queues = Queues::beside(tables.url().as_str()).await;
        let clock: Arc<dyn Clock> = Arc::new(SimulatedClock(Arc::clone(simulator.app())));
        let aws = Aws::at(&queues.url);
        let accounts =
            Accounts::new(aws.clone(), &AccountsSettings { table: "AccountsTable".into() }, clock.clone());
        let cards = Cards::new(aws.clone(), &CardsSettings { table: "CardsTable".into() }, clock.clone());
        let (entra, graph) = microsoft(&simulator.url, &clock);
        let site = SiteSettings { public_url: ORIGIN.parse().expect("a URL") };
        let connect = Connect::new(accounts.clone(), entra.clone(), &secrets(), &site).expect("flows");
        let surroundings = Surroundings {
            accounts: accounts.clone(),
            cards,
            pushes: aws.queue(queues.url_of("pushes")),
            subscribe: aws.queue(queues.url_of("subscribe")),
            entra,
            graph: graph.clone(),
            secrets: secrets(),
            site,
            branding: Branding::default(),
            client_id: CLIENT.to_owned(),
            addresses: vec!["203.0.113.7".to_owned()],
            clock,
            aws,
        };
        let router = console_web::router(Site::new(surroundings).expect("a site"));
        let organization = accounts.create_organization("株式会社青空".to_owned(), None).await;
        let other = accounts.create_organization("Fabrikam".to_owned(), None).await;
        let (organization, other) = (organization.expect("created").id, other.expect("created").id);
        let world = Box::new(Self {
            simulator,
            _tables: tables,
            queues,
            accounts,
            connect,
            graph,
            router,
            organization,
            other,
        });
        world.furnish().await;
        world
    }

    async fn furnish(&self) {
        let redirects = ["/connect/consent", "/connect/sign-in", "/console/signed-in"];
        let app = json!({"clientId": CLIENT, "displayName": "Setten", "secrets": [{"value": "secret"}],
            "redirectUris": redirects.map(|path| format!("{ORIGIN}{path}")),
            "applicationRoles": ["Mail.Read", "User.Read.All"], "groupMembershipClaims": "DirectoryRole",
            "delegatedScopes": ["openid", "profile", "offline_access", "User.Read", "Contacts.ReadWrite",
                "Calendars.ReadWrite"]});
        self.control("apps", &app).await;
        for (tenant, domain) in [(TENANT, "contoso.example"), (OTHER_TENANT, "fabrikam.example")] {
            let body = json!({"tenantId": tenant, "domain": domain, "displayName": domain});
            self.control("tenants", &body).await;
        }
        let hanako = json!({"userPrincipalName": MEMBER, "displayName": "佐藤 花子",
            "proxyAddresses": ["smtp:h.sato@contoso.example"]});
        self.control(&format!("tenants/{TENANT}/users"), &hanako).await;
        for (organization, admin) in [(&self.organization, ADMIN), (&self.other, OTHER_ADMIN)] {
            self.put_user(organization, "admin", admin, Role::Admin).await;
        }
        self.put_user(&self.organization, "u1", MEMBER, Role::Member).await;
        self.put_user(&self.other, "u1", "taro@fabrikam.example", Role::Member).await;
    }

    pub(crate) async fn put_user(&self, organization: &OrganizationId, id: &str, email: &str, role: Role) {
        let user = User {
            id: user(id),
            email: email.to_owned(),
            display_name: format!("名前 {id}"),
            tenant_id: None,
            role,
            updated_at: self.simulator.app().clock.now(),
        };
        self.accounts.put_user(organization, &user).await.expect("written");
    }

    pub(crate) async fn control(&self, path: &str, body: &Value) {
        let url = format!("{}/_sim/{path}", self.simulator.url);
        let response = graph::http_client().post(url).json(body).send().await.expect("an answer");
        let status = response.status();
        assert!(status.is_success(), "{path}: {status}: {}", response.text().await.unwrap_or_default());
    }

    pub(crate) fn pass(&self, minutes: u32) {
        self.simulator.app().clock.advance(minutes * 60);
    }

    /// A browser where nobody is signed in.
    pub(crate) fn browser(&self) -> Browser {
        Browser { router: self.router.clone(), jar: BTreeMap::new(), headers: HeaderMap::new() }
    }

    /// The path of a fresh portal link.
    pub(crate) async fn portal_link(
        &self,
        organization: &OrganizationId,
        id: &str,
        page: PortalPage,
    ) -> String {
        let link = self.accounts.make_portal_link(organization, &user(id), page).await.expect("a link");
        format!("/console/enter?key={}", link.key.expose_secret())
    }

    /// A browser that came in by a portal link.
    pub(crate) async fn signed_in(&self, organization: &OrganizationId, id: &str) -> Browser {
        let link = self.portal_link(organization, id, PortalPage::Me).await;
        let mut browser = self.browser();
        let answer = browser.get(&link).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/me"));
        browser
    }

    pub(crate) async fn admin(&self) -> Browser {
        self.signed_in(&self.organization, "admin").await
    }

    pub(crate) async fn member(&self) -> Browser {
        self.signed_in(&self.organization, "u1").await
    }

    /// Registers a tenant and has its administrator consent to features.
    pub(crate) async fn consent(&self, organization: &OrganizationId, tenant: &str, features: &[Feature]) {
        let tenant: TenantId = tenant.parse().expect("an id");
        self.accounts.register_tenant(organization, &tenant).await.expect("registered");
        let started =
            self.connect.start_consent(organization, &tenant, features, None).await.expect("a flow");
        let account = if tenant.as_str() == TENANT { ADMIN } else { OTHER_ADMIN };
        self.finish(started.url, account).await;
        let granted = self.accounts.tenant(organization, &tenant).await.expect("a tenant");
        for feature in features {
            assert!(
                granted.grant(*feature).is_some(),
                "{feature:?} is not granted: {:?}",
                self.events().await
            );
        }
    }

    /// The user signs in and is linked.
    pub(crate) async fn link(&self, id: &str, account: &str, feature: Feature) {
        let tenant: TenantId = TENANT.parse().expect("an id");
        let started = self.connect.start_link(&self.organization, &user(id), &tenant, feature, None).await;
        self.finish(started.expect("a flow").url, account).await;
    }

    /// Goes through Microsoft's pages as that account, and takes what comes back until nothing more is asked.
    pub(crate) async fn finish(&self, url: Url, account: &str) {
        let mut page = url;
        loop {
            let back = self.at_microsoft(page, account).await;
            let query: BTreeMap<String, String> = back.query_pairs().into_owned().collect();
            let of = |name: &str| query.get(name).cloned();
            if back.path().ends_with("/consent") {
                let reply = ConsentReply {
                    state: of("state"),
                    tenant: of("tenant"),
                    admin_consent: of("admin_consent"),
                    error: of("error"),
                    error_description: of("error_description"),
                };
                page = self.connect.continue_consent(reply).await.expect("goes on");
            } else {
                let reply = sign_in_reply(&back);
                self.connect.finish_sign_in(&self.graph, reply).await.expect("done");
                return;
            }
        }
    }

    /// Where Microsoft sends this account back to.
    pub(crate) async fn at_microsoft(&self, mut page: Url, account: &str) -> Url {
        page.query_pairs_mut().append_pair("_sim_account", account).append_pair("_sim_answer", "accept");
        let reply = graph::http_client().get(page).send().await.expect("an answer");
        assert!(reply.status().is_redirection(), "{}", reply.status());
        reply.headers()["location"].to_str().expect("an address").parse().expect("an address")
    }

    /// The log of the first organization, oldest first.
    pub(crate) async fn events(&self) -> Vec<Event> {
        let (entries, _) = self.accounts.audit(&self.organization, 100, None).await.expect("a log");
        entries.into_iter().rev().map(|AuditEntry { event, .. }| event).collect()
    }
}

/// A browser: it keeps cookies.
pub(crate) struct Browser {
    router: Router,
    pub(crate) jar: BTreeMap<String, String>,
    /// Sent with every request.
    pub(crate) headers: HeaderMap,
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn location(&self) -> &str {
        self.headers.get(header::LOCATION).and_then(|location| location.to_str().ok()).unwrap_or_default()
    }
}

impl Browser {
    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, Body::empty()).await
    }

    /// Posts fields as they are, without a token.
    pub(crate) async fn post_bare(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send(Method::POST, path, Body::from(form)).await
    }

    /// Posts a form of ours, with this session's token.
    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let csrf = self.csrf().await;
        self.post_bare(path, &[fields, &[("csrf", csrf.as_str())]].concat()).await
    }

    /// The token that the member's page carries.
    pub(crate) async fn csrf(&mut self) -> String {
        let page = self.get("/me").await;
        let (_, rest) = page.text.split_once("name=\"csrf\" value=\"").expect("a form with a token");
        rest.split('"').next().expect("a value").to_owned()
    }

    /// Where a form or a link leads at Microsoft, by way of our own page.
    pub(crate) async fn leaves(&mut self, answer: &Answer) -> Url {
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        let page = self.get(answer.location()).await;
        let refresh = page.headers.get("refresh").expect("leads on").to_str().expect("text");
        refresh.strip_prefix("0;url=").expect("an address").parse().expect("an address")
    }

    pub(crate) async fn send(&mut self, method: Method, path: &str, body: Body) -> Answer {
        let cookies: Vec<String> = self.jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = Request::builder().method(method).uri(path).body(body).expect("a request");
        request.headers_mut().extend(self.headers.clone());
        request.headers_mut().insert(header::COOKIE, cookies.join("; ").parse().expect("a header"));
        let form = "application/x-www-form-urlencoded".parse().expect("a header");
        request.headers_mut().insert(header::CONTENT_TYPE, form);
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        for line in response.headers().get_all(header::SET_COOKIE) {
            let line = line.to_str().expect("text");
            let (name, value) = line.split(';').next().expect("a pair").split_once('=').expect("a pair");
            if line.contains("Max-Age=0") {
                self.jar.remove(name);
            } else {
                self.jar.insert(name.to_owned(), value.to_owned());
            }
        }
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("a body").to_bytes();
        let text = String::from_utf8(body.to_vec()).expect("text");
        Answer { status: parts.status, headers: parts.headers, text }
    }
}

pub(crate) fn user(id: &str) -> UserId {
    id.parse().expect("an id")
}

/// What the address says that Microsoft sends a sign-in back to.
fn sign_in_reply(back: &Url) -> SignInReply {
    let query: BTreeMap<String, String> = back.query_pairs().into_owned().collect();
    let of = |name: &str| query.get(name).cloned();
    SignInReply {
        state: of("state"),
        code: of("code"),
        error: of("error"),
        error_description: of("error_description"),
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

fn microsoft(url: &str, clock: &Arc<dyn Clock>) -> (Entra, Graph) {
    let http = graph::http_client();
    let settings = EntraSettings { client_id: CLIENT.to_owned(), login_url: url.parse().expect("a URL") };
    let credentials = Credentials::fixed(vec![Credential::secret("secret".to_owned())], clock.clone());
    let entra = Entra::new(http.clone(), settings, credentials);
    let root: Url = url.parse().expect("a URL");
    let graph_url = root.join("v1.0").expect("a URL");
    let once = RetryPolicy { attempts: 1, ..RetryPolicy::default() };
    (entra, Graph::new(http, GraphSettings { graph_url }).with_policy(once))
}
