//! What happens to the cards after the first push: some people change, some cards are thrown away.

use serde_json::{Value, json};

use super::card::Card;

/// How many cards are touched, at most.
const TOUCHED: usize = 10;

/// What is done to a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edit {
    Promotion,
    NewMobile,
    NewEmail,
    Deletion,
}

/// Which cards are touched and how: seven changed and three deleted, spread over all; fewer of a short file.
pub(super) fn edits(cards: usize) -> Vec<(usize, Edit)> {
    let touched = TOUCHED.min(cards);
    let edit = |index: usize| match index % 3 {
        2 => Edit::Deletion,
        _ => [Edit::Promotion, Edit::NewMobile, Edit::NewEmail][index / 2 % 3],
    };
    (0..touched).map(|index| (index * cards / touched, edit(index))).collect()
}

impl Edit {
    /// Changes the card as the CRM holds it, and what is expected of its contact.
    pub(super) fn apply(self, kept: &mut Value, card: &mut Card) {
        match self {
            Self::Promotion => {
                card.title = "執行役員".to_owned();
                kept["title"] = json!(card.title);
            }
            Self::NewMobile => {
                card.mobile_phones = vec!["070-0000-9090".to_owned()];
                let mut phones = kept["phones"].as_array().cloned().unwrap_or_default();
                phones.retain(|phone| phone["kind"] != "mobile");
                phones.push(json!({"kind": "mobile", "number": card.mobile_phones[0]}));
                kept["phones"] = phones.into();
            }
            Self::NewEmail => {
                card.emails = vec!["new.address@moved.example".to_owned()];
                kept["emails"] = json!(card.emails);
            }
            Self::Deletion => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn seven_change_and_three_go_and_no_card_is_touched_twice() {
        for (cards, changed, deleted) in [(99, 7, 3), (30, 7, 3), (10, 7, 3), (5, 4, 1), (1, 1, 0), (0, 0, 0)]
        {
            let edits = edits(cards);
            let gone = edits.iter().filter(|(_, edit)| *edit == Edit::Deletion).count();
            assert_eq!((edits.len() - gone, gone), (changed, deleted), "{cards}");
            let touched: BTreeSet<usize> = edits.iter().map(|(index, _)| *index).collect();
            assert!(touched.len() == edits.len() && touched.iter().all(|index| *index < cards), "{edits:?}");
        }
        let kinds: BTreeSet<String> = edits(99).iter().map(|(_, edit)| format!("{edit:?}")).collect();
        assert_eq!(kinds.len(), 4);
    }
}
