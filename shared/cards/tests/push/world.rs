//! A push between the template's tables, a queue in memory and the simulator.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use accounts::{
    Accounts, AccountsSettings, AppSecrets, Connect, Event, Link, OrganizationSettings, Role, SignInReply,
    SiteSettings, Tokens, User,
};
use aws::{Aws, Queue};
use cards::{Card, CardUrl, Cards, CardsError, CardsJob, CardsSettings, Push, PushStatus};
use graph::entra::{Credential, Credentials, Entra};
use graph::{EntraSettings, Graph, GraphSettings, RetryPolicy};
use jiff::Timestamp;
use serde_json::{Value, json};
use simulator::model::{Mailbox, mailbox::CONTACTS};
use simulator::{App, Simulator, SimulatorOptions};
use types::{CardId, Clock, Feature, OrganizationId, SystemClock, TenantId, UserId};
use xtask::gate::{Faults, Gate, GateOptions};
use xtask::{made_up, project, queues::Queues, tables::Tables};

const CLIENT: &str = "5e77e000-0000-4000-8000-00000000c11e";
const TENANT: &str = "5e77e000-0000-4000-8000-000000000001";
const REDIRECT: &str = "https://app.example/connect/sign-in";
const SCOPES: &str = "openid profile offline_access https://graph.microsoft.com/User.Read \
                      https://graph.microsoft.com/Contacts.ReadWrite";

/// The name of the folder where nobody chose another.
pub(crate) const FOLDER: &str = "Setten";

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
    queue: Queues,
    pub(crate) accounts: Accounts,
    pub(crate) cards: Cards,
    pub(crate) jobs: Queue<CardsJob>,
    pub(crate) push: Push,
    connect: Connect,
    graph: Graph,
    clock: Arc<dyn Clock>,
}

/// What reaches AWS and Microsoft through gates of its own, which can cut every call.
pub(crate) struct Gated {
    pub(crate) faults: Faults,
    _gates: [Gate; 2],
    pub(crate) accounts: Accounts,
    pub(crate) cards: Cards,
    pub(crate) jobs: Queue<CardsJob>,
    pub(crate) push: Push,
}

pub(crate) fn organization() -> OrganizationId {
    "o1".parse().expect("an id")
}

/// The member of the most tests.
pub(crate) fn hanako() -> UserId {
    "hanako".parse().expect("an id")
}

pub(crate) fn id(card: &str) -> CardId {
    card.parse().expect("an id")
}

pub(crate) fn card(json: Value) -> Card {
    serde_json::from_value(json).expect("a card")
}

/// The made-up card of a number, and the same person later.
pub(crate) fn made_up_card(number: usize, edition: usize) -> Card {
    card(made_up::card(number, edition))
}

impl World {
    /// A tenant that consented, with one linked member.
    pub(crate) async fn linked() -> Box<Self> {
        let world = Self::new().await;
        world.member(&hanako()).await;
        world.link(&hanako()).await;
        world
    }

    /// A tenant that consented.
    pub(crate) async fn new() -> Box<Self> {
        let simulator = Simulator::start(SimulatorOptions::default()).await.expect("a simulator");
        let tables = Tables::start(&project::root().join("infra/template.yaml")).await.expect("tables");
        let queue = Queues::beside(tables.url().as_str()).await;
        let clock: Arc<dyn Clock> = Arc::new(SimulatedClock(Arc::clone(simulator.app())));
        let aws = Aws::at(&queue.url);
        let settings = AccountsSettings { table: "AccountsTable".into() };
        let accounts = Accounts::new(aws.clone(), &settings, clock.clone());
        let cards = Cards::new(aws.clone(), &CardsSettings { table: "CardsTable".into() }, clock.clone());
        let jobs = aws.queue(queue.url_of("cards"));
        let (entra, graph) = microsoft(&simulator.url);
        let site = SiteSettings { public_url: "https://app.example".parse().expect("a URL") };
        let connect = Connect::new(accounts.clone(), entra.clone(), &secrets(), &site).expect("flows");
        let tokens = Tokens::new(accounts.clone(), entra, &secrets()).expect("tokens");
        let url = CardUrl::of("https://crm.example/{organization}/{user}/cards/{card}");
        let push = Push::new(cards.clone(), accounts.clone(), tokens, graph.clone(), url, clock.clone());
        let world = Box::new(Self {
            simulator,
            _tables: tables,
            queue,
            accounts,
            cards,
            jobs,
            push,
            connect,
            graph,
            clock,
        });
        world.set_up().await;
        world
    }

