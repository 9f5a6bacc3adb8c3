//! 名寄せ: two cards of one person become one (feature B11).

use std::collections::BTreeMap;

use serde::Serialize;
use types::{CardId, OrganizationId, UserId};

use super::{CardItem, Cards, Given, Wanted};
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
    /// lacks from it, source by source, or becomes `result` where the CRM says what is to come out (of the default
    /// source; what its other sources say stays). `result` must be valid. The same again changes nothing.
    ///
    /// # Errors
    /// `NotFound` when one of the two is not there, `MergedElsewhere` when the card was merged into a third,
    /// `MergedIntoItself`, `TooManySources`, `SourcesTooLarge`, or the store failed.
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
            match (source.given.is_there(), &source.merged_into) {
                (false, Some(earlier)) if earlier == into => return Ok((Vec::new(), Merged::Unchanged)),
                (false, Some(_)) => return Err(CardsError::MergedElsewhere),
                (false, None) => return Err(CardsError::NotFound),
                (true, _) => {}
            }
            let target = found.get(into).filter(|item| item.given.is_there()).ok_or(CardsError::NotFound)?;
            let outcome = match result {
                Some(result) => Given { card: Some(result.clone()), ..target.given.clone() },
                None => target.given.clone().completed_by(&source.given)?,
            };
            let gone =
                Wanted { merged_into: Some(into.clone()), ..Wanted::given(card, Given::default(), found) };
            Ok((vec![gone, Wanted::given(into, outcome, found)], Merged::Merged))
        };
        self.change(organization, user, &[card.clone(), into.clone()], decide).await
    }
}
