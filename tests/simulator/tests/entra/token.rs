//! The token endpoint: codes, client credentials, client secrets, errors.

use serde_json::json;
use simulator::entra::authenticate;
use simulator::model::directory::{NewApplication, NewSecret};

use crate::browser::{
    Browser, CLIENT, GRAPH_DEFAULT, REDIRECT, Reply, SCOPES, SECRET, TENANT, USER, VERIFIER, World, claims,
};

/// Status, OAuth error, code; checks the whole body's shape on the way.
fn refused(reply: &Reply) -> (u16, String, u32) {
    let body = reply.json();
    let code = u32::try_from(body["error_codes"][0].as_u64().expect("a code")).expect("small");
    let description = body["error_description"].as_str().expect("a description");
    assert!(description.starts_with(&format!("AADSTS{code}: ")), "{description}");
    assert!(
        description.contains("\r\nTrace ID: ") && description.contains("\r\nTimestamp: "),
        "{description}"
    );
    let timestamp = body["timestamp"].as_str().expect("a timestamp");
    assert!(
        timestamp.len() == 20 && timestamp.ends_with('Z') && timestamp.as_bytes()[10] == b' ',
        "{timestamp}"
    );
    for id in ["trace_id", "correlation_id"] {
        assert_eq!(body[id].as_str().map(str::len), Some(36));
    }
    (reply.status, body["error"].as_str().expect("an error").to_owned(), code)
}

#[tokio::test]
async fn a_code_becomes_tokens_that_graph_accepts() {
    let world = World::new().await;
    let tokens = world.signed_in().await;
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["expires_in"], 3599);
    let id = claims(&tokens["id_token"]);
    assert_eq!(id["aud"], CLIENT);
    assert_eq!(id["iss"], json!(format!("{}/{TENANT}/v2.0", world.simulator.url)));
    assert_eq!((&id["tid"], &id["nonce"], &id["ver"]), (&json!(TENANT), &json!("the nonce"), &json!("2.0")));
    assert_eq!((&id["preferred_username"], &id["name"]), (&json!(USER), &json!("佐藤 花子")));
    assert_eq!(id["email"], USER);

    let caller = authenticate(world.simulator.app(), tokens["access_token"].as_str().expect("a token"))
        .expect("valid");
    assert_eq!((caller.tenant_id.as_str(), caller.app_id.as_str()), (TENANT, CLIENT));
    assert_eq!(caller.user_object_id, id["oid"].as_str().map(str::to_owned));
    assert!(caller.scopes.contains(&"Contacts.ReadWrite".to_owned()) && caller.roles.is_empty());
    world.simulator.app().clock.advance(3600);
    assert!(authenticate(world.simulator.app(), tokens["access_token"].as_str().expect("a token")).is_err());
}

#[tokio::test]
async fn an_id_token_says_who_only_with_the_profile_scope() {
    let world = World::new().await;
    world.consent_for_all().await;
    let reply = Browser::new(&world)
        .authorize(&[("_sim_account", USER), ("_sim_answer", "accept"), ("scope", "openid User.Read")])
        .await;
    let code = reply.parameter("code").expect("a code");
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
    ];
    let tokens = world.token(TENANT, &form).await.json();
    let id = claims(&tokens["id_token"]);
    assert!(id.get("oid").is_none() && id.get("preferred_username").is_none() && id["sub"].is_string());
    assert!(tokens.get("refresh_token").is_none(), "offline_access was not asked for");
}

#[tokio::test]
async fn a_code_is_good_once() {
    let world = World::new().await;
    world.consent_for_all().await;
    let code = Browser::new(&world).sign_in(USER).await;
    assert_eq!(world.redeem(&code).await.status, 200);
    assert_eq!(refused(&world.redeem(&code).await), (400, "invalid_grant".to_owned(), 54005));
}

#[tokio::test]
async fn a_code_is_good_for_ten_minutes() {
    let world = World::new().await;
    world.consent_for_all().await;
    let code = Browser::new(&world).sign_in(USER).await;
    world.simulator.app().clock.advance(600);
    assert_eq!(refused(&world.redeem(&code).await), (400, "invalid_grant".to_owned(), 70008));
}

