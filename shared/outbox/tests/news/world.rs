//! An organization with members, whose news go through the queue, the teller and the courier.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

use accounts::{
    Accounts, GrantNews, Link, LinkStatus, News, OrganizationSettings, PushNews, Role, SiteSettings, Untold,
    User,
};
use aws::{Aws, Key, Query};
use jiff::{SignedDuration, Timestamp};
use outbox::{
    Courier, EventKind, Mailbox, NewSecret, NewsJob, Notices, Outbox, OutboxError, OutboxJob, OutboxSettings,
    Targets, Teller, Webhooks, Words, queue_due,
};
use secrecy::ExposeSecret;
use serde_json::Value;
use surroundings::{LocalAws, Microsoft, gate};
pub(crate) use surroundings::{TENANT, tenant};
use types::{Clock, Feature, Language, ManualClock, OrganizationId, UserId};
use xtask::gate::{Faults, Gate};

const QUEUE: &str = "outbox";

pub(crate) struct World {
    simulator: Microsoft,
    gates: [Gate; 2],
    /// Between the worker and everything that it calls.
    pub(crate) faults: Faults,
    queues: LocalAws,
    pub(crate) aws: Aws,
    pub(crate) clock: ManualClock,
    pub(crate) accounts: Accounts,
    outbox: Outbox,
    pub(crate) webhooks: Webhooks,
    pub(crate) teller: Teller,
    pub(crate) courier: Courier,
    pub(crate) organization: OrganizationId,
    http: reqwest::Client,
    /// Every mail that was posted, by its id.
    mails: Mutex<BTreeMap<String, Mail>>,
}

/// A mail as it was posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mail {
    pub(crate) to: String,
    pub(crate) subject: String,
    pub(crate) text: String,
}

/// A request as the receiver got it.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

/// The pieces of the worker, reaching the tables at that address.
struct Pieces {
    accounts: Accounts,
    outbox: Outbox,
    webhooks: Webhooks,
    notices: Notices,
    teller: Teller,
}

fn pieces(aws: &Aws, clock: &ManualClock, targets: Targets) -> Pieces {
    let clock: Arc<dyn Clock> = Arc::new(clock.clone());
    let accounts = surroundings::accounts(aws, &clock);
    let outbox = Outbox::new(aws.clone(), &OutboxSettings { table: "OutboxTable".to_owned() }, clock);
    let secrets = surroundings::secrets();
    let webhooks = Webhooks::new(outbox.clone(), secrets.sealer().expect("a key"), targets);
    let site = SiteSettings { public_url: "https://setten.example".parse().expect("a URL") };
    let words = Words::new(site, "Setten".to_owned(), Some("mailto:help@product.example".to_owned()));
    let notices = Notices::new(outbox.clone(), accounts.clone(), words);
    let teller = Teller::new(outbox.clone(), accounts.clone(), notices.clone(), webhooks.clone());
    Pieces { accounts, outbox, webhooks, notices, teller }
}

impl World {
    /// An organization that reads English, with the admin `hanako` and the members `sato` and `suzuki`, whose
    /// tenant granted mail.
    pub(crate) async fn new() -> Self {
        Box::pin(Self::start()).await
    }

    async fn start() -> Self {
        let (simulator, queues) = (Microsoft::empty().await, LocalAws::start().await);
        let faults = Faults::default();
        let gates = [gate(&queues.url, &faults).await, gate(&simulator.url, &faults).await];
        let clock = ManualClock::at("2026-11-22T10:00:00.25Z".parse().expect("a time"));
        let aws = queues.client();
        let ours = pieces(&aws, &clock, Targets::Any);
        let worker = pieces(&Aws::at(gates[0].url().as_str()), &clock, Targets::Any);
        let courier = Courier::new(worker.webhooks, worker.notices, Targets::Any);
        let organization = ours.accounts.create_organization("株式会社青空".to_owned(), None).await;
        let world = Self {
            simulator,
            gates,
            faults,
            queues,
            aws,
            clock,
            accounts: ours.accounts,
            outbox: ours.outbox,
            webhooks: ours.webhooks,
            teller: worker.teller,
            courier,
            organization: organization.expect("made").id,
            http: graph::http_client(),
            mails: Mutex::default(),
        };
        world.accounts.register_tenant(&world.organization, &tenant()).await.expect("registered");
        surroundings::grant_mail(&world.aws, &world.organization, TENANT, None).await;
        for (id, name, role) in [
            ("hanako", "管理 花子", Role::Admin),
            ("sato", "佐藤 健", Role::Member),
            ("suzuki", "鈴木 美咲", Role::Member),
        ] {
            world.put_user(id, name, role).await;
        }
        world
    }

