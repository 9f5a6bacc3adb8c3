//! Ways in and out: portal links, sign-in with Microsoft, sessions and their ends.

use accounts::{Event, PortalPage, ReturnUrl, Role};
use axum::body::Body;
use http::{Method, StatusCode};
use secrecy::ExposeSecret;
use serde_json::json;
use types::Feature;
use url::Url;

use crate::world::{ADMIN, Browser, MEMBER, OTHER_ADMIN, OTHER_TENANT, TENANT, World, user};

#[tokio::test]
async fn a_portal_link_lets_in_once_and_then_says_what_to_do() {
    let world = World::new().await;
    let link = world.portal_link(&world.organization, "admin", PortalPage::Console).await;

    let mut ahead = world.browser();
    let looked = ahead.send(Method::HEAD, &link, Body::empty()).await;
    assert_eq!(looked.status, StatusCode::NO_CONTENT);
    ahead.headers.insert("sec-purpose", "prefetch".parse().expect("a header"));
    assert_eq!(ahead.get(&link).await.status, StatusCode::NO_CONTENT);
    assert!(ahead.jar.is_empty(), "nobody who only looks ahead is let in");

    let mut browser = world.browser();
    let entered = browser.get(&link).await;
    assert_eq!((entered.status, entered.location()), (StatusCode::SEE_OTHER, "/console"));
    assert_eq!(browser.get("/console").await.status, StatusCode::OK);

    let mut second = world.browser();
    let refused = second.get(&link).await;
    assert_eq!(refused.status, StatusCode::GONE);
    assert!(refused.text.contains("data-refused=\"link-used\""), "{}", refused.text);
    assert!(second.jar.is_empty());
    for unknown in ["/console/enter", "/console/enter?key=x"] {
        assert_eq!(second.get(unknown).await.status, StatusCode::GONE);
    }
    let told = world.events().await;
    assert!(
        told.iter().any(|event| matches!(event, Event::ConsoleEntered { account: None, .. })),
        "{told:?}"
    );
    let refused = |event: &Event| matches!(event, Event::ConsoleRefused { user_id: Some(_), .. });
    assert!(told.iter().any(refused), "{told:?}");
}

#[tokio::test]
async fn the_way_back_leads_where_the_product_said_and_nowhere_else() {
    let world = World::new().await;
    let back = ReturnUrl::try_from("https://crm.example/settings?tab=1&x=2".to_owned()).expect("an address");
    for (page, path) in [(PortalPage::Console, "/console"), (PortalPage::Me, "/me")] {
        let boss = user("admin");
        let link = world.accounts.make_portal_link(&world.organization, &boss, page, Some(back.clone()));
        let key = link.await.expect("a link").key;
        let mut browser = world.browser();
        let entered = browser.get(&format!("/console/enter?key={}", key.expose_secret())).await;
        assert_eq!(entered.location(), path, "nobody is sent there unasked");
        let shown = browser.get(&format!("{path}?lang=en&return_url=https://evil.example/")).await;
        let href = "href=\"https://crm.example/settings?tab=1&#38;x=2\"";
        assert!(shown.text.contains(href) && shown.text.contains("Back to Setten"), "{}", shown.text);
        assert!(!shown.text.contains("\"https://evil.example"), "an address of ours cannot say it");
    }
    let mut member = world.member().await;
    assert!(!member.get("/me?lang=en").await.text.contains("Back to Setten"), "nobody said where");
    for bad in [
        "http://crm.example/",
        "javascript:alert(1)",
        "//crm.example",
        "/settings",
        "https://crm.example@evil.example/",
        "https://user:secret@crm.example/",
        "",
        &format!("https://crm.example/{}", "x".repeat(1_024)),
    ] {
        assert!(ReturnUrl::try_from(bad.to_owned()).is_err(), "{bad}");
    }
}

#[tokio::test]
async fn of_two_who_open_a_portal_link_at_once_one_is_let_in() {
    let world = World::new().await;
    let link = world.portal_link(&world.organization, "u1", PortalPage::Me).await;
    let mut browsers: Vec<Browser> = (0..8).map(|_| world.browser()).collect();
    let answers = futures::future::join_all(browsers.iter_mut().map(|browser| browser.get(&link))).await;
    let entered = answers.iter().filter(|answer| answer.status == StatusCode::SEE_OTHER).count();
    let refused = answers.iter().filter(|answer| answer.status == StatusCode::GONE).count();
    assert_eq!((entered, refused), (1, 7));
}

