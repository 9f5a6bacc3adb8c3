//! Entity tags: nobody overwrites what they have not seen.

use accounts::{Version, Versioned};
use axum::{
    extract::FromRequestParts,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, header, request::Parts};
use serde::Serialize;

use crate::problem::Problem;

/// A record with its `ETag`.
pub(crate) struct Tagged<T> {
    body: T,
    version: Version,
}

impl<T> Tagged<T> {
    pub(crate) fn of<R: Into<T>>(read: Versioned<R>) -> Self {
        Self { body: read.record.into(), version: read.version }
    }
}

impl<T: Serialize> IntoResponse for Tagged<T> {
    fn into_response(self) -> Response {
        let mut response = axum::Json(self.body).into_response();
        let tag = HeaderValue::try_from(format!("\"{}\"", self.version.as_str()));
        response.headers_mut().insert(header::ETAG, tag.expect("versions are letters and digits"));
        response
    }
}

/// What `If-Match` asks for. An extractor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum IfMatch {
    /// Nothing: the last writer wins.
    Absent,
    /// That there is something.
    Any,
    /// That it is of one of these versions.
    OneOf(Vec<Version>),
}

impl IfMatch {
    /// The version that the present one must still be when it is overwritten; none when any may be.
    pub(crate) fn expected(&self, present: Option<&Version>) -> Result<Option<Version>, Problem> {
        match (self, present) {
            (Self::Absent, _) => Ok(None),
            (Self::Any, Some(present)) => Ok(Some(present.clone())),
            (Self::OneOf(wanted), Some(present)) if wanted.contains(present) => Ok(Some(present.clone())),
            (Self::Any | Self::OneOf(_), _) => Err(Problem::changed()),
        }
    }

    fn parse(text: &str) -> Option<Self> {
        if text.trim() == "*" {
            return Some(Self::Any);
        }
        let mut wanted = Vec::new();
        for tag in text.split(',').map(str::trim) {
            let (is_weak, tag) = tag.strip_prefix("W/").map_or((false, tag), |tag| (true, tag));
            let tag = tag.strip_prefix('"')?.strip_suffix('"')?;
            // A weak tag never matches: whoever overwrites must have seen every byte.
            if !is_weak {
                wanted.push(Version::named(tag));
            }
        }
        Some(Self::OneOf(wanted))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get(header::IF_MATCH) else { return Ok(Self::Absent) };
        let parsed = value.to_str().ok().and_then(Self::parse);
        parsed.ok_or_else(|| Problem::malformed("If-Match", "must be an ETag in double quotes, or *"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_version_that_was_seen_is_overwritten() {
        let present = Version::named("b");
        for (header, matches) in [
            ("*", true),
            ("\"b\"", true),
            ("\"a\", \"b\"", true),
            ("\"a\"", false),
            ("W/\"b\"", false),
            ("\"\"", false),
        ] {
            let wanted = IfMatch::parse(header).expect(header);
            assert_eq!(wanted.expected(Some(&present)).is_ok(), matches, "{header}");
            assert!(wanted.expected(None).is_err(), "{header}");
        }
        for malformed in ["", "b", "\"a", "a\"", "\"a\" \"b", ","] {
            assert_eq!(IfMatch::parse(malformed), None, "{malformed}");
        }
    }
}
