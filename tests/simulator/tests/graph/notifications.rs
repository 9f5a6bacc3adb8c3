//! Notifications: what they say, how they are sent, sent again, lost, copied and forged.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};

use crate::subscriptions::{reader, request};
use crate::support::{Client, HANAKO, World, segment, world};
use crate::webhook::{Manners, Webhook, quiet};

/// A world with an endpoint that follows Hanako's contacts, Hanako herself, and the subscription.
async fn followed() -> (World, Webhook, Client, Value) {
    let (world, hook) = (world().await, Webhook::start().await);
    let app = reader(&world).await;
    let made = app.post("/subscriptions", request(&world, &hook)).await.expect(201).body;
    let hanako = world.hanako().await;
    (world, hook, hanako, made)
}

async fn add(hanako: &Client, name: &str) -> String {
    hanako.post("/me/contacts", json!({"displayName": name})).await.expect(201).id()
}

fn change_types(notifications: &[Value]) -> Vec<&str> {
    notifications.iter().map(|told| told["changeType"].as_str().expect("a type")).collect()
}

async fn summary(world: &World) -> Value {
    world.shown("notifications?summary=true").await
}

/// Waits until nothing waits and nothing is under way.
async fn settled(world: &World) -> Value {
    let begun = Instant::now();
    loop {
        let shown = summary(world).await;
        if ["waiting", "sending", "retrying"].iter().all(|member| shown[member] == 0) {
            return shown;
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "{shown}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_notification_names_the_item_and_repeats_the_client_state() {
    let (world, hook, hanako, subscription) = followed().await;
    let made = hanako.post("/me/contacts", json!({"displayName": "A"})).await.expect(201);
    let told = hook.wait_for("/n", 1).await.remove(0);
    let user = hanako.get("/me").await.body["id"].as_str().expect("an id").to_owned();
    let resource = format!("Users/{user}/Contacts/{}", made.id());
    assert_eq!(told["subscriptionId"], subscription["id"]);
    assert_eq!(told["subscriptionExpirationDateTime"], subscription["expirationDateTime"]);
    assert_eq!((&told["clientState"], &told["tenantId"]), (&json!("the state 接点"), &json!(world.tenant)));
    assert_eq!((&told["changeType"], &told["resource"]), (&json!("created"), &json!(resource)));
    let data = json!({"@odata.type": "#Microsoft.Graph.Contact", "@odata.id": resource, "id": made.id(),
        "@odata.etag": made.body["@odata.etag"]});
    assert_eq!(told["resourceData"], data);
    let received = hook.received().pop().expect("it");
    assert_eq!(received.content_type, "application/json; charset=utf-8");
    assert_eq!(received.query["key"], "a+b");
    assert_eq!(received.body.as_object().expect("an object").len(), 1, "nothing beside the value");
}

#[tokio::test]
async fn only_what_was_asked_for_is_told_and_only_from_then_on() {
    let (world, hook) = (world().await, Webhook::start().await);
    let (app, hanako) = (reader(&world).await, world.hanako().await);
    add(&hanako, "before").await;
    let mut wanted = request(&world, &hook);
    wanted["changeType"] = "updated".into();
    app.post("/subscriptions", wanted).await.expect(201);
    let id = add(&hanako, "A").await;
    let path = format!("/me/contacts/{}", segment(&id));
    hanako.patch(&path, json!({"jobTitle": "部長"})).await.expect(200);
    hanako.delete(&path).await.expect(204);
    hook.wait_for("/n", 1).await;
    quiet().await;
    assert_eq!(change_types(&hook.notifications("/n")), ["updated"]);
}

#[tokio::test]
async fn a_folder_is_followed_alone_and_its_loss_of_an_item_is_told() {
    let (world, hook) = (world().await, Webhook::start().await);
    let (app, hanako) = (reader(&world).await, world.hanako().await);
    let folder = hanako.post("/me/contactFolders", json!({"displayName": "名刺"})).await.expect(201).id();
    let mut wanted = request(&world, &hook);
    wanted["resource"] = format!("users/{HANAKO}/contactFolders('{folder}')/contacts").into();
    app.post("/subscriptions", wanted).await.expect(201);
    add(&hanako, "elsewhere").await;
    let inside = format!("/me/contactFolders/{folder}/contacts");
    let id = hanako.post(&inside, json!({"displayName": "A"})).await.expect(201).id();
    hanako.delete(&format!("{inside}/{}", segment(&id))).await.expect(204);
    hook.wait_for("/n", 2).await;
    quiet().await;
    let told = hook.notifications("/n");
    assert_eq!(change_types(&told), ["created", "deleted"]);
    assert!(told.iter().all(|told| told["resourceData"]["id"] == json!(id)));
}

#[tokio::test]
async fn ids_are_immutable_when_the_subscription_was_made_so() {
    let (world, hook) = (world().await, Webhook::start().await);
    let (app, hanako) = (reader(&world).await, world.hanako().await);
    let prefer = [("Prefer", "IdType=\"ImmutableId\"")];
    app.send(Method::POST, "/subscriptions", &prefer, Some(request(&world, &hook))).await.expect(201);
    let made = hanako.send(Method::POST, "/me/contacts", &prefer, Some(json!({"displayName": "A"}))).await;
    assert_eq!(hook.wait_for("/n", 1).await[0]["resourceData"]["id"], made.body["id"]);
}

#[tokio::test]
async fn what_waits_goes_out_together() {
    let (world, hook, hanako, _) = followed().await;
    world.control("notifications", json!({"paused": true, "batchSize": 3})).await;
    for name in ["1", "2", "3", "4", "5", "6", "7"] {
        add(&hanako, name).await;
    }
    quiet().await;
    assert_eq!(summary(&world).await["waiting"], 7);
    assert!(hook.notifications("/n").is_empty());
    world.control("notifications", json!({"paused": false})).await;
    hook.wait_for("/n", 7).await;
    let mut sizes: Vec<usize> = hook
        .received()
        .iter()
        .filter_map(|received| Some(received.body["value"].as_array()?.len()))
        .collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [1, 3, 3]);
}

#[tokio::test]
async fn a_refused_notification_is_sent_again_ever_later() {
    let (world, hook, hanako, _) = followed().await;
    world.control("notifications", json!({"retryFirstMs": 100})).await;
    hook.behave(Manners { statuses: vec![500, 429, 503, 302, 202], ..Manners::default() });
    add(&hanako, "A").await;
    let told = hook.wait_for("/n", 5).await;
    assert!(told.iter().all(|again| again == &told[0]), "it is the same each time");
    let counts = settled(&world).await;
    assert_eq!((&counts["delivered"], &counts["failed"]), (&json!(1), &json!(0)));
    let shown = world.shown("notifications").await;
    let delivery = &shown["deliveries"].as_array().expect("deliveries")[0];
    assert_eq!(delivery["state"], "delivered");
    let attempts = delivery["attempts"].as_array().expect("attempts");
    let statuses: Vec<&Value> = attempts.iter().map(|attempt| &attempt["status"]).collect();
    assert_eq!(statuses, [&json!(500), &json!(429), &json!(503), &json!(302), &json!(202)]);
    let at = |index: usize| -> jiff::Timestamp {
        attempts[index]["at"].as_str().expect("an instant").parse().expect("an instant")
    };
    let waits: Vec<i128> = (1..5).map(|i| at(i).duration_since(at(i - 1)).as_millis()).collect();
    for (wait, least) in waits.iter().zip([100, 200, 400, 800]) {
        assert!(*wait >= least, "{waits:?}");
    }
}

#[tokio::test]
async fn a_silent_endpoint_is_given_up_after_four_hours() {
    let (world, hook, hanako, _) = followed().await;
    world.control("notifications", json!({"answerTimeoutMs": 100})).await;
    hook.behave(Manners { delay: Duration::from_secs(1), ..Manners::default() });
    add(&hanako, "A").await;
    let mut attempts = 0;
    let begun = Instant::now();
    while summary(&world).await["failed"] == 0 {
        assert!(begun.elapsed() < Duration::from_secs(20), "{}", world.shown("notifications").await);
        if summary(&world).await["retrying"] == 1 {
            attempts += 1;
            world.control("clock/advance", json!({"seconds": 600})).await;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // Ten minutes apart at most, for four hours.
    assert!((20..=30).contains(&attempts), "{attempts}");
    let shown = world.shown("notifications").await;
    assert_eq!(shown["deliveries"][0]["attempts"][0]["error"], "no answer in time");
}

#[tokio::test]
async fn changes_are_lost_and_doubled_on_demand() {
    let (world, hook, hanako, _) = followed().await;
    world.control("notifications", json!({"loss": {"next": 2}, "duplicates": 2})).await;
    for name in ["lost", "lost too", "told"] {
        add(&hanako, name).await;
    }
    hook.wait_for("/n", 3).await;
    let counts = settled(&world).await;
    assert_eq!((&counts["lost"], &counts["delivered"]), (&json!(2), &json!(3)));
    let told = hook.notifications("/n");
    assert!(told.iter().all(|again| again["id"] == told[0]["id"]), "copies are copies");

    world.control("notifications", json!({"loss": {"share": 0.5}, "duplicates": 0})).await;
    for number in 0..60 {
        add(&hanako, &number.to_string()).await;
    }
    quiet().await;
    let counts = settled(&world).await;
    let lost = counts["lost"].as_u64().expect("a count") - 2;
    assert!((10..=50).contains(&lost), "{lost} of 60");
    assert_eq!(counts["delivered"].as_u64().expect("a count") - 3, 60 - lost);
}

#[tokio::test]
async fn copies_and_forgeries_are_sent_on_demand() {
    let (world, hook, _, subscription) = followed().await;
    let path = format!("subscriptions/{}/notify", subscription["id"].as_str().expect("an id"));
    world.control(&path, json!({"copies": 3, "itemId": "AAMk-1"})).await;
    let told = hook.wait_for("/n", 3).await;
    assert!(told.iter().all(|again| again == &told[0] && again["clientState"] == "the state 接点"));
    assert_eq!(told[0]["resourceData"]["id"], "AAMk-1");
    assert!(told[0]["resource"].as_str().expect("text").ends_with("/Contacts/AAMk-1"));
    let other = "00000000-0000-4000-8000-000000000000";
    world.control(&path, json!({"clientState": "guessed", "subscriptionId": other})).await;
    world.control(&path, json!({"clientState": null, "tenantId": other})).await;
    let told = hook.wait_for("/n", 5).await;
    let forged = told.iter().find(|told| told["clientState"] == "guessed").expect("it came");
    assert_eq!((&forged["subscriptionId"], &forged["tenantId"]), (&json!(other), &json!(world.tenant)));
    assert!(told.iter().any(|told| told["clientState"].is_null() && told["tenantId"] == other));
    let wrong = world.http.post(format!("{}/_sim/{path}", world.url)).json(&json!({"copy": 1})).send().await;
    assert_eq!(wrong.expect("sent").status(), 400);
}

#[tokio::test]
async fn six_thousand_shuffled_notifications_are_out_in_seconds() {
    let (world, hook, _, _) = followed().await;
    let settings =
        json!({"paused": true, "duplicates": 2, "shuffle": true, "batchSize": 1, "concurrency": 32});
    world.control("notifications", settings).await;
    {
        let app = world.simulator.app();
        let mut model = app.world();
        let id = model.directory.user(HANAKO).expect("there").1.id.clone();
        let mailbox = model.mailboxes.entry(id).or_default();
        for _ in 0..2_000 {
            mailbox.add_contact(simulator::model::mailbox::CONTACTS, serde_json::Map::new(), app.clock.now());
        }
    }
    quiet().await;
    assert_eq!(summary(&world).await["waiting"], 6_000);
    let begun = Instant::now();
    world.control("notifications", json!({"paused": false})).await;
    assert_eq!(settled(&world).await["delivered"], 6_000);
    println!("6,000 requests in {:?}", begun.elapsed());
    let told = hook.notifications("/n");
    let ids: Vec<&str> = told.iter().map(|told| told["id"].as_str().expect("an id")).collect();
    let distinct: std::collections::BTreeSet<&&str> = ids.iter().collect();
    assert_eq!((ids.len(), distinct.len()), (6_000, 2_000));
    let neighbours = ids.windows(2).filter(|pair| pair[0] == pair[1]).count();
    assert!(neighbours < 100, "copies do not follow each other: {neighbours}");
}
