//! A push between the template's tables, a queue in memory and the simulator.

use std::sync::Arc;
use std::time::{Duration, Instant};

use accounts::{Accounts, Connect, Event, Link, OrganizationSettings, Tokens};
use aws::{Aws, Queue};
use cards::{Card, CardUrl, Cards, CardsError, CardsJob, CardsSettings, Push, PushStatus};
use graph::{Graph, RetryPolicy, entra::Entra};
use jiff::Timestamp;
use serde_json::Value;
use simulator::model::{Mailbox, mailbox::CONTACTS};
use surroundings::{LocalAws, Microsoft, accounts, gate, secrets, tenant};
pub(crate) use surroundings::{graph_error, organization};
use types::{CardId, Clock, Feature, UserId};
use xtask::gate::{Faults, Gate};
use xtask::made_up;

/// The name of the folder where nobody chose another.
pub(crate) const FOLDER: &str = "Setten";

pub(crate) struct World {
    pub(crate) simulator: Microsoft,
    local: LocalAws,
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
        Box::pin(Self::start()).await
    }

    async fn start() -> Box<Self> {
        let simulator = Microsoft::with_tenant().await;
        simulator.consent(Feature::Contacts).await;
        let (local, clock) = (LocalAws::start().await, simulator.clock());
        let aws = local.client();
        let accounts = accounts(&aws, &clock);
        let cards = cards(&aws, &clock);
        let jobs = aws.queue(local.url_of("cards"));
        let (entra, graph) = clients(&simulator.url, &clock);
        let site = surroundings::site();
        let connect = Connect::new(accounts.clone(), entra.clone(), &secrets(), &site).expect("flows");
        let tokens = Tokens::new(accounts.clone(), entra, &secrets()).expect("tokens");
        let url = CardUrl::of("https://crm.example/{organization}/{user}/cards/{card}");
        let push = Push::new(cards.clone(), accounts.clone(), tokens, graph.clone(), url, clock.clone());
        accounts.register_tenant(&organization(), &tenant()).await.expect("registered");
        Box::new(Self { simulator, local, accounts, cards, jobs, push, connect, graph, clock })
    }

    /// The same functions behind gates of their own.
    pub(crate) async fn gated(&self) -> Gated {
        let faults = Faults::default();
        let gates = [gate(&self.local.url, &faults).await, gate(&self.simulator.url, &faults).await];
        let aws = Aws::at(gates[0].url().as_str());
        let accounts = accounts(&aws, &self.clock);
        let cards = cards(&aws, &self.clock);
        let jobs = aws.queue(format!("{}cards", gates[0].url()));
        let (entra, graph) = clients(gates[1].url().as_str(), &self.clock);
        let tokens = Tokens::new(accounts.clone(), entra, &secrets()).expect("tokens");
        let url = CardUrl::of("https://crm.example/cards/{card}");
        let push = Push::new(cards.clone(), accounts.clone(), tokens, graph, url, self.clock.clone());
        Gated { faults, _gates: gates, accounts, cards, jobs, push }
    }

    /// Makes a member with a mailbox.
    pub(crate) async fn member(&self, user: &UserId) {
        let address = address(user);
        self.simulator.user(&address, user.as_str()).await;
        let member = surroundings::member(user, &address, user.as_str(), self.now());
        self.accounts.put_user(&organization(), &member).await.expect("written");
    }

    /// The member signs in and is linked, as people do it.
    pub(crate) async fn link(&self, user: &UserId) {
        let (tenant, address) = (tenant(), address(user));
        let started = self.connect.start_link(&organization(), user, &tenant, Feature::Contacts, None).await;
        let page = started.expect("a flow").url;
        let done = surroundings::finish(&self.simulator, &self.connect, &self.graph, page, &address).await;
        done.expect("linked");
    }

    /// Where tables and queues are.
    pub(crate) fn aws_url(&self) -> String {
        self.local.url.clone()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.simulator.now()
    }

    pub(crate) fn pass(&self, minutes: u32) {
        self.simulator.pass(minutes * 60);
    }

    pub(crate) async fn put(&self, name: &str, card: Card) {
        self.cards.put(&organization(), &hanako(), vec![(id(name), card)]).await.expect("written");
    }

    /// The member's card, as its sources give it in the organization's order.
    pub(crate) async fn card(&self, name: &str) -> Card {
        let order = self.accounts.settings(&organization()).await.expect("settings").sources;
        self.cards.get(&organization(), &hanako(), &id(name), &order).await.expect("a card").card
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
        let jobs: Vec<(String, CardsJob)> = self.local.take("cards");
        for (message, job) in &jobs {
            self.try_work(job, message).await.expect("worked off");
        }
        jobs.len()
    }

    /// The jobs on the queue; then it is empty.
    pub(crate) fn take_jobs(&self) -> Vec<(String, CardsJob)> {
        self.local.take("cards")
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
        self.simulator.in_mailbox(&address(user), work)
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
        self.simulator.fault(&matching, &action, times).await;
    }

    pub(crate) async fn heal(&self) {
        self.simulator.heal().await;
    }

    /// How many requests reached Graph, inner ones of batches one by one.
    pub(crate) async fn calls(&self) -> u64 {
        let stats = self.look("stats").await;
        stats["mailboxes"][address(&hanako())]["requests"].as_u64().unwrap_or_default()
    }

    pub(crate) async fn look(&self, path: &str) -> Value {
        self.simulator.look(path).await
    }

    pub(crate) async fn control(&self, path: &str, body: &Value) {
        self.simulator.post(path, body).await;
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

fn cards(aws: &Aws, clock: &Arc<dyn Clock>) -> Cards {
    Cards::new(aws.clone(), &CardsSettings { table: "CardsTable".into() }, clock.clone())
}

/// Graph is asked several times, quickly: a push waits out what passes.
fn clients(url: &str, clock: &Arc<dyn Clock>) -> (Entra, Graph) {
    let (entra, graph) = surroundings::clients(url, clock);
    let quick = RetryPolicy { first_pause: Duration::from_millis(20), ..RetryPolicy::default() };
    (entra, graph.with_policy(quick))
}
