//! The lists: users by the thousand, the log, the settings.

use accounts::{Actor, ContactField, Deed, LinkStatus, PortalPage, Role, WriteMode, WriteModes};
use futures::{StreamExt, stream};
use http::StatusCode;
use subscriptions::SubscribeJob;
use types::Feature;

use crate::world::{ADMIN, Answer, MEMBER, OTHER_TENANT, TENANT, World, user};

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
    let rest = admin.get("/console/users.csv?q=M0&cursor=m0899").await.text;
    assert!(rest.contains("m0900,") && !rest.contains("m0899,"), "a file goes on from a cursor");
    assert_eq!(rest.lines().count(), 100 + 1, "to the end, and says of no more: {rest}");
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
async fn a13_with_several_tenants_the_admin_says_where_a_member_signs_in() {
    let world = World::new().await;
    world.consent(&world.organization, TENANT, &[Feature::Mail]).await;
    let mut admin = world.admin().await;
    let choice = "name=\"tenant\"";
    assert!(!admin.get("/console/users").await.text.contains(choice), "one tenant is no question");
    world.consent(&world.organization, OTHER_TENANT, &[Feature::Mail]).await;
    for path in ["/console/users", "/console/users/u1"] {
        let page = admin.get(path).await;
        assert!(page.text.contains(choice) && page.text.contains(OTHER_TENANT), "{path}: {}", page.text);
    }
    let link = [("user", "u1"), ("user", "admin"), ("feature", "mail"), ("action", "link")];
    for unsaid in [&[][..], &[("tenant", "")], &[("tenant", "5e77e000-0000-4000-8000-000000000003")]] {
        let answer = admin.post("/console/users/links", &[&link[..], unsaid].concat()).await;
        assert_eq!(answer.location(), "/console/users?done=tenant-not-chosen");
    }
    let linked = async || world.accounts.link(&world.organization, &user("u1"), Feature::Mail).await;
    assert!(linked().await.expect("an answer").is_none(), "nothing is guessed");
    let chosen = [&link[..], &[("tenant", OTHER_TENANT)]].concat();
    let answer = admin.post("/console/users/links", &chosen).await;
    assert_eq!(answer.location(), "/console/users?done=users-linked&count=2&skipped=0");
    let tenant = linked().await.expect("an answer").expect("a link").tenant_id;
    assert_eq!(tenant.as_str(), OTHER_TENANT);
}

#[tokio::test]
async fn a05_the_overview_shows_how_links_stand_and_what_was_done_by_day() {
    let world = World::new().await;
    world.consent(&world.organization, TENANT, &[Feature::Contacts, Feature::Mail]).await;
    world.link("u1", MEMBER, Feature::Contacts).await;
    let mut admin = world.admin().await;
    let fresh = admin.get("/console?lang=en").await;
    assert!(!fresh.text.contains("class=\"chart\""), "nothing was done, so nothing is drawn: {}", fresh.text);
    let note = async |deeds: &[(Deed, u64)]| world.accounts.note_deeds(&world.organization, deeds).await;
    note(&[(Deed::CardsCreated, 40), (Deed::CardsRefused, 9)]).await;
    world.pass(3 * 24 * 60);
    note(&[(Deed::CardsUpdated, 7), (Deed::ContactPoints, 1_284)]).await;
    let mut admin = world.admin().await;
    let page = admin.get("/console?lang=en").await;
    assert_eq!(page.text.matches("<svg viewBox").count(), 2, "a chart for each that counts: {}", page.text);
    assert!(page.text.contains("47 in all"), "refused cards are none that were pushed: {}", page.text);
    let numbers = page.text.split("class=\"numbers\"").nth(1).expect("numbers");
    let numbers = numbers.split("</dl>").next().expect("their end");
    for (label, count) in [("Cards added", 0), ("Cards changed", 7)] {
        let shown = format!("<dt>{label}</dt><dd>{count}</dd>");
        assert!(numbers.contains(&shown), "of the last day only: {shown} in {numbers}");
    }
    assert!(page.text.contains("1,284"), "{}", page.text);
    let linked = "href=\"/console/users?feature=contacts&#38;status=linked\"";
    assert!(page.text.contains(linked), "links by status lead to their users: {}", page.text);
}

