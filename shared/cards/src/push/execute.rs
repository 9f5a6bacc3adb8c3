//! Doing the planned steps, twenty to a `$batch`, in lanes: while one batch is under way, another's intents
//! or results are written down.

use std::sync::atomic::{AtomicBool, Ordering};

use accounts::Link;
use futures::{StreamExt, stream};
use graph::{MOST_IN_BATCH, Mailbox, contacts::FolderId};
use types::CardId;

use super::{
    Push, look_up,
    mirror::{Mirror, Mirrors},
    outcome::{self, Outcome},
    plan::{Action, Step, Wanted, plan},
    state::PushState,
};
use crate::{CardsError, collection::CardItem, contact_for, fingerprint};

/// How many batches are worked on at a time: one more than a mailbox takes at once, so that its places stay
/// filled while a batch is written down.
pub(super) const LANES: usize = 5;

impl Push {
    /// Pushes some changed cards. On an error some are pushed, and each card's mirror says so.
    pub(super) async fn push_portion(
        &self,
        mailbox: &Mailbox,
        link: &Link,
        folder: &FolderId,
        items: Vec<CardItem>,
        state: &mut PushState,
    ) -> Result<(), CardsError> {
        let mirrors = Mirrors::of(&self.cards, link, folder);
        let known = mirrors.read(items.iter().map(|item| &item.card_id)).await?;
        let steps = items.into_iter().filter_map(|item| {
            let wanted = item.card.as_ref().map(|card| {
                let url = self.card_url.card(&link.organization_id, &link.user_id, &item.card_id);
                let contact = contact_for(card, &url);
                Wanted { fingerprint: fingerprint(&contact), contact: Box::new(contact) }
            });
            let action = plan(wanted, known.get(&item.card_id))?;
            Some(Step { card_id: item.card_id, action })
        });
        let mut steps = look_up::resolve(mailbox, folder, steps.collect()).await?;
        let lanes = Lanes { mailbox, folder, mirrors: &mirrors, is_stopped: AtomicBool::new(false) };
        let mut open = None;
        while !steps.is_empty() {
            let mut tally = Tally { state, again: Vec::new(), open: None };
            lanes.run(steps, &mut tally).await?;
            steps = tally.again;
            open = open.or(tally.open);
        }
        open.map_or(Ok(()), Err)
    }
}

/// What the steps of a portion have in common.
struct Lanes<'a> {
    mailbox: &'a Mailbox,
    folder: &'a FolderId,
    mirrors: &'a Mirrors<'a>,
    /// The whole mailbox refuses: batches under way are finished, no further one is begun.
    is_stopped: AtomicBool,
}

impl Lanes<'_> {
    /// Does the steps. What one lane fails with ends the run once the others have written down what they
    /// did.
    async fn run(&self, steps: Vec<Step>, tally: &mut Tally<'_>) -> Result<(), CardsError> {
        let (forget, steps): (Vec<Step>, Vec<Step>) =
            steps.into_iter().partition(|step| step.action == Action::Forget);
        self.mirrors.write(forget.into_iter().map(|step| (step.card_id, None)).collect()).await?;
        let mut lanes = stream::iter(batches(steps)).map(|batch| self.batch(batch)).buffer_unordered(LANES);
        let mut failure = None;
        while let Some(result) = lanes.next().await {
            match result {
                Ok(done) => done.into_iter().for_each(|done| tally.take_in(done)),
                Err(error) => {
                    self.is_stopped.store(true, Ordering::Relaxed);
                    failure.get_or_insert(error);
                }
            }
        }
        failure.map_or(Ok(()), Err)
    }

    /// One batch: intents, requests, results. Intents are written before anything is sent, so that whoever
    /// comes after a crash looks first.
    async fn batch(&self, batch: Vec<Step>) -> Result<Vec<Done>, CardsError> {
        if self.is_stopped.load(Ordering::Relaxed) {
            return Ok(Vec::new());
        }
        let creates = batch.iter().filter(|step| matches!(step.action, Action::Create(_)));
        let intents = creates.map(|step| (step.card_id.clone(), Some(Mirror::Intended))).collect();
        self.mirrors.write(intents).await?;
        let requests: Vec<_> = batch.iter().filter_map(|step| outcome::request(self.folder, step)).collect();
        let answers = self.mailbox.batch(&requests).await?;
        let done: Vec<Done> = batch
            .into_iter()
            .zip(answers)
            .map(|(step, answer)| {
                let Step { card_id, action } = step;
                Done { card_id, kind: Kind::of(&action), outcome: outcome::outcome(action, &answer) }
            })
            .collect();
        if done.iter().any(|done| done.outcome.is_final_for_all()) {
            self.is_stopped.store(true, Ordering::Relaxed);
        }
        let known = done.iter().filter_map(|done| Some((done.card_id.clone(), done.outcome.known()?)));
        self.mirrors.write(known.collect()).await?;
        Ok(done)
    }
}

/// A step and what became of it.
struct Done {
    card_id: CardId,
    kind: Kind,
    outcome: Outcome,
}

/// What a step counts as.
enum Kind {
    Create,
    Update,
    Delete,
}

impl Kind {
    fn of(action: &Action) -> Self {
        match action {
            Action::Create(_) => Self::Create,
            Action::Update(..) => Self::Update,
            Action::Delete(_) | Action::DeleteSurplus(_) | Action::LookUp(_) | Action::Forget => Self::Delete,
        }
    }
}

/// The count of a portion.
struct Tally<'a> {
    state: &'a mut PushState,
    /// Contacts to be made once more.
    again: Vec<Step>,
    /// Why a card stayed open, if one did.
    open: Option<CardsError>,
}

impl Tally<'_> {
    fn take_in(&mut self, done: Done) {
        let Done { card_id, kind, outcome } = done;
        let last = &mut self.state.last_push;
        match outcome {
            Outcome::Done(_) | Outcome::DoneBesides => {
                match kind {
                    Kind::Create => last.created += 1,
                    Kind::Update => last.updated += 1,
                    Kind::Delete => last.deleted += 1,
                }
                self.state.refused.remove(&card_id);
            }
            Outcome::Refused(_, reason) => {
                last.refused += 1;
                self.state.refused.insert(card_id, reason);
            }
            Outcome::Gone(wanted) => self.again.push(Step { card_id, action: Action::Create(wanted) }),
            Outcome::Open(error) => {
                self.open.get_or_insert(error);
            }
        }
    }
}

/// Steps as they go out, at most twenty together.
pub(super) fn batches(steps: Vec<Step>) -> Vec<Vec<Step>> {
    let mut batches: Vec<Vec<Step>> = Vec::new();
    for step in steps {
        match batches.last_mut() {
            Some(batch) if batch.len() < MOST_IN_BATCH => batch.push(step),
            _ => batches.push(vec![step]),
        }
    }
    batches
}