#[tokio::test]
async fn a_portal_link_ends_after_ten_minutes_and_with_its_user() {
    let world = World::new().await;
    let link = world.portal_link(&world.organization, "u1", PortalPage::Me).await;
    world.pass(10);
    assert_eq!(world.browser().get(&link).await.status, StatusCode::GONE);

    let link = world.portal_link(&world.organization, "u1", PortalPage::Me).await;
    world.accounts.remove_user(&world.organization, &user("u1")).await.expect("removed");
    assert_eq!(world.browser().get(&link).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn a_session_ends_after_an_idle_hour_and_after_eight_hours() {
    let world = World::new().await;
    let mut idle = world.member().await;
    let mut busy = world.member().await;
    for _ in 0..2 {
        world.pass(45);
        assert_eq!(busy.get("/me").await.status, StatusCode::OK);
    }
    let over = idle.get("/me").await;
    assert_eq!((over.status, over.location()), (StatusCode::SEE_OTHER, "/console/sign-in?over"));
    assert!(!idle.jar.contains_key("__Host-setten"), "the cookie is taken back");
    let page = idle.get(over.location()).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    assert!(page.text.contains(&format!("organization={}", world.organization)), "{}", page.text);

    for _ in 0..8 {
        world.pass(45);
        assert_eq!(busy.get("/me").await.status, StatusCode::OK);
    }
    world.pass(30);
    assert_eq!(busy.get("/me").await.status, StatusCode::SEE_OTHER, "eight hours are over");
}

#[tokio::test]
async fn a_session_ends_with_its_user_its_role_and_the_sign_out() {
    let world = World::new().await;
    let mut demoted = world.admin().await;
    assert_eq!(demoted.get("/console").await.status, StatusCode::OK);
    world.put_user(&world.organization, "admin", ADMIN, Role::Member).await;
    assert_eq!(demoted.get("/console").await.status, StatusCode::SEE_OTHER);
    world.put_user(&world.organization, "admin", ADMIN, Role::Admin).await;

    let mut removed = world.member().await;
    world.accounts.remove_user(&world.organization, &user("u1")).await.expect("removed");
    assert_eq!(removed.get("/me").await.status, StatusCode::SEE_OTHER);
    // Another person under the same id is not let in by the old session.
    world.put_user(&world.organization, "u1", "new@contoso.example", Role::Member).await;
    assert_eq!(removed.get("/me").await.status, StatusCode::SEE_OTHER);

    let mut leaver = world.admin().await;
    let kept = leaver.jar.clone();
    let left = leaver.post("/console/sign-out", &[]).await;
    assert_eq!((left.status, left.location()), (StatusCode::SEE_OTHER, "/console/sign-in?out=1"));
    assert_eq!(leaver.get(left.location()).await.status, StatusCode::OK);
    leaver.jar = kept;
    assert_eq!(
        leaver.get("/console").await.status,
        StatusCode::SEE_OTHER,
        "the session is gone, not the cookie"
    );
}

/// Goes to Microsoft and back as that account; where the browser ends.
async fn sign_in(world: &World, browser: &mut Browser, account: &str) -> crate::world::Answer {
    let path = format!("/console/sign-in?organization={}&go=1", world.organization);
    let sent = browser.get(&path).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    let page: Url = sent.location().parse().expect("an address");
    assert!(page.path().starts_with(&format!("/{TENANT}/")), "the tenant's own authority: {page}");
    let back = world.at_microsoft(page, account).await;
    browser.get(&format!("{}?{}", back.path(), back.query().expect("a query"))).await
}

#[tokio::test]
async fn a_sign_in_with_microsoft_finds_the_user_by_any_address() {
    let world = World::new().await;
    let mut browser = world.browser();
    let early = format!("/console/sign-in?organization={}&go=1", world.organization);
    assert_eq!(browser.get(&early).await.status, StatusCode::FORBIDDEN, "no tenant is proved");
    world.consent(&world.organization, TENANT, &[Feature::Contacts]).await;

    let entered = sign_in(&world, &mut browser, ADMIN).await;
    assert_eq!((entered.status, entered.location()), (StatusCode::SEE_OTHER, "/console"), "{}", entered.text);
    assert_eq!(browser.get("/console").await.status, StatusCode::OK);

    // Known by an alias, and signing in by another name.
    world.put_user(&world.organization, "u1", "H.Sato@contoso.example", Role::Member).await;
    let entered = sign_in(&world, &mut world.browser(), MEMBER).await;
    assert_eq!(entered.location(), "/me");
    let told = world.events().await;
    let named = |event: &Event| matches!(event, Event::ConsoleEntered { account: Some(account), .. } if account == MEMBER);
    assert!(told.iter().any(named), "{told:?}");
}

#[tokio::test]
async fn r07_what_a_mail_leads_to_is_there_after_the_sign_in_and_at_once_with_a_session() {
    let world = World::new().await;
    world.consent(&world.organization, TENANT, &[Feature::Contacts]).await;
    let way = |organization, path: &str| {
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("return", path).finish();
        format!("/console/sign-in?organization={organization}&{query}")
    };
    let deep = way(&world.organization, "/console/users/u1");
    let mut browser = world.browser();
    let page = browser.get(&deep).await;
    assert_eq!(page.status, StatusCode::OK, "somebody presses the button first");
    let button = format!("organization={}&#38;go=1&#38;return=/console/users/u1", world.organization);
    assert!(page.text.contains(&button), "{}", page.text);
    let enter = async |browser: &mut Browser, path: &str| {
        let sent = browser.get(&format!("{}&go=1", way(&world.organization, path))).await;
        let back = world.at_microsoft(sent.location().parse().expect("an address"), ADMIN).await;
        browser
            .get(&format!("{}?{}", back.path(), back.query().expect("a query")))
            .await
            .location()
            .to_owned()
    };
    assert_eq!(enter(&mut browser, "/console/users/u1").await, "/console/users/u1");
    let known = browser.get(&deep).await;
    assert_eq!((known.status, known.location()), (StatusCode::SEE_OTHER, "/console/users/u1"));

    for elsewhere in ["https://evil.example/", "//evil.example/me", "/console//evil.example", "/v1/users"] {
        assert_eq!(
            browser.get(&way(&world.organization, elsewhere)).await.status,
            StatusCode::OK,
            "{elsewhere}"
        );
        assert_eq!(enter(&mut world.browser(), elsewhere).await, "/console", "{elsewhere}");
    }
    let other = browser.get(&way(&world.other, "/console/users/u1")).await;
    assert_eq!(other.status, StatusCode::OK, "a session of one console is none of another");
}

#[tokio::test]
async fn a_sign_in_finds_the_user_by_the_linked_account() {
    let world = World::new().await;
    world.consent(&world.organization, TENANT, &[Feature::Contacts]).await;
    world.link("u1", MEMBER, Feature::Contacts).await;
    world.put_user(&world.organization, "u1", "renamed@elsewhere.example", Role::Member).await;
    let entered = sign_in(&world, &mut world.browser(), MEMBER).await;
    assert_eq!(entered.location(), "/me", "{}", entered.text);

    // An account that stands for two people stands for nobody.
    world.put_user(&world.organization, "u2", MEMBER, Role::Admin).await;
    let refused = sign_in(&world, &mut world.browser(), MEMBER).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn of_several_directories_each_vouches_only_for_the_users_who_were_put_into_it() {
    let world = World::new().await;
    world.consent(&world.organization, TENANT, &[Feature::Contacts]).await;
    world.consent(&world.organization, OTHER_TENANT, &[Feature::Contacts]).await;
    // A partner's administrator writes the address of our admin on an account of his.
    let impostor =
        json!({"userPrincipalName": "impostor@fabrikam.example", "mail": ADMIN, "displayName": "管理者"});
    world.control(&format!("tenants/{OTHER_TENANT}/users"), &impostor).await;
    let enter = async |tenant: &str, account: &str| {
        let mut browser = world.browser();
        let path = format!("/console/sign-in?organization={}&go=1&tenant={tenant}", world.organization);
        let page: Url = browser.get(&path).await.location().parse().expect("an address");
        let back = world.at_microsoft(page, account).await;
        browser.get(&format!("{}?{}", back.path(), back.query().expect("a query"))).await.status
    };
    assert_eq!(enter(OTHER_TENANT, "impostor@fabrikam.example").await, StatusCode::FORBIDDEN);
    assert_eq!(enter(TENANT, ADMIN).await, StatusCode::FORBIDDEN, "nor is it known whose the admin is");
    let admin =
        world.accounts.user(&world.organization, &"admin".parse().expect("an id")).await.expect("a user");
    let placed = accounts::User { tenant_id: Some(TENANT.parse().expect("an id")), ..admin };
    world.accounts.put_user(&world.organization, &placed).await.expect("written");
    assert_eq!(enter(TENANT, ADMIN).await, StatusCode::SEE_OTHER);
    assert_eq!(enter(OTHER_TENANT, "impostor@fabrikam.example").await, StatusCode::FORBIDDEN);

    // A directory whose consents were all taken back vouches for nobody.
    let tenant: types::TenantId = TENANT.parse().expect("an id");
    world.accounts.revoke_grant(&world.organization, &tenant, Feature::Contacts).await.expect("revoked");
    let path = format!("/console/sign-in?organization={}&go=1&tenant={TENANT}", world.organization);
    assert_eq!(world.browser().get(&path).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn strangers_and_guests_of_the_tenant_are_refused_and_the_log_tells() {
    let world = World::new().await;
    world.consent(&world.organization, TENANT, &[Feature::Contacts]).await;
    let stranger = json!({"userPrincipalName": "stranger@contoso.example", "displayName": "Stranger"});
    // A guest with the very address of a member.
    world.put_user(&world.organization, "u1", "u1@partner.example", Role::Member).await;
    let guest = json!({"userPrincipalName": "guest@contoso.example", "mail": "u1@partner.example", "displayName": "Guest",
        "userType": "Guest"});
    for account in [&stranger, &guest] {
        world.control(&format!("tenants/{TENANT}/users"), account).await;
    }
    for account in ["stranger@contoso.example", "guest@contoso.example"] {
        let mut browser = world.browser();
        let refused = sign_in(&world, &mut browser, account).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{account}");
        assert!(refused.text.contains("data-refused=\"not-a-member\""), "{}", refused.text);
        assert!(!browser.jar.contains_key("__Host-setten"));
        let told = world.events().await;
        let named = |event: &Event| matches!(event, Event::ConsoleRefused { account: Some(name), tenant_id: Some(_), .. } if name == account);
        assert!(told.iter().any(named), "{account}: {told:?}");
    }
}

#[tokio::test]
async fn a_sign_in_ends_in_the_browser_where_it_began_and_once() {
    let world = World::new().await;
    world.consent(&world.organization, TENANT, &[Feature::Contacts]).await;
    let mut victim = world.browser();
    let mut attacker = world.browser();
    let path = format!("/console/sign-in?organization={}&go=1", world.organization);
    let page: Url = attacker.get(&path).await.location().parse().expect("an address");
    let back = world.at_microsoft(page, ADMIN).await;
    let back = format!("{}?{}", back.path(), back.query().expect("a query"));
    let refused = victim.get(&back).await;
    assert_eq!(refused.location(), "/connect/result", "where failures are told: {refused:?}");
    assert!(!victim.jar.contains_key("__Host-setten"));
    // And used up with it.
    let again = attacker.get(&back).await;
    assert_eq!(again.location(), "/connect/result");
    assert!(!attacker.jar.contains_key("__Host-setten"), "{again:?}");

    for garbage in ["", "?state=x&code=y", "?error=access_denied", "?state=a.b"] {
        let answer = victim.get(&format!("/console/signed-in{garbage}")).await;
        assert_eq!(answer.location(), "/connect/result", "{garbage}");
    }
}

#[tokio::test]
async fn a_sign_in_goes_only_to_a_tenant_of_the_organization_that_is_proved() {
    let world = World::new().await;
    world.consent(&world.organization, TENANT, &[Feature::Contacts]).await;
    world.consent(&world.other, OTHER_TENANT, &[Feature::Contacts]).await;
    let registered: types::TenantId = OTHER_TENANT.parse().expect("an id");
    let path =
        |tenant: &str| format!("/console/sign-in?organization={}&go=1&tenant={tenant}", world.organization);
    assert_eq!(world.browser().get(&path(OTHER_TENANT)).await.status, StatusCode::FORBIDDEN);
    world.accounts.register_tenant(&world.organization, &registered).await.expect("registered");
    assert_eq!(world.browser().get(&path(OTHER_TENANT)).await.status, StatusCode::FORBIDDEN);
    assert_eq!(world.browser().get(&path("common")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(world.browser().get(&path(TENANT)).await.status, StatusCode::SEE_OTHER);

    // Somebody of the other organization's tenant does not come in by our state.
    let mut browser = world.browser();
    let page: Url = browser.get(&path(TENANT)).await.location().parse().expect("an address");
    let elsewhere = page.as_str().replace(TENANT, OTHER_TENANT);
    let back = world.at_microsoft(elsewhere.parse().expect("an address"), OTHER_ADMIN).await;
    let refused = browser.get(&format!("{}?{}", back.path(), back.query().expect("a query"))).await;
    assert_eq!(refused.location(), "/connect/result", "{refused:?}");
    assert!(!browser.jar.contains_key("__Host-setten"));
}
