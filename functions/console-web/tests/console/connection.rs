//! The organization's connection and a member's links, as their rows say.

use accounts::{CONSENT_COOKIE, Event, LinkStatus, Role, SignedIn};
use cards::CardsJob;
use http::StatusCode;
use serde_json::json;
use subscriptions::{SubscribeJob, Task};
use surroundings::{consent_reply, sign_in_reply};
use types::{Feature, TenantId};

use crate::world::{ADMIN, MEMBER, OTHER_TENANT, TENANT, World, user};

fn tenant() -> TenantId {
    TENANT.parse().expect("an id")
}

#[tokio::test]
async fn a03_the_admin_connects_the_organization_and_each_user_themselves() {
    let world = World::new().await;
    let mut member = world.member().await;
    let before = member.post("/me/links/contacts", &[]).await;
    assert_eq!(before.location(), "/me", "without the organization there is nothing to link");

    let mut admin = world.admin().await;
    let posted =
        admin.post("/console/microsoft365/tenants", &[("tenant_id", TENANT), ("feature", "contacts")]).await;
    let consent = admin.leaves(&posted).await;
    assert!(consent.path().starts_with(&format!("/{TENANT}/v2.0/adminconsent")), "{consent}");
    world.finish(consent, ADMIN).await;

    let linking = member.post("/me/links/contacts", &[]).await;
    let sign_in = member.leaves(&linking).await;
    world.finish(sign_in, MEMBER).await;
    let link = world.accounts.link(&world.organization, &user("u1"), Feature::Contacts).await;
    assert_eq!(link.expect("an answer").expect("a link").status, LinkStatus::Linked);
    let page = member.get("/me").await;
    assert!(page.text.contains(MEMBER), "{}", page.text);

    let mail = member.post("/me/links/mail", &[]).await;
    assert_eq!(mail.status, StatusCode::NOT_FOUND, "an admin switches mail on");
}

