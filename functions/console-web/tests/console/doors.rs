//! Who may come to which page, and whose forms count.

use accounts::{LinkStatus, OrganizationSettings, Role};
use http::StatusCode;
use types::{Feature, TenantId};

use crate::world::{Answer, Browser, MEMBER, ORIGIN, OTHER_TENANT, TENANT, World, user};

/// Pages of admins, with the tenant and the user of the first organization.
const PAGES: [&str; 10] = [
    "/console",
    "/console/microsoft365",
    "/console/microsoft365/tenants/{tenant}/unlink",
    "/console/microsoft365/tenants/{tenant}/checks",
    "/console/users",
    "/console/users/{user}",
    "/console/users.csv",
    "/console/audit",
    "/console/audit.csv",
    "/console/settings",
];

/// Forms of admins, with what they carry.
const FORMS: [(&str, &[(&str, &str)]); 9] = [
    ("/console/microsoft365/tenants", &[("tenant_id", OTHER_TENANT), ("feature", "contacts")]),
    ("/console/microsoft365/tenants/{tenant}/consent", &[("feature", "mail")]),
    ("/console/microsoft365/tenants/{tenant}/unlink", &[]),
    ("/console/microsoft365/tenants/{tenant}/grants/{feature}/revoke", &[]),
    ("/console/microsoft365/tenants/{tenant}/checks", &[]),
    ("/console/users/links", &[("user", "u9"), ("feature", "contacts"), ("action", "unlink")]),
    ("/console/settings", &[("folder_name", "Theirs"), ("language", "ja")]),
    ("/console/microsoft365/tenants/{tenant}/audiences/{feature}", &[]),
    ("/console/microsoft365/tenants/{tenant}/audiences/{feature}/remove", &[]),
];

/// What everybody with a session may see and send.
const OWN_PAGES: [&str; 2] = ["/me", "/me/links/{feature}/unlink"];
const OWN_FORMS: [&str; 4] =
    ["/console/sign-out", "/me/push", "/me/links/{feature}", "/me/links/{feature}/unlink"];

/// What anybody may open.
const OPEN: [&str; 5] =
    ["/console/enter", "/console/sign-in", "/console/signed-in", "/console/leave", "/console/assets/{name}"];

/// A name that nobody else may read.
const SECRET_NAME: &str = "名前 u9";

fn filled(path: &str) -> String {
    path.replace("{tenant}", TENANT).replace("{user}", "u9").replace("{feature}", "contacts")
}

/// The first organization has a tenant and a user who is linked there; the other one has its own tenant.
async fn furnished() -> Box<World> {
    let world = World::new().await;
    world.put_user(&world.organization, "u9", MEMBER, Role::Member).await;
    world.accounts.remove_user(&world.organization, &user("u1")).await.expect("removed");
    world.consent(&world.organization, TENANT, &[Feature::Contacts]).await;
    world.link("u9", MEMBER, Feature::Contacts).await;
    world.consent(&world.other, OTHER_TENANT, &[Feature::Contacts]).await;
    world
}

/// What a form of somebody else would have changed.
async fn is_untouched(world: &World) {
    let tenant: TenantId = TENANT.parse().expect("an id");
    let kept = world.accounts.tenant(&world.organization, &tenant).await.expect("the tenant is there");
    assert!(kept.grant(Feature::Contacts).is_some());
    assert_eq!(world.accounts.tenants(&world.organization, 10, None).await.expect("tenants").0.len(), 1);
    let link = world.accounts.link(&world.organization, &user("u9"), Feature::Contacts).await;
    assert_eq!(link.expect("an answer").expect("a link").status, LinkStatus::Linked);
    let settings = world.accounts.settings(&world.organization).await.expect("settings");
    assert_eq!(settings, OrganizationSettings::default());
}

#[test]
fn every_route_is_looked_at() {
    let source = include_str!("../../src/routes.rs");
    let routes = source.split('"').filter(|text| text.starts_with("/console") || text.starts_with("/me"));
    let forms = FORMS.iter().map(|(path, _)| *path);
    let known: Vec<&str> =
        PAGES.into_iter().chain(forms).chain(OWN_PAGES).chain(OWN_FORMS).chain(OPEN).collect();
    for route in routes {
        assert!(known.contains(&route), "{route} is tried by no test of this file");
    }
}

#[tokio::test]
async fn without_a_session_every_page_and_form_leads_to_the_sign_in() {
    let world = furnished().await;
    for (id, expected) in [(None, "/console/sign-in"), (Some("forged"), "/console/sign-in?over")] {
        let mut browser = world.browser();
        for path in PAGES.into_iter().chain(OWN_PAGES) {
            if let Some(id) = id {
                browser.jar.insert("__Host-setten".to_owned(), id.to_owned());
            }
            let answer = browser.get(&filled(path)).await;
            assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, expected), "{path}");
        }
        for path in FORMS.iter().map(|(path, _)| *path).chain(OWN_FORMS) {
            if let Some(id) = id {
                browser.jar.insert("__Host-setten".to_owned(), id.to_owned());
            }
            let answer = browser.post_bare(&filled(path), &[]).await;
            assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, expected), "{path}");
        }
    }
    is_untouched(&world).await;
    for unknown in ["/console/other", "/console/users/u9/x", "/me/x", "/other"] {
        assert_eq!(world.browser().get(unknown).await.status, StatusCode::NOT_FOUND, "{unknown}");
    }
    assert_eq!(world.browser().get("/console/sign-out").await.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn a_member_has_no_page_and_no_form_of_the_console() {
    let world = furnished().await;
    let mut member = world.signed_in(&world.organization, "u9").await;
    for path in PAGES {
        let answer = member.get(&filled(path)).await;
        assert_refused(&answer, "not-admin", path);
        // The language switch holds the path that was asked for.
        assert!(path.contains("{tenant}") || !answer.text.contains(TENANT), "{path}");
    }
    for (path, fields) in FORMS {
        assert_refused(&member.post(&filled(path), fields).await, "not-admin", path);
    }
    is_untouched(&world).await;
    assert_eq!(member.get("/me").await.status, StatusCode::OK);
}

fn assert_refused(answer: &Answer, why: &str, path: &str) {
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}: {}", answer.text);
    assert!(answer.text.contains(&format!("data-refused=\"{why}\"")), "{path}: {}", answer.text);
}

