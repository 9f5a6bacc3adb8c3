//! Doing the planned steps, twenty to a `$batch`, in lanes: while one batch is under way, another's intents
//! or results are written down.

use std::sync::atomic::{AtomicBool, Ordering};

use accounts::{Link, OrganizationSettings};
use futures::{StreamExt, stream};
use graph::{MOST_IN_BATCH, Mailbox, contacts::FolderId};
use types::CardId;

use super::{
    Push, look_up,
    mirror::{Mirror, Mirrors},
    outcome::{self, Outcome},
    plan::{Action, Shown, Step, Wanted, plan},
    present,
    state::PushState,
};
use crate::{Cards, CardsError, collection::CardItem, contact_for};

/// How many batches are worked on at a time: one more than a mailbox takes at once, so that its places stay
/// filled while a batch is written down.
pub(super) const LANES: usize = 5;

/// How often a contact is tried again that others change or delete while it is written.
const ROUNDS: usize = 4;

impl Push {
    /// Pushes some changed cards. On an error some are pushed, and each card's mirror says so.
    pub(super) async fn push_portion(
        &self,
        mailbox: &Mailbox,
        link: &Link,
        folder: &FolderId,
        items: Vec<CardItem>,
        settings: &OrganizationSettings,
        state: &mut PushState,
    ) -> Result<(), CardsError> {
        let mirrors = Mirrors::of(&self.cards, link, folder);
        let known = mirrors.read(items.iter().map(|item| &item.card_id)).await?;
        // What is in a folder that was there before is found by its key.
        let is_adopted = state.folder.as_ref().is_some_and(|folder| folder.is_adopted);
        let unknown = is_adopted.then_some(&Mirror::Intended);
        let steps = items.into_iter().filter_map(|item| {
            let wanted = item.given.combined(&settings.sources).map(|card| {
                let url = self.card_url.card(&link.organization_id, &link.user_id, &item.card_id);
                let contact = contact_for(&card, &url, settings.language);
                Wanted::of(contact, settings.contact_fields, item.photo.clone())
            });
            let action = plan(wanted, known.get(&item.card_id).or(unknown))?;
            Some(Step { card_id: item.card_id, action })
        });
        let mut steps = look_up::resolve(mailbox, folder, steps.collect()).await?;
        let is_stopped = AtomicBool::new(false);
        let lanes = Lanes { mailbox, cards: &self.cards, link, folder, mirrors: &mirrors, is_stopped };
        let mut open = None;
        for _ in 0..ROUNDS {
            let mut tally = Tally { state, again: Vec::new(), open: None };
            lanes.run(steps, &mut tally).await?;
            steps = tally.again;
            open = open.or(tally.open);
            if steps.is_empty() {
                return open.map_or(Ok(()), Err);
            }
        }
        Err(CardsError::Contended)
    }
}

/// What the steps of a portion have in common.
struct Lanes<'a> {
    mailbox: &'a Mailbox,
    cards: &'a Cards,
    link: &'a Link,
    folder: &'a FolderId,
    mirrors: &'a Mirrors<'a>,
    /// The whole mailbox refuses: batches under way are finished, no further one is begun.
    is_stopped: AtomicBool,
}

