//! The lists: users by the thousand, the log, the settings.

use accounts::{LinkStatus, Role};
use futures::{StreamExt, stream};
use http::StatusCode;
use subscriptions::SubscribeJob;
use types::Feature;

use crate::world::{Answer, MEMBER, TENANT, World, user};

#[tokio::test]
async fn a_thousand_users_are_paged_searched_and_counted() {
    let world = World::new().await;
    let put = |number: usize| {
        let world = &world;
        async move {
            let email = format!("m{number:04}@contoso.example");
            world.put_user(&world.organization, &format!("m{number:04}"), &email, Role::Member).await;
        }
    };
    stream::iter(0..1_000).map(put).buffer_unordered(32).collect::<()>().await;
    let mut admin = world.admin().await;
    let (mut path, mut seen, mut pages) = ("/console/users?q=M0".to_owned(), 0, 0);
    loop {
        let page = admin.get(&path).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.text.contains("1,000"), "the count is of all: {}", page.text);
        assert!(page.text.len() < 60_000, "{} bytes", page.text.len());
        seen += page.text.matches("name=\"user\"").count();
        pages += 1;
        let Some(next) = next_of(&page) else { break };
        path = next;
        assert!(pages < 30, "the list ends");
    }
    assert_eq!((seen, pages), (1_000, 20));
    let one = admin.get("/console/users?q=m0777@CONTOSO").await;
    assert_eq!(one.text.matches("name=\"user\"").count(), 1, "{}", one.text);
    let csv = admin.get("/console/users.csv").await;
    assert_eq!(csv.text.lines().count(), 1_000 + 2 + 1);
}

/// Where a list goes on.
fn next_of(page: &Answer) -> Option<String> {
    let (before, _) = page.text.split_once("\" rel=\"next\"")?;
    let (_, address) = before.rsplit_once("href=\"")?;
    Some(address.replace("&#38;", "&").replace("&amp;", "&"))
}

#[tokio::test]
async fn users_are_found_by_how_their_links_stand() {
    let world = World::new().await;
    world.consent(&world.organization, TENANT, &[Feature::Contacts]).await;
    world.link("u1", MEMBER, Feature::Contacts).await;
    let mut admin = world.admin().await;
    for (query, expected) in [
        ("status=linked", 1),
        ("feature=contacts&status=linked", 1),
        ("feature=mail&status=linked", 0),
        ("feature=contacts&status=not_linked", 1),
        ("status=failed", 0),
        ("", 2),
    ] {
        let page = admin.get(&format!("/console/users?{query}")).await;
        assert_eq!(page.text.matches("name=\"user\"").count(), expected, "{query}: {}", page.text);
    }
}

#[tokio::test]
async fn mail_is_switched_on_and_off_for_many_at_once() {
    let world = World::new().await;
    world.consent(&world.organization, TENANT, &[Feature::Contacts, Feature::Mail]).await;
    world.link("u1", MEMBER, Feature::Contacts).await;
    let mut admin = world.admin().await;
    let back = ("return", "/console/users?q=a");
    let both = [("user", "u1"), ("user", "admin"), ("user", "nobody"), ("feature", "mail"), back];
    let linked = admin.post("/console/users/links", &[&both[..], &[("action", "link")]].concat()).await;
    assert_eq!(linked.location(), "/console/users?q=a&done=users-linked&count=2&skipped=1");
    let status = async |id: &str, feature| {
        let link = world.accounts.link(&world.organization, &user(id), feature).await.expect("an answer");
        link.map(|link| link.status)
    };
    assert_eq!(status("admin", Feature::Mail).await, Some(LinkStatus::Syncing));
    assert_eq!(world.queues.take::<SubscribeJob>("subscribe").len(), 2);

    let unlinked = admin.post("/console/users/links", &[&both[..], &[("action", "unlink")]].concat()).await;
    assert_eq!(unlinked.location(), "/console/users?q=a&done=users-unlinked&count=2&skipped=1");
    assert_eq!(status("u1", Feature::Mail).await, Some(LinkStatus::Unlinked));
    assert_eq!(status("u1", Feature::Contacts).await, Some(LinkStatus::Linked), "only what was asked for");
    assert_eq!(world.queues.take::<SubscribeJob>("subscribe").len(), 2);

    // Only users themselves can sign in; anybody may be unlinked.
    let own = [("user", "u1"), ("feature", "contacts")];
    let passed_over = admin.post("/console/users/links", &[&own[..], &[("action", "link")]].concat()).await;
    assert_eq!(passed_over.location(), "/console/users?done=users-linked&count=0&skipped=1");
    let ended = admin.post("/console/users/links", &[&own[..], &[("action", "unlink")]].concat()).await;
    assert_eq!(ended.location(), "/console/users?done=users-unlinked&count=1&skipped=0");
    let nobody = admin.post("/console/users/links", &[("feature", "mail"), ("action", "link")]).await;
    assert_eq!(nobody.location(), "/console/users?done=nobody-chosen");
}

