//! What one changed card needs, from what the CRM holds and what we know of Outlook. No I/O.

use graph::contacts::{Contact, ContactId};
use types::CardId;

use super::mirror::Mirror;

/// One card's way into the folder.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Step {
    pub(super) card_id: CardId,
    pub(super) action: Action,
}

/// What to do in Outlook.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Action {
    /// Make the contact; an intent is written first.
    Create(Wanted),
    /// Overwrite it, all but what the user wrote into its notes.
    Update(Shown, Wanted),
    /// Give it another picture, or none.
    Picture(Shown, Wanted),
    /// Take it out.
    Delete(ContactId),
    /// Take out another contact of the same card.
    DeleteSurplus(ContactId),
    /// Find out whether an earlier attempt made it; then make, overwrite (some) or take out (none).
    LookUp(Option<Wanted>),
    /// Nothing in Outlook; what we know of the card is no longer needed.
    Forget,
}

/// What the contact shall show.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Wanted {
    pub(super) contact: Box<Contact>,
    pub(super) fingerprint: String,
    /// The digest of the picture.
    pub(super) photo: Option<String>,
}

/// A contact that is there.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shown {
    pub(super) id: ContactId,
    /// The digest of the picture that it shows, as far as we know.
    pub(super) photo: Option<String>,
}

/// The action for a card; none when Outlook already shows it. `wanted` is none for a deleted card.
pub(super) fn plan(wanted: Option<Wanted>, mirror: Option<&Mirror>) -> Option<Action> {
    let Some(mirror) = mirror else { return wanted.map(Action::Create) };
    let (contact, known, photo) = match mirror {
        Mirror::Intended => return Some(Action::LookUp(wanted)),
        Mirror::There { contact_id, fingerprint, photo } => (Some(contact_id), fingerprint, photo.clone()),
        Mirror::Refused { contact_id, fingerprint } => (contact_id.as_ref(), fingerprint, None),
    };
    let is_refused = matches!(mirror, Mirror::Refused { .. });
    let shown = |id: &ContactId| Shown { id: id.clone(), photo: photo.clone() };
    match (wanted, contact) {
        (Some(wanted), _) if is_refused && wanted.fingerprint == *known => None,
        (Some(wanted), Some(_)) if wanted.fingerprint == *known && wanted.photo == photo => None,
        (Some(wanted), Some(id)) if wanted.fingerprint == *known => Some(Action::Picture(shown(id), wanted)),
        (Some(wanted), Some(id)) => Some(Action::Update(shown(id), wanted)),
        (Some(wanted), None) => Some(Action::Create(wanted)),
        (None, Some(id)) => Some(Action::Delete(id.clone())),
        (None, None) => Some(Action::Forget),
    }
}

/// The action once the look-up has found `contact`, or nothing.
pub(super) fn after_look_up(wanted: Option<Wanted>, contact: Option<ContactId>) -> Action {
    match (wanted, contact) {
        (Some(wanted), Some(id)) => Action::Update(Shown { id, photo: None }, wanted),
        (Some(wanted), None) => Action::Create(wanted),
        (None, Some(contact)) => Action::Delete(contact),
        (None, None) => Action::Forget,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(fingerprint: &str) -> Wanted {
        Wanted { contact: Box::default(), fingerprint: fingerprint.to_owned(), photo: None }
    }

    fn id() -> ContactId {
        "c1".to_owned().into()
    }

    fn shown(photo: Option<&str>) -> Shown {
        Shown { id: id(), photo: photo.map(str::to_owned) }
    }

    #[test]
    fn every_state_of_a_card_meets_every_state_of_its_contact() {
        let with = |photo: Option<&str>| Mirror::There {
            contact_id: id(),
            fingerprint: "old".to_owned(),
            photo: photo.map(str::to_owned),
        };
        let there = with(None);
        let refused = |contact_id| Mirror::Refused { contact_id, fingerprint: "old".to_owned() };
        let (new, old) = (Some(wanted("new")), Some(wanted("old")));
        let pictured = |fingerprint| Wanted { photo: Some("p2".to_owned()), ..wanted(fingerprint) };
        let cases = [
            (new.clone(), None, Some(Action::Create(wanted("new")))),
            (None, None, None),
            (new.clone(), Some(Mirror::Intended), Some(Action::LookUp(new.clone()))),
            (None, Some(Mirror::Intended), Some(Action::LookUp(None))),
            (old.clone(), Some(there.clone()), None),
            (new.clone(), Some(there.clone()), Some(Action::Update(shown(None), wanted("new")))),
            (None, Some(there.clone()), Some(Action::Delete(id()))),
            (Some(pictured("old")), Some(with(Some("p2"))), None),
            (Some(pictured("old")), Some(there), Some(Action::Picture(shown(None), pictured("old")))),
            (old.clone(), Some(with(Some("p1"))), Some(Action::Picture(shown(Some("p1")), wanted("old")))),
            (
                Some(pictured("new")),
                Some(with(Some("p1"))),
                Some(Action::Update(shown(Some("p1")), pictured("new"))),
            ),
            (old, Some(refused(None)), None),
            (new.clone(), Some(refused(None)), Some(Action::Create(wanted("new")))),
            (new.clone(), Some(refused(Some(id()))), Some(Action::Update(shown(None), wanted("new")))),
            (None, Some(refused(Some(id()))), Some(Action::Delete(id()))),
            (None, Some(refused(None)), Some(Action::Forget)),
        ];
        for (wanted, mirror, expected) in cases {
            assert_eq!(plan(wanted.clone(), mirror.as_ref()), expected, "{wanted:?} {mirror:?}");
        }
        assert_eq!(after_look_up(new.clone(), Some(id())), Action::Update(shown(None), wanted("new")));
        assert_eq!(after_look_up(new, None), Action::Create(wanted("new")));
        assert_eq!(after_look_up(None, Some(id())), Action::Delete(id()));
        assert_eq!(after_look_up(None, None), Action::Forget);
    }
}
