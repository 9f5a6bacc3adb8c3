//! What becomes of subscriptions: events on demand, grants taken back, the end.

use serde_json::{Value, json};

use crate::subscriptions::{in_minutes, reader, request};
use crate::support::{CLIENT_ID, Client, HANAKO, World, world};
use crate::webhook::{Webhook, quiet};

async fn subscribed() -> (World, Webhook, Client, String) {
    let (world, hook) = (world().await, Webhook::start().await);
    let app = reader(&world).await;
    let id = app.post("/subscriptions", request(&world, &hook)).await.expect(201).id();
    (world, hook, app, id)
}

fn events(hook: &Webhook) -> Vec<String> {
    let name = |told: &Value| told["lifecycleEvent"].as_str().unwrap_or_default().to_owned();
    hook.notifications("/l").iter().map(name).collect()
}

async fn advance(world: &World, seconds: u32) {
    world.control("clock/advance", json!({"seconds": seconds})).await;
}

async fn revoke(world: &World, what: &str) {
    let url = format!("{}/_sim/tenants/{}/apps/{CLIENT_ID}/{what}", world.url, world.tenant);
    assert_eq!(world.http.delete(url).send().await.expect("sent").status(), 204);
}

#[tokio::test]
async fn events_come_on_demand_and_removal_removes() {
    let (world, hook, app, id) = subscribed().await;
    let path = format!("subscriptions/{id}/lifecycle");
    world.control(&path, json!({"event": "reauthorizationRequired"})).await;
    let told = hook.wait_for("/l", 1).await.remove(0);
    let subscription = app.get(&format!("/subscriptions/{id}")).await.expect(200).body;
    let expected = json!({
        "subscriptionId": id, "tenantId": world.tenant, "clientState": "the state 接点",
        "subscriptionExpirationDateTime": subscription["expirationDateTime"],
        "lifecycleEvent": "reauthorizationRequired",
    });
    assert_eq!(told, expected);
    world.control(&path, json!({"event": "missed"})).await;
    hook.wait_for("/l", 2).await;
    world.control(&path, json!({"event": "subscriptionRemoved"})).await;
    hook.wait_for("/l", 3).await;
    assert_eq!(events(&hook), ["reauthorizationRequired", "missed", "subscriptionRemoved"]);
    app.get(&format!("/subscriptions/{id}")).await.expect(404);
    world.hanako().await.post("/me/contacts", json!({"displayName": "A"})).await.expect(201);
    quiet().await;
    assert!(hook.notifications("/n").is_empty());
}

#[tokio::test]
async fn one_can_vanish_without_a_word() {
    let (world, hook, app, id) = subscribed().await;
    assert_eq!(world.shown("subscriptions").await["subscriptions"][0]["clientState"], "the state 接点");
    let url = format!("{}/_sim/subscriptions/{id}", world.url);
    assert_eq!(world.http.delete(&url).send().await.expect("sent").status(), 204);
    assert_eq!(world.http.delete(&url).send().await.expect("sent").status(), 404);
    quiet().await;
    assert!(events(&hook).is_empty());
    app.get(&format!("/subscriptions/{id}")).await.expect(404);
}

#[tokio::test]
async fn a_role_taken_back_silences_the_subscription_and_ends_it_in_time() {
    let (world, hook, app, id) = subscribed().await;
    let hanako = world.hanako().await;
    revoke(&world, "roles/Contacts.Read").await;
    hook.wait_for("/l", 1).await;
    hanako.post("/me/contacts", json!({"displayName": "A"})).await.expect(201);
    advance(&world, 599).await;
    quiet().await;
    assert!(hook.notifications("/n").is_empty(), "nothing is told without permission");
    app.get(&format!("/subscriptions/{id}")).await.expect(200);
    advance(&world, 2).await;
    hook.wait_for("/l", 2).await;
    assert_eq!(events(&hook), ["reauthorizationRequired", "subscriptionRemoved"]);
    app.get(&format!("/subscriptions/{id}")).await.expect(404);
}

#[tokio::test]
async fn authorizing_again_in_time_saves_it() {
    for by_renewal in [false, true] {
        let (world, hook, _, id) = subscribed().await;
        revoke(&world, "roles/Contacts.Read").await;
        hook.wait_for("/l", 1).await;
        // The administrator thinks better of it.
        let app = reader(&world).await;
        let path = format!("/subscriptions/{id}");
        if by_renewal {
            app.patch(&path, json!({"expirationDateTime": in_minutes(&world, 4_000)})).await.expect(200);
        } else {
            app.post(&format!("{path}/reauthorize"), json!({})).await.expect(204);
        }
        advance(&world, 1_000).await;
        world.hanako().await.post("/me/contacts", json!({"displayName": "A"})).await.expect(201);
        hook.wait_for("/n", 1).await;
        assert_eq!(events(&hook), ["reauthorizationRequired"]);
    }
}

#[tokio::test]
async fn a_revoked_sign_in_ends_a_users_subscription_at_once() {
    let (world, hook) = (world().await, Webhook::start().await);
    let hanako = world.signed_in(HANAKO, "Contacts.Read").await;
    let mut wanted = request(&world, &hook);
    wanted["resource"] = "me/contacts".into();
    hanako.post("/subscriptions", wanted).await.expect(201);
    world.control(&format!("tenants/{}/users/{HANAKO}/revoke", world.tenant), json!({})).await;
    hook.wait_for("/l", 1).await;
    assert_eq!(events(&hook), ["subscriptionRemoved"]);
}

#[tokio::test]
async fn the_end_comes_without_a_word_unless_switched_so() {
    let (world, hook, app, id) = subscribed().await;
    advance(&world, 4_229 * 60).await;
    quiet().await;
    assert!(events(&hook).is_empty());
    world.control("notifications", json!({"renewalAskedSeconds": 3_600})).await;
    hook.wait_for("/l", 1).await;
    quiet().await;
    assert_eq!(events(&hook), ["reauthorizationRequired"], "once");
    let fresh = reader(&world).await;
    let path = format!("/subscriptions/{id}");
    fresh.patch(&path, json!({"expirationDateTime": in_minutes(&world, 100)})).await.expect(200);
    advance(&world, 50 * 60).await;
    hook.wait_for("/l", 2).await;
    advance(&world, 51 * 60).await;
    quiet().await;
    assert_eq!(events(&hook).len(), 2);
    assert!(world.shown("subscriptions").await["subscriptions"].as_array().expect("a list").is_empty());
    drop(app);
}

#[tokio::test]
async fn a_reset_forgets_subscriptions_and_notifications() {
    let (world, hook, _, _) = subscribed().await;
    world.control("notifications", json!({"paused": true})).await;
    world.hanako().await.post("/me/contacts", json!({"displayName": "A"})).await.expect(201);
    quiet().await;
    world.control("reset", json!({})).await;
    quiet().await;
    assert!(hook.notifications("/n").is_empty());
    let shown = world.shown("notifications").await;
    assert_eq!((&shown["waiting"], &shown["settings"]["paused"]), (&json!(0), &json!(false)));
    assert!(world.shown("subscriptions").await["subscriptions"].as_array().expect("a list").is_empty());
}
