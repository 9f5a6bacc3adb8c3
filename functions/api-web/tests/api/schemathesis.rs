//! The API on a port.

use crate::world::{OPERATOR, TENANT, World};
use serde_json::json;

/// Serves the API until it is stopped.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "serves until it is stopped"]
async fn serve() {
    let world = World::new().await;
    let organization = world.organization("Schemathesis").await;
    world.put(&organization.key, &format!("/v1/tenants/{TENANT}"), &json!({})).await;
    world.user(&organization, "user-1").await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:18099").await.expect("a port");
    eprintln!("READY {} {OPERATOR} {}", organization.key, organization.id);
    axum::serve(listener, world.router.clone()).await.expect("served");
}
