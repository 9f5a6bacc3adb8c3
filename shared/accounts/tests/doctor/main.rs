//! The link doctor against the simulated Microsoft 365: each case by its cause, never by a made-up answer where
//! the cause can be had (features A16, A17, E07, E08, M02, M07, P11; requirements R10, R44).

mod mailboxes;
mod world;

use accounts::checks::{Check, Chosen, Doctor, Finding, State};
use accounts::{AccountsError, NotConnected, Refusal, SignedIn};
use pages::{Failure, Flow, Who};
use reqwest::Method;
use serde_json::json;
use types::{Feature, OrganizationId};

use world::{ADMIN, OTHER, TENANT, USER, World, member, organization, tenant};

/// What a finding says: its state, and what its reason means to people.
pub(crate) fn told(found: &Finding) -> (State, Option<Failure>) {
    let is_told = matches!(found.state, State::Failed | State::Warning);
    (found.state, found.reason.as_deref().filter(|_| is_told).map(Failure::of_reason))
}

pub(crate) fn seen<'a>(found: &'a Finding, name: &str) -> &'a str {
    let value = found.evidence.iter().find(|(seen, _)| *seen == name).map(|(_, value)| value.as_str());
    value.unwrap_or_else(|| panic!("{name} is not in {found:?}"))
}

#[tokio::test]
async fn p11_everything_passes_where_everything_is_well_check_by_check() {
    let world = World::linked().await;
    // Exchange Online heeds no scope here, so the other mailbox is open: that is what the check says.
    world.pass(4 * 60);
    for check in Doctor::checks() {
        let found = world.run(*check).await;
        let expected = match check {
            Check::OutsideAccess => State::Failed,
            // No group chooses users here.
            Check::Groups => State::Skipped,
            _ => State::Passed,
        };
        assert_eq!(found.state, expected, "{found:?}");
    }
    let whole = world.doctor(Some(200));
    let chosen = Chosen { user: Some(member("u1")), outside: None };
    let examination = whole.examine(&organization(), &tenant(), &chosen).await.expect("begun");
    let before = world.token_calls().await;
    for check in Doctor::checks() {
        let found = examination.run(*check).await.expect("a finding");
        let is_unasked = matches!(found.check, Check::OutsideAccess | Check::Groups);
        let is_well = matches!(found.state, State::Passed) || is_unasked;
        assert!(is_well, "{found:?}");
    }
    let calls = |stats: &serde_json::Value| stats[TENANT]["client_credentials"]["succeeded"].as_u64();
    let asked = calls(&world.token_calls().await).expect("a number") - calls(&before).expect("a number");
    assert_eq!(asked, 1, "one application token does for a whole examination");
}

#[tokio::test]
async fn a17_before_any_consent_nothing_is_asked_with_the_applications_token() {
    let world = World::new().await;
    let consents = [Check::ContactsConsent, Check::MailConsent, Check::CalendarConsent];
    for check in Doctor::checks() {
        let found = world.run(*check).await;
        let expected = match check {
            Check::Tenant => (State::Passed, None),
            check if consents.contains(check) => (State::Failed, Some(Failure::ConsentMissing)),
            _ => (State::Skipped, None),
        };
        assert_eq!(told(&found), expected, "{found:?}");
    }
    assert_eq!(world.token_calls().await, json!({}));
}

#[tokio::test]
async fn m02_the_tenant_of_another_organization_tells_nothing() {
    let world = World::linked().await;
    let stranger: OrganizationId = "o2".parse().expect("an id");
    world.accounts.register_tenant(&stranger, &tenant()).await.expect("registered");
    world.join(&stranger, "u1", USER).await;
    let before = world.token_calls().await;
    let chosen = Chosen { user: Some(member("u1")), outside: None };
    for check in Doctor::checks().iter().filter(|check| **check != Check::Tenant) {
        let doctor = world.doctor(None);
        let found = Box::pin(doctor.run(&stranger, &tenant(), *check, &chosen)).await.expect("a finding");
        assert!(matches!(found.state, State::Skipped | State::Failed), "{found:?}");
        assert!(found.evidence.is_empty() && found.commands.is_empty(), "{found:?}");
    }
    assert_eq!(world.token_calls().await, before);
    let unknown = Chosen { user: Some(member("u9")), outside: None };
    let refused = world.doctor(None).examine(&organization(), &tenant(), &unknown).await;
    assert!(matches!(refused, Err(AccountsError::NotFound("user"))));
}