#[tokio::test]
async fn files_for_spreadsheets_hold_no_formulas() {
    let world = World::new().await;
    world.put_user(&world.organization, "@SUM", "a,b@x.example", Role::Member).await;
    let mut admin = world.admin().await;
    let csv = admin.get("/console/users.csv").await;
    assert_eq!(csv.headers["content-type"], "text/csv; charset=utf-8");
    assert!(csv.text.starts_with('\u{feff}'));
    assert!(csv.text.contains("'@SUM") && csv.text.contains("\"a,b@x.example\""), "{}", csv.text);
    let log = admin.get("/console/audit.csv").await;
    assert!(log.text.contains("console_entered"), "{}", log.text);
}

#[tokio::test]
async fn the_log_is_searched_and_paged() {
    let world = World::new().await;
    for _ in 0..60 {
        world.member().await;
    }
    let mut admin = world.admin().await;
    let first = admin.get("/console/audit").await;
    assert_eq!(first.status, StatusCode::OK);
    let lines = |page: &Answer| page.text.matches("<time ").count();
    let second = admin.get(&next_of(&first).expect("there is more")).await;
    assert!(lines(&first) >= 50 && (1..50).contains(&lines(&second)), "{} {}", lines(&first), lines(&second));
    assert!(next_of(&second).is_none(), "the log ends");
    let found = admin.get("/console/audit?q=organization_created&lang=en").await;
    let all = admin.get("/console/audit?q=nothing-like-it&lang=en").await;
    assert!(found.text.len() > all.text.len(), "one line is found, none there");
    assert_eq!(admin.get("/console/audit?cursor=garbage%00").await.status, StatusCode::OK);
}

#[tokio::test]
async fn settings_are_saved_unless_somebody_else_saved_meanwhile() {
    let world = World::new().await;
    let (mut one, mut two) = (world.admin().await, world.admin().await);
    let page = one.get("/console/settings").await;
    let (_, rest) = page.text.split_once("name=\"version\" value=\"").expect("a version");
    let version = rest.split('"').next().expect("a value");
    let mine = [("folder_name", "名刺"), ("language", "ja"), ("version", version)];
    let theirs = [("folder_name", "Cards"), ("language", "ja"), ("version", version)];
    assert_eq!(
        one.post("/console/settings", &mine).await.location(),
        "/console/settings?done=settings-saved"
    );
    let conflict = two.post("/console/settings", &theirs).await;
    assert_eq!(conflict.status, StatusCode::CONFLICT);
    assert!(conflict.text.contains("名刺"), "the form shows theirs: {}", conflict.text);
    for bad in ["", "a\u{7}b", &"x".repeat(101)] {
        let refused = one.post("/console/settings", &[("folder_name", bad), ("language", "ja")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad:?}");
    }
    let settings = world.accounts.settings(&world.organization).await.expect("settings");
    assert_eq!((settings.folder_name.as_str(), settings.language), ("名刺", types::Language::Ja));
}
