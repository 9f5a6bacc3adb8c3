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
    /// Overwrite it.
    Update(ContactId, Wanted),
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
}

/// The action for a card; none when Outlook already shows it. `wanted` is none for a deleted card.
pub(super) fn plan(wanted: Option<Wanted>, mirror: Option<&Mirror>) -> Option<Action> {
    let is_shown = |shown: &str| wanted.as_ref().is_some_and(|wanted| wanted.fingerprint == shown);
    match mirror {
        None => wanted.map(Action::Create),
        Some(Mirror::Intended) => Some(Action::LookUp(wanted)),
        Some(Mirror::There { fingerprint, .. } | Mirror::Refused { fingerprint, .. })
            if is_shown(fingerprint) =>
        {
            None
        }
        Some(Mirror::There { contact_id, .. } | Mirror::Refused { contact_id: Some(contact_id), .. }) => {
            Some(match wanted {
                Some(wanted) => Action::Update(contact_id.clone(), wanted),
                None => Action::Delete(contact_id.clone()),
            })
        }
        Some(Mirror::Refused { contact_id: None, .. }) => Some(wanted.map_or(Action::Forget, Action::Create)),
    }
}

/// The action once the look-up has found `contact`, or nothing.
pub(super) fn after_look_up(wanted: Option<Wanted>, contact: Option<ContactId>) -> Action {
    match (wanted, contact) {
        (Some(wanted), Some(contact)) => Action::Update(contact, wanted),
        (Some(wanted), None) => Action::Create(wanted),
        (None, Some(contact)) => Action::Delete(contact),
        (None, None) => Action::Forget,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(fingerprint: &str) -> Wanted {
        Wanted { contact: Box::default(), fingerprint: fingerprint.to_owned() }
    }

    fn id() -> ContactId {
        "c1".to_owned().into()
    }

    #[test]
    fn every_state_of_a_card_meets_every_state_of_its_contact() {
        let there = Mirror::There { contact_id: id(), fingerprint: "old".to_owned() };
        let refused = |contact_id| Mirror::Refused { contact_id, fingerprint: "old".to_owned() };
        let (new, old) = (Some(wanted("new")), Some(wanted("old")));
        let cases = [
            (new.clone(), None, Some(Action::Create(wanted("new")))),
            (None, None, None),
            (new.clone(), Some(Mirror::Intended), Some(Action::LookUp(new.clone()))),
            (None, Some(Mirror::Intended), Some(Action::LookUp(None))),
            (old.clone(), Some(there.clone()), None),
            (new.clone(), Some(there.clone()), Some(Action::Update(id(), wanted("new")))),
            (None, Some(there), Some(Action::Delete(id()))),
            (old, Some(refused(None)), None),
            (new.clone(), Some(refused(None)), Some(Action::Create(wanted("new")))),
            (new.clone(), Some(refused(Some(id()))), Some(Action::Update(id(), wanted("new")))),
            (None, Some(refused(Some(id()))), Some(Action::Delete(id()))),
            (None, Some(refused(None)), Some(Action::Forget)),
        ];
        for (wanted, mirror, expected) in cases {
            assert_eq!(plan(wanted.clone(), mirror.as_ref()), expected, "{wanted:?} {mirror:?}");
        }
        assert_eq!(after_look_up(new.clone(), Some(id())), Action::Update(id(), wanted("new")));
        assert_eq!(after_look_up(new, None), Action::Create(wanted("new")));
        assert_eq!(after_look_up(None, Some(id())), Action::Delete(id()));
        assert_eq!(after_look_up(None, None), Action::Forget);
    }
}
