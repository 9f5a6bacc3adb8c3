//! Two organizations with a tenant each, and browsers in front of their console.

use std::collections::BTreeMap;

use accounts::{Accounts, AuditEntry, Connect, Event, PortalPage, Role, User};
use axum::{Router, body::Body};
use cards::{Cards, CardsSettings};
use console_web::{Site, Surroundings};
use graph::Graph;
use http::{HeaderMap, Method, Request, StatusCode, header};
use pages::Branding;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
pub(crate) use surroundings::{ADMIN, HANAKO as MEMBER, Reply as Answer, SITE as ORIGIN, TENANT};
use surroundings::{CLIENT, LocalAws, Microsoft, clients, cookie_line, keep_cookies, secrets, site};
use types::{Feature, OrganizationId, TenantId, UserId};
use url::Url;

pub(crate) const OTHER_TENANT: &str = "5e77e000-0000-4000-8000-000000000002";
/// Global administrator of the other tenant, and admin of the other organization, as [`ADMIN`] is of the first.
pub(crate) const OTHER_ADMIN: &str = "admin@fabrikam.example";

pub(crate) struct World {
    pub(crate) simulator: Microsoft,
    pub(crate) queues: LocalAws,
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
        let (simulator, queues) = (Microsoft::with_tenant().await, LocalAws::start().await);
        let (clock, aws) = (simulator.clock(), queues.client());
        let accounts = surroundings::accounts(&aws, &clock);
        let cards = Cards::new(aws.clone(), &CardsSettings { table: "CardsTable".into() }, clock.clone());
        let (entra, graph) = clients(&simulator.url, &clock);
        let site = site();
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
        let world =
            Box::new(Self { simulator, queues, accounts, connect, graph, router, organization, other });
        world.furnish().await;
        world
    }

    async fn furnish(&self) {
        self.simulator.tenant(OTHER_TENANT, "fabrikam.example").await;
        let hanako = json!({"userPrincipalName": MEMBER, "displayName": "佐藤 花子",
            "proxyAddresses": ["smtp:h.sato@contoso.example"]});
        self.simulator.account(&hanako).await;
        for (organization, admin) in [(&self.organization, ADMIN), (&self.other, OTHER_ADMIN)] {
            self.put_user(organization, "admin", admin, Role::Admin).await;
        }
        self.put_user(&self.organization, "u1", MEMBER, Role::Member).await;
        self.put_user(&self.other, "u1", "taro@fabrikam.example", Role::Member).await;
    }

    pub(crate) async fn put_user(&self, organization: &OrganizationId, id: &str, email: &str, role: Role) {
        let name = format!("名前 {id}");
        let user = surroundings::member(&user(id), email, &name, self.simulator.now());
        let user = User { role, ..user };
        self.accounts.put_user(organization, &user).await.expect("written");
    }

    pub(crate) async fn control(&self, path: &str, body: &Value) {
        self.simulator.post(path, body).await;
    }

    pub(crate) fn pass(&self, minutes: u32) {
        self.simulator.pass(minutes * 60);
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
        let link = self.accounts.make_portal_link(organization, &user(id), page, None).await.expect("a link");
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
        let done = surroundings::finish(&self.simulator, &self.connect, &self.graph, url, account).await;
        done.expect("done");
    }

    /// Where Microsoft sends this account back to.
    pub(crate) async fn at_microsoft(&self, page: Url, account: &str) -> Url {
        self.simulator.accept(page, account, &[]).await
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
        let mut request = Request::builder().method(method).uri(path).body(body).expect("a request");
        request.headers_mut().extend(self.headers.clone());
        request.headers_mut().insert(header::COOKIE, cookie_line(&self.jar).parse().expect("a header"));
        let form = "application/x-www-form-urlencoded".parse().expect("a header");
        request.headers_mut().insert(header::CONTENT_TYPE, form);
        let answer = Answer::of(&self.router, request).await;
        keep_cookies(&mut self.jar, &answer.headers);
        answer
    }
}

pub(crate) fn user(id: &str) -> UserId {
    id.parse().expect("an id")
}
