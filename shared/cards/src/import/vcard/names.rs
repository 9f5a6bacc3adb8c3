//! The name on a vCard, its parts and its reading.

use super::property::Property;
use crate::card::Card;
use crate::contact::{is_east_asian, says_more};

/// Puts the name and its reading on the card.
pub(super) fn put(card: &mut Card, properties: &[Property]) {
    let first = |name: &str| properties.iter().find(|property| property.name == name);
    let parts =
        properties.iter().find(|property| property.name == "N" && property.param("PHONETIC").is_none());
    if let Some(parts) = parts {
        let joined = |indices: &[usize]| {
            let texts: Vec<_> = indices.iter().filter_map(|index| parts.component(*index, " ")).collect();
            if texts.is_empty() { None } else { Some(one_line(&texts.join(" "))) }
        };
        card.family_name = joined(&[0]);
        card.given_name = joined(&[1, 2]);
        // Prefix and suffix are only in the printed name.
        if parts.component(3, " ").or(parts.component(4, " ")).is_some() {
            card.full_name = joined(&[3, 1, 2, 0, 4]);
        }
    }
    let printed = first("FN").map(|name| one_line(&name.text())).filter(|name| !name.is_empty());
    card.full_name = printed.or(card.full_name.take());
    split_whole(card);
    let (family, given) = (card.family_name.as_deref(), card.given_name.as_deref());
    card.full_name.take_if(|printed| !says_more(printed, family, given));
    (card.family_name_reading, card.given_name_reading) = reading(properties);
}

/// A name in one text that is written family name first and has one space, narrow or wide, is two names.
fn split_whole(card: &mut Card) {
    let whole = match (&card.family_name, &card.given_name) {
        (None, None) => card.full_name.as_deref(),
        (Some(family), None) => Some(family.as_str()),
        _ => None,
    };
    let mut words = whole.filter(|name| is_east_asian(name)).unwrap_or_default().split_whitespace();
    if let (Some(family), Some(given), None) = (words.next(), words.next(), words.next()) {
        (card.family_name, card.given_name) = (Some(family.to_owned()), Some(given.to_owned()));
    }
}

/// The reading, from whichever of the ways to write it the file uses; the script is kept.
fn reading(properties: &[Property]) -> (Option<String>, Option<String>) {
    let text = |names: [&str; 2]| {
        let mut texts = properties.iter().filter(|property| names.contains(&property.name.as_str()));
        texts.find_map(|property| Some(one_line(&property.text())).filter(|text| !text.is_empty()))
    };
    let family = text(["X-PHONETIC-LAST-NAME", "X-PHONETIC-FAMILY-NAME"]);
    let given = text(["X-PHONETIC-FIRST-NAME", "X-PHONETIC-GIVEN-NAME"]);
    if family.is_some() || given.is_some() {
        return (family, given);
    }
    properties.iter().find_map(pair).unwrap_or_default()
}

/// A property that holds the whole reading: `N` with PHONETIC (RFC 9554), `N` with SORT-AS (4.0),
/// SORT-STRING (3.0), SOUND;X-IRMC-N (Japanese mobile telephones, 2.1). The sort keys only count as a
/// reading when they are in kana.
fn pair(property: &Property) -> Option<(Option<String>, Option<String>)> {
    let name = property.name.as_str();
    if name == "N" && property.param("PHONETIC").is_some() {
        return Some((property.component(0, " "), property.component(1, " ")));
    }
    let (text, separator) = match name {
        "N" => (property.param("SORT-AS")?.to_owned(), ','),
        "SORT-STRING" => (property.text(), ' '),
        "SOUND" if property.is("x-irmc-n") => (property.text(), ';'),
        _ => return None,
    };
    let text = text.replace('\u{3000}', " ");
    if !is_kana(&text) {
        return None;
    }
    let mut words = text.split(separator).map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned);
    Some((words.next(), words.next()))
}

