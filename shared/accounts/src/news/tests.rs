//! News, on a table in memory.

use super::*;
use crate::{
    Event,
    stage::{OTHER_TENANT, Stage, TENANT, tenant_of, user},
};

impl Stage {
    /// All news told so far, the oldest first.
    async fn news(&self) -> Vec<News> {
        self.clock.advance(REMOVAL_MAY_FOLLOW);
        let mut untold = self.accounts.untold().await.expect("read");
        untold.sort_by_key(|untold| untold.at);
        untold.into_iter().map(|untold| untold.news).collect()
    }

    async fn linked_mail(&self, id: &str) -> Link {
        let (user, tenant) = (user(id), tenant_of(TENANT));
        let linked = self.accounts.link_by_admin(&self.organization, &user, &tenant, Feature::Mail).await;
        linked.expect("linked")
    }

    async fn note(&self, link: &Link, status: LinkStatus, reason: Option<&str>) {
        self.clock.advance(SignedDuration::from_secs(1));
        self.accounts.note_outcome(link, status, reason).await.expect("noted");
    }

    async fn link_now(&self, id: &str) -> Link {
        let link = self.accounts.link(&self.organization, &user(id), Feature::Mail).await;
        link.expect("read").expect("a link")
    }
}

fn statuses(news: &[News]) -> Vec<(LinkStatus, Option<&str>)> {
    let of_link = |news| match news {
        &News::Link(LinkNews { status, ref reason, .. }) => Some((status, reason.as_deref())),
        _ => None,
    };
    news.iter().filter_map(of_link).collect()
}

#[tokio::test]
async fn r07_each_change_of_a_link_is_told_once_and_its_repeats_are_not() {
    let stage = Stage::new().await;
    stage.grant(&stage.organization, TENANT, Feature::Mail).await;
    let link = stage.linked_mail("sato").await;
    // The workers know the link as it was when they began.
    for (status, reason) in [
        (LinkStatus::Linked, None),
        (LinkStatus::Linked, None),
        (LinkStatus::Failed, Some("ErrorX")),
        (LinkStatus::Failed, Some("ErrorX")),
        (LinkStatus::Failed, Some("ErrorY")),
        (LinkStatus::Linked, None),
    ] {
        stage.note(&link, status, reason).await;
    }
    let expected = [
        (LinkStatus::Syncing, None),
        (LinkStatus::Linked, None),
        (LinkStatus::Failed, Some("ErrorX")),
        (LinkStatus::Failed, Some("ErrorY")),
        (LinkStatus::Linked, None),
    ];
    assert_eq!(statuses(&stage.news().await), expected);
    assert_eq!(stage.link_now("sato").await.status, LinkStatus::Linked);
}

#[tokio::test]
async fn r07_outcomes_noted_at_the_same_moment_are_told_as_they_stand_in_the_end() {
    let stage = Stage::new().await;
    stage.grant(&stage.organization, TENANT, Feature::Mail).await;
    let link = stage.linked_mail("sato").await;
    stage.clock.advance(SignedDuration::from_secs(1));
    let notes = (0..20).map(|_| stage.accounts.note_outcome(&link, LinkStatus::Failed, Some("ErrorX")));
    for noted in futures::future::join_all(notes).await {
        noted.expect("noted");
    }
    let expected = [(LinkStatus::Syncing, None), (LinkStatus::Failed, Some("ErrorX"))];
    assert_eq!(statuses(&stage.news().await), expected);
}

#[tokio::test]
async fn r07_what_an_unlinked_user_s_last_job_says_is_not_told() {
    let stage = Stage::new().await;
    stage.grant(&stage.organization, TENANT, Feature::Mail).await;
    let link = stage.linked_mail("sato").await;
    stage.clock.advance(SignedDuration::from_secs(1));
    stage.accounts.unlink(&stage.organization, &user("sato"), Feature::Mail).await.expect("unlinked");
    stage.note(&link, LinkStatus::Failed, Some("ErrorX")).await;
    let expected = [(LinkStatus::Syncing, None), (LinkStatus::Unlinked, None)];
    assert_eq!(statuses(&stage.news().await), expected);
    assert_eq!(stage.link_now("sato").await.status, LinkStatus::Unlinked);
}

