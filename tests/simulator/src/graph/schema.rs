//! The properties of a contact with their types, and the strict reading of a body against them.
//! Source: the official CSDL (v1.0), entity type `contact`; messages are those of OData's JSON reader.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::error::GraphError;

/// The type of a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    /// `Edm.String`.
    Text,
    /// `Collection(Edm.String)`.
    Texts,
    /// `graph.physicalAddress`.
    Address,
    /// `graph.emailAddress`.
    Email,
    /// `Collection(graph.emailAddress)`.
    Emails,
    /// `Edm.DateTimeOffset`.
    Instant,
}

/// Every property of `contact` that a client may write.
pub(super) const CONTACT: [(&str, Type); 39] = [
    ("assistantName", Type::Text),
    ("birthday", Type::Instant),
    ("businessAddress", Type::Address),
    ("businessHomePage", Type::Text),
    ("businessPhones", Type::Texts),
    ("categories", Type::Texts),
    ("children", Type::Texts),
    ("companyName", Type::Text),
    ("department", Type::Text),
    ("displayName", Type::Text),
    ("emailAddresses", Type::Emails),
    ("fileAs", Type::Text),
    ("generation", Type::Text),
    ("givenName", Type::Text),
    ("homeAddress", Type::Address),
    ("homePhones", Type::Texts),
    ("imAddresses", Type::Texts),
    ("initials", Type::Text),
    ("jobTitle", Type::Text),
    ("manager", Type::Text),
    ("middleName", Type::Text),
    ("mobilePhone", Type::Text),
    ("nickName", Type::Text),
    ("officeLocation", Type::Text),
    ("otherAddress", Type::Address),
    ("parentFolderId", Type::Text),
    ("personalNotes", Type::Text),
    ("primaryEmailAddress", Type::Email),
    ("profession", Type::Text),
    ("secondaryEmailAddress", Type::Email),
    ("spouseName", Type::Text),
    ("surname", Type::Text),
    ("tertiaryEmailAddress", Type::Email),
    ("title", Type::Text),
    ("yomiCompanyName", Type::Text),
    ("yomiGivenName", Type::Text),
    ("yomiSurname", Type::Text),
    ("changeKey", Type::Text),
    ("id", Type::Text),
];

/// What the service sets itself; silently ignored when it is sent, as Graph does.
pub(super) const READ_ONLY: [&str; 5] =
    ["id", "changeKey", "createdDateTime", "lastModifiedDateTime", "parentFolderId"];

/// The three single e-mail properties, in the order of the slots.
pub(super) const EMAIL_SLOTS: [&str; 3] =
    ["primaryEmailAddress", "secondaryEmailAddress", "tertiaryEmailAddress"];

const ADDRESS_PARTS: [&str; 5] = ["city", "countryOrRegion", "postalCode", "state", "street"];
const EMAIL_PARTS: [&str; 2] = ["address", "name"];

/// The type of a property of `contact`.
pub(super) fn contact_property(name: &str) -> Option<Type> {
    let instants = ["createdDateTime", "lastModifiedDateTime"];
    let known = CONTACT.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind);
    known.or_else(|| instants.contains(&name).then_some(Type::Instant))
}

/// Checks the value of a property; dates come back in UTC, the rest as it is.
pub(super) fn check(name: &str, value: Value, kind: Type) -> Result<Value, GraphError> {
    match (kind, value) {
        (Type::Texts | Type::Emails, Value::Null) => Err(GraphError::body(format!(
            "A null value was found for the property named '{name}', which has the expected type \
             '{}'. The expected type '{0}' does not allow null values.",
            type_name(kind)
        ))),
        (_, Value::Null) => Ok(Value::Null),
        (Type::Text, value @ Value::String(_)) => Ok(value),
        (Type::Text, value) => Err(unexpected(&value, "PrimitiveValue", "Edm.String")),
        (Type::Instant, Value::String(text)) => instant(&text),
        (Type::Instant, value) => Err(unexpected(&value, "PrimitiveValue", "Edm.DateTimeOffset")),
        (Type::Texts, Value::Array(items)) => {
            let items = items.into_iter().map(|item| check(name, item, Type::Text));
            Ok(Value::Array(items.collect::<Result<_, _>>()?))
        }
        (Type::Emails, Value::Array(items)) => {
            let items = items.into_iter().map(|item| check(name, item, Type::Email));
            Ok(Value::Array(items.collect::<Result<_, _>>()?))
        }
        (Type::Texts | Type::Emails, value) => Err(unexpected(&value, "StartArray", type_name(kind))),
        (Type::Address, Value::Object(parts)) => complex(parts, &ADDRESS_PARTS, type_name(kind)),
        (Type::Email, Value::Object(parts)) => complex(parts, &EMAIL_PARTS, type_name(kind)),
        (Type::Address | Type::Email, value) => Err(unexpected(&value, "StartObject", type_name(kind))),
    }
}

