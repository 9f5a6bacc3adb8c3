//! One line of a vCard as a name, parameters and texts.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use calcard::vcard::VCardValue;
use calcard::{Entry, Parser};
use encoding_rs::{Encoding, UTF_8};

use super::lines::Line;
use super::{ImportError, ImportProblem};

/// A property that has a place on a card.
#[derive(Debug)]
pub(super) struct Property {
    /// In capitals, without the group.
    pub(super) name: String,
    /// Name in capitals and value, quotes removed. What version 2.1 writes as a bare word is a `TYPE`.
    params: Vec<(String, String)>,
    /// The components of the value, each with its list of texts.
    components: Vec<Vec<String>>,
}

/// The properties that have a place on a card; all others are passed over unread.
const KEPT: [&str; 21] = [
    "UID",
    "FN",
    "N",
    "SORT-STRING",
    "SOUND",
    "X-PHONETIC-LAST-NAME",
    "X-PHONETIC-FIRST-NAME",
    "X-PHONETIC-ORG",
    "ORG",
    "TITLE",
    "ROLE",
    "TEL",
    "EMAIL",
    "ADR",
    "LABEL",
    "URL",
    "NOTE",
    "CATEGORIES",
    "X-PHONETIC-FAMILY-NAME",
    "X-PHONETIC-GIVEN-NAME",
    "X-PHONETIC-COMPANY-NAME",
];

/// Reads a line; none when a card has no place for it.
pub(super) fn read(line: &Line<'_>) -> Result<Option<Property>, ImportError> {
    let fault = |problem| ImportError::new(line.number, problem);
    let name = line.name();
    if name.is_empty() {
        return Err(fault(ImportProblem::NotAProperty));
    }
    if !KEPT.contains(&name.as_str()) {
        return Ok(None);
    }
    let params = params(&String::from_utf8_lossy(line.head().unwrap_or_default()));
    let value = decoded(line.value(), &params).map_err(fault)?;
    let components = components(&name, &value);
    Ok(Some(Property { name, params, components }))
}

impl Property {
    /// The value as one text: every component and list entry.
    pub(super) fn text(&self) -> String {
        let texts = self.texts();
        texts.collect::<Vec<_>>().join(" ").trim().to_owned()
    }

    /// Every text of the value that says something.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        self.components.iter().flatten().map(|text| text.trim()).filter(|text| !text.is_empty())
    }

    /// One component of the value, its list in one text; none when it says nothing.
    pub(super) fn component(&self, index: usize, separator: &str) -> Option<String> {
        let list = self.components.get(index)?;
        let texts: Vec<_> = list.iter().map(|text| text.trim()).filter(|text| !text.is_empty()).collect();
        if texts.is_empty() { None } else { Some(texts.join(separator)) }
    }

    /// The components from `index` on that say something.
    pub(super) fn components_from(&self, index: usize) -> Vec<String> {
        (index..self.components.len()).filter_map(|index| self.component(index, " ")).collect()
    }

    /// The value of a parameter.
    pub(super) fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether the property is of this type, in any case.
    pub(super) fn is(&self, kind: &str) -> bool {
        let types = self.params.iter().filter(|(name, _)| name == "TYPE");
        types.flat_map(|(_, value)| value.split(',')).any(|word| word.trim().eq_ignore_ascii_case(kind))
    }

    /// How early among its like the property wants to stand: 1 first, 101 without a wish (RFC 6350, 5.3).
    pub(super) fn rank(&self) -> u8 {
        let wish = self.param("PREF").map(|rank| rank.parse().unwrap_or(1));
        wish.or(self.is("pref").then_some(1)).unwrap_or(101)
    }
}

/// The parameters of a head such as `TEL;TYPE="work,fax";PREF=1`.
fn params(head: &str) -> Vec<(String, String)> {
    let mut in_quotes = false;
    let outside = head.split(|c| {
        in_quotes ^= c == '"';
        c == ';' && !in_quotes
    });
    let param = |text: &str| {
        let (name, value) = text.split_once('=').unwrap_or(("TYPE", text));
        (name.trim().to_ascii_uppercase(), value.trim().replace('"', ""))
    };
    outside.skip(1).map(param).collect()
}

/// The value as text: out of quoted-printable or base64, and out of its charset. UTF-8 unless the line
/// names another.
fn decoded(value: &[u8], params: &[(String, String)]) -> Result<String, ImportProblem> {
    let named =
        |wanted: &str| params.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
    let bare =
        |word: &str| params.iter().any(|(name, value)| name == "TYPE" && value.eq_ignore_ascii_case(word));
    let encoding = named("ENCODING").unwrap_or_default().to_ascii_uppercase();
    let bytes = if encoding == "QUOTED-PRINTABLE" || bare("QUOTED-PRINTABLE") {
        unquoted(value)
    } else if matches!(encoding.as_str(), "BASE64" | "B") || bare("BASE64") {
        STANDARD.decode(value).map_err(|_| ImportProblem::Charset)?
    } else {
        value.to_vec()
    };
    let charset = named("CHARSET").map_or(Some(UTF_8), |label| Encoding::for_label(label.as_bytes()));
    let text =
        charset.and_then(|charset| charset.decode_without_bom_handling_and_without_replacement(&bytes));
    text.map(String::from).ok_or(ImportProblem::Charset)
}

