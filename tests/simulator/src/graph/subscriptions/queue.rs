//! Notifications that wait, requests under way, and what became of each.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::Notify;
use uuid::Uuid;

use super::notice::Notice;
use super::settings::{Loss, NotificationSettings};

/// The longest wait between two attempts.
const RETRY_MAX: SignedDuration = SignedDuration::from_mins(10);
/// How many requests are remembered; of those that are done, the oldest go first.
const REMEMBERED: usize = 50_000;

/// Everything about notifications that is not in the world: a restart forgets it.
#[derive(Debug, Default)]
pub(crate) struct Notifications {
    state: Mutex<State>,
    /// Rung when there may be something to send.
    pub(super) bell: Notify,
}

#[derive(Debug, Default)]
struct State {
    settings: NotificationSettings,
    /// In the order of their changes, each with when it is due.
    waiting: Vec<(Timestamp, Notice)>,
    deliveries: BTreeMap<u64, Delivery>,
    /// To be sent as soon as there is room.
    ready: VecDeque<u64>,
    /// To be sent again at that time.
    retrying: BTreeSet<(Timestamp, u64)>,
    in_flight: usize,
    /// The last number given to a delivery.
    last: u64,
    counts: Counts,
}

/// Counts of notifications; copies count.
#[derive(Debug, Clone, Copy, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Counts {
    delivered: u64,
    failed: u64,
    lost: u64,
}

/// One request with all its attempts.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Delivery {
    id: u64,
    url: String,
    lifecycle: bool,
    subscription_ids: BTreeSet<Uuid>,
    notifications: u64,
    state: DeliveryState,
    attempts: Vec<Attempt>,
    next_attempt: Option<Timestamp>,
    #[serde(skip)]
    body: Bytes,
    #[serde(skip)]
    wait: SignedDuration,
}

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
enum DeliveryState {
    /// It is under way, or will be as soon as there is room.
    Sending,
    /// An attempt failed; there will be another.
    Retrying,
    /// Answered with success.
    Delivered,
    /// Given up.
    Failed,
}

/// One attempt.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Attempt {
    /// When it began.
    pub(crate) at: Timestamp,
    /// How long it took, milliseconds of real time.
    pub(crate) took_ms: u64,
    /// The HTTP status; none without an answer.
    pub(crate) status: Option<u16>,
    /// Why there was no answer.
    pub(crate) error: Option<String>,
}

/// A request to send now.
#[derive(Debug)]
pub(super) struct Order {
    pub(super) id: u64,
    pub(super) url: String,
    pub(super) body: Bytes,
}

fn duration(milliseconds: u64) -> SignedDuration {
    SignedDuration::from_millis(i64::try_from(milliseconds).unwrap_or(i64::MAX))
}

impl Notifications {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The settings as they are now.
    pub(crate) fn settings(&self) -> NotificationSettings {
        self.lock().settings.clone()
    }

    /// Replaces the settings.
    pub(crate) fn set_settings(&self, settings: NotificationSettings) {
        self.lock().settings = settings;
        self.bell.notify_one();
    }

    /// Forgets everything; the settings are the first ones again.
    pub(crate) fn clear(&self) {
        let mut state = self.lock();
        // Requests still under way must not be taken for new ones.
        *state = State { last: state.last, ..State::default() };
    }

    /// Takes a change to tell: with its duplicates, unless it is one to be lost.
    pub(super) fn tell(&self, notice: &Notice, now: Timestamp) {
        let mut state = self.lock();
        let copies = 1 + state.settings.duplicates;
        if state.loses() {
            state.counts.lost += 1;
            return;
        }
        let due = now + duration(state.settings.latency_ms);
        state.waiting.extend((0..copies).map(|_| (due, notice.clone())));
    }

    /// Takes a notification that goes out at once, whatever the settings say of loss.
    pub(crate) fn send(&self, notice: Notice, now: Timestamp) {
        self.lock().waiting.push((now, notice));
        self.bell.notify_one();
    }

    /// The requests to send now; each must be reported to [`Notifications::finish`].
    pub(super) fn orders(&self, now: Timestamp) -> Vec<Order> {
        let mut state = self.lock();
        if state.settings.paused {
            return Vec::new();
        }
        state.form(now);
        let room = state.settings.concurrency.saturating_sub(state.in_flight);
        let count = room.min(state.ready.len());
        let ids: Vec<u64> = state.ready.drain(..count).collect();
        state.in_flight += ids.len();
        let order = |id: u64| {
            let delivery = state.deliveries.get(&id)?;
            Some(Order { id, url: delivery.url.clone(), body: delivery.body.clone() })
        };
        ids.into_iter().filter_map(order).collect()
    }

    /// How an attempt went.
    pub(super) fn finish(&self, id: u64, attempt: Attempt, now: Timestamp) {
        self.lock().finish(id, attempt, now);
        self.bell.notify_one();
    }

