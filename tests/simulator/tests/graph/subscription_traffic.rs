//! Mail and events that are told, and the conversation about it, held against Microsoft's contract.

use reqwest::Method;
use serde_json::{Value, json};

use crate::calendar::{hour, signed_in, with};
use crate::subscriptions::{in_minutes, reader, request};
use crate::support::{HANAKO, World, segment, world};
use crate::webhook::{Webhook, quiet};

const MAIL: &str = "From: Guest <guest@partner.example>\r\nTo: hanako@contoso.example\r\n\
                    Subject: =?UTF-8?B?44GU5oyo5ou2?=\r\nMessage-ID: <1@partner.example>\r\n\r\nHello\r\n";

/// A mail arrives; its ids come back.
async fn arrive(world: &World, folder: &str) -> Value {
    let url = format!("{}/_sim/mailboxes/{HANAKO}/messages?folder={folder}", world.url);
    let sent = world.http.post(url).header("content-type", "message/rfc822").body(MAIL).send().await;
    sent.expect("sent").json().await.expect("JSON")
}

async fn follow(world: &World, hook: &Webhook, resource: &str) {
    let app = reader(world).await;
    let mut wanted = request(world, hook);
    wanted["resource"] = format!("users/{HANAKO}/{resource}").into();
    let prefer = [("Prefer", "IdType=\"ImmutableId\"")];
    app.send(Method::POST, "/subscriptions", &prefer, Some(wanted)).await.expect(201);
}

fn told(hook: &Webhook) -> Vec<(Value, Value)> {
    let of = |told: &Value| (told["changeType"].clone(), told["resourceData"]["@odata.type"].clone());
    hook.notifications("/n").iter().map(of).collect()
}

#[tokio::test]
async fn a_mail_that_arrives_is_told_with_the_id_it_is_found_by() {
    let (world, hook) = (world().await, Webhook::start().await);
    follow(&world, &hook, "messages").await;
    arrive(&world, "inbox").await;
    let told = hook.wait_for("/n", 1).await.remove(0);
    assert_eq!(told["resourceData"]["@odata.type"], "#Microsoft.Graph.Message");
    let resource = told["resource"].as_str().expect("a resource");
    let app = reader(&world).await;
    let prefer = [("Prefer", "IdType=\"ImmutableId\"")];
    let mail = app.send(Method::GET, &format!("/{resource}"), &prefer, None).await.expect(200);
    assert_eq!(mail.body["subject"], "ご挨拶");
    assert_eq!(mail.body["@odata.etag"], told["resourceData"]["@odata.etag"]);
}

#[tokio::test]
async fn a_folder_of_mail_is_followed_by_its_well_known_name() {
    let (world, hook) = (world().await, Webhook::start().await);
    follow(&world, &hook, "mailFolders('SentItems')/messages").await;
    arrive(&world, "inbox").await;
    arrive(&world, "sentitems").await;
    hook.wait_for("/n", 1).await;
    quiet().await;
    assert_eq!(told(&hook).len(), 1);
}

#[tokio::test]
async fn an_event_is_told_until_it_is_deleted() {
    let (world, hook) = (world().await, Webhook::start().await);
    follow(&world, &hook, "events").await;
    let hanako = signed_in(&world, HANAKO).await;
    let event = hanako.post("/me/events", hour("商談", 10)).await.expect(201).id();
    hanako.delete(&format!("/me/events/{}", segment(&event))).await.expect(204);
    hook.wait_for("/n", 2).await;
    quiet().await;
    let event = json!("#Microsoft.Graph.Event");
    assert_eq!(told(&hook), [(json!("created"), event.clone()), (json!("deleted"), event)]);
}

#[tokio::test]
async fn the_late_answer_of_a_room_is_told_without_anybody_reading_the_event() {
    let (world, hook) = (world().await, Webhook::start().await);
    let room = json!({"emailAddress": "room@contoso.example", "displayName": "会議室 A"});
    world.control(&format!("tenants/{}/rooms", world.tenant), room).await;
    let hanako = signed_in(&world, HANAKO).await;
    let mut event = hour("商談", 10);
    event["attendees"] =
        json!([{"type": "resource", "emailAddress": {"address": "room@contoso.example", "name": "A"}}]);
    hanako.post("/me/events", event).await.expect(201);
    follow(&world, &hook, "events").await;
    world.control("clock/advance", json!({"seconds": 3})).await;
    hook.wait_for("/n", 1).await;
    assert_eq!(told(&hook)[0].0, "updated");
}

/// What a product that follows mailboxes says, and what it is told.
pub(crate) async fn converse(world: &World) {
    let hook = Webhook::start().await;
    for resource in ["messages", "mailFolders('inbox')/messages", "events", "contacts"] {
        follow(world, &hook, resource).await;
    }
    let (app, hanako) = (reader(world).await, signed_in(world, HANAKO).await);
    arrive(world, "inbox").await;
    let event = with(hour("商談", 20), json!({"transactionId": "9e1bd1b9-1a43-4e5b-8d3f-000000000009"}));
    hanako.post("/me/events", event).await.expect(201);
    world.hanako().await.post("/me/contacts", json!({"displayName": "A"})).await.expect(201);
    hook.wait_for("/n", 4).await;
    let list = app.get("/subscriptions").await.expect(200);
    for subscription in list.values() {
        let id = subscription["id"].as_str().expect("an id");
        let path = format!("/subscriptions/{id}");
        app.get(&path).await.expect(200);
        app.patch(&path, json!({"expirationDateTime": in_minutes(world, 4_000)})).await.expect(200);
        app.send(Method::POST, &format!("{path}/reauthorize"), &[], None).await.expect(204);
        for event in ["reauthorizationRequired", "missed", "subscriptionRemoved"] {
            world.control(&format!("subscriptions/{id}/lifecycle"), json!({"event": event})).await;
        }
        app.get(&path).await.expect(404);
    }
    hook.wait_for("/l", 12).await;
    let made = app.post("/subscriptions", request(world, &hook)).await.expect(201);
    app.delete(&format!("/subscriptions/{}", made.id())).await.expect(204);
    let mut late = request(world, &hook);
    late["expirationDateTime"] = json!(in_minutes(world, 4_229));
    late["resource"] = "users/nobody@contoso.example/messages".into();
    app.post("/subscriptions", late).await.expect(404);
}
