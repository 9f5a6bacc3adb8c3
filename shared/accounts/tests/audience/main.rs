//! Peer row P14: users by a group of the directory, dynamic or not, but for those who are excluded.

mod many;
mod meanwhile;
mod world;

use accounts::{AccountsError, AudienceStatus, Event, Headcount, LinkStatus};
use reqwest::Method;
use serde_json::json;
use surroundings::{CLIENT, graph_error};
use types::Feature;
use world::{GROUP, TENANT, USERS, World, address, organization, tenant, user};

#[tokio::test]
async fn p14_who_is_in_the_group_is_switched_on_and_who_leaves_is_unlinked() {
    let world = World::new().await;
    world.microsoft.user("stranger@contoso.example", "No user of ours").await;
    for who in ["hanako", "taro", "stranger"] {
        world.enter(who).await;
    }
    world.choose(&[]).await;
    assert_eq!(world.standing().await.status, AudienceStatus::Waiting);
    assert!(world.read().await.is_empty());
    assert_eq!(world.on().await, ["hanako", "taro"]);
    let standing = world.standing().await;
    let headcount = Headcount { members: 3, users: 2, excluded: 0, unknown: 1 };
    assert_eq!((standing.status, standing.headcount), (AudienceStatus::Current, Some(headcount)));
    assert!(standing.read_at.is_some());
    // Nobody is made of whom nobody knows, and once is enough.
    assert_eq!(world.accounts.users(&organization(), 100, None).await.expect("users").0.len(), USERS.len());
    let told = world.events().await.len();
    assert!(world.read().await.is_empty());
    assert_eq!(world.events().await.len(), told, "the same group changes nothing");

    world.go("taro").await;
    assert_eq!(world.read().await, ["taro"], "whoever looks after subscriptions is told");
    assert_eq!((world.on().await, world.rows().await), (vec!["hanako"], 1));
    let group_id = GROUP.to_owned();
    let (linked, unlinked) = (
        Event::UserLinkedByGroup {
            user_id: user("taro"),
            feature: Feature::Mail,
            tenant_id: tenant(),
            group_id: group_id.clone(),
        },
        Event::UserUnlinkedByGroup { user_id: user("taro"), feature: Feature::Mail, group_id },
    );
    let log = world.events().await;
    assert_eq!(log.iter().filter(|event| **event == linked || **event == unlinked).count(), 2, "{log:#?}");
    // An account that is deleted has left too.
    let hanako = format!("tenants/{TENANT}/users/{}", address("hanako"));
    world.microsoft.control(Method::DELETE, &hanako, &json!({})).await;
    assert_eq!(world.read().await, ["hanako"]);
    assert!(world.on().await.is_empty());
    // Who comes back is switched on again.
    world.enter("taro").await;
    world.read().await;
    assert_eq!(world.on().await, ["taro"]);
}

#[tokio::test]
async fn p14_nobody_who_is_excluded_is_switched_on_or_stays_on() {
    let world = World::new().await;
    world.enter("hanako").await;
    world.enter("taro").await;
    world.choose(&["taro"]).await;
    world.read().await;
    assert_eq!(world.on().await, ["hanako"]);
    assert_eq!(world.standing().await.headcount.map(|count| (count.users, count.excluded)), Some((2, 1)));
    world.choose(&["taro", "hanako"]).await;
    assert_eq!(world.read().await, ["hanako"]);
    assert!(world.on().await.is_empty());
}

#[tokio::test]
async fn p14_who_was_linked_by_hand_stays_whatever_the_group_says() {
    let world = World::new().await;
    world.link_by_hand("hanako").await;
    for who in USERS {
        world.enter(who).await;
    }
    world.choose(&[]).await;
    world.read().await;
    // An administrator asks for one whom the group had switched on, and takes another one off.
    world.link_by_hand("taro").await;
    world.unlink_by_hand("jiro").await;
    world.read().await;
    assert_eq!(world.on().await, ["hanako", "taro"], "who was unlinked by hand is not switched on again");
    for who in USERS {
        world.go(who).await;
    }
    assert!(world.read().await.is_empty());
    assert_eq!((world.on().await, world.rows().await), (vec!["hanako", "taro"], 0));
}

