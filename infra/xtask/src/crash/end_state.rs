//! What a walk leaves behind, without what differs from one walk to the next by right: ids that Microsoft
//! chose, instants, and the user's own names.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// Members that are left out, in answers of the simulator and in the tables.
const CHOSEN_ELSEWHERE: [&str; 16] = [
    "id",
    // Graph's id of a mail; which mail it is, its Message-ID says.
    "message_id",
    "immutableId",
    "changeKey",
    "etag",
    "@odata.etag",
    "parentFolderId",
    "createdDateTime",
    "lastModifiedDateTime",
    "contact_id",
    "folder",
    "lease_attempt",
    "token_used_at",
    // Counts what the last attempt did itself; what an attempt that died did is not in it.
    "last_push",
    "updated_at",
    "expires_at",
];

/// The value without members that differ by right, with each of `names` replaced by its placeholder, and
/// lists in a fixed order.
pub(super) fn comparable(value: &Value, names: &[(&str, &str)]) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members.iter().filter(|(name, _)| !CHOSEN_ELSEWHERE.contains(&name.as_str()));
            let kept = kept.map(|(name, value)| (replaced(name, names), comparable(value, names)));
            Value::Object(kept.collect::<Map<_, _>>())
        }
        Value::Array(values) => {
            let mut values: Vec<Value> = values.iter().map(|value| comparable(value, names)).collect();
            values.sort_by_cached_key(Value::to_string);
            Value::Array(values)
        }
        Value::String(text) => Value::String(replaced(text, names)),
        other => other.clone(),
    }
}

fn replaced(text: &str, names: &[(&str, &str)]) -> String {
    names.iter().fold(text.to_owned(), |text, (name, placeholder)| text.replace(name, placeholder))
}

/// The lines in which two states differ, those of the first marked `-`; none when they are the same. A member of a
/// list has no number: one more in front of it makes it no other.
pub(super) fn difference(expected: &Value, found: &Value) -> Vec<String> {
    if expected == found {
        return Vec::new();
    }
    let mut counts = BTreeMap::new();
    lines(expected, "", &mut |line| *counts.entry(line).or_insert(0_i64) -= 1);
    lines(found, "", &mut |line| *counts.entry(line).or_insert(0_i64) += 1);
    let differing: Vec<String> = counts.iter().filter(|(_, count)| **count != 0).map(told).collect();
    // The same leaves, but not of the same members.
    if differing.is_empty() { vec!["the same, but otherwise put together".to_owned()] } else { differing }
}

fn told((line, count): (&String, &i64)) -> String {
    let sign = if *count < 0 { '-' } else { '+' };
    match count.unsigned_abs() {
        1 => format!("{sign} {line}"),
        times => format!("{sign} {line} ({times} times)"),
    }
}

/// Every leaf with its path.
fn lines(value: &Value, path: &str, out: &mut impl FnMut(String)) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            members.iter().for_each(|(name, value)| lines(value, &format!("{path}/{name}"), out));
        }
        Value::Array(values) if !values.is_empty() => {
            values.iter().for_each(|value| lines(value, &format!("{path}[]"), out));
        }
        leaf => out(format!("{path} = {leaf}")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn ids_times_names_and_order_do_not_count() {
        let names = [("u7", "USER"), ("u7@contoso.example", "ADDRESS")];
        let one = json!({"contacts": [{"id": "A", "givenName": "健", "key": "u7/c1"}, {"id": "B", "givenName": "光"}]});
        let other = json!({"contacts": [{"id": "C", "givenName": "光"}, {"id": "D", "givenName": "健", "key": "u8/c1"}]});
        let other = comparable(&other, &[("u8", "USER")]);
        assert_eq!(comparable(&one, &names), other);
        assert!(difference(&comparable(&one, &names), &other).is_empty());
    }

    #[test]
    fn a_duplicate_a_loss_and_another_value_count() {
        let contact = |name: &str| json!({"id": "A", "givenName": name});
        let state = |contacts: Vec<Value>| comparable(&json!({"contacts": contacts}), &[]);
        let expected = state(vec![contact("健"), contact("光")]);
        for found in [
            state(vec![contact("健"), contact("光"), contact("光")]),
            state(vec![contact("健")]),
            state(vec![contact("健"), contact("輝")]),
        ] {
            assert!(!difference(&expected, &found).is_empty(), "{found}");
        }
    }

    #[test]
    fn a_difference_is_told_by_what_came_and_went() {
        let state = |names: &[&str]| comparable(&json!({"log": names}), &[]);
        let told = difference(&state(&["a", "b", "b"]), &state(&["0", "b", "b", "b", "b"]));
        assert_eq!(told, ["+ /log[] = \"0\"", "- /log[] = \"a\"", "+ /log[] = \"b\" (2 times)"]);
    }
}