#[tokio::test]
async fn another_organizations_admin_sees_and_changes_nothing() {
    let world = furnished().await;
    let mut stranger = world.signed_in(&world.other, "admin").await;
    for path in PAGES {
        let path = filled(path);
        let answer = stranger.get(&path).await;
        let is_named = path.contains(TENANT) || path.contains("u9");
        let expected = if is_named { StatusCode::NOT_FOUND } else { StatusCode::OK };
        assert_eq!(answer.status, expected, "{path}");
        let shows =
            [TENANT, SECRET_NAME, MEMBER, "株式会社青空"].into_iter().find(|own| answer.text.contains(own));
        // The language switch holds the path that was asked for.
        assert!(shows.is_none_or(|own| path.contains(own)), "{path} shows {shows:?}");
    }
    for (path, fields) in FORMS.into_iter().filter(|(path, _)| path.contains("{tenant}")) {
        let answer = stranger.post(&filled(path), fields).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
    let (path, fields) = ("/console/users/links", FORMS[5].1);
    assert!(stranger.post(path, fields).await.location().contains("count=0&skipped=1"));
    stranger.post("/console/settings", FORMS[6].1).await;
    is_untouched(&world).await;
}

#[tokio::test]
async fn a_form_without_this_sessions_token_changes_nothing() {
    let world = furnished().await;
    let mut admin = world.admin().await;
    let of_another_session = world.admin().await.csrf().await;
    let own = admin.csrf().await;
    let (digest, signature) = own.split_once('.').expect("a signed text");
    let (other_digest, _) = of_another_session.split_once('.').expect("a signed text");
    let forged = [
        String::new(),
        "x.y".to_owned(),
        of_another_session.clone(),
        digest.to_owned(),
        format!("{digest}."),
        format!("{other_digest}.{signature}"),
    ];
    let forms = || FORMS.iter().copied().chain(OWN_FORMS.into_iter().map(|path| (path, &[][..])));
    for (path, fields) in forms() {
        let path = filled(path);
        assert_refused(&admin.post_bare(&path, fields).await, "form-stale", &path);
        for token in &forged {
            let fields = [fields, &[("csrf", token.as_str())]].concat();
            assert_refused(&admin.post_bare(&path, &fields).await, "form-stale", &path);
        }
    }
    is_untouched(&world).await;
    assert_eq!(admin.get("/console").await.status, StatusCode::OK, "still signed in");
}

#[tokio::test]
async fn a_form_from_another_site_changes_nothing_even_with_the_token() {
    let world = furnished().await;
    let mut admin = world.admin().await;
    let token = admin.csrf().await;
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
    ] {
        admin.headers.insert(name, value.parse().expect("a header"));
        for (path, fields) in FORMS {
            let fields = [fields, &[("csrf", token.as_str())]].concat();
            assert_refused(&admin.post_bare(&filled(path), &fields).await, "form-stale", path);
        }
        admin.headers.clear();
    }
    is_untouched(&world).await;
    admin.headers.insert("sec-fetch-site", "same-origin".parse().expect("a header"));
    admin.headers.insert("origin", ORIGIN.parse().expect("a header"));
    let saved = admin.post("/console/settings", &[("folder_name", "名刺"), ("language", "ja")]).await;
    assert_eq!(saved.location(), "/console/settings?done=settings-saved");
}

#[tokio::test]
async fn a_form_that_no_person_fills_in_is_refused() {
    let world = furnished().await;
    let mut admin = world.admin().await;
    let long = "x".repeat(70_000);
    let answer = admin.post("/console/settings", &[("folder_name", &long)]).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    is_untouched(&world).await;
}

#[tokio::test]
async fn nobody_has_us_send_people_elsewhere() {
    let world = World::new().await;
    let mut browser: Browser = world.browser();
    for to in ["", "?to=", "?to=https://evil.example", "?to=https://evil.example.AAAA"] {
        let answer = browser.get(&format!("/console/leave{to}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{to}");
        assert!(answer.headers.get("refresh").is_none());
    }
}

#[tokio::test]
async fn every_answer_has_the_headers_of_pages() {
    let world = furnished().await;
    let mut admin = world.admin().await;
    for path in PAGES.into_iter().chain(OWN_PAGES).chain(["/console/sign-in", "/console/enter?key=x"]) {
        let answer = admin.get(&filled(path)).await;
        let header = |name: &str| {
            let value = answer.headers.get(name).unwrap_or_else(|| panic!("{path} has no {name}"));
            value.to_str().expect("text").to_owned()
        };
        let policy = header("content-security-policy");
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{policy}"
        );
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(header("cache-control"), "no-store", "{path}");
        assert_eq!(header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
    }
}
