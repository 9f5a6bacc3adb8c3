//! An administrator's way: several features in one flow, each granted, refused and revoked on its own.

use accounts::Event;
use reqwest::Method;
use serde_json::json;
use types::Feature;

use crate::world::{
    ADMIN, CLIENT, HANAKO, OTHER_TENANT, TENANT, World, hanako, organization, parameter, tenant,
};

const BOTH: [Feature; 2] = [Feature::Contacts, Feature::Mail];
const DAY: u32 = 24 * 60 * 60;

#[tokio::test]
async fn a12_m01_two_permission_sets_are_consented_to_in_one_flow() {
    let world = World::new().await;
    let shown = world.consent(&BOTH, ADMIN, &["accept", "accept"]).await;
    assert_eq!(
        (shown.status, shown.heading()),
        (200, "Your organization is connected to Microsoft\u{a0}365")
    );
    let asked = shown.asked();
    let asked: Vec<(&str, &str)> = asked.iter().map(|(page, scopes)| (*page, scopes.as_str())).collect();
    let expected = [
        ("adminconsent", ".default"),
        ("adminconsent", "Contacts.ReadWrite"),
        ("authorize", "Contacts.ReadWrite"),
    ];
    assert_eq!(asked, expected, "each page asks for no more than what was chosen");
    assert_eq!(world.granted().await, BOTH);
    let tenant = world.tenant().await;
    assert_eq!(scopes_of(&tenant, Feature::Mail), ["Mail.Read", "User.Read.All"]);
    let contacts = scopes_of(&tenant, Feature::Contacts);
    assert!(
        contacts.contains(&"Contacts.ReadWrite".to_owned())
            && !contacts.iter().any(|s| s.starts_with("Mail"))
    );
    for part in [TENANT, "Mail.Read", "Contacts.ReadWrite"] {
        assert!(shown.text.contains(part), "{part} is not shown");
    }
    assert!(!shown.text.contains("What was not granted"), "{}", shown.text);
}

fn scopes_of(tenant: &accounts::Tenant, feature: Feature) -> Vec<String> {
    tenant.grant(feature).expect("granted").scopes.iter().map(|scope| bare(scope)).collect()
}

