//! The push of one user's cards into the Outlook contact folder: one way, changed cards only, exactly one
//! contact a card whatever dies in between (features B03–B09, requirements R11–R17).

mod execute;
mod folder;
mod lease;
mod look_up;
mod mirror;
mod outcome;
mod plan;
mod present;
mod removal;
mod state;

use std::{sync::Arc, time::Duration, time::Instant};

use accounts::{Accounts, Link, LinkStatus, OrganizationSettings, Tokens};
use graph::{Graph, Mailbox, contacts::FolderId};
use jiff::SignedDuration;
use types::{Chain, Clock, Feature};

use crate::{CardUrl, Cards, CardsError, CardsJob};

pub use removal::{Removal, RemovalOutcome};
pub use state::{LastPush, PushStatus};

use lease::Turn;
use state::{PushState, shape};

/// Pushes cards.
#[derive(Clone)]
pub struct Push {
    cards: Cards,
    accounts: Accounts,
    tokens: Tokens,
    graph: Graph,
    card_url: CardUrl,
    clock: Arc<dyn Clock>,
}

/// How many changed cards are read and planned at a time. The mailbox's places run empty at the end of each
/// portion, so it is not small; with its contact a card takes some kilobytes.
const PORTION: u32 = 1_000;

/// A refresh token dies after 90 days without use; one that rested so long is used (requirement R03).
const KEEP_ALIVE: SignedDuration = SignedDuration::from_hours(24 * 30);

/// What is kept back of the function's time to write down how far a push came.
const RESERVE: Duration = Duration::from_secs(15);

impl Push {
    /// Pushes between these.
    #[must_use]
    pub fn new(
        cards: Cards,
        accounts: Accounts,
        tokens: Tokens,
        graph: Graph,
        card_url: CardUrl,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { cards, accounts, tokens, graph, card_url, clock }
    }

    /// Works off one job. `message_id` is the queue's and the same at every delivery of the job.
    ///
    /// A job that finds another at work has nothing to do: whoever is at work looks for further changes
    /// before it ends, and if it dies its own job comes back.
    ///
    /// # Errors
    /// The job is to be delivered again.
    pub async fn work(&self, job: &CardsJob, message_id: &str, deadline: Instant) -> Result<(), CardsError> {
        let link = self.accounts.link(&job.organization_id, &job.user_id, Feature::Contacts).await?;
        let Some(link) = link else { return Ok(()) };
        if link.status == LinkStatus::Unlinked {
            return self.clean_up(&link, message_id, deadline).await;
        }
        let settings = self.accounts.settings(&link.organization_id).await?;
        let mut is_asked_for = job.is_asked_for;
        if !is_asked_for && self.is_at_rest(&link, &settings).await? {
            return Ok(self.accounts.note_outcome(&link, LinkStatus::Linked, None).await?);
        }
        loop {
            match self.take_turn(&link, message_id, deadline).await? {
                Turn::Theirs => return Ok(()),
                Turn::OfAnEarlierAttempt => return Err(CardsError::LeaseHeld),
                Turn::Ours(mut state) => {
                    let result = self.push(&link, &settings, &mut state, is_asked_for, deadline).await;
                    let has_failed = result.is_err();
                    self.settle(&link, &mut state, result).await?;
                    if has_failed || self.is_at_rest(&link, &settings).await? {
                        return Ok(());
                    }
                    is_asked_for = false;
                }
            }
        }
    }

    /// Whether everything is pushed as the organization chose and the token is in use: then Graph is not called at all
    /// (R11).
    async fn is_at_rest(&self, link: &Link, settings: &OrganizationSettings) -> Result<bool, CardsError> {
        let latest = self.cards.counter(&link.organization_id, &link.user_id).await?.latest;
        let state = self.cards.push_state(link).await?;
        Ok(state.is_some_and(|state| {
            state.is_as_chosen(settings) && state.pushed_revision == latest && !self.has_rested(&state)
        }))
    }

    fn has_rested(&self, state: &PushState) -> bool {
        let now = self.clock.now();
        state.token_used_at.is_none_or(|used| now.duration_since(used) > KEEP_ALIVE)
    }

    /// One turn. What is achieved is noted in `state` as it is made, also on an error.
    async fn push(
        &self,
        link: &Link,
        settings: &OrganizationSettings,
        state: &mut PushState,
        is_asked_for: bool,
        deadline: Instant,
    ) -> Result<(), CardsError> {
        let latest = self.cards.counter(&link.organization_id, &link.user_id).await?.latest;
        let token = self.tokens.access_token(link).await?;
        state.token_used_at = Some(self.clock.now());
        if !is_asked_for && latest == state.pushed_revision && state.is_as_chosen(settings) {
            return Ok(());
        }
        let stop = deadline.checked_sub(RESERVE).unwrap_or(deadline);
        let mailbox = self.graph.with_deadline(stop.into()).mailbox(token);
        let folder = self.folder(&mailbox, link, settings.folder_name.as_str(), state).await?;
        let is_shaped_anew = state.shape != shape(settings);
        if is_shaped_anew {
            // Every card is looked at again; only those that now look otherwise are written.
            state.pushed_revision = 0;
            state.shape = shape(settings);
        }
        let before = state.last_push.clone();
        self.push_changes(&mailbox, link, settings, state, &folder.id, (latest, stop)).await?;
        if is_shaped_anew && state.last_push.is_of_nothing() {
            // The choice made no difference: this was no push to tell of.
            (state.last_push, state.finished) = (before, false);
        }
        state.folder.iter_mut().for_each(|folder| folder.is_adopted = false);
        if folder.is_name_taken { Err(CardsError::FolderTaken) } else { Ok(()) }
    }

    async fn push_changes(
        &self,
        mailbox: &Mailbox,
        link: &Link,
        settings: &OrganizationSettings,
        state: &mut PushState,
        folder: &FolderId,
        (latest, stop): (u64, Instant),
    ) -> Result<(), CardsError> {
        if state.pushed_revision == latest {
            return Ok(());
        }
        state.last_push = LastPush { at: Some(self.clock.now()), ..LastPush::default() };
        let mut position = None;
        while state.pushed_revision < latest {
            if Instant::now() > stop {
                return Err(CardsError::OutOfTime);
            }
            let page = self.cards.changed(link, state.pushed_revision, latest, position, PORTION).await?;
            self.push_portion(mailbox, link, folder, page.items, settings, state).await?;
            position = page.next;
            if position.is_none() {
                state.pushed_revision = latest;
            }
        }
        state.finished = true;
        Ok(())
    }

    /// Ends the turn and writes down how the link stands. What fails in passing comes up again by itself,
    /// soon at first; what does not is for people to see.
    async fn settle(
        &self,
        link: &Link,
        state: &mut PushState,
        result: Result<(), CardsError>,
    ) -> Result<(), CardsError> {
        let passing = result.as_ref().is_err_and(CardsError::is_retryable);
        state.failures = if passing { state.failures + 1 } else { 0 };
        self.end_turn(link, state).await?;
        match result {
            Ok(()) => self.accounts.note_outcome(link, LinkStatus::Linked, None).await?,
            Err(error) if passing => {
                tracing::warn!(error = %Chain(&error), user_id = %link.user_id, "the push comes up again soon");
                self.accounts.bring_up_in(link, accounts::pause_after(state.failures)).await?;
            }
            Err(error) => {
                tracing::error!(error = %Chain(&error), user_id = %link.user_id, "the push needs a person");
                let (status, reason) = error.link_status();
                self.accounts.note_outcome(link, status, Some(&reason)).await?;
            }
        }
        Ok(())
    }
}
