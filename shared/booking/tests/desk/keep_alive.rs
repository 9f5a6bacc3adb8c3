//! R03: a calendar link outlives its refresh token, whether anybody books or not. R05: every call for a token
//! goes to the tenant's own authority and says what for.

use std::collections::HashSet;

use accounts::LinkStatus;
use booking::{FreeTimes, Why};
use types::Feature;

use crate::world::{TENANT, World, host, organization};

/// A refresh token rests at most 90 days; this is two of its lives and more.
const DAYS: u32 = 200;
const DAY: u32 = 24 * 60 * 60;

#[tokio::test]
async fn r03_an_idle_calendar_link_outlives_its_refresh_token() {
    let world = World::new().await;
    for day in 1..=DAYS {
        world.pass(DAY);
        assert_eq!(world.look_after_links().await, 1, "day {day}: once a day");
        assert_eq!(world.look_after_links().await, 0, "day {day}: and no more");
    }
    assert!(!world.free_starts().await.is_empty(), "the calendar is closed");
    let refreshes = refreshes(&world).await;
    // Every thirty days and a little, and once for the question above.
    assert!((6..=8).contains(&refreshes), "{refreshes} refreshes");
    assert_eq!(status(&world).await, LinkStatus::Linked);
}

#[tokio::test]
async fn r03_a_calendar_link_in_use_is_left_alone_and_lives() {
    let world = World::new().await;
    let mut asked = 0;
    for day in 1..=DAYS {
        world.pass(DAY);
        world.look_after_links().await;
        if day % 20 == 0 {
            assert!(!world.free_starts().await.is_empty(), "day {day}: the calendar is closed");
            asked += 1;
        }
    }
    assert_eq!(refreshes(&world).await, asked, "a token in use needs no other refresh");
    assert_eq!(status(&world).await, LinkStatus::Linked);
}

/// What the others show would not be shown if tokens lived for ever.
#[tokio::test]
async fn r03_a_calendar_link_that_nobody_looks_after_dies() {
    let world = World::new().await;
    world.pass(91 * DAY);
    let closed = world.free().await;
    assert!(matches!(closed, FreeTimes::Unreadable(Why::NotLinked)), "{closed:?}");
    assert_eq!(status(&world).await, LinkStatus::ReconnectNeeded);
    // A link that a person has to mend costs no further calls.
    let calls = world.token_calls().await.len();
    world.look_after_links().await;
    assert_eq!(world.token_calls().await.len(), calls);
}

/// How often Entra refreshed, each time with the newest token, at the tenant's authority, with the scopes.
async fn refreshes(world: &World) -> usize {
    let mut used = HashSet::new();
    for (path, form) in world.token_calls().await {
        assert_eq!(path, format!("/{TENANT}/oauth2/v2.0/token"), "another authority");
        let scope = form.get("scope").expect("a call without scope");
        assert!(scope.contains("Calendars.ReadWrite") && scope.contains("offline_access"), "{scope}");
        if let Some(token) = form.get("refresh_token") {
            assert!(used.insert(token.clone()), "a replaced refresh token was used again");
        }
    }
    used.len()
}

async fn status(world: &World) -> LinkStatus {
    let link = world.accounts.link(&organization(), &host(), Feature::Calendar).await;
    link.expect("an answer").expect("a link").status
}
