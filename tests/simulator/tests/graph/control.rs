//! The control API.

use serde_json::json;

use crate::support::{CARD_ID, DOMAIN, HANAKO, world};

#[tokio::test]
async fn a_mailbox_is_shown_with_all_it_holds() {
    let world = world().await;
    let hanako = world.hanako().await;
    let folder = hanako.post("/me/contactFolders", json!({"displayName": "Cards"})).await.expect(201);
    let body = json!({"displayName": "A", "singleValueExtendedProperties": [{"id": CARD_ID, "value": "7"}]});
    let made = hanako.post(&format!("/me/contactFolders/{}/contacts", folder.id()), body).await.expect(201);
    let mailbox = world.shown(&format!("mailboxes/{HANAKO}")).await;
    let folders = mailbox["folders"].as_array().expect("folders");
    let cards = folders.iter().find(|folder| folder["path"] == "Contacts/Cards").expect("the folder");
    assert_eq!(cards["id"], folder.id());
    assert_eq!(cards["contacts"][0]["id"], made.id());
    assert_eq!(cards["contacts"][0]["extendedProperties"], json!({CARD_ID: "7"}));
}

#[tokio::test]
async fn counts_tell_outer_from_inner_and_token_calls() {
    let world = world().await;
    let hanako = world.hanako().await;
    let requests =
        (0..3).map(|id| json!({"id": id.to_string(), "method": "GET", "url": "/me/contacts"})).collect();
    hanako.batch(requests).await.expect(200);
    hanako.get("/me").await.expect(200);
    let stats = world.shown("stats").await;
    assert_eq!(
        (&stats["graphHttpCalls"], &stats["graphInnerCalls"], &stats["tokenCalls"]),
        (&json!(2), &json!(3), &json!(1))
    );
    assert_eq!(stats["http"]["POST /$batch"], 1);
    assert_eq!(stats["inner"]["GET /users/{id}/contacts"], 3);
}

#[tokio::test]
async fn bad_control_calls_are_refused_with_a_reason() {
    let world = world().await;
    for (path, body, status) in [
        ("settings", json!({"latency": 5}), 400),
        ("faults", json!({"action": {"statusCode": 500}}), 400),
        ("clock/advance", json!({"seconds": -5}), 400),
        ("tenants", json!({"domain": DOMAIN, "displayName": "Again"}), 409),
        ("tenants/none/users", json!({"userPrincipalName": "a@b.example", "displayName": "A"}), 404),
    ] {
        let answer =
            world.http.post(format!("{}/_sim/{path}", world.url)).json(&body).send().await.expect("sent");
        assert_eq!(answer.status(), status, "{path}");
        let reason: serde_json::Value = answer.json().await.expect("JSON");
        assert!(reason["error"].as_str().is_some_and(|reason| !reason.is_empty()), "{path}");
    }
}

#[tokio::test]
async fn a_reset_leaves_nothing() {
    let world = world().await;
    let hanako = world.hanako().await;
    world.control("settings", json!({"latencyMs": 5})).await;
    world.control("clock/advance", json!({"seconds": 60})).await;
    world.control("reset", json!({})).await;
    assert_eq!(world.shown("settings").await["latencyMs"], 0);
    assert_eq!(world.shown("clock").await["offsetSeconds"], 0);
    assert_eq!(world.shown("tenants").await["tenants"], json!([]));
    assert_eq!(world.shown("stats").await["graphHttpCalls"], 0);
    hanako.get("/me").await.expect(401);
}
