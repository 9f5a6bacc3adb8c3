//! The pages as a person goes through them, in both languages.

use serde_json::json;

use crate::browser::{
    ADMIN, Browser, CLIENT, GRAPH_DEFAULT, REDIRECT, TENANT, USER, World, authorize_parameters,
    authorize_path,
};

#[tokio::test]
async fn a_person_picks_an_account_accepts_and_is_sent_back() {
    let world = World::new().await;
    let browser = Browser::new(&world);
    let parameters = authorize_parameters(&[]);
    let query: Vec<_> = parameters.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    let path = authorize_path();

    let picker = browser.get(&path, &query).await;
    assert!(picker.body.contains(&format!("name=\"account\" value=\"{USER}\"")), "{}", picker.body);
    assert!(picker.body.contains("Setten &#38; Söhne"), "the application's name must be escaped");
    let consent = browser.submit(&path, &query, &[("account", ADMIN)]).await;
    assert!(consent.body.contains("id=\"accept\"") && consent.body.contains("id=\"decline\""));
    assert!(consent.body.contains("name=\"organization\""), "an administrator may tick for all");
    let form = [("account", ADMIN), ("answer", "accept"), ("organization", "on")];
    let done = browser.submit(&path, &query, &form).await;
    assert!(done.parameter("code").is_some(), "{done:?}");

    // Ticked for all: the next person is asked nothing.
    let other = Browser::new(&world).submit(&path, &query, &[("account", USER)]).await;
    assert!(other.parameter("code").is_some(), "{other:?}");
}

#[tokio::test]
async fn a_tick_for_all_by_somebody_who_may_not_is_worth_nothing() {
    let world = World::new().await;
    world.patch(&format!("/_sim/tenants/{TENANT}"), &json!({"userConsent": "allowed"})).await;
    let parameters = authorize_parameters(&[]);
    let query: Vec<_> = parameters.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    let form = [("account", USER), ("answer", "accept"), ("organization", "on")];
    let done = Browser::new(&world).submit(&authorize_path(), &query, &form).await;
    assert!(done.parameter("code").is_some());
    let world = world.simulator.app().world();
    let principal = world.directory.tenant(TENANT).expect("there").principal(CLIENT).expect("made").clone();
    assert!(principal.tenant_scopes.is_empty() && principal.user_scopes.len() == 1);
}

#[tokio::test]
async fn passwords_are_asked_of_people_who_have_one() {
    let world = World::new().await;
    world.consent_for_all().await;
    world
        .simulator
        .app()
        .world()
        .directory
        .tenant_mut(TENANT)
        .expect("there")
        .user_mut(USER)
        .expect("there")
        .password = Some("correct horse".to_owned());
    let browser = Browser::new(&world);
    let parameters = authorize_parameters(&[]);
    let query: Vec<_> = parameters.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    let path = authorize_path();
    let asked = browser.submit(&path, &query, &[("account", USER)]).await;
    assert!(asked.body.contains("id=\"password\"") && !asked.body.contains("role=\"alert\""));
    let wrong = browser.submit(&path, &query, &[("account", USER), ("password", "x")]).await;
    assert!(wrong.body.contains("role=\"alert\""));
    assert!(browser.authorize(&[("prompt", "none")]).await.parameter("error").is_some());
    let done = browser.submit(&path, &query, &[("account", USER), ("password", "correct horse")]).await;
    assert!(done.parameter("code").is_some(), "{done:?}");
    assert!(browser.authorize(&[("prompt", "none")]).await.parameter("code").is_some());
}

#[tokio::test]
async fn an_unknown_name_is_said_beside_the_field() {
    let world = World::new().await;
    let parameters = authorize_parameters(&[]);
    let query: Vec<_> = parameters.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    let form = [("account", "<b>nobody</b>@contoso.example")];
    let page = Browser::new(&world).submit(&authorize_path(), &query, &form).await;
    assert!(page.body.contains("id=\"unknown-account\""));
    assert!(!page.body.contains("<b>nobody"), "typed text must be escaped");
}

#[tokio::test]
async fn pages_speak_the_readers_language() {
    let world = World::new().await;
    let query = [
        ("client_id", CLIENT),
        ("redirect_uri", REDIRECT),
        ("state", "s"),
        ("scope", GRAPH_DEFAULT),
        ("_sim_account", ADMIN),
    ];
    let path = format!("/{TENANT}/v2.0/adminconsent");
    let japanese = Browser::japanese(&world).get(&path, &query).await.body;
    assert!(
        japanese.contains("lang=\"ja\"")
            && japanese.contains("承諾")
            && japanese.contains("Contoso 株式会社")
    );
    assert!(japanese.contains("連絡先のすべての操作"));
    let english = Browser::new(&world).get(&path, &query).await.body;
    assert!(
        english.contains("lang=\"en\"")
            && english.contains("Accept")
            && english.contains("without a signed-in user")
    );
    let by_market = Browser::new(&world).get(&path, &[&query[..], &[("mkt", "ja-JP")]].concat()).await.body;
    assert!(by_market.contains("lang=\"ja\""));
    assert_eq!(world.shown("admin-consent"), 3);
}
