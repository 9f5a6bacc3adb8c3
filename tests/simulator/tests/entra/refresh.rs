//! Refresh tokens: rotation, lifetime, revocation.

use serde_json::{Value, json};

use crate::browser::{CLIENT, Reply, SCOPES, TENANT, USER, World, claims};

async fn refresh(world: &World, segment: &str, token: &Value, scope: &str) -> Reply {
    let token = token.as_str().expect("a refresh token");
    let form = [("grant_type", "refresh_token"), ("refresh_token", token), ("scope", scope)];
    world.token(segment, &form).await
}

fn code(reply: &Reply) -> u64 {
    reply.json()["error_codes"][0].as_u64().unwrap_or_else(|| panic!("no error: {}", reply.body))
}

const DAY: u32 = 24 * 3600;

#[tokio::test]
async fn every_refresh_brings_a_new_token_and_leaves_the_old_one_good() {
    let world = World::new().await;
    let first = world.signed_in().await;
    let second = refresh(&world, TENANT, &first["refresh_token"], SCOPES).await.json();
    assert_ne!(first["refresh_token"], second["refresh_token"]);
    assert_ne!(first["access_token"], second["access_token"]);
    assert_eq!(claims(&second["id_token"])["oid"], claims(&first["id_token"])["oid"]);
    assert_eq!(refresh(&world, TENANT, &first["refresh_token"], SCOPES).await.status, 200);
    assert_eq!(refresh(&world, TENANT, &second["refresh_token"], SCOPES).await.status, 200);
}

#[tokio::test]
async fn a_token_dies_after_ninety_days_without_use_but_its_successors_live() {
    let world = World::new().await;
    let first = world.signed_in().await;
    world.simulator.app().clock.advance(60 * DAY);
    let second = refresh(&world, TENANT, &first["refresh_token"], SCOPES).await.json();
    world.simulator.app().clock.advance(60 * DAY);
    assert_eq!(code(&refresh(&world, TENANT, &first["refresh_token"], SCOPES).await), 700_082);
    assert_eq!(refresh(&world, TENANT, &second["refresh_token"], SCOPES).await.status, 200);
}

#[tokio::test]
async fn revocation_ends_every_token_of_the_user() {
    let world = World::new().await;
    let tokens = world.signed_in().await;
    let path = format!("/_sim/tenants/{TENANT}/users/{USER}/revoke");
    assert_eq!(world.post(&path, &json!({})).await.status, 204);
    let refused = refresh(&world, TENANT, &tokens["refresh_token"], SCOPES).await;
    assert_eq!((refused.status, code(&refused)), (400, 50173));
    assert_eq!(refused.json()["error"], "invalid_grant");
    // Signing in again heals it.
    let code = crate::browser::Browser::new(&world).sign_in(USER).await;
    let again = world.redeem(&code).await.json();
    assert_eq!(refresh(&world, TENANT, &again["refresh_token"], SCOPES).await.status, 200);
}

#[tokio::test]
async fn scopes_beyond_the_consent_and_withdrawn_consent_are_refused() {
    let world = World::new().await;
    let tokens = world.signed_in().await;
    let more = refresh(&world, TENANT, &tokens["refresh_token"], "openid Mail.Read").await;
    assert_eq!((code(&more), &more.json()["suberror"]), (65001, &json!("consent_required")));
    assert_eq!(world.delete(&format!("/_sim/tenants/{TENANT}/apps/{CLIENT}")).await.status, 204);
    assert_eq!(code(&refresh(&world, TENANT, &tokens["refresh_token"], SCOPES).await), 65001);
}

#[tokio::test]
async fn common_can_be_closed_and_is_counted() {
    let world = World::new().await;
    let tokens = world.signed_in().await;
    assert_eq!(refresh(&world, "common", &tokens["refresh_token"], SCOPES).await.status, 200);
    world.patch("/_sim/entra/settings", &json!({"rejectCommon": true})).await;
    assert_eq!(code(&refresh(&world, "common", &tokens["refresh_token"], SCOPES).await), 50194);
    let stats = world.get("/_sim/entra/stats").await.json();
    assert_eq!(stats["tokenCalls"]["common"]["refresh_token"], json!({"succeeded": 1, "failed": 1}));
    assert_eq!(stats["tokenCalls"][TENANT]["authorization_code"], json!({"succeeded": 1, "failed": 0}));
}

#[tokio::test]
async fn an_unknown_token_and_another_tenant_are_refused() {
    let world = World::new().await;
    let tokens = world.signed_in().await;
    assert_eq!(code(&refresh(&world, TENANT, &json!("1.nothing"), SCOPES).await), 70000);
    world
        .simulator
        .app()
        .world()
        .directory
        .add_tenant(simulator::model::directory::NewTenant {
            domain: "fabrikam.example".to_owned(),
            display_name: "Fabrikam".to_owned(),
            ..Default::default()
        })
        .expect("a tenant");
    assert_eq!(code(&refresh(&world, "fabrikam.example", &tokens["refresh_token"], SCOPES).await), 50020);
}
