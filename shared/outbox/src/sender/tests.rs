//! A mail's way through its states, on a table in memory and with a scripted SES.

use std::sync::{Arc, Mutex};

use aws::{Aws, Key};
use axum::{
    Json, Router,
    body::Body,
    extract::State,
    http::{Response, StatusCode},
    routing::post,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use futures::StreamExt;
use serde_json::{Value, json};
use settings::Environment;
use tokio::net::TcpListener;
use types::ManualClock;
use xtask::{project, tables::Tables};

use super::*;
use crate::{Mail, MailState, Mailbox, OutboxSettings};

const TABLE: &str = "OutboxTable";
const ID: &str = "a1-confirmed-guest";
const SILENCE: SignedDuration = SignedDuration::from_mins(10);

/// What SES does with a mail.
#[derive(Debug, Clone, Copy)]
enum Act {
    Take,
    TakeAndLoseTheReply,
    Refuse(u16, &'static str),
}

/// Takes mails as it is told, or all when it is told nothing.
#[derive(Clone, Default)]
struct Ses {
    acts: Arc<Mutex<Vec<Act>>>,
    taken: Arc<Mutex<Vec<Value>>>,
}

impl Ses {
    fn taken(&self) -> usize {
        self.taken.lock().expect("no panic").len()
    }

    async fn send(State(ses): State<Self>, Json(email): Json<Value>) -> Response<Body> {
        let act = ses.acts.lock().expect("no panic").pop().unwrap_or(Act::Take);
        if let Act::Refuse(status, code) = act {
            let response = Response::builder().status(status).header("x-amzn-errortype", code);
            return response.body(Body::from(r#"{"message":"no"}"#)).expect("a response");
        }
        ses.taken.lock().expect("no panic").push(email);
        let reply = Body::from(json!({"MessageId": format!("ses-{}", ses.taken())}).to_string());
        let broken = futures::stream::iter([Err::<Vec<u8>, _>(std::io::Error::other("cut"))]);
        match act {
            Act::TakeAndLoseTheReply => Response::new(Body::from_stream(broken.boxed())),
            _ => Response::builder().status(StatusCode::OK).body(reply).expect("a response"),
        }
    }
}

struct World {
    _tables: Tables,
    ses: Ses,
    clock: ManualClock,
    aws: Aws,
    outbox: Outbox,
    sender: Sender,
}

impl World {
    async fn new(acts: &[Act]) -> Self {
        let ses = Ses::default();
        ses.acts.lock().expect("no panic").extend(acts.iter().rev());
        let app = Router::new().route("/v2/email/outbound-emails", post(Ses::send)).with_state(ses.clone());
        let (listener, ses_url) = listen().await;
        tokio::spawn(async move { axum::serve(listener, app).await });
        let tables = Tables::start(&project::root().join("infra/template.yaml")).await.expect("tables");
        let environment = Environment::of([
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
            ("AWS_REGION", "eu-central-1"),
            ("AWS_ENDPOINT_URL", tables.url().as_str()),
            ("AWS_ENDPOINT_URL_SESV2", &ses_url),
        ]);
        let aws = Aws::connect(&environment).expect("a connection");
        let clock = ManualClock::at("2026-11-22T10:00:00.25Z".parse().expect("a time"));
        let settings = OutboxSettings { table: TABLE.to_owned() };
        let outbox = Outbox::new(aws.clone(), &settings, Arc::new(clock.clone()));
        let settings = SenderSettings {
            address: "no-reply@setten.test".to_owned(),
            configuration_set: "setten".to_owned(),
        };
        let sender = Sender::new(outbox.clone(), aws.emails(), settings);
        let world = Self { _tables: tables, ses, clock, aws, outbox, sender };
        world.aws.transact(vec![world.outbox.post(&mail()).expect("a write")]).await.expect("posted");
        world
    }

    /// The queue delivers a job for the mail that was queued just now.
    async fn deliver(&self) {
        let attempts = self.outbox.status(ID).await.expect("read").expect("a mail").attempts;
        self.deliver_one_of(attempts).await;
    }

    /// The queue delivers a job that was queued when the mail had been tried so often.
    async fn deliver_one_of(&self, attempts: u32) {
        let job = SendJob { mail_id: ID.to_owned(), attempts };
        self.sender.send(&job).await.expect("worked off");
    }

    /// SES's own word about its `number`th mail, for an effect.
    async fn hear(&self, effect: &str, number: usize) {
        let event = json!({"detail-type": "Email Sent", "detail": {"mail": {
            "messageId": format!("ses-{number}"), "tags": {"effect": [effect]}}}});
        let event: SesEvent = serde_json::from_value(event).expect("an event");
        self.sender.hear(&event).await.expect("worked off");
    }

    async fn state(&self) -> (MailState, Option<String>) {
        let status = self.outbox.status(ID).await.expect("read").expect("a mail");
        (status.state, status.reason)
    }

    async fn is_due(&self) -> bool {
        !self.outbox.due().await.expect("read").is_empty()
    }

    async fn item(&self) -> Value {
        let key = Key::new(format!("MAIL#{ID}"), "MAIL");
        self.aws.table(TABLE).get(key).await.expect("read").expect("an item")
    }
}

async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    (listener, url)
}

fn mail() -> Mail {
    Mail {
        id: ID.to_owned(),
        organization_id: "o1".parse().expect("an id"),
        to: Mailbox { name: "三田花子".to_owned(), address: "hanako@guest.test".to_owned() },
        from_name: "株式会社テスト".to_owned(),
        reply_to: None,
        subject: "日程が確定しました".to_owned(),
        text: "こんにちは".to_owned(),
        html: None,
        calendar: None,
    }
}

#[tokio::test]
async fn a_mail_goes_out_once_with_its_effect_as_a_tag() {
    let world = World::new(&[]).await;
    assert_eq!(world.state().await, (MailState::Waiting, None));
    assert!(world.is_due().await, "the tick finds what nobody queued");
    for _ in 0..3 {
        world.deliver().await;
    }
    assert_eq!((world.state().await, world.ses.taken()), ((MailState::Sent, None), 1));
    let email = world.ses.taken.lock().expect("no panic")[0].clone();
    assert_eq!(email["FromEmailAddress"], "no-reply@setten.test");
    assert_eq!(email["Destination"]["ToAddresses"], json!(["hanako@guest.test"]));
    assert_eq!(email["ConfigurationSetName"], "setten");
    assert_eq!(email["EmailTags"], json!([{"Name": "effect", "Value": ID}]));
    let raw = STANDARD.decode(email["Content"]["Raw"]["Data"].as_str().expect("data")).expect("base64");
    let message = mail_parser::MessageParser::default().parse(&raw).expect("a message");
    assert_eq!(message.subject(), Some("日程が確定しました"));
    world.clock.advance(SignedDuration::from_hours(24));
    assert!(!world.is_due().await, "what went out is never due again");
    let item = world.item().await;
    assert_eq!(item["expires_at"], json!(1_795_341_600 + 14 * 24 * 3600));
    assert_eq!(item["message_id"], "ses-1");
}

#[tokio::test]
async fn many_jobs_at_once_make_one_mail() {
    let world = World::new(&[]).await;
    futures::future::join_all((0..50).map(|_| world.deliver())).await;
    assert_eq!((world.state().await, world.ses.taken()), ((MailState::Sent, None), 1));
}

#[tokio::test]
async fn many_jobs_at_once_take_over_from_a_dead_worker_once() {
    let world = World::new(&[]).await;
    let row = world.outbox.read(ID).await.expect("read").expect("a mail");
    world.outbox.claim(&row).await.expect("written").expect("claimed");
    world.clock.advance(SILENCE);
    futures::future::join_all((0..50).map(|_| world.deliver())).await;
    assert_eq!((world.state().await, world.ses.taken()), ((MailState::Sent, None), 1));
}

#[tokio::test]
async fn a_mail_is_posted_once() {
    let world = World::new(&[]).await;
    let again = Mail { subject: "another".to_owned(), ..mail() };
    let error = world.aws.write(world.outbox.post(&again).expect("a write")).await.expect_err("posted twice");
    assert!(error.is_condition_failed(), "{error:?}");
    for bad in ["", "a#b", "a b", "花", &"x".repeat(201)] {
        let mail = Mail { id: bad.to_owned(), ..mail() };
        assert!(matches!(world.outbox.post(&mail), Err(OutboxError::Id)), "{bad:?}");
    }
}

#[tokio::test]
async fn a_lost_reply_makes_no_second_mail_once_ses_has_spoken() {
    let world = World::new(&[Act::TakeAndLoseTheReply]).await;
    world.deliver().await;
    world.deliver().await;
    assert_eq!((world.state().await, world.ses.taken()), ((MailState::Sending, None), 1));
    world.clock.advance(SILENCE - SignedDuration::from_secs(1));
    assert!(!world.is_due().await);
    world.deliver().await;
    assert_eq!(world.ses.taken(), 1, "SES may still speak");
    world.hear(ID, 1).await;
    assert_eq!(world.state().await, (MailState::Sent, None));
    world.clock.advance(SILENCE);
    assert!(!world.is_due().await);
    world.deliver().await;
    assert_eq!(world.ses.taken(), 1);
}

#[tokio::test]
async fn what_ses_never_spoke_of_is_sent_after_ten_minutes() {
    let world = World::new(&[]).await;
    // A worker died between its claim and the call.
    let row = world.outbox.read(ID).await.expect("read").expect("a mail");
    world.outbox.claim(&row).await.expect("written").expect("claimed");
    world.deliver().await;
    assert_eq!(world.ses.taken(), 0);
    world.clock.advance(SILENCE);
    assert!(world.is_due().await);
    world.deliver().await;
    assert_eq!((world.state().await, world.ses.taken()), ((MailState::Sent, None), 1));
}

#[tokio::test]
async fn ses_may_speak_before_its_reply_and_twice() {
    let world = World::new(&[Act::TakeAndLoseTheReply]).await;
    let row = world.outbox.read(ID).await.expect("read").expect("a mail");
    let attempt = world.outbox.claim(&row).await.expect("written").expect("claimed");
    world.hear(ID, 1).await;
    // The worker, late, takes its attempt for a failure.
    world.outbox.failed(ID, attempt, "late").await.expect("written");
    assert_eq!(world.state().await, (MailState::Sent, None));
    world.outbox.put_back(ID, attempt, "late", SignedDuration::ZERO).await.expect("written");
    assert_eq!(world.state().await, (MailState::Sent, None));
    world.hear(ID, 1).await;
    world.deliver().await;
    assert_eq!((world.state().await, world.ses.taken()), ((MailState::Sent, None), 0));
}

#[tokio::test]
async fn an_event_of_a_mail_that_is_not_ours_leaves_no_trace() {
    let world = World::new(&[]).await;
    world.hear("somebody-elses", 1).await;
    assert!(world.outbox.status("somebody-elses").await.expect("read").is_none());
    assert_eq!(world.state().await, (MailState::Waiting, None));
}

#[tokio::test]
async fn what_ses_refuses_for_good_fails_with_its_reason() {
    let world = World::new(&[Act::Refuse(400, "MessageRejected")]).await;
    world.deliver().await;
    let refused = (MailState::Failed, Some("MessageRejected".to_owned()));
    assert_eq!((world.state().await, world.ses.taken()), (refused, 0));
    world.clock.advance(SignedDuration::from_hours(24));
    assert!(!world.is_due().await);
    world.deliver().await;
    assert_eq!(world.ses.taken(), 0, "what failed stays so");
}

#[tokio::test]
async fn what_ses_refuses_for_load_waits_longer_each_time() {
    let busy = Act::Refuse(429, "TooManyRequestsException");
    let world = World::new(&[busy, busy, busy]).await;
    for pause in [30, 60, 120] {
        world.deliver().await;
        let waiting = (MailState::Waiting, Some("TooManyRequestsException".to_owned()));
        assert_eq!(world.state().await, waiting);
        world.clock.advance(SignedDuration::from_secs(pause - 1));
        assert!(!world.is_due().await, "before {pause} s");
        world.clock.advance(SignedDuration::from_secs(1));
        assert!(world.is_due().await, "after {pause} s");
    }
    world.deliver().await;
    assert_eq!((world.state().await, world.ses.taken()), ((MailState::Sent, None), 1));
}

#[tokio::test]
async fn copies_of_a_job_burn_no_attempts() {
    let world = World::new(&[Act::Refuse(429, "TooManyRequestsException"); 5]).await;
    for _ in 0..5 {
        // What the tick queued again while the first waited in the queue.
        world.deliver_one_of(0).await;
    }
    let status = world.outbox.status(ID).await.expect("read").expect("a mail");
    assert_eq!((status.state, status.attempts), (MailState::Waiting, 1));
    world.clock.advance(SignedDuration::from_secs(30));
    let due = world.outbox.due().await.expect("read");
    assert_eq!(due.iter().map(|due| due.attempts).collect::<Vec<_>>(), [1], "the next job is another");
    world.deliver_one_of(1).await;
    assert_eq!(world.outbox.status(ID).await.expect("read").expect("a mail").attempts, 2);
}

#[tokio::test]
async fn an_answer_that_tells_nothing_is_waited_out() {
    let world = World::new(&[Act::Refuse(500, "InternalFailure"), Act::Take]).await;
    world.deliver().await;
    world.deliver().await;
    assert_eq!((world.state().await, world.ses.taken()), ((MailState::Sending, None), 0));
    world.clock.advance(SILENCE);
    world.deliver().await;
    assert_eq!((world.state().await, world.ses.taken()), ((MailState::Sent, None), 1));
}

#[tokio::test]
async fn a_mail_is_given_up_in_the_end() {
    let world = World::new(&[Act::Refuse(403, "AccessDeniedException"); 40]).await;
    let mut hours = 0;
    while world.state().await.0 == MailState::Waiting {
        world.deliver().await;
        world.clock.advance(SignedDuration::from_hours(1));
        hours += 1;
        assert!(hours < 40, "it is never given up");
    }
    assert_eq!(world.state().await, (MailState::Failed, Some("given_up".to_owned())));
    assert!(hours > 24, "given up after {hours} hours");
}

#[tokio::test]
async fn a_mail_to_no_address_fails_without_a_call() {
    let world = World::new(&[]).await;
    let to = Mailbox { name: String::new(), address: "a@b.test\r\nBcc: c@d.test".to_owned() };
    let mail = Mail { id: "bad".to_owned(), to, ..mail() };
    world.aws.write(world.outbox.post(&mail).expect("a write")).await.expect("posted");
    world.sender.send(&SendJob { mail_id: "bad".to_owned(), attempts: 0 }).await.expect("worked off");
    let status = world.outbox.status("bad").await.expect("read").expect("a mail");
    assert_eq!((status.state, status.reason.as_deref()), (MailState::Failed, Some("invalid_address")));
    assert_eq!(world.ses.taken(), 0);
}

#[tokio::test]
async fn what_the_tick_queued_is_not_due_in_the_next_minute() {
    let world = World::new(&[]).await;
    let due = world.outbox.due().await.expect("read");
    world.outbox.put_off(&due[0], SignedDuration::from_mins(2)).await.expect("written");
    assert!(!world.is_due().await);
    world.clock.advance(SignedDuration::from_mins(2));
    assert!(world.is_due().await, "a job that was lost is queued again");
    // Sent meanwhile: putting off must not bring it up again.
    let due = world.outbox.due().await.expect("read");
    world.deliver().await;
    world.outbox.put_off(&due[0], SignedDuration::ZERO).await.expect("written");
    assert!(!world.is_due().await);
    assert_eq!(world.item().await["due_at"], Value::Null);
}