    /// Counts and settings, and with `all` every request.
    pub(crate) fn show(&self, all: bool) -> Value {
        let state = self.lock();
        let open = |wanted| {
            let open = state.deliveries.values().filter(|delivery| delivery.state == wanted);
            open.map(|delivery| delivery.notifications).sum::<u64>()
        };
        let mut shown = json!(state.counts);
        shown["waiting"] = state.waiting.len().into();
        shown["sending"] = open(DeliveryState::Sending).into();
        shown["retrying"] = open(DeliveryState::Retrying).into();
        shown["settings"] = json!(state.settings);
        if all {
            shown["deliveries"] = state.deliveries.values().map(|delivery| json!(delivery)).collect();
        }
        shown
    }
}

impl State {
    /// Whether the next change is one to be lost.
    fn loses(&mut self) -> bool {
        match &mut self.settings.loss {
            None | Some(Loss::Next(0)) => false,
            Some(Loss::Next(count)) => {
                *count -= 1;
                true
            }
            Some(Loss::Share(share)) => chance() < *share,
        }
    }

    /// Puts what is due into requests.
    fn form(&mut self, now: Timestamp) {
        let due_again = self.retrying.iter().take_while(|(due, _)| *due <= now).count();
        for _ in 0..due_again {
            if let Some((_, id)) = self.retrying.pop_first() {
                self.set_state(id, DeliveryState::Sending);
                self.ready.push_back(id);
            }
        }
        let (mut due, later): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.waiting).into_iter().partition(|(due, _)| *due <= now);
        self.waiting = later;
        if self.settings.shuffle {
            due.sort_by_cached_key(|_| Uuid::new_v4());
        }
        let mut open: BTreeMap<(String, bool), Vec<Notice>> = BTreeMap::new();
        for (_, notice) in due {
            let key = (notice.url.clone(), notice.lifecycle);
            let batch = open.entry(key).or_default();
            batch.push(notice);
            if batch.len() >= self.settings.batch_size {
                let full = std::mem::take(batch);
                self.deliver(full);
            }
        }
        for (_, batch) in open {
            if !batch.is_empty() {
                self.deliver(batch);
            }
        }
    }

    /// One request for these; all go to one place.
    fn deliver(&mut self, notices: Vec<Notice>) {
        let Some(first) = notices.first() else { return };
        self.last += 1;
        let bodies: Vec<&Value> = notices.iter().map(|notice| &notice.body).collect();
        let delivery = Delivery {
            id: self.last,
            url: first.url.clone(),
            lifecycle: first.lifecycle,
            subscription_ids: notices.iter().map(|notice| notice.subscription).collect(),
            notifications: notices.len() as u64,
            state: DeliveryState::Sending,
            attempts: Vec::new(),
            next_attempt: None,
            body: json!({ "value": bodies }).to_string().into(),
            wait: duration(self.settings.retry_first_ms),
        };
        if self.deliveries.len() >= REMEMBERED {
            let done = |delivery: &&Delivery| delivery.body.is_empty();
            let oldest = self.deliveries.values().find(done).map(|delivery| delivery.id);
            oldest.and_then(|id| self.deliveries.remove(&id));
        }
        self.ready.push_back(delivery.id);
        self.deliveries.insert(delivery.id, delivery);
    }

    fn finish(&mut self, id: u64, attempt: Attempt, now: Timestamp) {
        // Forgotten by a reset: it was not counted since.
        let Some(delivery) = self.deliveries.get_mut(&id) else { return };
        self.in_flight = self.in_flight.saturating_sub(1);
        let success = attempt.status.is_some_and(|status| (200..300).contains(&status));
        let begun = delivery.attempts.first().map_or(attempt.at, |first| first.at);
        delivery.attempts.push(attempt);
        let next = now + delivery.wait;
        let last_chance = begun + duration(self.settings.retry_seconds.saturating_mul(1_000));
        delivery.next_attempt = None;
        if success {
            delivery.state = DeliveryState::Delivered;
            self.counts.delivered += delivery.notifications;
            delivery.body = Bytes::new();
        } else if next > last_chance {
            delivery.state = DeliveryState::Failed;
            self.counts.failed += delivery.notifications;
            delivery.body = Bytes::new();
        } else {
            delivery.state = DeliveryState::Retrying;
            delivery.next_attempt = Some(next);
            delivery.wait = RETRY_MAX.min(delivery.wait * 2);
            self.retrying.insert((next, id));
        }
    }

    fn set_state(&mut self, id: u64, state: DeliveryState) {
        if let Some(delivery) = self.deliveries.get_mut(&id) {
            delivery.state = state;
        }
    }
}

/// A number from 0 up to, but not, 1.
fn chance() -> f64 {
    let (random, _) = Uuid::new_v4().as_u64_pair();
    f64::from(u32::try_from(random >> 32).unwrap_or(0)) / (f64::from(u32::MAX) + 1.0)
}