#[tokio::test]
async fn a06_a_tenant_id_that_is_none_is_told_and_nothing_is_registered() {
    let world = World::new().await;
    let mut admin = world.admin().await;
    let unknown = "99999999-0000-4000-8000-000000000009";
    for (typed, feature) in
        [("", "contacts"), ("contoso.example", "contacts"), (unknown, "contacts"), (TENANT, "x")]
    {
        let fields = [("tenant_id", typed), ("feature", feature)];
        let answer = admin.post("/console/microsoft365/tenants", &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
        assert!(answer.text.contains(&format!("value=\"{typed}\"")), "what was typed stays: {}", answer.text);
    }
    let (tenants, _) = world.accounts.tenants(&world.organization, 10, None).await.expect("tenants");
    assert!(tenants.is_empty());
}

#[tokio::test]
async fn a08_a_tenant_that_is_registered_is_kept_and_asked_again() {
    let world = World::new().await;
    let mut admin = world.admin().await;
    world.consent(&world.organization, TENANT, &[Feature::Contacts]).await;
    let before = world.accounts.tenant(&world.organization, &tenant()).await.expect("a tenant");
    let fields = [("tenant_id", TENANT), ("feature", "mail"), ("feature", "calendar")];
    let posted = admin.post("/console/microsoft365/tenants", &fields).await;
    world.finish(admin.leaves(&posted).await, ADMIN).await;
    let after = world.accounts.tenant(&world.organization, &tenant()).await.expect("a tenant");
    assert_eq!(after.registered_at, before.registered_at);
    assert_eq!(after.grants.len(), 3, "one save grants several features: {after:?}");
    let events = world.events().await;
    let registered = events.iter().filter(|event| matches!(event, Event::TenantRegistered { .. })).count();
    assert_eq!(registered, 1);
}

#[tokio::test]
async fn a09_saving_leads_to_the_sign_in_of_the_organization_that_owns_the_typed_id() {
    let world = World::new().await;
    let mut admin = world.admin().await;
    for (typed, owner) in [(TENANT, TENANT), (&format!(" {} ", OTHER_TENANT.to_uppercase()), OTHER_TENANT)] {
        let fields = [("tenant_id", typed), ("feature", "mail"), ("feature", "contacts")];
        let posted = admin.post("/console/microsoft365/tenants", &fields).await;
        let page = admin.leaves(&posted).await;
        assert_eq!(page.path(), format!("/{owner}/v2.0/adminconsent"));
        let host = page.host_str().zip(page.port());
        assert!(
            host.is_some_and(|(host, port)| world.simulator.url.ends_with(&format!("{host}:{port}"))),
            "{page}"
        );
        let registered = world.accounts.tenant(&world.organization, &owner.parse().expect("an id")).await;
        assert!(registered.expect("registered").grants.is_empty(), "nothing is granted before the sign-in");
    }
}

#[tokio::test]
async fn a11_a_consent_that_began_in_the_console_is_known_by_its_browser() {
    let world = World::new().await;
    let mut admin = world.admin().await;
    let path = format!("/console/microsoft365/tenants/{TENANT}/consent");
    for (path, field) in [("/console/microsoft365/tenants", ("tenant_id", TENANT)), (&path, ("x", ""))] {
        let posted = admin.post(path, &[field, ("feature", "contacts")]).await;
        let page = admin.leaves(&posted).await;
        let back = world.at_microsoft(page, ADMIN).await;
        let next = world.connect.continue_consent(consent_reply(&back)).await.expect("goes on");
        let back = world.at_microsoft(next, ADMIN).await;
        let browser = admin.jar.get(CONSENT_COOKIE).map(String::as_str);
        let done = world.connect.finish_sign_in(&world.graph, sign_in_reply(&back), browser).await;
        let Ok(SignedIn::Consented(consented)) = done else { panic!("{path}: {done:?}") };
        assert_eq!(consented.organization, "株式会社青空");
        // So that the next one is not spared the question because of this one.
        world
            .accounts
            .revoke_grant(&world.organization, &tenant(), Feature::Contacts)
            .await
            .expect("revoked");
    }
}

#[tokio::test]
async fn a11_the_page_shows_the_tenant_and_what_was_granted() {
    let world = World::new().await;
    world.consent(&world.organization, TENANT, &[Feature::Contacts]).await;
    let mut admin = world.admin().await;
    for (language, linked) in [("ja", "連携中"), ("en", "Linked")] {
        let page = admin.get(&format!("/console/microsoft365?lang={language}")).await;
        assert_eq!(page.status, StatusCode::OK);
        for shown in [linked, TENANT, ADMIN, "203.0.113.7"] {
            assert!(page.text.contains(shown), "{shown}: {}", page.text);
        }
    }
}

#[tokio::test]
async fn a13_several_tenants_each_on_their_own() {
    let world = World::new().await;
    let mut admin = world.admin().await;
    world.consent(&world.organization, TENANT, &[Feature::Contacts]).await;
    world.consent(&world.organization, OTHER_TENANT, &[Feature::Contacts]).await;
    let page = admin.get("/console/microsoft365").await;
    assert!(page.text.contains(TENANT) && page.text.contains(OTHER_TENANT), "{}", page.text);
    // Nobody knows where a user signs in who is in none of them: nothing is guessed.
    let mut member = world.member().await;
    assert_eq!(member.post("/me/links/contacts", &[]).await.location(), "/me");
}

#[tokio::test]
async fn a15_unlinking_a_tenant_asks_once_and_then_unlinks_everybody_there() {
    let world = World::new().await;
    world.consent(&world.organization, TENANT, &[Feature::Contacts, Feature::Mail]).await;
    world.link("u1", MEMBER, Feature::Contacts).await;
    world.link("admin", ADMIN, Feature::Contacts).await;
    let mail = world.accounts.link_by_admin(&world.organization, &user("u1"), &tenant(), Feature::Mail).await;
    mail.expect("linked");
    let mut admin = world.admin().await;
    let path = format!("/console/microsoft365/tenants/{TENANT}/unlink");
    let asked = admin.get(&format!("{path}?lang=en")).await;
    assert_eq!(asked.status, StatusCode::OK);
    for lost in [TENANT, "of 2 members no longer receive cards", "of 1 members is no longer read"] {
        assert!(asked.text.contains(lost), "{lost} is not in {}", asked.text);
    }
    let link = async |id: &str, feature| {
        let link = world.accounts.link(&world.organization, &user(id), feature).await.expect("an answer");
        link.expect("a link").status
    };
    assert_eq!(link("u1", Feature::Contacts).await, LinkStatus::Linked, "asking changes nothing");

    let done = admin.post(&path, &[]).await;
    assert_eq!(done.location(), "/console/microsoft365?done=tenant-removed");
    for (id, feature) in [("u1", Feature::Contacts), ("admin", Feature::Contacts), ("u1", Feature::Mail)] {
        assert_eq!(link(id, feature).await, LinkStatus::Unlinked, "{id} {feature:?}");
    }
    let (tenants, _) = world.accounts.tenants(&world.organization, 10, None).await.expect("tenants");
    assert!(tenants.is_empty());
    let jobs = world.queues.take::<SubscribeJob>("subscribe");
    assert!(jobs.iter().any(|(_, job)| job.task == Task::Remove), "the subscription is taken back: {jobs:?}");
    assert_eq!(admin.get(&path).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn b16_a_user_unlinks_and_the_folder_goes_only_if_asked_for() {
    let world = World::new().await;
    world.consent(&world.organization, TENANT, &[Feature::Contacts]).await;
    let mut member = world.member().await;
    for (choice, told, jobs) in [("off", "unlinked&what=contacts", 0), ("on", "folder-removed", 1)] {
        world.link("u1", MEMBER, Feature::Contacts).await;
        let asked = member.get("/me/links/contacts/unlink").await;
        assert!(asked.text.contains(MEMBER) && asked.text.contains("Setten"), "{}", asked.text);
        let done = member.post("/me/links/contacts/unlink", &[("remove_folder", choice)]).await;
        assert_eq!(done.location(), format!("/me?done={told}"));
        let link = world.accounts.link(&world.organization, &user("u1"), Feature::Contacts).await;
        assert_eq!(link.expect("an answer").expect("a link").status, LinkStatus::Unlinked);
        assert_eq!(world.queues.take::<CardsJob>("pushes").len(), jobs, "{choice}");
    }
    assert_eq!(member.get("/me/links/contacts/unlink").await.location(), "/me", "nothing is left to unlink");
}

#[tokio::test]
async fn b01_a_push_can_be_asked_for() {
    let world = World::new().await;
    let mut member = world.member().await;
    assert_eq!(member.post("/me/push", &[]).await.location(), "/me", "nothing is linked");
    world.consent(&world.organization, TENANT, &[Feature::Contacts]).await;
    world.link("u1", MEMBER, Feature::Contacts).await;
    assert_eq!(member.post("/me/push", &[]).await.location(), "/me?done=push-asked");
    let jobs = world.queues.take::<CardsJob>("pushes");
    assert_eq!(jobs.len(), 1);
    assert!(jobs[0].1.is_asked_for && jobs[0].1.user_id == user("u1"));
}

#[tokio::test]
async fn r06_p10_pages_render_and_everything_can_be_undone_when_microsoft_is_gone() {
    let world = World::new().await;
    world.consent(&world.organization, TENANT, &[Feature::Contacts]).await;
    world.link("u1", MEMBER, Feature::Contacts).await;
    world.put_user(&world.organization, "u2", "u2@contoso.example", Role::Member).await;
    let link = world.accounts.link(&world.organization, &user("u1"), Feature::Contacts).await;
    let link = link.expect("an answer").expect("a link");
    let noted = world.accounts.note_outcome(&link, LinkStatus::ReconnectNeeded, Some("AADSTS50173")).await;
    noted.expect("noted");
    let down = json!({"match": {}, "action": {"status": 503}, "times": 100_000});
    world.control("faults", &down).await;

    let (mut admin, mut member) = (world.admin().await, world.member().await);
    let unlink = format!("/console/microsoft365/tenants/{TENANT}/unlink");
    for path in [
        "/console",
        "/console/microsoft365",
        &unlink,
        "/console/users",
        "/console/users/u1",
        "/console/audit",
    ] {
        let page = admin.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text);
    }
    let own = member.get("/me?lang=en").await;
    assert_eq!(own.status, StatusCode::OK);
    assert!(own.text.contains("Reconnect"), "the member is told to sign in again: {}", own.text);
    let again = member.post("/me/links/contacts", &[]).await;
    assert!(member.leaves(&again).await.path().contains("authorize"), "linking anew begins");
    let done = member.post("/me/links/contacts/unlink", &[]).await;
    assert_eq!(done.location(), "/me?done=unlinked&what=contacts");
    assert_eq!(admin.post(&unlink, &[]).await.location(), "/console/microsoft365?done=tenant-removed");
}

#[tokio::test]
async fn a_revoked_grant_stops_its_links_and_is_shown() {
    let world = World::new().await;
    world.consent(&world.organization, TENANT, &[Feature::Contacts, Feature::Calendar]).await;
    world.link("u1", MEMBER, Feature::Contacts).await;
    let mut admin = world.admin().await;
    let path = format!("/console/microsoft365/tenants/{TENANT}/grants/contacts/revoke");
    let done = admin.post(&path, &[]).await;
    assert_eq!(done.location(), "/console/microsoft365?done=grant-revoked&what=contacts");
    let kept = world.accounts.tenant(&world.organization, &tenant()).await.expect("a tenant");
    assert!(kept.grant(Feature::Contacts).is_none() && kept.grant(Feature::Calendar).is_some());
    let link = world.accounts.link(&world.organization, &user("u1"), Feature::Contacts).await;
    assert_eq!(link.expect("an answer").expect("a link").status, LinkStatus::NoPermission);
    for unknown in ["grants/other/revoke", "grants/mail/revoke"] {
        let path = format!("/console/microsoft365/tenants/{TENANT}/{unknown}");
        assert_eq!(admin.post(&path, &[]).await.status, StatusCode::NOT_FOUND, "{unknown}");
    }
}

#[tokio::test]
async fn a12_revoking_mail_alone_takes_back_what_microsoft_holds_for_it() {
    let world = World::new().await;
    world.consent(&world.organization, TENANT, &[Feature::Contacts, Feature::Mail]).await;
    world.link("u1", MEMBER, Feature::Contacts).await;
    let mail = world.accounts.link_by_admin(&world.organization, &user("u1"), &tenant(), Feature::Mail).await;
    mail.expect("linked");
    let mut admin = world.admin().await;
    let path = format!("/console/microsoft365/tenants/{TENANT}/grants/mail/revoke");
    admin.post(&path, &[]).await;
    let jobs = world.queues.take::<SubscribeJob>("subscribe");
    assert!(jobs.iter().any(|(_, job)| job.task == Task::Remove && job.user_id == user("u1")), "{jobs:?}");
    for (feature, status) in
        [(Feature::Mail, LinkStatus::NoPermission), (Feature::Contacts, LinkStatus::Linked)]
    {
        let link = world.accounts.link(&world.organization, &user("u1"), feature).await;
        assert_eq!(link.expect("an answer").expect("a link").status, status, "{feature:?}");
    }
}

#[tokio::test]
async fn a01_what_the_plan_has_not_is_neither_shown_nor_done() {
    let world = World::new().await;
    world.accounts.put_plan(&world.organization, &[Feature::Contacts].into()).await.expect("put");
    let mut admin = world.admin().await;
    let fields = [("tenant_id", TENANT), ("feature", "calendar")];
    let refused = admin.post("/console/microsoft365/tenants", &fields).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.text.contains("data-refused=\"not-in-plan\""), "{}", refused.text);
    world.accounts.put_plan(&world.organization, &[].into()).await.expect("put");
    assert_eq!(admin.get("/console/microsoft365").await.status, StatusCode::FORBIDDEN);
    assert_eq!(admin.get("/console").await.status, StatusCode::OK);
}

#[tokio::test]
async fn p11_the_doctor_runs_all_checks_or_one() {
    let world = World::new().await;
    world.consent(&world.organization, TENANT, &[Feature::Contacts]).await;
    let mut admin = world.admin().await;
    let path = format!("/console/microsoft365/tenants/{TENANT}/checks");
    assert_eq!(admin.get(&path).await.status, StatusCode::OK);
    let all = admin.post(&path, &[("user", MEMBER)]).await;
    assert_eq!(all.status, StatusCode::OK, "{}", all.text);
    let passed = |text: &str| text.matches("class=\"chip chip-linked\"").count();
    let waiting = |text: &str| text.matches("class=\"chip chip-not-linked\"").count();
    assert!(passed(&all.text) >= 3 && waiting(&all.text) == 0, "{}", all.text);
    let one = admin.post(&path, &[("user", ""), ("check", "tenant")]).await;
    assert_eq!(passed(&one.text), 1, "{}", one.text);
    assert!(waiting(&one.text) > 5);
    let by = all.text.split("data-check=\"contacts-consent\"").nth(1).expect("the check of the consent");
    let by = by.split("</li>").next().expect("its end");
    assert!(by.contains("<dl class=\"rows seen\">") && by.contains(ADMIN), "what a check saw is shown: {by}");
}

#[tokio::test]
async fn m07_the_field_is_marked_that_names_nobody() {
    let world = World::new().await;
    world.consent(&world.organization, TENANT, &[Feature::Contacts]).await;
    let mut admin = world.admin().await;
    let path = format!("/console/microsoft365/tenants/{TENANT}/checks");
    for (user, outside, marked) in
        [("nobody", "", "user-fault"), (MEMBER, "nobody", "outside-fault"), ("", "nobody", "outside-fault")]
    {
        let answer = admin.post(&path, &[("user", user), ("outside_user", outside)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        let faults: Vec<_> = ["user-fault", "outside-fault"]
            .into_iter()
            .filter(|id| answer.text.contains(&format!("id=\"{id}\"")))
            .collect();
        assert_eq!(faults, [marked], "{user} {outside}");
    }
}
