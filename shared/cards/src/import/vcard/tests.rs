//! Whole files: our own samples, the shared corpus where it is at hand, and files nobody would write.

use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::*;
use crate::card::{Card, FieldError, PhoneKind, Problem};
use crate::contact::contact_for;
use crate::import::{Format, MAX_CARDS, MAX_FILE_BYTES, read};
use crate::width::narrow_number;

const SAMPLES: &[u8] = include_bytes!("../../../../../infra/xtask/samples/cards.vcf");
const BROKEN: &[u8] = include_bytes!("../../../../../infra/xtask/samples/broken.vcf");

fn card_of(lines: &str) -> Card {
    let file = format!("BEGIN:VCARD\r\nVERSION:3.0\r\n{lines}\r\nEND:VCARD\r\n");
    let import = import(file.as_bytes());
    assert_eq!(import.errors, [], "{lines}");
    import.cards.into_iter().next().expect("one card").card
}

fn problems(file: &str) -> Vec<(usize, ImportProblem)> {
    import(file.as_bytes()).errors.into_iter().map(|error| (error.line, error.problem)).collect()
}

/// Everything of the card that Outlook shows, in one text without spaces.
fn shown(card: &Card) -> String {
    let contact =
        serde_json::to_value(contact_for(card, "https://crm.example/1", types::Language::Ja)).unwrap();
    let address = contact["businessAddress"].as_object();
    let address = address.map(|parts| {
        let part = |name: &str| parts[name].as_str().unwrap_or_default().to_owned();
        ["postalCode", "countryOrRegion", "state", "city", "street"].map(part).concat()
    });
    let strings = contact.to_string().replace("\\n", "\n");
    solid(&(strings + &address.unwrap_or_default()))
}

fn solid(text: &str) -> String {
    text.split_whitespace().collect()
}

/// Every TEL, EMAIL, ADR, ORG, TITLE, URL and phonetic text of the file stands in the contact of its card.
/// The file is read by plain search here, not by the code under test; it must be UTF-8 and not folded.
fn assert_nothing_is_lost(file: &str, import: &Import) {
    let cards = file.split("BEGIN:VCARD").skip(1).map(str::lines);
    for (lines, imported) in cards.zip(&import.cards) {
        let shown = shown(&imported.card);
        for line in lines {
            let Some((head, value)) = line.split_once(':') else { continue };
            let name = head.split(';').next().unwrap_or_default();
            let kept = matches!(name, "TEL" | "EMAIL" | "ADR" | "ORG" | "TITLE" | "URL" | "N" | "FN");
            if !kept && !name.starts_with("X-PHONETIC")
                || head.contains("QUOTED")
                || head.contains("home") && name == "ADR"
            {
                continue;
            }
            let value = value.replace("\\,", ",").replace("\\;", ";");
            for text in value.split(';').map(solid) {
                let text = if matches!(name, "TEL") { solid(&narrow_number(&text)) } else { text };
                let narrow = solid(&narrow_number(&text));
                assert!(
                    shown.contains(&text) || shown.contains(&narrow),
                    "line {}: {text} of {line}\n{shown}",
                    imported.line
                );
            }
        }
    }
}

#[test]
fn our_samples_are_read_without_loss() {
    let import = import(SAMPLES);
    assert_eq!(import.errors, []);
    assert_eq!(import.cards.len(), 30);
    assert_nothing_is_lost(std::str::from_utf8(SAMPLES).unwrap(), &import);
    let phone_of_2010 = &import.cards[29].card;
    assert_eq!(phone_of_2010.family_name.as_deref(), Some("桐生"));
    assert_eq!(phone_of_2010.given_name_reading.as_deref(), Some("ｶﾅﾃﾞ"));
    assert_eq!(phone_of_2010.full_name, None);
    assert_eq!(phone_of_2010.phones[1].kind, PhoneKind::Fax);
    let folded = import.cards[28].card.memo.as_deref();
    assert_eq!(
        folded,
        Some(
            "This note is folded over several lines, as address books do with text that is longer than seventy-five bytes."
        )
    );
}

#[test]
fn a_broken_card_is_reported_with_its_line_and_the_rest_is_read() {
    let import = import(BROKEN);
    assert_eq!(import.errors, [ImportError::new(15, ImportProblem::NotAProperty)]);
    let ids: Vec<_> = import.cards.iter().map(|card| (card.line, card.id.as_str())).collect();
    assert_eq!(ids, [(1, "sample-101"), (18, "sample-103")]);
}

