//! A contact in its parts, each the card's or the user's as the organization chose (features B09, P13).
//!
//! | mode | what is written |
//! |---|---|
//! | `overwrite` | what the card says; what it lacks is emptied |
//! | `keep_when_blank` | what the card says; what it lacks is left as it is |
//! | `fill` | what the card says, where Outlook has nothing or still has what we wrote last; what the user entered stays |
//! | `leave` | nothing; only the name of a new contact, which must have one |
//!
//! A part is written or left as a whole: the name with all that is made of it, the readings of the name, the list of
//! e-mail addresses, the numbers of one kind, the address. A value that the user deleted is blank, so `fill` fills it
//! again when the card changes next. Notes and picture have no mode: below their line the notes are the user's anyway.
//!
//! What we wrote last stands on the contact itself, as a digest of each part, in the same write as the values: so it
//! is true whatever died or was forgotten in between. Where there is no such record, a value that is not the card's
//! counts as the user's.

use accounts::{ContactField, WriteMode, WriteModes};
use graph::contacts::{Contact, Present};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::fingerprint::{digest, short};

/// Properties that are written or left together.
struct Part {
    field: ContactField,
    properties: &'static [&'static str],
}

const fn part(field: ContactField, properties: &'static [&'static str]) -> Part {
    Part { field, properties }
}

/// The order is that of the digests in the record.
const PARTS: [Part; 12] = [
    part(ContactField::Name, &["displayName", "fileAs", "givenName", "middleName", "surname", "title"]),
    part(ContactField::Readings, &["yomiGivenName", "yomiSurname"]),
    part(ContactField::Readings, &["yomiCompanyName"]),
    part(ContactField::Company, &["companyName"]),
    part(ContactField::Position, &["department"]),
    part(ContactField::Position, &["jobTitle"]),
    part(ContactField::Emails, &["emailAddresses"]),
    part(ContactField::Phones, &["businessPhones"]),
    part(ContactField::Phones, &["homePhones"]),
    part(ContactField::Phones, &["mobilePhone"]),
    part(ContactField::Address, &["businessAddress"]),
    part(ContactField::HomePage, &["businessHomePage"]),
];

/// The first word of a record whose digests are those of [`PARTS`]. A record of another one says nothing.
const RECORD: &str = "1";
/// A part that we never wrote, or emptied.
const NOTHING: &str = "-";

/// What of a contact is written, and what is then known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sent {
    /// The properties that are left as they are.
    pub(crate) withheld: Vec<&'static str>,
    /// What we wrote last, for the contact itself.
    pub(crate) record: String,
    /// How far the contact shows the card.
    pub(crate) shown: WriteModes,
}

/// What is to be written of `contact` over what is there; none for a new one.
pub(crate) fn sent(contact: &Contact, chosen: &WriteModes, present: Option<&Present>) -> Sent {
    let ours = properties(contact);
    let record = present.and_then(Present::record).and_then(|record| record.split_once(' '));
    let (_, digests) = record.filter(|(kind, _)| *kind == RECORD).unwrap_or_default();
    let mut earlier = digests.split_whitespace();
    let mut sent = Sent { withheld: Vec::new(), record: RECORD.to_owned(), shown: WriteModes::default() };
    for part in &PARTS {
        let (mode, wanted) = (chosen.of(part.field), part.said(&ours));
        let written = earlier.next().unwrap_or(NOTHING);
        let is_withheld = match (mode, present) {
            (WriteMode::Leave, None) => part.field != ContactField::Name,
            (WriteMode::Leave, Some(_)) => true,
            (WriteMode::Overwrite, _) | (_, None) => false,
            (WriteMode::KeepWhenBlank, Some(present)) => {
                wanted.is_none() && part.said(&present.properties).is_some()
            }
            (WriteMode::Fill, Some(present)) => {
                let there = part.said(&present.properties);
                there.as_deref().is_some_and(|there| there != written) && there != wanted
            }
        };
        if is_withheld {
            sent.withheld.extend(part.properties);
        }
        if is_withheld || mode == WriteMode::Leave {
            sent.shown = sent.shown.with(part.field, mode);
        }
        let now = if is_withheld { written } else { wanted.as_deref().unwrap_or(NOTHING) };
        sent.record = format!("{} {now}", sent.record);
    }
    sent
}

/// The fingerprint of a contact without what those modes leave alone.
pub(crate) fn fingerprint_under(contact: &Contact, modes: &WriteModes) -> String {
    let mut written = properties(contact);
    for part in PARTS.iter().filter(|part| modes.of(part.field) == WriteMode::Leave) {
        written.retain(|name, _| !part.properties.contains(&name.as_str()));
    }
    digest(&written)
}

