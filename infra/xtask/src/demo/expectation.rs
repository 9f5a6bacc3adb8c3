//! What a contact in Outlook must show of a card, field by field (features B05, B13, B14).

use serde_json::Value;

use super::card::{Address, Card, ascii, is_japanese, with_single_spaces};

/// E-mail addresses, numbers at work and numbers at home that a contact has room for in Exchange.
const MOST_EMAILS: usize = 3;
const MOST_PHONES: usize = 2;

/// Everything in which a contact differs from its card, in words; `link` is the card's page in the CRM.
pub(super) fn differences(card: &Card, link: &str, contact: &Value) -> Vec<String> {
    let mut look = Look { contact, differences: Vec::new() };
    look.names(card);
    look.same("companyName", &card.company);
    look.same("department", &card.department);
    look.same("jobTitle", &card.title);
    look.phones_and_emails(card);
    look.home_page(card);
    look.address(card.addresses.first());
    look.notes(card, link);
    look.differences
}

/// The contact beside what was expected of it so far.
struct Look<'a> {
    contact: &'a Value,
    differences: Vec<String>,
}

impl Look<'_> {
    fn text(&self, field: &str) -> String {
        let pointer = format!("/{}", field.replace('.', "/"));
        self.contact.pointer(&pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    fn expect(&mut self, holds: bool, field: &str, expected: &str, found: &str) {
        if !holds {
            self.differences.push(format!("{field}: expected {expected:?}, found {found:?}"));
        }
    }

    fn same(&mut self, field: &str, expected: &str) {
        let found = self.text(field);
        self.expect(found == expected, field, expected, &found);
    }

    fn list(&mut self, field: &str, expected: &[String]) {
        let items = self.contact[field].as_array().into_iter().flatten();
        let text = |item: &Value| item.get("address").unwrap_or(item).as_str().map(str::to_owned);
        let found: Vec<String> = items.filter_map(text).collect();
        self.expect(found == expected, field, &expected.join(", "), &found.join(", "));
    }

    fn in_notes(&mut self, texts: &[String]) {
        let notes = self.text("personalNotes");
        for text in texts {
            self.expect(notes.contains(text), "personalNotes", text, &notes);
        }
    }

    fn names(&mut self, card: &Card) {
        self.same("surname", &card.family);
        self.same("givenName", &card.given);
        self.same("yomiSurname", &card.family_reading);
        self.same("yomiGivenName", &card.given_reading);
        self.same("displayName", &display_name(card));
    }

    fn phones_and_emails(&mut self, card: &Card) {
        for (field, texts, room) in [
            ("emailAddresses", &card.emails, MOST_EMAILS),
            ("businessPhones", &card.business_phones, MOST_PHONES),
            ("homePhones", &card.home_phones, MOST_PHONES),
        ] {
            let (shown, left_over) = texts.split_at(room.min(texts.len()));
            self.list(field, shown);
            self.in_notes(left_over);
        }
        let (mobile, left_over) = card.mobile_phones.split_at(card.mobile_phones.len().min(1));
        self.same("mobilePhone", &mobile.concat());
        self.in_notes(left_over);
        // Graph has no field for them.
        self.in_notes(&card.faxes);
    }

    fn home_page(&mut self, card: &Card) {
        let (shown, left_over) = card.urls.split_at(card.urls.len().min(1));
        self.same("businessHomePage", &shown.concat());
        self.in_notes(left_over);
    }

    /// Nothing of the address may get lost, and it is split as far as its text allows.
    fn address(&mut self, address: Option<&Address>) {
        let address = address.cloned().unwrap_or_default();
        self.same("businessAddress.postalCode", &address.postal_code);
        self.same("businessAddress.countryOrRegion", &address.country);
        let [state, city, street] =
            ["state", "city", "street"].map(|part| self.text(&format!("businessAddress.{part}")));
        let (expected, found) = (without_spaces(&address.parts.concat()), format!("{state}{city}{street}"));
        self.expect(without_spaces(&found) == expected, "businessAddress", &expected, &found);
        if let Some(prefecture) = prefecture(&expected) {
            self.same("businessAddress.state", prefecture);
            if city_is_certain(&expected[prefecture.len()..]) {
                let ends = city.ends_with(['市', '区', '町', '村']);
                self.expect(ends, "businessAddress.city", "…市, …区, …町 or …村", &city);
            }
        }
    }

    fn notes(&mut self, card: &Card, link: &str) {
        self.in_notes(&[link.to_owned()]);
        let notes = self.text("personalNotes");
        for address in card.addresses.iter().skip(1) {
            for part in &address.parts {
                let (part, all) = (without_spaces(part), without_spaces(&notes));
                self.expect(all.contains(&part), "personalNotes", &part, &notes);
            }
        }
        // A memo is the user's own and stays in the CRM.
        let memo_stays = card.memo.is_empty() || !notes.contains(&card.memo);
        self.expect(memo_stays, "personalNotes", "no memo", &notes);
    }
}

/// "姓 名" for Japanese names, "given family" for others, the printed name where it says more, the company
/// where nobody is named.
fn display_name(card: &Card) -> String {
    let Card { family, given, printed, .. } = card;
    let same = |name: String| without_spaces(&name) == without_spaces(printed);
    let says_more = !same(format!("{family}{given}")) && !same(format!("{given}{family}"));
    let name = match [family, given, printed].map(|name| name.is_empty()) {
        [_, _, false] if says_more => printed.clone(),
        [true, true, true] => card.company.clone(),
        _ if is_japanese(family) || is_japanese(given) => format!("{family} {given}"),
        _ => format!("{given} {family}"),
    };
    with_single_spaces(&name)
}

/// 都, 道, 府 or 県 with its name before it, at the start of an address.
fn prefecture(address: &str) -> Option<&str> {
    let ends = address.char_indices().skip(2).take(2).find(|(_, c)| "都道府県".contains(*c));
    let (at, sign) = ends.filter(|_| is_japanese(address))?;
    Some(&address[..at + sign.len_utf8()])
}

/// Whether what follows the prefecture begins with a 市 or 区, as far as a simple look can tell.
fn city_is_certain(rest: &str) -> bool {
    rest.chars().take(6).any(|c| "市区".contains(c))
}

fn without_spaces(text: &str) -> String {
    ascii(text).split_whitespace().collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const LINK: &str = "https://crm.example/cards/1";

    fn card() -> Card {
        Card {
            family: "佐藤".into(),
            given: "健一".into(),
            family_reading: "さとう".into(),
            printed: "佐藤 健一".into(),
            mobile_phones: vec!["090-1".into(), "090-2".into()],
            faxes: vec!["03-9".into()],
            emails: ["a@x", "b@x", "c@x", "d@x"].map(String::from).into(),
            addresses: vec![Address {
                parts: ["", "", "東京都品川区大崎1-99-3 青空タワー", "", ""].map(String::from),
                ..Address::default()
            }],
            memo: "会った".into(),
            ..Card::default()
        }
    }

    fn contact() -> Value {
        json!({
            "surname": "佐藤", "givenName": "健一", "yomiSurname": "さとう", "displayName": "佐藤 健一",
            "mobilePhone": "090-1",
            "emailAddresses": [{"address": "a@x"}, {"address": "b@x"}, {"address": "c@x"}],
            "businessAddress": {"state": "東京都", "city": "品川区", "street": "大崎1-99-3 青空タワー"},
            "personalNotes": format!("090-2\n03-9\nd@x\n{LINK}"),
        })
    }

    #[test]
    fn a_contact_that_shows_its_card_has_no_differences() {
        assert_eq!(differences(&card(), LINK, &contact()), Vec::<String>::new());
    }

    #[test]
    fn every_fault_is_found_and_named() {
        for (pointer, wrong, field) in [
            ("/surname", json!("佐東"), "surname"),
            ("/yomiSurname", json!(null), "yomiSurname"),
            ("/displayName", json!("健一 佐藤"), "displayName"),
            ("/mobilePhone", json!("090-2"), "mobilePhone"),
            ("/emailAddresses", json!([{"address": "a@x"}]), "emailAddresses"),
            ("/businessAddress/city", json!(""), "businessAddress"),
            ("/businessAddress/street", json!("大崎1-99-3"), "businessAddress"),
            ("/personalNotes", json!(format!("090-2\nd@x\n{LINK}")), "personalNotes"),
            ("/personalNotes", json!("090-2\n03-9\nd@x"), "personalNotes"),
            ("/personalNotes", json!(format!("090-2\n03-9\nd@x\n会った\n{LINK}")), "personalNotes"),
        ] {
            let mut contact = contact();
            *contact.pointer_mut(pointer).expect(pointer) = wrong;
            let found = differences(&card(), LINK, &contact);
            assert!(
                !found.is_empty() && found.iter().all(|it| it.starts_with(field)),
                "{pointer}: {found:?}"
            );
        }
        let mut contact = contact();
        contact["companyName"] = json!("青空");
        assert_eq!(differences(&card(), LINK, &contact), [r#"companyName: expected "", found "青空""#]);
    }

    #[test]
    fn an_address_in_one_piece_is_no_split_address() {
        let mut contact = contact();
        contact["businessAddress"] = json!({"street": "東京都品川区大崎1-99-3 青空タワー"});
        let found = differences(&card(), LINK, &contact);
        assert_eq!(found.len(), 2, "{found:?}");
    }

    #[test]
    fn people_are_called_as_their_names_are_written() {
        for (family, given, printed, expected) in [
            ("佐藤", "健一", "", "佐藤 健一"),
            ("佐藤", "健一", "健一 佐藤", "佐藤 健一"),
            ("Nair", "Priya", "Dr. Priya Nair", "Dr. Priya Nair"),
            ("Nair", "Priya", "Nair Priya", "Priya Nair"),
            ("", "", "青木大地", "青木大地"),
            ("", "", "", "青空"),
        ] {
            let [family, given, printed] = [family, given, printed].map(String::from);
            let card = Card { family, given, printed, company: "青空".into(), ..Card::default() };
            assert_eq!(display_name(&card), expected);
        }
    }
}