#[tokio::test]
async fn times_are_shown_where_the_readers_clock_runs() {
    let world = World::new().await;
    let mut admin = world.admin().await;
    for (zone, shown) in
        [(None, "UTC"), (Some("America/New_York"), "America/New_York"), (Some("No/Where"), "UTC")]
    {
        if let Some(zone) = zone {
            admin.jar.insert("__Host-setten-zone".to_owned(), zone.to_owned());
        }
        let page = admin.get("/console?lang=en").await;
        assert!(page.text.contains(&format!("data-zone=\"{shown}\"")), "{zone:?}: {}", page.text);
    }
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
    let whole = admin.get("/console/audit.csv").await.text;
    let next = next_of(&first).expect("there is more").replace("/console/audit", "/console/audit.csv");
    let rest = admin.get(&next).await.text;
    let (_, older) = rest.split_once("\r\n").expect("a line of names");
    assert!(whole.ends_with(older) && older.lines().count() == whole.lines().count() - 51, "{rest}");
    let found = admin.get("/console/audit?q=organization_created&lang=en").await;
    let all = admin.get("/console/audit?q=nothing-like-it&lang=en").await;
    assert!(found.text.len() > all.text.len(), "one line is found, none there");
    assert_eq!(admin.get("/console/audit?cursor=garbage%00").await.status, StatusCode::OK);
}

