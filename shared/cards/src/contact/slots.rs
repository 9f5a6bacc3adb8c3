//! Exchange gives a contact three e-mail addresses, two numbers at work, two at home and one mobile one;
//! a card may have more. What finds no slot is written into the notes, so that nothing is lost (R15).

use graph::contacts::Contact;

use super::notes::Label;
use crate::card::{Card, Phone, PhoneKind};
use crate::width::{narrow, narrow_number};

/// Where the numbers, addresses and web addresses of a card go.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Slots {
    pub(super) emails: Vec<String>,
    pub(super) business_phones: Vec<String>,
    pub(super) home_phones: Vec<String>,
    pub(super) mobile_phone: Option<String>,
    pub(super) home_page: Option<String>,
    /// What found no slot, one per line of the notes.
    pub(super) notes: Vec<(Label, String)>,
}

/// Fills the slots in the order of the card.
pub(super) fn fill(card: &Card) -> Slots {
    let mut slots = Slots::default();
    let of = |kind| numbers(&card.phones, kind);
    let (business, mut more) = taken(of(PhoneKind::Work), Contact::MOST_BUSINESS_PHONES);
    slots.business_phones = business;
    // A number of no known kind is a business number while there is room.
    let room = Contact::MOST_BUSINESS_PHONES - slots.business_phones.len();
    let (other, more_other) = taken(of(PhoneKind::Other), room);
    slots.business_phones.extend(other);
    more.extend(more_other);
    slots.note(Label::Phone, more);
    let (mobile, more) = taken(of(PhoneKind::Mobile), 1);
    slots.mobile_phone = mobile.into_iter().next();
    slots.note(Label::Mobile, more);
    let (home, more) = taken(of(PhoneKind::Home), Contact::MOST_HOME_PHONES);
    slots.home_phones = home;
    slots.note(Label::Home, more);
    // v1.0 of Graph has no property for fax numbers.
    slots.note(Label::Fax, of(PhoneKind::Fax));
    let (emails, more) =
        taken(unique(card.emails.iter().map(|email| narrow(email))), Contact::MOST_EMAIL_ADDRESSES);
    slots.emails = emails;
    slots.note(Label::Email, more);
    let addresses = card.other_addresses.iter().map(|address| address.in_parts().in_one_line());
    slots.note(Label::Address, unique(addresses));
    let (home_page, more) = taken(unique(card.urls.iter().map(|url| url.trim().to_owned())), 1);
    slots.home_page = home_page.into_iter().next();
    slots.note(Label::Url, more);
    slots
}

impl Slots {
    fn note(&mut self, label: Label, texts: Vec<String>) {
        self.notes.extend(texts.into_iter().map(|text| (label, text)));
    }
}

fn numbers(phones: &[Phone], kind: PhoneKind) -> Vec<String> {
    unique(phones.iter().filter(|phone| phone.kind == kind).map(|phone| narrow_number(&phone.number)))
}

/// The texts that say something, each once, in order.
fn unique(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen: Vec<String> = Vec::new();
    for text in texts.filter(|text| !text.trim().is_empty()) {
        if !seen.iter().any(|earlier| earlier.eq_ignore_ascii_case(&text)) {
            seen.push(text);
        }
    }
    seen
}

/// The first `room` texts and those left over.
fn taken(mut texts: Vec<String>, room: usize) -> (Vec<String>, Vec<String>) {
    let left_over = texts.split_off(room.min(texts.len()));
    (texts, left_over)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::card::Address;

    fn phone(kind: PhoneKind, number: &str) -> Phone {
        Phone { kind, number: number.into() }
    }

    #[test]
    fn what_finds_no_slot_is_noted() {
        let card = Card {
            emails: [
                "a@x.example",
                "A@X.example",
                "b@x.example",
                "c@x.example",
                "d@x.example",
                "e@x.example",
            ]
            .map(String::from)
            .into(),
            phones: vec![
                phone(PhoneKind::Work, "０３－１"),
                phone(PhoneKind::Work, "03-2"),
                phone(PhoneKind::Work, "03-1"),
                phone(PhoneKind::Work, "03-3"),
                phone(PhoneKind::Mobile, "090-1"),
                phone(PhoneKind::Mobile, "090-2"),
                phone(PhoneKind::Home, "045-1"),
                phone(PhoneKind::Fax, "03-9"),
                phone(PhoneKind::Other, "050-1"),
            ],
            other_addresses: vec![Address {
                text: Some("大阪府大阪市北区梅田1".into()),
                ..Address::default()
            }],
            urls: vec!["https://x.example".into(), "y.example".into()],
            ..Card::default()
        };
        let slots = fill(&card);
        assert_eq!(slots.emails, ["a@x.example", "b@x.example", "c@x.example"]);
        assert_eq!(slots.business_phones, ["03-1", "03-2"]);
        assert_eq!(slots.mobile_phone.as_deref(), Some("090-1"));
        assert_eq!(slots.home_phones, ["045-1"]);
        assert_eq!(slots.home_page.as_deref(), Some("https://x.example"));
        let notes = [
            (Label::Phone, "03-3"),
            (Label::Phone, "050-1"),
            (Label::Mobile, "090-2"),
            (Label::Fax, "03-9"),
            (Label::Email, "d@x.example"),
            (Label::Email, "e@x.example"),
            (Label::Address, "大阪府 大阪市北区 梅田1"),
            (Label::Url, "y.example"),
        ];
        assert_eq!(slots.notes, notes.map(|(label, text)| (label, text.to_owned())));
    }

    #[test]
    fn a_number_of_no_known_kind_takes_a_free_business_slot() {
        let phones = vec![phone(PhoneKind::Other, "050-1"), phone(PhoneKind::Work, "03-1")];
        let slots = fill(&Card { phones, ..Card::default() });
        assert_eq!(slots.business_phones, ["03-1", "050-1"]);
        assert!(slots.notes.is_empty());
    }
}