#[test]
fn a_card_has_each_field_in_its_place() {
    let card = card_of(
        "FN:佐藤 健一\r\nN:佐藤;健一;;;\r\nX-PHONETIC-LAST-NAME:さとう\r\nX-PHONETIC-FIRST-NAME:けんいち\r\n\
         ORG:株式会社青空精機;営業本部;営業一課\r\nX-PHONETIC-ORG:あおぞらせいき\r\nTITLE:課長\r\nROLE:営業\r\n\
         TEL;TYPE=work,voice:０３－００００－５５１０\r\nTEL;TYPE=cell;VALUE=uri:tel:+81-90-0000-7765;ext=5\r\n\
         EMAIL:second@aozora.example\r\nEMAIL;TYPE=pref:mailto:ｆｉｒｓｔ@aozora.example\r\n\
         ADR;TYPE=home:;;神奈川県横浜市中区海岸1;;;;\r\n\
         ADR;TYPE=work:私書箱3;青空タワー12階;東京都品川区大崎1,2;;;１４１－００３２;日本\r\n\
         URL:aozora.example\r\nNOTE:一行目\\n二行目\r\nNOTE:三行目\r\nCATEGORIES:展示会,重要\r\nBDAY:1980-01-01",
    );
    let expected = serde_json::json!({
        "family_name": "佐藤",
        "given_name": "健一",
        "family_name_reading": "さとう",
        "given_name_reading": "けんいち",
        "company": "株式会社青空精機",
        "company_reading": "あおぞらせいき",
        "department": "営業本部 営業一課",
        "title": "課長 / 営業",
        "emails": ["first@aozora.example", "second@aozora.example"],
        "phones": [{"kind": "work", "number": "03-0000-5510"}, {"kind": "mobile", "number": "+81-90-0000-7765 ext. 5"}],
        "address": {
            "postal_code": "141-0032",
            "country": "日本",
            "region": "東京都",
            "city": "品川区",
            "street": "大崎1, 2",
            "building": "青空タワー12階 私書箱3",
        },
        "other_addresses": [{"region": "神奈川県", "city": "横浜市中区", "street": "海岸1"}],
        "urls": ["aozora.example"],
        "memo": "一行目\n二行目\n三行目",
        "tags": ["展示会", "重要"],
    });
    assert_eq!(serde_json::to_value(card).unwrap(), expected);
}

#[test]
fn a_label_stands_in_for_an_address() {
    let card = card_of("FN:Dave\r\nLABEL;TYPE=work:14 Ferry Road\\nLondon");
    assert_eq!(card.address.unwrap().street.as_deref(), Some("14 Ferry Road\nLondon"));
}

#[test]
fn every_fault_of_a_file_is_named() {
    let card = |lines: &str| format!("BEGIN:VCARD\n{lines}\nEND:VCARD\n");
    let fault = |problem| ImportProblem::Field(FieldError { field: String::new(), problem });
    let email = ImportProblem::Field(FieldError { field: "emails[1]".into(), problem: Problem::NotAnEmail });
    let twice = card("VERSION:3.0\nUID:a b\nFN:x") + &card("VERSION:3.0\nUID:a b\nFN:y");
    let same = card("VERSION:3.0\nFN:x") + &card("VERSION:4.0\nN:;x;;;");
    for (file, expected) in [
        (card("FN:x"), (1, ImportProblem::NoVersion)),
        (card("FN:x\nVERSION:5.0"), (3, ImportProblem::UnknownVersion)),
        (card("VERSION:3.0\nTEL:1"), (1, fault(Problem::NameOrCompanyMissing))),
        (card("VERSION:3.0\nFN:x\nEMAIL:a@b.example\nEMAIL:nobody"), (1, email)),
        (card("VERSION:3.0\nFN:x\nNOTE;CHARSET=X:1"), (4, ImportProblem::Charset)),
        (
            card(&("VERSION:3.0\nFN:x".to_owned() + &"\nNOTE:x".repeat(999))),
            (1, ImportProblem::TooManyLines { max: 1_000 }),
        ),
        ("<html>\n".into(), (1, ImportProblem::OutsideOfCard)),
        ("BEGIN:VCARD\nVERSION:3.0\n".into(), (1, ImportProblem::NoEnd)),
        (twice, (6, ImportProblem::Duplicate { first_line: 1 })),
        (
            "BEGIN:VCARD\nVERSION:3.0\nFN:x\nEND:VCARD\n\n".to_owned() + &card("UID:1"),
            (6, ImportProblem::NoVersion),
        ),
    ] {
        assert_eq!(problems(&file), [expected], "{file}");
    }
    // Without UID the content counts: a given name is not the same as a name in one text.
    assert_eq!(problems(&same), []);
    assert_eq!(problems(""), []);
}

