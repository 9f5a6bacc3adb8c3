//! Application permissions from the consent to their end, and the roles that a sign-in proves.

use serde_json::{Value, json};

use crate::browser::{
    ADMIN, Browser, CLIENT, GRAPH_DEFAULT, REDIRECT, Reply, SECRET, TENANT, USER, VERIFIER, World, claims,
};

const GLOBAL: &str = "62e90394-69f5-4237-9190-012177145e10";
const PRIVILEGED: &str = "e8611ab8-c189-46e8-94e1-60213ab1f814";

/// A world whose application reads mail by itself and has nothing delegated in its registration.
async fn mail_world(more: Value) -> World {
    let world = World::new().await;
    let mut app = json!({
        "clientId": CLIENT, "displayName": "Setten", "secrets": [{"value": SECRET}],
        "redirectUris": [REDIRECT], "applicationRoles": ["Mail.Read", "User.Read.All"],
    });
    app.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    assert_eq!(world.post("/_sim/apps", &app).await.status, 201);
    world
}

async fn consent(world: &World, account: &str, answer: &str) -> Reply {
    let query = [
        ("client_id", CLIENT),
        ("redirect_uri", REDIRECT),
        ("state", "s"),
        ("scope", GRAPH_DEFAULT),
        ("_sim_account", account),
        ("_sim_answer", answer),
    ];
    Browser::new(world).get(&format!("/{TENANT}/v2.0/adminconsent"), &query).await
}

/// The `roles` of a fresh app-only token.
async fn roles(world: &World) -> Value {
    let form = [("grant_type", "client_credentials"), ("scope", GRAPH_DEFAULT)];
    claims(&world.token(TENANT, &form).await.json()["access_token"])["roles"].clone()
}

/// The claims of the id token of a sign-in with OpenID's own scopes only.
async fn id_claims(world: &World, account: &str) -> Value {
    let scope = "openid profile";
    let reply = Browser::new(world)
        .authorize(&[("_sim_account", account), ("_sim_answer", "accept"), ("scope", scope)])
        .await;
    let code = reply.parameter("code").unwrap_or_else(|| panic!("no code: {reply:?}"));
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
        ("scope", scope),
    ];
    let tokens = world.token(TENANT, &form).await.json();
    assert!(tokens.get("refresh_token").is_none(), "nobody asked for one: {tokens}");
    claims(&tokens["id_token"])
}

#[tokio::test]
async fn the_page_shows_each_application_permission_as_one_that_works_without_a_user() {
    let world = mail_world(json!({"delegatedScopes": ["Contacts.ReadWrite"]})).await;
    let page = consent(&world, ADMIN, "").await;
    assert_eq!(page.body.matches("without a signed-in user").count(), 2, "{}", page.body);
    for name in ["Mail.Read", "User.Read.All", "Contacts.ReadWrite"] {
        assert!(page.body.contains(&format!("<code>{name}</code>")), "{name}: {}", page.body);
    }
}

#[tokio::test]
async fn consent_grants_what_the_registration_lists_and_nothing_else() {
    let world = mail_world(json!({"delegatedScopes": ["Contacts.ReadWrite"]})).await;
    assert_eq!(consent(&world, ADMIN, "accept").await.parameter("error"), None);
    assert_eq!(roles(&world).await, json!(["Mail.Read", "User.Read.All"]));
    let granted = world.get(&format!("/_sim/tenants/{TENANT}/apps/{CLIENT}")).await.json();
    let names =
        |member: &str| granted[member].as_object().expect("grants").keys().cloned().collect::<Vec<_>>();
    assert_eq!(names("applicationRoles"), ["Mail.Read", "User.Read.All"]);
    assert_eq!(names("tenantScopes"), ["Contacts.ReadWrite"]);
}

#[tokio::test]
async fn only_the_two_highest_roles_grant_application_permissions() {
    let world = mail_world(json!({})).await;
    let path = format!("/_sim/tenants/{TENANT}/users/{USER}");
    for role in ["Cloud Application Administrator", "Application Administrator", "User Administrator"] {
        world.patch(&path, &json!({"roles": [role]})).await;
        let page = consent(&world, USER, "").await;
        assert!(page.body.contains("Need admin approval") && page.body.contains("Mail.Read"), "{page:?}");
        let refused = consent(&world, USER, "accept").await.parameter("error_description");
        assert!(refused.expect("a reason").starts_with("AADSTS90094"), "{role}");
    }
    world.patch(&path, &json!({"roles": ["Privileged Role Administrator"]})).await;
    assert_eq!(consent(&world, USER, "accept").await.parameter("error"), None);
    assert_eq!(roles(&world).await, json!(["Mail.Read", "User.Read.All"]));
}

