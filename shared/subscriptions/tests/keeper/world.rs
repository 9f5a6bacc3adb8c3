//! A keeper between the template's tables, the simulator and a webhook that answers handshakes.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use accounts::{Accounts, AppTokens, Link, SiteSettings};
use aws::{Aws, Key};
use axum::{Router, extract::Query, routing::post};
use jiff::Timestamp;
use serde_json::{Value, json};
use subscriptions::{
    Keeper, Kept, SubscribeJob, Subscriptions, SubscriptionsError, SubscriptionsSettings, Task,
};
pub(crate) use surroundings::{HANAKO as USER, organization};
use surroundings::{LocalAws, Microsoft, TENANT, accounts, gate, tenant};
use types::{Clock, Feature, TenantId, UserId};
use xtask::gate::{Faults, Gate};

pub(crate) struct World {
    microsoft: Microsoft,
    _local: LocalAws,
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

pub(crate) fn user() -> UserId {
    "u1".parse().expect("an id")
}

pub(crate) fn job(task: Task) -> SubscribeJob {
    SubscribeJob { organization_id: organization(), user_id: user(), feature: Feature::Mail, task }
}

impl World {
    /// A tenant that consented, with a user who is linked for mail.
    pub(crate) async fn linked() -> Box<Self> {
        let world = Box::new(Self::new().await);
        world.link().await;
        world
    }

    /// A tenant that consented, with a user who is not linked.
    pub(crate) async fn new() -> Self {
        Box::pin(Self::start()).await
    }

    async fn start() -> Self {
        let microsoft = Microsoft::with_tenant().await;
        microsoft.user(USER, "佐藤 花子").await;
        microsoft.consent(Feature::Mail).await;
        let (local, clock, faults) = (LocalAws::start().await, microsoft.clock(), Faults::default());
        let gates = [gate(&local.url, &faults).await, gate(&microsoft.url, &faults).await];
        let aws = local.client();
        let handshake_ms = Arc::default();
        let webhook = webhook(Arc::clone(&handshake_ms)).await;
        let world = Self {
            keeper: keeper(&gates, &webhook, &clock),
            microsoft,
            _local: local,
            _gates: gates,
            faults,
            handshake_ms,
            accounts: accounts(&aws, &clock),
            subscriptions: subscriptions(&aws, &clock),
            aws,
            tenant: tenant(),
        };
        world.accounts.register_tenant(&organization(), &world.tenant).await.expect("registered");
        world.grant(None).await;
        world.put_user(USER).await;
        world
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.microsoft.now()
    }

    pub(crate) fn pass(&self, minutes: u32) {
        self.microsoft.pass(minutes * 60);
    }

    async fn grant(&self, revoked_at: Option<Timestamp>) {
        surroundings::grant_mail(&self.aws, &organization(), TENANT, revoked_at).await;
    }

    pub(crate) async fn put_user(&self, email: &str) {
        let user = surroundings::member(&user(), email, "佐藤 花子", self.now());
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
        let found = self.microsoft.look("subscriptions").await["subscriptions"].take();
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
        self.microsoft.graph_calls().await
    }

    /// How often Graph was asked to make a subscription.
    pub(crate) async fn posts(&self) -> usize {
        let exchanges = self.microsoft.exchanges().await;
        let is_post =
            |exchange: &&Value| exchange["method"] == "POST" && exchange["path"] == "/v1.0/subscriptions";
        exchanges.iter().filter(is_post).count()
    }

    pub(crate) async fn fault(&self, method: &str, path: &str, action: Value) {
        let fault = json!({"match": {"method": method, "path": path}, "action": action});
        self.control("faults", &fault).await;
    }

    pub(crate) async fn control(&self, path: &str, body: &Value) {
        self.microsoft.post(path, body).await;
    }

    pub(crate) async fn remove_silently(&self, id: &str) {
        self.microsoft.control(reqwest::Method::DELETE, &format!("subscriptions/{id}"), &json!({})).await;
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

fn subscriptions(aws: &Aws, clock: &Arc<dyn Clock>) -> Subscriptions {
    let table = SubscriptionsSettings { table: "SubscriptionsTable".into() };
    Subscriptions::new(aws.clone(), &table, clock.clone())
}

/// A keeper that reaches AWS through the first gate and Microsoft through the second.
fn keeper([aws, microsoft]: &[Gate; 2], webhook: &str, clock: &Arc<dyn Clock>) -> Keeper {
    let (aws, secrets) = (Aws::at(aws.url().as_str()), surroundings::secrets());
    let (entra, graph) = surroundings::clients(microsoft.url().as_str(), clock);
    let accounts = accounts(&aws, clock);
    let tokens = AppTokens::new(accounts.clone(), entra, &secrets).expect("tokens");
    let signer = secrets.signer("client-state").expect("a signer");
    let site = SiteSettings { public_url: webhook.parse().expect("a URL") };
    Keeper::new(subscriptions(&aws, clock), accounts, tokens, graph, signer, site, clock.clone())
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
