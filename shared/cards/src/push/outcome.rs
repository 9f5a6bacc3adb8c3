//! One step as a request, and what its answer means.

use graph::{
    BatchAnswer, BatchRequest, GraphError,
    contacts::{self, FolderId},
};

use super::{
    mirror::Mirror,
    plan::{Action, Step, Wanted},
};
use crate::CardsError;

/// What became of one step.
#[derive(Debug)]
pub(super) enum Outcome {
    /// Done; this is known of the card now, or nothing any more.
    Done(Option<Mirror>),
    /// Done, and what is known of the card stays.
    DoneBesides,
    /// Outlook does not take this card; the rest goes on (requirement R16).
    Refused(Mirror, String),
    /// The contact is gone: somebody deleted it in Outlook. It is made again.
    Gone(Wanted),
    /// Not done, or nobody knows: the card stays open for the next attempt.
    Open(CardsError),
}

impl Outcome {
    /// What is known of the card now; none when what was known stays.
    pub(super) fn known(&self) -> Option<Option<Mirror>> {
        match self {
            Self::Done(mirror) => Some(mirror.clone()),
            Self::Refused(mirror, _) => Some(Some(mirror.clone())),
            Self::DoneBesides | Self::Gone(_) | Self::Open(_) => None,
        }
    }

    /// Whether the mailbox refuses in a way that no other card would change.
    pub(super) fn is_final_for_all(&self) -> bool {
        matches!(self, Self::Open(error) if !error.is_retryable())
    }
}

/// The request of a step; none for one that needs no call.
pub(super) fn request(folder: &FolderId, step: &Step) -> Option<BatchRequest> {
    let key = step.card_id.as_str();
    match &step.action {
        Action::Create(wanted) => Some(contacts::create(folder, &wanted.contact, key)),
        Action::Update(id, wanted) => Some(contacts::update(folder, id, &wanted.contact, key)),
        Action::Delete(id) | Action::DeleteSurplus(id) => Some(contacts::delete(folder, id)),
        Action::LookUp(_) | Action::Forget => None,
    }
}

/// What the answer to a step means.
pub(super) fn outcome(action: Action, answer: &BatchAnswer) -> Outcome {
    match answer.error() {
        None => success(action, answer),
        Some(error) if error.has_code("ErrorItemNotFound") => gone(action),
        Some(error) if is_about_the_card(&error) => refused(action, &error),
        Some(error) => Outcome::Open(error.into()),
    }
}

fn success(action: Action, answer: &BatchAnswer) -> Outcome {
    match action {
        Action::Create(wanted) | Action::Update(_, wanted) => match contacts::stored(answer) {
            Ok(stored) => {
                Outcome::Done(Some(Mirror::There { contact_id: stored.id, fingerprint: wanted.fingerprint }))
            }
            Err(error) => Outcome::Open(error.into()),
        },
        Action::DeleteSurplus(_) => Outcome::DoneBesides,
        Action::Delete(_) | Action::LookUp(_) | Action::Forget => Outcome::Done(None),
    }
}

/// Nothing to make a contact in is the folder gone; no contact to change is the contact gone.
fn gone(action: Action) -> Outcome {
    match action {
        Action::Create(_) => Outcome::Open(CardsError::FolderGone),
        Action::Update(_, wanted) => Outcome::Gone(wanted),
        Action::DeleteSurplus(_) => Outcome::DoneBesides,
        Action::Delete(_) | Action::LookUp(_) | Action::Forget => Outcome::Done(None),
    }
}

fn refused(action: Action, error: &GraphError) -> Outcome {
    let reason = error.code().unwrap_or_default().to_owned();
    match action {
        Action::Create(Wanted { fingerprint, .. }) => {
            Outcome::Refused(Mirror::Refused { contact_id: None, fingerprint }, reason)
        }
        Action::Update(id, Wanted { fingerprint, .. }) => {
            Outcome::Refused(Mirror::Refused { contact_id: Some(id), fingerprint }, reason)
        }
        Action::Delete(_) | Action::DeleteSurplus(_) | Action::LookUp(_) | Action::Forget => {
            Outcome::Open(error.clone().into())
        }
    }
}

/// Statuses by which Outlook refuses what is in the request, not who sends it or when.
const ABOUT_THE_CARD: [u16; 5] = [400, 409, 412, 413, 422];

fn is_about_the_card(error: &GraphError) -> bool {
    error.status().is_some_and(|status| ABOUT_THE_CARD.contains(&status))
}
