//! How long each field of a card may be, and what may stand in it.

use std::fmt;

use serde::Serialize;
use utoipa::ToSchema;

use super::{Address, Card, email};
use crate::width::narrow_number;

/// Characters of a name, a company, a department, a part of an address.
const TEXT: usize = 200;
/// Characters of a street or of an address in one text; both may have several lines.
const ADDRESS_TEXT: usize = 500;
/// Characters of a number, with room for an extension.
const PHONE: usize = 50;
/// Characters of a web address.
const URL: usize = 1_000;
/// Characters of a memo.
pub(super) const MEMO: usize = 10_000;
/// Characters of a tag.
const TAG: usize = 100;
/// E-mail addresses, and numbers, of a card.
pub(super) const CONTACT_WAYS: usize = 20;
/// Web addresses of a card.
pub(super) const URLS: usize = 10;
/// Addresses beside the first.
pub(super) const OTHER_ADDRESSES: usize = 5;
/// Tags of a card.
pub(super) const TAGS: usize = 100;
/// Bytes of the whole card as JSON; a quarter of what a DynamoDB item may weigh.
const CARD_BYTES: usize = 100_000;

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// The path of the field in the card's JSON, as in `emails[2]`; empty for the card as a whole.
    pub field: String,
    /// What is wrong with it.
    #[serde(flatten)]
    pub problem: Problem,
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.field.is_empty() {
            self.problem.fmt(f)
        } else {
            write!(f, "{}: {}", self.field, self.problem)
        }
    }
}

/// The kinds of faults in a field. As JSON: `{"problem": "too_long", "max": 200}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema, thiserror::Error)]
#[serde(tag = "problem", rename_all = "snake_case")]
pub enum Problem {
    /// Nothing to call the card by.
    #[error("a card needs a name or a company")]
    NameOrCompanyMissing,
    /// The text is too long.
    #[error("must have at most {max} characters")]
    TooLong {
        /// The most characters.
        max: usize,
    },
    /// The list is too long.
    #[error("must have at most {max} entries")]
    TooMany {
        /// The most entries.
        max: usize,
    },
    /// The whole card weighs too much.
    #[error("a card must have at most {max} bytes as JSON")]
    TooLarge {
        /// The most bytes.
        max: usize,
    },
    /// An entry of a list says nothing.
    #[error("must not be empty")]
    Empty,
    /// A character that cannot be printed.
    #[error("must not contain control characters")]
    ControlCharacter,
    /// Not the shape of an e-mail address.
    #[error("must be an e-mail address")]
    NotAnEmail,
    /// A number without a digit.
    #[error("must contain a digit")]
    NoDigit,
    /// There is no such field, or it is of another kind.
    #[error("must be a field of a card, with a value of its kind")]
    Malformed,
}

impl Problem {
    /// The name of the kind in JSON and in the texts of both languages.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::NameOrCompanyMissing => "name_or_company_missing",
            Self::TooLong { .. } => "too_long",
            Self::TooMany { .. } => "too_many",
            Self::TooLarge { .. } => "too_large",
            Self::Empty => "empty",
            Self::ControlCharacter => "control_character",
            Self::NotAnEmail => "not_an_email",
            Self::NoDigit => "no_digit",
            Self::Malformed => "malformed",
        }
    }
}

/// The faults of a card, in the order of its fields.
pub(super) fn check(card: &Card) -> Result<(), Vec<FieldError>> {
    let mut faults = Faults::default();
    if !card.is_named() {
        faults.add("", Problem::NameOrCompanyMissing);
    }
    for (field, text) in lines(card) {
        faults.line(field, text.as_deref().unwrap_or_default(), TEXT);
    }
    faults.list("emails", &card.emails, CONTACT_WAYS, |faults, field, email| {
        if faults.entry(field, email, email::MAX_LENGTH) && !email::is_email(email.trim()) {
            faults.add(field, Problem::NotAnEmail);
        }
    });
    faults.list("phones", &card.phones, CONTACT_WAYS, |faults, field, phone| {
        let field = format!("{field}.number");
        if faults.entry(&field, &phone.number, PHONE)
            && !narrow_number(&phone.number).contains(|c: char| c.is_ascii_digit())
        {
            faults.add(field, Problem::NoDigit);
        }
    });
    if let Some(address) = &card.address {
        faults.address("address", address);
    }
    faults.list("other_addresses", &card.other_addresses, OTHER_ADDRESSES, Faults::address);
    faults.list("urls", &card.urls, URLS, |faults, field, url| {
        faults.entry(field, url, URL);
    });
    faults.text("memo", card.memo.as_deref().unwrap_or_default(), MEMO);
    faults.list("tags", &card.tags, TAGS, |faults, field, tag| {
        faults.entry(field, tag, TAG);
    });
    if faults.0.is_empty() && serde_json::to_vec(card).is_ok_and(|json| json.len() > CARD_BYTES) {
        faults.add("", Problem::TooLarge { max: CARD_BYTES });
    }
    if faults.0.is_empty() { Ok(()) } else { Err(faults.0) }
}

