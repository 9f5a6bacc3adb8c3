//! `/v1/egress`: from where the deployment calls (rows A18, P36).

use serde_json::json;

use crate::world::{OPERATOR, World};

#[tokio::test]
async fn p36_the_fixed_addresses_are_told_to_whoever_has_a_key() {
    let world = World::new().await;
    let organization = world.organization("A").await;
    let told = world.get(&organization.key, "/v1/egress").await.done().json();
    assert_eq!(told, json!({"addresses": ["203.0.113.7", "203.0.113.8"]}));
    world.get(OPERATOR, "/v1/egress").await.problem(403, "forbidden");
    world.get("setten_wrong", "/v1/egress").await.problem(401, "unauthorized");
    let path = &api_web::description()["paths"]["/v1/egress"]["get"];
    assert!(path["responses"]["200"].is_object() && path["tags"] == json!(["settings"]), "{path}");
}

#[tokio::test]
async fn p36_a_deployment_without_fixed_addresses_says_so() {
    let world = World::with(&[("EGRESS_ADDRESSES", "")]).await;
    let organization = world.organization("A").await;
    assert_eq!(world.get(&organization.key, "/v1/egress").await.done().json(), json!({"addresses": []}));
}
