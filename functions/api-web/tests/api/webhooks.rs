//! `/v1/webhooks`: what may be registered, and who sees it.

use axum::http::Method;
use serde_json::{Value, json};

use crate::world::World;

fn good() -> Value {
    json!({"url": "https://93.184.216.34/hooks/setten?key=1", "events": ["push.finished", "link.status_changed"]})
}

#[tokio::test]
async fn a_webhook_shows_its_secret_once_and_another_when_it_is_rotated() {
    let world = World::new().await;
    let key = &world.organization("A").await.key;
    let made = world.post(key, "/v1/webhooks", &good()).await.done().json();
    let (id, secret) = (made["id"].as_str().expect("an id"), made["secret"].as_str().expect("a secret"));
    assert!(id.starts_with("whk_") && secret.starts_with("whsec_"), "{made}");
    assert_eq!((&made["enabled"], &made["previous_secret_valid_until"]), (&json!(true), &Value::Null));
    assert_eq!(made["events"], json!(["link.status_changed", "push.finished"]));
    let path = format!("/v1/webhooks/{id}");
    for shown in [world.get(key, &path).await.done(), world.get(key, "/v1/webhooks").await.done()] {
        assert!(shown.text.contains(id) && !shown.text.contains("whsec_"), "{shown:?}");
    }
    let rotated = world.post(key, &format!("{path}/rotate-secret"), &json!({})).await.done().json();
    assert!(rotated["secret"] != made["secret"] && rotated["previous_secret_valid_until"].is_string());
    assert_eq!(world.post(key, &format!("{path}/enable"), &json!({})).await.done().json()["enabled"], true);
    let deliveries = world.get(key, &format!("{path}/deliveries?state=dead&limit=10")).await.done().json();
    assert_eq!(deliveries, json!({"items": [], "next_cursor": null}));
    let of_no_state = world.get(key, &format!("{path}/deliveries?state=lost")).await;
    assert_eq!(of_no_state.problem(400, "malformed")["errors"][0]["field"], "state");
    let retried = world.post(key, &format!("{path}/deliveries/evt_1/retry"), &json!({})).await;
    retried.problem(404, "not-found");
    world.send(key, Method::DELETE, &path, &[], None).await.done();
    world.get(key, &path).await.problem(404, "not-found");
}

#[tokio::test]
async fn what_leads_nowhere_or_into_our_own_network_is_refused() {
    let world = World::new().await;
    let key = &world.organization("A").await.key;
    for (url, words) in [
        ("crm.example", "absolute URL"),
        ("http://93.184.216.34/", "https://"),
        ("https://user:secret@93.184.216.34/", "without user"),
        ("https://127.0.0.1/", "public address"),
        ("https://localhost/", "public address"),
        ("https://[::ffff:10.0.0.1]/", "public address"),
        ("https://169.254.169.254/latest/meta-data", "public address"),
    ] {
        let refused =
            world.post(key, "/v1/webhooks", &json!({"url": url, "events": ["push.finished"]})).await;
        let problem = refused.problem(422, "invalid-field");
        assert_eq!(problem["errors"][0]["field"], "url", "{problem}");
        assert!(problem["detail"].is_string() && problem.to_string().contains(words), "{url}: {problem}");
    }
    for (events, field) in [(json!([]), "events"), (json!(["push.begun"]), "events[0]")] {
        let mut bad = good();
        bad["events"] = events;
        let problem = world.post(key, "/v1/webhooks", &bad).await.problem(422, "invalid-field");
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
    }
    assert_eq!(world.get(key, "/v1/webhooks").await.done().json(), json!({"items": []}));
}

#[tokio::test]
async fn an_organization_has_five_webhooks_and_sees_no_other_s() {
    let world = World::new().await;
    let (ours, theirs) = (world.organization("A").await, world.organization("B").await);
    let mut ids = Vec::new();
    for _ in 0..5 {
        let made = world.post(&ours.key, "/v1/webhooks", &good()).await.done().json();
        ids.push(made["id"].as_str().expect("an id").to_owned());
    }
    world.post(&ours.key, "/v1/webhooks", &good()).await.problem(409, "too-many-webhooks");
    let path = format!("/v1/webhooks/{}", ids[0]);
    world.get(&theirs.key, &path).await.problem(404, "not-found");
    world.send(&theirs.key, Method::DELETE, &path, &[], None).await.problem(404, "not-found");
    world.get(&theirs.key, &format!("{path}/deliveries")).await.problem(404, "not-found");
    for verb in ["rotate-secret", "enable", "deliveries/evt_1/retry"] {
        world.post(&theirs.key, &format!("{path}/{verb}"), &json!({})).await.problem(404, "not-found");
    }
    assert_eq!(world.get(&theirs.key, "/v1/webhooks").await.done().json(), json!({"items": []}));
    world.send(&ours.key, Method::DELETE, &path, &[], None).await.done();
    world.post(&ours.key, "/v1/webhooks", &good()).await.done();
}

#[test]
fn every_event_is_described_with_an_example_that_has_what_the_schema_requires() {
    let description = api_web::description();
    let webhooks = description["webhooks"].as_object().expect("webhooks");
    assert_eq!(webhooks.len(), outbox::EventKind::ALL.len());
    for kind in outbox::EventKind::ALL {
        let content = &webhooks[kind.name()]["post"]["requestBody"]["content"]["application/json"];
        assert_eq!(content["example"]["type"], kind.name());
        let data = &content["schema"]["properties"]["data"];
        for required in data["required"].as_array().expect("required") {
            let value = &content["example"]["data"][required.as_str().expect("a name")];
            assert!(!value.is_null(), "{}: {required}", kind.name());
        }
    }
}