#[tokio::test]
async fn a_code_needs_its_verifier_its_redirect_uri_and_its_tenant() {
    let world = World::new().await;
    world.consent_for_all().await;
    let code = Browser::new(&world).sign_in(USER).await;
    let with = |redirect: &'static str, verifier: &'static str| {
        let (world, code) = (&world, code.as_str());
        async move {
            let mut form =
                vec![("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirect)];
            form.extend((!verifier.is_empty()).then_some(("code_verifier", verifier)));
            refused(&world.token(TENANT, &form).await)
        }
    };
    let wrong = "another-verifier-of-at-least-forty-three-characters";
    assert_eq!(with(REDIRECT, wrong).await, (400, "invalid_grant".to_owned(), 501_481));
    assert_eq!(with(REDIRECT, "").await, (400, "invalid_grant".to_owned(), 501_481));
    assert_eq!(with("https://app.example/other", VERIFIER).await.2, 500_112);
    let unknown = world.redeem("0.nothing").await;
    assert_eq!(refused(&unknown), (400, "invalid_grant".to_owned(), 70000));
    // None of this used it up.
    assert_eq!(world.redeem(&code).await.status, 200);
}

#[tokio::test]
async fn client_credentials_have_rules_of_their_own() {
    let world = World::new().await;
    let form = [("grant_type", "client_credentials"), ("scope", GRAPH_DEFAULT)];
    assert_eq!(refused(&world.token(TENANT, &form).await), (400, "unauthorized_client".to_owned(), 700_016));
    world.consent_for_all().await;
    let tokens = world.token("contoso.example", &form).await.json();
    assert!(tokens.get("refresh_token").is_none() && tokens.get("id_token").is_none());
    let caller = authenticate(world.simulator.app(), tokens["access_token"].as_str().expect("a token"))
        .expect("valid");
    assert_eq!((caller.user_object_id, caller.scopes.len(), caller.roles.len()), (None, 0, 2));

    assert_eq!(refused(&world.token("common", &form).await), (400, "invalid_request".to_owned(), 9_001_023));
    for scope in ["https://graph.microsoft.com/Contacts.Read", "https://graph.microsoft.com/.default openid"]
    {
        let form = [("grant_type", "client_credentials"), ("scope", scope)];
        assert_eq!(refused(&world.token(TENANT, &form).await).2, 1_002_012, "{scope}");
    }
    let app = format!("/_sim/tenants/{TENANT}/apps/{CLIENT}");
    world.patch(&app, &json!({"accountEnabled": false})).await;
    assert_eq!(
        refused(&world.token(TENANT, &form).await),
        (400, "unauthorized_client".to_owned(), 7_000_112)
    );
}

#[tokio::test]
async fn secrets_are_checked() {
    let world = World::new().await;
    world.consent_for_all().await;
    let grant = [("grant_type", "client_credentials"), ("scope", GRAPH_DEFAULT)];
    let with = |more: &[(&'static str, &'static str)]| {
        let form = [&grant[..], more].concat();
        let world = &world;
        async move { refused(&world.token_of(TENANT, &form).await) }
    };
    assert_eq!(
        with(&[("client_id", CLIENT), ("client_secret", "no")]).await,
        (401, "invalid_client".to_owned(), 7_000_215)
    );
    assert_eq!(with(&[("client_id", CLIENT)]).await, (401, "invalid_client".to_owned(), 7_000_218));
    assert_eq!(with(&[("client_secret", SECRET)]).await.2, 900_144);
    assert_eq!(
        with(&[("client_id", "99999999-2222-4333-8444-555555555555"), ("client_secret", SECRET)]).await,
        (400, "unauthorized_client".to_owned(), 700_016)
    );
}

#[tokio::test]
async fn the_secret_may_come_as_http_basic_form_encoded() {
    let world = World::new().await;
    world.consent_for_all().await;
    let form = [("grant_type", "client_credentials"), ("scope", GRAPH_DEFAULT)];
    assert_eq!(world.token_basic(TENANT, CLIENT, "s3cret%7Evalue", &form).await.status, 200);
    assert_eq!(refused(&world.token_basic(TENANT, CLIENT, "wrong", &form).await).2, 7_000_215);
}

#[tokio::test]
async fn two_secrets_are_valid_together_until_one_expires() {
    let world = World::new().await;
    world.consent_for_all().await;
    let expires_at = world.simulator.app().clock.now() + jiff::SignedDuration::from_hours(1);
    let application = NewApplication {
        client_id: Some(CLIENT.to_owned()),
        display_name: "Setten".to_owned(),
        secrets: vec![
            NewSecret { value: "old".to_owned(), expires_at: Some(expires_at) },
            NewSecret { value: "new".to_owned(), expires_at: None },
        ],
        ..NewApplication::default()
    };
    world.simulator.app().world().directory.register(application).expect("registered");
    let with = |secret: &'static str| {
        let world = &world;
        async move {
            let form = [
                ("grant_type", "client_credentials"),
                ("scope", GRAPH_DEFAULT),
                ("client_id", CLIENT),
                ("client_secret", secret),
            ];
            world.token_of(TENANT, &form).await
        }
    };
    assert_eq!((with("old").await.status, with("new").await.status), (200, 200));
    world.simulator.app().clock.advance(3601);
    assert_eq!(refused(&with("old").await), (401, "invalid_client".to_owned(), 7_000_222));
    assert_eq!(with("new").await.status, 200);
}

#[tokio::test]
async fn unknown_tenants_grants_and_methods_are_refused() {
    let world = World::new().await;
    let form = [("grant_type", "client_credentials"), ("scope", GRAPH_DEFAULT)];
    let gone = "99999999-bbbb-4ccc-8ddd-eeeeeeeeeeee";
    assert_eq!(refused(&world.token(gone, &form).await), (400, "invalid_request".to_owned(), 90002));
    assert_eq!(refused(&world.token("not-a-tenant", &form).await).2, 900_023);
    assert_eq!(refused(&world.token(TENANT, &[("grant_type", "password")]).await).2, 70003);
    assert_eq!(refused(&world.token(TENANT, &[]).await).2, 900_144);
    let get = world.get(&format!("/{TENANT}/oauth2/v2.0/token")).await;
    assert_eq!(refused(&get), (400, "invalid_request".to_owned(), 900_561));
}

#[tokio::test]
async fn a_removed_tenant_takes_its_tokens_along() {
    let world = World::new().await;
    let tokens = world.signed_in().await;
    assert_eq!(world.delete(&format!("/_sim/tenants/{TENANT}")).await.status, 204);
    assert!(authenticate(world.simulator.app(), tokens["access_token"].as_str().expect("a token")).is_err());
    let refresh = tokens["refresh_token"].as_str().expect("a token");
    let form = [("grant_type", "refresh_token"), ("refresh_token", refresh), ("scope", SCOPES)];
    assert_eq!(refused(&world.token(TENANT, &form).await).2, 90002);
}
