//! R08 and M12: a credential that ends, is replaced or is none at all.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use futures::future::join_all;
use serde_json::json;
use surroundings::CLIENT;

use crate::world::{World, certificate, token};

const OVER: &str = "2020-01-01T00:00:00Z";

#[tokio::test(flavor = "multi_thread")]
async fn r08_a_rotation_under_load_loses_no_request() {
    let world = World::new().await;
    world.put(&json!({"client_secrets": [{"value": "old"}]}));
    world.register(&json!({"secrets": [{"value": "old"}]})).await;
    world.consent().await;
    let entra = world.process().await;
    // Slow enough that fifty are always under way.
    world
        .control(
            "faults",
            &json!({"match": {"path": "/oauth2/v2.0/token"}, "action": {"delayMs": 40}, "times": 0}),
        )
        .await;
    let (stop, done) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let workers = (0..50).map(|_| {
        let (entra, stop, done) = (entra.clone(), stop.clone(), done.clone());
        tokio::spawn(async move {
            while !stop.load(Ordering::SeqCst) {
                token(&entra).await?;
                done.fetch_add(1, Ordering::SeqCst);
            }
            Ok::<_, graph::GraphError>(())
        })
    });
    let workers: Vec<_> = workers.collect();
    let rest = || tokio::time::sleep(Duration::from_millis(400));
    rest().await;
    world.put(&json!({"client_secrets": [{"value": "new"}]}));
    world.register(&json!({"secrets": [{"value": "new"}]})).await;
    rest().await;
    let before = done.load(Ordering::SeqCst);
    rest().await;
    stop.store(true, Ordering::SeqCst);
    for worker in join_all(workers).await {
        worker.expect("no panic").expect("a request was lost");
    }
    assert!(done.load(Ordering::SeqCst) > before, "nothing went on after the rotation");
    let (_, refused) = world.token_calls();
    assert!((1..=100).contains(&refused), "{refused} refusals: those under way, and no more");
    assert_eq!(world.reads(), 2, "read at start, and once again for all");
}

#[tokio::test]
async fn r08_two_secrets_are_valid_together_and_the_better_one_is_remembered() {
    let world = World::new().await;
    world.put(&json!({"client_secrets": [{"value": "first"}, {"value": "second"}]}));
    world.register(&json!({"secrets": [{"value": "first", "expiresAt": OVER}, {"value": "second"}]})).await;
    world.consent().await;
    let entra = world.process().await;
    for _ in 0..3 {
        token(&entra).await.expect("the second one is good");
    }
    assert_eq!(world.token_calls(), (3, 1), "an expired one is tried once");
    assert_eq!(world.reads(), 1);
}

#[tokio::test]
async fn r08_a_secret_whose_day_has_come_is_not_tried_first() {
    let world = World::new().await;
    world.put(&json!({"client_secrets": [{"value": "first", "expires_at": OVER}, {"value": "second"}]}));
    world.register(&json!({"secrets": [{"value": "first"}, {"value": "second"}]})).await;
    world.consent().await;
    let entra = world.process().await;
    token(&entra).await.expect("the second one is good");
    assert_eq!(world.token_calls(), (1, 0));
    // The day was a mistake: better than nothing.
    world.register(&json!({"secrets": [{"value": "first"}]})).await;
    token(&entra).await.expect("the first one is good after all");
}

#[tokio::test]
async fn r08_the_secret_is_read_again_at_most_once_a_minute() {
    let world = World::new().await;
    world.put(&json!({"client_secrets": [{"value": "wrong"}]}));
    world.register(&json!({"secrets": [{"value": "right"}]})).await;
    world.consent().await;
    let entra = world.process().await;
    for _ in 0..5 {
        let error = token(&entra).await.expect_err("nobody knows the right one");
        assert_eq!((error.aadsts(), error.needs_sign_in()), (Some(7_000_215), false));
    }
    assert_eq!(world.reads(), 2);
    assert_eq!(world.token_calls(), (0, 5), "the same secret is not tried twice in a call");
}

#[tokio::test]
async fn m12_a_certificate_signs_and_a_lost_reply_is_no_replay() {
    let world = World::new().await;
    let (own, other) = (certificate(), certificate());
    world.put(&json!({"certificate": own, "client_secrets": [{"value": "secret"}]}));
    world.register(&json!({"certificates": [own.certificate_pem], "secrets": [{"value": "secret"}]})).await;
    world.consent().await;
    let entra = world.process().await;
    world
        .control(
            "faults",
            &json!({"match": {"path": "/oauth2/v2.0/token"}, "action": {"dropReply": true}, "times": 1}),
        )
        .await;
    token(&entra).await.expect("signed anew");
    assert_eq!(world.token_calls(), (2, 0), "the first one got through as well, its answer did not");
    let assertions = world.assertions().await;
    assert_eq!(assertions.len(), 2);
    for [header, claims] in &assertions {
        assert!(header["alg"] == "PS256" && header["x5t#S256"].is_string(), "{header}");
        assert!(claims["iss"] == CLIENT && claims["sub"] == CLIENT, "{claims}");
        let (begin, end) =
            (claims["iat"].as_i64().expect("a begin"), claims["exp"].as_i64().expect("an end"));
        assert!((60..=600).contains(&(end - begin)), "good for {} s", end - begin);
    }
    assert_ne!(assertions[0][1]["jti"], assertions[1][1]["jti"], "one was sent twice");
    // Replaced at Entra: the secret behind it carries on until the document is put.
    world.register(&json!({"certificates": [other.certificate_pem], "secrets": [{"value": "secret"}]})).await;
    token(&entra).await.expect("the secret behind it");
    assert_eq!(world.reads(), 1);
}

#[tokio::test]
async fn r08_an_expired_certificate_is_followed_by_the_new_one_in_the_document() {
    let world = World::new().await;
    let (own, next) = (certificate(), certificate());
    world.put(&json!({"certificate": own}));
    world.register(&json!({"certificates": [own.certificate_pem, next.certificate_pem]})).await;
    world.consent().await;
    let entra = world.process().await;
    token(&entra).await.expect("good");
    world.put(&json!({"certificate": next}));
    world.register(&json!({"certificates": [next.certificate_pem]})).await;
    token(&entra).await.expect("the next one, read again");
    assert_eq!(world.reads(), 2);
}
