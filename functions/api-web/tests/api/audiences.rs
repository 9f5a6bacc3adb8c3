//! `/v1/tenants/{tenant}/audiences/{feature}`: users by a group of the directory (peer row P14).

use axum::http::Method;
use serde_json::{Value, json};
use surroundings::CLIENT;
use types::Feature;

use crate::world::{Organization, TENANT, World};

const GROUP: &str = "6e0c7a1e-0000-4000-8000-000000000001";

fn path() -> String {
    format!("/v1/tenants/{TENANT}/audiences/mail")
}

fn group(excluded: &[&str]) -> Value {
    json!({"group_id": GROUP, "excluded_user_ids": excluded})
}

impl World {
    /// An organization whose tenant granted mail.
    async fn with_mail(&self, name: &str) -> Organization {
        let organization = self.organization(name).await;
        self.put(&organization.key, &format!("/v1/tenants/{TENANT}"), &json!({})).await.done();
        self.grant_mail(&organization).await;
        organization
    }

    async fn permit(&self) {
        let path = format!("tenants/{TENANT}/apps/{CLIENT}/roles/GroupMember.Read.All");
        self.simulator.control(Method::PUT, &path, &json!({})).await;
    }
}

#[tokio::test]
async fn p14_without_the_permission_the_answer_says_what_to_do_and_the_test_has_the_commands() {
    let world = World::new().await;
    let organization = world.with_mail("A").await;
    let key = &organization.key;
    world.simulator.consent(Feature::Mail).await;
    let refused = world.put(key, &path(), &group(&[])).await.problem(409, "groups-not-permitted");
    let detail = refused["detail"].as_str().expect("a detail");
    assert!(detail.contains("GroupMember.Read.All") && detail.contains("/checks"), "{detail}");
    world.get(key, &path()).await.problem(404, "not-found");
    assert!(world.queued("subscriptions").is_empty());

    let checks = format!("/v1/tenants/{TENANT}/checks");
    let finding = async |world: &World| {
        let found = world.post(key, &checks, &json!({})).await.done().json();
        let items = found["items"].as_array().expect("items").clone();
        items.into_iter().find(|item| item["check"] == "groups").expect("the check")
    };
    assert_eq!(finding(&world).await["reason"], "no_audience", "nobody who does not use it is troubled");
    world.permit().await;
    let gone = json!({"id": GROUP, "displayName": "Sales"});
    world.control(&format!("tenants/{TENANT}/groups"), &gone).await;
    world.put(key, &path(), &group(&[])).await.done();
    assert_eq!(finding(&world).await["state"], "passed");
    world.simulator.control(Method::DELETE, &format!("tenants/{TENANT}/groups/{GROUP}"), &json!({})).await;
    assert_eq!(finding(&world).await["failure"], "group-not-found");
    let role = format!("tenants/{TENANT}/apps/{CLIENT}/roles/GroupMember.Read.All");
    world.simulator.control(Method::DELETE, &role, &json!({})).await;
    let found = finding(&world).await;
    assert_eq!(
        (&found["failure"], &found["who"]),
        (&json!("groups-not-permitted"), &json!("admin")),
        "{found}"
    );
    let command = found["commands"][0].as_str().expect("a command");
    assert!(command.contains("98830695-27a2-44f7-8c18-0c3ebc9698f6"), "{command}");
    assert!(!command.contains("df021288"), "what is there is not assigned again: {command}");
}

#[tokio::test]
async fn p14_an_audience_is_set_seen_and_removed_by_whoever_has_read_it() {
    let world = World::new().await;
    let organization = world.with_mail("A").await;
    let key = &organization.key;
    world.simulator.consent(Feature::Mail).await;
    world.permit().await;
    let set = world.put(key, &path(), &group(&["taro"])).await.done();
    let tag = set.header("etag").to_owned();
    let set = set.json();
    assert_eq!((&set["group_id"], &set["status"]), (&json!(GROUP), &json!("waiting")), "{set}");
    assert_eq!(set["excluded_user_ids"], json!(["taro"]));
    assert_eq!((&set["read_at"], &set["headcount"]), (&Value::Null, &Value::Null), "{set}");
    let queued = world.queued("subscriptions");
    let job = queued.last().expect("the group is read at once");
    assert_eq!((&job["tenant_id"], &job["feature"]), (&json!(TENANT), &json!("mail")), "{job}");

    let read = world.get(key, &path()).await.done();
    assert_eq!(read.header("etag"), tag);
    let stale = [("If-Match", "\"another\"")];
    world.send(key, Method::PUT, &path(), &stale, Some(&group(&[]))).await.problem(412, "changed");
    world.send(key, Method::DELETE, &path(), &stale, None).await.problem(412, "changed");
    let seen = [("If-Match", tag.as_str())];
    let changed = world.send(key, Method::PUT, &path(), &seen, Some(&group(&[]))).await.done();
    assert_ne!(changed.header("etag"), tag);
    world.send(key, Method::PUT, &path(), &seen, Some(&group(&[]))).await.problem(412, "changed");
    let before = world.queued("subscriptions").len();
    world.send(key, Method::DELETE, &path(), &[], None).await.done();
    assert_eq!(world.queued("subscriptions").len(), before + 1, "what is left of it is seen to at once");
    world.get(key, &path()).await.problem(404, "not-found");
    world.send(key, Method::DELETE, &path(), &[], None).await.problem(404, "not-found");
    let log = world.get(key, "/v1/audit").await.done().json();
    let events: Vec<&str> =
        log["items"].as_array().expect("a log").iter().filter_map(|item| item["event"].as_str()).collect();
    assert_eq!(events.iter().filter(|event| **event == "audience_set").count(), 2, "{events:?}");
    assert!(events.contains(&"audience_removed"), "{events:?}");
}

#[tokio::test]
async fn p14_only_ones_own_tenants_and_what_was_granted_can_have_an_audience() {
    let world = World::new().await;
    let (owner, stranger) = (world.with_mail("A").await, world.organization("B").await);
    world.simulator.consent(Feature::Mail).await;
    world.permit().await;
    world.put(&owner.key, &path(), &group(&[])).await.done();
    world.put(&stranger.key, &path(), &group(&[])).await.problem(404, "not-found");
    world.get(&stranger.key, &path()).await.problem(404, "not-found");
    world.send(&stranger.key, Method::DELETE, &path(), &[], None).await.problem(404, "not-found");
    // The same tenant, registered by somebody whom nobody there granted anything.
    world.put(&stranger.key, &format!("/v1/tenants/{TENANT}"), &json!({})).await.done();
    world.put(&stranger.key, &path(), &group(&[])).await.problem(409, "grant-missing");
    let contacts = format!("/v1/tenants/{TENANT}/audiences/contacts");
    world.put(&owner.key, &contacts, &group(&[])).await.problem(409, "grant-missing");
    world.plan(&owner, &["contacts"]).await;
    world.put(&owner.key, &path(), &group(&[])).await.problem(403, "feature-not-in-plan");

    for (body, field) in [
        (json!({"group_id": "sales"}), "group_id"),
        (json!({"group_id": GROUP, "excluded_user_ids": ["a/b"]}), "excluded_user_ids"),
        (
            json!({"group_id": GROUP, "excluded_user_ids": (0..501).map(|n| format!("u{n}")).collect::<Vec<_>>()}),
            "excluded_user_ids",
        ),
    ] {
        let refused = world.put(&owner.key, &path(), &body).await.problem(422, "invalid-field");
        let at = refused["errors"][0]["field"].as_str().expect("a field");
        assert!(at.starts_with(field), "{refused}");
    }
}
