//! Subscriptions: the handshake, what is refused, who sees what, how long they live.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, CLIENT_ID, Client, HANAKO, TARO, World, world};
use crate::webhook::{Manners, Webhook};

/// An instant of the simulated time, so many minutes ahead.
pub(crate) fn in_minutes(world: &World, minutes: i64) -> String {
    let at: Timestamp = world.simulator.app().clock.now() + SignedDuration::from_mins(minutes);
    at.to_string()
}

/// A client that acts by itself and may read everything that can be watched.
pub(crate) async fn reader(world: &World) -> Client {
    {
        let mut model = world.simulator.app().world();
        model.directory.behaviour.consent_replaces = false;
        let tenant = model.directory.tenant_mut(&world.tenant).expect("there");
        let roles = &mut tenant.principal_or_new(CLIENT_ID).application_roles;
        roles.extend(["Mail.Read", "Calendars.Read", "Contacts.Read"].map(|name| (name.to_owned(), 0)));
    }
    world.app().await
}

/// A whole request for Hanako's contacts.
pub(crate) fn request(world: &World, hook: &Webhook) -> Value {
    json!({
        "changeType": "created,updated,deleted",
        "notificationUrl": format!("{}/n?key=a%2Bb", hook.url),
        "lifecycleNotificationUrl": format!("{}/l", hook.url),
        "resource": format!("users/{HANAKO}/contacts"),
        "expirationDateTime": in_minutes(world, 4_230),
        "clientState": "the state 接点",
    })
}

/// The same with some members changed; null takes one out.
fn with(mut request: Value, changes: Value) -> Value {
    for (name, value) in changes.as_object().expect("members") {
        if value.is_null() {
            request.as_object_mut().expect("an object").remove(name);
        } else {
            request[name] = value.clone();
        }
    }
    request
}