/// Out of quoted-printable; what is no `=XX` stays as it is.
fn unquoted(value: &[u8]) -> Vec<u8> {
    let hex = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value;
    while let [first, tail @ ..] = rest {
        let escaped = match (first, tail) {
            (b'=', [high, low, ..]) => hex(high).zip(hex(low)).map(|(high, low)| high << 4 | low),
            _ => None,
        };
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { &tail[2..] } else { tail };
    }
    bytes
}

/// The value cut at its separators, without escapes: which separators a property has is `calcard`'s to
/// know. It sees one line of plain UTF-8 and no parameters.
fn components(name: &str, value: &str) -> Vec<Vec<String>> {
    let value = value.replace("\r\n", "\\n").replace(['\r', '\n'], "\\n");
    let card = format!("BEGIN:VCARD\n{name}:{value}\nEND:VCARD\n");
    let Entry::VCard(card) = Parser::new(&card).entry() else { return Vec::new() };
    let values = card.entries.into_iter().next().map(|entry| entry.values).unwrap_or_default();
    values
        .into_iter()
        .map(|value| match value {
            VCardValue::Text(text) => vec![text],
            VCardValue::Component(texts) => texts,
            _ => Vec::new(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;

    fn read_bytes(bytes: &[u8]) -> Result<Option<Property>, ImportError> {
        read(&Line { number: 7, bytes: Cow::Borrowed(bytes) })
    }

    fn property(line: &str) -> Property {
        read_bytes(line.as_bytes()).unwrap().unwrap()
    }

    #[test]
    fn components_lists_and_escapes_are_told_apart() {
        let name = property(r"N:Doyle;Catherine;M.,Anne;Dr.;MD\, FACC\; x");
        assert_eq!(name.component(2, " ").as_deref(), Some("M. Anne"));
        assert_eq!(name.component(4, " ").as_deref(), Some("MD, FACC; x"));
        assert_eq!(name.component(9, " "), None);
        let note = property(r"NOTE:one\, two\nthree; four\\five");
        assert_eq!(note.text(), "one, two\nthree; four\\five");
        assert_eq!(property("X-PHONETIC-LAST-NAME: さとう ").text(), "さとう");
        assert_eq!(property("CATEGORIES:a,b\\,c,,d").texts().collect::<Vec<_>>(), ["a", "b,c", "d"]);
        assert_eq!(property("ORG:会社;;部;課").components_from(1), ["部", "課"]);
        assert_eq!(property("NOTE:").text(), "");
    }

    #[test]
    fn types_come_in_the_manner_of_every_version() {
        for line in [
            "TEL;WORK;FAX:1",
            "TEL;TYPE=work,fax:1",
            "item1.TEL;type=WORK;type=FAX:1",
            "TEL;TYPE=\"Work,Fax\";VALUE=uri:tel:1",
        ] {
            let tel = property(line);
            assert!(tel.is("work") && tel.is("fax") && !tel.is("cell"), "{line}");
        }
        for (line, rank) in [("TEL;PREF=2:1", 2), ("TEL;TYPE=pref:1", 1), ("TEL;PREF:1", 1), ("TEL:1", 101)] {
            assert_eq!(property(line).rank(), rank, "{line}");
        }
        assert_eq!(
            property("N;SORT-AS=\"さとう;x,けんいち\":佐藤").param("SORT-AS"),
            Some("さとう;x,けんいち")
        );
    }

    #[test]
    fn older_encodings_become_text() {
        let sato = [0x8d, 0xb2, 0x93, 0xa1];
        let line = [b"FN;CHARSET=SHIFT_JIS:".as_slice(), &sato].concat();
        assert_eq!(read_bytes(&line).unwrap().unwrap().text(), "佐藤");
        for line in [
            "FN;CHARSET=SHIFT_JIS;ENCODING=QUOTED-PRINTABLE:=8D=B2=93=A1",
            "FN;CHARSET=Windows-31J;QUOTED-PRINTABLE:=8d=b2=93=a1",
            "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E4=BD=90=E8=97=A4",
            "FN;ENCODING=QUOTED-PRINTABLE:=E4=BD=90=E8=97=A4",
            "FN;ENCODING=BASE64;CHARSET=EUC-JP:urTGow==",
            "FN;CHARSET=ISO-2022-JP:\u{1b}$B:4F#\u{1b}(B",
        ] {
            assert_eq!(property(line).text(), "佐藤", "{line}");
        }
        let name = property("N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E4=BD=90=E8=97=A4;a=3Db=;");
        assert_eq!(name.component(1, " ").as_deref(), Some("a=b="));
        assert_eq!(property("NOTE;ENCODING=QUOTED-PRINTABLE:a=0D=0Ab").text(), "a\nb");
    }

    #[test]
    fn faults_carry_the_line() {
        let problem = |bytes: &[u8]| read_bytes(bytes).map(|_| ()).unwrap_err();
        assert_eq!(problem(b"no colon"), ImportError::new(7, ImportProblem::NotAProperty));
        assert_eq!(problem(b"<tag>:x"), ImportError::new(7, ImportProblem::NotAProperty));
        for line in
            [b"FN:\x8d\xb2".as_slice(), b"FN;CHARSET=KLINGON:x", b"FN;ENCODING=QUOTED-PRINTABLE:=8D=B2"]
        {
            assert_eq!(problem(line), ImportError::new(7, ImportProblem::Charset));
        }
        assert!(read_bytes(b"PHOTO;ENCODING=b:\xff\xff").unwrap().is_none());
    }
}
