//! A keeper between the template's tables, the simulator and a webhook that answers handshakes.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use accounts::{Accounts, AccountsSettings, AppSecrets, AppTokens, Link, SiteSettings};
use accounts::{Role, User};
use aws::{Aws, Key};
use axum::{Router, extract::Query, routing::post};
use graph::entra::{Credential, Credentials, Entra};
use graph::{EntraSettings, Graph, GraphSettings, RetryPolicy};
use jiff::Timestamp;
use serde_json::{Value, json};
use simulator::{App, Simulator, SimulatorOptions};
use subscriptions::{
    Keeper, Kept, SubscribeJob, Subscriptions, SubscriptionsError, SubscriptionsSettings, Task,
};
use types::{Clock, Feature, OrganizationId, TenantId, UserId};
use xtask::gate::{Faults, Gate, GateOptions};
use xtask::{project, tables::Tables};

const CLIENT: &str = "5e77e000-0000-4000-8000-00000000c11e";
const TENANT: &str = "5e77e000-0000-4000-8000-000000000001";
const ADMIN: &str = "admin@contoso.example";
pub(crate) const USER: &str = "hanako@contoso.example";

/// The functions' time is the simulator's.
struct SimulatedClock(Arc<App>);

impl Clock for SimulatedClock {
    fn now(&self) -> Timestamp {
        self.0.clock.now()
    }
}

pub(crate) struct World {
    pub(crate) simulator: Simulator,
    _tables: Tables,
    _gates: [Gate; 2],
    /// Between the keeper and everything that it calls.
    pub(crate) faults: Faults,
    /// How long the webhook takes to answer a handshake, in milliseconds.
    pub(crate) handshake_ms: Arc<AtomicU64>,
    aws: Aws,
    pub(crate) accounts: Accounts,
    pub(crate) subscriptions: Subscriptions,
    pub(crate) keeper: Keeper,
    pub(crate) tenant: TenantId,
}

pub(crate) fn organization() -> OrganizationId {
    "o1".parse().expect("an id")
}

pub(crate) fn user() -> UserId {
    "u1".parse().expect("an id")
}

pub(crate) fn job(task: Task) -> SubscribeJob {
    SubscribeJob { organization_id: organization(), user_id: user(), feature: Feature::Mail, task }
}

impl World {
    /// A tenant that consented, with a user who is linked for mail.
    pub(crate) async fn linked() -> Self {
        let world = Self::new().await;
        world.link().await;
        world
    }

    /// A tenant that consented, with a user who is not linked.
    pub(crate) async fn new() -> Self {
        Box::pin(Self::start()).await
    }

    async fn start() -> Self {
        let simulator = Simulator::start(SimulatorOptions::default()).await.expect("a simulator");
        set_up_microsoft(&simulator).await;
        let tables = Tables::start(&project::root().join("infra/template.yaml")).await.expect("tables");
        let faults = Faults::default();
        let gates = [gate(tables.url().as_str(), &faults).await, gate(&simulator.url, &faults).await];
        let clock: Arc<dyn Clock> = Arc::new(SimulatedClock(Arc::clone(simulator.app())));
        let aws = Aws::at(tables.url().as_str());
        let accounts = accounts(&aws, &clock);
        let subscriptions = subscriptions(&aws, &clock);
        let handshake_ms = Arc::default();
        let webhook = webhook(Arc::clone(&handshake_ms)).await;
        let keeper = keeper(&gates, &webhook, clock);
        let tenant = TENANT.parse().expect("a tenant id");
        let world = Self {
            simulator,
            _tables: tables,
            _gates: gates,
            faults,
            handshake_ms,
            aws,
            accounts,
            subscriptions,
            keeper,
            tenant,
        };
        world.accounts.register_tenant(&organization(), &world.tenant).await.expect("registered");
        world.grant(None).await;
        world.put_user(USER).await;
        world
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.simulator.app().clock.now()
    }

    pub(crate) fn pass(&self, minutes: u32) {
        self.simulator.app().clock.advance(minutes * 60);
    }

    /// The grant as the consent's callback writes it.
    async fn grant(&self, revoked_at: Option<Timestamp>) {
        let mut grant = json!({"granted_at": "2026-01-01T00:00:00Z", "granted_by": ADMIN,
            "scopes": ["Mail.Read", "User.Read.All"]});
        if let Some(revoked_at) = revoked_at {
            grant["revoked_at"] = json!(revoked_at);
        }
        let key = Key::new("ORGANIZATION#o1", format!("TENANT#{TENANT}"));
        let update = self.aws.table("AccountsTable").update(key);
        let update = update.set("grants", json!({"mail": grant})).expect("an item");
        self.aws.write(update).await.expect("written");
    }

