//! R02, A11: which organization a tenant is connected to is always said, and said first where the administrator
//! may not know it. Anybody may type a tenant's id into an organization of their own and send the consent page to
//! that tenant's administrator.

use accounts::Event;
use reqwest::Url;
use types::{Feature, OrganizationId};

use crate::world::{ADMIN, NAME, OTHER_TENANT, Shown, TENANT, World, organization, tenant};

const ASKED: &str = "Is this your organization?";
const CONNECTED: &str = "Your organization is connected to Microsoft\u{a0}365";
const ANOTHER: &str = "is already connected to this directory";
const OTHER_NAME: &str = "Zephyr Trading";

/// A world whose administrator was sent the consent page and accepted; what the browser shows then.
async fn asked(features: &[Feature], answers: &[&str]) -> (Box<World>, Shown) {
    let world = World::new().await;
    let started = world.start(&organization(), &tenant(), features).await;
    let shown = world.browse(&started.url, ADMIN, answers).await;
    assert_eq!((shown.status, shown.heading()), (200, ASKED), "{}", shown.text);
    (world, shown)
}

fn other() -> OrganizationId {
    "o2".parse().expect("an id")
}

/// Another organization to which the tenant is connected.
async fn connect_another(world: &World) {
    world.organization(&other(), OTHER_NAME).await;
    let started = world.start(&other(), &tenant(), &[Feature::Contacts]).await;
    let shown = world.browse_where_it_began(&started, ADMIN, &["accept"]).await;
    assert_eq!(shown.heading(), CONNECTED, "{}", shown.text);
}

#[tokio::test]
async fn r02_a11_whoever_is_sent_the_page_reads_for_whom_it_is_before_anything_is_granted() {
    let (world, shown) = asked(&[Feature::Contacts, Feature::Mail], &["accept", "accept"]).await;
    for part in [NAME, TENANT, ADMIN, "read the mail of the members it chooses"] {
        assert!(shown.text.contains(part), "{part} is not on the page: {}", shown.text);
    }
    assert!(!shown.text.contains(ANOTHER), "there is no other: {}", shown.text);
    assert!(world.granted().await.is_empty(), "granted before the answer");
    let log = world.events().await;
    let Some(Event::ConsentQuestioned { tenant_id, account }) = log.last() else { panic!("{log:?}") };
    assert_eq!((tenant_id, account.as_str()), (&tenant(), ADMIN));

    let done = world.answer(shown.state(), "yes").await;
    assert_eq!((done.status, done.heading()), (200, CONNECTED), "{}", done.text);
    let facts = done.between("<dl class=\"facts\">", "</dl>");
    assert!(facts.contains(NAME) && facts.contains(TENANT), "{facts}");
    assert_eq!(world.granted().await, [Feature::Contacts, Feature::Mail]);
    let grant = world.tenant().await.grant(Feature::Mail).cloned().expect("granted");
    assert_eq!((grant.granted_by.as_str(), grant.scopes.len()), (ADMIN, 2), "{grant:?}");
    let (log, _) = world.accounts.audit(&organization(), 1, None).await.expect("a log");
    assert_eq!(log[0].actor.as_ref().and_then(accounts::Actor::id), Some(ADMIN), "{log:?}");
}

#[tokio::test]
async fn r02_a_no_connects_nothing_and_says_what_is_left_at_microsoft() {
    let (world, shown) = asked(&[Feature::Contacts], &["accept"]).await;
    let done = world.answer(shown.state(), "no").await;
    assert_eq!((done.status, done.heading()), (403, "You did not connect the organization"));
    let steps = done.between("<ol class=\"steps\">", "</ol>");
    assert!(steps.contains("entra.microsoft.com") && steps.contains("Enterprise applications"), "{steps}");
    assert!(world.granted().await.is_empty());
    let log = world.events().await;
    assert!(matches!(log.last(), Some(Event::ConnectionRefused { user_id: None, .. })), "{log:?}");
    assert_eq!(world.answer(shown.state(), "yes").await.status, 409, "an answer counts once");
    assert!(world.granted().await.is_empty());
}

