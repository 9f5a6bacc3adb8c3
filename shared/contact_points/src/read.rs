//! The reading of one mailbox: everything new in any folder, once, whoever told of it and however often
//! (requirements R18, R19, R23).
//!
//! What was read up to is an instant of our own, kept once the contact points are: there is nothing on the
//! other side that could be lost. Without it the mailbox is read from the link on, and what is found again
//! changes nothing. A mail that moved is found where it lies now; one that vanished takes nothing with it.

mod colleagues;
mod lease;
mod state;
mod take_in;

use std::{
    collections::HashSet,
    sync::Arc,
    time::{Duration, Instant},
};

use accounts::{Accounts, AccountsError, AppTokens, Deed, Link, LinkStatus, TokenUse};
use graph::{
    Graph, GraphError, Mailbox,
    mail::{Changes, Start},
};
use jiff::{SignedDuration, Timestamp};
use types::{Chain, Clock, Feature};

use crate::{ContactPoints, ContactPointsError, ReadJob, mail::Owner};

use colleagues::Colleagues;
use lease::{Released, Turn};
use state::{KnownLayout, ReadState};

pub use state::LastRead;

/// Reads mailboxes.
#[derive(Clone)]
pub struct Reader {
    points: ContactPoints,
    accounts: Accounts,
    tokens: AppTokens,
    graph: Graph,
    colleagues: Arc<Colleagues>,
    clock: Arc<dyn Clock>,
}

/// What a read sees for sure was there so long before it began, by our clock: Graph's own copies need a moment
/// to agree. Notifications that come within it share a read.
const SETTLING: SignedDuration = SignedDuration::from_secs(2);

/// Reads in a row that find nothing new each double the wait from one read to the next, so often at most: to
/// 16 seconds. What is told many times, or of mails that do not count, costs few calls so.
const MOST_DOUBLINGS: u32 = 3;

/// How far behind the last change seen a read begins: what came to be listed late, by a clock that is not ours.
const OVERLAP: SignedDuration = SignedDuration::from_mins(2);

/// How long the owner's addresses and folders are believed.
const LAYOUT_LIFE: SignedDuration = SignedDuration::from_hours(24);

/// How often a success is written to the link: people look at it, programs do not.
const NOTED_LIFE: SignedDuration = SignedDuration::from_mins(10);

/// Messages a page, then fewer when Graph takes too long over them (facts 2.2).
const PAGES: [u32; 3] = [100, 25, 5];

/// After so many reads that failed in passing people are told.
const MOST_FAILURES: u32 = 5;

/// What is kept back of the function's time to write down how far a read came.
const RESERVE: Duration = Duration::from_secs(10);

impl Reader {
    /// Reads between these.
    #[must_use]
    pub fn new(
        points: ContactPoints,
        accounts: Accounts,
        tokens: AppTokens,
        graph: Graph,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { points, accounts, tokens, graph, colleagues: Arc::default(), clock }
    }

    /// Works off one job. `message_id` is the queue's and the same at every delivery of the job.
    ///
    /// A job whose news a finished read has seen is done without any call to Graph; one that finds another at
    /// work tells it and is done too.
    ///
    /// # Errors
    /// The job is to be delivered again.
    pub async fn work(
        &self,
        job: &ReadJob,
        message_id: &str,
        deadline: Instant,
    ) -> Result<(), ContactPointsError> {
        let link = self.accounts.link(&job.organization_id, &job.user_id, Feature::Mail).await?;
        let Some(link) = link.filter(is_readable) else { return Ok(()) };
        // Another machine's clock may be ahead of ours.
        let seen_at = job.seen_at.min(self.clock.now());
        match self.take_turn(&link, seen_at, message_id, deadline).await? {
            Turn::Done => Ok(()),
            Turn::OfAnEarlierAttempt => Err(ContactPointsError::LeaseHeld),
            Turn::Ours(state) => self.read_until_all_is_seen(&link, *state, seen_at, deadline).await,
        }
    }

    /// Reads, and reads again as long as others told of news meanwhile.
    async fn read_until_all_is_seen(
        &self,
        link: &Link,
        mut state: ReadState,
        mut seen_at: Timestamp,
        deadline: Instant,
    ) -> Result<(), ContactPointsError> {
        let stop = deadline.checked_sub(RESERVE).unwrap_or(deadline);
        loop {
            let (pause, before) = (self.pause_before(&state, seen_at), state.last_read.at);
            let result = if Instant::now() + pause < stop {
                tokio::time::sleep(pause).await;
                self.read(link, &mut state, stop).await
            } else {
                Err(ContactPointsError::OutOfTime)
            };
            let has_failed = result.is_err();
            // A read that did not begin has left the numbers of an earlier one.
            if state.last_read.at != before {
                let found = [(Deed::ContactPoints, u64::from(state.last_read.points))];
                self.accounts.note_deeds(&link.organization_id, &found).await;
            }
            self.note(link, &mut state, result).await?;
            match self.release(link, &mut state, has_failed).await? {
                Released::Yes => return Ok(()),
                Released::MoreToSee(at) => seen_at = at,
            }
        }
    }

    /// How long to wait until a read is sure to see what somebody noticed, and until the mailbox is to be
    /// read again at all.
    fn pause_before(&self, state: &ReadState, seen_at: Timestamp) -> Duration {
        let longest = SETTLING * (1 << state.fruitless.min(MOST_DOUBLINGS));
        let now = self.clock.now();
        let next = state.seen_until.map_or(seen_at, |until| (until + longest).max(seen_at));
        let pause = (next + SETTLING).duration_since(now).min(longest + SETTLING);
        Duration::try_from(pause).unwrap_or_default()
    }