    pub(crate) async fn put_user(&self, email: &str) {
        let user = User {
            id: user(),
            email: email.to_owned(),
            display_name: "佐藤 花子".to_owned(),
            tenant_id: None,
            role: Role::Member,
            updated_at: self.now(),
        };
        self.accounts.put_user(&organization(), &user).await.expect("written");
    }

    pub(crate) async fn link(&self) -> Link {
        let (organization, user) = (organization(), user());
        self.accounts.link_by_admin(&organization, &user, &self.tenant, Feature::Mail).await.expect("linked")
    }

    pub(crate) async fn unlink(&self) {
        self.accounts.unlink(&organization(), &user(), Feature::Mail).await.expect("unlinked");
    }

    /// The link as it stands.
    pub(crate) async fn standing(&self) -> Link {
        let link = self.accounts.link(&organization(), &user(), Feature::Mail).await;
        link.expect("an answer").expect("a link")
    }

    pub(crate) async fn try_work(&self, task: Task, message: &str) -> Result<Kept, SubscriptionsError> {
        let deadline = Instant::now() + Duration::from_secs(60);
        Box::pin(self.keeper.work(&job(task), message, deadline)).await
    }

    /// Works off a job that is delivered once, and whatever reading it asks for is on its way.
    pub(crate) async fn work(&self, task: Task) -> Kept {
        let kept = self.try_work(task, &format!("{task:?}")).await.expect("done");
        if let Kept::Subscribed(catch_up) = &kept {
            self.keeper.caught_up(&job(task), catch_up).await.expect("settled");
        }
        kept
    }

    /// The subscriptions that live at Microsoft.
    pub(crate) async fn live(&self) -> Vec<Value> {
        let found = self.look("subscriptions").await["subscriptions"].take();
        let now = self.now();
        let mut found: Vec<Value> = serde_json::from_value(found).expect("subscriptions");
        found.retain(|one| text(one, "expires").parse::<Timestamp>().expect("a time") > now);
        found
    }

    /// The one subscription that lives at Microsoft, whose notifications our table tells the owner of.
    pub(crate) async fn the_one(&self) -> Value {
        let mut live = self.live().await;
        assert_eq!(live.len(), 1, "{live:#?}");
        let one = live.remove(0);
        let owners = self.subscriptions.owners(&[text(&one, "id"), "another"]).await.expect("owners");
        assert_eq!(owners.len(), 1);
        assert_eq!((&owners[0].organization_id, &owners[0].user_id), (&organization(), &user()));
        assert!(owners[0].is_proved_by(text(&one, "clientState")));
        assert!(!owners[0].is_proved_by("forged"));
        one
    }

    /// How many calls Graph got.
    pub(crate) async fn calls(&self) -> u64 {
        self.look("stats").await["graphHttpCalls"].as_u64().expect("a count")
    }

    /// How often Graph was asked to make a subscription.
    pub(crate) async fn posts(&self) -> usize {
        let url = format!("{}/_sim/traffic", self.simulator.url);
        let lines = graph::http_client().get(url).send().await.expect("an answer").text().await;
        let lines = lines.expect("lines");
        let exchanges = lines.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        exchanges
            .filter(|exchange| exchange["method"] == "POST" && exchange["path"] == "/v1.0/subscriptions")
            .count()
    }

    pub(crate) async fn fault(&self, method: &str, path: &str, action: Value) {
        let fault = json!({"match": {"method": method, "path": path}, "action": action});
        self.control("faults", &fault).await;
    }

    pub(crate) async fn control(&self, path: &str, body: &Value) {
        let url = format!("{}/_sim/{path}", self.simulator.url);
        let response = graph::http_client().post(url).json(body).send().await.expect("an answer");
        let status = response.status();
        assert!(status.is_success(), "{path}: {status}: {}", response.text().await.unwrap_or_default());
    }

    pub(crate) async fn remove_silently(&self, id: &str) {
        let url = format!("{}/_sim/subscriptions/{id}", self.simulator.url);
        let response = graph::http_client().delete(url).send().await.expect("an answer");
        assert!(response.status().is_success());
    }

    async fn look(&self, path: &str) -> Value {
        let url = format!("{}/_sim/{path}", self.simulator.url);
        graph::http_client().get(url).send().await.expect("an answer").json().await.expect("JSON")
    }

    /// Whether the link has a row.
    pub(crate) async fn has_state(&self) -> bool {
        self.has_in_state("pk").await
    }

