//! The authorize endpoint: what it checks, single sign-on, consent.

use serde_json::json;

use crate::browser::{ADMIN, Browser, CLIENT, REDIRECT, TENANT, USER, World, claims};

#[tokio::test]
async fn a_scripted_sign_in_brings_code_and_state_and_signs_the_browser_in() {
    let world = World::new().await;
    world.consent_for_all().await;
    let browser = Browser::new(&world);
    let reply = browser.authorize(&[("_sim_account", USER), ("_sim_answer", "accept")]).await;
    assert_eq!(reply.status, 302);
    assert!(reply.location.as_ref().is_some_and(|url| url.as_str().starts_with(REDIRECT)));
    assert_eq!(reply.parameter("state").as_deref(), Some("the state"));
    assert!(reply.parameter("code").is_some());

    // The second time nobody is named and nothing is shown.
    let silent = browser.authorize(&[]).await;
    assert!(silent.parameter("code").is_some(), "{silent:?}");
    assert_eq!((world.shown("sign-in"), world.shown("consent")), (0, 0));
    assert!(Browser::new(&world).authorize(&[]).await.body.contains("Pick an account"));
}

#[tokio::test]
async fn prompts_decide_over_single_sign_on() {
    let world = World::new().await;
    world.consent_for_all().await;
    let browser = Browser::new(&world);
    let none = browser.authorize(&[("prompt", "none")]).await;
    assert_eq!(none.parameter("error").as_deref(), Some("login_required"));
    assert!(none.parameter("error_description").expect("text").starts_with("AADSTS50058"));

    browser.sign_in(USER).await;
    assert!(browser.authorize(&[("prompt", "none")]).await.parameter("code").is_some());
    for prompt in ["login", "select_account"] {
        let page = browser.authorize(&[("prompt", prompt)]).await;
        assert_eq!(page.status, 200, "{prompt}: {page:?}");
        assert!(page.body.contains("Pick an account"));
    }
    // Another account is hinted at: the one in the session does not do.
    let hinted = browser.authorize(&[("login_hint", ADMIN)]).await;
    assert!(hinted.body.contains("Pick an account"), "{hinted:?}");
}

#[tokio::test]
async fn a_prompt_for_consent_asks_again_and_needs_an_administrator_again() {
    let world = World::new().await;
    world.consent_for_all().await;
    let page = Browser::new(&world).authorize(&[("_sim_account", USER), ("prompt", "consent")]).await;
    assert!(page.body.contains("Need admin approval"), "{page:?}");
    let page = Browser::new(&world).authorize(&[("_sim_account", ADMIN), ("prompt", "consent")]).await;
    assert!(page.body.contains("Permissions requested"), "{page:?}");
}

#[tokio::test]
async fn without_consent_the_managed_policy_wants_an_administrator() {
    let world = World::new().await;
    let page = Browser::new(&world).authorize(&[("_sim_account", USER)]).await;
    assert!(page.body.contains("Need admin approval"));
    assert!(page.body.contains("Contacts.ReadWrite"));
    let refused = Browser::new(&world).authorize(&[("_sim_account", USER), ("_sim_answer", "accept")]).await;
    assert_eq!(refused.parameter("error").as_deref(), Some("access_denied"));
    assert!(refused.parameter("error_description").expect("text").starts_with("AADSTS90094"));
    // What opens no mailbox, a person may allow.
    let own = [("_sim_account", USER), ("_sim_answer", "accept"), ("scope", "openid profile User.Read")];
    assert!(Browser::new(&world).authorize(&own).await.parameter("code").is_some());
}

#[tokio::test]
async fn a_person_consents_once_where_the_tenant_allows_it() {
    let world = World::new().await;
    let path = format!("/_sim/tenants/{TENANT}");
    assert_eq!(world.patch(&path, &json!({"userConsent": "allowed"})).await.status, 200);
    let browser = Browser::new(&world);
    let page = browser.authorize(&[("_sim_account", USER)]).await;
    assert!(page.body.contains("id=\"accept\""), "{page:?}");
    let declined = browser.authorize(&[("_sim_account", USER), ("_sim_answer", "decline")]).await;
    assert!(declined.parameter("error_description").expect("text").starts_with("AADSTS65004"));
    assert_eq!(declined.parameter("state").as_deref(), Some("the state"));

    browser.sign_in(USER).await;
    assert!(browser.authorize(&[]).await.parameter("code").is_some());
    assert_eq!(world.shown("consent"), 1);
    // More than was consented to is asked for again; a silent request cannot be asked.
    let more = browser.authorize(&[("scope", "openid Mail.Read"), ("prompt", "none")]).await;
    assert!(more.parameter("error_description").expect("text").starts_with("AADSTS65001"));
}

