//! `/v1/card-updates`: a thousand updates in one call end within a third of what the function may take, whosever
//! cards they are. How long that is on a busy machine says nothing; how often the store is called, and how many
//! calls wait for each other, does.

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use futures::{StreamExt, stream};
use serde_json::json;

use crate::world::World;

/// What a call of DynamoDB takes at most as a rule.
const CALL: Duration = Duration::from_millis(20);

/// How many members' cards the route writes at a time.
const AT_ONCE: u32 = 24;

/// What the template lets the function take.
fn limit() -> Duration {
    let template = concat!(env!("CARGO_MANIFEST_DIR"), "/../../infra/template.yaml");
    let template = std::fs::read_to_string(template).expect("a template");
    let function = template.split("  ApiWeb:\n").nth(1).expect("the function");
    let timeout = function.split("Timeout: ").nth(1).and_then(|rest| rest.lines().next()).expect("a timeout");
    Duration::from_secs(timeout.trim().parse().expect("seconds"))
}

#[tokio::test]
async fn a_thousand_updates_end_within_a_third_of_the_time_limit() {
    let world = World::new().await;
    let organization = world.organization("A").await;
    let key = &organization.key;
    // One member's cards, some members', a thousand members'; three calls for each portion of a member's.
    for (members, cards, calls) in [(1_usize, 1_000_usize, 70_u32), (40, 25, 120), (1_000, 1, 3_000)] {
        let name = |member: usize| format!("m{members}-{member}");
        let line = |card| format!("{{\"id\":\"c{card}\",\"company\":\"A\"}}\n");
        let lines: String = (0..cards).map(line).collect();
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
        let update = |nth: usize| {
            let set = json!({"company": "青空", "title": "部長"});
            json!({"user": name(nth % members), "card": format!("c{}", nth / members), "set": set})
        };
        let body = json!({"updates": (0..1_000).map(update).collect::<Vec<_>>()});
        // The key costs some calls too. One call more, and the request fails.
        let most = calls + 6;
        world.cut_at(Some((most as usize + 1, false)));
        let told = world.post(key, "/v1/card-updates", &body).await.done().json();
        world.cut_at(None);
        assert_eq!((&told["updated"], &told["failed"]), (&json!(1_000), &json!(0)), "{members} members");
        let at_once = AT_ONCE.min(u32::try_from(members).expect("few"));
        assert!(CALL * most / at_once < limit() / 3, "{members} members: {most} calls, {at_once} at once");
    }
}
