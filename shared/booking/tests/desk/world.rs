//! A desk and a clerk between the template's tables, a queue in memory and the simulator.

mod house;

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use accounts::{Accounts, Connect};
use aws::Queue;
use booking::{
    Appointment, AppointmentState, BookRequest, Booked, BookingError, BookingJob, BookingStore, Clerk,
    ClerkJob, Desk, FreeTimes, Guest, Hours, OpenPage, Place, Terms, WorkingHours,
};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use outbox::Outbox;
use serde_json::{Value, json};
pub(crate) use surroundings::{HANAKO as HOST, TENANT, organization};
use surroundings::{LocalAws, Microsoft, accounts, clients, gate, secrets, site, tenant};
use types::{BookingPageId, Clock, Feature, Language, UserId};
use xtask::gate::{Faults, Gate};

use house::{house, outbox, store};

pub(crate) struct World {
    pub(crate) simulator: Microsoft,
    local: LocalAws,
    _gates: [Gate; 2],
    /// Between desk, clerk and everything that they call.
    pub(crate) faults: Faults,
    pub(crate) store: BookingStore,
    pub(crate) accounts: Accounts,
    pub(crate) outbox: Outbox,
    pub(crate) jobs: Queue<BookingJob>,
    pub(crate) desk: Desk,
    pub(crate) clerk: Clerk,
    key: String,
    start: Timestamp,
}

pub(crate) fn host() -> UserId {
    "u1".parse().expect("an id")
}

pub(crate) fn page_id() -> BookingPageId {
    "first-meeting".parse().expect("an id")
}

/// Half an hour in Teams, at any time of the day.
pub(crate) fn terms() -> Terms {
    let hours = [Hours { from: "00:00".parse().expect("a time"), until: "24:00".parse().expect("a time") }];
    let [monday, tuesday, wednesday, thursday, friday, saturday, sunday] =
        std::array::from_fn(|_| hours.to_vec());
    Terms {
        host: host(),
        title: None,
        duration_minutes: 30,
        step_minutes: 30,
        buffer_minutes: 10,
        notice_minutes: 60,
        horizon_days: 30,
        time_zone: "Asia/Tokyo".parse().expect("a zone"),
        working_hours: WorkingHours { monday, tuesday, wednesday, thursday, friday, saturday, sunday },
        place: Place::WebMeeting,
        questions: Vec::new(),
        language: Language::Ja,
        active: true,
    }
}

fn noon_of_tomorrow(clock: &dyn Clock) -> Timestamp {
    let zone = TimeZone::get("Asia/Tokyo").expect("the page's zone");
    let tomorrow = clock.now().to_zoned(zone.clone()).date().tomorrow().expect("a day");
    tomorrow.at(12, 0, 0, 0).to_zoned(zone).expect("a time").timestamp()
}

impl World {
    /// A host with a linked calendar and a page.
    pub(crate) async fn new() -> Box<Self> {
        Box::pin(Self::start(true)).await
    }

    /// The same, but the host may not make meetings in Teams.
    pub(crate) async fn without_teams() -> Box<Self> {
        Box::pin(Self::start(false)).await
    }

    async fn start(teams: bool) -> Box<Self> {
        let simulator = Microsoft::with_tenant().await;
        let host = json!({"userPrincipalName": HOST, "displayName": "佐藤 花子", "teams": teams});
        simulator.account(&host).await;
        simulator.consent(Feature::Calendar).await;
        let (local, clock, faults) = (LocalAws::start().await, simulator.clock(), Faults::default());
        let gates = [gate(&local.url, &faults).await, gate(&simulator.url, &faults).await];
        // Tests look past the gates.
        let direct = local.client();
        let (desk, clerk) = house(&gates, &clock);
        let mut world = Box::new(Self {
            accounts: accounts(&direct, &clock),
            store: store(&direct, &clock),
            outbox: outbox(&direct, &clock),
            jobs: direct.queue(local.url_of("jobs")),
            simulator,
            local,
            _gates: gates,
            faults,
            desk,
            clerk,
            key: String::new(),
            start: noon_of_tomorrow(&*clock),
        });
        world.link().await;
        world.key = world.put_page(terms()).await;
        world
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.simulator.now()
    }

    pub(crate) fn pass(&self, seconds: u32) {
        self.simulator.pass(seconds);
    }

