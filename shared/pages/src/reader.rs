//! Who reads, and in which language.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::{HeaderMap, header, request::Parts};
use types::Language;

/// The cookie that remembers the language a person chose.
pub(crate) const LANGUAGE_COOKIE: &str = "setten_lang";

/// The person in front of the page. An axum extractor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reader {
    /// The language to answer in.
    pub language: Language,
    /// They chose it on this very request, so the answer remembers it.
    pub chose: bool,
}

impl Reader {
    /// The reader of a request: `?lang=` wins, then the cookie, then the browser's own list.
    #[must_use]
    pub fn of(headers: &HeaderMap, query: Option<&str>) -> Self {
        let chosen = query.and_then(|query| pair(query, '&', "lang")).and_then(Language::parse);
        let language = chosen
            .or_else(|| cookie(headers, LANGUAGE_COOKIE).and_then(Language::parse))
            .unwrap_or_else(|| Language::from_accept_language(&accepted(headers)));
        Self { language, chose: chosen.is_some() }
    }
}

impl<S: Sync> FromRequestParts<S> for Reader {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers, parts.uri.query()))
    }
}

/// The value of a cookie of the request.
#[must_use]
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines.filter_map(|line| pair(line, ';', name)).next()
}

fn accepted(headers: &HeaderMap) -> String {
    let lines = headers.get_all(header::ACCEPT_LANGUAGE).iter().filter_map(|line| line.to_str().ok());
    lines.collect::<Vec<_>>().join(",")
}

/// The value of `name=value` in a list of such pairs.
fn pair<'a>(list: &'a str, separator: char, name: &str) -> Option<&'a str> {
    let mut pairs = list.split(separator).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(query: Option<&str>, cookie: &'static str, accept: &'static str) -> Reader {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, http::HeaderValue::from_static(cookie));
        headers.insert(header::ACCEPT_LANGUAGE, http::HeaderValue::from_static(accept));
        Reader::of(&headers, query)
    }

    #[test]
    fn the_choice_wins_over_the_cookie_and_the_cookie_over_the_browser() {
        use Language::{En, Ja};
        for (query, cookie, accept, language, chose) in [
            (Some("state=x&lang=ja"), "setten_lang=en", "en", Ja, true),
            (Some("lang=fr"), "a=b; setten_lang=ja", "en", Ja, false),
            (Some("language=ja"), "setten_lang=xx", "en-US,ja", En, false),
            (None, "xsetten_lang=en", "ja-JP,en;q=0.5", Ja, false),
            (None, "", "", En, false),
        ] {
            assert_eq!(
                reader(query, cookie, accept),
                Reader { language, chose },
                "{query:?} {cookie} {accept}"
            );
        }
    }
}
