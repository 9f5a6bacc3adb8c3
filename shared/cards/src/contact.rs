//! What a card looks like as a contact in Outlook (features B05, B13, B14).

mod name;
mod notes;
mod parts;
#[cfg(test)]
mod properties;
mod slots;

pub(crate) use name::{is_east_asian, says_more};
pub(crate) use notes::with_what_the_user_wrote;
pub(crate) use parts::{Sent, fingerprint_under, is_as_chosen, known_as, sent};

use graph::contacts::{Contact, EmailAddress, PhysicalAddress};
use types::Language;

use crate::card::{Address, Card, filled};

/// The contact for a card. `card_url` is the card's page in the CRM, linked in the notes (feature B14). The same
/// card, address and language always give the same contact; memo, tags and the day of exchange are not in it.
/// What a contact has no slot for (a fourth e-mail address, a third number, a fax number, a second address)
/// stands in the notes, one line each, labelled in that language (requirement R15). The notes end with the line
/// below which the user writes.
#[must_use]
pub fn contact_for(card: &Card, card_url: &str, language: Language) -> Contact {
    let names = name::names(card);
    let slots = slots::fill(card);
    let text = |field: &Option<String>| filled(field).map(str::to_owned);
    let mut notes = slots.notes;
    notes.push((notes::Label::Card, card_url.to_owned()));
    Contact {
        surname: text(&card.family_name),
        given_name: text(&card.given_name),
        yomi_surname: text(&card.family_name_reading),
        yomi_given_name: text(&card.given_name_reading),
        company_name: text(&card.company),
        yomi_company_name: text(&card.company_reading),
        department: text(&card.department),
        job_title: text(&card.title),
        email_addresses: slots
            .emails
            .into_iter()
            .map(|address| EmailAddress { name: Some(names.display.clone()), address })
            .collect(),
        business_phones: slots.business_phones,
        home_phones: slots.home_phones,
        mobile_phone: slots.mobile_phone,
        business_address: card.address.as_ref().filter(|address| !address.is_blank()).map(physical_address),
        business_home_page: slots.home_page,
        personal_notes: Some(notes::block(language, &notes)),
        display_name: Some(names.display),
        file_as: Some(names.file_as),
        // Part of the given name and of the printed name: a card does not tell them apart.
        middle_name: None,
        title: None,
    }
}

fn physical_address(address: &Address) -> PhysicalAddress {
    let parts = address.in_parts();
    let street: Vec<_> = [parts.street, parts.building].into_iter().flatten().collect();
    PhysicalAddress {
        street: Some(street.join(" ")).filter(|street| !street.is_empty()),
        city: parts.city,
        state: parts.region,
        country_or_region: parts.country,
        postal_code: parts.postal_code,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::card::{Phone, PhoneKind};

    const CARD_URL: &str = "https://crm.example/cards/1";

    fn sato() -> Card {
        Card {
            family_name: Some("佐藤".into()),
            given_name: Some("健一".into()),
            family_name_reading: Some("さとう".into()),
            given_name_reading: Some("けんいち".into()),
            company: Some("株式会社青空精機".into()),
            company_reading: Some("あおぞらせいき".into()),
            department: Some("営業本部 営業一課".into()),
            title: Some("課長".into()),
            emails: vec!["k-sato@aozora.example.co.jp".into()],
            phones: vec![
                Phone { kind: PhoneKind::Work, number: "03-0000-5510".into() },
                Phone { kind: PhoneKind::Mobile, number: "090-0000-7765".into() },
                Phone { kind: PhoneKind::Fax, number: "03-0000-5511".into() },
            ],
            address: Some(Address {
                postal_code: Some("141-0032".into()),
                country: Some("日本".into()),
                street: Some("東京都品川区大崎1-99-3".into()),
                building: Some("青空タワー12階".into()),
                ..Address::default()
            }),
            urls: vec!["https://www.aozora.example.co.jp/".into()],
            ..Card::default()
        }
    }

    #[test]
    fn every_field_of_the_card_has_its_place() {
        let expected = serde_json::json!({
            "displayName": "佐藤 健一",
            "fileAs": "佐藤 健一",
            "surname": "佐藤",
            "givenName": "健一",
            "middleName": null,
            "title": null,
            "yomiSurname": "さとう",
            "yomiGivenName": "けんいち",
            "companyName": "株式会社青空精機",
            "yomiCompanyName": "あおぞらせいき",
            "department": "営業本部 営業一課",
            "jobTitle": "課長",
            "emailAddresses": [{"name": "佐藤 健一", "address": "k-sato@aozora.example.co.jp"}],
            "businessPhones": ["03-0000-5510"],
            "homePhones": [],
            "mobilePhone": "090-0000-7765",
            "businessAddress": {
                "street": "大崎1-99-3 青空タワー12階",
                "city": "品川区",
                "state": "東京都",
                "countryOrRegion": "日本",
                "postalCode": "141-0032",
            },
            "businessHomePage": "https://www.aozora.example.co.jp/",
            "personalNotes": "FAX: 03-0000-5511\n名刺: https://crm.example/cards/1\n\
                ▼ この行から下は自由にお書きください。名刺が更新されても残ります。",
        });
        assert_eq!(serde_json::to_value(contact_for(&sato(), CARD_URL, Language::Ja)).unwrap(), expected);
    }

    #[test]
    fn the_fingerprint_changes_with_what_outlook_shows_and_with_nothing_else() {
        let fingerprint_of = |card: &Card, url| crate::fingerprint(&contact_for(card, url, Language::Ja));
        let before = fingerprint_of(&sato(), CARD_URL);
        let unseen = Card {
            memo: Some("展示会で会った".into()),
            tags: vec!["重要".into()],
            exchanged_on: Some(jiff::civil::date(2026, 4, 1)),
            ..sato()
        };
        assert_eq!(fingerprint_of(&unseen, CARD_URL), before);
        let promoted = Card { title: Some("部長".into()), ..sato() };
        assert_ne!(fingerprint_of(&promoted, CARD_URL), before);
        assert_ne!(fingerprint_of(&sato(), "https://crm.example/cards/2"), before);
        assert_eq!(before.len(), 43);
    }

    #[test]
    fn a_card_of_a_company_is_called_by_it() {
        let card =
            Card {
                company: Some("青空精機".into()), address: Some(Address::default()), ..Card::default()
            };
        let contact = contact_for(&card, CARD_URL, Language::Ja);
        assert_eq!(contact.display_name.as_deref(), Some("青空精機"));
        assert_eq!((contact.surname, contact.business_address), (None, None));
    }
}
