//! What the bodies of other crates' types may hold: the limits of their own checks, in the description's words.

use serde_json::{Map, Value, json};

/// No control character: one line.
const LINE: &str = r"^[^\x00-\x1f\x7f-\x9f]*$";
/// One line that says something.
const ENTRY: &str = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$";
/// Several lines.
const TEXT: &str = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$";
/// One line with a digit in it.
const NUMBER: &str = r"^[^\x00-\x1f\x7f-\x9f]*[0-9０-９][^\x00-\x1f\x7f-\x9f]*$";
/// A time of day on five minutes.
const TIME: &str = "^(([01][0-9]|2[0-3]):[0-5][05]|24:00)$";

/// Writes the limits into the components' schemas.
pub(super) fn limit(schemas: &mut Value) {
    for (pointer, limits) in lines().into_iter().chain(lists()).chain(others()) {
        let (schema, field) = pointer.split_once('.').expect("a schema and its field");
        let field = schemas.pointer_mut(&format!("/{schema}/properties/{}", field.replace('.', "/")));
        let Some(field) = field.and_then(Value::as_object_mut) else { continue };
        field.extend(limits);
    }
    // The place's address stands in the second of its two forms.
    if let Some(address) = schemas.pointer_mut("/Place/oneOf/1/properties/address") {
        *address = json!({"type": "string", "minLength": 1, "maxLength": 200, "pattern": ENTRY});
    }
    // A card is called by something.
    let named = |field: &str| json!({"required": [field], "properties": {field: {"type": "string", "pattern": r"\S"}}});
    let names = ["family_name", "given_name", "full_name", "company"].map(named);
    schemas["Card"]["anyOf"] = Value::from(names.to_vec());
}

type Limits = Vec<(String, Map<String, Value>)>;

fn map(limits: Value) -> Map<String, Value> {
    match limits {
        Value::Object(limits) => limits,
        _ => Map::new(),
    }
}

fn lines() -> Limits {
    let line = |field: &str, most: usize, pattern: &str| {
        (field.to_owned(), map(json!({"maxLength": most, "pattern": pattern})))
    };
    let names = [
        "family_name",
        "given_name",
        "family_name_reading",
        "given_name_reading",
        "full_name",
        "company",
        "company_reading",
        "department",
        "title",
    ];
    let parts = ["postal_code", "country", "region", "city", "building"];
    let names = names.iter().map(|name| line(&format!("Card.{name}"), 200, LINE));
    let parts = parts.iter().map(|part| line(&format!("Address.{part}"), 200, LINE));
    let texts = [
        line("Address.street", 500, TEXT),
        line("Address.text", 500, TEXT),
        line("Card.memo", 10_000, TEXT),
        line("Phone.number", 50, NUMBER),
        line("PutBookingPage.title", 200, ENTRY),
        line("Question.label", 200, ENTRY),
        line("Question.id", 40, "^[A-Za-z0-9_-]+$"),
        line("Hours.from", 5, TIME),
        line("Hours.until", 5, TIME),
    ];
    names.chain(parts).chain(texts).collect()
}

fn lists() -> Limits {
    let entries =
        |most: usize| json!({"type": "string", "minLength": 1, "maxLength": most, "pattern": ENTRY});
    let mut lists = vec![
        (
            "Card.emails".to_owned(),
            map(json!({"maxItems": 20, "items": {"type": "string", "format": "email", "maxLength": 254}})),
        ),
        ("Card.phones".to_owned(), map(json!({"maxItems": 20}))),
        ("Card.other_addresses".to_owned(), map(json!({"maxItems": 5}))),
        ("Card.urls".to_owned(), map(json!({"maxItems": 10, "items": entries(1_000)}))),
        ("Card.tags".to_owned(), map(json!({"maxItems": 100, "items": entries(100)}))),
        ("PutBookingPage.questions".to_owned(), map(json!({"maxItems": 10}))),
        (
            "ConsentRequest.features".to_owned(),
            map(json!({"items": {"$ref": "#/components/schemas/Feature"}})),
        ),
    ];
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    lists.extend(days.map(|day| (format!("WorkingHours.{day}"), map(json!({"maxItems": 8})))));
    lists
}

fn others() -> Limits {
    let minutes = |least: u32, most: u32| json!({"minimum": least, "maximum": most, "multipleOf": 5});
    let id = || json!({"minLength": 1, "maxLength": 128, "pattern": super::ID});
    [
        ("PutBookingPage.duration_minutes", minutes(5, 240)),
        ("PutBookingPage.step_minutes", minutes(5, 240)),
        ("PutBookingPage.buffer_minutes", minutes(0, 120)),
        ("PutBookingPage.notice_minutes", json!({"maximum": 20_160})),
        ("PutBookingPage.horizon_days", json!({"minimum": 1, "maximum": 365})),
        ("PutBookingPage.host", id()),
        ("PutBookingPage.language", json!({"type": "string", "enum": ["ja", "en"]})),
        ("PutBookingPage.time_zone", json!({"example": "Asia/Tokyo"})),
        ("CardUpdate.user", id()),
        ("CardUpdate.card", id()),
        ("Merge.into", id()),
        ("ChecksRequest.user_id", id()),
        ("ChecksRequest.outside_user_id", id()),
        ("NewPortalLink.user_id", id()),
        ("NewPortalLink.page", json!({"enum": ["console", "me"]})),
    ]
    .into_iter()
    .map(|(field, limits)| (field.to_owned(), map(limits)))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_is_of_a_field_that_is_described() {
        let description = crate::description();
        for (pointer, limits) in lines().into_iter().chain(lists()).chain(others()) {
            let (schema, field) = pointer.split_once('.').expect("a schema and its field");
            let field = &description["components"]["schemas"][schema]["properties"][field];
            assert!(field.is_object(), "{pointer} is not there");
            for (name, limit) in limits {
                assert_eq!(field[&name], limit, "{pointer}");
            }
        }
        assert!(
            description["components"]["schemas"]["Place"]["oneOf"][1]["properties"]["address"]["pattern"]
                .is_string()
        );
    }
}