    /// The same functions behind gates of their own.
    pub(crate) async fn gated(&self) -> Gated {
        let faults = Faults::default();
        let gates = [gate(&self.queue.url, &faults).await, gate(&self.simulator.url, &faults).await];
        let aws = Aws::at(gates[0].url().as_str());
        let settings = AccountsSettings { table: "AccountsTable".into() };
        let accounts = Accounts::new(aws.clone(), &settings, self.clock.clone());
        let settings = CardsSettings { table: "CardsTable".into() };
        let cards = Cards::new(aws.clone(), &settings, self.clock.clone());
        let jobs = aws.queue(format!("{}cards", gates[0].url()));
        let (entra, graph) = microsoft(gates[1].url().as_str());
        let tokens = Tokens::new(accounts.clone(), entra, &secrets()).expect("tokens");
        let url = CardUrl::of("https://crm.example/cards/{card}");
        let push = Push::new(cards.clone(), accounts.clone(), tokens, graph, url, self.clock.clone());
        Gated { faults, _gates: gates, accounts, cards, jobs, push }
    }

    async fn set_up(&self) {
        let app = json!({"clientId": CLIENT, "displayName": "Setten", "secrets": [{"value": "secret"}],
            "redirectUris": [REDIRECT], "applicationRoles": []});
        self.control("apps", &app).await;
        let tenant = json!({"tenantId": TENANT, "domain": "contoso.example", "displayName": "Contoso"});
        self.control("tenants", &tenant).await;
        let query = [
            ("client_id", CLIENT),
            ("redirect_uri", REDIRECT),
            ("state", "s"),
            ("scope", SCOPES),
            ("_sim_account", "admin@contoso.example"),
            ("_sim_answer", "accept"),
        ];
        let page = format!("{}/{TENANT}/v2.0/adminconsent", self.simulator.url);
        let reply = graph::http_client().get(page).query(&query).send().await.expect("an answer");
        assert!(reply.status().is_redirection(), "{}", reply.status());
        let tenant = TENANT.parse::<TenantId>().expect("an id");
        self.accounts.register_tenant(&organization(), &tenant).await.expect("registered");
    }

    /// Makes a member with a mailbox.
    pub(crate) async fn member(&self, user: &UserId) {
        let address = address(user);
        let made = json!({"userPrincipalName": address, "displayName": user.as_str()});
        self.control(&format!("tenants/{TENANT}/users"), &made).await;
        let member = User {
            id: user.clone(),
            email: address,
            display_name: user.as_str().to_owned(),
            tenant_id: None,
            role: Role::Member,
            updated_at: self.now(),
        };
        self.accounts.put_user(&organization(), &member).await.expect("written");
    }

    /// The member signs in and is linked, as people do it.
    pub(crate) async fn link(&self, user: &UserId) {
        let tenant = TENANT.parse::<TenantId>().expect("an id");
        let started = self.connect.start_link(&organization(), user, &tenant, Feature::Contacts, None).await;
        let mut page = started.expect("a flow").url;
        page.query_pairs_mut()
            .append_pair("_sim_account", &address(user))
            .append_pair("_sim_answer", "accept");
        let reply = graph::http_client().get(page).send().await.expect("an answer");
        let location = reply.headers()["location"].to_str().expect("an address");
        let back: reqwest::Url = location.parse().expect("an address");
        let back: HashMap<_, _> = back.query_pairs().into_owned().collect();
        let reply = SignInReply {
            state: back.get("state").cloned(),
            code: back.get("code").cloned(),
            error: back.get("error").cloned(),
            error_description: back.get("error_description").cloned(),
        };
        self.connect.finish_sign_in(&self.graph, reply).await.expect("linked");
    }

    /// Where tables and queues are.
    pub(crate) fn aws_url(&self) -> String {
        self.queue.url.clone()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.simulator.app().clock.now()
    }

    pub(crate) fn pass(&self, minutes: u32) {
        self.simulator.app().clock.advance(minutes * 60);
    }

    pub(crate) async fn put(&self, name: &str, card: Card) {
        self.cards.put(&organization(), &hanako(), vec![(id(name), card)]).await.expect("written");
    }

    /// The first made-up cards.
    pub(crate) async fn put_many(&self, count: usize) {
        let cards = (0..count).map(|number| (id(&made_up::card_id(number)), made_up_card(number, 0)));
        self.cards.put(&organization(), &hanako(), cards.collect()).await.expect("written");
    }

    pub(crate) async fn delete(&self, name: &str) {
        self.cards.delete(&organization(), &hanako(), &id(name)).await.expect("deleted");
    }

