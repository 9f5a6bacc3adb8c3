//! Keeps exactly one live subscription for every link that wants one, and none for any other, whatever dies
//! in between (requirement R26).
//!
//! ```text
//! none ──intent written──▶ asked for ──Graph answers──▶ live ──two thirds──▶ renewed
//!                              │ reply lost               │ 404, 400, gone
//!                              └─ listed by our key ──▶   └──▶ taken back, asked for anew, caught up
//! ```

mod turn;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use accounts::{Accounts, AccountsError, AppTokens, Link, LinkStatus, Signer, SiteSettings};
use aws::{Lease, Turn};
use graph::Graph;
use jiff::{SignedDuration, Timestamp};
use types::{Chain, Clock, Feature};
use uuid::Uuid;

use crate::{
    SubscribeJob, Subscriptions, SubscriptionsError, Task,
    state::{Place, Refused, State},
};
use turn::Achieved;

/// What Graph is asked to let a subscription live: half an hour below its 4,230 minutes (facts 5.1), so that
/// clocks need not agree to the minute.
pub const LIFETIME: SignedDuration = SignedDuration::from_mins(4_200);

/// How often Graph is asked whether a subscription is still there: it may go without a word.
const LOOK_EVERY: SignedDuration = SignedDuration::from_hours(1);

/// How long Microsoft is left alone after it refused for good (requirement R10).
const REFUSAL_COUNTS: SignedDuration = SignedDuration::from_hours(24);

/// What is kept back of the function's time to write down how a turn ended.
const RESERVE: Duration = Duration::from_secs(5);

/// How often a job looks again whether something changed during its turn.
const TURNS: usize = 4;

/// Keeps subscriptions.
#[derive(Clone)]
pub struct Keeper {
    subscriptions: Subscriptions,
    accounts: Accounts,
    tokens: AppTokens,
    graph: Graph,
    /// Makes what proves a notification out of a subscription's key.
    signer: Signer,
    site: SiteSettings,
    clock: Arc<dyn Clock>,
}

/// What came of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// Nothing that others need to know.
    Unchanged,
    /// There is a subscription, but mail may have come unannounced: it has to be read.
    Subscribed(CatchUp),
    /// There is none any more.
    Removed,
}

/// A catch-up that is owed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatchUp {
    /// From then on changes are announced; what came before has to be read by somebody who begins later.
    pub since: Timestamp,
    token: Uuid,
}

impl Keeper {
    /// Keeps subscriptions between these.
    #[must_use]
    pub fn new(
        subscriptions: Subscriptions,
        accounts: Accounts,
        tokens: AppTokens,
        graph: Graph,
        signer: Signer,
        site: SiteSettings,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { subscriptions, accounts, tokens, graph, signer, site, clock }
    }

    /// Works off one job. `message_id` is the queue's and the same at every delivery of the job.
    ///
    /// A job that finds another at work has nothing to do: whoever is at work looks once more before it ends,
    /// and if it dies its own job comes back. A catch-up stays owed until [`caught_up`](Self::caught_up).
    ///
    /// # Errors
    /// The job is to be delivered again.
    pub async fn work(
        &self,
        job: &SubscribeJob,
        message_id: &str,
        deadline: Instant,
    ) -> Result<Kept, SubscriptionsError> {
        let place = Place::of(job);
        match job.task {
            Task::Reauthorize => self.subscriptions.doubt(&place, false).await?,
            Task::Replace => self.subscriptions.doubt(&place, true).await?,
            Task::Check | Task::Remove => {}
        }
        let mut is_removed = false;
        for _ in 0..TURNS {
            let link = self.wanted(&place).await?;
            let state = self.subscriptions.state(&place).await?;
            if self.is_at_rest(link.as_ref(), state.as_ref()).await? {
                return Ok(match owed(state, self.clock.now()) {
                    Some(catch_up) => Kept::Subscribed(catch_up),
                    None if is_removed => Kept::Removed,
                    None => Kept::Unchanged,
                });
            }
            let Some(state) = self.take_turn(&place, message_id, deadline).await? else {
                return Ok(Kept::Unchanged);
            };
            let is_kept = self.one_turn(&place, link.as_ref(), state, deadline).await?;
            // What failed comes up again by itself, unless it was unlinked or linked anew meanwhile: whoever
            // told so has found us at work.
            if !is_kept && generation(self.wanted(&place).await?.as_ref()) == generation(link.as_ref()) {
                return Ok(Kept::Unchanged);
            }
            is_removed = link.is_none();
        }
        Ok(Kept::Unchanged)
    }

    /// The catch-up that [`work`](Self::work) told of is on its way.
    ///
    /// # Errors
    /// The store failed; it stays owed and comes again.
    pub async fn caught_up(&self, job: &SubscribeJob, catch_up: &CatchUp) -> Result<(), SubscriptionsError> {
        Ok(self.subscriptions.settle_catch_up(&Place::of(job), catch_up.token).await?)
    }

    /// The link, if it wants a subscription: it stands, and so does its grant.
    async fn wanted(&self, place: &Place) -> Result<Option<Link>, SubscriptionsError> {
        let Place { organization_id, user_id, feature } = place;
        let link = self.accounts.link(organization_id, user_id, *feature).await?;
        let Some(link) = link.filter(|link| is_subscribed(*feature) && !link.is_stopped()) else {
            return Ok(None);
        };
        let is_granted = match self.accounts.tenant(organization_id, &link.tenant_id).await {
            Ok(tenant) => tenant.grant(*feature).is_some(),
            Err(AccountsError::NotFound(_)) => false,
            Err(error) => return Err(error.into()),
        };
        if is_granted {
            return Ok(Some(link));
        }
        let (status, reason) = AccountsError::GrantMissing(*feature).link_status();
        if link.status != status {
            self.accounts.note_outcome(&link, status, Some(&reason)).await?;
        }
        Ok(None)
    }

