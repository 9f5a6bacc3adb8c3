//! Failures on demand.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::json;

use crate::support::{HANAKO, TARO, create, inner, world};

#[tokio::test]
async fn the_nth_matching_request_fails_without_effect() {
    let world = world().await;
    let hanako = world.hanako().await;
    let fault = json!({"match": {"method": "POST", "path": "/contacts$", "nth": 2},
        "action": {"status": 503, "headers": {"Retry-After": "3"}}});
    world.control("faults", fault).await;
    let post = || hanako.post("/me/contacts", json!({"displayName": "A"}));
    post().await.expect(201);
    let failed = post().await.expect(503);
    assert_eq!((failed.code(), failed.header("retry-after")), ("ErrorServerBusy", "3"));
    post().await.expect(201);
    assert_eq!(world.contacts_of(HANAKO).await.len(), 2);
    assert_eq!(world.shown("stats").await["faults"], 1);
}

#[tokio::test]
async fn a_lost_reply_has_taken_effect_and_a_lost_request_has_not() {
    let world = world().await;
    let hanako = world.hanako().await;
    for (action, kept) in [("dropReply", 1), ("dropRequest", 1)] {
        world.control("faults", json!({"match": {"method": "POST"}, "action": {action: true}})).await;
        let lost =
            hanako.try_send(Method::POST, "/me/contacts", &[], Some(json!({"displayName": "A"}))).await;
        assert!(lost.is_err(), "{action}: {lost:?}");
        assert_eq!(world.contacts_of(HANAKO).await.len(), kept, "{action}");
    }
}

#[tokio::test]
async fn a_fault_inside_a_batch_strikes_one_request_or_loses_the_whole_reply() {
    let world = world().await;
    let hanako = world.hanako().await;
    let requests = || vec![create("1", "A"), create("2", "B"), create("3", "C")];
    let body = json!({"error": {"code": "ErrorInternalServerTransientError", "message": "x"}});
    let fault =
        json!({"match": {"path": "/v1.0/me/contacts", "nth": 2}, "action": {"status": 500, "body": body}});
    world.control("faults", fault).await;
    let answer = hanako.batch(requests()).await.expect(200);
    let statuses: Vec<_> = ["1", "2", "3"].iter().map(|id| inner(&answer, id)["status"].clone()).collect();
    assert_eq!(statuses, [201, 500, 201]);
    world
        .control(
            "faults",
            json!({"match": {"path": "/me/contacts", "nth": 3}, "action": {"dropReply": true}}),
        )
        .await;
    let lost = hanako.try_send(Method::POST, "/$batch", &[], Some(json!({"requests": requests()}))).await;
    assert!(lost.is_err());
    assert_eq!(world.contacts_of(HANAKO).await.len(), 5, "all three took effect");
}

#[tokio::test]
async fn a_fault_can_be_meant_for_one_mailbox_and_can_last() {
    let world = world().await;
    let app = world.app().await;
    let fault = json!({"match": {"mailbox": TARO}, "action": {"status": 429}, "times": 0});
    world.control("faults", fault).await;
    for _ in 0..3 {
        app.get(&format!("/users/{HANAKO}/contacts")).await.expect(200);
        let throttled = app.get(&format!("/users('{TARO}')/contacts")).await.expect(429);
        assert_eq!(throttled.header("retry-after"), "1");
    }
    world.http.delete(format!("{}/_sim/faults", world.url)).send().await.expect("cleared");
    app.get(&format!("/users/{TARO}/contacts")).await.expect(200);
}

#[tokio::test]
async fn a_fault_can_be_slow_and_can_strike_the_token_endpoint() {
    let world = world().await;
    let hanako = world.hanako().await;
    world.control("faults", json!({"match": {"path": "/me"}, "action": {"delayMs": 150}})).await;
    let started = Instant::now();
    hanako.get("/me").await.expect(200);
    assert!(started.elapsed() >= Duration::from_millis(150));
    world
        .control("faults", json!({"match": {"path": "/oauth2/v2.0/token"}, "action": {"status": 503}}))
        .await;
    let url = format!("{}/{}/oauth2/v2.0/token", world.url, world.tenant);
    let answer =
        world.http.post(url).form(&[("grant_type", "client_credentials")]).send().await.expect("an answer");
    assert_eq!(answer.status(), 503);
    let body: serde_json::Value = answer.json().await.expect("JSON");
    assert_eq!(body["error"], "temporarily_unavailable");
}
