//! 名寄せ: two cards of one person become one (feature B11).

use std::collections::BTreeMap;

use serde::Serialize;
use types::{CardId, OrganizationId, UserId};

use super::{CardItem, Cards, Wanted};
use crate::{Card, CardsError};

/// What a merge did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Merged {
    /// The card is gone and the other one has what it lacked.
    Merged,
    /// It was merged into that card before.
    Unchanged,
}

impl Cards {
    /// Merges a card into another: it goes, and its contact with it; the other one stays as it is, gets what it
    /// lacks from it, or becomes `result` where the CRM says what is to come out. `result` must be valid. The same
    /// again changes nothing.
    ///
    /// # Errors
    /// `NotFound` when one of the two is not there, `MergedElsewhere` when the card was merged into a third,
    /// `MergedIntoItself`, or the store failed.
    pub async fn merge(
        &self,
        organization: &OrganizationId,
        user: &UserId,
        card: &CardId,
        into: &CardId,
        result: Option<&Card>,
    ) -> Result<Merged, CardsError> {
        if card == into {
            return Err(CardsError::MergedIntoItself);
        }
        let decide = |found: &BTreeMap<CardId, CardItem>| {
            let source = found.get(card).ok_or(CardsError::NotFound)?;
            match (&source.card, &source.merged_into) {
                (None, Some(earlier)) if earlier == into => return Ok((Vec::new(), Merged::Unchanged)),
                (None, Some(_)) => return Err(CardsError::MergedElsewhere),
                _ => {}
            }
            let given_up = source.card.as_ref().ok_or(CardsError::NotFound)?;
            let target = found.get(into).and_then(|item| item.card.as_ref()).ok_or(CardsError::NotFound)?;
            let outcome = result.cloned().unwrap_or_else(|| target.completed_by(given_up));
            let gone = Wanted { merged_into: Some(into.clone()), ..Wanted::card(card, None, found) };
            Ok((vec![gone, Wanted::card(into, Some(outcome), found)], Merged::Merged))
        };
        self.change(organization, user, &[card.clone(), into.clone()], decide).await
    }
}
