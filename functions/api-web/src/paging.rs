//! Cursor paging: `?limit&cursor`, answered with `next_cursor`.

use std::collections::BTreeMap;

use axum::extract::{FromRequestParts, Query};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::request::Parts;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::problem::Problem;

/// Which page of a list, as it is described.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "`Paging` reads them one by one, to name the one at fault")]
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
        Ok(Given::from_request_parts(parts, state).await?.read(&[])?.0)
    }
}

/// The parameters of a filtered list, not looked at yet. An extractor.
pub(crate) struct Given(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Given {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Query(given) = Query::<Vec<(String, String)>>::from_request_parts(parts, state)
            .await
            .map_err(|rejection| Problem::malformed("query", rejection.body_text()))?;
        Ok(Self(given))
    }
}

/// Filters by name, as text.
pub(crate) struct Filters(BTreeMap<&'static str, String>);

impl Filters {
    /// A filter, parsed; none if it was not given.
    pub(crate) fn take<T>(
        &mut self,
        name: &'static str,
        must: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, Problem> {
        let given = self.0.remove(name);
        given.map(|text| parse(&text).ok_or_else(|| Problem::malformed(name, must))).transpose()
    }
}

impl Given {
    /// The page and the filters among these names. Of a parameter given twice the last counts.
    pub(crate) fn read(self, names: &[&'static str]) -> Result<(Paging, Filters), Problem> {
        let mut page = Paging { limit: 50, cursor: None };
        let mut filters = BTreeMap::new();
        for (name, value) in self.0 {
            match name.as_str() {
                "limit" => {
                    let limit = value.parse().ok().filter(|limit| (1..=100).contains(limit));
                    page.limit = limit.ok_or_else(|| Problem::malformed(&name, "must be 1 to 100"))?;
                }
                "cursor" => page.cursor = Some(decode(&value).ok_or_else(cursor_of_another)?),
                _ => match names.iter().find(|known| **known == name) {
                    Some(known) => drop(filters.insert(*known, value)),
                    None => return Err(Problem::malformed(&name, unknown(names))),
                },
            }
        }
        Ok((page, Filters(filters)))
    }
}

/// The cursor is not one that this list gave.
pub(crate) fn cursor_of_another() -> Problem {
    Problem::malformed("cursor", "is not a cursor of this list")
}

fn unknown(names: &[&str]) -> String {
    let filters: String = names.iter().map(|name| format!("{name}, ")).collect();
    format!("this list takes only {filters}limit and cursor")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parameter_at_fault_is_named() {
        let read = |query: &[(&str, &str)]| {
            let given = query.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
            let read = Given(given).read(&["user"]);
            read.map(|(page, _)| (page.limit, page.cursor)).map_err(|problem| problem.errors)
        };
        assert_eq!(read(&[]), Ok((50, None)));
        assert_eq!(read(&[("limit", "100"), ("cursor", "YQ")]), Ok((100, Some("a".into()))));
        assert_eq!(read(&[("user", "sato")]), Ok((50, None)));
        for (name, value) in [
            ("limit", "0"),
            ("limit", "101"),
            ("limit", "ten"),
            ("limit", ""),
            ("cursor", ""),
            ("cursor", "____"),
            ("offset", "1"),
        ] {
            let errors = read(&[(name, value)]).expect_err(value);
            assert_eq!(errors[0].field, name, "{value}");
        }
    }
}
