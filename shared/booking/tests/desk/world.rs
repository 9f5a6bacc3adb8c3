//! A desk and a clerk between the template's tables, a queue in memory and the simulator.

mod house;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use accounts::{Accounts, Connect, Role, SignInReply, User};
use aws::{Aws, Queue};
use booking::{
    Appointment, AppointmentState, BookRequest, Booked, BookingError, BookingJob, BookingStore, Clerk,
    ClerkJob, Desk, FreeTimes, Guest, Hours, OpenPage, Place, Terms, WorkingHours,
};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use outbox::Outbox;
use serde_json::{Value, json};
use simulator::{App, Simulator, SimulatorOptions};
use types::{BookingPageId, Clock, Feature, Language, OrganizationId, TenantId, UserId};
use xtask::gate::{Faults, Gate};
use xtask::{project, queues::Queues, tables::Tables};

use house::{accounts, gate, house, microsoft, outbox, secrets, site, store};

const CLIENT: &str = "5e77e000-0000-4000-8000-00000000c11e";
pub(crate) const TENANT: &str = "5e77e000-0000-4000-8000-000000000001";
const REDIRECT: &str = "https://app.example/connect/sign-in";
pub(crate) const HOST: &str = "hanako@contoso.example";

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
    /// Between desk, clerk and everything that they call.
    pub(crate) faults: Faults,
    queue: Queues,
    pub(crate) store: BookingStore,
    pub(crate) accounts: Accounts,
    pub(crate) outbox: Outbox,
    pub(crate) jobs: Queue<BookingJob>,
    pub(crate) desk: Desk,
    pub(crate) clerk: Clerk,
    key: String,
    start: Timestamp,
}

