//! `/v1/portal-links`: who gets a way into the console.

use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn a_portal_link_is_made_for_members_and_the_console_only_for_admins() {
    let world = World::new().await;
    let (organization, other) = (world.organization("A").await, world.organization("B").await);
    let user = json!({"email": "a@contoso.example", "display_name": "A", "role": "admin"});
    world.put(&organization.key, "/v1/users/boss", &user).await.done();
    world
        .put(&organization.key, "/v1/users/sato", &json!({"email": "b@contoso.example", "display_name": "B"}))
        .await
        .done();
    let ask = async |key: &str, user: &str, page: &str| {
        world.post(key, "/v1/portal-links", &json!({"user_id": user, "page": page})).await
    };
    let mut made = Vec::new();
    for (user, page) in [("boss", "console"), ("boss", "me"), ("sato", "me"), ("sato", "me")] {
        let reply = ask(&organization.key, user, page).await;
        assert_eq!(reply.status, 201, "{}", reply.text);
        let url = reply.json()["url"].as_str().expect("a URL").to_owned();
        assert!(url.contains("/console/enter?key="), "{url}");
        made.push(url);
    }
    made.sort();
    made.dedup();
    assert_eq!(made.len(), 4, "every link is another: {made:?}");
    let refused = ask(&organization.key, "sato", "console").await.problem(422, "invalid-field");
    assert_eq!(refused["errors"][0]["field"], "page", "{refused}");
    let unknown = ask(&organization.key, "boss", "elsewhere").await.problem(422, "invalid-field");
    assert_eq!(unknown["errors"][0]["field"], "page", "{unknown}");
    ask(&organization.key, "nobody", "me").await.problem(404, "not-found");
    ask(&other.key, "boss", "console").await.problem(404, "not-found");
}
