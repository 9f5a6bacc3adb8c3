//! The mail and calendar pages.

use serde_json::{Value, json};
use simulator::{Simulator, SimulatorOptions};

const USER: &str = "hanako@contoso.example";
const MAIL: &str = "From: =?UTF-8?B?5bGx55Sw?= <yamada@partner.example>\r\n\
    To: hanako@contoso.example\r\nCc: \"O'Neil <i>\" <oneil@partner.example>\r\n\
    Subject: =?UTF-8?B?44GU5oyo5ou2?= <script>alert(1)</script>\r\nMessage-ID: <1@partner.example>\r\n\
    X-Mailer: <b>Test</b>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n\
    --x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n\
    <p>Dear <i>Hanako</i>,</p><p>see https://partner.example/docs</p><script>alert(2)</script>\
    <p>&lt;img src=x onerror=alert(3)&gt;</p>\r\n\
    --x\r\nContent-Type: application/pdf; name=\"a<b>.pdf\"\r\nContent-Disposition: attachment; filename=\"a<b>.pdf\"\r\n\
    Content-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjQK\r\n--x--\r\n";

struct World {
    simulator: Simulator,
    http: reqwest::Client,
}

impl World {
    async fn new() -> Self {
        let simulator = Simulator::start(SimulatorOptions::default()).await.expect("a simulator");
        let world = Self { simulator, http: reqwest::Client::builder().build().expect("a client") };
        let tenant =
            world.post("tenants", json!({"domain": "contoso.example", "displayName": "Contoso"})).await;
        let id = tenant["tenantId"].as_str().expect("an id");
        for name in [USER, "taro@contoso.example"] {
            let user = json!({"userPrincipalName": name, "displayName": "佐藤 <花子>"});
            world.post(&format!("tenants/{id}/users"), user).await;
        }
        world
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let url = format!("{}/_sim/{path}", self.simulator.url);
        let answer = self.http.post(url).json(&body).send().await.expect("sent");
        let (status, text) = (answer.status(), answer.text().await.expect("a body"));
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    async fn mail(&self, folder: &str, raw: &str) {
        let url = format!("{}/_sim/mailboxes/{USER}/messages?folder={folder}", self.simulator.url);
        let answer = self.http.post(url).body(raw.to_owned()).send().await.expect("sent");
        assert_eq!(answer.status(), 201, "{}", answer.text().await.expect("a body"));
    }

    async fn event(&self, from: &str, until: &str, more: Value) {
        let at = |time: &str| json!({"dateTime": time, "timeZone": "Tokyo Standard Time"});
        let mut event = json!({"start": at(from), "end": at(until)});
        event.as_object_mut().expect("an object").extend(more.as_object().expect("members").clone());
        self.post(&format!("mailboxes/{USER}/events"), event).await;
    }

    async fn page(&self, path: &str) -> String {
        let url = format!("{}/outlook/{USER}/{path}", self.simulator.url);
        let answer = self.http.get(url).send().await.expect("sent");
        assert_eq!(answer.status(), 200);
        answer.text().await.expect("a page")
    }
}

/// The address of the link with an id that begins so.
fn link(page: &str, id: &str) -> String {
    let end = page.find(&format!("id=\"{id}")).unwrap_or_else(|| panic!("no {id} in {page}"));
    let start = page[..end].rfind("href=\"").expect("a link") + 6;
    let href = page[start..end].split('"').next().expect("an end").replace("&#38;", "&");
    href.split_once(&format!("{}/", "outlook")).expect("ours").1.split_once('/').expect("a part").1.to_owned()
}

fn has(page: &str, texts: &[&str]) {
    for text in texts {
        assert!(page.contains(text), "{text} is missing in {page}");
    }
}

#[tokio::test]
async fn a_mail_is_read_as_text_and_nothing_in_it_becomes_part_of_the_page() {
    let world = World::new().await;
    world.mail("inbox", MAIL).await;
    let page = world.page("mail?mkt=en").await;
    has(
        &page,
        &[
            "1 message<",
            "ご挨拶 &#60;script&#62;",
            "山田 &#60;yamada@partner.example&#62;",
            "O&#39;Neil &#60;i&#62;",
            "Dear Hanako",
            "<a href=\"https://partner.example/docs\"",
            "&#60;img src=x onerror=alert(3)&#62;",
            "a&#60;b&#62;.pdf",
            "&#60;b&#62;Test&#60;/b&#62;",
            "Unread",
            "id=\"headers\"",
            "&#60;1@partner.example&#62;",
        ],
    );
    for text in ["alert(1)</script>", "alert(2)", "<img src=x", "<i>", "<花子>"] {
        assert!(!page.contains(text), "{text} stands in {page}");
    }
    has(&world.page("mail?mkt=ja").await, &["受信トレイ", "1 件のメール", "未読", "lang=\"ja\""]);
}

#[tokio::test]
async fn folders_show_what_was_sent_to_whom_and_can_be_searched_and_paged() {
    let world = World::new().await;
    let sent = "From: hanako@contoso.example\r\nTo: Yamada <yamada@partner.example>\r\nSubject: Re\r\n\r\nThanks\r\n";
    world.mail("sentitems", sent).await;
    for number in 0..60 {
        let raw = format!("From: a@b.example\r\nSubject: Report {number:02}\r\n\r\ntext {number:02}x\r\n");
        world.mail("inbox", &raw).await;
    }
    let inbox = world.page("mail?mkt=en").await;
    has(&inbox, &["60 messages", "Report 59", "Report 10", "rel=\"next\""]);
    assert!(!inbox.contains("Report 09"));
    has(&world.page("mail?page=2&mkt=en").await, &["Report 09", "Report 00", "rel=\"prev\""]);
    let found = world.page("mail?q=TEXT+42X&mkt=en").await;
    has(&found, &["1 message<", "Report 42"]);
    has(&world.page("mail?q=nothing+like+it&mkt=en").await, &["No mail holds this text."]);
    let folder = simulator::model::mailbox::SENT_ITEMS;
    has(&world.page(&format!("mail?folder={folder}&mkt=en")).await, &[">Yamada<", "1 message<"]);
    let picked = world.page(&link(&inbox, "message-")).await;
    assert!(picked.contains("mailbox picked"));
}

#[tokio::test]
async fn a_week_shows_its_events_at_their_times_in_the_mailboxs_zone() {
    let world = World::new().await;
    let attendees = json!([
        {"type": "required", "emailAddress": {"address": "guest@partner.example", "name": "山田 <太郎>"}},
        {"type": "optional", "emailAddress": {"address": "taro@contoso.example", "name": "鈴木 太郎"}},
    ]);
    let meeting = json!({
        "subject": "商談 <b>x</b>", "attendees": attendees, "isOnlineMeeting": true,
        "onlineMeetingProvider": "teamsForBusiness", "location": {"displayName": "会議室 <A>"},
        "body": {"contentType": "html", "content": "<p>質問: <script>alert(1)</script>時期</p>"},
    });
    world.event("2026-11-24T10:00:00", "2026-11-24T11:30:00", meeting).await;
    world
        .event(
            "2026-11-24T10:30:00",
            "2026-11-24T11:00:00",
            json!({"subject": "Second", "showAs": "tentative"}),
        )
        .await;
    let holiday = json!({"subject": "休暇", "isAllDay": true});
    world.event("2026-11-26T00:00:00", "2026-11-27T00:00:00", holiday).await;
    let week = world.page("calendar?week=2026-11-25&mkt=en").await;
    has(
        &week,
        &[
            "23 November 2026 – 29 November 2026",
            "3 events · Japan time",
            "10:00–11:30",
            "商談 &#60;b&#62;x&#60;/b&#62;",
            "r9 s6 l1-2",
            "r11 s2 l2-2",
            "Tentative",
            "All day",
            "会議室 &#60;A&#62;",
        ],
    );
    assert!(
        !week.contains("<b>x") && !week.contains(" style="),
        "no style of its own: the policy forbids it"
    );
    let open = world.page(&format!("{}&mkt=ja", link(&week, "event-"))).await;
    has(
        &open,
        &[
            "2026年11月24日(火) 10:00 – 11:30 (日本時間)",
            "href=\"https://teams.microsoft.com/l/meetup-join/",
            "山田 &#60;太郎&#62;",
            "guest@partner.example",
            "任意",
            "未回答",
            "質問: ",
            "mailbox picked",
        ],
    );
    assert!(!open.contains("alert(1)"));
    has(&world.page("calendar?week=2027-02-01&mkt=en").await, &["Nothing in this week."]);
    assert!(
        world
            .http
            .get(format!("{}/outlook/nobody/calendar", world.simulator.url))
            .send()
            .await
            .expect("sent")
            .status()
            == 404
    );
}

#[tokio::test]
async fn answers_cancellations_and_late_links_are_told() {
    let world = World::new().await;
    world.post(&format!("mailboxes/{USER}/calendar"), json!({"teams": {"late": {"seconds": 60}}})).await;
    let attendees = json!([{"type": "required", "emailAddress": {"address": "taro@contoso.example", "name": "鈴木 太郎"}}]);
    let meeting = json!({"subject": "A", "attendees": attendees, "isOnlineMeeting": true,
        "onlineMeetingProvider": "teamsForBusiness"});
    world.event("2026-11-24T10:00:00", "2026-11-24T11:00:00", meeting).await;
    let event = link(&world.page("calendar?week=2026-11-24").await, "event-");
    has(
        &world.page(&format!("{event}&mkt=en")).await,
        &["The link of the meeting is not there yet.", "No answer"],
    );
    world.post("clock/advance", json!({"seconds": 61})).await;
    {
        let app = world.simulator.app();
        let mut model = app.world();
        let taro = model.directory.user("taro@contoso.example").expect("there").1.id.clone();
        let number = model.mailboxes[&taro].events().next().expect("invited").number;
        let reply = simulator::model::mailbox::Reply {
            answer: simulator::model::mailbox::Answer::Declined,
            send: true,
        };
        model.answer_event(&taro, number, &reply, app.clock.now()).expect("answered");
    }
    has(&world.page(&format!("{event}&mkt=en")).await, &["Join the meeting", "Declined"]);
}
