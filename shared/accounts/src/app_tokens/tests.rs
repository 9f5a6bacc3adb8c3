//! One token a tenant and hour, only under a grant, and none where it can be read.

use secrecy::ExposeSecret;
use types::Feature;

use super::*;
use crate::{
    LinkStatus,
    stage::{Stage, TENANT, tenant_of},
};

impl Stage {
    async fn granted() -> (Self, Link) {
        let stage = Self::new().await;
        stage.grant(&stage.organization, TENANT, Feature::Mail).await;
        let link = stage.link_in(&stage.organization, "sato", TENANT, Feature::Mail).await.expect("linked");
        (stage, link)
    }
}

async fn work(tokens: &AppTokens, link: &Link) -> String {
    let token = tokens.access_token(link, TokenUse::Work).await.expect("a token");
    token.expose_secret().to_owned()
}

#[tokio::test]
async fn however_many_ask_entra_is_asked_once_an_hour() {
    let (stage, link) = Stage::granted().await;
    let tokens = stage.app_tokens();
    let got = futures::future::join_all((0..50).map(|_| work(&tokens, &link))).await;
    assert!(got.iter().all(|token| token == "SECRET-1"), "{got:?}");
    // A process that has just started takes what lies in the store.
    assert_eq!((work(&stage.app_tokens(), &link).await, stage.asked()), ("SECRET-1".to_owned(), 1));
    stage.advance(53);
    assert_eq!(work(&tokens, &link).await, "SECRET-1");
    stage.advance(1);
    assert_eq!(work(&tokens, &link).await, "SECRET-2", "it must outlive the work begun with it");
    assert_eq!((work(&stage.app_tokens(), &link).await, stage.asked()), ("SECRET-2".to_owned(), 2));
    assert!(!stage.stored().await.contains("SECRET"), "a token lies open in the store");
    assert!(!format!("{tokens:?}").contains("SECRET"));
}

#[tokio::test]
async fn without_a_grant_there_is_a_token_to_clean_up_with_only() {
    let (stage, link) = Stage::granted().await;
    let tokens = stage.app_tokens();
    work(&tokens, &link).await;
    stage
        .accounts
        .revoke_grant(&stage.organization, &tenant_of(TENANT), Feature::Mail)
        .await
        .expect("revoked");
    for tokens in [&tokens, &stage.app_tokens()] {
        let refused = tokens.access_token(&link, TokenUse::Work).await.expect_err("a token");
        assert!(matches!(refused, AccountsError::GrantMissing(Feature::Mail)), "{refused:?}");
        tokens.access_token(&link, TokenUse::CleanUp).await.expect("a token");
    }
    stage.accounts.remove_tenant(&stage.organization, &tenant_of(TENANT)).await.expect("removed");
    let refused = tokens.access_token(&link, TokenUse::Work).await.expect_err("a token");
    assert!(matches!(refused, AccountsError::GrantMissing(Feature::Mail)), "{refused:?}");
    tokens.access_token(&link, TokenUse::CleanUp).await.expect("a token");
    assert_eq!(stage.asked(), 1);
    let delegated = Link { feature: Feature::Calendar, ..link };
    for token_use in [TokenUse::Work, TokenUse::CleanUp] {
        let refused = tokens.access_token(&delegated, token_use).await.expect_err("a token");
        assert!(matches!(refused, AccountsError::GrantMissing(Feature::Calendar)), "{refused:?}");
    }
}

#[tokio::test]
async fn another_organization_needs_a_grant_and_gets_a_token_of_its_own() {
    let (stage, link) = Stage::granted().await;
    let tokens = stage.app_tokens();
    assert_eq!(work(&tokens, &link).await, "SECRET-1");
    let another: OrganizationId = "o2".parse().expect("an id");
    stage.furnish(&another).await;
    let foreign = Link { organization_id: another.clone(), ..link.clone() };
    let refused = tokens.access_token(&foreign, TokenUse::Work).await.expect_err("a token");
    assert!(matches!(refused, AccountsError::GrantMissing(Feature::Mail)), "{refused:?}");
    stage.grant(&another, TENANT, Feature::Mail).await;
    assert_eq!(work(&tokens, &foreign).await, "SECRET-2");
    // Somebody who can write the table moves the sealed token over: it does not open.
    let stored: Stored<AppTokenItem> =
        stage.accounts.table.get(key_of(&owner_of(&link))).await.expect("read").expect("an item");
    let moved =
        stage.accounts.table.put(&Stored::at(key_of(&owner_of(&foreign)), &stored.record)).expect("a write");
    stage.accounts.aws.write(moved).await.expect("written");
    let refused = stage.app_tokens().access_token(&foreign, TokenUse::Work).await.expect_err("opened");
    assert!(matches!(refused, AccountsError::Seal), "{refused:?}");
}

#[tokio::test]
async fn a_token_that_graph_did_not_take_is_given_up_and_a_newer_one_stays() {
    let (stage, link) = Stage::granted().await;
    let (one, other) = (stage.app_tokens(), stage.app_tokens());
    assert_eq!(work(&one, &link).await, "SECRET-1");
    assert_eq!(work(&other, &link).await, "SECRET-1");
    one.forget(&link).await.expect("forgotten");
    assert_eq!(work(&one, &link).await, "SECRET-2");
    other.forget(&link).await.expect("forgotten");
    assert_eq!(work(&other, &link).await, "SECRET-2", "only the old one was bad");
    assert_eq!(stage.asked(), 2);
    stage.app_tokens().forget(&link).await.expect("nothing to forget");
    assert_eq!((work(&stage.app_tokens(), &link).await, stage.asked()), ("SECRET-2".to_owned(), 2));
}

#[tokio::test]
async fn a_token_older_than_the_consent_is_not_used() {
    let (stage, link) = Stage::granted().await;
    let tokens = stage.app_tokens();
    assert_eq!(work(&tokens, &link).await, "SECRET-1");
    stage.advance(1);
    stage.grant(&stage.organization, TENANT, Feature::Mail).await;
    assert_eq!(work(&tokens, &link).await, "SECRET-2", "it may lack what was consented to now");
}

#[tokio::test]
async fn a_tenant_that_does_not_know_us_is_no_permission() {
    let (stage, link) = Stage::granted().await;
    stage.refuse(700_016);
    let refused = stage.app_tokens().access_token(&link, TokenUse::Work).await.expect_err("a token");
    assert_eq!(refused.link_status(), (LinkStatus::NoPermission, "AADSTS700016".to_owned()));
    assert!(!refused.is_retryable());
}
