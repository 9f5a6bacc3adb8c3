//! Accounts, mailboxes, and what Exchange Online lets us into.

use accounts::checks::{Check, State};
use accounts::{AccountsError, LinkStatus};
use pages::{Failure, Who};
use reqwest::Method;
use serde_json::json;
use types::Feature;

use super::world::{CLIENT, OTHER, TENANT, USER, World, member, organization};
use super::{seen, told};

#[tokio::test]
async fn a02_r10_no_licence_a_server_of_ones_own_and_a_mailbox_to_come_are_told_apart() {
    let world = World::linked().await;
    for (mailbox, expected, who) in [
        ("none", Failure::LicenceMissing, Who::Admin),
        ("onprem", Failure::MailboxOnPremises, Who::Admin),
        ("pending", Failure::MailboxPending, Who::Nobody),
    ] {
        world.change_user(&json!({"mailbox": mailbox})).await;
        let found = world.run(Check::Mailbox).await;
        assert_eq!(told(&found), (State::Failed, Some(expected)), "{found:?}");
        assert_eq!(found.code.as_deref(), Some("MailboxNotEnabledForRESTAPI"));
        assert_eq!(expected.who(), who);
        let access = world.run(Check::MailAccess).await;
        assert_eq!(access.reason.as_deref(), Some("not_reached"), "one cause, one finding: {access:?}");
    }
    world.change_user(&json!({"mailbox": "cloud"})).await;
    assert_eq!(world.run(Check::Mailbox).await.state, State::Passed);
}

#[tokio::test]
async fn r10_without_mails_consent_the_users_own_link_tells_of_the_mailbox() {
    let world = World::new().await;
    world.consent(&[Feature::Contacts]).await;
    assert_eq!(world.run(Check::Mailbox).await.reason.as_deref(), Some("grant_missing"));
    world.link("u1", USER, Feature::Contacts).await;
    assert_eq!(world.run(Check::Mailbox).await.state, State::Passed);
    world.change_user(&json!({"mailbox": "none"})).await;
    let found = world.run(Check::Mailbox).await;
    assert_eq!(told(&found), (State::Failed, Some(Failure::MailboxMissing)), "{found:?}");
    assert_eq!(world.run(Check::Account).await.reason.as_deref(), Some("grant_missing"));
}

#[tokio::test]
async fn r10_the_account_is_found_by_any_address_and_must_be_one_that_is_on() {
    let world = World::linked().await;
    world
        .change_user(&json!({"userPrincipalName": "sato@contoso.example", "mail": "sato@contoso.example",
        "proxyAddresses": ["SMTP:sato@contoso.example", format!("smtp:{USER}")]}))
        .await;
    let found = world.run(Check::Account).await;
    assert_eq!(told(&found), (State::Passed, None), "{found:?}");
    assert_eq!(seen(&found, "account"), "sato@contoso.example");
    let sato = format!("tenants/{TENANT}/users/sato@contoso.example");
    world.control(Method::PATCH, &sato, &json!({"accountEnabled": false})).await;
    let found = world.run(Check::Account).await;
    assert_eq!(told(&found), (State::Failed, Some(Failure::AccountDisabled)), "{found:?}");
    world.control(Method::PATCH, &sato, &json!({"proxyAddresses": []})).await;
    let found = world.run(Check::Account).await;
    assert_eq!(told(&found), (State::Failed, Some(Failure::AccountNotFound)), "{found:?}");
    assert_eq!((seen(&found, "address"), seen(&found, "accounts")), (USER, "0"));
    assert_eq!(world.run(Check::Mailbox).await.reason.as_deref(), Some("not_reached"));
}

#[tokio::test]
async fn r10_a_403_on_mailbox_settings_alone_stops_nothing() {
    let world = World::linked().await;
    let found = world.run(Check::Calendar).await;
    assert_eq!(told(&found), (State::Passed, None), "{found:?}");
    assert_eq!(seen(&found, "time_zone"), "not shown (ErrorAccessDenied)");
    assert!(seen(&found, "online_meetings").contains("teamsForBusiness"));
}

#[tokio::test]
async fn r10_a_refused_link_comes_up_once_a_day_until_it_works() {
    let world = World::linked().await;
    let note = async |status, reason| {
        let link = world.accounts.link(&organization(), &member("u1"), Feature::Contacts).await;
        let link = link.expect("an answer").expect("a link");
        world.accounts.note_outcome(&link, status, reason).await.expect("noted");
    };
    // How often a tick every ten minutes finds the link due within so many hours.
    let turns = async |hours: u32| {
        let mut turns = 0;
        for _ in 0..hours * 6 {
            world.pass(10);
            for due in world.accounts.due(Feature::Contacts).await.expect("what is due") {
                turns += 1;
                world.accounts.put_off(&due).await.expect("put off");
            }
        }
        turns
    };
    note(LinkStatus::NoPermission, Some("ErrorAccessDenied")).await;
    let refused = turns(72).await;
    assert!((3..=4).contains(&refused), "{refused} turns in three days");
    // Its turn of the day has just passed: nothing but the success brings it up before the next.
    while turns(1).await == 0 {}
    note(LinkStatus::Linked, None).await;
    let linked = turns(2).await;
    assert!((3..=5).contains(&linked), "{linked} turns in two hours, at once from the first success on");
    note(LinkStatus::AuthenticationFailed, Some("account_not_found")).await;
    assert!(turns(2).await >= 3, "nobody is asked about an address that is not there");
}

#[test]
fn r10_a_grant_that_is_missing_is_a_permission_that_is_missing() {
    let (status, reason) = AccountsError::GrantMissing(Feature::Mail).link_status();
    assert_eq!((status, reason.as_str()), (LinkStatus::NoPermission, "grant_missing"));
    assert_eq!(Failure::of_reason(&reason).who(), Who::Admin);
}

