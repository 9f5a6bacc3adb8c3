//! A tick looks at everything at the same time: what does not answer holds up nothing else.

use std::time::Duration;

use axum::{Router, body::Bytes, extract::State, http::HeaderMap, response::Response};
use outbox::{Mail, Mailbox, Outbox, OutboxSettings};
use schedule_tick::Tick;
use settings::Environment;
use surroundings::LocalAws;
use types::SystemClock;

/// The address of an AWS that never answers what is asked about due cards.
async fn without_cards(local: &LocalAws) -> String {
    async fn pass(State(local): State<String>, headers: HeaderMap, body: Bytes) -> Response {
        if String::from_utf8_lossy(&body).contains("contacts#") {
            std::future::pending::<()>().await;
        }
        let reply = graph::http_client().post(local).headers(headers).body(body).send().await;
        let reply = reply.expect("an answer");
        let response =
            Response::builder().status(reply.status()).header("content-type", "application/x-amz-json-1.0");
        response.body(reply.bytes().await.expect("a body").into()).expect("a response")
    }
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let router = Router::new().fallback(pass).with_state(local.url.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

async fn tick(aws: &str) -> Tick {
    let queues = ["CARDS", "MAIL", "SUBSCRIPTIONS", "BOOKING", "OUTBOX"];
    let queues = queues.map(|name| (format!("{name}_QUEUE_URL"), format!("{aws}/{name}")));
    let others = [
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_REGION", "eu-central-1"),
        ("AWS_ENDPOINT_URL", aws),
        ("CLOCK_OFFSET_SECONDS", "0"),
        ("ACCOUNTS_TABLE", "AccountsTable"),
        ("BOOKING_TABLE", "BookingTable"),
        ("OUTBOX_TABLE", "OutboxTable"),
        ("SECRET_NAME", "setten/test"),
    ];
    let queues = queues.iter().map(|(name, url)| (name.as_str(), url.as_str()));
    Tick::connect(&Environment::of(others.into_iter().chain(queues))).await.expect("a tick")
}

#[tokio::test]
async fn r08_what_hangs_holds_up_neither_a_mail_nor_the_word_of_the_credentials() {
    let local = LocalAws::start().await;
    let settings = OutboxSettings { table: "OutboxTable".to_owned() };
    let outbox = Outbox::new(
        local.client(),
        &settings,
        std::sync::Arc::new(SystemClock::ahead_by(-jiff::SignedDuration::from_secs(5))),
    );
    let mail = Mail {
        id: "a1-confirmed-guest".to_owned(),
        organization_id: "o1".parse().expect("an id"),
        to: Mailbox { name: String::new(), address: "guest@guest.example".to_owned() },
        from_name: "Setten".to_owned(),
        reply_to: None,
        subject: "subject".to_owned(),
        text: "text".to_owned(),
        html: None,
        calendar: None,
    };
    local.client().write(outbox.post(&mail).expect("a write")).await.expect("posted");
    let tick = tick(&without_cards(&local).await).await;
    let seen = async {
        while local.queued("OUTBOX").is_empty() || local.secret_reads() == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::select! {
        looked = Box::pin(tick.look()) => assert!(local.secret_reads() > 0, "{looked:?}"),
        () = seen => {}
        () = tokio::time::sleep(Duration::from_secs(20)) => panic!("held up: {:?}", local.queued("OUTBOX")),
    }
}
