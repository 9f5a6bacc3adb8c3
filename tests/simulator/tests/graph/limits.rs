//! What Outlook allows per app and mailbox, and how long things take.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{HANAKO, TARO, create, inner, world};

fn creates(count: usize) -> Vec<Value> {
    (0..count).map(|number| create(&number.to_string(), &format!("{number}"))).collect()
}

#[tokio::test]
async fn the_fifth_request_in_flight_is_throttled() {
    let world = world().await;
    let hanako = world.hanako().await;
    world.control("settings", json!({"latencyMs": 200, "concurrencyRetryAfter": 7})).await;
    let calls = (0..6).map(|_| {
        let hanako = hanako.clone();
        async move { hanako.get("/me/contacts").await }
    });
    let answers = futures::future::join_all(calls).await;
    let throttled: Vec<_> = answers.iter().filter(|answer| answer.status == 429).collect();
    assert_eq!(throttled.len(), 2);
    assert_eq!(throttled[0].code(), "ApplicationThrottled");
    assert_eq!(throttled[0].body["error"]["message"], "Application is over its MailboxConcurrency limit.");
    assert_eq!(throttled[0].header("retry-after"), "7");
    let stats = world.shown("stats").await;
    assert_eq!(stats["mailboxes"][HANAKO], json!({"requests": 6, "highestConcurrency": 5, "throttled": 2}));
}

#[tokio::test]
async fn a_batch_queues_four_at_a_time_and_takes_as_long_as_it_should() {
    let world = world().await;
    let hanako = world.hanako().await;
    world.control("settings", json!({"latencyMs": 20})).await;
    let mut best = Duration::MAX;
    for _ in 0..10 {
        let started = Instant::now();
        let answer = hanako.batch(creates(20)).await.expect(200);
        best = best.min(started.elapsed());
        assert!((0..20).all(|id| inner(&answer, &id.to_string())["status"] == 201));
    }
    let floor = Duration::from_millis(20 * 20 / 4);
    println!("20 requests of 20 ms, four at a time: {best:?} for a floor of {floor:?}");
    // Wide enough for a busy machine; the benchmarks measure it alone.
    assert!(best >= floor && best < floor.mul_f64(1.5), "{best:?} for a floor of {floor:?}");
    assert_eq!(world.shown("stats").await["mailboxes"][HANAKO]["highestConcurrency"], 4);
}

#[tokio::test]
async fn a_batch_can_turn_the_others_away_instead() {
    let world = world().await;
    let hanako = world.hanako().await;
    world.control("settings", json!({"latencyMs": 50, "batchConcurrency": "reject"})).await;
    let answer = hanako.batch(creates(20)).await.expect(200);
    let responses = answer.body["responses"].as_array().expect("responses");
    let with = |status: u16| responses.iter().filter(|response| response["status"] == status).count();
    assert_eq!((with(201), with(429)), (4, 16));
    let throttled = responses.iter().find(|response| response["status"] == 429).expect("one");
    assert_eq!(throttled["headers"]["Retry-After"], "1");
    assert_eq!(world.contacts_of(HANAKO).await.len(), 4);
}

#[tokio::test]
async fn two_batches_at_once_meet_the_limit_of_the_mailbox() {
    let world = world().await;
    let hanako = world.hanako().await;
    world.control("settings", json!({"latencyMs": 50})).await;
    let (one, two) = tokio::join!(hanako.batch(creates(8)), hanako.batch(creates(8)));
    let throttled = [one, two]
        .iter()
        .flat_map(|answer| answer.body["responses"].as_array().cloned().unwrap_or_default())
        .filter(|response| response["status"] == 429)
        .count();
    assert!(throttled > 0, "queues are per batch, the limit is per mailbox");
}

#[tokio::test]
async fn each_mailbox_has_its_own_places() {
    let world = world().await;
    let app = world.app().await;
    world.control("settings", json!({"latencyMs": 100, "batchConcurrency": "reject"})).await;
    let requests: Vec<Value> = (0..8)
        .map(|number| {
            let who = if number % 2 == 0 { HANAKO } else { TARO };
            json!({"id": number.to_string(), "method": "GET", "url": format!("/users/{who}/contacts")})
        })
        .collect();
    let answer = app.batch(requests).await.expect(200);
    assert!((0..8).all(|id| inner(&answer, &id.to_string())["status"] == 200));
}

#[tokio::test]
async fn ten_minutes_allow_so_many_requests_and_then_open_again() {
    let world = world().await;
    let hanako = world.hanako().await;
    world.control("settings", json!({"mailboxRequests": 3})).await;
    for _ in 0..3 {
        hanako.get("/me/contacts").await.expect(200);
    }
    let refused = hanako.get("/me/contacts").await.expect(429);
    let seconds: u32 = refused.header("retry-after").parse().expect("seconds");
    assert!((1..=600).contains(&seconds), "{seconds}");
    hanako.get("/me").await.expect(200);
    world.control("clock/advance", json!({"seconds": seconds + 1})).await;
    hanako.get("/me/contacts").await.expect(200);
}

#[tokio::test]
async fn a_body_over_four_megabytes_is_too_large() {
    let world = world().await;
    let hanako = world.hanako().await;
    let notes = |length: usize| json!({"displayName": "A", "personalNotes": "x".repeat(length)});
    hanako.post("/me/contacts", notes(3_000_000)).await.expect(201);
    hanako.post("/me/contacts", notes(4 * 1024 * 1024)).await.expect(413);
    assert_eq!(world.contacts_of(HANAKO).await.len(), 1);
}
