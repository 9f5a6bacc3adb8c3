//! What a person is called in Outlook.

use crate::card::{Card, filled};

/// The names of a contact.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Names {
    /// What the contact list and the mails show: "姓 名" for names in the scripts of East Asia,
    /// "given family" for the others, the company where the card names nobody.
    pub(super) display: String,
    /// What the contact list sorts by: as displayed, but "Family, Given" outside East Asia.
    pub(super) file_as: String,
}

/// The names of a card's contact.
pub(super) fn names(card: &Card) -> Names {
    let (family, given) = (filled(&card.family_name), filled(&card.given_name));
    let printed = filled(&card.full_name).filter(|printed| says_more(printed, family, given));
    let display = match (printed, family, given) {
        (Some(printed), _, _) => spaced(printed),
        (None, None, None) => spaced(filled(&card.company).unwrap_or_default()),
        _ => joined(family, given),
    };
    let file_as = match (family, given) {
        (Some(family), Some(given)) if !is_east_asian(family) && !is_east_asian(given) => {
            spaced(&format!("{family}, {given}"))
        }
        _ => display.clone(),
    };
    Names { display, file_as }
}

/// Whether the printed name says more than family and given name together, whatever their order and the
/// spaces in it.
pub(crate) fn says_more(printed: &str, family: Option<&str>, given: Option<&str>) -> bool {
    let (family, given) = (family.unwrap_or_default(), given.unwrap_or_default());
    let solid = solid(printed);
    solid != self::solid(&format!("{family}{given}")) && solid != self::solid(&format!("{given}{family}"))
}

/// Whether the name is written in a script whose people put the family name first.
pub(crate) fn is_east_asian(name: &str) -> bool {
    name.chars().any(|c| {
        matches!(c,
            '々' | '〆' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
            | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9f}'
            | '\u{20000}'..='\u{323af}')
    })
}

fn joined(family: Option<&str>, given: Option<&str>) -> String {
    let family_first = [family, given].into_iter().flatten().any(is_east_asian);
    let order = if family_first { [family, given] } else { [given, family] };
    spaced(&order.into_iter().flatten().collect::<Vec<_>>().join(" "))
}

/// One space, of the narrow kind, wherever there are several or wide ones.
fn spaced(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn solid(name: &str) -> String {
    name.split_whitespace().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_called_as_their_script_does() {
        for (family, given, printed, display, file_as) in [
            ("佐藤", "健一", "", "佐藤 健一", "佐藤 健一"),
            ("佐藤", "健一", "佐藤健一", "佐藤 健一", "佐藤 健一"),
            ("佐藤", "健一", "健一 佐藤", "佐藤 健一", "佐藤 健一"),
            ("木村", "さくら", "", "木村 さくら", "木村 さくら"),
            ("スミス", "John", "", "スミス John", "スミス John"),
            ("김", "민준", "", "김 민준", "김 민준"),
            ("𠮷田", "", "", "𠮷田", "𠮷田"),
            ("Whitfield", "Sarah", "", "Sarah Whitfield", "Whitfield, Sarah"),
            ("Nair", "Priya", "Dr. Priya Nair", "Dr. Priya Nair", "Nair, Priya"),
            ("Dave", "", "", "Dave", "Dave"),
            ("", "Mark", "", "Mark", "Mark"),
            ("", "", "丸山\u{3000}弘", "丸山 弘", "丸山 弘"),
            (" ", "", "", "有限会社 丸山製茶", "有限会社 丸山製茶"),
        ] {
            let card = Card {
                family_name: Some(family.into()),
                given_name: Some(given.into()),
                full_name: Some(printed.into()),
                company: Some("有限会社\u{3000}丸山製茶".into()),
                ..Card::default()
            };
            let expected = Names { display: display.into(), file_as: file_as.into() };
            assert_eq!(names(&card), expected, "{family}|{given}|{printed}");
        }
    }
}