    pub(crate) async fn put_user(&self, id: &str, name: &str, role: Role) {
        let user = User {
            id: user(id),
            email: format!("{id}@contoso.example"),
            display_name: name.to_owned(),
            tenant_id: None,
            role,
            updated_at: self.clock.now(),
        };
        self.accounts.put_user(&self.organization, &user).await.expect("written");
    }

    pub(crate) async fn reads(&self, language: Language) {
        let settings = OrganizationSettings { language, ..OrganizationSettings::default() };
        self.accounts.put_settings(&self.organization, &settings, None).await.expect("written");
    }

    /// A member whose mail is linked and works.
    pub(crate) async fn linked(&self, id: &str) -> Link {
        let (user, tenant) = (user(id), tenant());
        let link = self.accounts.link_by_admin(&self.organization, &user, &tenant, Feature::Mail).await;
        let link = link.expect("linked");
        self.note(&link, LinkStatus::Linked, None).await;
        link
    }

    pub(crate) async fn note(&self, link: &Link, status: LinkStatus, reason: Option<&str>) {
        self.accounts.note_outcome(link, status, reason).await.expect("noted");
    }

    /// News of grants, as the consent's callback writes them.
    pub(crate) async fn granted(&self, features: &[Feature]) {
        let news = News::Grants(GrantNews {
            tenant_id: tenant(),
            granted: features.to_vec(),
            revoked: Vec::new(),
            is_removed: false,
            account: Some("admin@contoso.example".to_owned()),
        });
        self.tell(news).await;
    }

    /// News of a push, as its end writes them.
    pub(crate) async fn pushed(&self, created: u32) {
        let started_at = self.clock.now();
        let counts =
            PushNews { user_id: user("sato"), started_at, created, updated: 0, deleted: 0, refused: 0 };
        self.tell(News::Push(counts)).await;
    }

    async fn tell(&self, news: News) {
        let write = self.accounts.tell(&self.organization, news).expect("a write");
        self.aws.write(write).await.expect("told");
    }

    pub(crate) fn pass(&self, time: SignedDuration) {
        self.clock.advance(time);
    }

    /// A tick, and the worker works off what it queued. Mails stay where they are, and are remembered.
    pub(crate) async fn tick(&self) {
        for job in self.queued().await {
            self.work(job).await.expect("worked off");
        }
    }

    /// What a tick queues, in its order.
    pub(crate) async fn queued(&self) -> Vec<OutboxJob> {
        let queue = self.aws.queue(self.queues.url_of(QUEUE));
        queue_due(&self.outbox, &self.accounts, &queue).await.expect("queued");
        self.queues.take::<OutboxJob>(QUEUE).into_iter().map(|(_, job)| job).collect()
    }

    /// The job of the only news that were not told yet.
    pub(crate) async fn the_news(&self) -> OutboxJob {
        let [untold] = <[Untold; 1]>::try_from(self.accounts.untold().await.expect("read")).expect("one");
        OutboxJob::News(NewsJob { organization_id: untold.organization_id, news_id: untold.id })
    }

    /// A mail that is due.
    pub(crate) async fn post_mail(&self, id: &str) {
        let mail = outbox::Mail {
            id: id.to_owned(),
            organization_id: self.organization.clone(),
            to: Mailbox { name: String::new(), address: "guest@guest.example".to_owned() },
            from_name: "Setten".to_owned(),
            reply_to: None,
            subject: "subject".to_owned(),
            text: "text".to_owned(),
            html: None,
            calendar: None,
        };
        self.aws.write(self.outbox.post(&mail).expect("a write")).await.expect("posted");
    }

    /// Ticks every minute until nothing is left to do.
    pub(crate) async fn settle(&self) {
        for _ in 0..3 {
            self.tick().await;
            self.pass(SignedDuration::from_mins(1));
        }
        self.tick().await;
    }

