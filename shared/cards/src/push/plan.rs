//! What one changed card needs, from what the CRM holds and what we know of Outlook. No I/O.

use accounts::WriteModes;
use graph::contacts::{Contact, ContactId};
use types::CardId;

use super::mirror::Mirror;
use crate::contact::{fingerprint_under, is_as_chosen, known_as};

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
    /// Overwrite it, all but what is the user's.
    Update(Shown, Wanted),
    /// Give it another picture, or none.
    Picture(Shown, Wanted),
    /// Take it out.
    Delete(ContactId),
    /// Take out another contact of the same card.
    DeleteSurplus(ContactId),
    /// Find out whether an earlier attempt made it; then make, overwrite (some) or take out (none).
    LookUp(Option<Wanted>),
    /// Nothing in Outlook; what we know of the contact is otherwise, as the organization chose.
    Note(Shown, Wanted),
    /// Nothing in Outlook; what we know of the card is no longer needed.
    Forget,
}

/// What the contact shall show.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Wanted {
    pub(super) contact: Box<Contact>,
    /// Which of its fields are whose.
    pub(super) modes: WriteModes,
    /// Without those that are left alone.
    pub(super) fingerprint: String,
    /// The digest of the picture.
    pub(super) photo: Option<String>,
}

impl Wanted {
    pub(super) fn of(contact: Contact, modes: WriteModes, photo: Option<String>) -> Self {
        let fingerprint = fingerprint_under(&contact, &modes);
        Self { contact: Box::new(contact), modes, fingerprint, photo }
    }

    /// Whether a contact known by that fingerprint, which shows its card so far, needs no other words.
    fn is_said_by(&self, fingerprint: &str, shown: &WriteModes) -> bool {
        if *shown == self.modes {
            return self.fingerprint == fingerprint;
        }
        fingerprint_under(&self.contact, shown) == fingerprint
            && is_as_chosen(&self.contact, shown, &self.modes)
    }
}

/// A contact that is there.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shown {
    pub(super) id: ContactId,
    /// How far it shows its card: a field of another mode than the default may be the user's.
    pub(super) modes: WriteModes,
    /// The digest of the picture that it shows, as far as we know.
    pub(super) photo: Option<String>,
}

/// The action for a card; none when Outlook already shows it. `wanted` is none for a deleted card.
pub(super) fn plan(wanted: Option<Wanted>, mirror: Option<&Mirror>) -> Option<Action> {
    let Some(mirror) = mirror else { return wanted.map(Action::Create) };
    match (wanted, mirror) {
        (wanted, Mirror::Intended) => Some(Action::LookUp(wanted)),
        (Some(wanted), Mirror::There { contact_id, fingerprint, modes, photo }) => {
            let shown = Shown { id: contact_id.clone(), modes: *modes, photo: photo.clone() };
            plan_for(shown, fingerprint, wanted)
        }
        (Some(wanted), Mirror::Refused { fingerprint, .. }) if wanted.fingerprint == *fingerprint => None,
        (Some(wanted), Mirror::Refused { contact_id: Some(id), .. }) => {
            Some(Action::Update(Shown::found(id.clone()), wanted))
        }
        (Some(wanted), Mirror::Refused { contact_id: None, .. }) => Some(Action::Create(wanted)),
        (None, Mirror::There { contact_id: id, .. } | Mirror::Refused { contact_id: Some(id), .. }) => {
            Some(Action::Delete(id.clone()))
        }
        (None, Mirror::Refused { contact_id: None, .. }) => Some(Action::Forget),
    }
}

/// The action for a card whose contact is there.
fn plan_for(shown: Shown, fingerprint: &str, wanted: Wanted) -> Option<Action> {
    if !wanted.is_said_by(fingerprint, &shown.modes) {
        return Some(Action::Update(shown, wanted));
    }
    let now = Shown { modes: known_as(&shown.modes, &wanted.modes), ..shown.clone() };
    if wanted.photo != shown.photo {
        Some(Action::Picture(now, wanted))
    } else if now != shown {
        Some(Action::Note(now, wanted))
    } else {
        None
    }
}

impl Shown {
    /// A contact of which only its id is known.
    pub(super) fn found(id: ContactId) -> Self {
        Self { id, modes: WriteModes::default(), photo: None }
    }
}

/// The action once the look-up has found `contact`, or nothing.
pub(super) fn after_look_up(wanted: Option<Wanted>, contact: Option<ContactId>) -> Action {
    match (wanted, contact) {
        (Some(wanted), Some(id)) => Action::Update(Shown::found(id), wanted),
        (Some(wanted), None) => Action::Create(wanted),
        (None, Some(contact)) => Action::Delete(contact),
        (None, None) => Action::Forget,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(fingerprint: &str) -> Wanted {
        let modes = WriteModes::default();
        Wanted { contact: Box::default(), modes, fingerprint: fingerprint.to_owned(), photo: None }
    }

    fn id() -> ContactId {
        "c1".to_owned().into()
    }

    fn shown(photo: Option<&str>) -> Shown {
        Shown { photo: photo.map(str::to_owned), ..Shown::found(id()) }
    }

    #[test]
    fn every_state_of_a_card_meets_every_state_of_its_contact() {
        let with = |photo: Option<&str>| Mirror::There {
            contact_id: id(),
            fingerprint: "old".to_owned(),
            modes: WriteModes::default(),
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