    /// One read. What is achieved is noted in `state` as it is made, also on an error.
    async fn read(
        &self,
        link: &Link,
        state: &mut ReadState,
        stop: Instant,
    ) -> Result<(), ContactPointsError> {
        let result = self.read_with_token(link, state, stop).await;
        match result {
            Err(ContactPointsError::Mailbox(error)) if error.is_unauthorized() => {
                self.tokens.forget(link).await?;
                self.read_with_token(link, state, stop).await
            }
            // Graph says that what is known of the mailbox is void: all of it is looked at again.
            Err(ContactPointsError::Mailbox(error)) if error.status() == Some(410) => {
                tracing::warn!(error = %Chain(&error), user_id = %link.user_id, "the mailbox is read from the link on");
                state.forget();
                self.read_with_token(link, state, stop).await
            }
            result => result,
        }
    }

    async fn read_with_token(
        &self,
        link: &Link,
        state: &mut ReadState,
        stop: Instant,
    ) -> Result<(), ContactPointsError> {
        let token = self.tokens.access_token(link, TokenUse::Work).await?;
        let mailbox = self.graph.with_deadline(stop.into()).mailbox_of(link.object_id(), token);
        let started_at = self.clock.now();
        let since = link.linked_at - OVERLAP;
        let owner = self.owner(&mailbox, state, since).await?;
        state.last_read = LastRead { at: Some(started_at), ..LastRead::default() };
        let from = state.cursor.map_or(since, |cursor| since.max(cursor - OVERLAP));
        let (mut next, mut pages) = (Some(Start::Instant(from)), PAGES.iter().copied());
        let mut top = pages.next().unwrap_or(1);
        let mut seen = HashSet::new();
        while let Some(start) = next {
            if Instant::now() > stop {
                return Err(ContactPointsError::OutOfTime);
            }
            let Changes { mut messages, next: following } = match mailbox.changes(&start, top).await {
                Err(error)
                    if is_too_much(&error)
                        && let Some(fewer) = pages.next() =>
                {
                    top = fewer;
                    next = Some(start);
                    continue;
                }
                result => result?,
            };
            let last = messages.last().map(|last| last.modified_at);
            messages.retain(|message| seen.insert((message.id.clone(), message.modified_at)));
            self.take_in(link, &owner, &messages, state).await?;
            // Never beyond our own time: one mail from the future must not hide all others.
            state.cursor = state.cursor.max(last.map(|last| last.min(started_at)));
            next = following;
        }
        state.fruitless = if state.last_read.points > 0 { 0 } else { state.fruitless.saturating_add(1) };
        state.seen_until = Some(started_at - SETTLING);
        Ok(())
    }

    /// Whose mailbox it is: read once a day.
    async fn owner(
        &self,
        mailbox: &Mailbox,
        state: &mut ReadState,
        since: Timestamp,
    ) -> Result<Owner, GraphError> {
        let now = self.clock.now();
        let layout =
            match state.layout.take().filter(|layout| now.duration_since(layout.read_at) < LAYOUT_LIFE) {
                Some(layout) => layout,
                None => KnownLayout::of(mailbox.layout(&Owner::FOLDERS).await?, now),
            };
        let owner = Owner::of(layout.addresses.iter().map(String::as_str), &layout.folders, since);
        state.layout = Some(layout);
        Ok(owner)
    }

    /// Writes down how the link stands. What fails in passing comes up again by itself, soon at first; what
    /// does not is for people to see.
    async fn note(
        &self,
        link: &Link,
        state: &mut ReadState,
        result: Result<(), ContactPointsError>,
    ) -> Result<(), ContactPointsError> {
        let Err(error) = result else {
            state.failures = 0;
            return self.note_success(link, state).await;
        };
        // Revoked between the job and now; whoever grants again brings the link up.
        if matches!(error, ContactPointsError::Account(AccountsError::GrantMissing(_))) {
            return Ok(());
        }
        let is_passing = error.is_retryable();
        state.failures = if is_passing { state.failures + 1 } else { 0 };
        if is_passing {
            tracing::warn!(error = %Chain(&error), user_id = %link.user_id, "the read comes up again soon");
            self.accounts.bring_up_in(link, accounts::pause_after(state.failures)).await?;
        }
        if !is_passing || state.failures == MOST_FAILURES {
            tracing::error!(error = %Chain(&error), user_id = %link.user_id, "the read needs a person");
            let (status, reason) = error.link_status();
            self.accounts.note_outcome(link, status, Some(&reason)).await?;
            state.has_reported = true;
        }
        Ok(())
    }

    /// A status that somebody else set, such as that there is no subscription, is not ours to take back.
    async fn note_success(&self, link: &Link, state: &mut ReadState) -> Result<(), ContactPointsError> {
        let now = self.clock.now();
        let is_fresh = |at: Timestamp| now.duration_since(at) < NOTED_LIFE;
        let is_noted = link.status == LinkStatus::Linked && link.last_success_at.is_some_and(is_fresh);
        if state.has_reported || (link.status == LinkStatus::Linked && !is_noted) {
            self.accounts.note_outcome(link, LinkStatus::Linked, None).await?;
            state.has_reported = false;
        }
        Ok(())
    }
}

/// A link that an admin switched on and whose account has been found.
fn is_readable(link: &Link) -> bool {
    let is_on = !matches!(link.status, LinkStatus::Unlinked | LinkStatus::Syncing);
    is_on && link.account.is_some()
}

/// A gateway gave up waiting, which a smaller page may help.
fn is_too_much(error: &GraphError) -> bool {
    error.status() == Some(504)
}
