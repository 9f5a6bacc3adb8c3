//! `/v1/card-updates`: a thousand updates in one call end within a third of what the function may take, whosever
//! cards they are. How long that is on a busy machine says nothing; how often the store is called, and how many
//! calls wait for each other, does. And what becomes of each update (row B12).

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use futures::{StreamExt, stream};
use serde_json::{Value, json};

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

#[tokio::test]
async fn b12_each_update_is_told_of_on_its_own_and_reaches_ones_own_cards_only() {
    let world = World::new().await;
    let (ours, theirs) = (world.organization("A").await, world.organization("B").await);
    let card = json!({"family_name": "佐藤", "company": "青空商事", "department": "営業部"});
    for organization in [&ours, &theirs] {
        for user in ["sato", "suzuki"] {
            world.user(organization, user).await;
            world.put(&organization.key, &format!("/v1/users/{user}/cards/c1"), &card).await.done();
        }
    }
    let of = |user: &str, card: &str, set: Value| json!({"user": user, "card": card, "set": set});
    let updates = json!({"updates": [
        of("sato", "c1", json!({"company": "あ", "department": null})),
        of("suzuki", "c1", json!({"company": "青空商事"})),
        of("sato", "none", json!({"company": "い"})),
        of("sato", "c1", json!({"company": "い", "title": "部長"})),
        of("nobody", "c1", json!({"company": "い"})),
        of("suzuki", "c2", json!({"emails": ["nobody"]})),
    ]});
    world.put(&ours.key, "/v1/users/suzuki/cards/c2", &card).await.done();
    let told = world.post(&ours.key, "/v1/card-updates", &updates).await.done().json();
    let items = told["items"].as_array().expect("items");
    let results: Vec<_> = items.iter().map(|item| item["result"].as_str().expect("a word")).collect();
    assert_eq!(results, ["updated", "unchanged", "not_found", "updated", "not_found", "invalid"], "{told}");
    let named: Vec<_> = items.iter().map(|item| (&item["user"], &item["card"])).collect();
    let asked = updates["updates"].as_array().expect("updates").iter();
    assert_eq!(named, asked.map(|update| (&update["user"], &update["card"])).collect::<Vec<_>>());
    assert_eq!(items[5]["errors"][0]["field"], "set.emails[0]", "{told}");
    assert_eq!((&told["updated"], &told["unchanged"], &told["failed"]), (&json!(2), &json!(1), &json!(3)));
    // Of two for one card the later value counts, and what is not named stays.
    let read = async |key: &str, user: &str| {
        let card = world.get(key, &format!("/v1/users/{user}/cards/c1")).await.done().json();
        ["family_name", "company", "department", "title"].map(|name| card["card"][name].clone())
    };
    assert_eq!(read(&ours.key, "sato").await, [json!("佐藤"), json!("い"), Value::Null, json!("部長")]);
    for user in ["sato", "suzuki"] {
        let theirs = read(&theirs.key, user).await;
        assert_eq!(theirs, [json!("佐藤"), json!("青空商事"), json!("営業部"), Value::Null], "{user}");
    }
    let again = world.post(&ours.key, "/v1/card-updates", &updates).await.done().json();
    assert_eq!((&again["updated"], &again["unchanged"]), (&json!(0), &json!(3)), "{again}");
    let many = json!({"updates": vec![of("sato", "c1", json!({"company": "う"})); 1_001]});
    let refused = world.post(&ours.key, "/v1/card-updates", &many).await.problem(422, "invalid-field");
    assert_eq!(refused["errors"][0]["field"], "updates", "{refused}");
    assert_eq!(read(&ours.key, "sato").await[1], json!("い"));
}
