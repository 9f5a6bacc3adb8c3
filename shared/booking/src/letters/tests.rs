//! Letters as they are read.

use super::*;
use crate::sample::appointment;

fn links() -> Links {
    Links {
        manage: "https://setten.example/book/AAAA/6b1f.mac".to_owned(),
        page: "https://setten.example/book/AAAA".to_owned(),
    }
}

fn read(letter: Letter, reader: Reader, appointment: &Appointment, left: Option<&str>) -> String {
    text(letter, reader, appointment, &links(), left)
}

#[test]
fn e17_the_guest_reads_time_url_and_the_way_to_the_appointment_in_own_zone() {
    let expected = "\
株式会社テスト
三田花子 様

アポイントメントの日程が確定しました。

日時: 2026年11月24日(火) 01:00~01:30 (Europe/London, UTC+00:00)
担当: 株式会社青空 佐藤 太郎
Web会議URL: https://teams.example/l/meetup-join/1

日程の確認・キャンセルはこちら
https://setten.example/book/AAAA/6b1f.mac

株式会社青空
";
    assert_eq!(read(Letter::Confirmed, Reader::Guest, &appointment(), None), expected);
}

#[test]
fn e17_the_host_reads_guest_answers_and_url_in_the_pages_zone() {
    let expected = "\
佐藤 太郎 様

予約ページから、アポイントメントの予約が入りました。Outlookの予定表に登録済みです。

日時: 2026年11月24日(火) 10:00~10:30 (Asia/Tokyo, UTC+09:00)
お客様: 株式会社テスト 三田花子 様
メールアドレス: mita@test.example
Web会議URL: https://teams.example/l/meetup-join/1

ご回答
- ご相談内容
  料金について
  導入時期について
";
    let letter = read(Letter::Confirmed, Reader::Host, &appointment(), None);
    assert_eq!(letter, expected);
    assert!(!letter.contains("/book/"), "the guest's link is the guest's");
}

#[test]
fn an_english_guest_reads_english() {
    let appointment = Appointment {
        language: Language::En,
        title: Some("First meeting".to_owned()),
        place: Place::Address("1-1 Chiyoda, Tokyo".to_owned()),
        join_url: None,
        ..appointment()
    };
    let expected = "\
Dear 三田花子,

Your appointment is confirmed.

Subject: First meeting
Time: Tuesday, 24 November 2026 01:00–01:30 (Europe/London, UTC+00:00)
With: 佐藤 太郎, 株式会社青空
Place: 1-1 Chiyoda, Tokyo

View or cancel your appointment
https://setten.example/book/AAAA/6b1f.mac

株式会社青空
";
    assert_eq!(read(Letter::Confirmed, Reader::Guest, &appointment, None), expected);
}

#[test]
fn who_ended_it_and_what_is_left_in_outlook_is_told_to_the_host_alone() {
    let cancelled = Appointment { ended_by: Some(EndedBy::Guest), ..appointment() };
    let host = read(Letter::Cancelled, Reader::Host, &cancelled, None);
    assert!(host.contains("お客様がキャンセルしました。") && host.contains("削除されています"), "{host}");
    let left = read(Letter::Cancelled, Reader::Host, &cancelled, Some("ErrorAccessDenied"));
    assert!(left.contains("(ErrorAccessDenied)") && left.contains("予定を削除してください"), "{left}");
    let guest = read(Letter::Cancelled, Reader::Guest, &cancelled, Some("ErrorAccessDenied"));
    assert!(!guest.contains("ErrorAccessDenied") && guest.contains("予約ページはこちら"), "{guest}");
    let failed = Appointment { ended_by: Some(EndedBy::Failure("no_join_url".to_owned())), ..appointment() };
    assert!(read(Letter::Failed, Reader::Host, &failed, None).contains("(no_join_url)"));
    assert!(!read(Letter::Failed, Reader::Guest, &failed, None).contains("no_join_url"));
}

#[test]
fn every_letter_has_all_its_texts_in_both_languages() {
    for language in Language::ALL {
        let appointment = Appointment {
            language,
            host_language: language,
            ended_by: Some(EndedBy::Organization),
            ..appointment()
        };
        for letter in [Letter::Confirmed, Letter::Cancelled, Letter::Failed] {
            for reader in [Reader::Guest, Reader::Host] {
                for left in [None, Some("reason")] {
                    let letter = read(letter, reader, &appointment, left);
                    assert!(!letter.contains("Unknown localization") && !letter.contains("{ $"), "{letter}");
                }
            }
        }
    }
}

#[test]
fn what_a_name_holds_stays_in_its_line() {
    let mut appointment = appointment();
    appointment.guest.name = "a\r\nBcc: b@c.example\u{202e}".to_owned();
    let letter = read(Letter::Confirmed, Reader::Guest, &appointment, None);
    assert!(letter.contains("a  Bcc: b@c.example  様"), "{letter}");
}