impl Lanes<'_> {
    /// Does the steps. What one lane fails with ends the run once the others have written down what they
    /// did.
    async fn run(&self, steps: Vec<Step>, tally: &mut Tally<'_>) -> Result<(), CardsError> {
        let (known, steps): (Vec<Step>, Vec<Step>) =
            steps.into_iter().partition(|step| matches!(step.action, Action::Forget | Action::Note(..)));
        let known = known.into_iter().map(|Step { card_id, action }| match action {
            Action::Note(shown, wanted) => (card_id, Some(shown.mirror(&wanted.fingerprint))),
            _ => (card_id, None),
        });
        self.mirrors.write(known.collect()).await?;
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

    /// One batch: intents, requests, results, pictures. Intents are written before anything is sent, so that
    /// whoever comes after a crash looks first; what is to be overwritten is read just before.
    async fn batch(&self, batch: Vec<Step>) -> Result<Vec<Done>, CardsError> {
        if self.is_stopped.load(Ordering::Relaxed) {
            return Ok(Vec::new());
        }
        let creates = batch.iter().filter(|step| matches!(step.action, Action::Create(_)));
        let intents = creates.map(|step| (step.card_id.clone(), Some(Mirror::Intended))).collect();
        self.mirrors.write(intents).await?;
        let (pictures, batch): (Vec<Step>, Vec<Step>) =
            batch.into_iter().partition(|step| matches!(step.action, Action::Picture(..)));
        let (ready, unread) = present::read(self.mailbox, self.folder, batch).await?;
        let requests: Vec<_> =
            ready.iter().filter_map(|ready| outcome::request(self.folder, ready)).collect();
        let answers = self.mailbox.batch(&requests).await?;
        let answered = ready.into_iter().zip(answers).map(|(ready, answer)| {
            let modes = ready.write.map(|write| write.shown()).unwrap_or_default();
            let Step { card_id, action } = ready.step;
            Done { card_id, kind: Kind::of(&action), outcome: outcome::outcome(action, modes, &answer) }
        });
        let unread = unread.into_iter().map(|(Step { card_id, action }, error)| Done {
            card_id,
            kind: Kind::of(&action),
            outcome: Outcome::Open(error.into()),
        });
        let mut done: Vec<Done> = answered.chain(unread).collect();
        self.write_down(&done).await?;
        let alone = pictures.into_iter().filter_map(|Step { card_id, action }| match action {
            Action::Picture(shown, wanted) => {
                Some(Done { card_id, kind: Kind::Update, outcome: Outcome::PictureLeft(shown, wanted) })
            }
            _ => None,
        });
        done.extend(alone);
        self.picture(done).await
    }

    async fn write_down(&self, done: &[Done]) -> Result<(), CardsError> {
        if done.iter().any(|done| done.outcome.is_final_for_all()) {
            self.is_stopped.store(true, Ordering::Relaxed);
        }
        let known = done.iter().filter_map(|done| Some((done.card_id.clone(), done.outcome.known()?)));
        Ok(self.mirrors.write(known.collect()).await?)
    }

    /// Gives the contacts that are written the pictures that they lack, one request each: what a batch carries
    /// is JSON. Each is written down at once, so that it is sent once a change.
    async fn picture(&self, done: Vec<Done>) -> Result<Vec<Done>, CardsError> {
        let mut pictured = Vec::with_capacity(done.len());
        for Done { card_id, kind, outcome } in done {
            let outcome = match outcome {
                Outcome::PictureLeft(shown, wanted) if !self.is_stopped.load(Ordering::Relaxed) => {
                    let result = self.send_picture(&card_id, &shown, &wanted).await;
                    let done = Done { card_id: card_id.clone(), kind, outcome: result? };
                    self.write_down(std::slice::from_ref(&done)).await?;
                    pictured.push(done);
                    continue;
                }
                other => other,
            };
            pictured.push(Done { card_id, kind, outcome });
        }
        Ok(pictured)
    }

    async fn send_picture(
        &self,
        card: &CardId,
        shown: &Shown,
        wanted: &Wanted,
    ) -> Result<Outcome, CardsError> {
        let result = if wanted.photo.is_none() {
            self.mailbox.delete_photo(self.folder, &shown.id).await
        } else {
            let Link { organization_id, user_id, .. } = self.link;
            match self.cards.photo(organization_id, user_id, card).await {
                Ok(photo) => {
                    let (kind, bytes) = photo.into_parts();
                    self.mailbox.put_photo(self.folder, &shown.id, kind, bytes).await
                }
                // Taken away since: that change is still to be pushed.
                Err(CardsError::NotFound) => Ok(()),
                Err(error) => return Err(error),
            }
        };
        Ok(outcome::pictured(shown.clone(), wanted.clone(), result))
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
            Action::Update(..) | Action::Picture(..) => Self::Update,
            Action::Delete(_)
            | Action::DeleteSurplus(_)
            | Action::LookUp(_)
            | Action::Note(..)
            | Action::Forget => Self::Delete,
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
            Outcome::Overtaken(shown, wanted) => {
                self.again.push(Step { card_id, action: Action::Update(shown, wanted) });
            }
            // The run was stopped before its picture was sent.
            Outcome::PictureLeft(..) => {
                self.open.get_or_insert(CardsError::OutOfTime);
            }
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