#[tokio::test]
async fn m15_every_line_of_the_log_says_who_did_it() {
    let world = World::new().await;
    let mut stranger = world.browser();
    let link = world.portal_link(&world.organization, "u1", PortalPage::Me).await;
    for _ in 0..2 {
        stranger.get(&link).await;
    }
    let mut admin = world.admin().await;
    let fields = [("tenant_id", TENANT), ("feature", "contacts"), ("feature", "mail")];
    let consent = admin.post("/console/microsoft365/tenants", &fields).await;
    let consent = admin.leaves(&consent).await;
    world.finish(consent, ADMIN).await;
    let mail = [("user", "u1"), ("feature", "mail")];
    for action in ["link", "unlink"] {
        admin.post("/console/users/links", &[&mail[..], &[("action", action)]].concat()).await;
    }
    world.link("u1", MEMBER, Feature::Contacts).await;
    world.member().await.post("/me/links/contacts/unlink", &[]).await;
    admin.post("/console/settings", &[("folder_name", "名刺"), ("language", "ja")]).await;
    let by_key = Actor::ApiKey { id: "k1".to_owned(), prefix: "setten_abcde".to_owned() };
    let accounts = world.accounts.by(by_key.clone());
    accounts.remove_user(&world.organization, &user("u1")).await.expect("removed");
    admin.post(&format!("/console/microsoft365/tenants/{TENANT}/grants/mail/revoke"), &[]).await;
    admin.post(&format!("/console/microsoft365/tenants/{TENANT}/unlink"), &[]).await;
    admin.post("/console/sign-out", &[]).await;

    let by = |id: &str| Some(Actor::User { id: user(id) });
    let at_microsoft = Some(Actor::Microsoft { account: Some(ADMIN.to_owned()) });
    let (log, _) = world.accounts.audit(&world.organization, 100, None).await.expect("a log");
    let told = log.iter().rev().map(|line| (line.field("event").expect("a name"), line.actor.clone()));
    let expected = [
        ("organization_created", Some(Actor::System)),
        ("console_entered", by("u1")),
        ("console_refused", None),
        ("console_entered", by("admin")),
        ("tenant_registered", by("admin")),
        // Another browser came back than the one in which it began.
        ("consent_questioned", at_microsoft.clone()),
        ("consent_granted", at_microsoft.clone()),
        ("consent_granted", at_microsoft),
        ("user_linked_by_admin", by("admin")),
        ("user_unlinked", by("admin")),
        ("user_linked", by("u1")),
        ("console_entered", by("u1")),
        ("user_unlinked", by("u1")),
        ("settings_changed", by("admin")),
        ("user_removed", Some(by_key)),
        ("grant_revoked", by("admin")),
        ("tenant_removed", by("admin")),
        ("console_left", by("admin")),
    ];
    let expected = expected.map(|(event, actor)| (event.to_owned(), actor));
    assert_eq!(told.collect::<Vec<_>>(), expected);

    let mut admin = world.admin().await;
    let page = admin.get("/console/audit?lang=en&actor=api_key").await;
    assert!(page.text.contains("by the API key setten_abcde…"), "{}", page.text);
    assert_eq!(page.text.matches("<time ").count(), 1, "only what was looked for: {}", page.text);
    let csv = admin.get("/console/audit.csv?actor=api_key").await.text;
    let line = csv.lines().nth(1).expect("a line");
    assert!(line.contains(",api_key,k1,user_removed,u1,") && csv.lines().count() == 2, "{csv}");
    let found = admin.get("/console/audit?lang=en&q=%E5%90%8D%E5%89%8D+admin&actor=user").await;
    assert!(found.text.contains("by 名前 admin") && !found.text.contains("User removed"), "{}", found.text);
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

#[tokio::test]
async fn p13_p15_fields_of_contacts_and_sources_are_chosen_on_the_page() {
    let world = World::new().await;
    let mut admin = world.admin().await;
    let page = admin.get("/console/settings?lang=en").await;
    for field in ContactField::ALL {
        let chosen = format!("<select id=\"field-{0}\" name=\"field-{0}\">", field.as_str());
        let (_, options) =
            page.text.split_once(&chosen).unwrap_or_else(|| panic!("no {chosen}: {}", page.text));
        let (options, _) = options.split_once("</select>").expect("an end");
        let values: Vec<&str> =
            options.split("value=\"").skip(1).filter_map(|o| o.split('"').next()).collect();
        assert_eq!(values, WriteMode::ALL.map(WriteMode::as_str));
        assert!(options.contains("value=\"overwrite\" selected"), "{options}");
    }
    let form = [
        ("folder_name", "Setten"),
        ("language", "ja"),
        ("field-emails", "fill"),
        ("field-home_page", "leave"),
        ("sources", "crm、 scanner"),
    ];
    assert_eq!(
        admin.post("/console/settings", &form).await.location(),
        "/console/settings?done=settings-saved"
    );
    let stored = async || world.accounts.settings(&world.organization).await.expect("settings");
    let settings = stored().await;
    let expected =
        WriteModes { emails: WriteMode::Fill, home_page: WriteMode::Leave, ..WriteModes::default() };
    assert_eq!(settings.contact_fields, expected);
    assert_eq!(
        settings.sources.named().iter().map(|source| source.as_str()).collect::<Vec<_>>(),
        ["crm", "scanner"]
    );
    let page = admin.get("/console/settings?lang=en").await;
    assert!(
        page.text.contains("value=\"fill\" selected") && page.text.contains("value=\"crm, scanner\""),
        "{}",
        page.text
    );

    let refused = admin
        .post(
            "/console/settings",
            &[
                ("folder_name", "Other"),
                ("language", "ja"),
                ("sources", "crm, crm"),
                ("field-emails", "leave"),
            ],
        )
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text.contains("value=\"crm, crm\"") && refused.text.contains("sources-fault"),
        "{}",
        refused.text
    );
    assert_eq!(stored().await, settings, "nothing is saved");
    // A form that does not have them leaves them.
    admin.post("/console/settings", &[("folder_name", "Other"), ("language", "ja")]).await;
    assert_eq!(
        (stored().await.contact_fields, stored().await.sources),
        (settings.contact_fields, settings.sources)
    );
}