#[tokio::test]
async fn requests_that_are_wrong_have_their_own_codes() {
    let world = World::new().await;
    let browser = Browser::new(&world);
    // Before the redirect URI is trusted: a page, never a redirect.
    let on_page = [
        ("client_id", "99999999-2222-4333-8444-555555555555", "AADSTS700016"),
        ("client_id", "", "AADSTS900144"),
        ("redirect_uri", "https://evil.example/", "AADSTS50011"),
        ("redirect_uri", &format!("{REDIRECT}/"), "AADSTS50011"),
        ("redirect_uri", "", "AADSTS900144"),
    ];
    for (parameter, value, code) in on_page {
        let reply = browser.authorize(&[(parameter, value)]).await;
        assert_eq!((reply.status, &reply.location), (400, &None), "{parameter}={value}");
        assert!(reply.body.contains(code), "{parameter}={value}: {}", reply.body);
    }
    // After it: sent back, with the state.
    let sent_back = [
        ("scope", "", "AADSTS900144", "invalid_request"),
        ("scope", "openid Contacts.Nothing", "AADSTS650053", "invalid_client"),
        (
            "scope",
            "https://a.example/x https://graph.microsoft.com/User.Read",
            "AADSTS700022",
            "invalid_scope",
        ),
        ("response_type", "", "AADSTS900144", "invalid_request"),
        ("response_type", "token", "AADSTS700051", "unsupported_response_type"),
        ("response_type", "code id_token", "AADSTS700054", "unsupported_response_type"),
        ("code_challenge", "short", "AADSTS501491", "invalid_request"),
        ("prompt", "whatever", "AADSTS9002313", "invalid_request"),
    ];
    for (parameter, value, code, error) in sent_back {
        let reply = browser.authorize(&[(parameter, value)]).await;
        let description =
            reply.parameter("error_description").unwrap_or_else(|| panic!("{parameter}: {reply:?}"));
        assert!(description.starts_with(code), "{parameter}={value}: {description}");
        assert_eq!(reply.parameter("error").as_deref(), Some(error));
        assert_eq!(reply.parameter("state").as_deref(), Some("the state"));
    }
}

#[tokio::test]
async fn accounts_that_may_not_sign_in_are_told_so_on_a_page() {
    let world = World::new().await;
    world.consent_for_all().await;
    world
        .simulator
        .app()
        .world()
        .directory
        .add_tenant(simulator::model::directory::NewTenant {
            domain: "fabrikam.example".to_owned(),
            display_name: "Fabrikam".to_owned(),
            ..Default::default()
        })
        .expect("a tenant");
    let code = |account: &'static str| {
        let world = &world;
        async move {
            let reply =
                Browser::new(world).authorize(&[("_sim_account", account), ("_sim_answer", "accept")]).await;
            assert_eq!(reply.location, None, "{reply:?}");
            reply.body
        }
    };
    assert!(code("admin@fabrikam.example").await.contains("AADSTS50020"));
    assert!(code("nobody@contoso.example").await.contains("AADSTS50034"));

    let app = format!("/_sim/tenants/{TENANT}/apps/{CLIENT}");
    world.patch(&app, &json!({"assignmentRequired": true})).await;
    assert!(code(USER).await.contains("AADSTS50105"));
    world.patch(&app, &json!({"assignedUsers": [USER]})).await;
    Browser::new(&world).sign_in(USER).await;
    world.patch(&app, &json!({"accountEnabled": false})).await;
    assert!(code(USER).await.contains("AADSTS7000112"));
    world.patch(&app, &json!({"accountEnabled": true})).await;
    world.patch(&format!("/_sim/tenants/{TENANT}/users/{USER}"), &json!({"accountEnabled": false})).await;
    assert!(code(USER).await.contains("AADSTS50057"));
}

#[tokio::test]
async fn the_answer_goes_where_response_mode_says() {
    let world = World::new().await;
    world.consent_for_all().await;
    let browser = Browser::new(&world);
    browser.sign_in(USER).await;
    let fragment = browser.authorize(&[("response_mode", "fragment")]).await.location.expect("a redirect");
    assert!(fragment.fragment().is_some_and(|text| text.contains("code=")) && fragment.query().is_none());
    let post = browser.authorize(&[("response_mode", "form_post"), ("state", "\"><script>")]).await;
    assert_eq!(post.status, 200);
    assert!(post.body.contains(&format!("action=\"{REDIRECT}\"")) && post.body.contains("name=\"code\""));
    assert!(!post.body.contains("\"><script>"), "the state must be escaped: {}", post.body);
}

#[tokio::test]
async fn common_takes_the_tenant_of_whoever_signs_in() {
    let world = World::new().await;
    world.consent_for_all().await;
    let parameters =
        crate::browser::authorize_parameters(&[("_sim_account", USER), ("_sim_answer", "accept")]);
    let query: Vec<_> = parameters.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    let reply = Browser::new(&world).get("/common/oauth2/v2.0/authorize", &query).await;
    let tokens = world.redeem(&reply.parameter("code").expect("a code")).await.json();
    assert_eq!(claims(&tokens["id_token"])["tid"], TENANT);
}

#[tokio::test]
async fn revoking_a_users_sessions_ends_single_sign_on() {
    let world = World::new().await;
    world.consent_for_all().await;
    let browser = Browser::new(&world);
    browser.sign_in(USER).await;
    world.post(&format!("/_sim/tenants/{TENANT}/users/{USER}/revoke"), &json!({})).await;
    assert!(browser.authorize(&[]).await.body.contains("Pick an account"));
}
