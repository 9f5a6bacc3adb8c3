//! One card from several sources (feature P15): a scanner, a CRM's record, a directory each put theirs, and the
//! organization says which counts first. Each is kept as it was put; they are combined whenever the card is read or
//! pushed, so another order of the sources needs no rewriting.

use std::collections::BTreeMap;

use accounts::SourceOrder;
use serde::{Deserialize, Serialize};
use types::{CardId, OrganizationId, SourceId, UserId};

use super::{CardItem, Cards, Change, Wanted, card_key, change_of};
use crate::{Card, CardsError};

/// What the sources say of a card; nothing once it was deleted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Given {
    /// What the default source says: what is put without naming one.
    #[serde(default)]
    pub(crate) card: Option<Card>,
    /// What the others say.
    #[serde(default, rename = "sources", skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) others: BTreeMap<SourceId, Card>,
}

/// What one source says of a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptSource {
    /// The source.
    pub source: SourceId,
    /// Its card.
    pub card: Card,
}

impl Cards {
    /// The most sources of a card beside the default one.
    pub const MOST_OTHER_SOURCES: usize = 4;
    /// The most bytes of their cards together, as JSON: with the default one's it is still an item.
    pub const MOST_OTHER_BYTES: usize = 200_000;

    /// Puts what a source says of a card, which must be valid; the same again changes nothing.
    ///
    /// # Errors
    /// `TooManySources`, `SourcesTooLarge`, or the store failed.
    pub async fn put_source(
        &self,
        organization: &OrganizationId,
        user: &UserId,
        card: &CardId,
        source: &SourceId,
        said: &Card,
    ) -> Result<Change, CardsError> {
        let decide = |found: &BTreeMap<CardId, CardItem>| {
            let mut given = found.get(card).map(|item| item.given.clone()).unwrap_or_default();
            let change = change_of(given.of(source), said);
            given.set(source, Some(said.clone()));
            given.check()?;
            Ok((vec![Wanted::given(card, given, found)], change))
        };
        self.change(organization, user, std::slice::from_ref(card), decide).await
    }

    /// Takes back what a source says of a card; with the last one the card is deleted.
    ///
    /// # Errors
    /// `NotFound` when it says nothing, or the store failed.
    pub async fn delete_source(
        &self,
        organization: &OrganizationId,
        user: &UserId,
        card: &CardId,
        source: &SourceId,
    ) -> Result<(), CardsError> {
        let decide = |found: &BTreeMap<CardId, CardItem>| {
            let mut given = found.get(card).map(|item| item.given.clone()).unwrap_or_default();
            given.of(source).ok_or(CardsError::NotFound)?;
            given.set(source, None);
            Ok((vec![Wanted::given(card, given, found)], ()))
        };
        self.change(organization, user, std::slice::from_ref(card), decide).await
    }

    /// What each source says of a card, the one that counts most first.
    ///
    /// # Errors
    /// `NotFound` when there is no such card, or the store failed.
    pub async fn sources(
        &self,
        organization: &OrganizationId,
        user: &UserId,
        card: &CardId,
        order: &SourceOrder,
    ) -> Result<Vec<KeptSource>, CardsError> {
        let item: Option<CardItem> = self.table.get(card_key(organization, user, card)).await?;
        let given = item.map(|item| item.given).filter(Given::is_there).ok_or(CardsError::NotFound)?;
        let named = |(source, card): (&str, &Card)| {
            let source = source.parse().ok()?;
            Some(KeptSource { source, card: card.clone() })
        };
        Ok(given.in_order(order).into_iter().filter_map(named).collect())
    }
}

impl Given {
    /// Whether there is a card.
    pub(crate) fn is_there(&self) -> bool {
        self.card.is_some() || !self.others.is_empty()
    }

    /// The card as the sources give it together; none when it was deleted.
    pub(crate) fn combined(&self, order: &SourceOrder) -> Option<Card> {
        let cards: Vec<&Card> = self.in_order(order).into_iter().map(|(_, card)| card).collect();
        self.is_there().then(|| Card::combined(&cards))
    }

    /// What a source says.
    pub(super) fn of(&self, source: &SourceId) -> Option<&Card> {
        if is_default(source) { self.card.as_ref() } else { self.others.get(source) }
    }

    fn set(&mut self, source: &SourceId, card: Option<Card>) {
        match card {
            card if is_default(source) => self.card = card,
            Some(card) => drop(self.others.insert(source.clone(), card)),
            None => drop(self.others.remove(source)),
        }
    }

    /// With what it lacks taken from another card of the same person, source by source (feature B11).
    pub(super) fn completed_by(mut self, other: &Self) -> Result<Self, CardsError> {
        self.card = match (self.card, &other.card) {
            (Some(own), Some(other)) => Some(own.completed_by(other)),
            (own, other) => own.or_else(|| other.clone()),
        };
        for (source, card) in &other.others {
            let own = self.others.get(source).map_or_else(|| card.clone(), |own| own.completed_by(card));
            self.others.insert(source.clone(), own);
        }
        self.check().map(|()| self)
    }

    /// Its size as JSON.
    pub(super) fn bytes(&self) -> usize {
        serde_json::to_vec(self).map_or(usize::MAX, |json| json.len())
    }

    fn check(&self) -> Result<(), CardsError> {
        let bytes = || serde_json::to_vec(&self.others).map_or(usize::MAX, |json| json.len());
        if self.others.len() > Cards::MOST_OTHER_SOURCES {
            Err(CardsError::TooManySources)
        } else if !self.others.is_empty() && bytes() > Cards::MOST_OTHER_BYTES {
            Err(CardsError::SourcesTooLarge)
        } else {
            Ok(())
        }
    }

    fn in_order(&self, order: &SourceOrder) -> Vec<(&str, &Card)> {
        let default = self.card.as_ref().map(|card| (SourceOrder::DEFAULT, card));
        let others = self.others.iter().map(|(source, card)| (source.as_str(), card));
        let mut all: Vec<_> = default.into_iter().chain(others).collect();
        all.sort_by(|(one, _), (other, _)| order.compare(one, other));
        all
    }
}

fn is_default(source: &SourceId) -> bool {
    source.as_str() == SourceOrder::DEFAULT
}
