//! `/v1/audit`: every line says who did it.

use axum::http::Method;
use serde_json::{Value, json};

use crate::world::{OPERATOR, TENANT, World};

#[tokio::test]
async fn m15_the_log_names_the_operator_and_the_key_and_is_filtered_by_them() {
    let world = World::new().await;
    let organization = world.organization("A").await;
    let listed = world.get(&organization.key, "/v1/api-keys").await.done().json();
    let key =
        json!({"type": "api_key", "id": listed["items"][0]["id"], "prefix": listed["items"][0]["prefix"]});
    world.user(&organization, "sato").await;
    let tenant = format!("/v1/tenants/{TENANT}");
    world.send(&organization.key, Method::PUT, &tenant, &[], None).await.done();
    world.grant_mail(&organization).await;
    world.send(&organization.key, Method::POST, "/v1/users/sato/links/mail", &[], None).await.done();
    let batch = json!({"feature": "mail", "action": "unlink", "user_ids": ["sato"]});
    world.post(&organization.key, "/v1/links:batch", &batch).await.done();
    world
        .put(&organization.key, "/v1/settings", &json!({"folder_name": "名刺", "language": "ja"}))
        .await
        .done();
    for path in ["/v1/users/sato", &format!("{tenant}/grants/mail")] {
        world.send(&organization.key, Method::DELETE, path, &[], None).await.done();
    }
    world.plan(&organization, &["mail"]).await;

    let log = world.get(&organization.key, "/v1/audit?limit=100").await.done().json();
    let by = |event: &str| -> Vec<Value> {
        let lines = log["items"].as_array().expect("lines").iter();
        lines.filter(|line| line["event"] == event).map(|line| line["actor"].clone()).collect()
    };
    for event in [
        "tenant_registered",
        "user_linked_by_admin",
        "user_unlinked",
        "settings_changed",
        "user_removed",
        "grant_revoked",
    ] {
        assert_eq!(by(event), std::slice::from_ref(&key), "{event}: {log}");
    }
    for event in ["organization_created", "api_key_created", "plan_changed"] {
        assert_eq!(by(event), [json!({"type": "operator", "id": null})], "{event}: {log}");
    }
    let found = world.get(&organization.key, "/v1/audit?actor=operator").await.done().json();
    assert_eq!(found["items"].as_array().map(Vec::len), Some(3), "{found}");
    world.get(&organization.key, "/v1/audit?actor=someone").await.problem(400, "malformed");

    let csv = [("accept", "text/csv")];
    let file = world.send(&organization.key, Method::GET, "/v1/audit?actor=operator", &csv, None).await;
    assert!(
        file.text.contains("at,actor,actor_id,event,") && file.text.contains(",operator,,plan_changed,"),
        "{}",
        file.text
    );
    world.get(OPERATOR, "/v1/audit").await.problem(403, "forbidden");
}

#[tokio::test]
async fn a_portal_link_takes_only_an_address_that_people_can_be_sent_back_to() {
    let world = World::new().await;
    let organization = world.organization("A").await;
    world.user(&organization, "sato").await;
    let ask = async |url: &str| {
        let body = json!({"user_id": "sato", "page": "me", "return_url": url});
        world.post(&organization.key, "/v1/portal-links", &body).await
    };
    ask("https://crm.example/settings?tab=1").await.done();
    for bad in ["http://crm.example/", "javascript:alert(1)", "//crm.example", "https://a@crm.example/", ""] {
        let refused = ask(bad).await.problem(422, "invalid-field");
        assert_eq!(refused["errors"][0]["field"], "return_url", "{bad}: {refused}");
    }
}
