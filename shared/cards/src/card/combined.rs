//! One card of what several sources say of a person (feature P15).

use super::{Address, Card, Phone, filled};
use crate::width::narrow;

impl Card {
    /// The card of these, the one that counts most first: field by field from the first that has it. What belongs
    /// together comes together: readings with the name and the company that they read, department and title with the
    /// company that they are of, the numbers of one kind from one card. A list is one field: it is not joined.
    #[must_use]
    pub fn combined(cards: &[&Self]) -> Self {
        let [card] = cards else { return of_several(cards) };
        Self::clone(card)
    }
}

fn of_several(cards: &[&Card]) -> Card {
    let first = |text: fn(&Card) -> &Option<String>| text_of(cards.iter().copied(), text);
    let named = cards.iter().find(|card| !name(card).is_empty());
    let of_name = |card: &&&Card| named.is_some_and(|named| name(named) == name(card));
    let read = cards
        .iter()
        .filter(of_name)
        .find(|card| filled(&card.family_name_reading).or(filled(&card.given_name_reading)).is_some());
    let company = first(|card| &card.company);
    let there = |card: &&Card| filled(&card.company).is_none_or(|other| is_same(&company, other));
    let at_the_company = || cards.iter().copied().filter(there);
    Card {
        family_name: named.and_then(|card| card.family_name.clone()),
        given_name: named.and_then(|card| card.given_name.clone()),
        family_name_reading: read.and_then(|card| card.family_name_reading.clone()),
        given_name_reading: read.and_then(|card| card.given_name_reading.clone()),
        full_name: named.and_then(|card| card.full_name.clone()),
        company_reading: text_of(at_the_company().filter(|card| filled(&card.company).is_some()), |card| {
            &card.company_reading
        }),
        department: text_of(at_the_company(), |card| &card.department),
        title: text_of(at_the_company(), |card| &card.title),
        company,
        emails: list_of(cards, |card| &card.emails),
        phones: phones(cards),
        address: cards.iter().find_map(|card| card.address.clone().filter(|address| !address.is_blank())),
        other_addresses: list_of::<Address>(cards, |card| &card.other_addresses),
        urls: list_of(cards, |card| &card.urls),
        memo: first(|card| &card.memo),
        tags: list_of(cards, |card| &card.tags),
        exchanged_on: cards.iter().find_map(|card| card.exchanged_on),
    }
}

fn text_of<'a>(
    mut cards: impl Iterator<Item = &'a Card>,
    text: fn(&Card) -> &Option<String>,
) -> Option<String> {
    cards.find_map(|card| filled(text(card)).map(str::to_owned))
}

fn list_of<T: Clone>(cards: &[&Card], list: fn(&Card) -> &Vec<T>) -> Vec<T> {
    cards.iter().map(|card| list(card)).find(|list| !list.is_empty()).cloned().unwrap_or_default()
}

/// The numbers of each kind from the first card that has one of that kind.
fn phones(cards: &[&Card]) -> Vec<Phone> {
    let mut phones: Vec<Phone> = Vec::new();
    for card in cards {
        let new = card.phones.iter().filter(|phone| !phones.iter().any(|known| known.kind == phone.kind));
        let new: Vec<Phone> = new.cloned().collect();
        phones.extend(new);
    }
    phones
}

/// What a card calls its person, to compare; empty when it calls nobody.
fn name(card: &Card) -> String {
    let parts = [&card.family_name, &card.given_name].map(|part| solid(filled(part).unwrap_or_default()));
    let name = parts.concat();
    if name.is_empty() { solid(filled(&card.full_name).unwrap_or_default()) } else { name }
}

fn is_same(company: &Option<String>, other: &str) -> bool {
    company.as_deref().is_some_and(|company| solid(company) == solid(other))
}

/// A text without its spaces, width and case.
fn solid(text: &str) -> String {
    narrow(text).split_whitespace().collect::<String>().to_lowercase()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn combined(cards: &[Value]) -> Value {
        let cards: Vec<Card> =
            cards.iter().map(|json| serde_json::from_value(json.clone()).expect("a card")).collect();
        serde_json::to_value(Card::combined(&cards.iter().collect::<Vec<_>>())).expect("JSON")
    }

    #[test]
    fn p15_each_field_comes_from_the_first_source_that_has_it() {
        let crm = json!({"family_name": "佐藤", "given_name": "健一", "company": "青空精機", "title": "部長",
            "emails": ["k@aozora.example"], "phones": [{"kind": "work", "number": "03-1"}], "memo": " "});
        let scanned = json!({"family_name": "佐藤", "given_name": "健一", "family_name_reading": "さとう",
            "company": "青空 精機", "company_reading": "あおぞら", "department": "営業部", "title": "課長",
            "emails": ["old@aozora.example", "b@aozora.example"], "address": {"city": "港区"}, "memo": "展示会",
            "phones": [{"kind": "work", "number": "03-2"}, {"kind": "mobile", "number": "090-1"}]});
        let expected = json!({"family_name": "佐藤", "given_name": "健一", "family_name_reading": "さとう",
            "company": "青空精機", "company_reading": "あおぞら", "department": "営業部", "title": "部長",
            "emails": ["k@aozora.example"], "address": {"city": "港区"}, "memo": "展示会",
            "phones": [{"kind": "work", "number": "03-1"}, {"kind": "mobile", "number": "090-1"}]});
        assert_eq!(combined(&[crm.clone(), scanned.clone()]), expected);
        let other_way = combined(&[scanned, crm]);
        assert_eq!(
            (&other_way["title"], &other_way["phones"][0]["number"]),
            (&json!("課長"), &json!("03-2"))
        );
    }

    #[test]
    fn p15_what_belongs_to_another_name_or_company_is_not_mixed_in() {
        let now = json!({"family_name": "鈴木", "given_name": "花", "company": "北星工業"});
        let before = json!({"family_name": "佐藤", "given_name": "花", "family_name_reading": "さとう",
            "full_name": "佐藤 花 博士", "company": "青空商事", "company_reading": "あおぞら", "department": "営業部",
            "title": "課長", "urls": ["https://a.example"]});
        let mut expected = now.clone();
        expected["urls"] = json!(["https://a.example"]);
        assert_eq!(combined(&[now, before]), expected);
        // A signature that names no company says where its person stands all the same.
        let signature = json!({"full_name": "鈴木　花", "title": "部長", "family_name_reading": "すずき"});
        let card = json!({"family_name": "鈴木", "given_name": "花", "company": "北星工業"});
        let both = combined(&[card, signature]);
        assert_eq!((&both["title"], &both["family_name_reading"]), (&json!("部長"), &json!("すずき")));
    }

    #[test]
    fn p15_one_source_alone_is_the_card_as_it_was_put() {
        let card = json!({"company": " 青空 ", "emails": ["a@x.example"]});
        assert_eq!(combined(std::slice::from_ref(&card)), card);
    }
}
