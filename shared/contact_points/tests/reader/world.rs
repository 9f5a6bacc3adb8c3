//! A reader between the template's tables and the simulator.

use std::sync::Arc;
use std::time::{Duration, Instant};

use accounts::{Account, Accounts, AccountsSettings, AppSecrets, AppTokens, Link, LinkStatus, Role, User};
use aws::{Aws, Key};
use contact_points::{
    Cause, ContactPoint, ContactPoints, ContactPointsError, ContactPointsSettings, Filter, LastRead, ReadJob,
    Reader,
};
use graph::entra::{Credential, Credentials, Entra};
use graph::{EntraSettings, Graph, GraphSettings, RetryPolicy};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use simulator::{App, Simulator, SimulatorOptions};
use types::{Clock, Feature, OrganizationId, TenantId, UserId};
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
    aws: Aws,
    pub(crate) accounts: Accounts,
    pub(crate) points: ContactPoints,
    pub(crate) reader: Reader,
    http: reqwest::Client,
}

pub(crate) fn organization() -> OrganizationId {
    "o1".parse().expect("an id")
}

pub(crate) fn user() -> UserId {
    "u1".parse().expect("an id")
}

impl World {
    /// A tenant that consented, with a user whose mail is read.
    pub(crate) async fn linked() -> Self {
        let simulator = Simulator::start(SimulatorOptions::default()).await.expect("a simulator");
        let object_id = set_up_microsoft(&simulator).await;
        let tables = Tables::start(&project::root().join("infra/template.yaml")).await.expect("tables");
        let clock: Arc<dyn Clock> = Arc::new(SimulatedClock(Arc::clone(simulator.app())));
        let aws = Aws::at(tables.url().as_str());
        let settings = AccountsSettings { table: "AccountsTable".into() };
        let accounts = Accounts::new(aws.clone(), &settings, clock.clone());
        let settings = ContactPointsSettings { table: "ContactPointsTable".into() };
        let points = ContactPoints::new(aws.clone(), &settings);
        let reader = reader(&simulator, &accounts, &points, clock);
        let http = graph::http_client();
        let world = Self { simulator, _tables: tables, aws, accounts, points, reader, http };
        Box::pin(world.link(object_id)).await;
        world
    }

    async fn link(&self, object_id: String) {
        let (organization, user, tenant) =
            (organization(), user(), TENANT.parse::<TenantId>().expect("an id"));
        self.accounts.register_tenant(&organization, &tenant).await.expect("registered");
        // The grant as the consent's callback writes it.
        let grant = json!({"granted_at": "2026-01-01T00:00:00Z", "granted_by": ADMIN,
            "scopes": ["Mail.Read", "User.Read.All"]});
        let key = Key::new("ORGANIZATION#o1", format!("TENANT#{TENANT}"));
        let update = self.aws.table("AccountsTable").update(key);
        self.aws
            .write(update.set("grants", json!({"mail": grant})).expect("an item"))
            .await
            .expect("written");
        let member = User {
            id: user.clone(),
            email: USER.to_owned(),
            display_name: "佐藤 花子".to_owned(),
            tenant_id: None,
            role: Role::Member,
            updated_at: self.now(),
        };
        self.accounts.put_user(&organization, &member).await.expect("written");
        let link = self.accounts.link_by_admin(&organization, &user, &tenant, Feature::Mail).await;
        let account = Account { object_id, name: USER.to_owned() };
        let link = self.accounts.note_account(&link.expect("linked"), account).await.expect("noted");
        self.accounts.note_outcome(&link, LinkStatus::Linked, None).await.expect("noted");
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.simulator.app().clock.now()
    }

    pub(crate) fn pass(&self, minutes: u32) {
        self.simulator.app().clock.advance(minutes * 60);
    }

    /// The link as it stands.
    pub(crate) async fn standing(&self) -> Link {
        let link = self.accounts.link(&organization(), &user(), Feature::Mail).await;
        link.expect("an answer").expect("a link")
    }

    pub(crate) async fn try_read(&self, seen_at: Timestamp, message: &str) -> Result<(), ContactPointsError> {
        let job =
            ReadJob { organization_id: organization(), user_id: user(), seen_at, cause: Cause::Notification };
        self.reader.work(&job, message, Instant::now() + Duration::from_secs(60)).await
    }

    /// Reads what is there now. It was noticed long enough ago that nobody waits for it to settle.
    pub(crate) async fn read(&self) -> LastRead {
        let before = self.last_read().await;
        self.pass(1);
        self.try_read(self.now() - SignedDuration::from_secs(10), "m").await.expect("read");
        let after = self.last_read().await;
        assert_ne!(before.at, after.at, "a read happened");
        after
    }

    pub(crate) async fn last_read(&self) -> LastRead {
        self.points.last_read(&self.standing().await).await.expect("an answer").unwrap_or_default()
    }

    /// All contact points, by pages of `limit`, the oldest first.
    pub(crate) async fn all(&self, filter: &Filter, limit: u32) -> Vec<ContactPoint> {
        let (mut all, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let page = self.points.points(&organization(), filter, limit, cursor.as_deref()).await;
            let (points, next) = page.expect("a page");
            assert!(points.len() <= limit as usize);
            all.extend(points);
            cursor = next;
            if cursor.is_none() {
                all.reverse();
                return all;
            }
        }
    }

    /// Who the contact points are with, the oldest first.
    pub(crate) async fn addresses(&self) -> Vec<String> {
        self.all(&Filter::default(), 100).await.into_iter().map(|point| point.address).collect()
    }

