//! Tables as Excel, Outlook, Google and card products write them, and such as nobody should.

use encoding_rs::SHIFT_JIS;
use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::PhoneKind;

fn faults(import: &Import) -> Vec<(usize, &'static str)> {
    import.errors.iter().map(|error| (error.line, error.problem.key())).collect()
}

#[test]
fn a_japanese_table_in_shift_jis_becomes_cards() {
    let file = "名刺ID,姓,名,姓(カナ),名(カナ),会社名,部署名,役職,e-mail,電話番号,携帯電話,FAX,郵便番号,住所,URL,\
                名刺交換日,タグ,メモ,登録者\r\n\
                m-1,髙橋,葵,タカハシ,アオイ,青空商事㈱,営業本部,部長,aoi@aozora.example,03-0000-0000,090-0000-0000,\
                03-0000-0001,100-0001,\"東京都千代田区千代田1-1\r\n青空ビル 3F\",https://aozora.example,2026/4/1,\
                重要;展示会,\"話が長い,とても\",佐藤\r\n";
    let (bytes, _, had_errors) = SHIFT_JIS.encode(file);
    assert!(!had_errors);
    let import = import(&bytes);
    assert_eq!(import.errors, []);
    assert_eq!(import.ignored_columns, ["登録者"]);
    let [read] = import.cards.as_slice() else { panic!("{import:?}") };
    assert_eq!((read.line, read.id.as_str()), (2, "m-1"));
    let card = &read.card;
    assert_eq!(card.family_name.as_deref(), Some("髙橋"));
    assert_eq!(card.given_name_reading.as_deref(), Some("アオイ"));
    assert_eq!(card.company.as_deref(), Some("青空商事㈱"));
    assert_eq!(card.title.as_deref(), Some("部長"));
    assert_eq!(card.emails, ["aoi@aozora.example"]);
    let kinds: Vec<_> = card.phones.iter().map(|phone| phone.kind).collect();
    assert_eq!(kinds, [PhoneKind::Work, PhoneKind::Mobile, PhoneKind::Fax]);
    let address = card.address.as_ref().unwrap();
    assert_eq!(address.postal_code.as_deref(), Some("100-0001"));
    assert_eq!(address.text.as_deref(), Some("東京都千代田区千代田1-1\r\n青空ビル 3F"));
    assert_eq!(card.tags, ["重要", "展示会"]);
    assert_eq!(card.exchanged_on, Some(date(2026, 4, 1)));
    assert_eq!(card.memo.as_deref(), Some("話が長い,とても"));
}

#[test]
fn outlooks_own_columns_are_known_and_its_form_of_address_is_no_position() {
    let file = "\u{feff}Title,First Name,Middle Name,Last Name,Company,Job Title,Business Street,Business City,\
                Business State,Business Postal Code,Business Country/Region,Business Phone,Mobile Phone,\
                E-mail Address,E-mail 2 Address,Notes,Spouse\n\
                Mr.,Ken,J.,Sato,Fabrikam,Buyer,1 Main St,Springfield,IL,62701,United States,+1 217 000 0000,,\
                ken@fabrikam.example,ken@home.example,,\n";
    let import = import(file.as_bytes());
    assert_eq!(import.errors, []);
    assert_eq!(import.ignored_columns, ["Title", "Spouse"]);
    let card = &import.cards[0].card;
    assert_eq!(card.given_name.as_deref(), Some("Ken J."));
    assert_eq!(card.title.as_deref(), Some("Buyer"));
    assert_eq!(card.emails.len(), 2);
    assert_eq!(card.phones.len(), 1);
    assert_eq!(card.address.as_ref().unwrap().city.as_deref(), Some("Springfield"));
}

#[test]
fn where_there_is_no_other_title_it_is_the_position() {
    let import = import(b"Name;Title\nKen Sato;Buyer\n");
    assert_eq!(import.cards[0].card.title.as_deref(), Some("Buyer"));
}

#[test]
fn every_fault_has_its_line_and_the_others_go_in() {
    let file = "氏名,会社名,メールアドレス,交換日,メモ\n\
                佐藤,青空商事,sato@aozora.example,2026-04-01\n\
                ,,x@y.example,\n\
                鈴木,夕空商事,\"not an address\",\n\
                \n\
                高橋,朝空,a@b.example,きのう\n\
                田中,山,,,,多い\n\
                伊藤,夜空商事,,,\"二\n行\"\n\
                佐藤,青空商事,sato@aozora.example,2026-04-01\n";
    let import = import(file.as_bytes());
    let lines: Vec<_> = import.cards.iter().map(|card| card.line).collect();
    assert_eq!(lines, [2, 8]);
    assert_eq!(
        faults(&import),
        [
            (3, "name_or_company_missing"),
            (4, "not_an_email"),
            (6, "date"),
            (7, "too_many_cells"),
            (10, "duplicate")
        ]
    );
}

#[test]
fn a_table_without_names_of_columns_is_refused_as_a_whole() {
    for file in ["", "\n\n", "佐藤,青空商事\n鈴木,夕空商事\n", "メモ,URL\na,b\n", "BEGIN:VCARD\nEND:VCARD\n"]
    {
        let import = import(file.as_bytes());
        assert!(import.cards.is_empty(), "{file}");
        assert_eq!(import.errors.len(), 1, "{file}");
        assert_eq!(import.errors[0].problem, ImportProblem::NoColumns);
    }
}

#[test]
fn a_line_in_no_charset_is_told_and_the_others_go_in() {
    let (header, _, _) = SHIFT_JIS.encode("氏名,会社名\n佐藤,青空\n");
    let file = [&header, b"\x81\xff,x\n".as_slice()].concat();
    let import = import(&file);
    assert_eq!(import.cards.len(), 1);
    assert_eq!(faults(&import), [(3, "charset")]);
}

#[test]
fn the_same_file_again_gives_the_same_ids() {
    let file = "氏名,会社名\n佐藤,青空\n鈴木,夕空\n".as_bytes();
    assert_eq!(import(file), import(file));
}

proptest! {
    #[test]
    fn no_file_breaks_the_reader(file in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = import(&[b"name,company\n".as_slice(), &file].concat());
        let _ = import(&file);
    }
}
