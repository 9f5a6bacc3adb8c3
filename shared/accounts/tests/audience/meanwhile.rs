//! What happens while a group is read counts, and not what was known when the reading began (peer row P14).

use std::collections::BTreeSet;
use std::time::Duration;

use accounts::{AccountsError, Audience, AudienceStatus, AudienceWork, LinkStatus, Version};
use serde_json::json;
use types::Feature;

use crate::world::{GROUP, World, organization, tenant, user};

impl World {
    /// Reads the group; Graph's answer is on the way while something else is done.
    async fn read_while(&self, done: impl Future<Output = ()>) -> AudienceWork {
        let (met, group) = (self.microsoft.struck().await, json!({"path": "/transitiveMembers"}));
        self.microsoft.fault(&group, &json!({"replyDelayMs": 1_500}), 1).await;
        let own = organization();
        let meanwhile = async {
            while self.microsoft.struck().await == met {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            done.await;
        };
        let (work, ()) = tokio::join!(self.try_read(&own), meanwhile);
        work.expect("done")
    }
}

#[tokio::test]
async fn p14_a_reading_that_began_before_another_choice_changes_nothing() {
    let world = World::new().await;
    world.enter("hanako").await;
    world.enter("taro").await;
    world.choose(&["taro"]).await;
    world.read_while(Box::pin(world.choose(&["hanako", "taro"]))).await;
    assert!(world.on().await.is_empty(), "who is excluded by now was switched on");
    // With nobody to switch on or off it has nothing to say of the new choice either.
    world.read_while(Box::pin(world.choose(&["hanako"]))).await;
    let standing = world.standing().await;
    assert_eq!((standing.status, standing.read_at), (AudienceStatus::Waiting, None));
    world.read().await;
    assert_eq!(world.on().await, ["taro"]);
}

#[tokio::test]
async fn p14_of_two_who_saw_the_same_choice_one_wins() {
    let world = World::new().await;
    let (own, tenant, accounts) = (organization(), tenant(), &world.accounts);
    let put = async |excluded: &str, expected: Option<&Version>| {
        let group_id = GROUP.parse().expect("an id");
        let audience = Audience { group_id, excluded_user_ids: BTreeSet::from([user(excluded)]) };
        let put = accounts.put_audience(&own, &tenant, Feature::Mail, &audience, expected).await;
        put.map(|put| put.version)
    };
    // Nothing is there yet, whatever was seen.
    let none = put("jiro", Some(&Version::named("v"))).await;
    assert!(matches!(none, Err(AccountsError::Changed)), "{none:?}");
    let seen = put("jiro", None).await.expect("chosen");
    let (one, other) = tokio::join!(put("hanako", Some(&seen)), put("taro", Some(&seen)));
    let (won, lost) = if one.is_ok() { (one, other) } else { (other, one) };
    assert!(matches!(lost, Err(AccountsError::Changed)), "{won:?} {lost:?}");
    let standing = accounts.audience(&own, &tenant, Feature::Mail).await.expect("an audience");
    assert_eq!(standing.version, won.expect("one wins"));
    let removed = accounts.remove_audience(&own, &tenant, Feature::Mail, Some(&seen)).await;
    assert!(matches!(removed, Err(AccountsError::Changed)), "{removed:?}");
}

#[tokio::test]
async fn p14_who_is_asked_for_by_hand_while_the_group_is_read_stays() {
    let world = World::new().await;
    world.enter("hanako").await;
    world.choose(&[]).await;
    world.read().await;
    world.go("hanako").await;
    let work = world.read_while(Box::pin(world.link_by_hand("hanako"))).await;
    assert!(work.ended.is_empty() && work.has_more, "{work:?}");
    world.read().await;
    assert_eq!((world.on().await, world.rows().await), (vec!["hanako"], 0));
}

#[tokio::test]
async fn p14_who_is_taken_off_by_hand_while_the_group_is_read_is_told_of_once() {
    let world = World::new().await;
    world.enter("hanako").await;
    world.choose(&[]).await;
    world.read().await;
    world.go("hanako").await;
    let work = world.read_while(Box::pin(world.unlink_by_hand("hanako"))).await;
    assert!(work.ended.is_empty(), "whoever unlinked told of it");
    assert!(world.read().await.is_empty());
    let log = format!("{:?}", world.events().await);
    assert_eq!((log.matches("UserUnlinked").count(), world.rows().await), (1, 0), "{log}");
}

#[tokio::test]
async fn p14_who_comes_back_before_it_was_told_of_is_the_groups_again() {
    let world = World::new().await;
    world.enter("hanako").await;
    world.choose(&[]).await;
    world.read().await;
    world.go("hanako").await;
    let late = world.try_read(&organization()).await.expect("done");
    assert_eq!(late.ended.len(), 1);
    world.enter("hanako").await;
    world.try_read(&organization()).await.expect("done");
    world.settle(&late).await;
    assert_eq!((world.on().await, world.rows().await), (vec!["hanako"], 1));
    world.go("hanako").await;
    assert_eq!(world.read().await, ["hanako"]);
}

#[tokio::test]
async fn p14_nobody_is_switched_on_once_the_grant_is_taken_back_or_the_user_removed() {
    let world = World::new().await;
    world.enter("hanako").await;
    world.choose(&[]).await;
    let revoke = async {
        let revoked = world.accounts.revoke_grant(&organization(), &tenant(), Feature::Mail).await;
        revoked.expect("revoked");
    };
    world.read_while(Box::pin(revoke)).await;
    assert_eq!(world.status("hanako").await, None, "on without a grant");
    world.furnish(&organization()).await;
    let remove = async {
        world.accounts.remove_user(&organization(), &user("hanako")).await.expect("removed");
    };
    world.read_while(Box::pin(remove)).await;
    assert_eq!((world.status("hanako").await, world.rows().await), (None, 0), "on without a user");
    world.member(&organization(), "hanako").await;
    world.read().await;
    assert_eq!(world.status("hanako").await, Some(LinkStatus::Syncing));
}
