//! Bodies, read with the name of the field that does not fit.

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{FromRequest, Request},
};
use http::header;
use serde::de::DeserializeOwned;

use crate::{problem::Problem, strict::Strict};

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
    let mut text = serde_json::Deserializer::from_slice(bytes);
    let value: Strict = serde_path_to_error::deserialize(&mut text).map_err(|error| match error.inner() {
        inner if inner.is_data() => field_problem(&error),
        inner => Problem::malformed("body", format!("The body is not JSON: {inner}.")),
    })?;
    text.end().map_err(|_| Problem::malformed("body", "The body goes on after the JSON document."))?;
    serde_path_to_error::deserialize(value).map_err(|error| field_problem(&error))
}

fn field_problem(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let (path, message) = (error.path().to_string(), error.inner().to_string());
    Problem::field(&field_at(&path, &message), message)
}

/// The path of the field at fault. A missing one has none of its own, and at the top neither has an unknown
/// one: serde puts their names in backquotes.
fn field_at(path: &str, message: &str) -> String {
    let named = message.split('`').nth(1);
    match (path, named) {
        (".", Some(name)) => name.to_owned(),
        (".", None) => "body".to_owned(),
        (path, Some(name))
            if message.starts_with("missing field") || message.starts_with("duplicate field") =>
        {
            format!("{path}.{name}")
        }
        (path, _) => path.to_owned(),
    }
}

/// The whole body, if it has at most so many bytes.
pub(crate) async fn bytes(request: Request, most_bytes: usize) -> Result<Bytes, Problem> {
    read(request.into_body(), most_bytes).await
}

/// The whole of a body that was taken out of its request.
pub(crate) async fn read(body: Body, most_bytes: usize) -> Result<Bytes, Problem> {
    to_bytes(body, most_bytes).await.map_err(|_| Problem::too_large(&size(most_bytes)))
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
        #[serde(default)]
        others: Vec<User>,
        #[serde(default)]
        kind: Option<Kind>,
        #[serde(default)]
        labels: serde_json::Map<String, serde_json::Value>,
        #[serde(default)]
        pair: Option<(String, String)>,
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        Person,
    }

    #[test]
    fn what_fits_is_read() {
        let text = r#"{"email": "é", "tags": ["x"], "manager": null, "kind": "person",
            "others": [{"email": "b", "tags": []}]}"#;
        let read = parse::<User>(text.as_bytes()).expect("a user");
        assert!(
            read.email == "é" && read.others.len() == 1 && matches!(read.kind, Some(Kind::Person)),
            "{read:?}"
        );
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
            (r#"{"email": "a", "tags": [], "email": "b"}"#, "email", 422),
            (r#"{"email": "a", "tags": [], "manager": {"email": "b", "email": "c"}}"#, "manager.email", 422),
            (r#"{"email": "#, "body", 400),
            (r#"[]"#, "body", 422),
            (r#" ["a", ["x"]]"#, "body", 422),
            (r#"{"email": "a", "tags": [], "manager": ["b", []]}"#, "manager", 422),
            (r#"{"email": "a", "tags": {}}"#, "tags", 422),
            (r#"{"email": "a", "tags": [], "labels": null}"#, "labels", 422),
            (r#"{"email": "a", "tags": [], "pair": ["b", "c", "d"]}"#, "pair", 422),
            (r#"{"email": "a", "tags": ["x"], "kind": {"card": ["b"]}}"#, "kind", 422),
            (
                r#"{"email": "a", "tags": [], "others": [{"email": "b", "tags": []}, ["c", []]]}"#,
                "others[1]",
                422,
            ),
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
