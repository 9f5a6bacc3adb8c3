//! Contact folders.

use serde_json::json;

use crate::support::{CARD_ID, segment, world};

#[tokio::test]
async fn siblings_cannot_share_a_name_in_any_case() {
    let world = world().await;
    let hanako = world.hanako().await;
    let made = hanako.post("/me/contactFolders", json!({"displayName": "名刺 Cards"})).await.expect(201);
    let again = hanako.post("/me/contactFolders", json!({"displayName": "名刺 CARDS"})).await.expect(409);
    assert_eq!(again.code(), "ErrorFolderExists");
    let other = hanako.post("/me/contactFolders", json!({"displayName": "Other"})).await.expect(201);
    let other = format!("/me/contactFolders/{}", other.id());
    let rename = hanako.patch(&other, json!({"displayName": "名刺 Cards"})).await;
    assert_eq!(rename.expect(409).code(), "ErrorFolderExists");
    let child = format!("/me/contactFolders/{}/childFolders", made.id());
    hanako.post(&child, json!({"displayName": "名刺 Cards"})).await.expect(201);
    assert_eq!(hanako.get(&child).await.expect(200).values().len(), 1);
    let listed = hanako.get("/me/contactFolders").await.expect(200);
    assert_eq!(listed.values().len(), 2, "only the children of the default folder, not itself");
    assert_eq!(listed.values()[0]["parentFolderId"], made.body["parentFolderId"]);
    hanako.post("/me/contactFolders", json!({"displayName": " "})).await.expect(400);
    hanako.post("/me/contactFolders", json!({"name": "X"})).await.expect(400);
}

#[tokio::test]
async fn a_deleted_folder_lies_in_deleted_items_and_frees_its_name() {
    let world = world().await;
    let hanako = world.hanako().await;
    let made = hanako.post("/me/contactFolders", json!({"displayName": "Cards"})).await.expect(201);
    let path = format!("/me/contactFolders/{}", made.id());
    hanako.post(&format!("{path}/contacts"), json!({"displayName": "A"})).await.expect(201);
    hanako.delete(&path).await.expect(204);
    assert!(hanako.get("/me/contactFolders").await.expect(200).values().is_empty());
    let moved = hanako.get(&path).await.expect(200);
    assert_ne!(moved.body["parentFolderId"], made.body["parentFolderId"]);
    let again = hanako.post("/me/contactFolders", json!({"displayName": "Cards"})).await.expect(201);
    assert_ne!(again.id(), made.id());
    hanako.send(reqwest::Method::POST, &format!("{path}/permanentDelete"), &[], None).await.expect(204);
    assert_eq!(hanako.get(&path).await.expect(404).code(), "ErrorItemNotFound");
}

#[tokio::test]
async fn a_folder_is_found_by_its_extended_property() {
    let world = world().await;
    let hanako = world.hanako().await;
    hanako.post("/me/contactFolders", json!({"displayName": "Other"})).await.expect(201);
    let body = json!({"displayName": "Cards", "singleValueExtendedProperties": [{"id": CARD_ID, "value": "folder"}]});
    let made = hanako.post("/me/contactFolders", body).await.expect(201);
    let filter =
        format!("singleValueExtendedProperties/any(ep:ep/id eq '{CARD_ID}' and ep/value eq 'folder')");
    let found = hanako.get(&format!("/me/contactFolders?$filter={}", segment(&filter))).await.expect(200);
    assert_eq!(
        found.values().iter().map(|folder| folder["id"].clone()).collect::<Vec<_>>(),
        [json!(made.id())]
    );
}

#[tokio::test]
async fn contacts_of_a_folder_are_not_those_of_another() {
    let world = world().await;
    let hanako = world.hanako().await;
    let made = hanako.post("/me/contactFolders", json!({"displayName": "Cards"})).await.expect(201);
    let inside = format!("/me/contactFolders/{}/contacts", made.id());
    let contact = hanako.post(&inside, json!({"displayName": "A"})).await.expect(201);
    assert_eq!(contact.body["parentFolderId"], made.id());
    assert!(hanako.get("/me/contacts").await.expect(200).values().is_empty());
    hanako.get(&format!("/me/contacts/{}", segment(&contact.id()))).await.expect(200);
    let elsewhere = format!("/me/contactFolders/contacts/contacts/{}", segment(&contact.id()));
    hanako.get(&elsewhere).await.expect(404);
}
