//! `/v1/api-keys`, how often a key may call, and what else the door does before any route.

use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::json;

use crate::world::{OPERATOR, World};

#[tokio::test]
async fn a_key_is_rotated_by_the_organization_itself() {
    let world = World::new().await;
    let organization = world.organization("A").await;
    let old = &organization.key;
    let made = world.post(old, "/v1/api-keys", &json!({})).await.done().json();
    assert_eq!(made["organization_id"], organization.id.as_str());
    let new = made["key"].as_str().expect("a key");
    assert!(new.starts_with(made["prefix"].as_str().expect("a prefix")));

    let list = world.get(new, "/v1/api-keys").await.done();
    assert!(!list.text.contains(new) && !list.text.contains(old.as_str()), "{list:?}");
    let list = list.json();
    let keys = list["items"].as_array().expect("items");
    assert_eq!(
        keys.iter().map(|key| key["is_this"].as_bool()).collect::<Vec<_>>(),
        [Some(false), Some(true)]
    );
    assert!(keys.iter().all(|key| key["last_used_on"].is_string()), "{list}");

    let path = |id: &serde_json::Value| format!("/v1/api-keys/{}", id.as_str().expect("an id"));
    let itself = world.send(new, Method::DELETE, &path(&made["id"]), &[], None).await;
    itself.problem(409, "key-in-use");
    world.send(new, Method::DELETE, &path(&keys[0]["id"]), &[], None).await.done();
    world.get(old, "/v1/users").await.problem(401, "unauthorized");
    world.get(new, "/v1/users").await.done();
    world.send(new, Method::DELETE, &path(&keys[0]["id"]), &[], None).await.problem(404, "not-found");
    let log = world.get(new, "/v1/audit?event=api_key_revoked").await.done().json();
    assert_eq!(log["items"][0]["id"], keys[0]["id"], "{log}");
}

#[tokio::test]
async fn keys_of_another_organization_are_out_of_reach() {
    let world = World::new().await;
    let (own, other) = (world.organization("A").await, world.organization("B").await);
    let theirs = world.get(&other.key, "/v1/api-keys").await.json()["items"][0]["id"].clone();
    let theirs = theirs.as_str().expect("an id");
    let named = json!({"organization_id": other.id});
    world.post(&own.key, "/v1/api-keys", &named).await.problem(404, "not-found");
    let list = format!("/v1/api-keys?organization_id={}", other.id);
    world.get(&own.key, &list).await.problem(404, "not-found");
    for path in
        [format!("/v1/api-keys/{theirs}"), format!("/v1/api-keys/{theirs}?organization_id={}", other.id)]
    {
        world.send(&own.key, Method::DELETE, &path, &[], None).await.problem(404, "not-found");
    }
    world.get(&other.key, "/v1/users").await.done();

    assert_eq!(world.get(OPERATOR, &list).await.done().json()["items"][0]["id"], theirs);
    let unsaid = world.get(OPERATOR, "/v1/api-keys").await.problem(422, "invalid-field");
    assert_eq!(unsaid["errors"][0]["field"], "organization_id", "{unsaid}");
    let path = format!("/v1/api-keys/{theirs}?organization_id={}", other.id);
    world.send(OPERATOR, Method::DELETE, &path, &[], None).await.done();
    world.get(&other.key, "/v1/users").await.problem(401, "unauthorized");
}

#[tokio::test]
async fn an_organization_has_ten_keys_at_most() {
    let world = World::new().await;
    let organization = world.organization("A").await;
    for _ in 1..10 {
        world.post(&organization.key, "/v1/api-keys", &json!({})).await.done();
    }
    world.post(&organization.key, "/v1/api-keys", &json!({})).await.problem(409, "too-many-keys");
    let keys = world.get(&organization.key, "/v1/api-keys").await.json();
    assert_eq!(keys["items"].as_array().map(Vec::len), Some(10));
}

#[tokio::test]
async fn who_calls_too_often_is_told_when_to_come_again() {
    let world = World::calling_at_most(3).await;
    let own = world.organization("A").await;
    for _ in 0..3 {
        let left = world.get(&own.key, "/v1/users").await;
        // The minute may have ended in between.
        assert!(left.status == 200 && left.header("ratelimit-policy") == "\"key\";q=3;w=60", "{left:?}");
    }
    let mut refused = world.get(&own.key, "/v1/users").await;
    if refused.status == 200 {
        // A new minute began: the same again, this time within it.
        for _ in 0..3 {
            refused = world.get(&own.key, "/v1/users").await;
        }
    }
    let problem = refused.problem(429, "too-many-requests");
    let wait: u32 = refused.header("retry-after").parse().expect("seconds");
    assert!((1..=60).contains(&wait), "{refused:?}");
    assert_eq!(refused.header("ratelimit"), format!("\"key\";r=0;t={wait}"));
    assert!(
        problem["detail"].as_str().is_some_and(|detail| detail.contains("3 times a minute")),
        "{problem}"
    );
    // Another's key, and who has none, are not concerned.
    world.get("setten_wrong", "/v1/users").await.problem(401, "unauthorized");
}

#[tokio::test]
async fn a_body_too_large_or_of_another_type_is_refused_before_it_is_read() {
    let world = World::new().await;
    let organization = world.organization("A").await;
    let put = async |path: &str, content_type: &str, body: String| {
        let request = Request::put(path).header("authorization", format!("Bearer {}", organization.key));
        world
            .request(request.header("content-type", content_type).body(Body::from(body)).expect("a request"))
            .await
    };
    let large = json!({"folder_name": "x".repeat(300_000), "language": "ja"}).to_string();
    let problem = put("/v1/settings", "application/json", large).await.problem(413, "too-large");
    assert_eq!(problem["errors"][0], json!({"field": "body", "detail": "at most 256 KiB"}));
    let good = json!({"folder_name": "x", "language": "ja"}).to_string();
    let problem = put("/v1/settings", "text/plain", good).await.problem(415, "media-type");
    assert_eq!(problem["errors"][0]["field"], "Content-Type");
}
