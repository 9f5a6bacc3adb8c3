//! What a card gets from another card of the same person (feature B11).

use super::{Address, Card, filled, limits};

impl Card {
    /// The card with what it lacks taken from `other`; nothing that it has is replaced. Lists get the other's
    /// entries behind their own, as many as a card may have. The name as printed and the readings belong to the
    /// name: they come only where the card has no name of its own.
    #[must_use]
    pub fn completed_by(&self, other: &Self) -> Self {
        let either =
            |own: &Option<String>, other: &Option<String>| filled(own).or(filled(other)).map(str::to_owned);
        let is_named = self.family_name.is_some() || self.given_name.is_some() || self.full_name.is_some();
        let name = if is_named { self } else { other };
        let completed = Self {
            family_name: name.family_name.clone(),
            given_name: name.given_name.clone(),
            family_name_reading: name.family_name_reading.clone(),
            given_name_reading: name.given_name_reading.clone(),
            full_name: name.full_name.clone(),
            company: either(&self.company, &other.company),
            company_reading: either(&self.company_reading, &other.company_reading),
            department: either(&self.department, &other.department),
            title: either(&self.title, &other.title),
            emails: joined(&self.emails, &other.emails, limits::CONTACT_WAYS, |a, b| {
                a.eq_ignore_ascii_case(b)
            }),
            phones: joined(&self.phones, &other.phones, limits::CONTACT_WAYS, |a, b| a.number == b.number),
            address: self.address.clone().filter(|own| !own.is_blank()).or_else(|| other.address.clone()),
            other_addresses: joined(
                &self.other_addresses,
                &other.other_addresses,
                limits::OTHER_ADDRESSES,
                Address::eq,
            ),
            urls: joined(&self.urls, &other.urls, limits::URLS, String::eq),
            memo: memo(self.memo.as_deref(), other.memo.as_deref()),
            tags: joined(&self.tags, &other.tags, limits::TAGS, String::eq),
            exchanged_on: self.exchanged_on.or(other.exchanged_on),
        };
        // Two cards that are large each: what is asked for above all is that the card stays valid.
        if completed.validate().is_ok() { completed } else { self.clone() }
    }
}

fn joined<T: Clone>(own: &[T], other: &[T], most: usize, is_same: impl Fn(&T, &T) -> bool) -> Vec<T> {
    let new = other.iter().filter(|entry| !own.iter().any(|known| is_same(known, entry)));
    own.iter().chain(new).take(most.max(own.len())).cloned().collect()
}

/// Both memos, the card's own first; its own alone where it has the other already, or both are too long together.
fn memo(own: Option<&str>, other: Option<&str>) -> Option<String> {
    let has = |own: &str, other: &str| own == other || own.ends_with(&format!("\n{other}"));
    let own_first = match (own, other) {
        (Some(own), Some(other)) if !has(own, other) => format!("{own}\n{other}"),
        (own, other) => return own.or(other).map(str::to_owned),
    };
    let fits = own_first.chars().count() <= limits::MEMO;
    if fits { Some(own_first) } else { own.map(str::to_owned) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::card::{Phone, PhoneKind};

    #[test]
    fn b11_a_card_gets_what_it_lacks_and_keeps_what_it_has() {
        let own = Card {
            family_name: Some("佐藤".to_owned()),
            title: Some("部長".to_owned()),
            company: Some(" ".to_owned()),
            emails: vec!["Ken@aozora.example".to_owned()],
            memo: Some("展示会".to_owned()),
            ..Card::default()
        };
        let other = Card {
            family_name: Some("斉藤".to_owned()),
            given_name: Some("健".to_owned()),
            title: Some("課長".to_owned()),
            company: Some("青空商事".to_owned()),
            emails: vec!["ken@aozora.example".to_owned(), "k@old.example".to_owned()],
            phones: vec![Phone { kind: PhoneKind::Mobile, number: "090-1".to_owned() }],
            memo: Some("話が長い".to_owned()),
            tags: vec!["重要".to_owned()],
            ..Card::default()
        };
        let completed = own.completed_by(&other);
        let expected = Card {
            company: Some("青空商事".to_owned()),
            emails: vec!["Ken@aozora.example".to_owned(), "k@old.example".to_owned()],
            phones: other.phones.clone(),
            memo: Some("展示会\n話が長い".to_owned()),
            tags: other.tags.clone(),
            ..own.clone()
        };
        assert_eq!(completed, expected);
        assert_eq!(completed.completed_by(&other), completed, "twice is once");
        let nameless = Card { company: Some("青空商事".to_owned()), ..Card::default() };
        assert_eq!(nameless.completed_by(&other).given_name, other.given_name);
    }

    #[test]
    fn b11_two_full_cards_make_a_valid_one() {
        let full = |domain: &str| Card {
            family_name: Some("佐藤".to_owned()),
            emails: (0..limits::CONTACT_WAYS).map(|n| format!("k{n}@{domain}.example")).collect(),
            memo: Some("x".repeat(limits::MEMO)),
            ..Card::default()
        };
        let completed = full("a").completed_by(&full("b"));
        assert_eq!(completed, full("a"));
        assert_eq!(completed.validate(), Ok(()));
    }
}