pub(crate) fn organization() -> OrganizationId {
    "o1".parse().expect("an id")
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
        let simulator = Simulator::start(SimulatorOptions::default()).await.expect("a simulator");
        let tables = Tables::start(&project::root().join("infra/template.yaml")).await.expect("tables");
        let queue = Queues::beside(tables.url().as_str()).await;
        let faults = Faults::default();
        let gates = [gate(&queue.url, &faults).await, gate(&simulator.url, &faults).await];
        let clock: Arc<dyn Clock> = Arc::new(SimulatedClock(Arc::clone(simulator.app())));
        // Tests look past the gates.
        let direct = Aws::at(&queue.url);
        let accounts = accounts(&direct, &clock);
        let store = store(&direct, &clock);
        let outbox = outbox(&direct, &clock);
        let jobs = direct.queue(queue.url_of("jobs"));
        let (desk, clerk) = house(&gates, &clock);
        let mut world = Box::new(Self {
            simulator,
            _tables: tables,
            _gates: gates,
            faults,
            queue,
            store,
            accounts,
            outbox,
            jobs,
            desk,
            clerk,
            key: String::new(),
            start: noon_of_tomorrow(&*clock),
        });
        world.set_up_microsoft(teams).await;
        world.link().await;
        world.key = world.put_page(terms()).await;
        world
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.simulator.app().clock.now()
    }

    pub(crate) fn pass(&self, seconds: u32) {
        self.simulator.app().clock.advance(seconds);
    }

    /// Writes the page; its key.
    pub(crate) async fn put_page(&self, terms: Terms) -> String {
        assert_eq!(terms.faults(), []);
        self.store.put_page(&organization(), &page_id(), terms).await.expect("written").0.key
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
        let jobs: Vec<(String, BookingJob)> = self.queue.take("jobs");
        for (message, job) in &jobs {
            self.try_work(job, message).await.expect("worked off");
        }
        jobs.len()
    }

    /// What the tick does for links, then the worker; how many calendars that were.
    pub(crate) async fn look_after_links(&self) -> usize {
        let queue = Aws::at(&self.queue.url).queue(self.queue.url_of("calendars"));
        booking::queue_calendars(&self.accounts, &queue).await.expect("queued");
        let jobs: Vec<(String, ClerkJob)> = self.queue.take("calendars");
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
        self.queue.take::<BookingJob>("jobs").len()
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
        self.look(&format!("mailboxes/{HOST}")).await
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
        self.look("stats").await["graphHttpCalls"].as_u64().expect("a count")
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
        let fault = json!({"match": {"method": method, "path": path}, "action": action, "times": times});
        self.control("faults", &fault).await;
    }

    pub(crate) async fn heal(&self) {
        let url = format!("{}/_sim/faults", self.simulator.url);
        assert!(graph::http_client().delete(url).send().await.expect("an answer").status().is_success());
    }

    /// Switches how the host's calendar behaves.
    pub(crate) async fn behave(&self, behaviour: &Value) {
        self.control(&format!("mailboxes/{HOST}/calendar"), behaviour).await;
    }

    /// Puts something into the host's calendar, past us.
    pub(crate) async fn put_event(&self, start: Timestamp, minutes: i64, show_as: &str) {
        let zoned = |instant: Timestamp| json!({"dateTime": instant.strftime("%Y-%m-%dT%H:%M:%S").to_string(), "timeZone": "UTC"});
        let end = start + SignedDuration::from_mins(minutes);
        let event = json!({"subject": "x", "start": zoned(start), "end": zoned(end), "showAs": show_as});
        self.control(&format!("mailboxes/{HOST}/events"), &event).await;
    }

    /// What Entra was asked for tokens: the path and the form.
    pub(crate) async fn token_calls(&self) -> Vec<(String, HashMap<String, String>)> {
        let url = format!("{}/_sim/traffic", self.simulator.url);
        let lines =
            graph::http_client().get(url).send().await.expect("an answer").text().await.expect("text");
        let exchanges = lines.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        let calls = exchanges.filter_map(|exchange| {
            let path = exchange["path"].as_str().filter(|path| path.ends_with("/token"))?.to_owned();
            let form = exchange["request_body"].as_str().expect("a form").as_bytes();
            Some((path, url::form_urlencoded::parse(form).into_owned().collect()))
        });
        calls.collect()
    }

    async fn control(&self, path: &str, body: &Value) {
        let url = format!("{}/_sim/{path}", self.simulator.url);
        let response = graph::http_client().post(url).json(body).send().await.expect("an answer");
        let status = response.status();
        assert!(status.is_success(), "{path}: {status}: {}", response.text().await.unwrap_or_default());
    }

    async fn look(&self, path: &str) -> Value {
        let url = format!("{}/_sim/{path}", self.simulator.url);
        graph::http_client().get(url).send().await.expect("an answer").json().await.expect("JSON")
    }

    async fn set_up_microsoft(&self, teams: bool) {
        let app = json!({"clientId": CLIENT, "displayName": "Setten", "secrets": [{"value": "secret"}],
            "redirectUris": [REDIRECT], "applicationRoles": []});
        self.control("apps", &app).await;
        let tenant = json!({"tenantId": TENANT, "domain": "contoso.example", "displayName": "Contoso"});
        self.control("tenants", &tenant).await;
        let user = json!({"userPrincipalName": HOST, "displayName": "佐藤 花子", "teams": teams});
        self.control(&format!("tenants/{TENANT}/users"), &user).await;
        let query = [
            ("client_id", CLIENT),
            ("redirect_uri", REDIRECT),
            ("state", "s"),
            (
                "scope",
                "openid profile offline_access https://graph.microsoft.com/User.Read https://graph.microsoft.com/Calendars.ReadWrite",
            ),
            ("_sim_account", "admin@contoso.example"),
            ("_sim_answer", "accept"),
        ];
        let page = format!("{}/{TENANT}/v2.0/adminconsent", self.simulator.url);
        let reply = graph::http_client().get(page).query(&query).send().await.expect("an answer");
        assert!(reply.status().is_redirection(), "{}", reply.status());
    }

    /// The host signs in and consents, as people do.
    async fn link(&self) {
        let (organization, tenant) = (organization(), TENANT.parse::<TenantId>().expect("an id"));
        let aws = Aws::at(&self.queue.url);
        let write = aws.table("AccountsTable").put(&json!({
            "pk": "ORGANIZATIONS", "sk": "o1", "id": "o1", "name": "株式会社青空",
            "created_at": "2026-01-01T00:00:00Z",
        }));
        aws.write(write.expect("an item")).await.expect("written");
        self.accounts.register_tenant(&organization, &tenant).await.expect("registered");
        let user = User {
            id: host(),
            email: HOST.to_owned(),
            display_name: "佐藤 花子".to_owned(),
            tenant_id: None,
            role: Role::Member,
            updated_at: self.now(),
        };
        self.accounts.put_user(&organization, &user).await.expect("written");
        let (entra, graph) = microsoft(&self.simulator.url);
        let connect = Connect::new(self.accounts.clone(), entra, &secrets(), &site()).expect("flows");
        let started = connect.start_link(&organization, &host(), &tenant, Feature::Calendar, None).await;
        let mut page = started.expect("a flow").url;
        page.query_pairs_mut().append_pair("_sim_account", HOST).append_pair("_sim_answer", "accept");
        let reply = graph::http_client().get(page).send().await.expect("an answer");
        let location = reply.headers()["location"].to_str().expect("an address").to_owned();
        let back: reqwest::Url = location.parse().expect("an address");
        let back: HashMap<_, _> = back.query_pairs().into_owned().collect();
        let reply = SignInReply {
            state: back.get("state").cloned(),
            code: back.get("code").cloned(),
            error: back.get("error").cloned(),
            error_description: back.get("error_description").cloned(),
        };
        connect.finish_sign_in(&graph, reply).await.expect("linked");
    }
}
