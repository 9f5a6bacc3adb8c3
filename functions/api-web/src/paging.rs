//! Cursor paging: `?limit&cursor`, answered with `next_cursor`.

use axum::extract::{FromRequestParts, Query};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::request::Parts;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::problem::Problem;

/// Which page of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct PageQuery {
    /// At most so many items, 1 to 100; 50 if absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Which page of a list, checked. An extractor.
pub(crate) struct Paging {
    pub(crate) limit: u32,
    pub(crate) cursor: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Paging {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Query(PageQuery { limit, cursor }) = Query::from_request_parts(parts, state)
            .await
            .map_err(|rejection| Problem::malformed("query", rejection.body_text()))?;
        let limit = limit.unwrap_or(50);
        if !(1..=100).contains(&limit) {
            return Err(Problem::malformed("limit", "must be 1 to 100"));
        }
        let cursor = cursor.map(|cursor| decode(&cursor).ok_or_else(bad_cursor));
        Ok(Self { limit, cursor: cursor.transpose()? })
    }
}

fn bad_cursor() -> Problem {
    Problem::malformed("cursor", "is not a cursor of this list")
}

/// Cursors carry sort keys, which are never empty and never long.
fn decode(cursor: &str) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    String::from_utf8(bytes).ok().filter(|key| !key.is_empty() && key.len() <= 512)
}

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct List<T> {
    /// The items of this page.
    items: Vec<T>,
    /// Where the next page begins; null on the last.
    next_cursor: Option<String>,
}

impl<T> List<T> {
    pub(crate) fn of<R: Into<T>>((items, next): (Vec<R>, Option<String>)) -> axum::Json<Self> {
        axum::Json(Self {
            items: items.into_iter().map(Into::into).collect(),
            next_cursor: next.map(|key| URL_SAFE_NO_PAD.encode(key)),
        })
    }
}
