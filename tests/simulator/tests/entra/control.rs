//! The control API of Entra: errors on demand, refusals.

use serde_json::json;

use crate::browser::{ADMIN, Browser, CLIENT, GRAPH_DEFAULT, REDIRECT, SCOPES, TENANT, USER, World};

#[tokio::test]
async fn errors_come_on_demand_at_each_endpoint_once() {
    let world = World::new().await;
    let tokens = world.signed_in().await;
    let refresh = tokens["refresh_token"].as_str().expect("a token");
    let form = [("grant_type", "refresh_token"), ("refresh_token", refresh), ("scope", SCOPES)];
    world.force("token", 50076).await;
    let refused = world.token(TENANT, &form).await;
    assert_eq!((refused.status, &refused.json()["error"]), (400, &json!("interaction_required")));
    assert_eq!(world.token(TENANT, &form).await.status, 200);

    world.force("authorize", 53003).await;
    let browser = Browser::new(&world);
    let sign_in = [("_sim_account", USER), ("_sim_answer", "accept")];
    let refused = browser.authorize(&sign_in).await;
    assert!(refused.parameter("error_description").expect("text").starts_with("AADSTS53003"));
    assert!(browser.authorize(&sign_in).await.parameter("code").is_some());

    world.force("adminconsent", 650_052).await;
    let query = [
        ("client_id", CLIENT),
        ("redirect_uri", REDIRECT),
        ("state", "s"),
        ("scope", GRAPH_DEFAULT),
        ("_sim_account", ADMIN),
        ("_sim_answer", "accept"),
    ];
    let refused = browser.get(&format!("/{TENANT}/v2.0/adminconsent"), &query).await;
    assert!(refused.parameter("error_description").expect("text").starts_with("AADSTS650052"));
}

#[tokio::test]
async fn an_error_can_be_meant_for_one_user() {
    let world = World::new().await;
    let tokens = world.signed_in().await;
    let error = json!({"endpoint": "token", "aadsts": 70043, "userPrincipalName": USER, "tenantId": TENANT});
    world.post("/_sim/entra/errors", &error).await;
    let app_only = [("grant_type", "client_credentials"), ("scope", GRAPH_DEFAULT)];
    assert_eq!(world.token(TENANT, &app_only).await.status, 200);
    let refresh = tokens["refresh_token"].as_str().expect("a token");
    let form = [("grant_type", "refresh_token"), ("refresh_token", refresh), ("scope", SCOPES)];
    assert_eq!(world.token(TENANT, &form).await.json()["error_codes"], json!([70043]));
}

#[tokio::test]
async fn every_error_of_the_official_list_can_be_had() {
    let world = World::new().await;
    let codes = [
        65001, 65004, 65005, 650_052, 650_056, 650_057, 90094, 90095, 90008, 50020, 50034, 50105, 700_016,
        7_000_112, 7_000_215, 7_000_222, 700_027, 7_000_218, 700_082, 70008, 50173, 70043, 70000, 50076,
        50079, 50074, 53003, 53000, 530_032, 50057, 50055, 90002, 500_011, 70011, 700_022, 50011, 54005,
        501_481, 9_001_023, 50194, 50196, 90024, 90033, 50058, 700_020,
    ];
    for code in codes {
        world.force("token", code).await;
        let reply =
            world.token(TENANT, &[("grant_type", "client_credentials"), ("scope", GRAPH_DEFAULT)]).await;
        assert!(
            reply.status >= 400 && reply.json()["error_codes"] == json!([code]),
            "{code}: {}",
            reply.body
        );
    }
    let unknown = world.post("/_sim/entra/errors", &json!({"endpoint": "token", "aadsts": 1})).await;
    assert_eq!(unknown.status, 400);
}

#[tokio::test]
async fn what_is_not_there_or_malformed_is_refused() {
    let world = World::new().await;
    assert_eq!(world.delete("/_sim/tenants/nowhere.example").await.status, 404);
    assert_eq!(world.post("/_sim/apps", &json!({"clientId": "x", "displayName": "A"})).await.status, 400);
    let certificate = json!({"displayName": "A", "certificates": ["-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"]});
    assert_eq!(world.post("/_sim/apps", &certificate).await.status, 400);
    let made = world.post("/_sim/apps", &json!({"displayName": "A", "secrets": [{"value": "x"}]})).await;
    assert_eq!(made.status, 201);
    assert_eq!(made.json()["clientId"].as_str().map(str::len), Some(36));
}