/// Whether a contact that shows `contact` as far as `shown` says is as the organization chooses now.
pub(crate) fn is_as_chosen(contact: &Contact, shown: &WriteModes, chosen: &WriteModes) -> bool {
    use WriteMode::{Fill, KeepWhenBlank, Leave, Overwrite};
    let ours = properties(contact);
    ContactField::ALL.into_iter().all(|field| match (shown.of(field), chosen.of(field)) {
        (_, Leave) | (Overwrite, _) | (Fill, Fill) | (KeepWhenBlank, KeepWhenBlank | Fill) => true,
        (KeepWhenBlank | Fill, Overwrite) | (Leave, Overwrite | Fill) => false,
        (Fill | Leave, KeepWhenBlank) => {
            PARTS.iter().filter(|part| part.field == field).all(|part| part.said(&ours).is_none())
        }
    })
}

/// What is known of a contact that is as chosen without being written.
pub(crate) fn known_as(shown: &WriteModes, chosen: &WriteModes) -> WriteModes {
    let known = |known: WriteModes, field| match (shown.of(field), chosen.of(field)) {
        (_, WriteMode::Leave) => known.with(field, WriteMode::Leave),
        (WriteMode::Leave, mode) => known.with(field, mode),
        (mode, _) => known.with(field, mode),
    };
    ContactField::ALL.into_iter().fold(WriteModes::default(), known)
}

fn properties(contact: &Contact) -> Map<String, Value> {
    match serde_json::to_value(contact) {
        Ok(Value::Object(properties)) => properties,
        _ => Map::new(),
    }
}

impl Part {
    /// A digest of what this part says; none when it says nothing.
    fn said(&self, properties: &Map<String, Value>) -> Option<String> {
        let said = self.properties.iter().map(|name| properties.get(*name).map_or(Value::Null, plain));
        let said: Vec<Value> = said.collect();
        let digest = || short(&Sha256::digest(Value::from(said.clone()).to_string())[..6]);
        (!said.iter().all(Value::is_null)).then(digest)
    }
}