#[tokio::test]
async fn p14_nested_and_dynamic_groups_are_groups_and_aliases_are_addresses() {
    let world = World::new().await;
    let nested = "6e0c7a1e-0000-4000-8000-000000000002";
    let rule = "user.userPrincipalName -startsWith \"jiro\"";
    world.group(json!({"id": nested, "displayName": "All of Jiro", "membershipRule": rule})).await;
    world.enter(nested).await;
    let account = json!({"userPrincipalName": "h.sato@contoso.example", "displayName": "Sato",
        "proxyAddresses": ["smtp:Sato@contoso.example"]});
    world.microsoft.account(&account).await;
    world.member(&organization(), "sato").await;
    world.enter("h.sato").await;
    world.choose(&[]).await;
    world.read().await;
    assert_eq!(world.on().await, ["jiro"]);
    assert_eq!(world.status("sato").await, Some(LinkStatus::Syncing), "known by an alias, in another case");
}

#[tokio::test]
async fn p14_a_group_that_is_not_read_to_its_end_changes_nothing() {
    let world = World::new().await;
    // More than one page; the three who count come last or first, as it happens.
    for number in 0..1_000 {
        let who = format!("p{number:04}@contoso.example");
        let mut directory = world.microsoft.app().world();
        let tenant = directory.directory.tenant_mut(TENANT).expect("a tenant");
        let new = serde_json::from_value(json!({"userPrincipalName": who, "displayName": who}));
        let id = tenant.add_user(new.expect("a user")).expect("added").id.clone();
        tenant.add_member(GROUP, &id).expect("a member");
    }
    for who in USERS {
        world.enter(who).await;
    }
    world.choose(&[]).await;
    world.read().await;
    assert_eq!(world.on().await, USERS);
    assert_eq!(
        world.standing().await.headcount.map(|count| (count.members, count.unknown)),
        Some((1_003, 1_000))
    );
    let before = world.standing().await;
    for answer in [
        json!({"status": 503}),
        json!({"status": 404, "body": graph_error("Request_ResourceNotFound")}),
        json!({"dropReply": true}),
    ] {
        let second = json!({"method": "GET", "path": "skiptoken"});
        world.microsoft.fault(&second, &answer, 0).await;
        // The first page alone would say that somebody left.
        world.go("hanako").await;
        let read = world.try_read(&organization()).await;
        assert!(
            read.as_ref().map_or_else(AccountsError::is_retryable, |work| work.ended.is_empty()),
            "{read:?}"
        );
        assert_eq!(world.on().await, USERS, "{answer}");
        world.microsoft.heal().await;
        world.enter("hanako").await;
    }
    assert_eq!(world.standing().await.headcount, before.headcount);
    world.go("hanako").await;
    assert_eq!(world.read().await, ["hanako"]);
}

#[tokio::test]
async fn p14_a_token_that_graph_does_not_take_comes_again_and_stops_nothing() {
    let world = World::new().await;
    world.enter("hanako").await;
    world.choose(&[]).await;
    world.read().await;
    let dead = json!({"status": 401, "body": graph_error("InvalidAuthenticationToken")});
    world.microsoft.fault(&json!({"path": "/transitiveMembers"}), &dead, 1).await;
    world.go("hanako").await;
    let read = world.try_read(&organization()).await;
    assert!(read.is_err(), "{read:?}");
    assert_eq!((world.standing().await.status, world.on().await), (AudienceStatus::Current, vec!["hanako"]));
    assert_eq!(world.read().await, ["hanako"]);
}

#[tokio::test]
async fn p14_a_group_that_is_gone_stops_the_audience_and_unlinks_nobody() {
    let world = World::new().await;
    world.enter("hanako").await;
    world.choose(&[]).await;
    world.read().await;
    let group = format!("tenants/{TENANT}/groups/{GROUP}");
    world.microsoft.control(Method::DELETE, &group, &json!({})).await;
    assert!(world.read().await.is_empty());
    let standing = world.standing().await;
    assert_eq!(
        (standing.status, standing.reason.as_deref()),
        (AudienceStatus::Stopped, Some("group_not_found"))
    );
    assert_eq!(standing.headcount.map(|count| count.members), Some(1), "what was known stays to be seen");
    assert_eq!(world.on().await, ["hanako"]);
    // Restored within its thirty days.
    world
        .group(json!({"id": GROUP, "displayName": "Sales", "members": [address("hanako"), address("taro")]}))
        .await;
    world.read().await;
    assert_eq!(
        (world.standing().await.status, world.on().await),
        (AudienceStatus::Current, vec!["hanako", "taro"])
    );
}

