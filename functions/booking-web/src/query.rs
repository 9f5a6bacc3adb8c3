//! What stands in the addresses of pages. Whatever does not parse counts as not said.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::request::Parts;
use jiff::{Timestamp, civil::Date};
use pages::booking::Zone;
use url::form_urlencoded;

/// The query of a page's address. An axum extractor.
#[derive(Debug, Clone, Default)]
pub(crate) struct Query {
    /// The zone in which the guest reads times.
    pub(crate) zone: Option<Zone>,
    /// The day whose times are shown.
    pub(crate) day: Option<Date>,
    /// The start that was picked.
    pub(crate) start: Option<Timestamp>,
}

impl Query {
    fn parse(query: &str) -> Self {
        let mut parsed = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "zone" => parsed.zone = Zone::parse(&value),
                "day" => parsed.day = value.parse().ok(),
                "start" => parsed.start = value.parse().ok(),
                _ => {}
            }
        }
        parsed
    }
}

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::parse(parts.uri.query().unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_parse_was_not_said() {
        let query = Query::parse("zone=Asia%2FTokyo&day=2026-11-24&start=2026-11-24T05:00:00Z&lang=ja");
        assert_eq!(query.zone.as_ref().map(Zone::name), Some("Asia/Tokyo"));
        assert_eq!(query.day, Some(Date::constant(2026, 11, 24)));
        assert_eq!(query.start, Some("2026-11-24T05:00:00Z".parse().expect("an instant")));
        for bad in ["", "zone=&day=&start=", "zone=%FF&day=2026-11-31&start=14:00", "zone=Asia/Nowhere&&=&%"]
        {
            let query = Query::parse(bad);
            assert!(query.zone.is_none() && query.day.is_none() && query.start.is_none(), "{bad}");
        }
    }
}
