//! Mail folders and mailbox settings.

use serde_json::{Value, json};

use crate::mail::{plain, put, reader};
use crate::support::{HANAKO, world};

#[tokio::test]
async fn well_known_folders_are_named_in_the_mailboxs_language_and_found_by_name_or_id() {
    let world = world().await;
    let hanako = reader(&world).await;
    let list = hanako.get("/me/mailFolders?$top=50").await.expect(200);
    let names: Vec<_> =
        list.values().iter().map(|folder| folder["displayName"].as_str().unwrap_or_default()).collect();
    assert!(names.contains(&"受信トレイ") && names.contains(&"送信済みアイテム"), "{names:?}");
    assert!(!names.contains(&"同期の問題"), "hidden");
    let hidden = hanako.get("/me/mailFolders?includeHiddenFolders=true&$top=50").await.expect(200);
    assert_eq!(hidden.values().len(), names.len() + 1);
    assert_eq!(hanako.get("/me/mailFolders/$count").await.expect(200).body, names.len());
    let inbox = hanako.get("/me/mailFolders/Inbox").await.expect(200);
    let again = hanako.get(&format!("/me/mailFolders/{}", inbox.id())).await.expect(200);
    assert_eq!(again.body, inbox.body);
    let root = hanako.get("/me/mailFolders/msgfolderroot").await.expect(200);
    assert_eq!(inbox.body["parentFolderId"], root.body["id"]);
    hanako.patch("/me/mailboxSettings", json!({"language": {"locale": "en-US"}})).await.expect(200);
    assert_eq!(hanako.get("/me/mailFolders/inbox").await.expect(200).body["displayName"], "Inbox");
    assert_eq!(hanako.get("/me/mailFolders/clutter").await.expect(404).code(), "ErrorItemNotFound");
    assert_eq!(hanako.get("/me/mailFolders/x").await.expect(400).code(), "ErrorInvalidIdMalformed");
}

#[tokio::test]
async fn folders_count_what_they_hold() {
    let world = world().await;
    let hanako = reader(&world).await;
    put(&world, HANAKO, "", plain(1)).await;
    let read = put(&world, HANAKO, "", plain(2)).await;
    let path = format!("/me/messages/{}", crate::support::segment(read["id"].as_str().expect("an id")));
    hanako.patch(&path, json!({"isRead": true})).await.expect(200);
    let child =
        hanako.post("/me/mailFolders/inbox/childFolders", json!({"displayName": "案件"})).await.expect(201);
    let inbox = hanako.get("/me/mailFolders/inbox").await.expect(200);
    let counts =
        ["totalItemCount", "unreadItemCount", "childFolderCount"].map(|name| inbox.body[name].clone());
    assert_eq!(counts, [json!(2), json!(1), json!(1)]);
    let children = hanako.get("/me/mailFolders/inbox/childFolders").await.expect(200);
    assert_eq!(children.values()[0]["id"], child.body["id"]);
    assert_eq!(put(&world, HANAKO, "folder=%E6%A1%88%E4%BB%B6", plain(3)).await["folder"], "案件");
    assert_eq!(
        hanako.get(&format!("/me/mailFolders/{}/messages/$count", child.id())).await.expect(200).body,
        1
    );
}

#[tokio::test]
async fn folders_are_made_renamed_moved_and_deleted() {
    let world = world().await;
    let hanako = reader(&world).await;
    let made = hanako.post("/me/mailFolders", json!({"displayName": "A"})).await.expect(201);
    let again = hanako.post("/me/mailFolders", json!({"displayName": "a"})).await.expect(409);
    assert_eq!(again.code(), "ErrorFolderExists");
    let path = format!("/me/mailFolders/{}", made.id());
    assert_eq!(hanako.patch(&path, json!({"displayName": "B"})).await.expect(200).body["displayName"], "B");
    let moved = hanako.post(&format!("{path}/move"), json!({"destinationId": "inbox"})).await.expect(201);
    assert_eq!(moved.id(), made.id(), "a folder's id stays");
    hanako.delete(&path).await.expect(204);
    let deleted = hanako.get("/me/mailFolders/deleteditems/childFolders").await.expect(200);
    assert_eq!(deleted.values()[0]["displayName"], "B");
    hanako.delete(&path).await.expect(204);
    hanako.get(&path).await.expect(404);
    hanako.delete("/me/mailFolders/inbox").await.expect(400);
}

#[tokio::test]
async fn the_settings_tell_the_zone_and_let_it_be_changed() {
    let world = world().await;
    let hanako = reader(&world).await;
    let settings = hanako.get("/me/mailboxSettings").await.expect(200);
    assert_eq!(settings.body["timeZone"], "Tokyo Standard Time");
    assert_eq!(settings.body["language"]["locale"], "ja-JP");
    assert_eq!(settings.body["workingHours"]["timeZone"], json!({"name": "Tokyo Standard Time"}));
    let change = json!({"timeZone": "UTC", "workingHours": {"startTime": "10:00:00.0000000"}});
    let changed = hanako.patch("/me/mailboxSettings", change).await.expect(200);
    assert_eq!(changed.body["workingHours"]["startTime"], "10:00:00.0000000");
    let zone = hanako.get("/me/mailboxSettings/timeZone").await.expect(200);
    assert_eq!(zone.body["value"], "UTC");
    for (bad, code) in [
        (json!({"timeZone": "Mars Standard Time"}), "ErrorInvalidTimeZone"),
        (json!({"timeZone": 9}), "RequestBodyRead"),
        (json!({"shoeSize": 42}), "RequestBodyRead"),
    ] {
        assert_eq!(hanako.patch("/me/mailboxSettings", bad).await.expect(400).code(), code);
    }
    assert_eq!(hanako.get("/me/mailboxSettings/timeZone").await.expect(200).body["value"], "UTC");
}

#[tokio::test]
async fn the_control_api_shows_folders_and_messages() {
    let world = world().await;
    put(&world, HANAKO, "folder=drafts", plain(1)).await;
    let shown = world.shown(&format!("mailboxes/{HANAKO}")).await;
    let message = &shown["messages"][0];
    assert_eq!((&message["folder"], &message["isDraft"]), (&json!("drafts"), &json!(true)));
    let inbox =
        shown["mailFolders"].as_array().and_then(|all| all.iter().find(|f| f["wellKnownName"] == "inbox"));
    assert_eq!(inbox.map(|inbox| &inbox["displayName"]), Some(&Value::from("受信トレイ")));
    for (query, body, status) in [("folder=nowhere", "From: a@b.example\r\n\r\n", 404), ("", "", 400)] {
        let url = format!("{}/_sim/mailboxes/{HANAKO}/messages?{query}", world.url);
        let answer = world.http.post(url).body(body).send().await.expect("sent");
        assert_eq!(answer.status(), status);
    }
}
