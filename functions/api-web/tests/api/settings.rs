//! `/v1/settings`, and the plan that the operator writes (rows A01, C16, D02).

use axum::http::Method;
use serde_json::{Value, json};

use crate::world::{OPERATOR, TENANT, World};

#[tokio::test]
async fn settings_are_read_and_written_by_version() {
    let world = World::new().await;
    let organization = world.organization("A").await;
    let key = &organization.key;
    let read = world.get(key, "/v1/settings").await.done();
    let all = json!(["contacts", "mail", "calendar"]);
    let fields = ["name", "readings", "company", "position", "emails", "phones", "address", "home_page"];
    let modes: Value = fields.into_iter().map(|field| (field.to_owned(), json!("overwrite"))).collect();
    let all = |folder: &str, language: &str| json!({"folder_name": folder, "language": language, "contact_fields": modes, "sources": [], "features": all});
    assert_eq!(read.json(), all("Setten", "en"));

    let wanted = json!({"folder_name": "名刺", "language": "ja"});
    let put = async |tag: &str, body: &Value| {
        world.send(key, Method::PUT, "/v1/settings", &[("If-Match", tag)], Some(body)).await
    };
    let first = put(read.header("etag"), &wanted).await.done();
    assert_eq!(first.json(), all("名刺", "ja"));
    let again = world.get(key, "/v1/settings").await.done();
    assert_eq!((again.header("etag"), again.json()), (first.header("etag"), first.json()));

    let other = json!({"folder_name": "Cards", "language": "ja"});
    for old in [read.header("etag"), "\"nothing\"", &format!("W/{}", first.header("etag"))] {
        let problem = put(old, &other).await.problem(412, "changed");
        assert_eq!(problem["errors"][0]["field"], "If-Match", "{problem}");
    }
    put("not an etag", &other).await.problem(400, "malformed");
    assert_eq!(world.get(key, "/v1/settings").await.json(), first.json());
    put("*", &other).await.done();
    assert_eq!(world.get(key, "/v1/settings").await.json()["folder_name"], "Cards");
}

#[tokio::test]
async fn settings_that_cannot_be_are_refused_with_the_field() {
    let world = World::new().await;
    let organization = world.organization("A").await;
    for (body, field) in [
        (json!({"folder_name": " ", "language": "ja"}), "folder_name"),
        (json!({"folder_name": "x".repeat(101), "language": "ja"}), "folder_name"),
        (json!({"folder_name": "a\nb", "language": "ja"}), "folder_name"),
        (json!({"folder_name": "a", "language": "fr"}), "language"),
        (json!({"folder_name": "a"}), "language"),
        (json!({"folder_name": "a", "language": "ja", "features": []}), "features"),
    ] {
        let problem = world.put(&organization.key, "/v1/settings", &body).await.problem(422, "invalid-field");
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
    }
    assert_eq!(world.get(&organization.key, "/v1/settings").await.json()["folder_name"], "Setten");
}

#[tokio::test]
async fn a01_what_the_plan_does_not_have_is_refused_and_not_offered() {
    let world = World::new().await;
    let organization = world.organization("A").await;
    let key = &organization.key;
    world.put(key, &format!("/v1/tenants/{TENANT}"), &json!({})).await.done();
    world.user(&organization, "sato").await;
    world.plan(&organization, &["contacts"]).await;
    assert_eq!(world.get(key, "/v1/settings").await.json()["features"], json!(["contacts"]));
    // What an organization chooses itself is not its plan.
    let chosen = json!({"folder_name": "名刺", "language": "ja"});
    let chosen = world.put(key, "/v1/settings", &chosen).await.done().json();
    assert_eq!(chosen["features"], json!(["contacts"]), "{chosen}");

    let consent = format!("/v1/tenants/{TENANT}/consent");
    let refused = world.post(key, &consent, &json!({"features": ["contacts", "mail"]})).await;
    let problem = refused.problem(403, "feature-not-in-plan");
    assert_eq!(problem["errors"][0]["field"], "features", "{problem}");
    world.post(key, &consent, &json!({"features": ["contacts"]})).await.done();
    for feature in ["mail", "calendar"] {
        let path = format!("/v1/users/sato/links/{feature}");
        let problem = world.post(key, &path, &json!({})).await.problem(403, "feature-not-in-plan");
        assert_eq!(problem["errors"][0]["field"], "feature", "{problem}");
    }
    let batch = json!({"feature": "mail", "action": "link", "user_ids": ["sato"]});
    world.post(key, "/v1/links:batch", &batch).await.problem(403, "feature-not-in-plan");
    let links = world.get(key, "/v1/users/sato/links").await.done().json();
    let offered: Vec<&Value> =
        links["items"].as_array().expect("items").iter().map(|link| &link["feature"]).collect();
    assert_eq!(offered, ["contacts"]);

    world.plan(&organization, &["contacts", "mail", "calendar"]).await;
    world.post(key, &consent, &json!({"features": ["mail"]})).await.done();
}

#[tokio::test]
async fn a01_only_the_operator_changes_a_plan() {
    let world = World::new().await;
    let organization = world.organization("A").await;
    let path = format!("/v1/organizations/{}", organization.id);
    let patch = async |key: &str, body: &Value| world.send(key, Method::PATCH, &path, &[], Some(body)).await;
    patch(&organization.key, &json!({"features": []})).await.problem(403, "forbidden");
    let changed = patch(OPERATOR, &json!({"name": "B", "features": ["mail"]})).await.done().json();
    assert_eq!((&changed["name"], &changed["features"]), (&json!("B"), &json!(["mail"])));
    assert_eq!(patch(OPERATOR, &json!({})).await.done().json(), changed);
    assert_eq!(world.get(OPERATOR, &path).await.json(), changed);
    for (body, field) in [
        (json!({"name": ""}), "name"),
        (json!({"features": ["faxes"]}), "features[0]"),
        (json!({"plan": "gold"}), "plan"),
    ] {
        let problem = patch(OPERATOR, &body).await.problem(422, "invalid-field");
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
    }
    assert_eq!(world.get(OPERATOR, &path).await.json(), changed);
    let nobody = world.send(OPERATOR, Method::PATCH, "/v1/organizations/nobody", &[], Some(&json!({}))).await;
    nobody.problem(404, "not-found");
    let log = world.get(&organization.key, "/v1/audit").await.done().text;
    assert!(log.contains("plan_changed") && log.contains("organization_renamed"), "{log}");
}
