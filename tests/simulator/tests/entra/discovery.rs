//! Metadata and keys, and tokens verified with them as a client would.

use jsonwebtoken::{Algorithm, DecodingKey, Validation, jwk::JwkSet};
use serde_json::{Value, json};

use crate::browser::{CLIENT, TENANT, World};

#[tokio::test]
async fn metadata_leads_to_keys_that_verify_the_id_token() {
    let world = World::new().await;
    let tokens = world.signed_in().await;
    for segment in [TENANT, "contoso.example"] {
        let metadata = world.get(&format!("/{segment}/v2.0/.well-known/openid-configuration")).await.json();
        assert_eq!(metadata["issuer"], json!(format!("{}/{TENANT}/v2.0", world.simulator.url)));
        let keys_path = metadata["jwks_uri"].as_str().expect("a URL").replace(&world.simulator.url, "");
        let keys: JwkSet = serde_json::from_value(world.get(&keys_path).await.json()).expect("a key set");
        verify(&keys, &tokens["id_token"], metadata["issuer"].as_str().expect("text")).expect("verified");
    }
    let common = world.get("/common/v2.0/.well-known/openid-configuration").await.json();
    assert!(common["issuer"].as_str().expect("text").ends_with("/{tenantid}/v2.0"));
}

fn verify(keys: &JwkSet, token: &Value, issuer: &str) -> Option<Value> {
    let token = token.as_str()?;
    let kid = jsonwebtoken::decode_header(token).ok()?.kid?;
    let key = DecodingKey::from_jwk(keys.find(&kid)?).ok()?;
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_audience(&[CLIENT]);
    validation.set_issuer(&[issuer]);
    jsonwebtoken::decode::<Value>(token, &key, &validation).ok().map(|data| data.claims)
}

#[tokio::test]
async fn keys_roll_and_old_ones_stay_until_they_are_dropped() {
    let world = World::new().await;
    let tokens = world.signed_in().await;
    let path = format!("/{TENANT}/discovery/v2.0/keys");
    let issuer = format!("{}/{TENANT}/v2.0", world.simulator.url);
    world.post("/_sim/entra/keys/rotate", &json!({})).await;
    let keys: JwkSet = serde_json::from_value(world.get(&path).await.json()).expect("a key set");
    assert_eq!(keys.keys.len(), 2);
    assert!(verify(&keys, &tokens["id_token"], &issuer).is_some());
    world.post("/_sim/entra/keys/rotate", &json!({"dropOlder": true})).await;
    let keys: JwkSet = serde_json::from_value(world.get(&path).await.json()).expect("a key set");
    assert!(verify(&keys, &tokens["id_token"], &issuer).is_none());
}

#[tokio::test]
async fn a_tenant_that_does_not_exist_is_told_in_entras_words() {
    let world = World::new().await;
    let reply =
        world.get("/99999999-bbbb-4ccc-8ddd-eeeeeeeeeeee/v2.0/.well-known/openid-configuration").await;
    assert_eq!(reply.status, 400);
    assert_eq!(
        (&reply.json()["error"], &reply.json()["error_codes"]),
        (&json!("invalid_tenant"), &json!([90002]))
    );
    let reply = world.get("/nonsense/v2.0/.well-known/openid-configuration").await;
    assert_eq!((reply.status, &reply.json()["error_codes"]), (400, &json!([900_023])));
}