    pub(crate) async fn try_work(&self, job: &CardsJob, message: &str) -> Result<(), CardsError> {
        self.push.work(job, message, Instant::now() + Duration::from_secs(60)).await
    }

    /// Works off what is on the queue; how much that was.
    pub(crate) async fn work(&self) -> usize {
        let jobs: Vec<(String, CardsJob)> = self.queue.take("cards");
        for (message, job) in &jobs {
            self.try_work(job, message).await.expect("worked off");
        }
        jobs.len()
    }

    /// The jobs on the queue; then it is empty.
    pub(crate) fn take_jobs(&self) -> Vec<(String, CardsJob)> {
        self.queue.take("cards")
    }

    /// Half an hour passes: the tick, then the worker.
    pub(crate) async fn turn(&self) -> PushStatus {
        self.pass(31);
        cards::queue_due(&self.accounts, &self.jobs).await.expect("queued");
        self.work().await;
        self.status().await
    }

    /// Somebody presses "push now".
    pub(crate) async fn hurry(&self) -> PushStatus {
        cards::hurry(&self.jobs, &self.standing().await).await.expect("queued");
        self.work().await;
        self.status().await
    }

    pub(crate) async fn unlink(&self, remove_folder: bool) {
        let (organization, user) = (organization(), hanako());
        let done = self.cards.unlink(&self.accounts, &self.jobs, &organization, &user, remove_folder).await;
        done.expect("unlinked");
    }

    pub(crate) async fn choose(&self, change: impl FnOnce(&mut OrganizationSettings)) {
        let mut settings = self.accounts.settings(&organization()).await.expect("settings");
        change(&mut settings);
        self.accounts.put_settings(&organization(), &settings, None).await.expect("written");
    }

    pub(crate) async fn standing(&self) -> Link {
        self.standing_of(&hanako()).await
    }

    pub(crate) async fn standing_of(&self, user: &UserId) -> Link {
        let link = self.accounts.link(&organization(), user, Feature::Contacts).await;
        link.expect("an answer").expect("a link")
    }

    pub(crate) async fn status(&self) -> PushStatus {
        self.status_of(&hanako()).await
    }

    pub(crate) async fn status_of(&self, user: &UserId) -> PushStatus {
        self.cards.push_status(&self.standing_of(user).await).await.expect("a status")
    }

    /// What the audit log tells, the oldest first.
    pub(crate) async fn events(&self) -> Vec<Event> {
        let (entries, _) = self.accounts.audit(&organization(), 1_000, None).await.expect("a log");
        entries.into_iter().rev().map(|entry| entry.event).collect()
    }

    /// Does something in the member's mailbox, as the member in Outlook.
    pub(crate) fn in_outlook<T>(&self, work: impl FnOnce(&mut Mailbox) -> T) -> T {
        self.in_outlook_of(&hanako(), work)
    }

    pub(crate) fn in_outlook_of<T>(&self, user: &UserId, work: impl FnOnce(&mut Mailbox) -> T) -> T {
        let mut world = self.simulator.app().world();
        let owner = world.directory.user(&address(user)).map(|(_, user)| user.id.clone());
        work(world.mailboxes.entry(owner.expect("the member")).or_default())
    }

    /// The contacts of the folder of that name that is not deleted; none when there is no such folder.
    pub(crate) fn contacts_in(&self, name: &str) -> Option<Vec<Shown>> {
        self.in_outlook(|mailbox| {
            let folder = mailbox
                .folders
                .values()
                .find(|folder| folder.display_name == name && mailbox.is_below_contacts(folder.number))?;
            let shown = mailbox.contacts_in(folder.number).map(|contact| Shown {
                number: contact.number,
                change: contact.change,
                card: contact.extended.single.values().next().cloned(),
                properties: Value::Object(contact.properties.clone()),
                photo: contact.photo.as_ref().map(|photo| photo.bytes.clone()),
            });
            Some(shown.collect())
        })
    }

    /// The contacts of our folder.
    pub(crate) fn contacts(&self) -> Vec<Shown> {
        self.contacts_in(FOLDER).expect("our folder")
    }

    /// The contact of a card in our folder.
    pub(crate) fn contact_of(&self, card: &str) -> Shown {
        let found = self.contacts().into_iter().find(|shown| shown.card.as_deref() == Some(card));
        found.unwrap_or_else(|| panic!("no contact of {card}"))
    }

    /// The number of the folder of that name below Contacts.
    pub(crate) fn folder_number(&self, name: &str) -> u64 {
        self.in_outlook(|mailbox| {
            let named = |folder: &&simulator::model::mailbox::Folder| {
                folder.display_name == name && mailbox.is_below_contacts(folder.number)
            };
            mailbox.folders.values().find(named).expect("a folder").number
        })
    }