/// A value without what Outlook may write otherwise: spaces around it, what is empty, the name beside an e-mail
/// address and its case.
fn plain(value: &Value) -> Value {
    match value {
        Value::String(text) if text.trim().is_empty() => Value::Null,
        Value::String(text) => text.trim().into(),
        Value::Array(values) => {
            let values: Vec<Value> = values.iter().map(plain).filter(|value| !value.is_null()).collect();
            if values.is_empty() { Value::Null } else { values.into() }
        }
        Value::Object(members) => match members.get("address") {
            Some(Value::String(address)) => plain(&address.to_lowercase().into()),
            _ => {
                let members = members.iter().map(|(name, value)| (name.clone(), plain(value)));
                let members: Map<_, _> = members.filter(|(_, value)| !value.is_null()).collect();
                if members.is_empty() { Value::Null } else { members.into() }
            }
        },
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use graph::contacts::{EmailAddress, PhysicalAddress};
    use serde_json::json;

    use super::*;

    fn contact(title: Option<&str>) -> Contact {
        Contact {
            display_name: Some("佐藤 健一".to_owned()),
            surname: Some("佐藤".to_owned()),
            job_title: title.map(str::to_owned),
            email_addresses: vec![EmailAddress { name: None, address: "Ken@x.example".to_owned() }],
            business_address: Some(PhysicalAddress { city: Some("港区".to_owned()), ..Default::default() }),
            ..Contact::default()
        }
    }

    fn present(contact: &Contact, title: &str, record: &str) -> Present {
        let mut json = serde_json::to_value(contact).expect("JSON");
        json["jobTitle"] = json!(title);
        json["singleValueExtendedProperties"] = json!([{"id": "r", "value": record}]);
        serde_json::from_value(json).expect("a contact")
    }

    fn position(mode: WriteMode) -> WriteModes {
        WriteModes::default().with(ContactField::Position, mode)
    }

    #[test]
    fn p13_every_property_but_the_notes_is_of_one_part_and_every_field_has_one() {
        let mut named: Vec<&str> = PARTS.iter().flat_map(|part| part.properties).copied().collect();
        named.push("personalNotes");
        named.sort_unstable();
        let mut all = Contact::PROPERTIES;
        all.sort_unstable();
        assert_eq!(named, all);
        assert!(ContactField::ALL.iter().all(|field| PARTS.iter().any(|part| part.field == *field)));
    }

    #[test]
    fn p13_what_is_withheld_depends_on_the_mode_the_card_outlook_and_what_we_wrote() {
        let record = sent(&contact(Some("課長")), &WriteModes::default(), None).record;
        assert!(record.len() <= 120, "{record}");
        let cases = [
            // mode, the card's, Outlook's, whether Outlook's stays
            (WriteMode::Overwrite, Some("部長"), "社長", false),
            (WriteMode::Overwrite, None, "社長", false),
            (WriteMode::KeepWhenBlank, Some("部長"), "社長", false),
            (WriteMode::KeepWhenBlank, None, "社長", true),
            (WriteMode::Fill, Some("部長"), "社長", true),
            (WriteMode::Fill, Some("部長"), " ", false),
            (WriteMode::Fill, Some("部長"), "課長", false),
            (WriteMode::Fill, Some("部長"), "部長", false),
            (WriteMode::Fill, None, "課長", false),
            (WriteMode::Fill, None, "社長", true),
            (WriteMode::Leave, Some("部長"), "", true),
        ];
        for (mode, card, outlook, stays) in cases {
            let contact = contact(card);
            let there = present(&contact, outlook, &record);
            let now = sent(&contact, &position(mode), Some(&there));
            let at = format!("{mode:?} {card:?} {outlook}");
            assert_eq!(now.withheld.contains(&"jobTitle"), stays, "{at}");
            let may_differ = stays || mode == WriteMode::Leave;
            assert_eq!(now.shown.position, if may_differ { mode } else { WriteMode::Overwrite }, "{at}");
            assert!(!now.withheld.contains(&"displayName"), "{at}");
            // What stays is still not ours with the next write.
            let again = sent(&contact, &position(mode), Some(&present(&contact, outlook, &now.record)));
            assert!(!stays || again.withheld == now.withheld, "{at}");
        }
    }

    #[test]
    fn p13_without_our_record_what_is_not_the_cards_is_the_users() {
        for record in ["", "0 a b", "1"] {
            let there = present(&contact(None), "課長", record);
            let now = sent(&contact(Some("部長")), &position(WriteMode::Fill), Some(&there));
            assert_eq!(now.withheld, ["jobTitle"], "{record:?}");
        }
    }

    #[test]
    fn p13_a_new_contact_has_a_name_and_nothing_else_that_is_to_be_left() {
        let all = ContactField::ALL.into_iter();
        let leave = all.fold(WriteModes::default(), |modes, field| modes.with(field, WriteMode::Leave));
        let new = sent(&contact(Some("課長")), &leave, None);
        assert!(!new.withheld.contains(&"displayName") && new.withheld.contains(&"emailAddresses"));
        assert_eq!(new.withheld.len(), Contact::PROPERTIES.len() - 1 - PARTS[0].properties.len());
        assert_eq!(new.shown, leave);
        assert_eq!(sent(&contact(None), &position(WriteMode::Fill), None).shown, WriteModes::default());
    }

    #[test]
    fn p13_another_choice_writes_only_where_outlook_may_differ_from_it() {
        use WriteMode::{Fill, KeepWhenBlank, Leave, Overwrite};
        for (shown, chosen, as_chosen, as_chosen_when_blank) in [
            (Overwrite, Fill, true, true),
            (Overwrite, Leave, true, true),
            (KeepWhenBlank, Overwrite, false, false),
            (KeepWhenBlank, Fill, true, true),
            (Fill, Overwrite, false, false),
            (Fill, KeepWhenBlank, false, true),
            (Fill, Fill, true, true),
            (Leave, Overwrite, false, false),
            (Leave, KeepWhenBlank, false, true),
            (Leave, Fill, false, false),
            (Leave, Leave, true, true),
        ] {
            for (card, expected) in [(Some("課長"), as_chosen), (None, as_chosen_when_blank)] {
                let known = is_as_chosen(&contact(card), &position(shown), &position(chosen));
                assert_eq!(known, expected, "{shown:?} {chosen:?} {card:?}");
            }
        }
        assert_eq!(known_as(&position(Overwrite), &position(Leave)), position(Leave));
        assert_eq!(known_as(&position(Leave), &position(KeepWhenBlank)), position(KeepWhenBlank));
        assert_eq!(known_as(&position(Fill), &position(Fill)), position(Fill));
    }

    #[test]
    fn p13_the_fingerprint_is_without_what_is_left_alone() {
        let (before, after) = (contact(Some("課長")), contact(Some("部長")));
        let under = |contact, mode| fingerprint_under(contact, &position(mode));
        assert_eq!(under(&before, WriteMode::Leave), under(&after, WriteMode::Leave));
        assert_ne!(under(&before, WriteMode::Fill), under(&after, WriteMode::Fill));
        assert_eq!(under(&before, WriteMode::Overwrite), crate::fingerprint(&before));
    }
}