#[tokio::test]
async fn b16_unlinking_again_is_neither_told_nor_logged_again() {
    let stage = Stage::new().await;
    stage.grant(&stage.organization, TENANT, Feature::Mail).await;
    stage.linked_mail("sato").await;
    for _ in 0..2 {
        stage.clock.advance(SignedDuration::from_secs(1));
        stage.accounts.unlink(&stage.organization, &user("sato"), Feature::Mail).await.expect("unlinked");
    }
    let expected = [(LinkStatus::Syncing, None), (LinkStatus::Unlinked, None)];
    assert_eq!(statuses(&stage.news().await), expected);
    let unlinked = |event: &Event| matches!(event, Event::UserUnlinked { .. });
    assert_eq!(stage.events().await.iter().filter(|&event| unlinked(event)).count(), 1);
    let never = stage.accounts.unlink(&stage.organization, &user("suzuki"), Feature::Mail).await;
    assert!(matches!(never, Err(AccountsError::NotFound("link"))), "{never:?}");
}

#[tokio::test]
async fn c05_a_grant_is_told_when_it_is_new_and_when_it_ends() {
    let stage = Stage::new().await;
    for _ in 0..2 {
        stage.grant(&stage.organization, TENANT, Feature::Mail).await;
        stage.clock.advance(SignedDuration::from_secs(1));
    }
    stage.grant(&stage.organization, OTHER_TENANT, Feature::Contacts).await;
    let (organization, tenant) = (&stage.organization, tenant_of(TENANT));
    for _ in 0..2 {
        stage.clock.advance(SignedDuration::from_secs(1));
        stage.accounts.revoke_grant(organization, &tenant, Feature::Mail).await.expect("revoked");
    }
    stage.clock.advance(SignedDuration::from_secs(1));
    stage.accounts.remove_tenant(organization, &tenant_of(OTHER_TENANT)).await.expect("removed");
    let news = stage.news().await;
    let grants: Vec<_> = news
        .iter()
        .map(|news| match news {
            News::Grants(GrantNews { tenant_id, granted, revoked, is_removed, .. }) => {
                (tenant_id.as_str(), granted.as_slice(), revoked.as_slice(), *is_removed)
            }
            other => panic!("{other:?}"),
        })
        .collect();
    let expected: [(_, &[Feature], &[Feature], _); 4] = [
        (TENANT, &[Feature::Mail], &[], false),
        (OTHER_TENANT, &[Feature::Contacts], &[], false),
        (TENANT, &[], &[Feature::Mail], false),
        (OTHER_TENANT, &[], &[Feature::Contacts], true),
    ];
    assert_eq!(grants, expected);
}

#[tokio::test]
async fn news_go_once_and_a_tick_does_not_bring_up_what_the_last_one_did() {
    let stage = Stage::new().await;
    stage.grant(&stage.organization, TENANT, Feature::Mail).await;
    let [untold] = <[Untold; 1]>::try_from(stage.accounts.untold().await.expect("read")).expect("one");
    let pause = SignedDuration::from_mins(2);
    stage.accounts.put_off_news(&untold, pause).await.expect("put off");
    assert!(stage.accounts.untold().await.expect("read").is_empty());
    stage.clock.advance(pause);
    assert_eq!(stage.accounts.untold().await.expect("read").len(), 1, "a job that was lost");
    let found = stage.accounts.news(&stage.organization, &untold.id).await.expect("read");
    assert_eq!(found.map(|found| found.news), Some(untold.news.clone()));
    assert!(stage.accounts.aws.transact_if(vec![stage.accounts.told(&untold)]).await.expect("written"));
    assert!(!stage.accounts.aws.transact_if(vec![stage.accounts.told(&untold)]).await.expect("written"));
    assert_eq!(stage.accounts.news(&stage.organization, &untold.id).await.expect("read"), None);
}
