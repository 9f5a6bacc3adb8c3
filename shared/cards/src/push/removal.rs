//! Unlinking with the folder: the user is unlinked at once, and the folder goes as soon as Microsoft lets it
//! (feature B16, requirement R06).
//!
//! ```text
//! linked ──unlink──▶ unlinked, removal pending ──the folder is gone──▶ done, the token too
//!                          │        ▲   └──Microsoft refuses for good, or a week passed──▶ failed, the token too
//!                          └─fails in passing: tried again
//! ```
//!
//! A link made anew in between keeps its folder.

use std::time::Instant;

use accounts::{Accounts, Event, Link, LinkStatus};
use aws::Queue;
use futures::{StreamExt, TryStreamExt, stream};
use graph::{
    MOST_IN_BATCH, Mailbox,
    contacts::{self, ContactId, FolderId},
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use types::{Chain, Feature, OrganizationId, UserId};

use super::{
    Push, RESERVE,
    execute::LANES,
    folder::{is_still_there, key_of},
    lease::Turn,
    state::{PushState, state_key},
};
use crate::{Cards, CardsError, CardsJob, hurry};

/// How long it is tried. The token lives as long.
const PATIENCE: SignedDuration = SignedDuration::from_hours(24 * 7);

/// When to look again while a push is still at work.
const AFTER_ANOTHER: SignedDuration = SignedDuration::from_mins(1);

/// A folder that was to be removed with its link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removal {
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// When the link was made that it ended with.
    linked_at: Timestamp,
    /// How it stands.
    #[serde(flatten)]
    pub outcome: RemovalOutcome,
}

impl Removal {
    /// The same, having ended so.
    pub(super) fn ended(&self, outcome: &RemovalOutcome) -> Self {
        Self { outcome: outcome.clone(), ..self.clone() }
    }
}

/// How a removal stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum RemovalOutcome {
    /// It is under way, or is tried again.
    Pending,
    /// The folder is in Deleted Items.
    Removed,
    /// Our contacts are in Deleted Items. The folder stayed, since the user had put others into it, or folders.
    Emptied,
    /// It was given up: the folder is as it was.
    Failed {
        /// Microsoft's code or a word of ours.
        reason: String,
    },
}

impl Cards {
    /// Unlinks a user's contacts. Needs no word from Microsoft: with `remove_folder` the folder goes later, by a
    /// job; without, it stays with all that is in it (feature B16). Returns whether the folder goes: a link that
    /// was stopped has no permission left to take it out.
    ///
    /// # Errors
    /// `NotFound` when the user never linked, or the store failed.
    pub async fn unlink(
        &self,
        accounts: &Accounts,
        queue: &Queue<CardsJob>,
        organization: &OrganizationId,
        user: &UserId,
        remove_folder: bool,
    ) -> Result<bool, CardsError> {
        let link = accounts.link(organization, user, Feature::Contacts).await?;
        if let Some(link) = link.as_ref().filter(|link| link.status == LinkStatus::Unlinked)
            && self.push_state(link).await?.is_some_and(|state| state.is_to_be_removed(link))
        {
            // Asked for again, perhaps since the answer was lost: the removal still needs the token.
            return Ok(true);
        }
        let live = link.filter(|link| remove_folder && !link.is_stopped());
        let Some(link) = live else {
            accounts.unlink(organization, user, Feature::Contacts).await?;
            return Ok(false);
        };
        let removal = Removal {
            asked_at: self.clock.now(),
            linked_at: link.linked_at,
            outcome: RemovalOutcome::Pending,
        };
        let mut writes = accounts.unlink_for_cleaning(&link)?;
        writes.push(self.table.update(state_key(&link)).set("removal", removal)?);
        if !self.aws.transact_if(writes).await? {
            return Err(CardsError::Contended);
        }
        if let Err(error) = hurry(queue, &link).await {
            tracing::warn!(error = %Chain(&error), user_id = %user, "the removal waits for the next tick");
        }
        Ok(true)
    }
}

impl Push {
    /// Removes the folder of an unlinked user, if that was asked for.
    pub(super) async fn clean_up(
        &self,
        link: &Link,
        message_id: &str,
        deadline: Instant,
    ) -> Result<(), CardsError> {
        if !self.cards.push_state(link).await?.is_some_and(|state| state.is_to_be_removed(link)) {
            return Ok(self.accounts.finish_cleaning(link).await?);
        }
        match self.take_turn(link, message_id, deadline).await? {
            Turn::Theirs => Ok(self.accounts.bring_up_in(link, AFTER_ANOTHER).await?),
            Turn::OfAnEarlierAttempt => Err(CardsError::LeaseHeld),
            Turn::Ours(mut state) => {
                let result = self.remove(link, &mut state, deadline).await;
                self.settle_removal(link, &mut state, result).await
            }
        }
    }

