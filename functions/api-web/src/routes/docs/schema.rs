//! Schemas as rows that people read.

use serde_json::Value;

/// One field of a body, or a parameter.
pub(super) struct Row {
    /// Its name; inside another object with that one's name before it, as in `address.city`.
    pub(super) name: String,
    /// What it may be.
    pub(super) kind: String,
    pub(super) is_required: bool,
    /// What it means, in pieces.
    pub(super) about: Vec<Piece>,
}

/// A piece of a text: plain, or in backquotes.
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) is_code: bool,
}

/// How deep objects inside of objects are told.
const DEPTH: usize = 4;

/// The text between its backquotes.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let pieces = text.split('`').enumerate();
    let pieces = pieces.map(|(at, text)| Piece { text: text.to_owned(), is_code: at % 2 == 1 });
    pieces.filter(|piece| !piece.text.is_empty()).collect()
}

/// The rows of a parameter.
pub(super) fn parameter(parameter: &Value, whole: &Value) -> Row {
    let place = parameter["in"].as_str().unwrap_or_default();
    Row {
        name: parameter["name"].as_str().unwrap_or_default().to_owned(),
        kind: format!("{place}, {}", kind(&parameter["schema"], whole)),
        is_required: parameter["required"] == true,
        about: pieces(parameter["description"].as_str().unwrap_or_default()),
    }
}

/// The rows of a body's fields.
pub(super) fn fields(schema: &Value, whole: &Value) -> Vec<Row> {
    let mut rows = Vec::new();
    push_fields(&mut rows, "", schema, whole, DEPTH);
    rows
}

fn push_fields(rows: &mut Vec<Row>, prefix: &str, schema: &Value, whole: &Value, depth: usize) {
    if depth == 0 {
        return;
    }
    let schema = resolved(schema, whole);
    for part in ["allOf", "oneOf", "anyOf"].into_iter().filter_map(|name| schema[name].as_array()).flatten() {
        push_fields(rows, prefix, part, whole, depth - 1);
    }
    if schema["type"] == "array" {
        return push_fields(rows, &format!("{prefix}[]"), &schema["items"], whole, depth);
    }
    let required: Vec<&str> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        if rows.iter().any(|row| row.name == path) {
            continue;
        }
        let about = field["description"].as_str().or_else(|| resolved(field, whole)["description"].as_str());
        rows.push(Row {
            name: path.clone(),
            kind: kind(field, whole),
            is_required: required.contains(&name.as_str()),
            about: pieces(about.unwrap_or_default()),
        });
        push_fields(rows, &path, field, whole, depth - 1);
    }
}

fn resolved<'a>(schema: &'a Value, whole: &'a Value) -> &'a Value {
    let reference = schema["$ref"].as_str().and_then(|reference| reference.strip_prefix('#'));
    reference.and_then(|pointer| whole.pointer(pointer)).unwrap_or(schema)
}

/// What a value may be, in a few words.
fn kind(schema: &Value, whole: &Value) -> String {
    let schema = resolved(schema, whole);
    let alternatives = ["oneOf", "anyOf"].into_iter().find_map(|name| schema[name].as_array());
    if let Some(alternatives) = alternatives {
        let mut kinds: Vec<String> = alternatives.iter().map(|schema| kind(schema, whole)).collect();
        kinds.dedup();
        return kinds.join(" or ");
    }
    if let Some(values) = schema["enum"].as_array() {
        let values: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
        return values.join(" | ");
    }
    let base = match &schema["type"] {
        Value::String(name) => name.clone(),
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or "),
        _ => "object".to_owned(),
    };
    if base == "array" {
        return format!("array of {}", kind(&schema["items"], whole));
    }
    let format = schema["format"].as_str().map(|format| format!(" ({format})")).unwrap_or_default();
    format!("{base}{format}{}", limits(schema))
}

fn limits(schema: &Value) -> String {
    let pair = |least: &str, most: &str| match (schema[least].as_i64(), schema[most].as_i64()) {
        (Some(least), Some(most)) if least == most => Some(format!("{least}")),
        (Some(least), Some(most)) => Some(format!("{least} to {most}")),
        (None, Some(most)) => Some(format!("at most {most}")),
        _ => None,
    };
    let length = pair("minLength", "maxLength").map(|limits| format!(", {limits} characters"));
    length.or_else(|| pair("minimum", "maximum").map(|limits| format!(", {limits}"))).unwrap_or_default()
}