    /// Whether there is nothing to do: then Graph is not called at all.
    async fn is_at_rest(
        &self,
        link: Option<&Link>,
        state: Option<&State>,
    ) -> Result<bool, SubscriptionsError> {
        let (Some(link), Some(state)) = (link, state) else {
            return Ok(link.is_none() && state.is_none());
        };
        if self.is_refused(link, state).await? {
            return Ok(true);
        }
        let now = self.clock.now();
        Ok(state.intent_of(link).is_some()
            && state.doubt.is_none()
            && state.live.as_ref().is_some_and(|live| {
                live.is_noted && now < live.renew_at && now < live.looked_at + LOOK_EVERY
            }))
    }

    /// Whether Microsoft's last refusal still counts. Linked anew, or under another address, it does not.
    async fn is_refused(&self, link: &Link, state: &State) -> Result<bool, SubscriptionsError> {
        let Some(refused) = &state.refused else { return Ok(false) };
        if refused.linked_at != link.linked_at || self.clock.now() >= refused.until {
            return Ok(false);
        }
        Ok(refused.email == self.email(link).await?)
    }

    async fn email(&self, link: &Link) -> Result<String, AccountsError> {
        Ok(self.accounts.user(&link.organization_id, &link.user_id).await?.email)
    }

    /// The state, if the turn is ours; none if it is another job's.
    async fn take_turn(
        &self,
        place: &Place,
        message_id: &str,
        deadline: Instant,
    ) -> Result<Option<State>, SubscriptionsError> {
        let lease = Lease::new(self.clock.now(), deadline, message_id);
        self.subscriptions.take_lease(place, &lease).await?;
        let state = self.subscriptions.state(place).await?.unwrap_or_default();
        match lease.turn(&state.holder) {
            Turn::Ours => Ok(Some(state)),
            Turn::OfAnEarlierAttempt => Err(SubscriptionsError::LeaseHeld),
            Turn::Theirs => Ok(None),
        }
    }

    /// Does what is to be done and writes down how the link stands. Whether it may be looked at once more.
    async fn one_turn(
        &self,
        place: &Place,
        link: Option<&Link>,
        mut state: State,
        deadline: Instant,
    ) -> Result<bool, SubscriptionsError> {
        let stop = deadline.checked_sub(RESERVE).unwrap_or(deadline);
        let graph = self.graph.with_deadline(stop.into());
        let doubt = state.doubt;
        let Some(link) = link else {
            let result = self.take_back(&graph, place, &mut state).await;
            return match result {
                Ok(()) => {
                    self.subscriptions.remove_state(place, &state).await?;
                    Ok(true)
                }
                Err(error) => {
                    // Nothing brings an unlinked user up again but this very job.
                    self.subscriptions.end_turn(place, &state).await?;
                    Err(error)
                }
            };
        };
        let result = self.keep(&graph, place, link, &mut state).await;
        let is_kept = result.is_ok();
        self.settle(place, link, &mut state, result).await?;
        if let Some(doubt) = doubt.filter(|_| is_kept) {
            self.subscriptions.settle_doubt(place, doubt).await?;
        }
        Ok(is_kept)
    }

    /// Ends the turn. What fails in passing comes up again by itself, soon at first; what Microsoft refuses
    /// is for people to see, and is tried again a day later.
    async fn settle(
        &self,
        place: &Place,
        link: &Link,
        state: &mut State,
        result: Result<Achieved, SubscriptionsError>,
    ) -> Result<(), SubscriptionsError> {
        let passing = result.as_ref().is_err_and(SubscriptionsError::is_retryable);
        state.failures = if passing { state.failures + 1 } else { 0 };
        state.refused = None;
        match result {
            Ok(Achieved::Subscribed) => {
                self.accounts.note_outcome(link, LinkStatus::Linked, None).await?;
                state.live.iter_mut().for_each(|live| live.is_noted = true);
            }
            Ok(Achieved::SeenThere) => {}
            Err(error) if passing => {
                tracing::warn!(error = %Chain(&error), user_id = %link.user_id, "subscribing comes up again soon");
                self.accounts.bring_up_in(link, pause(state, &error)).await?;
            }
            Err(error) => {
                tracing::error!(error = %Chain(&error), user_id = %link.user_id, "subscribing needs a person");
                if error.is_refusal() {
                    let until = self.clock.now() + REFUSAL_COUNTS;
                    let email = self.email(link).await?;
                    state.refused = Some(Refused { linked_at: link.linked_at, email, until });
                }
                let (status, reason) = error.link_status();
                self.accounts.note_outcome(link, status, Some(&reason)).await?;
            }
        }
        Ok(self.subscriptions.end_turn(place, state).await?)
    }
}

/// Which linking of the user it is.
fn generation(link: Option<&Link>) -> Option<Timestamp> {
    link.map(|link| link.linked_at)
}

/// Our own pause, or Graph's if it asks for a longer one.
fn pause(state: &State, error: &SubscriptionsError) -> SignedDuration {
    let asked = match error {
        SubscriptionsError::Graph(error) => error.retry_after(),
        _ => None,
    };
    let asked = asked.and_then(|asked| SignedDuration::try_from(asked).ok()).unwrap_or_default();
    accounts::pause_after(state.failures).max(asked)
}

/// The catch-up that is owed: only once there is a subscription does reading leave no gap.
fn owed(state: Option<State>, since: Timestamp) -> Option<CatchUp> {
    let state = state?;
    state.live?;
    Some(CatchUp { since, token: state.catch_up? })
}

/// Whether a feature lives by notifications.
fn is_subscribed(feature: Feature) -> bool {
    feature == Feature::Mail
}
