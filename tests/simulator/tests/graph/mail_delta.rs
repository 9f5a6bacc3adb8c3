//! Delta queries of messages and mail folders.

use reqwest::Method;
use serde_json::{Value, json};

use crate::delta::round;
use crate::mail::{IMMUTABLE, plain, put, reader};
use crate::support::{HANAKO, segment, world};

const INBOX: &str = "/me/mailFolders/inbox/messages/delta";
const PAGES: &str = "odata.maxpagesize=2, IdType=\"ImmutableId\"";

fn id(made: &Value) -> String {
    made["immutableId"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn a_round_tells_what_came_changed_moved_and_went() {
    let world = world().await;
    let hanako = reader(&world).await;
    let mut ids = Vec::new();
    for number in 0..5 {
        ids.push(id(&put(&world, HANAKO, "", plain(number)).await));
    }
    let start = format!("{INBOX}?$select=subject,isRead");
    let (first, link) = round(&hanako, &start, PAGES).await;
    assert_eq!(first.len(), 5);
    assert!(first[0].get("bodyPreview").is_none(), "$select is baked in");
    let (nothing, link) = round(&hanako, &link, PAGES).await;
    assert!(nothing.is_empty());
    let path = |index: usize| format!("/me/messages/{}", segment(&ids[index]));
    hanako.send(Method::PATCH, &path(1), &[IMMUTABLE], Some(json!({"isRead": true}))).await.expect(200);
    hanako.send(Method::DELETE, &path(2), &[IMMUTABLE], None).await.expect(204);
    let drag = format!("mailboxes/{HANAKO}/messages/{}/move?folder=archive", segment(&ids[3]));
    world.control(&drag, json!({})).await;
    let new = id(&put(&world, HANAKO, "", plain(9)).await);
    put(&world, HANAKO, "folder=junkemail", plain(10)).await;
    let (changes, _) = round(&hanako, &link, PAGES).await;
    assert_eq!((&changes[0]["id"], &changes[0]["isRead"]), (&json!(ids[1]), &json!(true)));
    assert_eq!(changes[1], json!({"id": ids[2], "@removed": {"reason": "deleted"}}));
    assert_eq!(changes[2], json!({"id": ids[3], "@removed": {"reason": "deleted"}}));
    assert_eq!((changes.len(), &changes[3]["id"]), (4, &json!(new)));
    let (archive, _) = round(&hanako, "/me/mailFolders/archive/messages/delta", PAGES).await;
    assert_eq!((archive.len(), &archive[0]["id"]), (1, &json!(ids[3])));
}

#[tokio::test]
async fn a_round_can_be_narrowed_by_time_and_by_kind_of_change() {
    let world = world().await;
    let hanako = reader(&world).await;
    for day in 1..4 {
        put(&world, HANAKO, &format!("received=2026-06-0{day}T00:00:00Z"), plain(day)).await;
    }
    let recent = format!(
        "{INBOX}?$filter=receivedDateTime%20ge%202026-06-02T00:00:00Z&$orderby=receivedDateTime%20desc"
    );
    assert_eq!(round(&hanako, &recent, PAGES).await.0.len(), 2);
    let (created, links) = (format!("{INBOX}?changeType=created"), format!("{INBOX}?changeType=deleted"));
    let (all, created) = round(&hanako, &created, PAGES).await;
    let (none, deleted) = round(&hanako, &links, PAGES).await;
    assert_eq!((all.len(), none.len()), (3, 0));
    let path = |index: usize| format!("/me/messages/{}", segment(all[index]["id"].as_str().expect("an id")));
    hanako.send(Method::PATCH, &path(0), &[IMMUTABLE], Some(json!({"isRead": true}))).await.expect(200);
    hanako.send(Method::DELETE, &path(1), &[IMMUTABLE], None).await.expect(204);
    let new = id(&put(&world, HANAKO, "", plain(9)).await);
    let (came, _) = round(&hanako, &created, PAGES).await;
    assert_eq!((came.len(), &came[0]["id"]), (1, &json!(new)));
    assert_eq!(round(&hanako, &deleted, PAGES).await.0.len(), 1);
    for bad in ["$filter=isRead%20eq%20true", "$orderby=subject", "changeType=moved", "$skip=1"] {
        hanako.get(&format!("{INBOX}?{bad}")).await.expect(400);
    }
    hanako.get("/me/messages/delta").await.expect(400);
}

#[tokio::test]
async fn dead_tokens_say_where_to_start_and_foreign_ones_are_refused() {
    let world = world().await;
    let hanako = reader(&world).await;
    let (_, link) = round(&hanako, INBOX, PAGES).await;
    let foreign = link.replace("/inbox/", "/archive/");
    assert_eq!(hanako.get(&foreign).await.expect(400).code(), "ErrorInvalidSyncStateData");
    world.control(&format!("mailboxes/{HANAKO}/expire-delta-tokens"), json!({})).await;
    let gone = hanako.get(&link).await.expect(410);
    assert_eq!(gone.code(), "SyncStateNotFound");
    round(&hanako, gone.header("location"), PAGES).await;
}

#[tokio::test]
async fn mail_folders_have_a_delta_of_their_own() {
    let world = world().await;
    let hanako = reader(&world).await;
    let made = hanako.post("/me/mailFolders", json!({"displayName": "A"})).await.expect(201);
    let (first, link) = round(&hanako, "/me/mailFolders/delta", "odata.maxpagesize=3").await;
    assert_eq!(first.len(), 9, "eight that everybody has, and one");
    let path = format!("/me/mailFolders/{}", made.id());
    hanako.patch(&path, json!({"displayName": "B"})).await.expect(200);
    let (changed, link) = round(&hanako, &link, "odata.maxpagesize=3").await;
    assert_eq!((changed.len(), &changed[0]["displayName"]), (1, &json!("B")));
    hanako.post(&format!("{path}/permanentDelete"), json!({})).await.expect(204);
    let (gone, _) = round(&hanako, &link, "odata.maxpagesize=3").await;
    assert_eq!(gone, [json!({"id": made.id(), "@removed": {"reason": "deleted"}})]);
}