#[tokio::test]
async fn m02_an_application_that_is_off_or_gone_and_a_policy_against_it_are_told_apart() {
    let world = World::linked().await;
    world.principal(Method::PATCH, &json!({"accountEnabled": false})).await;
    let found = world.run(Check::Application).await;
    assert_eq!(told(&found), (State::Failed, Some(Failure::AppDisabled)), "{found:?}");
    assert_eq!(Failure::AppDisabled.who(), Who::Admin);
    assert_eq!(world.run(Check::MailAccess).await.reason.as_deref(), Some("not_reached"));
    assert_eq!(world.run(Check::Credential).await.state, State::Passed, "Entra looks at it first");
    world.principal(Method::PATCH, &json!({"accountEnabled": true})).await;

    world.refuse_tokens(None, 53003).await;
    let found = world.run(Check::Application).await;
    assert_eq!(told(&found), (State::Failed, Some(Failure::ConditionalAccess)), "{found:?}");
    assert_eq!(found.code.as_deref(), Some("AADSTS53003"));
    world.control(Method::DELETE, "entra/errors", &json!({})).await;

    world.principal(Method::DELETE, &json!({})).await;
    let found = world.run(Check::Application).await;
    assert_eq!(told(&found), (State::Failed, Some(Failure::AppNotInTenant)), "{found:?}");
    assert_eq!(seen(&found, "application_id"), world::CLIENT);

    world.control(Method::DELETE, &format!("tenants/{TENANT}"), &json!({})).await;
    let found = world.run(Check::Tenant).await;
    assert_eq!(told(&found), (State::Failed, Some(Failure::TenantNotFound)), "{found:?}");
}

#[tokio::test]
async fn m02_a_credential_that_ends_is_told_before_and_after() {
    let world = World::linked().await;
    let chosen = Chosen::default();
    for (days_left, expected) in [
        (Some(31), (State::Passed, None)),
        (Some(30), (State::Warning, Some(Failure::CredentialExpiring))),
        (Some(3), (State::Warning, Some(Failure::CredentialExpiring))),
    ] {
        let doctor = world.doctor(days_left);
        let found = Box::pin(doctor.run(&organization(), &tenant(), Check::Credential, &chosen)).await;
        let found = found.expect("a finding");
        assert_eq!(told(&found), expected, "{found:?}");
        assert_eq!(seen(&found, "days_left"), days_left.expect("days").to_string());
    }
    world.register("secret", Some("2020-01-01T00:00:00Z")).await;
    let found = world.run(Check::Credential).await;
    assert_eq!(told(&found), (State::Failed, Some(Failure::BadCredential)), "{found:?}");
    assert_eq!(found.code.as_deref(), Some("AADSTS7000222"));
    assert_eq!(Failure::BadCredential.who(), Who::Operator);
    world.register("another", None).await;
    let found = world.run(Check::Credential).await;
    assert_eq!(found.code.as_deref(), Some("AADSTS7000215"), "{found:?}");
    assert_eq!(world.run(Check::Application).await.reason.as_deref(), Some("not_reached"));
}

#[tokio::test]
async fn m02_a_link_that_is_dead_says_who_has_to_act() {
    let world = World::linked().await;
    // The tokens at hand end, so that Entra is asked for new ones.
    world.pass(70);
    for (aadsts, expected, who) in [
        (50105, Failure::UserNotAssigned, Who::Admin),
        (53003, Failure::ConditionalAccess, Who::Admin),
        (50076, Failure::MfaRequired, Who::Reader),
        (50057, Failure::AccountDisabled, Who::Admin),
        (700_082, Failure::SignInRequired, Who::Reader),
    ] {
        world.refuse_tokens(Some(USER), aadsts).await;
        let found = world.run(Check::ContactsLink).await;
        assert_eq!(told(&found), (State::Failed, Some(expected)), "{found:?}");
        assert_eq!(expected.who(), who);
        assert_eq!(found.code, Some(format!("AADSTS{aadsts}")));
        world.control(Method::DELETE, "entra/errors", &json!({})).await;
    }
    world.principal(Method::PATCH, &json!({"assignmentRequired": true, "assignedUsers": [OTHER]})).await;
    let found = world.run(Check::CalendarLink).await;
    assert_eq!(told(&found), (State::Failed, Some(Failure::UserNotAssigned)), "{found:?}");
    world.principal(Method::PATCH, &json!({"assignedUsers": [USER]})).await;
    assert_eq!(world.run(Check::CalendarLink).await.state, State::Passed);

    world.control(Method::POST, &format!("tenants/{TENANT}/users/{USER}/revoke"), &json!({})).await;
    world.pass(70);
    let found = world.run(Check::CalendarLink).await;
    assert_eq!(told(&found), (State::Failed, Some(Failure::SignInRequired)), "{found:?}");
    assert_eq!(world.run(Check::Calendar).await.reason.as_deref(), Some("not_reached"));
}

