//! The list of contacts: order, headings, search, pages.

use serde_json::Value;

use crate::html;
use crate::model::Mailbox;
use crate::model::mailbox::{Contact, DELETED_ITEMS};

/// So many contacts stand on one page of a list.
pub(super) const PAGE: usize = 100;

/// The first letters of the kana rows, in order; a reading belongs to the last one not after it.
const ROWS: &str = "ぁか さ た な は ま や ら わ";

/// A contact in the list.
pub(super) struct Row {
    pub(super) number: u64,
    pub(super) name: String,
    /// Company and department or title, whatever there is.
    pub(super) line: String,
    pub(super) mail: String,
    pub(super) tone: usize,
    pub(super) has_photo: bool,
    pub(super) selected: bool,
    pub(super) href: String,
}

impl Row {
    pub(super) fn initial(&self) -> String {
        html::initial(&self.name)
    }
}

/// Contacts under one heading.
pub(super) struct Group {
    pub(super) heading: String,
    pub(super) rows: Vec<Row>,
}

/// Contacts that are not deleted.
pub(super) fn living_contacts(mailbox: &Mailbox) -> usize {
    mailbox.contacts.values().filter(|contact| !is_deleted(mailbox, contact.folder)).count()
}

/// Whether a folder is Deleted Items or lies in it.
pub(super) fn is_deleted(mailbox: &Mailbox, folder: u64) -> bool {
    let mut folder = Some(folder);
    while let Some(number) = folder {
        if number == DELETED_ITEMS {
            return true;
        }
        folder = mailbox.folders.get(&number).and_then(|folder| folder.parent);
    }
    false
}

/// The contacts of a folder that hold the text, by reading.
pub(super) fn found<'m>(mailbox: &'m Mailbox, folder: u64, wanted: &str) -> Vec<&'m Contact> {
    let wanted = wanted.trim().to_lowercase();
    let mut contacts: Vec<&Contact> =
        mailbox.contacts_in(folder).filter(|contact| wanted.is_empty() || holds(contact, &wanted)).collect();
    contacts.sort_by_cached_key(|contact| (order(contact), reading(contact), contact.number));
    contacts
}

/// The name to show: what was written as the display name, else what there is.
pub(super) fn name(contact: &Contact) -> String {
    let written = contact.text("displayName");
    let parts = [contact.text("surname"), contact.text("givenName")];
    let from_parts = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    let mail = mails(contact).into_iter().next().unwrap_or_default();
    [written, &from_parts, contact.text("companyName"), &mail]
        .into_iter()
        .find(|text| !text.is_empty())
        .unwrap_or("–")
        .to_owned()
}

/// The e-mail addresses, however they were written.
pub(super) fn mails(contact: &Contact) -> Vec<String> {
    let list = contact.properties.get("emailAddresses").and_then(Value::as_array).into_iter().flatten();
    let slots = ["primaryEmailAddress", "secondaryEmailAddress", "tertiaryEmailAddress"];
    let mut mails: Vec<String> = Vec::new();
    for entry in list.chain(slots.iter().filter_map(|slot| contact.properties.get(*slot))) {
        let address = entry.get("address").and_then(Value::as_str).unwrap_or_default();
        if !address.is_empty() && !mails.iter().any(|known| known == address) {
            mails.push(address.to_owned());
        }
    }
    mails
}

/// One of the muted colours, the same for the same text.
pub(super) fn tone(text: &str) -> usize {
    text.bytes().fold(7_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(usize::from(byte))) % 6
}

/// Rows under headings, in the order they come in.
pub(super) fn groups(rows: impl IntoIterator<Item = (String, Row)>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (heading, row) in rows {
        match groups.last_mut() {
            Some(group) if group.heading == heading => group.rows.push(row),
            _ => groups.push(Group { heading, rows: vec![row] }),
        }
    }
    groups
}

/// What the list is ordered and divided by: kana rows first, then Latin letters, then all that has no reading.
pub(super) fn heading(contact: &Contact) -> String {
    let reading = reading(contact);
    match reading.chars().next() {
        Some(first) if is_hiragana(first) => kana_row(first).to_string(),
        Some(first) if first.is_ascii_alphabetic() => first.to_ascii_uppercase().to_string(),
        _ => "#".to_owned(),
    }
}

fn order(contact: &Contact) -> u8 {
    match reading(contact).chars().next() {
        Some(first) if is_hiragana(first) => 0,
        Some(first) if first.is_ascii_alphabetic() => 1,
        _ => 2,
    }
}

fn reading(contact: &Contact) -> String {
    let yomi = format!("{}{}", contact.text("yomiSurname"), contact.text("yomiGivenName"));
    let latin = format!("{} {}", contact.text("surname"), contact.text("givenName"));
    let candidates =
        [yomi, latin.trim().to_owned(), contact.text("yomiCompanyName").to_owned(), name(contact)];
    let text = candidates.into_iter().find(|text| !text.is_empty()).unwrap_or_default();
    text.chars().map(hiragana).flat_map(char::to_lowercase).collect()
}

/// Katakana as hiragana: they stand 0x60 apart.
fn hiragana(c: char) -> char {
    match c {
        'ァ'..='ヶ' => char::from_u32(u32::from(c) - 0x60).unwrap_or(c),
        _ => c,
    }
}

fn is_hiragana(c: char) -> bool {
    ('ぁ'..='ゖ').contains(&c)
}

fn kana_row(first: char) -> char {
    let row = ROWS.chars().filter(|row| *row != ' ').take_while(|row| *row <= first).last().unwrap_or('ぁ');
    if row == 'ぁ' { 'あ' } else { row }
}

fn holds(contact: &Contact, wanted: &str) -> bool {
    let texts = contact.properties.values().filter_map(Value::as_str).map(str::to_owned);
    texts.chain(mails(contact)).any(|text| text.to_lowercase().contains(wanted))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::json;

    use super::*;
    use crate::model::mailbox::CONTACTS;

    fn mailbox(contacts: &[Value]) -> Mailbox {
        let mut mailbox = Mailbox::default();
        for contact in contacts {
            let properties = contact.as_object().expect("an object").clone();
            mailbox.add_contact(CONTACTS, properties, Timestamp::UNIX_EPOCH);
        }
        mailbox
    }

    #[test]
    fn the_list_goes_by_reading_and_is_divided_by_kana_rows_then_letters() {
        let mailbox = mailbox(&[
            json!({"displayName": "Smith, Anna", "surname": "Smith"}),
            json!({"displayName": "山田 太郎", "yomiSurname": "ヤマダ", "yomiGivenName": "タロウ"}),
            json!({"displayName": "伊藤 花", "yomiSurname": "いとう", "yomiGivenName": "はな"}),
            json!({"displayName": "株式会社〇〇"}),
            json!({"displayName": "後藤 次郎", "yomiSurname": "ゴトウ"}),
        ]);
        let headings: Vec<_> = found(&mailbox, CONTACTS, "").into_iter().map(heading).collect();
        assert_eq!(headings, ["あ", "か", "や", "S", "#"]);
    }

    #[test]
    fn search_looks_into_every_text_and_address() {
        let mailbox = mailbox(&[
            json!({"displayName": "A", "companyName": "株式会社サンプル"}),
            json!({"displayName": "B", "emailAddresses": [{"address": "B@Sample.example"}]}),
        ]);
        let names = |wanted| found(&mailbox, CONTACTS, wanted).into_iter().map(name).collect::<Vec<_>>();
        assert_eq!(names("サンプル"), ["A"]);
        assert_eq!(names("b@sample"), ["B"]);
        assert!(names("nobody").is_empty());
    }
}