#[test]
fn a_file_has_bounds() {
    let too_large = read(Format::VCard, &vec![b'x'; MAX_FILE_BYTES + 1]);
    assert_eq!(too_large.errors, [ImportError::new(1, ImportProblem::FileTooLarge { max: MAX_FILE_BYTES })]);
    let card = |n: usize| format!("BEGIN:VCARD\nVERSION:3.0\nUID:{n}\nFN:x\nEND:VCARD\n");
    let full = import((0..MAX_CARDS).map(card).collect::<String>().as_bytes());
    assert_eq!((full.cards.len(), full.errors.len()), (MAX_CARDS, 0));
    let over = import((0..MAX_CARDS + 3).map(card).collect::<String>().as_bytes());
    let line = MAX_CARDS * 5 + 1;
    assert_eq!(over.errors, [ImportError::new(line, ImportProblem::TooManyCards { max: MAX_CARDS })]);
    assert_eq!(over.cards.len(), MAX_CARDS);
}

#[test]
fn a_fault_as_json_says_line_reason_and_field() {
    let field = FieldError { field: "memo".into(), problem: Problem::TooLong { max: 10_000 } };
    let error = ImportError::new(3, ImportProblem::Field(field));
    let json = serde_json::json!({"line": 3, "reason": "field", "field": "memo", "problem": "too_long", "max": 10_000});
    assert_eq!(serde_json::to_value(&error).unwrap(), json);
}

/// The corpus that the whole project is measured with. It is not part of the repository.
#[test]
fn the_shared_corpus_is_read_without_loss() {
    let file = shared().join("corpus/cards.vcf");
    let Ok(bytes) = std::fs::read(&file) else {
        assert!(!in_ci(), "{} is missing", file.display());
        println!("skipped: no corpus at {}", file.display());
        return;
    };
    let import = import(&bytes);
    assert_eq!(import.errors, []);
    assert_eq!(import.cards.len(), 99);
    assert_nothing_is_lost(std::str::from_utf8(&bytes).unwrap(), &import);
    let cities = import.cards.iter().filter_map(|card| card.card.address.as_ref()?.city.as_deref());
    assert_eq!(cities.count(), import.cards.iter().filter(|card| has_japanese_address(&card.card)).count());
}

fn has_japanese_address(card: &Card) -> bool {
    card.address.as_ref().is_some_and(|address| address.country.as_deref() == Some("日本"))
}

#[expect(clippy::disallowed_methods, reason = "where the corpus is, is a matter of the machine")]
fn shared() -> PathBuf {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    std::env::var("SETTEN_SHARED").map_or_else(|_| beside(), PathBuf::from)
}

#[expect(clippy::disallowed_methods, reason = "only the test run of the project must have the corpus")]
fn in_ci() -> bool {
    std::env::var("CI").is_ok_and(|ci| ci == "true")
}

/// Lines that are nearly right, which random bytes never are.
fn near_line() -> impl Strategy<Value = String> {
    let head = prop::sample::select(vec![
        "N",
        "FN",
        "TEL",
        "TEL;TYPE=cell",
        "EMAIL;PREF=1",
        "ADR",
        "ORG",
        "NOTE;ENCODING=QUOTED-PRINTABLE",
        "UID",
        "SOUND;X-IRMC-N",
        "FN;ENCODING=b",
        "item1.URL",
        "N;SORT-AS=\"あ",
        "CATEGORIES",
        "NOTE;CHARSET=ISO-2022-JP",
        "NOTE;CHARSET=Shift_JIS",
        "BEGIN",
        "END",
        " ",
        "X-PHONETIC-LAST-NAME",
        "LABEL",
        "TITLE",
    ]);
    let value = prop_oneof![
        "\\PC{0,30}",
        "[;,\\\\=\"nN:名 \\r\\n]{0,20}",
        Just("VCARD".to_owned()),
        Just("名=".repeat(3))
    ];
    (head, value).prop_map(|(head, value)| format!("{head}:{value}\n"))
}

proptest! {
    #[test]
    fn bytes_never_stop_the_import(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = import(&bytes);
        let _ = import(&[b"BEGIN:VCARD\nVERSION:2.1\nFN;CHARSET=SHIFT_JIS:", bytes.as_slice(), b"\nEND:VCARD\n"].concat());
    }

    #[test]
    fn what_is_nearly_a_card_is_read_or_refused(lines in prop::collection::vec(near_line(), 0..12)) {
        let file = format!("BEGIN:VCARD\nVERSION:3.0\nFN:x\n{}END:VCARD\n", lines.concat());
        let once = import(file.as_bytes());
        prop_assert!(once.cards.iter().all(|card| card.card.validate().is_ok()));
        prop_assert_eq!(once, import(file.as_bytes()));
    }

    #[test]
    fn a_damaged_byte_harms_its_own_card_and_at_most_its_neighbour(at in 0..SAMPLES.len(), byte in any::<u8>()) {
        let mut damaged = SAMPLES.to_vec();
        damaged[at] = byte;
        let (whole, left) = (import(SAMPLES), import(&damaged));
        let intact = whole.cards.iter().filter(|card| left.cards.iter().any(|other| other.card == card.card));
        prop_assert!(intact.count() >= whole.cards.len() - 2);
    }
}