    /// The member makes a folder; its number.
    pub(crate) fn make_folder(&self, name: &str) -> u64 {
        self.in_outlook(|mailbox| {
            mailbox.add_folder(CONTACTS, name.to_owned(), Default::default()).expect("a new folder")
        })
    }

    pub(crate) fn rename_folder(&self, number: u64, name: &str) {
        self.in_outlook(|mailbox| {
            mailbox.change_folder(number, Some(name.to_owned()), Default::default()).expect("renamed");
        });
    }

    /// The names of all folders below Contacts.
    pub(crate) fn folders(&self) -> Vec<String> {
        self.in_outlook(|mailbox| {
            let below = mailbox.folders.values().filter(|folder| mailbox.is_below_contacts(folder.number));
            below.map(|folder| folder.display_name.clone()).collect()
        })
    }

    /// The member changes a contact's property.
    pub(crate) fn edit(&self, contact: u64, property: &str, value: Value) {
        let now = self.now();
        self.in_outlook(|mailbox| {
            let set = |contact: &mut simulator::model::mailbox::Contact| {
                contact.properties.insert(property.to_owned(), value);
            };
            mailbox.change_contact(contact, now, set).expect("a contact");
        });
    }

    /// Strikes so many such calls (0: all) until it is healed.
    pub(crate) async fn fault(&self, matching: Value, action: Value, times: u32) {
        self.control("faults", &json!({"match": matching, "action": action, "times": times})).await;
    }

    pub(crate) async fn heal(&self) {
        let url = format!("{}/_sim/faults", self.simulator.url);
        assert!(graph::http_client().delete(url).send().await.expect("an answer").status().is_success());
    }

    /// How many requests reached Graph, inner ones of batches one by one.
    pub(crate) async fn calls(&self) -> u64 {
        let stats = self.look("stats").await;
        stats["mailboxes"][address(&hanako())]["requests"].as_u64().unwrap_or_default()
    }

    pub(crate) async fn look(&self, path: &str) -> Value {
        let url = format!("{}/_sim/{path}", self.simulator.url);
        graph::http_client().get(url).send().await.expect("an answer").json().await.expect("JSON")
    }

    pub(crate) async fn control(&self, path: &str, body: &Value) {
        let url = format!("{}/_sim/{path}", self.simulator.url);
        let response = graph::http_client().post(url).json(body).send().await.expect("an answer");
        let status = response.status();
        assert!(status.is_success(), "{path}: {status}: {}", response.text().await.unwrap_or_default());
    }
}

/// A contact as it stands in the mailbox.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Shown {
    pub(crate) number: u64,
    /// Of its last change.
    pub(crate) change: u64,
    /// The key on it.
    pub(crate) card: Option<String>,
    pub(crate) properties: Value,
    pub(crate) photo: Option<Vec<u8>>,
}

impl Shown {
    pub(crate) fn text(&self, property: &str) -> &str {
        self.properties[property].as_str().unwrap_or_default()
    }

    pub(crate) fn notes(&self) -> &str {
        self.text("personalNotes")
    }
}

pub(crate) fn address(user: &UserId) -> String {
    format!("{user}@contoso.example")
}

/// An error's body as Graph writes it.
pub(crate) fn graph_error(code: &str) -> Value {
    let id = uuid::Uuid::new_v4();
    let inner = json!({"date": "2026-01-31T10:20:30", "request-id": id, "client-request-id": id});
    json!({"error": {"code": code, "message": "m", "innerError": inner}})
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

fn secrets() -> AppSecrets {
    serde_json::from_value(json!({
        "sealing_key": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "state_key": "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=",
        "operator_key": "o",
    }))
    .expect("secrets")
}

fn microsoft(url: &str) -> (Entra, Graph) {
    let http = graph::http_client();
    let settings = EntraSettings { client_id: CLIENT.to_owned(), login_url: url.parse().expect("a URL") };
    let secret = vec![Credential::secret("secret".to_owned())];
    let credentials = Credentials::fixed(secret, Arc::new(SystemClock::default()));
    let entra = Entra::new(http.clone(), settings, credentials);
    let root: reqwest::Url = url.parse().expect("a URL");
    let graph_url = root.join("v1.0").expect("a URL");
    let quick = RetryPolicy { first_pause: Duration::from_millis(20), ..RetryPolicy::default() };
    (entra, Graph::new(http, GraphSettings { graph_url }).with_policy(quick))
}