    /// Writes the page; its key.
    pub(crate) async fn put_page(&self, terms: Terms) -> String {
        assert_eq!(terms.faults(), []);
        self.store.put_page(&organization(), &page_id(), terms, None).await.expect("written").0.key
    }

    /// The key in the page's address.
    pub(crate) fn key(&self) -> String {
        self.key.clone()
    }

    pub(crate) async fn page(&self) -> OpenPage {
        self.desk.page(&self.key).await.expect("a page")
    }

    /// The free times of the next two days.
    pub(crate) async fn free(&self) -> FreeTimes {
        let now = self.now();
        let until = now + SignedDuration::from_hours(48);
        self.desk.free_times(&self.page().await, now, until).await.expect("an answer")
    }

    pub(crate) async fn free_starts(&self) -> Vec<Timestamp> {
        match self.free().await {
            FreeTimes::Open(starts) => starts,
            closed => panic!("{closed:?}"),
        }
    }

    /// Noon of the day after the world was made, on the page's clock: far from midnight, and the same at every
    /// question.
    pub(crate) fn a_start(&self) -> Timestamp {
        self.start
    }

    pub(crate) fn request(&self, form: String, start: Timestamp) -> BookRequest {
        BookRequest {
            form,
            start,
            guest: Guest {
                company: "株式会社テスト".to_owned(),
                name: "三田花子".to_owned(),
                email: "mita@guest.example".to_owned(),
            },
            answers: BTreeMap::new(),
            language: Language::Ja,
            time_zone: "Asia/Tokyo".parse().expect("a zone"),
        }
    }

    /// Sends a new form for a start.
    pub(crate) async fn try_book(&self, start: Timestamp) -> Booked {
        let page = self.page().await;
        let request = self.request(self.desk.new_form(&page), start);
        self.desk.book(&page, request).await.expect("an answer")
    }

