//! Extended properties on the wire: `String {guid} Name CardId`, `Integer 0x3008`, …
//! Source: Graph page "singleValueLegacyExtendedProperty resource type".

use serde_json::{Map, Value, json};

use crate::model::mailbox::ExtendedProperties;

use super::error::GraphError;
use super::schema::{unexpected, unknown_property};

const SINGLE: &str = "singleValueExtendedProperties";
const MULTI: &str = "multiValueExtendedProperties";
const TYPES: [&str; 13] = [
    "ApplicationTime",
    "Binary",
    "Boolean",
    "CLSID",
    "Currency",
    "Double",
    "Float",
    "Integer",
    "Long",
    "Object",
    "Short",
    "String",
    "SystemTime",
];

/// An id in its one canonical spelling, so that ids can be compared: the type as documented, the GUID and
/// the numbers in lower case, the name as it is.
pub(super) fn canonical(id: &str) -> Result<String, GraphError> {
    let malformed = || {
        let message = format!("The extended property id '{id}' is not valid.");
        GraphError::new(400, "ErrorInvalidExtendedProperty", message)
    };
    let (kind, rest) = id.trim().split_once(' ').ok_or_else(malformed)?;
    let (base, array) = match kind.to_ascii_lowercase().strip_suffix("array") {
        Some(base) => (base.to_owned(), "Array"),
        None => (kind.to_ascii_lowercase(), ""),
    };
    let base = TYPES.iter().find(|known| known.eq_ignore_ascii_case(&base)).ok_or_else(malformed)?;
    let rest = rest.trim();
    let is_tag = |text: &str| {
        let digits = text.to_ascii_lowercase();
        digits.strip_prefix("0x").is_some_and(|d| !d.is_empty() && d.chars().all(|c| c.is_ascii_hexdigit()))
    };
    if is_tag(rest) {
        return Ok(format!("{base}{array} {}", rest.to_ascii_lowercase()));
    }
    let (guid, rest) = rest.split_once(' ').ok_or_else(malformed)?;
    let inner = guid.strip_prefix('{').and_then(|guid| guid.strip_suffix('}')).ok_or_else(malformed)?;
    let guid = uuid::Uuid::try_parse(inner).map_err(|_| malformed())?;
    let (word, name) = rest.trim().split_once(' ').ok_or_else(malformed)?;
    match word.to_ascii_lowercase().as_str() {
        "name" if !name.is_empty() => Ok(format!("{base}{array} {{{guid}}} Name {name}")),
        "id" if is_tag(name) => Ok(format!("{base}{array} {{{guid}}} Id {}", name.to_ascii_lowercase())),
        _ => Err(malformed()),
    }
}

/// Takes both kinds of extended properties out of a body.
pub(super) fn take(body: &mut Map<String, Value>) -> Result<ExtendedProperties, GraphError> {
    let mut extended = ExtendedProperties::default();
    for item in items(body, SINGLE)? {
        let (id, value) = id_and_value(item, "microsoft.graph.singleValueLegacyExtendedProperty")?;
        match value {
            Value::String(value) => extended.single.insert(check_value(&id, value.clone())?, value),
            other => return Err(unexpected(&other, "PrimitiveValue", "Edm.String")),
        };
    }
    for item in items(body, MULTI)? {
        let (id, value) = id_and_value(item, "microsoft.graph.multiValueLegacyExtendedProperty")?;
        let values: Result<Vec<String>, _> = serde_json::from_value(value.clone());
        let values = values.map_err(|_| unexpected(&value, "StartArray", "Collection(Edm.String)"))?;
        extended.multi.insert(id, values);
    }
    Ok(extended)
}

fn items(body: &mut Map<String, Value>, name: &str) -> Result<Vec<Value>, GraphError> {
    match body.remove(name) {
        None => Ok(Vec::new()),
        Some(Value::Array(items)) => Ok(items),
        Some(other) => Err(unexpected(&other, "StartArray", name)),
    }
}

fn id_and_value(item: Value, type_name: &str) -> Result<(String, Value), GraphError> {
    let Value::Object(mut item) = item else {
        return Err(unexpected(&item, "StartObject", type_name));
    };
    let id = item.remove("id").unwrap_or_default();
    let id = id.as_str().ok_or_else(|| GraphError::body("An extended property needs an id."))?;
    let (id, value) = (canonical(id)?, item.remove("value").unwrap_or_default());
    match item.keys().find(|name| !name.contains('@')) {
        Some(name) => Err(unknown_property(name, type_name)),
        None => Ok((id, value)),
    }
}

