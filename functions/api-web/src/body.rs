//! Bodies, read with the name of the field that does not fit.

use axum::{
    body::{Bytes, to_bytes},
    extract::{FromRequest, Request},
};
use http::header;
use serde::de::DeserializeOwned;

use crate::problem::Problem;

/// A JSON body of at most so many bytes.
pub(crate) struct Json<T, const MOST_BYTES: usize = 262_144>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync, const MOST_BYTES: usize> FromRequest<S> for Json<T, MOST_BYTES> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let media_type = media_type(&request);
        if media_type.as_deref() != Some("application/json") {
            return Err(Problem::media_type("application/json"));
        }
        parse(&bytes(request, MOST_BYTES).await?).map(Self)
    }
}

/// Reads JSON; a fault in a field names the field, a fault in the text its place.
fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    // serde would take a list for an object's fields in their order.
    if bytes.trim_ascii_start().starts_with(b"[") {
        return Err(Problem::field("body", "must be a JSON object"));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.inner();
        if inner.is_data() {
            Problem::field(&field_at(&path, &inner.to_string()), words(inner))
        } else {
            Problem::malformed("body", format!("The body is not JSON: {inner}."))
        }
    })?;
    deserializer
        .end()
        .map_err(|_| Problem::malformed("body", "The body goes on after the JSON document."))?;
    Ok(value)
}

/// serde's words without the position, which says nothing about a field.
fn words(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or_default().to_owned()
}

/// The path of the field at fault. A missing one has none of its own, and at the top neither has an unknown
/// one: serde puts their names in backquotes.
fn field_at(path: &str, message: &str) -> String {
    let named = message.split('`').nth(1);
    match (path, named) {
        (".", Some(name)) => name.to_owned(),
        (".", None) => "body".to_owned(),
        (path, Some(name)) if message.starts_with("missing field") => format!("{path}.{name}"),
        (path, _) => path.to_owned(),
    }
}

/// The whole body, if it has at most so many bytes.
pub(crate) async fn bytes(request: Request, most_bytes: usize) -> Result<Bytes, Problem> {
    let read = to_bytes(request.into_body(), most_bytes).await;
    read.map_err(|_| Problem::too_large(&size(most_bytes)))
}

fn size(bytes: usize) -> String {
    if bytes.is_multiple_of(1_000_000) {
        format!("{} MB", bytes / 1_000_000)
    } else {
        format!("{} KiB", bytes / 1024)
    }
}

/// The media type without its parameters.
pub(crate) fn media_type(request: &Request) -> Option<String> {
    let value = request.headers().get(header::CONTENT_TYPE)?.to_str().ok()?;
    Some(value.split(';').next()?.trim().to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only parsed")]
    struct User {
        email: String,
        tags: Vec<String>,
        #[serde(default)]
        manager: Option<Box<User>>,
    }

    #[test]
    fn the_field_at_fault_is_named() {
        for (json, field, status) in [
            (r#"{"email": 1, "tags": []}"#, "email", 422),
            (r#"{"email": "a", "tags": ["x", 2]}"#, "tags[1]", 422),
            (r#"{"email": "a", "tags": [], "nick": "b"}"#, "nick", 422),
            (r#"{"tags": []}"#, "email", 422),
            (r#"{"email": "a", "tags": [], "manager": {"tags": []}}"#, "manager.email", 422),
            (r#"{"email": "a", "tags": [], "manager": {"nick": "b"}}"#, "manager.nick", 422),
            (r#"{"email": "#, "body", 400),
            (r#"[]"#, "body", 422),
            (r#" ["a", ["x"]]"#, "body", 422),
            (r#"{"email": "a", "tags": []} x"#, "body", 400),
        ] {
            let problem = parse::<User>(json.as_bytes()).expect_err(json);
            assert_eq!(
                (problem.errors[0].field.as_str(), problem.status),
                (field, status),
                "{json} {problem:?}"
            );
        }
    }
}
