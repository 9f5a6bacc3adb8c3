//! `POST /v1/tenants/{tenant}/checks`: the link doctor at the public door (features M02, M07, P11).

use serde_json::{Value, json};

use crate::world::{TENANT, World};

/// The finding of that check.
fn of<'a>(answer: &'a Value, check: &str) -> &'a Value {
    let items = answer["items"].as_array().expect("items");
    items.iter().find(|item| item["check"] == check).unwrap_or_else(|| panic!("{check} is not in {answer}"))
}

#[tokio::test]
async fn m02_findings_say_what_is_wrong_and_who_has_to_act() {
    let world = World::new().await;
    let organization = world.organization("A").await;
    let key = &organization.key;
    world.put(key, &format!("/v1/tenants/{TENANT}"), &json!({})).await.done();
    world.user(&organization, "sato").await;
    let path = format!("/v1/tenants/{TENANT}/checks");

    let nothing = world.post(key, &path, &json!({})).await.done().json();
    assert_eq!(of(&nothing, "tenant")["state"], "passed", "{nothing}");
    let consent = of(&nothing, "mail_consent");
    assert_eq!(
        (&consent["state"], &consent["failure"], &consent["who"]),
        (&json!("failed"), &json!("consent-missing"), &json!("admin")),
        "{consent}"
    );
    let account = of(&nothing, "account");
    assert_eq!((&account["state"], &account["reason"]), (&json!("skipped"), &json!("no_user")), "{account}");
    assert!(account.get("failure").is_none() && account.get("who").is_none(), "{account}");

    // A grant is on record, and at Microsoft there is none.
    world.grant_mail(&organization).await;
    let gone = world.post(key, &path, &json!({"user_id": "sato"})).await.done().json();
    let application = of(&gone, "application");
    assert_eq!(application["failure"], "app-not-in-tenant", "{application}");
    assert_eq!(application["code"], "AADSTS700016", "{application}");
    assert_eq!(of(&gone, "credential")["state"], "passed", "{gone}");
    assert_eq!(of(&gone, "mail_access")["reason"], "not_reached", "{gone}");
}

#[tokio::test]
async fn m02_only_ones_own_tenants_and_users_can_be_tested() {
    let world = World::new().await;
    let (owner, stranger) = (world.organization("A").await, world.organization("B").await);
    world.put(&owner.key, &format!("/v1/tenants/{TENANT}"), &json!({})).await.done();
    world.user(&stranger, "jiro").await;
    let path = format!("/v1/tenants/{TENANT}/checks");
    world.post(&stranger.key, &path, &json!({})).await.problem(404, "not-found");
    for body in [json!({"user_id": "jiro"}), json!({"outside_user_id": "jiro"})] {
        world.post(&owner.key, &path, &body).await.problem(404, "not-found");
    }
    let refused = world.post(&owner.key, &path, &json!({"user": "jiro"})).await;
    refused.problem(422, "invalid-field");
    let refused = world.post(&owner.key, &path, &json!({"user_id": "a/b"})).await;
    assert_eq!(refused.problem(422, "invalid-field")["errors"][0]["field"], "user_id");
    world.post(&owner.key, "/v1/tenants/common/checks", &json!({})).await.problem(422, "invalid-field");
}
