//! News about people and companies: some fields of many cards at once (feature B12).

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value};
use types::{CardId, OrganizationId, UserId};

use super::{CardItem, Cards, Change, Wanted};
use crate::{Card, CardsError, FieldError, Problem};

/// The fields of a card that are to change, by their names in JSON: a value replaces, null clears, what is not
/// named stays (RFC 7396, one level deep: lists and addresses are replaced as a whole).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Patch(pub Map<String, Value>);

/// What a patch did to one card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Patched {
    /// It is another now, or was so before.
    Done(Change),
    /// There is no such card, or the default source says nothing of it.
    NotFound,
    /// The card would not be valid; it stays as it is.
    Invalid(Vec<FieldError>),
}

impl Cards {
    /// Changes some fields of many of a user's cards, in what the default source says of them. Up to 90 are written together; what cannot be done to one
    /// keeps nothing from the others.
    ///
    /// # Errors
    /// The store failed; earlier portions stay, and the same again changes them no more.
    pub async fn patch(
        &self,
        organization: &OrganizationId,
        user: &UserId,
        patches: Vec<(CardId, Patch)>,
    ) -> Result<Vec<Patched>, CardsError> {
        let decide = |portion: &[(CardId, Patch)], found: &BTreeMap<CardId, CardItem>| {
            let mut wanted = Vec::new();
            let told = portion.iter().map(|(id, patch)| {
                let Some(before) = found.get(id).and_then(|item| item.given.card.as_ref()) else {
                    return Patched::NotFound;
                };
                match patch.apply(before) {
                    Err(faults) => Patched::Invalid(faults),
                    Ok(after) if after == *before => Patched::Done(Change::Unchanged),
                    Ok(after) => {
                        wanted.push(Wanted::card(id, after, found));
                        Patched::Done(Change::Updated)
                    }
                }
            });
            let told = told.collect();
            (wanted, told)
        };
        self.change_many(organization, user, patches, decide).await
    }
}

impl Patch {
    /// The card with the patch applied.
    ///
    /// # Errors
    /// What is wrong with it, field by field.
    pub fn apply(&self, card: &Card) -> Result<Card, Vec<FieldError>> {
        let mut members = match serde_json::to_value(card) {
            Ok(Value::Object(members)) => members,
            _ => Map::new(),
        };
        let mut faults = Vec::new();
        for (field, value) in &self.0 {
            if value.is_null() {
                members.remove(field);
                continue;
            }
            // Field by field, so that the fault of one is told with its name.
            let alone = Value::Object(Map::from_iter([(field.clone(), value.clone())]));
            match serde_json::from_value::<Card>(alone) {
                Ok(_) => drop(members.insert(field.clone(), value.clone())),
                Err(_) => faults.push(FieldError { field: field.clone(), problem: Problem::Malformed }),
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let card: Card = serde_json::from_value(Value::Object(members))
            .map_err(|_| vec![FieldError { field: String::new(), problem: Problem::Malformed }])?;
        card.validate().map(|()| card)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn patch(json: Value) -> Patch {
        Patch(json.as_object().cloned().expect("an object"))
    }

    #[test]
    fn b12_named_fields_are_replaced_or_cleared_and_the_others_stay() {
        let card = Card {
            family_name: Some("佐藤".to_owned()),
            title: Some("課長".to_owned()),
            department: Some("営業部".to_owned()),
            memo: Some("話が長い".to_owned()),
            ..Card::default()
        };
        let promoted = patch(json!({"title": "部長", "department": null, "emails": ["k@x.example"]}));
        let expected = Card {
            title: Some("部長".to_owned()),
            department: None,
            emails: vec!["k@x.example".to_owned()],
            ..card.clone()
        };
        assert_eq!(promoted.apply(&card), Ok(expected));
        assert_eq!(patch(json!({})).apply(&card), Ok(card.clone()));
        let cleared =
            patch(json!({"emails": null, "title": null})).apply(&promoted.apply(&card).expect("a card"));
        assert_eq!(cleared, Ok(Card { title: None, department: None, ..card }), "lists are cleared too");
    }

    #[test]
    fn b12_what_would_not_be_a_card_is_told_by_field() {
        let card = Card { company: Some("青空商事".to_owned()), ..Card::default() };
        for (json, field, problem) in [
            (json!({"titel": "部長"}), "titel", Problem::Malformed),
            (json!({"emails": "k@x.example"}), "emails", Problem::Malformed),
            (json!({"emails": ["nobody"]}), "emails[0]", Problem::NotAnEmail),
            (json!({"company": null}), "", Problem::NameOrCompanyMissing),
        ] {
            let faults = patch(json.clone()).apply(&card).expect_err("refused");
            assert_eq!(faults, [FieldError { field: field.to_owned(), problem }], "{json}");
        }
    }
}