#[tokio::test]
async fn m02_microsoft_being_away_is_no_fault_of_the_connection() {
    let world = World::linked().await;
    let fault = json!({"match": {"path": "/oauth2/v2.0/token"}, "action": {"dropRequest": true}, "times": 0});
    world.control(Method::POST, "faults", &fault).await;
    let found = world.run(Check::Application).await;
    assert_eq!(told(&found), (State::Failed, Some(Failure::MicrosoftUnavailable)), "{found:?}");
    let found = world.run(Check::Credential).await;
    assert_eq!(told(&found), (State::Failed, Some(Failure::MicrosoftUnavailable)), "{found:?}");
}

#[tokio::test]
async fn m02_a_check_ends_in_time_although_microsoft_does_not_answer() {
    let world = World::linked().await;
    let fault = json!({"match": {"path": "openid-configuration"}, "action": {"delayMs": 60_000}, "times": 0});
    world.control(Method::POST, "faults", &fault).await;
    let begun = std::time::Instant::now();
    let found = world.run(Check::Tenant).await;
    assert_eq!(told(&found), (State::Failed, Some(Failure::MicrosoftUnavailable)), "{found:?}");
    assert!(begun.elapsed().as_secs() < 10, "{:?}", begun.elapsed());
}

/// What people read when a sign-in was refused.
fn failure_of(refused: &NotConnected) -> Failure {
    match &refused.error {
        AccountsError::Refused(Refusal::Entra { error, aadsts }) => {
            Failure::from_microsoft(Flow::SignIn, *aadsts, error)
        }
        other => panic!("not refused by Entra: {other:?}"),
    }
}

#[tokio::test]
async fn a17_a_user_without_the_consent_gets_a_page_for_the_administrator() {
    let world = World::new().await;
    let refused = world.refused_link("u1", USER, Feature::Contacts).await;
    let page = refused.consent_url.expect("a page to send on");
    // It lies in a mailbox for some days.
    world.pass(6 * 24 * 60);
    world.go_through_consent(page).await;
    let granted = world.accounts.tenant(&organization(), &tenant()).await.expect("a tenant");
    assert!(granted.grant(Feature::Contacts).is_some(), "{granted:?}");
    world.link("u1", USER, Feature::Contacts).await;
    // Of a refusal that no consent mends, there is none.
    let refused = world.refused_link("u1", OTHER, Feature::Calendar).await;
    assert!(refused.consent_url.is_some(), "the calendar is not consented to");
    world.consent(&[Feature::Calendar]).await;
    world.principal(Method::PATCH, &json!({"assignmentRequired": true, "assignedUsers": [OTHER]})).await;
    world.refuse_authorize(50105).await;
    let refused = world.refused_link("u1", USER, Feature::Calendar).await;
    assert!(refused.consent_url.is_none(), "{refused:?}");
}

#[tokio::test]
async fn e07_a_directory_that_lets_members_consent_lets_them_link() {
    let world = World::new().await;
    let refused = world.refused_link("u1", USER, Feature::Calendar).await;
    assert_eq!(failure_of(&refused), Failure::AdminApprovalRequired);
    world.control(Method::PATCH, &format!("tenants/{TENANT}"), &json!({"userConsent": "allowed"})).await;
    world.link("u1", USER, Feature::Calendar).await;
}

#[tokio::test]
async fn e08_once_an_administrator_links_for_the_organization_everybody_can() {
    let world = World::new().await;
    let refused = world.refused_link("u1", USER, Feature::Contacts).await;
    assert_eq!(failure_of(&refused), Failure::AdminApprovalRequired);
    world.join(&organization(), "u3", ADMIN).await;
    let done = world.try_link("u3", ADMIN, Feature::Contacts, &[("organization", "on")]).await;
    assert!(matches!(done, Ok(SignedIn::Linked(_))), "{done:?}");
    world.accounts.remove_user(&organization(), &member("u3")).await.expect("removed");
    world.link("u1", USER, Feature::Contacts).await;
}
