//! What an import would do, told before anything is done.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use types::{CardId, OrganizationId, UserId};

use crate::{
    Card, Cards, CardsError, Change,
    collection::{CardItem, card_key, change, is_push_needed},
};

/// What would happen to one card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// In the collection.
    pub change: Change,
    /// Whether Outlook would show a difference: memo and tags never leave (feature B13).
    pub reaches_outlook: bool,
    /// The fields that would be different, by their names in JSON.
    pub fields: Vec<String>,
}

impl Cards {
    /// What [`put`](Cards::put) would do to each of these cards, which are no two of the same id. Others may write
    /// in between.
    ///
    /// # Errors
    /// The store failed.
    pub async fn preview(
        &self,
        organization: &OrganizationId,
        user: &UserId,
        cards: &[(CardId, Card)],
    ) -> Result<Vec<Preview>, CardsError> {
        let keys = cards.iter().map(|(id, _)| card_key(organization, user, id)).collect();
        let found: Vec<CardItem> = self.table.get_many(keys).await?;
        let found: BTreeMap<CardId, CardItem> =
            found.into_iter().map(|item| (item.card_id.clone(), item)).collect();
        Ok(cards.iter().map(|(id, card)| preview(found.get(id), card)).collect())
    }
}

fn preview(found: Option<&CardItem>, card: &Card) -> Preview {
    let before = found.and_then(|item| item.given.card.as_ref());
    Preview {
        change: change(found, card),
        reaches_outlook: is_push_needed(before, Some(card)),
        fields: differing(before, card),
    }
}

fn differing(before: Option<&Card>, after: &Card) -> Vec<String> {
    let (before, after) = (members(before), members(Some(after)));
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort();
    names.dedup();
    names.into_iter().filter(|name| before.get(*name) != after.get(*name)).cloned().collect()
}

fn members(card: Option<&Card>) -> Map<String, Value> {
    match card.map(serde_json::to_value) {
        Some(Ok(Value::Object(members))) => members,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_that_differ_are_named_whether_they_come_go_or_change() {
        let before = Card {
            family_name: Some("佐藤".to_owned()),
            title: Some("課長".to_owned()),
            memo: Some("話が長い".to_owned()),
            ..Card::default()
        };
        let after = Card {
            title: Some("部長".to_owned()),
            memo: None,
            company: Some("青空商事".to_owned()),
            ..before.clone()
        };
        assert_eq!(differing(Some(&before), &after), ["company", "memo", "title"]);
        assert_eq!(differing(Some(&before), &before), Vec::<String>::new());
        assert_eq!(differing(None, &after), ["company", "family_name", "title"]);
    }
}