fn message(answer: &Answer) -> &str {
    answer.body["error"]["message"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn both_addresses_are_asked_and_the_client_state_is_shown_once() {
    let (world, hook) = (world().await, Webhook::start().await);
    let app = reader(&world).await;
    let wanted = request(&world, &hook);
    let made = app.post("/subscriptions", wanted.clone()).await.expect(201);
    let received = hook.received();
    let paths: Vec<&str> = received.iter().map(|received| received.path.as_str()).collect();
    assert_eq!(paths, ["/n", "/l"]);
    let token = &received[0].query["validationToken"];
    for part in [" ", "+", "%", "接点", "&"] {
        assert!(token.contains(part), "{token}");
    }
    assert_eq!(received[0].query["key"], "a+b", "the address keeps its query");
    assert!(received.iter().all(|received| received.content_type == "text/plain; charset=utf-8"));

    for member in ["changeType", "notificationUrl", "resource", "expirationDateTime", "clientState"] {
        assert_eq!(made.body[member], wanted[member], "{member}");
    }
    assert_eq!(made.body["applicationId"], CLIENT_ID);
    let one = app.get(&format!("/subscriptions/{}", made.id())).await.expect(200);
    assert_eq!(one.body["clientState"], Value::Null);
    assert_eq!(one.body["lifecycleNotificationUrl"], wanted["lifecycleNotificationUrl"]);
    let list = app.get("/subscriptions").await.expect(200);
    assert_eq!((list.values().len(), &list.values()[0]["id"]), (1, &made.body["id"]));
    assert_eq!(list.values()[0]["clientState"], Value::Null);
}

#[tokio::test]
async fn an_endpoint_that_does_not_prove_itself_gets_no_subscription() {
    let (world, hook) = (world().await, Webhook::start().await);
    let app = reader(&world).await;
    world.control("notifications", json!({"validationTimeoutMs": 200})).await;
    let cases = [
        (Manners { validation_status: 202, ..Manners::default() }, "must respond with 200 OK"),
        (Manners { validation_status: 404, ..Manners::default() }, "must respond with 200 OK"),
        (Manners { validation_body: Some("else".to_owned()), ..Manners::default() }, "must exactly match"),
        (Manners { validation_type: "text/html", ..Manners::default() }, "content type text/plain"),
        (Manners { delay: Duration::from_millis(500), ..Manners::default() }, "timed out"),
    ];
    for (manners, reason) in cases {
        hook.behave(manners);
        let refused = app.post("/subscriptions", request(&world, &hook)).await.expect(400);
        assert_eq!(refused.code(), "ValidationError");
        assert!(message(&refused).contains(reason), "{reason}: {}", message(&refused));
    }
    hook.behave(Manners::default());
    let nobody = with(request(&world, &hook), json!({"lifecycleNotificationUrl": "http://127.0.0.1:1/l"}));
    assert_eq!(app.post("/subscriptions", nobody).await.expect(400).code(), "ValidationError");
    assert!(app.get("/subscriptions").await.values().is_empty());
}

#[tokio::test]
async fn requests_that_are_wrong_are_refused_before_anybody_is_asked() {
    let (world, hook) = (world().await, Webhook::start().await);
    let app = reader(&world).await;
    for member in ["changeType", "notificationUrl", "resource", "expirationDateTime"] {
        let refused = app.post("/subscriptions", with(request(&world, &hook), json!({member: null}))).await;
        assert!(message(&refused).starts_with(member), "{member}: {}", message(&refused));
        assert_eq!((refused.status, refused.code()), (400, "InvalidRequest"));
    }
    for wrong in [
        json!({"changeType": "created,read"}),
        json!({"expirationDateTime": "2030-01-01T00:00:00"}),
        json!({"clientState": "x".repeat(129)}),
        json!({"notificationUrl": "http://app.example/n"}),
        json!({"resource": "users"}),
        json!({"resource": "https://graph.microsoft.com/v1.0/me/messages"}),
        json!({"changetype": "created"}),
    ] {
        let refused =
            app.post("/subscriptions", with(request(&world, &hook), wrong.clone())).await.expect(400);
        assert_eq!(refused.code(), "InvalidRequest", "{wrong}");
    }
    assert!(hook.received().is_empty());
    let rich = with(request(&world, &hook), json!({"includeResourceData": true}));
    app.post("/subscriptions", rich).await.expect(501);
    app.post("/subscriptions", with(request(&world, &hook), json!({"clientState": "x".repeat(128)})))
        .await
        .expect(201);
}

#[tokio::test]
async fn an_end_is_at_least_45_minutes_ahead_and_at_most_4230() {
    let (world, hook) = (world().await, Webhook::start().await);
    let app = reader(&world).await;
    let ending =
        |minutes| with(request(&world, &hook), json!({"expirationDateTime": in_minutes(&world, minutes)}));
    let late = app.post("/subscriptions", ending(4_231)).await.expect(400);
    assert_eq!(message(&late), "Subscription expiration can only be 4230 minutes in the future.");
    app.post("/subscriptions", ending(-1)).await.expect(400);
    let made = app.post("/subscriptions", ending(5)).await.expect(201);
    let end: Timestamp =
        made.body["expirationDateTime"].as_str().expect("an end").parse().expect("an instant");
    let minutes = end.duration_since(world.simulator.app().clock.now()).as_secs_f64() / 60.0;
    assert!((44.5..=45.0).contains(&minutes), "{minutes}");
    world.control("notifications", json!({"lifetimeMinutes": 10_080})).await;
    let longer = app.post("/subscriptions", ending(10_000)).await.expect(201);

    let path = format!("/subscriptions/{}", made.id());
    let later = json!({"expirationDateTime": in_minutes(&world, 100)});
    assert_eq!(
        app.patch(&path, later.clone()).await.expect(200).body["expirationDateTime"],
        later["expirationDateTime"]
    );
    world.control("clock/advance", json!({"seconds": 101 * 60})).await;
    let app = reader(&world).await;
    app.get(&path).await.expect(404);
    assert_eq!(app.patch(&path, later).await.expect(404).code(), "ResourceNotFound");
    assert_eq!(app.get("/subscriptions").await.values()[0]["id"], longer.body["id"]);
}

#[tokio::test]
async fn only_the_end_and_the_address_can_be_changed() {
    let (world, hook) = (world().await, Webhook::start().await);
    let app = reader(&world).await;
    let made = app.post("/subscriptions", request(&world, &hook)).await.expect(201);
    let path = format!("/subscriptions/{}", made.id());
    for change in [
        json!({"clientState": "b"}),
        json!({"lifecycleNotificationUrl": "https://a.example"}),
        json!({"resource": "me/events"}),
    ] {
        app.patch(&path, change).await.expect(400);
    }
    let asked = hook.received().len();
    let moved = json!({"notificationUrl": format!("{}/other", hook.url)});
    app.patch(&path, moved.clone()).await.expect(200);
    assert_eq!(hook.received()[asked].path, "/other");
    assert_eq!(app.get(&path).await.body["notificationUrl"], moved["notificationUrl"]);
    hook.behave(Manners { validation_status: 500, ..Manners::default() });
    app.patch(&path, json!({"notificationUrl": format!("{}/third", hook.url)})).await.expect(400);
    assert_eq!(app.get(&path).await.body["notificationUrl"], moved["notificationUrl"]);
    app.post(&format!("{path}/reauthorize"), json!({})).await.expect(204);
    app.delete(&path).await.expect(204);
    app.delete(&path).await.expect(404);
}

#[tokio::test]
async fn the_permission_to_read_is_needed_and_writing_is_no_substitute() {
    let (world, hook) = (world().await, Webhook::start().await);
    let writer = world.app().await;
    let refused = writer.post("/subscriptions", request(&world, &hook)).await.expect(403);
    assert!(message(&refused).contains("Status Code: Forbidden"), "{}", message(&refused));
    let app = reader(&world).await;
    for (user, status) in [(TARO, 201), ("nobody@contoso.example", 404), ("jiro@contoso.example", 404)] {
        let wanted = with(request(&world, &hook), json!({"resource": format!("users/{user}/contacts")}));
        app.post("/subscriptions", wanted).await.expect(status);
    }
    app.post("/subscriptions", with(request(&world, &hook), json!({"resource": "me/contacts"})))
        .await
        .expect(400);
}

#[tokio::test]
async fn a_signed_in_user_watches_the_own_mailbox_and_sees_the_own_subscriptions() {
    let (world, hook) = (world().await, Webhook::start().await);
    let app = reader(&world).await;
    let hanako = world.signed_in(HANAKO, "Contacts.Read").await;
    let mine = with(request(&world, &hook), json!({"resource": "me/contacts"}));
    let made = hanako.post("/subscriptions", mine).await.expect(201);
    let foreign = with(request(&world, &hook), json!({"resource": format!("users/{TARO}/contacts")}));
    hanako.post("/subscriptions", foreign).await.expect(403);
    let of_app = app.post("/subscriptions", request(&world, &hook)).await.expect(201);
    for (client, own, other) in [(&hanako, &made, &of_app), (&app, &of_app, &made)] {
        let list = client.get("/subscriptions").await.expect(200);
        assert_eq!(list.values().iter().map(|s| &s["id"]).collect::<Vec<_>>(), [&own.body["id"]]);
        let path = format!("/subscriptions/{}", other.id());
        client.get(&path).await.expect(404);
        client.delete(&path).await.expect(404);
    }
}

#[tokio::test]
async fn the_list_comes_in_pages() {
    let (world, hook) = (world().await, Webhook::start().await);
    let app = reader(&world).await;
    world.control("notifications", json!({"pageSize": 2, "perMailbox": 5})).await;
    for _ in 0..5 {
        app.post("/subscriptions", request(&world, &hook)).await.expect(201);
    }
    assert!(message(&app.post("/subscriptions", request(&world, &hook)).await.expect(403)).contains("limit"));
    let (mut ids, mut next) = (std::collections::BTreeSet::new(), "/subscriptions".to_owned());
    let mut sizes = Vec::new();
    while !next.is_empty() {
        let page = app.get(&next).await.expect(200);
        sizes.push(page.values().len());
        ids.extend(page.values().iter().map(|s| s["id"].to_string()));
        next = page.body["@odata.nextLink"].as_str().unwrap_or_default().to_owned();
    }
    assert_eq!((sizes, ids.len()), (vec![2, 2, 1], 5));
}

#[tokio::test]
async fn a_second_one_of_the_same_kind_is_refused_when_switched_so() {
    let (world, hook) = (world().await, Webhook::start().await);
    let app = reader(&world).await;
    world.control("notifications", json!({"rejectDuplicates": true})).await;
    let made = app.post("/subscriptions", request(&world, &hook)).await.expect(201);
    let refused = app.post("/subscriptions", request(&world, &hook)).await.expect(409);
    assert!(message(&refused).contains(&made.id()), "{}", message(&refused));
    let other = with(request(&world, &hook), json!({"changeType": "created"}));
    app.post("/subscriptions", other).await.expect(201);
}

#[tokio::test]
async fn a_lost_reply_leaves_the_subscription_behind() {
    let (world, hook) = (world().await, Webhook::start().await);
    let app = reader(&world).await;
    let fault = json!({"match": {"method": "POST", "path": "/subscriptions"}, "action": {"dropReply": true}});
    world.control("faults", fault).await;
    let body = Some(request(&world, &hook));
    assert!(app.try_send(Method::POST, "/subscriptions", &[], body).await.is_err());
    assert_eq!(app.get("/subscriptions").await.values().len(), 1);
}
