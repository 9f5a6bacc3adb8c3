//! One JSON card a line, as the API takes it, with its `id` beside the fields.

use serde_json::{Map, Value};
use types::CardId;

use super::{Collected, Import, ImportError, ImportProblem, sound};
use crate::Card;

pub(super) fn import(file: &[u8]) -> Import {
    let mut collected = Collected::default();
    let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    for (index, line) in file.split(|byte| *byte == b'\n').enumerate() {
        if line.trim_ascii().is_empty() {
            continue;
        }
        let read = card(line).map_err(|problem| ImportError::new(index + 1, problem));
        if !collected.take(read.and_then(|(id, card)| sound(index + 1, id, card))) {
            break;
        }
    }
    collected.finish()
}

fn card(text: &[u8]) -> Result<(CardId, Card), ImportProblem> {
    let mut members: Map<String, Value> = serde_json::from_slice(text).map_err(|_| ImportProblem::NotJson)?;
    let id = members.remove("id").ok_or(ImportProblem::NoId)?;
    let id = id.as_str().and_then(|id| id.parse().ok()).ok_or(ImportProblem::Id)?;
    let card = serde_json::from_value(Value::Object(members));
    Ok((id, card.map_err(|error| ImportProblem::Shape(error.to_string()))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_is_a_card_or_a_fault_of_its_own() {
        let file = concat!(
            "\u{feff}{\"id\": \"c1\", \"family_name\": \"佐藤\"}\r\n",
            "\n",
            "{\"family_name\": \"鈴木\"}\n",
            "{\"id\": \"a/b\", \"family_name\": \"鈴木\"}\n",
            "[1]\n",
            "{\"id\": \"c2\", \"familyName\": \"鈴木\"}\n",
            "{\"id\": \"c3\"}\n",
            "{\"id\": \"c1\", \"family_name\": \"高橋\"}\n",
            "{\"id\": \"c4\", \"company\": \"青空商事\"}",
        );
        let import = import(file.as_bytes());
        let cards: Vec<_> = import.cards.iter().map(|card| (card.line, card.id.as_str())).collect();
        assert_eq!(cards, [(1, "c1"), (9, "c4")]);
        let faults: Vec<_> = import.errors.iter().map(|error| (error.line, error.problem.key())).collect();
        let missing = "name_or_company_missing";
        assert_eq!(
            faults,
            [(3, "no_id"), (4, "id"), (5, "not_json"), (6, "shape"), (7, missing), (8, "duplicate")]
        );
    }
}