#[tokio::test]
async fn r44_a_refusal_soon_after_a_change_may_take_hours_and_then_it_is_a_rule() {
    let world = World::linked().await;
    // The consent is fresh.
    world.mailbox_rules(&json!({"policyMembers": [OTHER]})).await;
    let found = world.run(Check::MailAccess).await;
    assert_eq!(told(&found), (State::Warning, Some(Failure::AccessPolicyPending)), "{found:?}");
    assert_eq!(found.code.as_deref(), Some("ErrorAccessDenied"));
    assert_eq!(Failure::AccessPolicyPending.who(), Who::Nobody);
    world.pass(4 * 60);
    let found = world.run(Check::MailAccess).await;
    assert_eq!(told(&found), (State::Failed, Some(Failure::AccessPolicy)), "{found:?}");
    assert_eq!(Failure::AccessPolicy.who(), Who::Admin);
    let consent = world.run(Check::MailConsent).await;
    assert_eq!(consent.state, State::Passed, "the permission is there: {consent:?}");

    // The mailbox was let in, and is left out again two hours later.
    world.mailbox_rules(&json!({"policyMembers": [USER]})).await;
    world.mailbox_rules(&json!({"policyMembers": [], "delaySeconds": 7200})).await;
    assert_eq!(world.run(Check::MailAccess).await.state, State::Passed);
    world.mail_was_read().await;
    world.pass(2 * 60 + 1);
    let found = world.run(Check::MailAccess).await;
    assert_eq!(told(&found), (State::Warning, Some(Failure::AccessPolicyPending)), "{found:?}");
    world.pass(60);
    let found = world.run(Check::MailAccess).await;
    assert_eq!(told(&found), (State::Failed, Some(Failure::AccessPolicy)), "{found:?}");
}

#[tokio::test]
async fn a17_a_permission_that_was_taken_back_is_no_policy() {
    let world = World::linked().await;
    world.pass(4 * 60);
    world
        .control(Method::DELETE, &format!("tenants/{TENANT}/apps/{CLIENT}/roles/Mail.Read"), &json!({}))
        .await;
    for check in [Check::MailConsent, Check::MailAccess] {
        let found = world.run(check).await;
        assert_eq!(told(&found), (State::Failed, Some(Failure::ConsentMissing)), "{found:?}");
    }
    assert_eq!(seen(&world.run(Check::MailConsent).await, "missing"), "Mail.Read");
    world
        .control(Method::DELETE, &format!("tenants/{TENANT}/apps/{CLIENT}/roles/User.Read.All"), &json!({}))
        .await;
    let found = world.run(Check::Account).await;
    assert_eq!(told(&found), (State::Failed, Some(Failure::ConsentMissing)), "{found:?}");
    let path = format!("tenants/{TENANT}/apps/{CLIENT}/scopes/Contacts.ReadWrite");
    world.control(Method::DELETE, &path, &json!({})).await;
    // The token at hand still carries it; the next one does not.
    world.pass(70);
    let found = world.run(Check::ContactsConsent).await;
    assert_eq!(told(&found), (State::Failed, Some(Failure::ConsentMissing)), "{found:?}");
    assert_eq!(found.code.as_deref(), Some("AADSTS65001"));
}

#[tokio::test]
async fn m07_one_mailbox_inside_opens_one_outside_is_refused_and_the_commands_are_filled_in() {
    let world = World::linked().await;
    world.pass(4 * 60);
    let found = world.run(Check::OutsideAccess).await;
    assert_eq!(told(&found), (State::Failed, Some(Failure::ScopeTooWide)), "{found:?}");
    let principal = world.principal(Method::GET, &json!({})).await;
    let object_id = principal["id"].as_str().expect("an id");
    let script = found.commands.join("\n");
    for part in [
        format!("New-ServicePrincipal -AppId '{CLIENT}' -ObjectId '{object_id}'"),
        format!("-Member '{USER}'"),
        format!("-Identity '{object_id}' -Resource '{OTHER}'"),
        format!("Remove-MgServicePrincipalAppRoleAssignment -ServicePrincipalId '{object_id}'"),
    ] {
        assert!(script.contains(&part), "{part} is not in {script}");
    }
    assert!(!script.contains(&format!("-Member '{OTHER}'")), "who is outside is not let in: {script}");

    // The scope alone limits nothing while the permission holds for everybody.
    world.mailbox_rules(&json!({"roles": ["Mail.Read"], "roleMembers": [USER], "delaySeconds": 3600})).await;
    world.pass(61);
    assert_eq!(told(&world.run(Check::OutsideAccess).await).1, Some(Failure::ScopeTooWide));

    // Both steps of the script.
    world
        .control(Method::DELETE, &format!("tenants/{TENANT}/apps/{CLIENT}/roles/Mail.Read"), &json!({}))
        .await;
    let outside = world.run(Check::OutsideAccess).await;
    assert_eq!(told(&outside), (State::Passed, None), "{outside:?}");
    assert_eq!((seen(&outside, "mailbox"), seen(&outside, "answer")), (OTHER, "ErrorAccessDenied"));
    assert_eq!(world.run(Check::MailAccess).await.state, State::Passed);
    let consent = world.run(Check::MailConsent).await;
    assert_eq!(consent.state, State::Passed, "{consent:?}");
    assert!(seen(&consent, "limited_to").contains("chosen mailboxes"));

    // Nobody could read a mailbox that is not there.
    world
        .control(Method::PATCH, &format!("tenants/{TENANT}/users/{OTHER}"), &json!({"mailbox": "none"}))
        .await;
    let refused = world.run(Check::OutsideAccess).await;
    assert!(matches!(refused.state, State::Passed | State::Skipped), "{refused:?}");
}
