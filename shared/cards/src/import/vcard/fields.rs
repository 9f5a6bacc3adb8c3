//! The properties of one vCard as a card.

use super::names::{self, is_kana, one_line};
use super::property::Property;
use crate::card::{Address, Card, Phone, PhoneKind};
use crate::width::{narrow, narrow_number};

/// The card of these properties; not validated yet.
pub(super) fn card(properties: &[Property]) -> Card {
    let mut card = Card::default();
    names::put(&mut card, properties);
    put_work(&mut card, properties);
    card.emails = ranked(properties, "EMAIL").filter_map(email).collect();
    card.phones = ranked(properties, "TEL").filter_map(phone).collect();
    let mut addresses = addresses(properties).into_iter();
    card.address = addresses.next();
    card.other_addresses = addresses.collect();
    card.urls =
        ranked(properties, "URL").map(|url| one_line(&url.text())).filter(|url| !url.is_empty()).collect();
    card.memo = joined(texts(properties, "NOTE"), "\n");
    card.tags = named(properties, "CATEGORIES").flat_map(Property::texts).map(one_line).collect();
    card
}

/// Company, department and title. A second company or title is kept behind the first.
fn put_work(card: &mut Card, properties: &[Property]) {
    let companies =
        named(properties, "ORG").filter_map(|org| org.component(0, " ")).map(|name| one_line(&name));
    let units = named(properties, "ORG").flat_map(|org| org.components_from(1)).map(|unit| one_line(&unit));
    let titles = texts(properties, "TITLE").chain(texts(properties, "ROLE")).map(|title| one_line(&title));
    card.company = joined(companies, " / ");
    card.department = joined(units, " ");
    card.title = joined(titles, " / ");
    let phonetic =
        ["X-PHONETIC-ORG", "X-PHONETIC-COMPANY-NAME"].into_iter().flat_map(|name| texts(properties, name));
    let sort_key = named(properties, "ORG").filter_map(|org| org.param("SORT-AS")).filter(|key| is_kana(key));
    card.company_reading = phonetic.chain(sort_key.map(str::to_owned)).map(|text| one_line(&text)).next();
}

fn email(property: &Property) -> Option<String> {
    let address = narrow(&property.text());
    let address = without_scheme(&address, "mailto:");
    if address.is_empty() { None } else { Some(one_line(address)) }
}

/// The kind that says most about what rings; a number without any stands on a business card, but may be
/// anything.
fn phone(property: &Property) -> Option<Phone> {
    let text = narrow_number(&property.text());
    let number = without_scheme(&text, "tel:").replace(";ext=", " ext. ");
    let kinds = [
        ("fax", PhoneKind::Fax),
        ("cell", PhoneKind::Mobile),
        ("mobile", PhoneKind::Mobile),
        ("home", PhoneKind::Home),
        ("work", PhoneKind::Work),
    ];
    let kind =
        kinds.into_iter().find(|(word, _)| property.is(word)).map_or(PhoneKind::Other, |(_, kind)| kind);
    if number.is_empty() { None } else { Some(Phone { kind, number: one_line(&number) }) }
}

/// The addresses, the one at work first. A label stands in where no address does.
fn addresses(properties: &[Property]) -> Vec<Address> {
    let mut adr: Vec<_> = ranked(properties, "ADR").collect();
    adr.sort_by_key(|property| property.is("home"));
    let found: Vec<_> = adr.into_iter().map(address).filter(|address| !address.is_blank()).collect();
    let label = |text: String| Address { text: Some(text), ..Address::default() }.in_parts();
    if found.is_empty() { texts(properties, "LABEL").map(label).collect() } else { found }
}

/// An `ADR` in its parts. Writers that do not know the parts put the whole address into the street, which
/// is then taken apart; commas that should have been escaped are put back.
fn address(property: &Property) -> Address {
    let part = |index| property.component(index, ", ").map(|text| one_line(&text));
    let [po_box, extended, street] = [part(0), part(1), part(2)];
    let whole = Address {
        postal_code: part(5),
        country: part(6),
        region: part(4),
        city: part(3),
        street,
        building: joined([extended, po_box].into_iter().flatten(), " "),
        text: property.param("LABEL").map(str::to_owned),
    };
    whole.in_parts()
}

fn named<'a>(properties: &'a [Property], name: &str) -> impl Iterator<Item = &'a Property> {
    properties.iter().filter(move |property| property.name == name)
}

/// In the order that the properties wish for, else in that of the file.
fn ranked<'a>(properties: &'a [Property], name: &str) -> impl Iterator<Item = &'a Property> {
    let mut ranked: Vec<_> = named(properties, name).collect();
    ranked.sort_by_key(|property| property.rank());
    ranked.into_iter()
}

fn texts<'a>(properties: &'a [Property], name: &str) -> impl Iterator<Item = String> + use<'a> {
    let texts: Vec<_> = named(properties, name).map(Property::text).filter(|text| !text.is_empty()).collect();
    texts.into_iter()
}

/// The texts that differ, in one; none when there are none.
fn joined(texts: impl Iterator<Item = String>, separator: &str) -> Option<String> {
    let mut different: Vec<String> = Vec::new();
    for text in texts.filter(|text| !text.is_empty()) {
        if !different.contains(&text) {
            different.push(text);
        }
    }
    if different.is_empty() { None } else { Some(different.join(separator)) }
}

fn without_scheme<'a>(text: &'a str, scheme: &str) -> &'a str {
    let starts = text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    if starts { text[scheme.len()..].trim_start() } else { text }
}
