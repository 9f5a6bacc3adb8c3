//! What a vCard says, in the words of the demonstration.

use super::vcard::{Block, Property};

/// What a card of the file says; what it does not say is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Card {
    /// The line of `BEGIN:VCARD` in the file as imported.
    pub(super) line: usize,
    /// The CRM's id, where the `UID` is one; else the product chooses.
    pub(super) id: Option<String>,
    pub(super) family: String,
    pub(super) given: String,
    pub(super) family_reading: String,
    pub(super) given_reading: String,
    /// The name as printed.
    pub(super) printed: String,
    pub(super) company: String,
    pub(super) department: String,
    pub(super) title: String,
    pub(super) emails: Vec<String>,
    pub(super) business_phones: Vec<String>,
    pub(super) home_phones: Vec<String>,
    pub(super) mobile_phones: Vec<String>,
    pub(super) faxes: Vec<String>,
    pub(super) addresses: Vec<Address>,
    pub(super) urls: Vec<String>,
    pub(super) memo: String,
}

/// A postal address, as the file has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) postal_code: String,
    pub(super) country: String,
    /// Region, locality, street, extended address, post-office box: from the large to the small.
    pub(super) parts: [String; 5],
}

impl Card {
    /// What the properties say.
    pub(super) fn of(block: &Block) -> Self {
        let text = |name: &str| block.all(name).next().map(Property::text).unwrap_or_default();
        let all =
            |name: &str| block.preferred_first(name).into_iter().map(Property::text).collect::<Vec<_>>();
        let mut card = Self {
            line: block.first_line,
            id: crm_id(&text("UID")),
            printed: with_single_spaces(&text("FN")),
            title: all_different([all("TITLE"), all("ROLE")].concat()).join(" / "),
            emails: all_different(
                block
                    .preferred_first("EMAIL")
                    .into_iter()
                    .map(|email| ascii(&without("mailto:", &email.text()))),
            ),
            urls: all_different(all("URL")),
            memo: text("NOTE"),
            ..Self::default()
        };
        card.put_names(block);
        card.put_company(block);
        card.put_phones(block);
        card.put_addresses(block);
        card
    }

    fn put_names(&mut self, block: &Block) {
        if let Some(name) = block.all("N").next() {
            self.family = with_single_spaces(&name.component(0));
            self.given = with_single_spaces(&format!("{} {}", name.component(1), name.component(2)));
        }
        // Some address books keep the whole name in one field.
        let whole = if self.family.is_empty() { &self.printed } else { &self.family };
        if self.given.is_empty()
            && is_japanese(whole)
            && let [family, given] = whole.split(' ').collect::<Vec<_>>()[..]
        {
            (self.family, self.given) = (family.to_owned(), given.to_owned());
        }
        let reading = |name: &str| block.all(name).next().map(Property::text).unwrap_or_default();
        self.family_reading = reading("X-PHONETIC-LAST-NAME");
        self.given_reading = reading("X-PHONETIC-FIRST-NAME");
        // Japanese telephones before the smart ones.
        if let Some(sound) = block.all("SOUND").find(|sound| sound.is("x-irmc-n")) {
            (self.family_reading, self.given_reading) = (sound.component(0), sound.component(1));
        }
    }

    fn put_company(&mut self, block: &Block) {
        if let Some(organization) = block.all("ORG").next() {
            let components = organization.components();
            let units: Vec<&str> =
                components[1..].iter().map(String::as_str).filter(|unit| !unit.is_empty()).collect();
            (self.company, self.department) = (components[0].clone(), units.join(" "));
        }
    }

    fn put_phones(&mut self, block: &Block) {
        let mut untyped = Vec::new();
        for phone in block.preferred_first("TEL") {
            let number = dialable(&without("tel:", &phone.text()));
            let slots = match phone {
                _ if phone.is("fax") => &mut self.faxes,
                _ if phone.is("cell") => &mut self.mobile_phones,
                _ if phone.is("home") => &mut self.home_phones,
                _ if phone.is("work") => &mut self.business_phones,
                _ => &mut untyped,
            };
            slots.push(number);
        }
        self.business_phones.append(&mut untyped);
        for slots in
            [&mut self.faxes, &mut self.mobile_phones, &mut self.home_phones, &mut self.business_phones]
        {
            *slots = all_different(std::mem::take(slots));
        }
    }

