//! `/v1/card-updates`: a thousand updates in one call end within a third of what the function may take.

use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::Request;
use futures::{StreamExt, stream};
use serde_json::json;

use crate::world::World;

/// What the template lets the function take.
fn limit() -> Duration {
    let template = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../infra/template.yaml"))
        .expect("a template");
    let function = template.split("  ApiWeb:\n").nth(1).expect("the function");
    let timeout = function.split("Timeout: ").nth(1).and_then(|rest| rest.lines().next()).expect("a timeout");
    Duration::from_secs(timeout.trim().parse().expect("seconds"))
}

#[tokio::test]
async fn a_thousand_updates_end_within_a_third_of_the_time_limit() {
    let world = World::new().await;
    let organization = world.organization("A").await;
    let key = &organization.key;
    // One member's cards, some members', a thousand members'.
    for (members, cards) in [(1, 1_000), (40, 25), (1_000, 1)] {
        let name = |member: usize| format!("m{members}-{member}");
        let lines: String =
            (0..cards).map(|card| format!("{{\"id\":\"c{card}\",\"company\":\"A\"}}\n")).collect();
        let make = |member: usize| {
            let (world, organization, lines, id) = (&world, &organization, &lines, name(member));
            async move {
                world.user(organization, &id).await;
                let request = Request::post(format!("/v1/users/{id}/imports"))
                    .header("authorization", format!("Bearer {key}"))
                    .header("content-type", "application/x-ndjson");
                world.request(request.body(Body::from(lines.clone())).expect("a request")).await.done();
            }
        };
        stream::iter(0..members).map(make).buffer_unordered(16).collect::<Vec<()>>().await;
        let mut taken = Vec::new();
        for turn in 0..8 {
            let update = |nth: usize| {
                let set = json!({"company": format!("{turn}社"), "title": "部長"});
                json!({"user": name(nth % members), "card": format!("c{}", nth / members), "set": set})
            };
            let body = json!({"updates": (0..1_000).map(update).collect::<Vec<_>>()});
            let began = Instant::now();
            let told = world.post(key, "/v1/card-updates", &body).await.done().json();
            taken.push(began.elapsed());
            assert_eq!((&told["updated"], &told["failed"]), (&json!(1_000), &json!(0)), "{members}");
        }
        // Of eight the longest is beyond the 95th percentile.
        let longest = taken.iter().max().expect("some");
        assert!(*longest < limit() / 3, "{members} members: {taken:?}");
        eprintln!("{members} members x {cards} cards: {taken:?}");
    }
}