#[tokio::test]
async fn p14_without_the_permission_nothing_is_chosen_or_changed() {
    let world = World::new().await;
    world.enter("hanako").await;
    let permitted = world.connect.require_groups(&organization(), &tenant(), Feature::Mail).await;
    permitted.expect("every permission is there");
    world.choose(&[]).await;
    world.read().await;
    world.forbid().await;
    let refused = world.connect.require_groups(&organization(), &tenant(), Feature::Mail).await;
    assert!(matches!(refused, Err(AccountsError::GroupsNotPermitted)), "{refused:?}");
    world.go("hanako").await;
    world.microsoft.pass(2 * 3600);
    assert!(world.read().await.is_empty());
    let standing = world.standing().await;
    assert_eq!(
        (standing.status, standing.reason.as_deref()),
        (AudienceStatus::Stopped, Some("groups_not_permitted"))
    );
    assert_eq!(world.on().await, ["hanako"], "nobody leaves on the strength of a refusal");
    // Choosing the same again reads with a token that has the permission, however young the other one is.
    world.permit().await;
    world.microsoft.pass(1);
    world.choose(&[]).await;
    assert_eq!(world.read().await, ["hanako"]);
    assert_eq!(world.standing().await.status, AudienceStatus::Current);
}

#[tokio::test]
async fn p14_members_whose_addresses_are_hidden_are_not_taken_for_strangers() {
    let world = World::new().await;
    world.enter("hanako").await;
    world.choose(&[]).await;
    world.read().await;
    // Groups may still be read, but of whom they hold Graph shows nothing but ids.
    let role = format!("tenants/{TENANT}/apps/{CLIENT}/roles/User.Read.All");
    world.microsoft.control(Method::DELETE, &role, &json!({})).await;
    world.microsoft.pass(2 * 3600);
    assert!(world.read().await.is_empty());
    let standing = world.standing().await;
    assert_eq!(
        (standing.status, standing.reason.as_deref()),
        (AudienceStatus::Stopped, Some("groups_not_permitted"))
    );
    assert_eq!(world.on().await, ["hanako"], "nobody leaves because a permission is missing");
}

#[tokio::test]
async fn p14_a_tenant_that_lets_the_application_in_no_more_unlinks_nobody() {
    let world = World::new().await;
    world.enter("hanako").await;
    world.choose(&[]).await;
    world.read().await;
    world.go("hanako").await;
    let application = format!("tenants/{TENANT}/apps/{CLIENT}");
    world.microsoft.control(Method::DELETE, &application, &json!({})).await;
    world.microsoft.pass(2 * 3600);
    assert!(world.read().await.is_empty());
    let standing = world.standing().await;
    assert_eq!(
        (standing.status, standing.reason.as_deref()),
        (AudienceStatus::Stopped, Some("AADSTS700016"))
    );
    assert_eq!(world.on().await, ["hanako"], "nobody leaves on the strength of a refusal");
}

#[tokio::test]
async fn p14_the_end_of_its_tenant_ends_an_audience() {
    let world = World::new().await;
    world.enter("hanako").await;
    world.choose(&[]).await;
    world.read().await;
    world.accounts.begin_tenant_end(&organization(), &tenant()).await.expect("begun");
    assert!(world.read().await.is_empty());
    let gone = world.accounts.audience(&organization(), &tenant(), Feature::Mail).await;
    assert!(matches!(gone, Err(AccountsError::NotFound("audience"))), "{gone:?}");
    assert_eq!(world.rows().await, 0);
}

#[tokio::test]
async fn p14_another_organization_of_the_same_tenant_has_an_audience_of_its_own() {
    let world = World::new().await;
    let another = "o2".parse().expect("an id");
    world.furnish(&another).await;
    world.enter("hanako").await;
    world.choose(&[]).await;
    world.read().await;
    assert_eq!((world.on().await, world.status_in(&another, "hanako").await), (vec!["hanako"], None));
    let unknown = world.accounts.audience(&another, &tenant(), Feature::Mail).await;
    assert!(matches!(unknown, Err(AccountsError::NotFound("audience"))), "{unknown:?}");
    // Its job finds nothing, and its own choice touches only its own users.
    let work = world.try_read(&another).await.expect("nothing to do");
    assert!(work.ended.is_empty() && !work.has_more);
    world.choose_for(&another, GROUP, &["hanako"]).await;
    world.try_read(&another).await.expect("done");
    assert_eq!((world.on().await, world.status_in(&another, "hanako").await), (vec!["hanako"], None));
}