    async fn remove(
        &self,
        link: &Link,
        state: &mut PushState,
        deadline: Instant,
    ) -> Result<RemovalOutcome, CardsError> {
        let token = self.tokens.access_token(link).await?;
        let stop = deadline.checked_sub(RESERVE).unwrap_or(deadline);
        let mailbox = self.graph.with_deadline(stop.into()).mailbox(token);
        let known = match &state.folder {
            Some(known) if is_still_there(&mailbox, known).await? => Some(known.id.clone()),
            _ => mailbox.folder_by_key(&key_of(link)).await?.map(|folder| folder.id),
        };
        let outcome = match known {
            Some(folder) => take_out(&mailbox, &folder).await?,
            None => RemovalOutcome::Removed,
        };
        state.folder = None;
        state.pushed_revision = 0;
        state.refused.clear();
        Ok(outcome)
    }

    async fn settle_removal(
        &self,
        link: &Link,
        state: &mut PushState,
        result: Result<RemovalOutcome, CardsError>,
    ) -> Result<(), CardsError> {
        let Some(removal) = &state.removal else { return Ok(()) };
        let has_patience = self.clock.now().duration_since(removal.asked_at) < PATIENCE;
        match result {
            Err(error) if error.is_retryable() && has_patience => {
                tracing::warn!(error = %Chain(&error), user_id = %link.user_id, "the folder is removed later");
                state.failures += 1;
                let pause = accounts::pause_after(state.failures);
                self.end_turn(link, state).await?;
                return Ok(self.accounts.bring_up_in(link, pause).await?);
            }
            Err(error) => {
                tracing::error!(error = %Chain(&error), user_id = %link.user_id, "the folder is not removed");
                state.removal_outcome = Some(RemovalOutcome::Failed { reason: error.link_status().1 });
            }
            Ok(outcome) => {
                state.removal_outcome = Some(outcome);
                state.told.push(Event::ContactFolderRemoved { user_id: link.user_id.clone() });
            }
        }
        state.failures = 0;
        self.end_turn(link, state).await?;
        self.accounts.finish_cleaning(link).await?;
        // Linked anew meanwhile: the job of that link met our lease, and its folder may have gone with ours.
        let now = self.accounts.link(&link.organization_id, &link.user_id, Feature::Contacts).await?;
        if let Some(now) = now.filter(|now| now.status != LinkStatus::Unlinked) {
            self.accounts.bring_up_in(&now, SignedDuration::ZERO).await?;
        }
        Ok(())
    }
}

impl PushState {
    fn is_to_be_removed(&self, link: &Link) -> bool {
        self.removal.as_ref().is_some_and(|removal| {
            removal.outcome == RemovalOutcome::Pending && removal.linked_at == link.linked_at
        })
    }
}

/// The folder goes as a whole when all that is in it is ours; otherwise our contacts go one by one.
async fn take_out(mailbox: &Mailbox, folder: &FolderId) -> Result<RemovalOutcome, CardsError> {
    let (mut ours, mut is_all_ours, mut next) = (Vec::new(), true, None::<String>);
    loop {
        let (contacts, more) = mailbox.contacts_of_folder(folder, next.as_deref()).await?;
        is_all_ours &= contacts.iter().all(|contact| contact.key.is_some());
        ours.extend(contacts.into_iter().filter(|contact| contact.key.is_some()).map(|contact| contact.id));
        match more {
            Some(link) => next = Some(link),
            None => break,
        }
    }
    if is_all_ours && !mailbox.has_child_folders(folder).await? {
        mailbox.delete_folder(folder).await?;
        return Ok(RemovalOutcome::Removed);
    }
    let batches: Vec<Vec<ContactId>> = ours.chunks(MOST_IN_BATCH).map(<[_]>::to_vec).collect();
    let deletions = stream::iter(batches).map(|batch| delete(mailbox, folder, batch));
    deletions.buffer_unordered(LANES).try_collect::<()>().await?;
    Ok(RemovalOutcome::Emptied)
}

async fn delete(mailbox: &Mailbox, folder: &FolderId, batch: Vec<ContactId>) -> Result<(), CardsError> {
    let requests: Vec<_> = batch.iter().map(|id| contacts::delete(folder, id)).collect();
    for answer in mailbox.batch(&requests).await? {
        if let Some(error) = answer.error().filter(|error| !error.has_code("ErrorItemNotFound")) {
            return Err(error.into());
        }
    }
    Ok(())
}
