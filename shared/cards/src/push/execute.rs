//! Doing the planned steps, twenty to a `$batch`. While one batch is under way, what the last one did and
//! what the next one intends is written down.

use accounts::Link;
use graph::{
    BatchAnswer, BatchRequest, GraphError, MOST_IN_BATCH, Mailbox,
    contacts::{self, FolderId},
};
use types::CardId;

use super::{
    Push, look_up,
    mirror::{Mirror, Mirrors},
    plan::{Action, Step, Wanted, plan},
    state::PushState,
};
use crate::{CardsError, collection::CardItem, contact_for, fingerprint};

/// What became of one step.
enum Outcome {
    /// Done; this is known now.
    Done(Option<Mirror>),
    /// Done, and what is known of the card stays.
    DoneBesides,
    /// Outlook does not take this card; the rest goes on (requirement R16).
    Refused(Mirror, String),
    /// The contact is gone: somebody deleted it in Outlook. It is made again.
    Gone(Wanted),
    /// Nobody knows or not now: the card stays open for the next attempt.
    Open(GraphError),
}

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
        let mut open = None;
        while !steps.is_empty() {
            let mut run = Run { mailbox, folder, mirrors: &mirrors, state, again: Vec::new(), open: None };
            run.steps(steps).await?;
            steps = run.again;
            open = open.or(run.open);
        }
        open.map_or(Ok(()), |error| Err(error.into()))
    }
}

struct Run<'a> {
    mailbox: &'a Mailbox,
    folder: &'a FolderId,
    mirrors: &'a Mirrors<'a>,
    state: &'a mut PushState,
    /// Contacts to be made once more.
    again: Vec<Step>,
    /// Why a card stayed open, if one did.
    open: Option<GraphError>,
}

type Known = Vec<(CardId, Option<Mirror>)>;

impl Run<'_> {
    async fn steps(&mut self, steps: Vec<Step>) -> Result<(), CardsError> {
        let (forget, steps): (Vec<Step>, Vec<Step>) =
            steps.into_iter().partition(|step| step.action == Action::Forget);
        let mut known: Known = forget.into_iter().map(|step| (step.card_id, None)).collect();
        let mut batches = batches(steps).into_iter().peekable();
        known.extend(batches.peek().into_iter().flat_map(|batch| intents(batch)));
        self.mirrors.write(std::mem::take(&mut known)).await?;
        while let Some(batch) = batches.next() {
            let requests: Vec<_> = batch.iter().filter_map(|step| request(self.folder, step)).collect();
            known.extend(batches.peek().into_iter().flat_map(|next| intents(next)));
            let write = self.mirrors.write(std::mem::take(&mut known));
            let (answers, written) = tokio::join!(self.mailbox.batch(&requests), write);
            written?;
            for (step, answer) in batch.into_iter().zip(answers?) {
                known.extend(self.take_in(step, &answer)?);
            }
        }
        Ok(self.mirrors.write(known).await?)
    }

    /// Counts what became of a step and says what is known of its card now, if that changed.
    fn take_in(
        &mut self,
        step: Step,
        answer: &BatchAnswer,
    ) -> Result<Option<(CardId, Option<Mirror>)>, CardsError> {
        let Step { card_id, action } = step;
        let last = &mut self.state.last_push;
        let count = match action {
            Action::Create(_) => &mut last.created,
            Action::Update(..) => &mut last.updated,
            Action::Delete(_) | Action::DeleteSurplus(_) | Action::LookUp(_) | Action::Forget => {
                &mut last.deleted
            }
        };
        match outcome(action, answer)? {
            Outcome::Done(mirror) => {
                *count += 1;
                self.state.refused.remove(&card_id);
                Ok(Some((card_id, mirror)))
            }
            Outcome::DoneBesides => {
                *count += 1;
                Ok(None)
            }
            Outcome::Refused(mirror, reason) => {
                last.refused += 1;
                self.state.refused.insert(card_id.clone(), reason);
                Ok(Some((card_id, Some(mirror))))
            }
            Outcome::Gone(wanted) => {
                self.again.push(Step { card_id, action: Action::Create(wanted) });
                Ok(None)
            }
            Outcome::Open(error) => {
                self.open.get_or_insert(error);
                Ok(None)
            }
        }
    }
}

fn batches(steps: Vec<Step>) -> Vec<Vec<Step>> {
    let mut batches: Vec<Vec<Step>> = Vec::new();
    for step in steps {
        match batches.last_mut() {
            Some(batch) if batch.len() < MOST_IN_BATCH => batch.push(step),
            _ => batches.push(vec![step]),
        }
    }
    batches
}

/// The intents of a batch: written before it is sent, so that whoever comes after a crash looks first.
fn intents(batch: &[Step]) -> Known {
    let creates = batch.iter().filter(|step| matches!(step.action, Action::Create(_)));
    creates.map(|step| (step.card_id.clone(), Some(Mirror::Intended))).collect()
}

fn request(folder: &FolderId, step: &Step) -> Option<BatchRequest> {
    let key = step.card_id.as_str();
    match &step.action {
        Action::Create(wanted) => Some(contacts::create(folder, &wanted.contact, key)),
        Action::Update(id, wanted) => Some(contacts::update(folder, id, &wanted.contact, key)),
        Action::Delete(id) | Action::DeleteSurplus(id) => Some(contacts::delete(folder, id)),
        Action::LookUp(_) | Action::Forget => None,
    }
}

/// Statuses by which Outlook refuses what is in the request, not who sends it or when.
const ABOUT_THE_CARD: [u16; 5] = [400, 409, 412, 413, 422];

/// # Errors
/// The whole mailbox refuses; no use going on.
fn outcome(action: Action, answer: &BatchAnswer) -> Result<Outcome, CardsError> {
    let Some(error) = answer.error() else {
        return Ok(match action {
            Action::Create(wanted) | Action::Update(_, wanted) => {
                let contact_id = contacts::stored(answer)?.id;
                Outcome::Done(Some(Mirror::There { contact_id, fingerprint: wanted.fingerprint }))
            }
            Action::DeleteSurplus(_) => Outcome::DoneBesides,
            Action::Delete(_) | Action::LookUp(_) | Action::Forget => Outcome::Done(None),
        });
    };
    let is_gone = error.has_code("ErrorItemNotFound");
    let is_refused = error.status().is_some_and(|status| ABOUT_THE_CARD.contains(&status));
    let reason = error.code().unwrap_or_default().to_owned();
    Ok(match action {
        Action::Update(_, wanted) if is_gone => Outcome::Gone(wanted),
        Action::Delete(_) if is_gone => Outcome::Done(None),
        Action::DeleteSurplus(_) if is_gone => Outcome::DoneBesides,
        Action::Create(_) if is_gone => return Err(CardsError::FolderGone),
        Action::Create(Wanted { fingerprint, .. }) if is_refused => {
            Outcome::Refused(Mirror::Refused { contact_id: None, fingerprint }, reason)
        }
        Action::Update(id, Wanted { fingerprint, .. }) if is_refused => {
            Outcome::Refused(Mirror::Refused { contact_id: Some(id), fingerprint }, reason)
        }
        _ if error.is_retryable() || error.is_outcome_unknown() => Outcome::Open(error),
        _ => return Err(error.into()),
    })
}
