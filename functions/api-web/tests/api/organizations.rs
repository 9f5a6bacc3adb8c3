//! Tenants of an organization, and the two layers of what is switched on (rows A03, A13, A14, A15).

use axum::http::Method;
use serde_json::json;

use crate::world::{TENANT, World};

const OTHER: &str = "5e77e000-0000-4000-8000-000000000002";

#[tokio::test]
async fn a03_a_user_links_only_what_the_admin_layer_granted() {
    let world = World::new().await;
    let organization = world.organization("A").await;
    let key = &organization.key;
    world.user(&organization, "sato").await;
    let link =
        async |feature: &str| world.post(key, &format!("/v1/users/sato/links/{feature}"), &json!({})).await;
    link("contacts").await.problem(409, "tenant-missing");
    world.put(key, &format!("/v1/tenants/{TENANT}"), &json!({})).await.done();
    link("mail").await.problem(409, "grant-missing");
    // The user's own layer: nobody is linked by the admin's grant alone, nor before the own sign-in.
    world.grant_mail(&organization).await;
    let page = link("contacts").await.done().json();
    assert!(page["url"].as_str().is_some_and(|url| url.contains("/oauth2/v2.0/authorize")), "{page}");
    let links = world.get(key, "/v1/users/sato/links").await.done().json();
    assert!(
        links["items"].as_array().expect("items").iter().all(|link| link["status"] == "not_linked"),
        "{links}"
    );
}

#[tokio::test]
async fn a13_several_tenants_are_registered_one_by_one() {
    let world = World::new().await;
    let organization = world.organization("A").await;
    let key = &organization.key;
    let tenant = json!({"tenantId": OTHER, "domain": "fabrikam.example", "displayName": "Fabrikam"});
    world.control("tenants", &tenant).await;
    for tenant in [TENANT, OTHER] {
        world.put(key, &format!("/v1/tenants/{tenant}"), &json!({})).await.done();
    }
    let tenants = world.get(key, "/v1/tenants").await.done().json();
    let ids: Vec<_> =
        tenants["items"].as_array().expect("items").iter().map(|tenant| &tenant["id"]).collect();
    assert_eq!(ids, [TENANT, OTHER]);
    // Each is consented to on its own page, of its own directory.
    for tenant in [TENANT, OTHER] {
        let path = format!("/v1/tenants/{tenant}/consent");
        let started = world.post(key, &path, &json!({"features": ["contacts"]})).await.done().json();
        let url = started["url"].as_str().expect("an address");
        assert!(url.contains(&format!("/{tenant}/v2.0/adminconsent")), "{url}");
    }
    // Whose of the two a member is, nobody guesses.
    world.user(&organization, "sato").await;
    let ambiguous = world.post(key, "/v1/users/sato/links/contacts", &json!({})).await;
    ambiguous.problem(409, "tenant-ambiguous");
    let sato = json!({"email": "sato@fabrikam.example", "display_name": "佐藤", "tenant_id": OTHER});
    world.put(key, "/v1/users/sato", &sato).await.done();
    let page = world.post(key, "/v1/users/sato/links/contacts", &json!({})).await.done().json();
    assert!(page["url"].as_str().is_some_and(|url| url.contains(OTHER)), "{page}");
}

#[tokio::test]
async fn a14_one_registered_tenant_serves_every_feature() {
    let world = World::new().await;
    let organization = world.organization("A").await;
    let key = &organization.key;
    let path = format!("/v1/tenants/{TENANT}");
    let registered = world.put(key, &path, &json!({})).await.done().json();
    for feature in ["contacts", "mail", "calendar"] {
        let asked = json!({"features": [feature]});
        world.post(key, &format!("{path}/consent"), &asked).await.done();
        assert_eq!(world.put(key, &path, &json!({})).await.done().json(), registered, "registered once");
    }
    let tenants = world.get(key, "/v1/tenants").await.done().json();
    assert_eq!(tenants["items"], json!([registered]));
}

#[tokio::test]
async fn a15_removing_a_tenant_unlinks_everybody_there_at_once() {
    let world = World::new().await;
    let organization = world.organization("A").await;
    let key = &organization.key;
    let path = format!("/v1/tenants/{TENANT}");
    world.put(key, &path, &json!({})).await.done();
    world.grant_mail(&organization).await;
    for id in ["sato", "suzuki", "tanaka"] {
        world.user(&organization, id).await;
        world.post(key, &format!("/v1/users/{id}/links/mail"), &json!({})).await.done();
    }
    let before = world.queued("subscriptions").len();
    world.send(key, Method::DELETE, &path, &[], None).await.done();
    for id in ["sato", "suzuki", "tanaka"] {
        let link = world.get(key, &format!("/v1/users/{id}/links/mail")).await.done().json();
        assert_eq!(link["status"], "unlinked", "{id}: {link}");
    }
    assert_eq!(
        world.queued("subscriptions").len() - before,
        3,
        "what Microsoft holds for them is taken back"
    );
    world.get(key, &path).await.problem(404, "not-found");
    world.post(key, "/v1/users/sato/links/mail", &json!({})).await.problem(409, "tenant-missing");
}