#[tokio::test]
async fn a_role_taken_back_is_missing_from_the_next_token() {
    let world = mail_world(json!({})).await;
    consent(&world, ADMIN, "accept").await;
    let role = format!("/_sim/tenants/{TENANT}/apps/{CLIENT}/roles/mail.read");
    assert_eq!(world.delete(&role).await.status, 204);
    assert_eq!(roles(&world).await, json!(["User.Read.All"]));
    assert_eq!(world.delete(&role).await.status, 404, "it is granted no more");
}

#[tokio::test]
async fn a_delegated_grant_is_taken_back_from_one_user_or_from_all() {
    let world = World::new().await;
    let tokens = world.signed_in().await;
    let own = ["User.Read".to_owned(), "Contacts.ReadWrite".to_owned()];
    {
        let mut model = world.simulator.app().world();
        let tenant = model.directory.tenant_mut(TENANT).expect("there");
        let user = tenant.user(USER).expect("there").id.clone();
        tenant.principal_or_new(CLIENT).user_scopes.insert(user, own.into());
    }
    let scope = format!("/_sim/tenants/{TENANT}/apps/{CLIENT}/scopes/Contacts.ReadWrite");
    let refreshed = async || {
        let token = tokens["refresh_token"].as_str().expect("a token");
        let form =
            [("grant_type", "refresh_token"), ("refresh_token", token), ("scope", "Contacts.ReadWrite")];
        world.token(TENANT, &form).await.json()
    };
    assert_eq!(world.delete(&format!("{scope}?user={USER}")).await.status, 204);
    assert_eq!(world.delete(&format!("{scope}?user={USER}")).await.status, 404);
    assert!(refreshed().await.get("access_token").is_some(), "the tenant's grant covers it still");
    assert_eq!(world.delete(&scope).await.status, 204);
    assert_eq!(refreshed().await["error_codes"], json!([65001]));
}

#[tokio::test]
async fn an_id_token_carries_the_directory_roles_only_when_the_registration_says_so() {
    let world = mail_world(json!({})).await;
    consent(&world, ADMIN, "accept").await;
    assert_eq!(id_claims(&world, ADMIN).await.get("wids"), None);

    let world = mail_world(json!({"groupMembershipClaims": "DirectoryRole"})).await;
    consent(&world, ADMIN, "accept").await;
    let held = |claims: Value, role: &str| claims["wids"].as_array().expect("wids").contains(&json!(role));
    assert!(held(id_claims(&world, ADMIN).await, GLOBAL));
    let member = id_claims(&world, USER).await;
    assert!(!held(member.clone(), GLOBAL) && !held(member.clone(), PRIVILEGED), "{member}");
    let path = format!("/_sim/tenants/{TENANT}/users/{USER}");
    world.patch(&path, &json!({"roles": ["Privileged Role Administrator"]})).await;
    assert!(held(id_claims(&world, USER).await, PRIVILEGED));
}

#[tokio::test]
async fn consent_to_the_registration_may_replace_or_add() {
    let world = mail_world(json!({})).await;
    let scopes = |world: &World| {
        let model = world.simulator.app().world();
        let principal = model.directory.tenant(TENANT).expect("there").principal(CLIENT).expect("there");
        principal.tenant_scopes.keys().cloned().collect::<Vec<_>>()
    };
    let before = json!({"Contacts.ReadWrite": 0});
    let granted = |world: &World| {
        let mut model = world.simulator.app().world();
        let tenant = model.directory.tenant_mut(TENANT).expect("there");
        tenant.principal_or_new(CLIENT).tenant_scopes =
            serde_json::from_value(before.clone()).expect("grants");
    };
    granted(&world);
    consent(&world, ADMIN, "accept").await;
    assert_eq!(scopes(&world), Vec::<String>::new());
    world.patch("/_sim/entra/settings", &json!({"consentReplaces": false})).await;
    granted(&world);
    consent(&world, ADMIN, "accept").await;
    assert_eq!(scopes(&world), ["Contacts.ReadWrite"]);
}