/// The id again if the value can be read as the id's type.
fn check_value(id: &str, value: String) -> Result<String, GraphError> {
    let kind = id.split(' ').next().unwrap_or_default();
    let fits = match kind {
        "Integer" => value.parse::<i32>().is_ok(),
        "Short" => value.parse::<i16>().is_ok(),
        "Long" | "Currency" => value.parse::<i64>().is_ok(),
        "Boolean" => value.parse::<bool>().is_ok(),
        "Double" | "Float" | "ApplicationTime" => value.parse::<f64>().is_ok(),
        "SystemTime" => value.parse::<jiff::Timestamp>().is_ok(),
        "CLSID" => uuid::Uuid::try_parse(&value).is_ok(),
        _ => true,
    };
    let message = format!("The value of the extended property '{id}' is not of its type.");
    if fits {
        Ok(id.to_owned())
    } else {
        Err(GraphError::new(400, "ErrorInvalidExtendedPropertyValue", message))
    }
}

/// Which extended properties `$expand` asks for, canonical.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Expand {
    pub(super) single: Vec<String>,
    pub(super) multi: Vec<String>,
}

impl Expand {
    /// Reads `singleValueExtendedProperties($filter=id eq '…' or id eq '…'),…`.
    pub(super) fn parse(text: &str) -> Result<Self, GraphError> {
        let mut expand = Self::default();
        for item in split_top(text, ',') {
            let (name, options) = item.split_once('(').unwrap_or((&item, ""));
            let wanted = match name.trim() {
                name if name.eq_ignore_ascii_case(SINGLE) => &mut expand.single,
                name if name.eq_ignore_ascii_case(MULTI) => &mut expand.multi,
                name if ["extensions", "photo"].contains(&name) => {
                    return Err(GraphError::not_simulated(&format!("$expand={name}")));
                }
                name => {
                    return Err(GraphError::query(format!(
                        "Parsing OData Select and Expand failed: Could not find a property named '{name}'."
                    )));
                }
            };
            let unfiltered = || {
                let message = format!("{} must be expanded with $filter=id eq '...'.", name.trim());
                GraphError::new(400, "ErrorInvalidUrlQuery", message)
            };
            let options = options.trim().strip_suffix(')').unwrap_or_default();
            let (option, filter) = options.split_once('=').ok_or_else(unfiltered)?;
            if !option.trim().eq_ignore_ascii_case("$filter") {
                return Err(unfiltered());
            }
            for clause in filter.split(" or ") {
                let id = clause.trim().strip_prefix("id eq '").and_then(|id| id.strip_suffix('\''));
                wanted.push(canonical(&id.ok_or_else(unfiltered)?.replace("''", "'"))?);
            }
        }
        Ok(expand)
    }

    /// Adds what is there of the wanted properties to `entity`; nothing is added when none is.
    pub(super) fn apply(&self, extended: &ExtendedProperties, entity: &mut Map<String, Value>) {
        let single: Vec<Value> = self
            .single
            .iter()
            .filter_map(|id| Some(json!({"id": id, "value": extended.single.get(id)?})))
            .collect();
        let multi: Vec<Value> = self
            .multi
            .iter()
            .filter_map(|id| Some(json!({"id": id, "value": extended.multi.get(id)?})))
            .collect();
        for (name, found) in [(SINGLE, single), (MULTI, multi)] {
            if !found.is_empty() {
                entity.insert(name.to_owned(), Value::Array(found));
            }
        }
    }
}

/// Splits at separators that stand neither in parentheses nor in quotes.
pub(super) fn split_top(text: &str, separator: char) -> Vec<String> {
    let (mut parts, mut depth, mut quoted) = (vec![String::new()], 0_i32, false);
    for c in text.chars() {
        quoted ^= c == '\'';
        match c {
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            _ => {}
        }
        if c == separator && depth == 0 && !quoted {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.push(c);
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    const GUID: &str = "{66F5A359-4659-4830-9070-00047EC6AC6E}";

    #[test]
    fn ids_are_compared_in_one_spelling() {
        let one = canonical(&format!("string {GUID} name CardId")).expect("an id");
        assert_eq!(one, "String {66f5a359-4659-4830-9070-00047ec6ac6e} Name CardId");
        assert_ne!(one, canonical(&format!("String {GUID} Name cardid")).expect("another id"));
        assert_eq!(canonical("Integer 0x3008"), canonical("integer 0X3008"));
        for bad in ["CardId", "String Name CardId", "Text {GUID} Name x", "String {1} Name x", "String 0x"] {
            assert!(canonical(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_expansion_needs_a_filter_by_id() {
        let text = format!(
            "singleValueExtendedProperties($filter=id eq 'String {GUID} Name A' or id eq 'String {GUID} Name B')"
        );
        assert_eq!(Expand::parse(&text).expect("an expansion").single.len(), 2);
        assert!(Expand::parse("singleValueExtendedProperties").is_err());
    }
}