fn type_name(kind: Type) -> &'static str {
    match kind {
        Type::Text => "Edm.String",
        Type::Texts => "Collection(Edm.String)",
        Type::Address => "microsoft.graph.physicalAddress",
        Type::Email => "microsoft.graph.emailAddress",
        Type::Emails => "Collection(microsoft.graph.emailAddress)",
        Type::Instant => "Edm.DateTimeOffset",
    }
}

/// The parts of a complex value; nulls are dropped, unknown names refused.
fn complex(parts: Map<String, Value>, known: &[&str], type_name: &str) -> Result<Value, GraphError> {
    let mut kept = Map::new();
    for (name, value) in parts {
        if name.contains('@') {
            continue;
        }
        if !known.contains(&name.as_str()) {
            return Err(unknown_property(&name, type_name));
        }
        if !check(&name, value.clone(), Type::Text)?.is_null() {
            kept.insert(name, value);
        }
    }
    Ok(Value::Object(kept))
}

fn instant(text: &str) -> Result<Value, GraphError> {
    let instant: Result<Timestamp, _> = text.parse();
    instant.map(|instant| Value::String(instant.to_string())).map_err(|_| {
        GraphError::body(format!(
            "Cannot convert the literal '{text}' to the expected type 'Edm.DateTimeOffset'."
        ))
    })
}

/// OData's words for a property that the type does not have.
pub(super) fn unknown_property(name: &str, type_name: &str) -> GraphError {
    GraphError::body(format!(
        "The property '{name}' does not exist on type '{type_name}'. Make sure to only use property names that \
         are defined by the type."
    ))
}

/// OData's words for a value of the wrong shape.
pub(super) fn unexpected(value: &Value, expected: &str, type_name: &str) -> GraphError {
    let found = match value {
        Value::Array(_) => "StartArray",
        Value::Object(_) => "StartObject",
        _ => "PrimitiveValue",
    };
    if found == expected {
        return GraphError::body(format!(
            "Cannot convert the literal '{value}' to the expected type '{type_name}'."
        ));
    }
    GraphError::body(format!(
        "An unexpected '{found}' node was found when reading from the JSON reader. A '{expected}' node was expected."
    ))
}

/// The body as a JSON object.
pub(super) fn object(body: &[u8]) -> Result<Map<String, Value>, GraphError> {
    if body.is_empty() {
        return Err(GraphError::new(400, "BadRequest", "Empty Payload. JSON content expected."));
    }
    let value: Value = serde_json::from_slice(body)
        .map_err(|_| GraphError::bad_request("Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format."))?;
    match value {
        Value::Object(members) => Ok(members),
        other => Err(unexpected(&other, "StartObject", "microsoft.graph.entity")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_of_another_type_are_refused_in_the_readers_words() {
        let refused = |value, kind| check("x", value, kind).expect_err("refused").message;
        assert!(refused(json!(5), Type::Text).contains("Cannot convert the literal '5'"));
        assert!(refused(json!("a"), Type::Texts).contains("A 'StartArray' node was expected"));
        assert!(refused(json!([1]), Type::Texts).contains("'Edm.String'"));
        assert!(refused(json!(null), Type::Texts).contains("does not allow null values"));
        assert!(refused(json!("a"), Type::Address).contains("A 'StartObject' node was expected"));
        assert!(refused(json!({"town": "a"}), Type::Address).contains("'town' does not exist"));
        assert!(refused(json!("yesterday"), Type::Instant).contains("DateTimeOffset"));
    }

    #[test]
    fn dates_come_back_in_utc() {
        let read = check("birthday", json!("1990-04-01T00:00:00+09:00"), Type::Instant);
        assert_eq!(read, Ok(json!("1990-03-31T15:00:00Z")));
    }
}