/// Whether the text is kana of any width; what separates names does not count.
pub(super) fn is_kana(text: &str) -> bool {
    let separators = |c: &char| !matches!(c, ' ' | ',' | ';' | '・');
    let mut letters = text.chars().filter(separators).peekable();
    letters.peek().is_some()
        && letters.all(|c| matches!(c, '\u{3041}'..='\u{30ff}' | '\u{ff66}'..='\u{ff9f}'))
}

/// Line breaks and tabs as spaces: a field of one line stays as written otherwise.
pub(super) fn one_line(text: &str) -> String {
    text.replace(['\n', '\r', '\t'], " ").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::super::{lines::Line, property};
    use super::*;

    /// The card with the names of these lines.
    fn named(lines: &str) -> Card {
        let line = |text: &str| Line { number: 1, bytes: Cow::Owned(text.trim().as_bytes().to_vec()) };
        let properties: Vec<_> =
            lines.lines().filter_map(|text| property::read(&line(text)).unwrap()).collect();
        let mut card = Card::default();
        put(&mut card, &properties);
        card
    }

    #[test]
    fn the_printed_name_is_kept_only_where_it_says_more() {
        for (lines, family, given, printed) in [
            ("FN:佐藤 健一\nN:佐藤;健一;;;", "佐藤", "健一", ""),
            ("FN:健一 佐藤\nN:佐藤;健一;;;", "佐藤", "健一", ""),
            ("FN:丸山\u{3000}弘", "丸山", "弘", ""),
            ("FN:丸山\u{3000}弘\nN:丸山\u{3000}弘;;;;", "丸山", "弘", ""),
            ("FN:青木大地\nN:青木大地;;;;", "青木大地", "", ""),
            ("FN:青木大地", "", "", "青木大地"),
            ("FN:ホセ 山田 カルロス", "", "", "ホセ 山田 カルロス"),
            ("N:Doyle;Catherine;M.;;", "Doyle", "Catherine M.", ""),
            ("FN:Dr. Priya Nair\nN:Nair;Priya;;Dr.;", "Nair", "Priya", "Dr. Priya Nair"),
            ("N:Nair;Priya;;Dr.;PhD", "Nair", "Priya", "Dr. Priya Nair PhD"),
            ("FN:Sarah Whitfield", "", "", "Sarah Whitfield"),
            ("FN:Dave\nN:Dave;;;;", "Dave", "", ""),
            ("FN:\nN:;Mark", "", "Mark", ""),
        ] {
            let card = named(lines);
            let field = |text: &Option<String>| text.clone().unwrap_or_default();
            let found = (field(&card.family_name), field(&card.given_name), field(&card.full_name));
            assert_eq!(found, (family.to_owned(), given.to_owned(), printed.to_owned()), "{lines}");
        }
    }

    #[test]
    fn readings_are_found_however_they_are_written() {
        for (lines, family, given) in [
            ("X-PHONETIC-LAST-NAME:さとう\nX-PHONETIC-FIRST-NAME:けんいち", "さとう", "けんいち"),
            ("SORT-STRING:サトウ ケンイチ", "サトウ", "ケンイチ"),
            ("SOUND;X-IRMC-N:ｻﾄｳ;ｹﾝｲﾁ;;;", "ｻﾄｳ", "ｹﾝｲﾁ"),
            ("N;SORT-AS=\"さとう,けんいち\":佐藤;健一", "さとう", "けんいち"),
            ("N:佐藤;健一\nN;ALTID=1;PHONETIC=script:さとう;けんいち", "さとう", "けんいち"),
            ("SORT-STRING:Whitfield", "", ""),
            ("FN:佐藤", "", ""),
        ] {
            let card = named(lines);
            assert_eq!(card.family_name_reading.unwrap_or_default(), family, "{lines}");
            assert_eq!(card.given_name_reading.unwrap_or_default(), given, "{lines}");
        }
    }
}