    /// The token of an appointment that is made.
    pub(crate) async fn book(&self, start: Timestamp) -> String {
        match self.try_book(start).await {
            Booked::Made { token } => token,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) async fn appointment(&self, token: &str) -> Appointment {
        self.desk.appointment(&self.key, token).await.expect("an appointment")
    }

    pub(crate) async fn cancel(&self, token: &str) -> Appointment {
        self.desk.cancel(&self.key, token).await.expect("an appointment")
    }

    pub(crate) async fn appointments(&self) -> Vec<Appointment> {
        let all = self.store.appointments(&organization(), &booking::Filter::default(), 100, None).await;
        all.expect("a list").0
    }

    pub(crate) async fn try_work(&self, job: &BookingJob, message: &str) -> Result<(), BookingError> {
        self.clerk.work(job, message, Instant::now() + Duration::from_secs(30)).await
    }

    /// Works off what is on the queue, and how much that was.
    pub(crate) async fn work(&self) -> usize {
        let jobs: Vec<(String, BookingJob)> = self.local.take("jobs");
        for (message, job) in &jobs {
            self.try_work(job, message).await.expect("worked off");
        }
        jobs.len()
    }

    /// What the tick does for links, then the worker; how many calendars that were.
    pub(crate) async fn look_after_links(&self) -> usize {
        let queue = self.local.client().queue(self.local.url_of("calendars"));
        booking::queue_calendars(&self.accounts, &queue).await.expect("queued");
        let jobs: Vec<(String, ClerkJob)> = self.local.take("calendars");
        for (_, job) in &jobs {
            let ClerkJob::Calendar(job) = job else { panic!("{job:?}") };
            self.clerk.keep_alive(job).await.expect("looked after");
        }
        jobs.len()
    }

    /// What the tick does, then the worker.
    pub(crate) async fn tick(&self) -> usize {
        booking::queue_due(&self.store, &self.jobs).await.expect("queued");
        self.work().await
    }

    /// What is on the queue is lost.
    pub(crate) fn lose_jobs(&self) -> usize {
        self.local.take::<BookingJob>("jobs").len()
    }

    /// Lets time pass and ticks come until nothing is due any more.
    pub(crate) async fn settle(&self) {
        for _ in 0..20 {
            self.pass(150);
            let is_over = self.appointments().await.iter().all(|appointment| {
                appointment.state.is_over() || appointment.state == AppointmentState::Confirmed
            });
            if self.tick().await == 0 && is_over {
                return;
            }
        }
        panic!("it does not come to rest: {:?}", self.appointments().await);
    }

    /// The host's events that stand.
    pub(crate) async fn events(&self) -> Vec<Value> {
        let mailbox = self.mailbox().await;
        let events = mailbox["events"].as_array().expect("events").clone();
        events.into_iter().filter(|event| event["deleted"] == false).collect()
    }

    /// Events that were ever made.
    pub(crate) async fn all_events(&self) -> usize {
        self.mailbox().await["events"].as_array().expect("events").len()
    }

    async fn mailbox(&self) -> Value {
        self.simulator.mailbox(HOST).await
    }

    /// The ids of mails that were posted about this appointment.
    pub(crate) async fn mails(&self, appointment: &Appointment) -> Vec<String> {
        let mut posted = Vec::new();
        for word in ["confirmed", "cancelled", "failed"] {
            for reader in ["guest", "host"] {
                let name = format!("{word}-{reader}");
                let id = format!("{}-{name}", appointment.id);
                if self.outbox.status(&id).await.expect("an answer").is_some() {
                    posted.push(name);
                }
            }
        }
        posted
    }

    /// How many calls Graph got.
    pub(crate) async fn calls(&self) -> u64 {
        self.simulator.graph_calls().await
    }

    /// Strikes every such call until it is healed.
    pub(crate) async fn fault(&self, method: &str, path: &str, action: Value) {
        self.strike(method, path, action, 0).await;
    }

    /// Strikes one such call.
    pub(crate) async fn fault_once(&self, method: &str, path: &str, action: Value) {
        self.strike(method, path, action, 1).await;
    }

    async fn strike(&self, method: &str, path: &str, action: Value, times: u32) {
        self.simulator.fault(&json!({"method": method, "path": path}), &action, times).await;
    }

    pub(crate) async fn heal(&self) {
        self.simulator.heal().await;
    }

    /// Switches how the host's calendar behaves.
    pub(crate) async fn behave(&self, behaviour: &Value) {
        self.simulator.post(&format!("mailboxes/{HOST}/calendar"), behaviour).await;
    }

    /// Puts something into the host's calendar, past us.
    pub(crate) async fn put_event(&self, start: Timestamp, minutes: i64, show_as: &str) {
        let zoned = |instant: Timestamp| json!({"dateTime": instant.strftime("%Y-%m-%dT%H:%M:%S").to_string(), "timeZone": "UTC"});
        let end = start + SignedDuration::from_mins(minutes);
        let event = json!({"subject": "x", "start": zoned(start), "end": zoned(end), "showAs": show_as});
        self.simulator.post(&format!("mailboxes/{HOST}/events"), &event).await;
    }

    /// What Entra was asked for tokens: the path and the form.
    pub(crate) async fn token_calls(&self) -> Vec<(String, HashMap<String, String>)> {
        let exchanges = self.simulator.exchanges().await.into_iter();
        let calls = exchanges.filter_map(|exchange| {
            let path = exchange["path"].as_str().filter(|path| path.ends_with("/token"))?.to_owned();
            let form = exchange["request_body"].as_str().expect("a form").as_bytes();
            Some((path, url::form_urlencoded::parse(form).into_owned().collect()))
        });
        calls.collect()
    }

    /// The host signs in and consents, as people do.
    async fn link(&self) {
        let (organization, aws) = (organization(), self.local.client());
        let write = aws.table("AccountsTable").put(&json!({
            "pk": "ORGANIZATIONS", "sk": "o1", "id": "o1", "name": "株式会社青空",
            "created_at": "2026-01-01T00:00:00Z",
        }));
        aws.write(write.expect("an item")).await.expect("written");
        self.accounts.register_tenant(&organization, &tenant()).await.expect("registered");
        let user = surroundings::member(&host(), HOST, "佐藤 花子", self.now());
        self.accounts.put_user(&organization, &user).await.expect("written");
        let (entra, graph) = clients(&self.simulator.url, &self.simulator.clock());
        let connect = Connect::new(self.accounts.clone(), entra, &secrets(), &site()).expect("flows");
        let started = connect.start_link(&organization, &host(), &tenant(), Feature::Calendar, None).await;
        let page = started.expect("a flow").url;
        surroundings::finish(&self.simulator, &connect, &graph, page, HOST).await.expect("linked");
    }
}
