//! What holds for every card whatever, sound or not.

use graph::contacts::Contact;
use proptest::prelude::*;
use types::Language;

use super::contact_for;
use crate::card::{Address, Card, Phone, PhoneKind};
use crate::japanese_address;
use crate::width::{narrow, narrow_number};

const CARD_URL: &str = "https://crm.example/cards/1";

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,12}",
        "[都道府県市区郡町村東京大阪四日廿々ー0-9０-９ \u{3000}〒-]{0,16}",
        prop::sample::select(vec![
            "",
            "佐藤",
            "Sarah",
            "東京都品川区大崎1-99-3 青空タワー",
            "０３－１",
            "a@b.example"
        ])
        .prop_map(String::from),
    ]
}

fn field() -> impl Strategy<Value = Option<String>> {
    prop::option::of(text())
}

fn texts() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(text(), 0..6)
}

fn phone() -> impl Strategy<Value = Phone> {
    use PhoneKind::{Fax, Home, Mobile, Other, Work};
    (prop::sample::select(vec![Work, Mobile, Home, Fax, Other]), text())
        .prop_map(|(kind, number)| Phone { kind, number })
}

fn address() -> impl Strategy<Value = Address> {
    [field(), field(), field(), field(), field(), field(), field()].prop_map(
        |[postal_code, country, region, city, street, building, text]| Address {
            postal_code,
            country,
            region,
            city,
            street,
            building,
            text,
        },
    )
}

fn card() -> impl Strategy<Value = Card> {
    let names = [field(), field(), field(), field(), field(), field(), field(), field(), field()];
    let addresses = (prop::option::of(address()), prop::collection::vec(address(), 0..3));
    let ways = (texts(), prop::collection::vec(phone(), 0..10), texts());
    (names, ways, addresses, field(), texts()).prop_map(|(names, ways, addresses, memo, tags)| {
        let [family, given, family_reading, given_reading, full, company, company_reading, department, title] = names;
        Card {
            family_name: family,
            given_name: given,
            family_name_reading: family_reading,
            given_name_reading: given_reading,
            full_name: full,
            company,
            company_reading,
            department,
            title,
            emails: ways.0,
            phones: ways.1,
            urls: ways.2,
            address: addresses.0,
            other_addresses: addresses.1,
            memo,
            tags,
            exchanged_on: None,
        }
    })
}

fn solid(text: &str) -> String {
    text.split_whitespace().collect()
}

proptest! {
    #[test]
    fn json_gives_the_same_card_back(card in card()) {
        let json = serde_json::to_string(&card).unwrap();
        prop_assert_eq!(serde_json::from_str::<Card>(&json).unwrap(), card);
    }

    #[test]
    fn the_slots_hold_and_what_does_not_fit_is_in_the_notes(card in card()) {
        let contact = contact_for(&card, CARD_URL, Language::Ja);
        prop_assert!(contact.email_addresses.len() <= Contact::MOST_EMAIL_ADDRESSES);
        prop_assert!(contact.business_phones.len() <= Contact::MOST_BUSINESS_PHONES);
        prop_assert!(contact.home_phones.len() <= Contact::MOST_HOME_PHONES);
        let notes = contact.personal_notes.unwrap();
        let link = format!("名刺: {CARD_URL}");
        prop_assert_eq!(notes.lines().rev().nth(1), Some(link.as_str()));
        let emails: Vec<_> = contact.email_addresses.iter().map(|email| email.address.to_lowercase()).collect();
        for email in card.emails.iter().map(|email| narrow(email)).filter(|email| !email.trim().is_empty()) {
            let known = emails.contains(&email.to_lowercase()) || notes.to_lowercase().contains(&email.to_lowercase());
            prop_assert!(known, "{}", email);
        }
        let mut numbers = [contact.business_phones, contact.home_phones].concat();
        numbers.extend(contact.mobile_phone);
        for number in card.phones.iter().map(|phone| narrow_number(&phone.number)).filter(|number| !number.trim().is_empty()) {
            let known = numbers.iter().any(|slot| slot.eq_ignore_ascii_case(&number)) || notes.to_lowercase().contains(&number.to_lowercase());
            prop_assert!(known, "{}", number);
        }
    }

    #[test]
    fn memo_and_tags_never_flow(card in card(), memo in field(), tags in texts()) {
        let other = Card { memo, tags, ..card.clone() };
        prop_assert_eq!(contact_for(&other, CARD_URL, Language::Ja), contact_for(&card, CARD_URL, Language::Ja));
    }

    #[test]
    fn validation_never_panics_and_names_a_field_that_exists(card in card()) {
        let json = serde_json::to_value(&card).unwrap();
        for fault in card.validate().err().unwrap_or_default().into_iter().filter(|fault| !fault.field.is_empty()) {
            let pointer = format!("/{}", fault.field.replace('[', "/").replace(']', "").replace('.', "/"));
            prop_assert!(json.pointer(&pointer).is_some(), "{}", fault);
        }
    }

    #[test]
    fn an_address_in_parts_stays_so(address in address()) {
        let parts = address.in_parts();
        prop_assert_eq!(parts.in_parts(), parts);
    }

    #[test]
    fn no_character_of_an_address_is_lost(text in text()) {
        let parts = japanese_address::split(&text);
        let together = [parts.postal_code, parts.region, parts.city, parts.street].concat();
        let without_mark = solid(&text);
        let without_mark = without_mark.strip_prefix('〒').filter(|_| !parts.postal_code.is_empty()).unwrap_or(&without_mark);
        prop_assert_eq!(solid(&together), without_mark);
    }
}
