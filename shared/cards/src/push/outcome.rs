//! One step as a request, and what its answer means.

use graph::{
    BatchAnswer, BatchRequest, GraphError,
    contacts::{self, FolderId},
};

use accounts::WriteModes;

use super::{
    mirror::Mirror,
    plan::{Action, Shown, Wanted},
    present::Ready,
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
    /// Somebody changed the contact since it was read. It is read again.
    Overtaken(Shown, Wanted),
    /// The contact is as wanted but for its picture, which this is known of so far.
    PictureLeft(Shown, Wanted),
    /// Not done, or nobody knows: the card stays open for the next attempt.
    Open(CardsError),
}

impl Outcome {
    /// What is known of the card now; none when what was known stays.
    pub(super) fn known(&self) -> Option<Option<Mirror>> {
        match self {
            Self::Done(mirror) => Some(mirror.clone()),
            Self::Refused(mirror, _) => Some(Some(mirror.clone())),
            Self::PictureLeft(shown, wanted) => Some(Some(shown.mirror(&wanted.fingerprint))),
            Self::DoneBesides | Self::Gone(_) | Self::Overtaken(..) | Self::Open(_) => None,
        }
    }

    /// Whether the mailbox refuses in a way that no other card would change.
    pub(super) fn is_final_for_all(&self) -> bool {
        matches!(self, Self::Open(error) if !error.is_retryable())
    }
}

/// The request of a step; none for one that is not done in a batch.
pub(super) fn request(folder: &FolderId, Ready { step, write }: &Ready) -> Option<BatchRequest> {
    let writing = write.as_ref().map(|write| write.as_request(step.card_id.as_str()));
    match &step.action {
        Action::Create(_) => Some(contacts::create(folder, &writing?)),
        Action::Update(shown, _) => {
            let etag = write.as_ref().and_then(|write| write.etag.as_deref());
            Some(contacts::update(folder, &shown.id, &writing?, etag))
        }
        Action::Delete(id) | Action::DeleteSurplus(id) => Some(contacts::delete(folder, id)),
        Action::Picture(..) | Action::Note(..) | Action::LookUp(_) | Action::Forget => None,
    }
}

/// What the answer to a step means, which leaves its contact showing so much of its card.
pub(super) fn outcome(action: Action, modes: WriteModes, answer: &BatchAnswer) -> Outcome {
    match answer.error() {
        None => success(action, modes, answer),
        Some(error) if error.has_code("ErrorItemNotFound") => gone(action),
        Some(error) if error.status() == Some(412) => match action {
            Action::Update(shown, wanted) => Outcome::Overtaken(shown, wanted),
            other => refused(other, &error),
        },
        Some(error) if is_about_the_card(&error) => refused(action, &error),
        Some(error) => Outcome::Open(error.into()),
    }
}

fn success(action: Action, modes: WriteModes, answer: &BatchAnswer) -> Outcome {
    match action {
        Action::Create(wanted) => written(None, modes, wanted, answer),
        Action::Update(shown, wanted) => written(shown.photo, modes, wanted, answer),
        Action::DeleteSurplus(_) => Outcome::DoneBesides,
        Action::Picture(..) | Action::Note(..) | Action::Delete(_) | Action::LookUp(_) | Action::Forget => {
            Outcome::Done(None)
        }
    }
}

fn written(photo: Option<String>, modes: WriteModes, wanted: Wanted, answer: &BatchAnswer) -> Outcome {
    match contacts::stored(answer) {
        Err(error) => Outcome::Open(error.into()),
        Ok(stored) => {
            let shown = Shown { id: stored.id, modes, photo };
            if shown.photo == wanted.photo {
                Outcome::Done(Some(shown.mirror(&wanted.fingerprint)))
            } else {
                Outcome::PictureLeft(shown, wanted)
            }
        }
    }
}

impl Shown {
    /// What is known of a card whose contact this is.
    pub(super) fn mirror(&self, fingerprint: &str) -> Mirror {
        Mirror::There {
            contact_id: self.id.clone(),
            fingerprint: fingerprint.to_owned(),
            modes: self.modes,
            photo: self.photo.clone(),
        }
    }
}

/// What the answer to a picture means. Outlook keeps pictures that it can make nothing of away from the contact,
/// not the contact away from the folder: it is told and not tried again.
pub(super) fn pictured(shown: Shown, wanted: Wanted, result: Result<(), GraphError>) -> Outcome {
    let now = Shown { photo: wanted.photo.clone(), ..shown };
    match result {
        Ok(()) => Outcome::Done(Some(now.mirror(&wanted.fingerprint))),
        Err(error) if error.has_code("ErrorItemNotFound") => Outcome::Gone(wanted),
        Err(error) if is_about_the_card(&error) => {
            let reason = error.code().unwrap_or_default().to_owned();
            Outcome::Refused(now.mirror(&wanted.fingerprint), reason)
        }
        Err(error) => Outcome::Open(error.into()),
    }
}

/// Nothing to make a contact in is the folder gone; no contact to change is the contact gone.
fn gone(action: Action) -> Outcome {
    match action {
        Action::Create(_) => Outcome::Open(CardsError::FolderGone),
        Action::Update(_, wanted) | Action::Picture(_, wanted) => Outcome::Gone(wanted),
        Action::DeleteSurplus(_) => Outcome::DoneBesides,
        Action::Note(..) | Action::Delete(_) | Action::LookUp(_) | Action::Forget => Outcome::Done(None),
    }
}

fn refused(action: Action, error: &GraphError) -> Outcome {
    let reason = error.code().unwrap_or_default().to_owned();
    match action {
        Action::Create(Wanted { fingerprint, .. }) => {
            Outcome::Refused(Mirror::Refused { contact_id: None, fingerprint }, reason)
        }
        Action::Update(shown, Wanted { fingerprint, .. }) => {
            Outcome::Refused(Mirror::Refused { contact_id: Some(shown.id), fingerprint }, reason)
        }
        Action::Picture(..)
        | Action::Note(..)
        | Action::Delete(_)
        | Action::DeleteSurplus(_)
        | Action::LookUp(_)
        | Action::Forget => Outcome::Open(error.clone().into()),
    }
}

/// Statuses by which Outlook refuses what is in the request, not who sends it or when.
const ABOUT_THE_CARD: [u16; 6] = [400, 409, 412, 413, 415, 422];

fn is_about_the_card(error: &GraphError) -> bool {
    error.status().is_some_and(|status| ABOUT_THE_CARD.contains(&status))
}