    /// A mail of this number arrives from `from`, or was sent there, in a folder; its id in the mailbox.
    pub(crate) async fn mail(&self, folder: &str, from: &str, to: &str, number: u32) -> String {
        self.mail_with(folder, from, to, number, "").await
    }

    /// The same with more header lines, each with its end.
    pub(crate) async fn mail_with(
        &self,
        folder: &str,
        from: &str,
        to: &str,
        number: u32,
        more: &str,
    ) -> String {
        let raw = format!(
            "From: {from}\r\nTo: {to}\r\nSubject: Number {number}\r\nMessage-ID: <{number}@mx.example>\r\n\
             Date: Sun, 22 Nov 2026 08:00:00 +0000\r\n{more}\r\nHello\r\n"
        );
        let url = format!("{}/_sim/mailboxes/{USER}/messages?folder={folder}", self.simulator.url);
        let request = self.http.post(url).header("content-type", "message/rfc822").body(raw);
        let reply = request.send().await.expect("an answer").error_for_status().expect("taken");
        let shown: Value = reply.json().await.expect("JSON");
        shown["immutableId"].as_str().expect("an id").to_owned()
    }

    pub(crate) async fn move_to(&self, id: &str, folder: &str) {
        self.control(&format!("mailboxes/{USER}/messages/{id}/move?folder={folder}"), &json!({})).await;
    }

    pub(crate) async fn fault(&self, path: &str, action: Value, times: u32) {
        let fault = json!({"match": {"path": path}, "action": action, "times": times});
        self.control("faults", &fault).await;
    }

    pub(crate) async fn control(&self, path: &str, body: &Value) {
        let url = format!("{}/_sim/{path}", self.simulator.url);
        let response = self.http.post(url).json(body).send().await.expect("an answer");
        let status = response.status();
        assert!(status.is_success(), "{path}: {status}: {}", response.text().await.unwrap_or_default());
    }

    /// How many requests a fault met.
    pub(crate) async fn struck(&self) -> u64 {
        let url = format!("{}/_sim/stats", self.simulator.url);
        let stats = self.http.get(url).send().await.expect("an answer");
        stats.json::<Value>().await.expect("JSON")["faults"].as_u64().expect("a number")
    }

    /// Addresses, from the version root on, of the calls to Graph for messages.
    pub(crate) async fn calls(&self) -> Vec<String> {
        let url = format!("{}/_sim/traffic", self.simulator.url);
        let lines = self.http.get(url).send().await.expect("an answer").text().await.expect("lines");
        let exchanges = lines.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        let paths = exchanges.filter_map(|exchange| {
            Some(format!("{}?{}", exchange["path"].as_str()?, exchange["query"].as_str().unwrap_or_default()))
        });
        paths.filter(|path| path.contains("/messages")).collect()
    }

    /// Takes an attribute away from how far the mailbox is read.
    pub(crate) async fn lose(&self, attribute: &'static str) {
        let link = self.standing().await;
        let key = Key::new("POINTS#o1#u1", format!("READ#{TENANT}#{}", link.object_id()));
        let update = self.aws.table("ContactPointsTable").update(key).remove(attribute);
        self.aws.write(update).await.expect("written");
    }
}

fn reader(
    simulator: &Simulator,
    accounts: &Accounts,
    points: &ContactPoints,
    clock: Arc<dyn Clock>,
) -> Reader {
    let secrets: AppSecrets = serde_json::from_value(json!({
        "sealing_key": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "state_key": "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=",
        "operator_key": "o",
    }))
    .expect("secrets");
    let http = graph::http_client();
    let login_url = simulator.url.parse().expect("a URL");
    let settings = EntraSettings { client_id: CLIENT.to_owned(), login_url };
    let credentials = Credentials::fixed(vec![Credential::secret("secret".to_owned())], clock.clone());
    let entra = Entra::new(http.clone(), settings, credentials);
    let tokens = AppTokens::new(accounts.clone(), entra, &secrets).expect("tokens");
    let graph_url = format!("{}/v1.0", simulator.url).parse().expect("a URL");
    let once = RetryPolicy { attempts: 1, ..RetryPolicy::default() };
    let graph = Graph::new(http, GraphSettings { graph_url }).with_policy(once);
    Reader::new(points.clone(), accounts.clone(), tokens, graph, clock)
}

/// The object id of the user.
async fn set_up_microsoft(simulator: &Simulator) -> String {
    let http = graph::http_client();
    let post = async |path: &str, body: Value| -> Value {
        let reply = http.post(format!("{}/_sim/{path}", simulator.url)).json(&body).send().await;
        let reply = reply.expect("an answer").error_for_status().expect(path);
        serde_json::from_str(&reply.text().await.expect("a body")).unwrap_or_default()
    };
    let redirect = "https://app.example/connect/consent";
    let app = json!({"clientId": CLIENT, "displayName": "Setten", "secrets": [{"value": "secret"}],
        "redirectUris": [redirect], "applicationRoles": ["Mail.Read", "User.Read.All"]});
    post("apps", app).await;
    post("tenants", json!({"tenantId": TENANT, "domain": "contoso.example", "displayName": "Contoso"})).await;
    let user = json!({"userPrincipalName": USER, "displayName": "佐藤 花子"});
    let made = post(&format!("tenants/{TENANT}/users"), user).await;
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
    let id = ["id", "objectId", "userId"].iter().find_map(|name| made[*name].as_str());
    id.unwrap_or_else(|| panic!("no id in {made}")).to_owned()
}