    /// Whether the link has a row with this attribute.
    pub(crate) async fn has_in_state(&self, attribute: &str) -> bool {
        let table = self.aws.table("SubscriptionsTable");
        let found: Option<HashMap<String, Value>> =
            table.get(Key::new("LINK#o1#u1#mail", "STATE")).await.expect("an answer");
        found.is_some_and(|row| row.contains_key(attribute))
    }

    pub(crate) async fn revoke(&self) {
        self.grant(Some(self.now())).await;
    }
}

pub(crate) fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap_or_else(|| panic!("no {member} in {value}"))
}

fn accounts(aws: &Aws, clock: &Arc<dyn Clock>) -> Accounts {
    Accounts::new(aws.clone(), &AccountsSettings { table: "AccountsTable".into() }, clock.clone())
}

fn subscriptions(aws: &Aws, clock: &Arc<dyn Clock>) -> Subscriptions {
    let table = SubscriptionsSettings { table: "SubscriptionsTable".into() };
    Subscriptions::new(aws.clone(), &table, clock.clone())
}

/// A keeper that reaches AWS through the first gate and Microsoft through the second.
fn keeper([aws, microsoft]: &[Gate; 2], webhook: &str, clock: Arc<dyn Clock>) -> Keeper {
    let aws = Aws::at(aws.url().as_str());
    let secrets: AppSecrets = serde_json::from_value(json!({
        "sealing_key": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "state_key": "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=",
        "operator_key": "o",
    }))
    .expect("secrets");
    let http = graph::http_client();
    let settings = EntraSettings { client_id: CLIENT.to_owned(), login_url: microsoft.url().clone() };
    let credentials = Credentials::fixed(vec![Credential::secret("secret".to_owned())], clock.clone());
    let entra = Entra::new(http.clone(), settings, credentials);
    let accounts = accounts(&aws, &clock);
    let tokens = AppTokens::new(accounts.clone(), entra, &secrets).expect("tokens");
    let graph_url = microsoft.url().join("v1.0").expect("a URL");
    let once = RetryPolicy { attempts: 1, ..RetryPolicy::default() };
    let graph = Graph::new(http, GraphSettings { graph_url }).with_policy(once);
    let signer = secrets.signer("client-state").expect("a signer");
    let site = SiteSettings { public_url: webhook.parse().expect("a URL") };
    let subscriptions = subscriptions(&aws, &clock);
    Keeper::new(subscriptions, accounts, tokens, graph, signer, site, clock)
}

async fn gate(upstream: &str, faults: &Faults) -> Gate {
    let options = GateOptions {
        listen: "127.0.0.1:0".parse().expect("an address"),
        upstream: upstream.parse().expect("a URL"),
        host: None,
        name: upstream.to_owned(),
        tap: None,
    };
    Gate::start(options, faults.clone()).await.expect("a gate")
}

async fn set_up_microsoft(simulator: &Simulator) {
    let http = graph::http_client();
    let post = async |path: &str, body: Value| {
        let reply = http.post(format!("{}/_sim/{path}", simulator.url)).json(&body).send().await;
        assert!(reply.expect("an answer").status().is_success(), "{path}");
    };
    let redirect = "https://app.example/connect/consent";
    post(
        "apps",
        json!({"clientId": CLIENT, "displayName": "Setten", "secrets": [{"value": "secret"}],
        "redirectUris": [redirect], "applicationRoles": ["Mail.Read", "User.Read.All"]}),
    )
    .await;
    post("tenants", json!({"tenantId": TENANT, "domain": "contoso.example", "displayName": "Contoso"})).await;
    let user = json!({"userPrincipalName": USER, "displayName": "佐藤 花子"});
    post(&format!("tenants/{TENANT}/users"), user).await;
    let query = [
        ("client_id", CLIENT),
        ("redirect_uri", redirect),
        ("state", "s"),
        ("scope", "https://graph.microsoft.com/.default"),
        ("_sim_account", ADMIN),
        ("_sim_answer", "accept"),
    ];
    let page = format!("{}/{TENANT}/v2.0/adminconsent", simulator.url);
    let reply = http.get(page).query(&query).send().await.expect("an answer");
    assert!(reply.status().is_redirection(), "{}", reply.status());
}

/// A webhook that answers handshakes and takes everything else.
async fn webhook(takes_ms: Arc<AtomicU64>) -> String {
    let answer = move |Query(query): Query<HashMap<String, String>>| {
        let takes_ms = Arc::clone(&takes_ms);
        async move {
            tokio::time::sleep(Duration::from_millis(takes_ms.load(Ordering::Relaxed))).await;
            query.get("validationToken").cloned().unwrap_or_default()
        }
    };
    let router = Router::new()
        .route("/graph/notifications", post(answer.clone()))
        .route("/graph/lifecycle", post(answer));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}
