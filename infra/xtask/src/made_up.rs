//! Business cards of people who do not exist, for benchmarks and walks: as full as real ones, each different,
//! the same at every run.

use serde_json::{Value, json};

const FAMILY: [(&str, &str); 10] = [
    ("佐藤", "さとう"),
    ("鈴木", "すずき"),
    ("高橋", "たかはし"),
    ("田中", "たなか"),
    ("伊藤", "いとう"),
    ("渡辺", "わたなべ"),
    ("山本", "やまもと"),
    ("中村", "なかむら"),
    ("小林", "こばやし"),
    ("加藤", "かとう"),
];
const GIVEN: [(&str, &str); 9] = [
    ("健", "けん"),
    ("美咲", "みさき"),
    ("大輔", "だいすけ"),
    ("葵", "あおい"),
    ("翔太", "しょうた"),
    ("陽子", "ようこ"),
    ("誠", "まこと"),
    ("結衣", "ゆい"),
    ("拓海", "たくみ"),
];
const COMPANY: [&str; 7] =
    ["青空商事", "北星工業", "みどり食品", "東西物流", "光電設計", "海山不動産", "若葉製薬"];
const TITLE: [&str; 5] = ["部長", "課長", "主任", "代表取締役", "係長"];

/// The card of the `number`th person, as `PUT /v1/users/{user}/cards/{card}` takes it. Another `edition` is
/// the same person after a promotion.
#[must_use]
pub fn card(number: usize, edition: usize) -> Value {
    let (family, family_reading) = FAMILY[number % FAMILY.len()];
    let (given, given_reading) = GIVEN[number % GIVEN.len()];
    let company = COMPANY[number % COMPANY.len()];
    json!({
        "family_name": family,
        "given_name": given,
        "family_name_reading": family_reading,
        "given_name_reading": given_reading,
        "company": format!("株式会社{company}"),
        "department": format!("営業本部 第{}営業部", number % 12 + 1),
        "title": TITLE[(number + edition) % TITLE.len()],
        "emails": [format!("person{number}@company{}.example", number % COMPANY.len())],
        "phones": [
            {"kind": "work", "number": format!("03-{:04}-{:04}", number % 10_000, (number * 7) % 10_000)},
            {"kind": "mobile", "number": format!("090-{:04}-{:04}", (number * 3) % 10_000, number % 10_000)},
        ],
        "address": {
            "postal_code": format!("100-{:04}", number % 10_000),
            "region": "東京都",
            "city": "千代田区",
            "street": format!("丸の内{}-{}", number % 9 + 1, number % 30 + 1),
            "building": format!("丸の内ビル{}階", number % 38 + 1),
        },
        "urls": [format!("https://company{}.example/", number % COMPANY.len())],
    })
}

/// A vCard file of the first `count` people, first edition, with the ids of [`card_id`].
#[must_use]
pub fn vcards(count: usize) -> String {
    (0..count).map(vcard).collect()
}

fn vcard(number: usize) -> String {
    let card = card(number, 0);
    let text = |pointer: &str| card.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let (family, given) = (text("/family_name"), text("/given_name"));
    let address =
        ["building", "street", "city", "region", "postal_code"].map(|part| text(&format!("/address/{part}")));
    let [building, street, city, region, postal_code] = address;
    [
        "BEGIN:VCARD".to_owned(),
        "VERSION:3.0".to_owned(),
        format!("UID:{}", card_id(number)),
        format!("N:{family};{given};;;"),
        format!("FN:{family} {given}"),
        format!("X-PHONETIC-LAST-NAME:{}", text("/family_name_reading")),
        format!("X-PHONETIC-FIRST-NAME:{}", text("/given_name_reading")),
        format!("ORG:{};{}", text("/company"), text("/department")),
        format!("TITLE:{}", text("/title")),
        format!("EMAIL;TYPE=WORK:{}", text("/emails/0")),
        format!("TEL;TYPE=WORK:{}", text("/phones/0/number")),
        format!("TEL;TYPE=CELL:{}", text("/phones/1/number")),
        format!("ADR;TYPE=WORK:;{building};{street};{city};{region};{postal_code};日本"),
        format!("URL:{}", text("/urls/0")),
        "END:VCARD".to_owned(),
        String::new(),
    ]
    .join("\r\n")
}

/// The card's id in the CRM.
#[must_use]
pub fn card_id(number: usize) -> String {
    format!("card-{number:04}")
}

/// A booking page for web meetings of a host, in an office that never closes, as
/// `PUT /v1/booking-pages/{page}` takes it.
#[must_use]
pub fn booking_page(host: &str) -> Value {
    let day = json!([{"from": "09:00", "until": "18:00"}]);
    json!({
        "host": host,
        "title": null,
        "duration_minutes": 30,
        "buffer_minutes": 10,
        "notice_minutes": 60,
        "horizon_days": 28,
        "time_zone": "Asia/Tokyo",
        "working_hours": {
            "monday": day, "tuesday": day, "wednesday": day, "thursday": day, "friday": day, "saturday": day,
            "sunday": day,
        },
        "place": {"kind": "web_meeting"},
        "questions": [],
        "language": "ja",
        "active": true,
    })
}

/// The `number`th mail between the owner of a mailbox and somebody outside, as it travels (RFC 5322).
#[must_use]
pub fn mail(owner: &str, is_received: bool, number: usize) -> String {
    let outside = format!("Person {number} <person{number}@company{}.example>", number % COMPANY.len());
    let (from, to) = if is_received { (outside.as_str(), owner) } else { (owner, outside.as_str()) };
    let way = if is_received { "in" } else { "out" };
    format!(
        "From: {from}\r\nTo: {to}\r\nSubject: Our meeting {number}\r\n\
         Date: Fri, 20 Nov 2026 10:{:02}:00 +0900\r\nMessage-ID: <{way}-{number}-{owner}>\r\n\
         MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nSee you soon.\r\n",
        number % 60
    )
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn cards_are_different_and_stay_the_same() {
        let cards: HashSet<String> = (0..1000).map(|number| card(number, 0).to_string()).collect();
        assert_eq!(cards.len(), 1000);
        assert_eq!(card(7, 0), card(7, 0));
        assert_ne!(card(7, 0)["title"], card(7, 1)["title"]);
        assert_eq!(card(7, 0)["emails"], card(7, 1)["emails"]);
    }

    #[test]
    fn a_file_has_one_vcard_a_person() {
        let file = vcards(22);
        assert_eq!(file.matches("BEGIN:VCARD\r\n").count(), 22);
        assert!(
            file.contains("UID:card-0021\r\n") && file.contains("ORG:株式会社青空商事;営業本部"),
            "{file}"
        );
    }
}
