//! Everything about one contact.

use serde_json::Value;

use super::list;
use super::notes::{self, Piece};
use super::text::Text;
use super::time::WallClock;
use crate::html;
use crate::model::mailbox::Contact;

/// A contact in full.
pub(super) struct Detail {
    pub(super) name: String,
    /// The reading of the name.
    pub(super) reading: String,
    /// Title, department, company.
    pub(super) lines: Vec<String>,
    pub(super) categories: Vec<String>,
    /// How to reach the person, if it says.
    pub(super) reach: Option<Section>,
    pub(super) sections: Vec<Section>,
    pub(super) notes: Vec<Piece>,
    /// Extended properties by id.
    pub(super) extended: Vec<(String, String)>,
    pub(super) created: String,
    pub(super) modified: String,
    pub(super) tone: usize,
    pub(super) photo: Option<String>,
}

/// Facts that belong together.
pub(super) struct Section {
    pub(super) title: &'static str,
    pub(super) facts: Vec<Fact>,
}

/// One labelled fact.
pub(super) struct Fact {
    pub(super) label: &'static str,
    pub(super) text: String,
    /// Where it leads, if anywhere.
    pub(super) href: Option<String>,
}

impl Detail {
    pub(super) fn new(contact: &Contact, photo: Option<String>, zone: &str, text: &'static Text) -> Self {
        let joined = |names: [&str; 2]| {
            let parts = names.map(|name| contact.text(name));
            parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
        };
        let lines = [
            joined(["department", "jobTitle"]),
            contact.text("companyName").to_owned(),
            contact.text("yomiCompanyName").to_owned(),
        ];
        let (name, clock) = (list::name(contact), WallClock::new(zone, text));
        Self {
            tone: list::tone(&name),
            reading: joined(["yomiSurname", "yomiGivenName"]),
            lines: lines.into_iter().filter(|line| !line.is_empty()).collect(),
            categories: texts(contact, "categories"),
            reach: Some(reach(contact, text)).filter(|section| !section.facts.is_empty()),
            sections: sections(contact, text),
            notes: notes::pieces(contact.text("personalNotes")),
            extended: contact.extended.single.iter().map(|(id, value)| (id.clone(), value.clone())).collect(),
            created: clock.shown(contact.created),
            modified: clock.shown(contact.modified),
            photo,
            name,
        }
    }

    pub(super) fn initial(&self) -> String {
        html::initial(&self.name)
    }
}

fn reach(contact: &Contact, text: &'static Text) -> Section {
    let mails = list::mails(contact).into_iter();
    let mut reach: Vec<Fact> =
        mails.map(|mail| fact(text.mail, mail.clone(), Some(format!("mailto:{mail}")))).collect();
    let phones = [(text.business_phone, "businessPhones"), (text.home_phone, "homePhones")];
    let numbers = phones
        .into_iter()
        .flat_map(|(label, name)| texts(contact, name).into_iter().map(move |n| (label, n)));
    let mobile = [(text.mobile_phone, contact.text("mobilePhone").to_owned())];
    for (label, number) in mobile.into_iter().chain(numbers).filter(|(_, number)| !number.is_empty()) {
        let dialled: String = number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
        reach.push(fact(label, number, Some(format!("tel:{dialled}"))));
    }
    reach
        .extend(texts(contact, "imAddresses").into_iter().map(|address| fact(text.messenger, address, None)));
    let page = contact.text("businessHomePage");
    if !page.is_empty() {
        let web = page.starts_with("https://") || page.starts_with("http://");
        reach.push(fact(text.web_page, page.to_owned(), web.then(|| page.to_owned())));
    }
    Section { title: text.reach, facts: reach }
}

fn sections(contact: &Contact, text: &'static Text) -> Vec<Section> {
    let places = [
        (text.business_address, "businessAddress"),
        (text.home_address, "homeAddress"),
        (text.other_address, "otherAddress"),
    ];
    let addresses = places
        .into_iter()
        .filter_map(|(label, name)| Some(fact(label, address(contact.properties.get(name)?, text)?, None)));
    let all = [
        Section { title: text.addresses, facts: addresses.collect() },
        Section { title: text.name_section, facts: plain(contact, &text.name_facts) },
        Section { title: text.work_section, facts: plain(contact, &text.work_facts) },
        Section { title: text.person_section, facts: person(contact, text) },
    ];
    all.into_iter().filter(|section| !section.facts.is_empty()).collect()
}

/// Text properties under their labels, those that are there.
fn plain(contact: &Contact, facts: &[(&'static str, &'static str)]) -> Vec<Fact> {
    let there = facts.iter().filter(|(_, name)| !contact.text(name).is_empty());
    there.map(|(label, name)| fact(label, contact.text(name).to_owned(), None)).collect()
}

fn person(contact: &Contact, text: &'static Text) -> Vec<Fact> {
    let mut facts = plain(contact, &text.person_facts);
    if let Some(day) = contact.text("birthday").get(..10) {
        facts.push(fact(text.birthday, day.to_owned(), None));
    }
    facts.extend(texts(contact, "children").into_iter().map(|child| fact(text.children, child, None)));
    facts
}

fn address(value: &Value, text: &Text) -> Option<String> {
    let part = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().trim();
    let (street, city, state) = (part("street"), part("city"), part("state"));
    let (code, country) = (part("postalCode"), part("countryOrRegion"));
    let lines = if text.japanese {
        let code = if code.is_empty() { String::new() } else { format!("〒{code}") };
        vec![code, [state, city].concat(), street.to_owned(), country.to_owned()]
    } else {
        let region = [state, code].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
        vec![street.to_owned(), city.to_owned(), region, country.to_owned()]
    };
    let lines: Vec<String> = lines.into_iter().filter(|line| !line.is_empty()).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn texts(contact: &Contact, name: &str) -> Vec<String> {
    let values = contact.properties.get(name).and_then(Value::as_array).into_iter().flatten();
    values.filter_map(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned).collect()
}

fn fact(label: &'static str, text: String, href: Option<String>) -> Fact {
    Fact { label, text, href }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_address_is_written_in_the_order_of_the_language() {
        let value = json!({"postalCode": "100-0005", "state": "東京都", "city": "千代田区", "street": "丸の内1-1",
            "countryOrRegion": "日本"});
        assert_eq!(
            address(&value, Text::of(true)).as_deref(),
            Some("〒100-0005\n東京都千代田区\n丸の内1-1\n日本")
        );
        assert_eq!(
            address(&value, Text::of(false)).as_deref(),
            Some("丸の内1-1\n千代田区\n東京都 100-0005\n日本")
        );
        assert_eq!(address(&json!({"street": ""}), Text::of(false)), None);
    }
}
