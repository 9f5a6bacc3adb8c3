//! Conditions of writes, without hand-numbered placeholders.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;

/// What must hold of the stored item for a write to happen.
#[derive(Debug, Clone)]
pub enum Condition {
    /// The attribute (or, by its key attribute, the whole item) does not exist.
    Absent(&'static str),
    /// The attribute exists.
    Present(&'static str),
    /// The attribute compares so with the value.
    Compare(&'static str, &'static str, Value),
    /// All hold.
    All(Vec<Condition>),
    /// One holds.
    Any(Vec<Condition>),
}

/// A value to compare with.
#[derive(Debug, Clone)]
pub struct Value(pub(crate) AttributeValue);

impl Value {
    pub(crate) fn of(value: impl Serialize) -> Self {
        Self(serde_dynamo::to_attribute_value(value).expect("keys, numbers and texts are attribute values"))
    }
}

impl Condition {
    /// No item has this key yet.
    #[must_use]
    pub fn new_item() -> Self {
        Self::Absent("pk")
    }

    /// An item has this key.
    #[must_use]
    pub fn existing_item() -> Self {
        Self::Present("pk")
    }

    /// The attribute equals the value.
    pub fn equals(attribute: &'static str, value: impl Serialize) -> Self {
        Self::Compare(attribute, "=", Value::of(value))
    }

    /// The attribute is not the value; also when there is no such attribute.
    pub fn differs(attribute: &'static str, value: impl Serialize) -> Self {
        Self::Compare(attribute, "<>", Value::of(value))
    }

    /// The attribute is less than the value.
    pub fn less_than(attribute: &'static str, value: impl Serialize) -> Self {
        Self::Compare(attribute, "<", Value::of(value))
    }
}

/// Names and values of one request's expressions, numbered as they come.
#[derive(Debug, Default)]
pub(crate) struct Expressions {
    names: HashMap<String, String>,
    values: HashMap<String, AttributeValue>,
}

impl Expressions {
    pub(crate) fn name(&mut self, attribute: &str) -> String {
        let placeholder = format!("#{attribute}");
        self.names.insert(placeholder.clone(), attribute.to_owned());
        placeholder
    }

    pub(crate) fn value(&mut self, value: AttributeValue) -> String {
        let placeholder = format!(":v{}", self.values.len());
        self.values.insert(placeholder.clone(), value);
        placeholder
    }

    pub(crate) fn condition(&mut self, condition: Condition) -> String {
        match condition {
            Condition::Absent(attribute) => format!("attribute_not_exists({})", self.name(attribute)),
            Condition::Present(attribute) => format!("attribute_exists({})", self.name(attribute)),
            Condition::Compare(attribute, operator, Value(value)) => {
                format!("{} {operator} {}", self.name(attribute), self.value(value))
            }
            Condition::All(parts) => self.join(parts, " AND "),
            Condition::Any(parts) => self.join(parts, " OR "),
        }
    }

    fn join(&mut self, parts: Vec<Condition>, word: &str) -> String {
        let parts: Vec<String> =
            parts.into_iter().map(|part| format!("({})", self.condition(part))).collect();
        parts.join(word)
    }

    /// Names and values for the request; AWS refuses empty maps, so none instead.
    #[expect(clippy::type_complexity, reason = "the SDK's own argument types")]
    pub(crate) fn into_parts(
        self,
    ) -> (Option<HashMap<String, String>>, Option<HashMap<String, AttributeValue>>) {
        (Some(self.names).filter(|m| !m.is_empty()), Some(self.values).filter(|m| !m.is_empty()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nested_condition_renders_with_each_value_once() {
        let mut expressions = Expressions::default();
        let text = expressions.condition(Condition::Any(vec![
            Condition::Absent("lease"),
            Condition::All(vec![Condition::equals("owner", "me"), Condition::less_than("until", 7)]),
        ]));
        assert_eq!(text, "(attribute_not_exists(#lease)) OR ((#owner = :v0) AND (#until < :v1))");
        let (names, values) = expressions.into_parts();
        assert_eq!(names.map(|n| n.len()), Some(3));
        assert_eq!(values.and_then(|v| v[":v1"].as_n().cloned().ok()), Some("7".to_owned()));
    }
}