    /// Those at work first.
    fn put_addresses(&mut self, block: &Block) {
        let mut found = block.preferred_first("ADR");
        found.sort_by_key(|address| address.is("home"));
        let addresses = found.into_iter().map(|address| {
            let part = |index| address.component(index);
            Address {
                postal_code: dialable(&part(5)),
                country: part(6),
                parts: [part(4), part(3), part(2), part(1), part(0)],
            }
        });
        self.addresses = addresses.filter(|address| *address != Address::default()).collect();
    }

    /// The name for people at the terminal.
    pub(super) fn called(&self) -> &str {
        if self.printed.is_empty() { &self.company } else { &self.printed }
    }
}

/// The `UID` as the CRM's id, where it may be one in a path.
fn crm_id(uid: &str) -> Option<String> {
    let bare = without("urn:uuid:", uid);
    let allowed = |c: char| c.is_ascii_alphanumeric() || "._:@+~-".contains(c);
    (!bare.is_empty() && bare.len() <= 128 && bare.chars().all(allowed)).then_some(bare)
}

/// The texts that say something, each once.
fn all_different(texts: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut different: Vec<String> = Vec::new();
    for text in texts {
        if !text.is_empty() && !different.iter().any(|known| known.eq_ignore_ascii_case(&text)) {
            different.push(text);
        }
    }
    different
}

fn without(scheme: &str, text: &str) -> String {
    match text.get(..scheme.len()) {
        Some(start) if start.eq_ignore_ascii_case(scheme) => text[scheme.len()..].to_owned(),
        _ => text.to_owned(),
    }
}

/// Wide letters, digits and signs as ASCII.
pub(super) fn ascii(text: &str) -> String {
    let narrow = |c: char| match c {
        '！'..='～' => char::from_u32(u32::from(c) - u32::from('！') + u32::from('!')).unwrap_or(c),
        '\u{3000}' => ' ',
        _ => c,
    };
    text.chars().map(narrow).collect()
}

/// A number as a telephone takes it: ASCII, whatever digits and dashes it was written with.
fn dialable(text: &str) -> String {
    let sign = |c: char| match c {
        'ー' | '‐' | '‑' | '–' | '—' | '―' | '−' | 'ｰ' | '─' => '-',
        _ => {
            "〇一二三四五六七八九".chars().zip('0'..='9').find(|(kanji, _)| *kanji == c).map_or(c, |it| it.1)
        }
    };
    ascii(text).chars().map(sign).collect()
}

/// One narrow space wherever there are several or wide ones.
pub(super) fn with_single_spaces(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether some of it is kana or kanji.
pub(super) fn is_japanese(text: &str) -> bool {
    text.chars().any(|c| matches!(c, '々' | 'ぁ'..='ヿ' | '㐀'..='鿿' | '豈'..='﫿'))
}

#[cfg(test)]
mod tests {
    use super::super::vcard::blocks;
    use super::*;

    #[test]
    fn a_card_is_what_its_vcard_says() {
        let file = "BEGIN:VCARD\nVERSION:3.0\nUID:urn:uuid:a-1\nFN:雨宮　航\nN:雨宮;航;;;\n\
                    X-PHONETIC-LAST-NAME:アマミヤ\nORG:(株)つむぎ;津支店;二課\nTITLE:主任\n\
                    TEL;TYPE=work,voice:０５９－〇〇〇－３３１０\nTEL;TYPE=work,fax:059-1\n\
                    TEL;CELL:080ー1\nTEL:050-1\nEMAIL:ａ@x.example\nEMAIL:a@x.example\n\
                    ADR;TYPE=work:;3F;夕凪町12;四日市市;三重県;５１０－００００;日本\nEND:VCARD\n";
        let card = Card::of(&blocks(file)[0]);
        assert_eq!((card.line, card.id.as_deref()), (1, Some("a-1")));
        assert_eq!(
            (card.family.as_str(), card.given.as_str(), card.printed.as_str()),
            ("雨宮", "航", "雨宮 航")
        );
        assert_eq!((card.family_reading.as_str(), card.given_reading.as_str()), ("アマミヤ", ""));
        assert_eq!((card.company.as_str(), card.department.as_str()), ("(株)つむぎ", "津支店 二課"));
        assert_eq!(card.business_phones, ["059-000-3310", "050-1"]);
        assert_eq!(
            (&card.faxes[..], &card.mobile_phones[..]),
            (&["059-1".to_owned()][..], &["080-1".to_owned()][..])
        );
        assert_eq!(card.emails, ["a@x.example"]);
        let [address] = &card.addresses[..] else { panic!("one address: {:?}", card.addresses) };
        assert_eq!((address.postal_code.as_str(), address.country.as_str()), ("510-0000", "日本"));
        assert_eq!(address.parts.concat(), "三重県四日市市夕凪町123F");
    }
}
