//! The task that tells changes, ends subscriptions, and sends what waits.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::app::App;
use crate::model::mailbox::ItemKind;
use crate::model::subscription::Standing;
use crate::model::{Subscription, World};

use super::notice::{LifecycleEvent, of_change, of_lifecycle};
use super::outgoing;
use super::queue::{Attempt, Order};
use super::settings::NotificationSettings;

/// How often changes are looked for.
const PACE: Duration = Duration::from_millis(20);
/// How often subscriptions are looked over.
const REVIEW_PACE: Duration = Duration::from_millis(200);

/// Runs until it is aborted; requests under way end with it.
pub(crate) async fn run(app: Arc<App>) {
    let mut requests = JoinSet::new();
    let mut reviewed: Option<Instant> = None;
    loop {
        let now = app.clock.now();
        {
            let mut world = app.world();
            collect(&app, &mut world, now);
            if reviewed.is_none_or(|at| at.elapsed() >= REVIEW_PACE) {
                review(&app, &mut world, now);
                reviewed = Some(Instant::now());
            }
        }
        for order in app.notifications.orders(now) {
            requests.spawn(deliver(Arc::clone(&app), order));
        }
        while requests.try_join_next().is_some() {}
        tokio::select! {
            () = app.notifications.bell.notified() => {}
            () = tokio::time::sleep(PACE) => {}
        }
    }
}

async fn deliver(app: Arc<App>, order: Order) {
    let timeout = Duration::from_millis(app.notifications.settings().answer_timeout_ms);
    let (at, begun) = (app.clock.now(), Instant::now());
    let answer =
        outgoing::post(&app, &order.url, "application/json; charset=utf-8", order.body, timeout).await;
    let took_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    let (status, error) = match answer {
        Ok(answer) => (Some(answer.status), None),
        Err(error) if error.is_timeout() => (None, Some("no answer in time".to_owned())),
        Err(error) => (None, Some(error.without_url().to_string())),
    };
    app.notifications.finish(order.id, Attempt { at, took_ms, status, error }, app.clock.now());
}

/// Hands every change since the last time to the subscriptions that it concerns.
pub(crate) fn collect(app: &App, world: &mut World, now: Timestamp) {
    for change in world.take_item_changes() {
        let Some(mailbox) = world.mailboxes.get(&change.user_id) else { continue };
        let concerned = |subscription: &&Subscription| {
            subscription.expires > now
                && subscription.unauthorized_since.is_none()
                && subscription.watched.covers(&change.user_id, &change.announcement)
                && subscription.change_types.contains(&change.announcement.change_type)
        };
        for subscription in world.subscriptions.values().filter(concerned) {
            app.notifications.tell(&of_change(subscription, mailbox, &change.announcement), now);
        }
    }
}

/// Ends what is over, asks for what is missing, lets happen what is due in calendars that are followed.
fn review(app: &App, world: &mut World, now: Timestamp) {
    let events = world.subscriptions.values().filter(|found| found.watched.kind == ItemKind::Event);
    let followed: BTreeSet<String> = events.map(|found| found.watched.user_id.clone()).collect();
    for user_id in followed {
        world.settle_calendar(&user_id, now);
    }
    world.subscriptions.retain(|_, subscription| subscription.expires > now);
    let settings = app.notifications.settings();
    let standings: Vec<(Uuid, Standing)> =
        world.subscriptions.values().map(|found| (found.id, world.standing(found))).collect();
    for (id, standing) in standings {
        let Some(subscription) = world.subscriptions.get_mut(&id) else { continue };
        match next_step(subscription, standing, &settings, now) {
            Step::Nothing => {}
            Step::Remove => {
                remove(app, world, id, now);
            }
            Step::Ask => {
                match standing {
                    Standing::Authorized => subscription.renewal_asked = true,
                    _ => subscription.unauthorized_since = Some(now),
                }
                let notice = of_lifecycle(subscription, LifecycleEvent::ReauthorizationRequired);
                notice.into_iter().for_each(|notice| app.notifications.send(notice, now));
            }
        }
    }
}

/// What is to be done about a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Nothing,
    /// Its maker is asked to renew or authorize it.
    Ask,
    /// It is removed, and its maker told.
    Remove,
}

fn next_step(
    subscription: &Subscription,
    standing: Standing,
    settings: &NotificationSettings,
    now: Timestamp,
) -> Step {
    let seconds = |count: u64| SignedDuration::from_secs(i64::try_from(count).unwrap_or(i64::MAX));
    match (standing, subscription.unauthorized_since) {
        (Standing::Dead, _) => Step::Remove,
        (Standing::Unauthorized, None) => Step::Ask,
        // Also when the grant came back meanwhile: somebody has to say so.
        (_, Some(since)) if now.duration_since(since) >= seconds(settings.unauthorized_seconds) => {
            Step::Remove
        }
        (_, Some(_)) => Step::Nothing,
        (Standing::Authorized, None) => {
            let near = settings
                .renewal_asked_seconds
                .is_some_and(|before| subscription.expires.duration_since(now) <= seconds(before));
            if near && !subscription.renewal_asked { Step::Ask } else { Step::Nothing }
        }
    }
}

/// Removes a subscription and tells its maker. False when there is none.
pub(crate) fn remove(app: &App, world: &mut World, id: Uuid, now: Timestamp) -> bool {
    let Some(removed) = world.subscriptions.remove(&id) else { return false };
    let notice = of_lifecycle(&removed, LifecycleEvent::SubscriptionRemoved);
    notice.into_iter().for_each(|notice| app.notifications.send(notice, now));
    true
}