#[tokio::test]
async fn p14_a_subscription_of_who_left_is_told_of_until_it_was() {
    let world = World::new().await;
    world.enter("hanako").await;
    world.choose(&[]).await;
    world.read().await;
    world.go("hanako").await;
    let died = world.try_read(&organization()).await.expect("done");
    assert_eq!(died.ended.len(), 1);
    // The process died before it told anybody.
    let again = world.try_read(&organization()).await.expect("done");
    assert_eq!(again.ended.len(), 1, "it is told again");
    world.settle(&again).await;
    assert!(world.try_read(&organization()).await.expect("done").ended.is_empty());
    assert_eq!(world.rows().await, 0);
}

#[tokio::test]
async fn p14_a_grant_that_comes_back_brings_the_group_back() {
    let world = World::new().await;
    world.enter("hanako").await;
    world.choose(&[]).await;
    world.read().await;
    world.accounts.revoke_grant(&organization(), &tenant(), Feature::Mail).await.expect("revoked");
    world.read().await;
    assert_eq!(world.standing().await.reason.as_deref(), Some("grant_missing"));
    assert_eq!(world.status("hanako").await, Some(LinkStatus::NoPermission));
    world.furnish(&organization()).await;
    world.read().await;
    assert_eq!(world.status("hanako").await, Some(LinkStatus::Syncing));
}

#[tokio::test]
async fn p14_an_audience_that_is_removed_leaves_everybody_as_linked_by_hand() {
    let world = World::new().await;
    world.enter("hanako").await;
    world.choose(&[]).await;
    world.read().await;
    world.remove().await;
    let gone = world.accounts.audience(&organization(), &tenant(), Feature::Mail).await;
    assert!(matches!(gone, Err(AccountsError::NotFound("audience"))), "{gone:?}");
    assert!(world.read().await.is_empty());
    assert_eq!((world.on().await, world.rows().await), (vec!["hanako"], 0));
    // A later choice does not take off whom the first one had switched on.
    world.go("hanako").await;
    world.choose(&[]).await;
    world.read().await;
    world.enter("hanako").await;
    world.read().await;
    world.go("hanako").await;
    world.read().await;
    assert_eq!(world.on().await, ["hanako"]);
}

#[tokio::test]
async fn p14_groups_come_up_every_few_hours_and_refused_ones_once_a_day() {
    let world = World::new().await;
    world.enter("hanako").await;
    world.choose(&[]).await;
    assert_eq!((world.tick().await, world.tick().await), (1, 0), "at once, and once");
    world.read().await;
    assert_eq!(world.tick().await, 0);
    world.microsoft.pass(4 * 3600);
    assert_eq!((world.tick().await, world.tick().await), (1, 0));
    world.forbid().await;
    world.microsoft.pass(2 * 3600);
    world.read().await;
    assert_eq!(world.standing().await.status, AudienceStatus::Stopped);
    let mut queued = 0;
    for _ in 0..6 {
        world.microsoft.pass(4 * 3600);
        queued += world.tick().await;
    }
    assert_eq!(queued, 1, "Microsoft is left alone for a day");
}

#[tokio::test]
async fn p14_what_begins_with_a_sign_in_is_offered_once_and_taken_from_nobody() {
    let world = World::new().await;
    world.grant_contacts().await;
    world.enter("hanako").await;
    world.enter("taro").await;
    world.choose_contacts(&["taro"]).await;
    world.read_contacts().await;
    world.read_contacts().await;
    assert_eq!(world.invited().await, [user("hanako")], "one mail, not to who is excluded");
    let log = world.events().await;
    let told = |event: &&Event| matches!(event, Event::UserInvitedByGroup { user_id, .. } if *user_id == user("hanako"));
    assert_eq!(log.iter().filter(told).count(), 1);
    assert!(world.accounts.links(&organization(), &user("hanako")).await.expect("links").is_empty());
    world.go("hanako").await;
    world.read_contacts().await;
    world.enter("hanako").await;
    world.read_contacts().await;
    assert_eq!(world.invited().await.len(), 2, "who comes back is asked again");
}
