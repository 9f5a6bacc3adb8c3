//! A business card as the CRM gives it: what the API takes and the table keeps.

mod address;
mod combined;
mod email;
mod limits;
mod merge;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use limits::{FieldError, Problem};

/// A business card in a user's collection. Every field is optional, but a card without any name needs a
/// company. Texts are kept as written; `contact_for` says what becomes of them in Outlook (feature B05).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Card {
    /// 姓
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family_name: Option<String>,
    /// 名; further given names and initials stand here too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
    /// 姓のふりがな, in the script of the card.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family_name_reading: Option<String>,
    /// 名のふりがな, in the script of the card.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_name_reading: Option<String>,
    /// The name as printed, where it is more than family and given name (titles, degrees) or cannot be
    /// taken apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub full_name: Option<String>,
    /// 会社名
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// 会社名のふりがな
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company_reading: Option<String>,
    /// 部署, from the largest unit to the smallest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// 役職
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// E-mail addresses, the most important first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub emails: Vec<String>,
    /// Telephone and fax numbers, the most important first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub phones: Vec<Phone>,
    /// The address of the office.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
    /// Further addresses on the card: a branch, a factory, a home.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub other_addresses: Vec<Address>,
    /// Web addresses, as printed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub urls: Vec<String>,
    /// What the user wrote about the person. Never leaves for Outlook (feature B13).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memo: Option<String>,
    /// The user's own labels. Never leave for Outlook (feature B13).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// The day the card was exchanged. Does not leave for Outlook.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub exchanged_on: Option<Date>,
}

/// A number on a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Phone {
    /// What rings.
    #[serde(default)]
    pub kind: PhoneKind,
    /// The number as written.
    pub number: String,
}

/// What rings when the number is dialled.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PhoneKind {
    /// A telephone at the office.
    #[default]
    Work,
    /// A mobile telephone.
    Mobile,
    /// A telephone at home.
    Home,
    /// A fax machine, at the office or at home.
    Fax,
    /// Anything else.
    Other,
}

/// A postal address. A CRM that knows only the whole gives `text`, which is taken apart on the way to
/// Outlook as far as it can be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Address {
    /// 郵便番号
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// The country's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// 都道府県, state, province.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// 市区町村, with the 郡 of a town and the 区 of a city.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// 町名・番地
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street: Option<String>,
    /// 建物名・階, or a post office box.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub building: Option<String>,
    /// The whole address, where its parts are not known; not read beside a region, a city or a street.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl Card {
    /// Says what is wrong with the card, field by field.
    ///
    /// # Errors
    /// Every fault, each with the path of its field (`emails[2]`, `address.city`); the paths are those of
    /// the JSON. Never empty.
    pub fn validate(&self) -> Result<(), Vec<FieldError>> {
        limits::check(self)
    }

    /// Whether there is something to call the card by: a name or a company.
    pub(crate) fn is_named(&self) -> bool {
        [&self.family_name, &self.given_name, &self.full_name, &self.company]
            .into_iter()
            .any(|field| filled(field).is_some())
    }
}

impl Address {
    /// Whether no part says anything.
    pub(crate) fn is_blank(&self) -> bool {
        self.parts().iter().all(|(_, part)| filled(part).is_none())
    }

    /// Every part with its name in JSON.
    pub(crate) fn parts(&self) -> [(&'static str, &Option<String>); 7] {
        [
            ("postal_code", &self.postal_code),
            ("country", &self.country),
            ("region", &self.region),
            ("city", &self.city),
            ("street", &self.street),
            ("building", &self.building),
            ("text", &self.text),
        ]
    }
}

/// The text of a field without the spaces around it; none when nothing is left.
pub(crate) fn filled(field: &Option<String>) -> Option<&str> {
    field.as_deref().map(str::trim).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_snake_case_lean_and_closed() {
        let json = r#"{"family_name":"佐藤","phones":[{"kind":"mobile","number":"090-0000-0000"}],"exchanged_on":"2026-04-01"}"#;
        let card: Card = serde_json::from_str(json).unwrap();
        assert_eq!(card.phones[0].kind, PhoneKind::Mobile);
        assert_eq!(serde_json::to_string(&card).unwrap(), json);
        for bad in [r#"{"familyName":"佐藤"}"#, r#"{"address":{"zip":"1"}}"#, r#"{"phones":[{"number":1}]}"#]
        {
            assert!(serde_json::from_str::<Card>(bad).is_err(), "{bad}");
        }
        assert_eq!(serde_json::from_str::<Card>("{}").unwrap(), Card::default());
    }
}
