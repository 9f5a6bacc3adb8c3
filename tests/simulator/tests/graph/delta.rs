//! Delta queries.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Client, HANAKO, segment, world};

/// Follows the links of a round; the entries and the delta link come back.
pub(crate) async fn round(client: &Client, start: &str, prefer: &str) -> (Vec<Value>, String) {
    let (mut all, mut link) = (Vec::new(), start.to_owned());
    loop {
        let page = client.send(Method::GET, &link, &[("Prefer", prefer)], None).await.expect(200);
        all.extend(page.values().clone());
        let (next, delta) = (page.body["@odata.nextLink"].as_str(), page.body["@odata.deltaLink"].as_str());
        match (next, delta) {
            (Some(next), None) => link = next.to_owned(),
            (None, Some(delta)) => return (all, delta.to_owned()),
            both => panic!("exactly one link, not {both:?}"),
        }
    }
}

#[tokio::test]
async fn a_round_tells_what_changed_since_the_last() {
    let world = world().await;
    let hanako = world.hanako().await;
    let mut ids = Vec::new();
    for name in ["A", "B", "C", "D", "E"] {
        ids.push(hanako.post("/me/contacts", json!({"displayName": name})).await.expect(201).id());
    }
    let start = "/me/contacts/delta?$select=displayName";
    let (first, link) = round(&hanako, start, "odata.maxpagesize=2").await;
    assert_eq!(first.len(), 5);
    assert!(first[0].get("jobTitle").is_none(), "$select is baked in");
    let (nothing, link) = round(&hanako, &link, "odata.maxpagesize=2").await;
    assert!(nothing.is_empty());
    hanako
        .patch(&format!("/me/contacts/{}", segment(&ids[1])), json!({"displayName": "B2"}))
        .await
        .expect(200);
    hanako.delete(&format!("/me/contacts/{}", segment(&ids[2]))).await.expect(204);
    let (changes, _) = round(&hanako, &link, "odata.maxpagesize=1").await;
    assert_eq!(changes.len(), 2);
    assert_eq!((&changes[0]["id"], &changes[0]["displayName"]), (&json!(ids[1]), &json!("B2")));
    assert_eq!(changes[1], json!({"id": ids[2], "@removed": {"reason": "deleted"}}));
    let (fresh, _) = round(&hanako, start, "odata.maxpagesize=50").await;
    assert_eq!(fresh.len(), 4, "a first round does not tell of what left before it");
}

#[tokio::test]
async fn dead_tokens_are_gone_and_say_where_to_start() {
    let world = world().await;
    let hanako = world.hanako().await;
    let (_, link) = round(&hanako, "/me/contacts/delta", "odata.maxpagesize=5").await;
    world.control(&format!("mailboxes/{HANAKO}/expire-delta-tokens"), json!({})).await;
    let gone = hanako.get(&link).await.expect(410);
    assert_eq!(gone.code(), "SyncStateNotFound");
    round(&hanako, gone.header("location"), "odata.maxpagesize=5").await;
    assert_eq!(
        hanako.get("/me/contacts/delta?$deltatoken=x").await.expect(400).code(),
        "ErrorInvalidSyncStateData"
    );
    let other = link.replace("/me/contacts/", "/me/contactFolders/");
    hanako.get(&other).await.expect(400);
}

#[tokio::test]
async fn contacts_delta_takes_select_only() {
    let world = world().await;
    let hanako = world.hanako().await;
    for option in ["$filter=displayName%20eq%20'A'", "$orderby=displayName", "$skip=1"] {
        let answer = hanako.get(&format!("/me/contacts/delta?{option}")).await.expect(400);
        assert_eq!(answer.code(), "ErrorInvalidUrlQuery", "{option}");
    }
}

#[tokio::test]
async fn folders_have_a_delta_of_their_own() {
    let world = world().await;
    let hanako = world.hanako().await;
    let made = hanako.post("/me/contactFolders", json!({"displayName": "Cards"})).await.expect(201);
    let (first, link) = round(&hanako, "/me/contactFolders/delta", "odata.maxpagesize=5").await;
    assert_eq!(first.len(), 1);
    hanako.delete(&format!("/me/contactFolders/{}", made.id())).await.expect(204);
    let (changes, _) = round(&hanako, &link, "odata.maxpagesize=5").await;
    assert_eq!(changes, [json!({"id": made.id(), "@removed": {"reason": "deleted"}})]);
}
