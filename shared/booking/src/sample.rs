//! An appointment for tests.

use jiff::Timestamp;
use types::Language;

use crate::{Answer, Appointment, AppointmentState, Guest, Place};

/// Confirmed, on Tuesday 24 November 2026, 10:00 in Tokyo, with a guest in London.
pub(crate) fn appointment() -> Appointment {
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    Appointment {
        id: "6b1f4c1e-0000-4000-8000-000000000001".parse().unwrap(),
        organization_id: "org".parse().unwrap(),
        organization_name: "株式会社青空".to_owned(),
        page_id: "first-meeting".parse().unwrap(),
        page_key: "AAAAAAAAAAAAAAAAAAAAAA".to_owned(),
        host: "sato".parse().unwrap(),
        host_name: "佐藤 太郎".to_owned(),
        host_email: "sato@aozora.example".to_owned(),
        host_language: Language::Ja,
        host_zone: "Asia/Tokyo".parse().unwrap(),
        state: AppointmentState::Confirmed,
        ended_by: None,
        start: at("2026-11-24T01:00:00Z"),
        end: at("2026-11-24T01:30:00Z"),
        buffer_minutes: 10,
        title: None,
        place: Place::WebMeeting,
        guest: Guest {
            company: "株式会社テスト".to_owned(),
            name: "三田花子".to_owned(),
            email: "mita@test.example".to_owned(),
        },
        answers: vec![Answer {
            question: "topic".to_owned(),
            label: "ご相談内容".to_owned(),
            text: "料金について\n導入時期について".to_owned(),
        }],
        language: Language::Ja,
        time_zone: "Europe/London".parse().unwrap(),
        join_url: Some("https://teams.example/l/meetup-join/1".to_owned()),
        created_at: at("2026-11-22T10:00:00Z"),
        updated_at: at("2026-11-22T10:00:05Z"),
        confirmed_at: Some(at("2026-11-22T10:00:05Z")),
    }
}