fn bare(scope: &str) -> String {
    scope.rsplit('/').next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a12_declining_one_page_keeps_what_was_accepted_on_the_other_and_says_so() {
    for (answers, kept, lost, name) in [
        (["accept", "decline"], Feature::Mail, Feature::Contacts, "Outlook contacts: "),
        (["decline", "accept"], Feature::Contacts, Feature::Mail, "Mail: "),
    ] {
        let world = World::new().await;
        let shown = world.consent(&BOTH, ADMIN, &answers).await;
        assert_eq!(shown.status, 200, "{}", shown.text);
        assert_eq!(world.granted().await, [kept], "{answers:?}");
        let refused = shown.between("What was not granted", "</section>");
        assert!(refused.contains(name) && refused.contains("The permissions were not accepted"), "{refused}");
        let log = world.events().await;
        let is_refusal =
            |event: &&Event| matches!(event, Event::ConsentRefused { feature, .. } if *feature == lost);
        assert_eq!(log.iter().filter(is_refusal).count(), 1, "{log:?}");
    }
}

#[tokio::test]
async fn a12_declining_every_page_stores_nothing() {
    let world = World::new().await;
    let shown = world.consent(&BOTH, ADMIN, &["decline", "decline"]).await;
    assert_eq!((shown.status, shown.heading()), (403, "The permissions were not accepted"));
    assert!(world.granted().await.is_empty());
    assert!(matches!(world.events().await.last(), Some(Event::ConnectionRefused { .. })));
}

#[tokio::test]
async fn a12_each_grant_is_revoked_on_its_own() {
    let world = World::new().await;
    world.consent(&BOTH, ADMIN, &["accept", "accept"]).await;
    world.accounts.revoke_grant(&organization(), &tenant(), Feature::Mail).await.expect("revoked");
    assert_eq!(world.granted().await, [Feature::Contacts]);
}

#[tokio::test]
async fn m01_mail_asked_for_days_later_leaves_the_contacts_alone() {
    let world = World::new().await;
    world.consent(&[Feature::Contacts], ADMIN, &["accept"]).await;
    assert_eq!(world.link(Feature::Contacts, HANAKO).await.status, 200);
    let before = world.tenant().await.grant(Feature::Contacts).cloned();
    world.pass(5 * DAY);
    let shown = world.consent(&[Feature::Mail], ADMIN, &["accept"]).await;
    let pages: Vec<_> = shown.microsoft.iter().map(|url| parameter(url, "scope").expect("scopes")).collect();
    assert_eq!(pages, ["https://graph.microsoft.com/.default", "openid profile"], "no more than is needed");
    assert_eq!(world.granted().await, BOTH);
    assert_eq!(world.tenant().await.grant(Feature::Contacts).cloned(), before, "the grant was touched");
    // Nor did Entra forget: the link's token is refreshed.
    let link = world.link_of(Feature::Contacts).await.expect("a link");
    world.tokens.access_token(&link).await.expect("a token");
}

/// Consenting to the registration takes away what it does not list. What is named comes after it, so that what
/// was granted a moment ago stands.
#[tokio::test]
async fn a12_what_the_registration_does_not_list_is_not_lost_on_the_way() {
    let world = World::with_registration(&["User.Read"]).await;
    let shown = world.consent(&BOTH, ADMIN, &["accept", "accept"]).await;
    assert_eq!(shown.status, 200, "{}", shown.text);
    let model = world.simulator.app().world();
    let principal = model.directory.tenant(TENANT).expect("there").principal(CLIENT).expect("there");
    assert!(principal.tenant_scopes.contains_key("Contacts.ReadWrite"), "{:?}", principal.tenant_scopes);
    assert!(principal.application_roles.contains_key("Mail.Read"), "{:?}", principal.application_roles);
}

#[tokio::test]
async fn r02_each_step_has_a_state_of_its_own_that_works_once() {
    let world = World::new().await;
    let shown = world.consent(&BOTH, ADMIN, &["accept", "accept"]).await;
    let states: Vec<_> =
        shown.callbacks.iter().map(|url| parameter(url, "state").expect("a state")).collect();
    let [first, second, proof] = states.as_slice() else { panic!("{states:?}") };
    assert!(first != second && second != proof);
    world.accounts.revoke_grant(&organization(), &tenant(), Feature::Mail).await.expect("revoked");
    for callback in &shown.callbacks {
        let again = world.open(callback).await;
        assert_eq!((again.status, again.heading()), (409, "This sign-in was already used"), "{callback}");
    }
    assert_eq!(world.granted().await, [Feature::Contacts], "a replay granted it again");
}

#[tokio::test]
async fn r02_another_tenant_in_the_middle_ends_the_flow_and_both_are_named() {
    let world = World::new().await;
    let started = world.connect.start_consent(&organization(), &tenant(), &BOTH, Some("/console")).await;
    let started = started.expect("started");
    let mut back = world.site.join("connect/consent").expect("an address");
    back.query_pairs_mut()
        .append_pair("state", &parameter(&started.url, "state").expect("a state"))
        .append_pair("admin_consent", "True")
        .append_pair("tenant", OTHER_TENANT);
    let shown = world.open(&back).await;
    assert_eq!((shown.status, shown.heading()), (403, "Another organization signed in"));
    let facts = shown.between("<dl class=\"facts\">", "</dl>");
    let (expected, actual) = (facts.find(TENANT), facts.find(OTHER_TENANT));
    assert!(expected.is_some() && actual.is_some(), "expected beside actual: {facts}");
    assert!(facts.contains("that was expected"), "{facts}");
    assert!(shown.text.contains("href=\"/console\""), "no way back: {}", shown.text);
    assert!(world.granted().await.is_empty());
}

#[tokio::test]
async fn a04_only_the_two_highest_roles_grant_mail_and_the_rest_is_kept() {
    let world = World::new().await;
    for (name, role, granted) in [
        ("apps", "Application Administrator", vec![Feature::Contacts]),
        ("privileged", "Privileged Role Administrator", vec![Feature::Contacts, Feature::Mail]),
    ] {
        let account = format!("{name}@contoso.example");
        world.account(&json!({"userPrincipalName": account, "displayName": name, "roles": [role]})).await;
        let shown = world.consent(&BOTH, &account, &["accept", "accept"]).await;
        assert_eq!(shown.status, 200, "{role}: {}", shown.text);
        assert_eq!(world.granted().await, granted, "{role}");
        let is_told = shown.text.contains("Mail: Sign in with an administrator account");
        assert_eq!(is_told, granted.len() == 1, "{role}: {}", shown.text);
    }
}

/// The tenant has consented once; the attacker is a member of it and types Microsoft's answer into the address.
/// Somebody who may grant delegated permissions is one too where every mailbox is asked for.
#[tokio::test]
async fn a04_a_member_who_types_the_answer_into_the_address_grants_nothing() {
    let world = World::new().await;
    let apps = "apps@contoso.example";
    let role = ["Application Administrator"];
    world.account(&json!({"userPrincipalName": apps, "displayName": "Apps", "roles": role})).await;
    world.consent(&BOTH, ADMIN, &["accept", "accept"]).await;
    for (feature, account) in [(Feature::Contacts, HANAKO), (Feature::Mail, HANAKO), (Feature::Mail, apps)] {
        // Revoked before, it stays revoked.
        world.accounts.revoke_grant(&organization(), &tenant(), feature).await.expect("revoked");
        let started = world.start(&organization(), &tenant(), &[feature]).await;
        let state = parameter(&started.url, "state").expect("a state");
        let mut forged = world.site.join("connect/consent").expect("an address");
        forged
            .query_pairs_mut()
            .append_pair("state", &state)
            .append_pair("admin_consent", "True")
            .append_pair("tenant", TENANT);
        let shown = world.browse(&forged, account, &[]).await;
        assert_eq!(
            (shown.status, shown.heading()),
            (403, "Sign in with an administrator account"),
            "{feature:?} {account}"
        );
        assert!(!world.granted().await.contains(&feature), "{feature:?} {account}");
    }
}

#[tokio::test]
async fn a08_a_registered_tenant_is_not_registered_again() {
    let world = World::new().await;
    let first = world.tenant().await;
    world.pass(DAY);
    let again = world.accounts.register_tenant(&organization(), &tenant()).await.expect("registered");
    assert_eq!(again, first);
    let log = world.events().await;
    assert_eq!(log.iter().filter(|event| matches!(event, Event::TenantRegistered { .. })).count(), 1);
    assert_eq!(
        world.consent(&[Feature::Contacts], ADMIN, &["accept"]).await.status,
        200,
        "consent begins at once"
    );
}

#[tokio::test]
async fn a09_a10_a11_consent_is_asked_for_at_the_typed_tenant_and_the_result_shows_it() {
    let world = World::new().await;
    let shown = world.consent(&[Feature::Contacts], ADMIN, &["accept"]).await;
    for page in &shown.microsoft {
        assert!(page.path().starts_with(&format!("/{TENANT}/")), "{page}");
    }
    assert!(shown.microsoft[0].path().ends_with("/v2.0/adminconsent"), "for the whole organization");
    assert!(shown.between("<dl class=\"facts\">", "</dl>").contains(TENANT));
    assert!(shown.between("<p class=\"status status-", "</p>").contains("Linked"), "{}", shown.text);
    let log = world.events().await;
    let Some(Event::ConsentGranted { tenant_id, feature, account }) = log.last() else { panic!("{log:?}") };
    assert_eq!((tenant_id, *feature, account.as_str()), (&tenant(), Feature::Contacts, ADMIN));
}

#[tokio::test]
async fn a13_each_of_several_tenants_is_authenticated_on_its_own() {
    let world = World::new().await;
    let other = OTHER_TENANT.parse().expect("an id");
    world.accounts.register_tenant(&organization(), &other).await.expect("registered");
    world.consent(&[Feature::Contacts], ADMIN, &["accept"]).await;
    let grants = world.accounts.tenant(&organization(), &other).await.expect("a tenant").grants;
    assert!(grants.is_empty(), "one tenant's consent is not another's");
    // The first tenant's administrator cannot speak for the other.
    let started = world.start(&organization(), &other, &[Feature::Contacts]).await;
    let shown = world.browse_where_it_began(&started, ADMIN, &["accept"]).await;
    assert!(shown.status >= 400 && shown.text.contains("AADSTS50020"), "{}", shown.text);
    let started = world.start(&organization(), &other, &[Feature::Contacts]).await;
    let shown = world.browse_where_it_began(&started, "admin@fabrikam.example", &["accept"]).await;
    assert_eq!(shown.status, 200, "{}", shown.text);
    let (tenants, _) = world.accounts.tenants(&organization(), 10, None).await.expect("tenants");
    assert!(tenants.iter().all(|tenant| tenant.grant(Feature::Contacts).is_some()) && tenants.len() == 2);
}

#[tokio::test]
async fn a14_one_tenant_serves_every_feature() {
    let world = World::new().await;
    world.consent(&Feature::ALL, ADMIN, &["accept", "accept"]).await;
    assert_eq!(world.granted().await, Feature::ALL);
    // One token proved both, and each has only its own permission.
    let tenants = world.tenant().await;
    for (feature, own, other) in [
        (Feature::Contacts, "Contacts.ReadWrite", "Calendars.ReadWrite"),
        (Feature::Calendar, "Calendars.ReadWrite", "Contacts.ReadWrite"),
    ] {
        let scopes = scopes_of(&tenants, feature);
        assert!(scopes.iter().any(|scope| scope == own) && !scopes.iter().any(|s| s == other), "{scopes:?}");
    }
    assert_eq!(world.accounts.tenants(&organization(), 10, None).await.expect("tenants").0.len(), 1);
    let mail = world.accounts.link_by_admin(&organization(), &hanako(), &tenant(), Feature::Mail).await;
    assert_eq!(mail.expect("linked").tenant_id, tenant());
    assert_eq!(world.link(Feature::Contacts, HANAKO).await.status, 200);
}

#[tokio::test]
async fn a16_an_account_that_is_no_administrator_is_told_of_a_private_window() {
    let world = World::new().await;
    let shown = world.consent(&[Feature::Contacts], HANAKO, &["accept"]).await;
    assert_eq!((shown.status, shown.heading()), (403, "Sign in with an administrator account"));
    assert!(shown.between("<ol class=\"steps\">", "</ol>").contains("private window"), "{}", shown.text);
    assert!(world.granted().await.is_empty());
}

#[tokio::test]
async fn a17_a_user_before_the_consent_gets_a_message_that_names_the_application() {
    let world = World::new().await;
    let policy = json!({"userConsent": "disabled"});
    world.control(Method::PATCH, &format!("tenants/{TENANT}"), &policy).await;
    let shown = world.link(Feature::Contacts, HANAKO).await;
    assert_eq!((shown.status, shown.heading()), (403, "An administrator must approve first"));
    let message = shown.between("<pre class=\"copy\"", "</pre>");
    // By its id, not only in the address of the consent page.
    let words: Vec<_> = message.lines().filter(|line| !line.contains("client_id=")).collect();
    for part in [CLIENT, "Enterprise applications", "Permissions"] {
        assert!(words.iter().any(|line| line.contains(part)), "{part} is not in {message}");
    }
    assert_eq!(world.link_of(Feature::Contacts).await, None);
}
