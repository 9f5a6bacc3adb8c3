//! Tokens, permissions, and who has a mailbox.

use serde_json::json;

use crate::support::{Client, HANAKO, TARO, world};

const GRAPH: &str = "https://graph.microsoft.com";

#[tokio::test]
async fn without_a_good_token_nothing_is_told() {
    let world = world().await;
    let hanako = world.hanako().await;
    let with = |token: &str| Client { token: token.to_owned(), ..hanako.clone() };
    for client in [with(""), with("abc"), with(&format!("{}x", hanako.token))] {
        let refused = client.get("/me/contacts").await.expect(401);
        assert_eq!(refused.code(), "InvalidAuthenticationToken");
        assert!(refused.header("www-authenticate").starts_with("Bearer"));
        client.batch(vec![json!({"id": "1", "method": "GET", "url": "/me"})]).await.expect(401);
    }
    world.control("clock/advance", json!({"seconds": 7200})).await;
    assert_eq!(hanako.get("/me").await.expect(401).code(), "InvalidAuthenticationToken");
}

#[tokio::test]
async fn the_scopes_of_the_token_decide() {
    let world = world().await;
    let nobody = world.signed_in(TARO, &format!("{GRAPH}/User.Read")).await;
    assert_eq!(nobody.get("/me/contacts").await.expect(403).code(), "ErrorAccessDenied");
    nobody.get("/me").await.expect(200);
    assert_eq!(nobody.get("/users").await.expect(403).code(), "Authorization_RequestDenied");
    assert_eq!(
        nobody.get(&format!("/users/{HANAKO}")).await.expect(403).code(),
        "Authorization_RequestDenied"
    );
    // Consent is for the whole tenant: from here on every token of the app carries this one too.
    let reader = world.signed_in(HANAKO, &format!("{GRAPH}/Contacts.Read")).await;
    reader.get("/me/contacts").await.expect(200);
    let write = reader.post("/me/contacts", json!({"displayName": "A"})).await.expect(403);
    assert_eq!(write.code(), "ErrorAccessDenied");
}

#[tokio::test]
async fn a_delegated_token_opens_its_own_mailbox_only() {
    let world = world().await;
    let hanako = world.hanako().await;
    hanako.get(&format!("/users/{HANAKO}/contacts")).await.expect(200);
    assert_eq!(hanako.get(&format!("/users/{TARO}/contacts")).await.expect(403).code(), "ErrorAccessDenied");
}

#[tokio::test]
async fn an_app_has_no_me_but_reaches_every_mailbox() {
    let world = world().await;
    let app = world.app().await;
    assert_eq!(app.get("/me/contacts").await.expect(400).code(), "BadRequest");
    for user in [HANAKO, TARO] {
        app.post(&format!("/users/{user}/contacts"), json!({"displayName": "A"})).await.expect(201);
    }
    assert_eq!(
        app.get("/users/nobody@contoso.example/contacts").await.expect(404).code(),
        "ErrorInvalidUser"
    );
    assert_eq!(app.get("/users/nobody@contoso.example").await.expect(404).code(), "Request_ResourceNotFound");
}

#[tokio::test]
async fn a_mailbox_that_is_not_in_the_cloud_is_not_enabled_for_rest() {
    let world = world().await;
    let app = world.app().await;
    let refused = app.get("/users/jiro@contoso.example/contacts").await.expect(404);
    assert_eq!(refused.code(), "MailboxNotEnabledForRESTAPI");
    world.control("settings", json!({"mailboxNotEnabledStatus": 403})).await;
    app.get("/users/jiro@contoso.example/contacts").await.expect(403);
    app.get("/users/jiro@contoso.example").await.expect(200);
}

#[tokio::test]
async fn users_are_listed_filtered_and_paged() {
    let world = world().await;
    let app = world.app().await;
    let page = app.get("/users?$top=2&$select=userPrincipalName,proxyAddresses").await.expect(200);
    assert_eq!(page.values().len(), 2);
    assert!(page.values()[0].get("displayName").is_none());
    let next = page.body["@odata.nextLink"].as_str().expect("a link").to_owned();
    assert_eq!(app.get(&next).await.expect(200).values().len(), 2, "four with the administrator");
    let found = app.get("/users?$filter=mail%20eq%20'HANAKO@contoso.example'").await.expect(200);
    assert_eq!(found.values().len(), 1);
    app.get("/users?$select=shoeSize").await.expect(400);
}

#[tokio::test]
async fn every_answer_carries_the_ids_of_the_exchange() {
    let world = world().await;
    let hanako = world.hanako().await;
    let id = "0f8fad5b-d9cb-469f-a165-70867728950e";
    let answer = hanako
        .send(reqwest::Method::GET, "/me/contacts/x", &[("client-request-id", id)], None)
        .await
        .expect(400);
    assert_eq!(answer.header("client-request-id"), id);
    assert_eq!(answer.body["error"]["innerError"]["client-request-id"], id);
    assert_eq!(answer.body["error"]["innerError"]["request-id"], answer.header("request-id"));
    assert!(answer.header("x-ms-ags-diagnostic").contains("ServerInfo"));
    for (path, status) in [("/me/todo", 501), ("/me/nothing", 400), ("/nothing", 400)] {
        hanako.get(path).await.expect(status);
    }
    hanako.patch("/me/contacts", json!({})).await.expect(405);
}