    pub(crate) async fn work(&self, job: OutboxJob) -> Result<(), OutboxError> {
        match job {
            OutboxJob::News(job) => {
                let posted = self.teller.tell(&job).await?;
                self.courier.deliver_all(&posted).await;
                Ok(())
            }
            OutboxJob::Remind(job) => self.teller.remind(&job).await,
            OutboxJob::Deliver(job) => self.courier.deliver(&job).await,
            OutboxJob::Send(job) => {
                let key = Key::new(format!("MAIL#{}", job.mail_id), "MAIL");
                let row: Value = self.aws.table("OutboxTable").get(key).await.expect("read").expect("a mail");
                let text = |pointer: &str| row.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
                let mail = Mail {
                    to: text("/mail/to/address").to_owned(),
                    subject: text("/mail/subject").to_owned(),
                    text: text("/mail/text").to_owned(),
                };
                self.mails.lock().expect("no panic").insert(job.mail_id, mail);
                Ok(())
            }
            OutboxJob::Event(event) => panic!("{event:?}"),
        }
    }

    /// The mails since this was asked last, in no order.
    pub(crate) fn mails(&self) -> Vec<Mail> {
        self.mails.lock().expect("no panic").values().cloned().collect()
    }

    /// To whom mails went since the mails were forgotten last.
    pub(crate) fn mailed(&self) -> Vec<String> {
        let mut to: Vec<String> = self.mails().into_iter().map(|mail| mail.to).collect();
        to.sort();
        to
    }

    /// Takes all mails out of the way, as if they had gone out.
    pub(crate) async fn forget_mails(&self) {
        let ids: Vec<String> = self.mails.lock().expect("no panic").keys().cloned().collect();
        for id in ids {
            let delete = self.aws.table("OutboxTable").delete(Key::new(format!("MAIL#{id}"), "MAIL"));
            self.aws.write(delete).await.expect("deleted");
        }
        self.mails.lock().expect("no panic").clear();
    }

    /// A webhook of the organization to the receiver `name`.
    pub(crate) async fn hook(&self, name: &str, events: &[EventKind]) -> NewSecret {
        self.hook_at(&self.simulator.url, name, events).await
    }

    /// The same, by way of the gate that cuts calls.
    pub(crate) async fn hook_behind_the_gate(&self, name: &str, events: &[EventKind]) -> NewSecret {
        self.hook_at(self.gates[1].url().as_str().trim_end_matches('/'), name, events).await
    }

    async fn hook_at(&self, receiver: &str, name: &str, events: &[EventKind]) -> NewSecret {
        let events: BTreeSet<EventKind> = events.iter().copied().collect();
        let url = format!("{receiver}/hooks/{name}");
        self.webhooks.add(&self.organization, &url, events, None).await.expect("made")
    }

    /// What the receiver got so far.
    pub(crate) async fn received(&self, name: &str) -> Vec<Received> {
        let reply = self.http.get(self.hooks(name)).send().await.expect("an answer");
        let found: Value = reply.json().await.expect("JSON");
        let requests = found["requests"].as_array().cloned().unwrap_or_default();
        let received = |request: Value| Received {
            headers: serde_json::from_value(request["headers"].clone()).expect("headers"),
            body: request["body"].as_str().unwrap_or_default().to_owned(),
        };
        requests.into_iter().map(received).collect()
    }

    /// How the receiver answers its next requests.
    pub(crate) async fn answers(&self, name: &str, answer: &Value) {
        let reply = self.http.post(self.hooks(name)).json(answer).send().await.expect("an answer");
        assert!(reply.status().is_success(), "{}", reply.status());
    }

    /// The receiver forgets what it got and how it was to answer.
    pub(crate) async fn forget(&self, name: &str) {
        let reply = self.http.delete(self.hooks(name)).send().await.expect("an answer");
        assert!(reply.status().is_success(), "{}", reply.status());
    }

    fn hooks(&self, name: &str) -> String {
        format!("{}/_sim/hooks/{name}", self.simulator.url)
    }

    /// A courier for public addresses only.
    pub(crate) fn strict_courier(&self) -> Courier {
        let strict = pieces(&self.aws, &self.clock, Targets::Public);
        Courier::new(strict.webhooks, strict.notices, Targets::Public)
    }

    /// All items of one partition of the outbox, as text.
    pub(crate) async fn stored(&self, partition: &str) -> String {
        let query = Query::partition(partition);
        let items: Vec<Value> = self.aws.table("OutboxTable").query_all(query).await.expect("items");
        Value::Array(items).to_string()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

pub(crate) fn user(id: &str) -> UserId {
    id.parse().expect("an id")
}

pub(crate) fn secret_of(new: &NewSecret) -> String {
    new.secret.expose_secret().to_owned()
}
