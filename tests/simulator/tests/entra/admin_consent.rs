//! Admin consent: both endpoints, their callbacks, and what they change.

use serde_json::json;

use crate::browser::{ADMIN, Browser, CLIENT, GRAPH_DEFAULT, REDIRECT, Reply, TENANT, USER, World, claims};

async fn ask(world: &World, path: &str, more: &[(&str, &str)]) -> Reply {
    let mut query = vec![("client_id", CLIENT), ("redirect_uri", REDIRECT), ("state", "the state")];
    query.extend_from_slice(more);
    Browser::new(world).get(&format!("/{TENANT}{path}"), &query).await
}

const V2: &str = "/v2.0/adminconsent";
const V1: &str = "/adminconsent";

#[tokio::test]
async fn the_callback_of_the_newer_endpoint_names_tenant_and_scope() {
    let world = World::new().await;
    let accept = [("scope", GRAPH_DEFAULT), ("_sim_account", ADMIN), ("_sim_answer", "accept")];
    let reply = ask(&world, V2, &accept).await;
    assert_eq!(reply.parameter("admin_consent").as_deref(), Some("True"));
    assert_eq!(reply.parameter("tenant").as_deref(), Some(TENANT));
    assert_eq!(reply.parameter("state").as_deref(), Some("the state"));
    let scope = reply.parameter("scope").expect("the scope");
    assert!(scope.split(' ').any(|name| name == "https://graph.microsoft.com/Contacts.ReadWrite"), "{scope}");
    assert_eq!(reply.parameter("error"), None);
}

#[tokio::test]
async fn after_it_users_see_no_consent_page_and_the_app_has_its_roles() {
    let world = World::new().await;
    let tokens = world.signed_in().await;
    assert_eq!((world.shown("consent"), world.shown("approval")), (0, 0));
    assert!(tokens["scope"].as_str().expect("scopes").contains("Contacts.ReadWrite"));
    let form = [("grant_type", "client_credentials"), ("scope", GRAPH_DEFAULT)];
    let app = world.token(TENANT, &form).await.json();
    assert_eq!(claims(&app["access_token"])["roles"], json!(["Contacts.ReadWrite", "User.Read.All"]));
}

#[tokio::test]
async fn a_refusal_still_says_admin_consent_true() {
    let world = World::new().await;
    let decline = [("scope", GRAPH_DEFAULT), ("_sim_account", ADMIN), ("_sim_answer", "decline")];
    let reply = ask(&world, V2, &decline).await;
    assert_eq!(reply.parameter("admin_consent").as_deref(), Some("True"));
    assert_eq!(reply.parameter("error").as_deref(), Some("consent_required"));
    assert!(reply.parameter("error_description").expect("text").starts_with("AADSTS65004"));
    assert_eq!(reply.parameter("state").as_deref(), Some("the state"));

    let reply = ask(&world, V1, &[("_sim_account", ADMIN), ("_sim_answer", "decline")]).await;
    assert_eq!(reply.parameter("error").as_deref(), Some("permission_denied"));
    assert_eq!(reply.parameter("admin_consent"), None);
    assert!(world.simulator.app().world().directory.tenant(TENANT).expect("there").principals.is_empty());
}

#[tokio::test]
async fn who_is_no_administrator_cannot_consent_for_all() {
    let world = World::new().await;
    let page = ask(&world, V2, &[("scope", GRAPH_DEFAULT), ("_sim_account", USER)]).await;
    assert!(page.body.contains("Need admin approval"), "{page:?}");
    let accept = [("scope", GRAPH_DEFAULT), ("_sim_account", USER), ("_sim_answer", "accept")];
    let reply = ask(&world, V2, &accept).await;
    assert!(reply.parameter("error_description").expect("text").starts_with("AADSTS90094"));
    // An application administrator may grant delegated permissions, but no application permissions of Graph.
    let roles = json!({"roles": ["Application Administrator"]});
    world.patch(&format!("/_sim/tenants/{TENANT}/users/{USER}"), &roles).await;
    let reply = ask(&world, V2, &accept).await;
    assert!(reply.parameter("error").is_some());
    let delegated = [("scope", "Contacts.ReadWrite"), ("_sim_account", USER), ("_sim_answer", "accept")];
    assert_eq!(ask(&world, V2, &delegated).await.parameter("error"), None);
}

#[tokio::test]
async fn the_older_endpoint_asks_for_the_registration_and_answers_without_scope() {
    let world = World::new().await;
    let reply = ask(&world, V1, &[("_sim_account", ADMIN), ("_sim_answer", "accept")]).await;
    assert_eq!(reply.parameter("tenant").as_deref(), Some(TENANT));
    assert_eq!(reply.parameter("scope"), None);
    let world = world.simulator.app().world();
    let principal = world.directory.tenant(TENANT).expect("there").principal(CLIENT).expect("made").clone();
    assert!(principal.application_roles.contains_key("User.Read.All"));
}

#[tokio::test]
async fn wrong_requests_are_told_apart() {
    let world = World::new().await;
    assert!(
        ask(&world, V2, &[]).await.parameter("error_description").expect("text").starts_with("AADSTS900144")
    );
    let reply = ask(&world, V2, &[("redirect_uri", "https://evil.example"), ("scope", GRAPH_DEFAULT)]).await;
    assert!(reply.location.is_none() && reply.body.contains("AADSTS50011"), "{reply:?}");
}

#[tokio::test]
async fn tokens_carry_the_consent_only_after_the_configured_delay() {
    let world = World::new().await;
    world.patch("/_sim/entra/settings", &json!({"consentDelaySeconds": 300})).await;
    world.consent_for_all().await;
    let form = [("grant_type", "client_credentials"), ("scope", GRAPH_DEFAULT)];
    let early = world.token(TENANT, &form).await.json();
    assert_eq!(claims(&early["access_token"]).get("roles"), None);
    world.simulator.app().clock.advance(301);
    let later = world.token(TENANT, &form).await.json();
    assert!(claims(&later["access_token"]).get("roles").is_some());
}