/// The fields of one line, with their names in JSON.
fn lines(card: &Card) -> [(&'static str, &Option<String>); 9] {
    [
        ("family_name", &card.family_name),
        ("given_name", &card.given_name),
        ("family_name_reading", &card.family_name_reading),
        ("given_name_reading", &card.given_name_reading),
        ("full_name", &card.full_name),
        ("company", &card.company),
        ("company_reading", &card.company_reading),
        ("department", &card.department),
        ("title", &card.title),
    ]
}

#[derive(Default)]
struct Faults(Vec<FieldError>);

impl Faults {
    fn add(&mut self, field: impl Into<String>, problem: Problem) {
        self.0.push(FieldError { field: field.into(), problem });
    }

    /// One line of text.
    fn line(&mut self, field: &str, text: &str, max: usize) {
        self.characters(field, text, max, char::is_control);
    }

    /// Text that may have several lines.
    fn text(&mut self, field: &str, text: &str, max: usize) {
        self.characters(field, text, max, |c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'));
    }

    /// A length in characters is looked at before anything else, so that a fault never costs a walk over
    /// megabytes more than once.
    fn characters(&mut self, field: &str, text: &str, max: usize, forbidden: impl Fn(char) -> bool) {
        if text.chars().nth(max).is_some() {
            self.add(field, Problem::TooLong { max });
        } else if text.chars().any(forbidden) {
            self.add(field, Problem::ControlCharacter);
        }
    }

    /// One line in a list, which must say something; whether it does and is sound.
    fn entry(&mut self, field: &str, text: &str, max: usize) -> bool {
        let before = self.0.len();
        if text.trim().is_empty() {
            self.add(field, Problem::Empty);
        } else {
            self.line(field, text, max);
        }
        self.0.len() == before
    }

    /// A list that is too long is one fault; its entries are not looked at.
    fn list<T>(&mut self, name: &str, entries: &[T], max: usize, each: impl Fn(&mut Self, &str, &T)) {
        if entries.len() > max {
            return self.add(name, Problem::TooMany { max });
        }
        for (index, entry) in entries.iter().enumerate() {
            each(self, &format!("{name}[{index}]"), entry);
        }
    }

    fn address(&mut self, name: &str, address: &Address) {
        for (part, text) in address.parts() {
            let text = text.as_deref().unwrap_or_default();
            match part {
                "street" | "text" => self.text(&format!("{name}.{part}"), text, ADDRESS_TEXT),
                _ => self.line(&format!("{name}.{part}"), text, TEXT),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::card::{Phone, PhoneKind};

    fn named() -> Card {
        Card { family_name: Some("佐藤".into()), ..Card::default() }
    }

    fn faults_of(card: &Card) -> Vec<(String, &'static str)> {
        let faults = card.validate().err().unwrap_or_default();
        faults.into_iter().map(|fault| (fault.field, fault.problem.key())).collect()
    }

    #[test]
    fn a_card_is_called_by_a_name_or_a_company() {
        let company = Card { company: Some("青空精機".into()), ..Card::default() };
        let blank = Card { full_name: Some(" \u{3000}".into()), ..Card::default() };
        assert!(named().validate().is_ok());
        assert!(company.validate().is_ok());
        assert_eq!(faults_of(&blank), [(String::new(), "name_or_company_missing")]);
    }

    #[test]
    fn every_fault_names_its_field() {
        let phone = |number: &str| Phone { kind: PhoneKind::Work, number: number.into() };
        let card = Card {
            title: Some("課\u{7}長".into()),
            department: Some("部".repeat(TEXT + 1)),
            emails: vec!["a@example.com".into(), " ".into(), "nobody".into()],
            phones: vec![phone("０３－１"), phone("代表")],
            address: Some(Address { city: Some("品川\n区".into()), ..Address::default() }),
            other_addresses: vec![Address { text: Some("x".repeat(ADDRESS_TEXT + 1)), ..Address::default() }],
            urls: vec!["x".into(); URLS + 1],
            memo: Some("一行目\n二行目\u{0}".into()),
            tags: vec!["x".repeat(TAG + 1)],
            ..named()
        };
        let expected = [
            ("department", "too_long"),
            ("title", "control_character"),
            ("emails[1]", "empty"),
            ("emails[2]", "not_an_email"),
            ("phones[1].number", "no_digit"),
            ("address.city", "control_character"),
            ("other_addresses[0].text", "too_long"),
            ("urls", "too_many"),
            ("memo", "control_character"),
            ("tags[0]", "too_long"),
        ];
        assert_eq!(faults_of(&card), expected.map(|(field, key)| (field.to_owned(), key)));
    }

    #[test]
    fn lengths_count_characters_and_the_whole_counts_bytes() {
        let full = Card { memo: Some("名".repeat(MEMO)), tags: vec!["札".repeat(TAG); TAGS], ..named() };
        assert!(full.validate().is_ok());
        let heavy = Card {
            memo: Some("😀".repeat(MEMO)),
            tags: vec!["😀".repeat(TAG); TAGS],
            urls: vec!["😀".repeat(URL); URLS],
            ..named()
        };
        assert_eq!(faults_of(&heavy), [(String::new(), "too_large")]);
        let long = Card { memo: Some("x".repeat(MEMO + 1)), ..named() };
        assert_eq!(faults_of(&long), [("memo".to_owned(), "too_long")]);
    }

    #[test]
    fn a_fault_as_json_says_kind_and_bound() {
        let fault = FieldError { field: "memo".into(), problem: Problem::TooLong { max: MEMO } };
        let json = serde_json::json!({"field": "memo", "problem": "too_long", "max": 10_000});
        assert_eq!(serde_json::to_value(&fault).unwrap(), json);
        assert_eq!(fault.to_string(), "memo: must have at most 10000 characters");
    }
}