#[tokio::test]
async fn r02_the_answer_counts_once_in_time_and_only_at_its_own_door() {
    let (world, shown) = asked(&[Feature::Contacts], &["accept"]).await;
    let state = shown.state().to_owned();
    for forged in [format!("{state}x"), state.replacen('.', "x.", 1), String::new()] {
        assert_eq!(world.answer(&forged, "yes").await.status, 400, "{forged}");
    }
    assert!(world.granted().await.is_empty());
    assert_eq!(world.answer(&state, "yes").await.status, 200);
    assert_eq!(world.answer(&state, "yes").await.status, 409);

    let (world, shown) = asked(&[Feature::Contacts], &["accept"]).await;
    world.pass(21 * 60);
    assert_eq!(world.answer(shown.state(), "yes").await.status, 410);
    assert!(world.granted().await.is_empty());

    let (world, shown) = asked(&[Feature::Contacts], &["accept"]).await;
    let mut back: Url = world.site.join("connect/sign-in").expect("an address");
    back.query_pairs_mut().append_pair("state", shown.state()).append_pair("code", "made-up");
    assert_eq!(world.open(&back).await.status, 400);
    assert!(world.granted().await.is_empty());
}

#[tokio::test]
async fn a11_where_the_console_began_it_nobody_is_asked_and_the_organization_is_named() {
    let world = World::new().await;
    let shown = world.consent(&[Feature::Contacts], ADMIN, &["accept"]).await;
    assert_eq!(shown.heading(), CONNECTED, "{}", shown.text);
    assert!(shown.text.contains(&format!("connected to {NAME}")), "{}", shown.text);
    assert!(shown.between("<dl class=\"facts\">", "</dl>").contains(NAME), "{}", shown.text);
    // What an administrator confirmed once is not asked about again, wherever more is asked for.
    let started = world.start(&organization(), &tenant(), &[Feature::Mail]).await;
    assert_eq!(world.browse(&started.url, ADMIN, &["accept"]).await.heading(), CONNECTED);
    // It was confirmed for this tenant. And an admin of a foreign organization who sits before a console of theirs
    // sends the page elsewhere.
    let fabrikam = OTHER_TENANT.parse().expect("an id");
    world.accounts.register_tenant(&organization(), &fabrikam).await.expect("registered");
    let sent = world.start(&organization(), &fabrikam, &[Feature::Contacts]).await;
    let own = world.start(&organization(), &fabrikam, &[Feature::Contacts]).await;
    let mixed = accounts::StartedConsent { browser: own.browser, ..sent };
    let shown = world.browse_where_it_began(&mixed, "admin@fabrikam.example", &["accept"]).await;
    assert_eq!(shown.heading(), ASKED, "{}", shown.text);
}

#[tokio::test]
async fn r02_where_another_organization_is_connected_everybody_is_asked_and_it_is_not_named() {
    let world = World::new().await;
    connect_another(&world).await;
    for round in 0..2 {
        // Even in the browser of the console, and even where a grant of ours stands.
        let shown = world.consent(&[Feature::Contacts], ADMIN, &["accept"]).await;
        assert_eq!(shown.heading(), ASKED, "{round}: {}", shown.text);
        assert!(shown.text.contains(ANOTHER) && shown.text.contains(NAME), "{round}: {}", shown.text);
        assert!(!shown.text.contains(OTHER_NAME), "whose it is, is nobody's business: {}", shown.text);
        assert_eq!(world.granted().await.len(), round, "granted before the answer");
        assert_eq!(world.answer(shown.state(), "yes").await.heading(), CONNECTED);
    }
    // What was granted before stays when the answer is no, and the page does not say otherwise.
    let shown = world.consent(&[Feature::Mail], ADMIN, &["accept"]).await;
    let done = world.answer(shown.state(), "no").await;
    assert!(done.text.contains("that stays until it is revoked"), "{}", done.text);
    assert_eq!(world.granted().await, [Feature::Contacts]);
    // Theirs is left as it was.
    let theirs = world.accounts.tenant(&other(), &tenant()).await.expect("a tenant");
    assert!(theirs.grant(Feature::Contacts).is_some());
}

#[tokio::test]
async fn r02_an_organization_whose_grants_are_gone_is_connected_no_more() {
    for is_removed in [false, true] {
        let world = World::new().await;
        connect_another(&world).await;
        if is_removed {
            world.accounts.remove_tenant(&other(), &tenant()).await.expect("removed");
        } else {
            world.accounts.revoke_grant(&other(), &tenant(), Feature::Contacts).await.expect("revoked");
        }
        let shown = world.consent(&[Feature::Contacts], ADMIN, &["accept"]).await;
        assert_eq!(shown.heading(), CONNECTED, "removed: {is_removed}: {}", shown.text);
    }
}
