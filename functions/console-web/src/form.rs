//! Forms that people send. None is looked at before it is sure that the page it stands on was ours and this
//! session's.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request},
};
use http::{HeaderMap, header};
use pages::console::Refused;
use url::form_urlencoded;

use crate::{
    Site,
    visit::{TurnedAway, Visit},
};

/// The largest form, in bytes: a page of the list of users, all of them ticked, each with the longest id.
pub(crate) const MOST_BYTES: usize = 64_000;

/// A form of a member. An extractor.
#[derive(Debug)]
pub(crate) struct Posted {
    pub(crate) visit: Visit,
    pub(crate) form: Form,
}

/// A form of an admin. An extractor.
#[derive(Debug)]
pub(crate) struct PostedByAdmin {
    pub(crate) visit: Visit,
    pub(crate) form: Form,
}

/// The fields of a form, as they were sent.
#[derive(Debug, Default)]
pub(crate) struct Form(Vec<(String, String)>);

impl Form {
    pub(crate) fn parse(body: &[u8]) -> Self {
        Self(form_urlencoded::parse(body).into_owned().collect())
    }

    /// A field without the spaces around it; empty when it is missing.
    pub(crate) fn get<'a>(&'a self, name: &'a str) -> &'a str {
        self.all(name).next_back().unwrap_or_default().trim()
    }

    /// Every value of a field that may be sent several times.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl DoubleEndedIterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

impl FromRequest<Site> for Posted {
    type Rejection = TurnedAway;

    async fn from_request(request: Request, site: &Site) -> Result<Self, TurnedAway> {
        let (mut parts, body) = request.into_parts();
        let visit = Visit::from_request_parts(&mut parts, site).await?;
        if !is_from_us(&parts.headers, &site.origin) {
            return Err(site.refuse(&visit, Refused::FormStale).await.into());
        }
        let request = Request::from_parts(parts, body);
        let Ok(body) = Bytes::from_request(request, site).await else {
            return Err(site.refuse(&visit, Refused::TooLarge).await.into());
        };
        let form = Form::parse(&body);
        if !visit.session.accepts(&site.csrf, form.get("csrf")) {
            return Err(site.refuse(&visit, Refused::FormStale).await.into());
        }
        Ok(Self { visit, form })
    }
}

impl FromRequest<Site> for PostedByAdmin {
    type Rejection = TurnedAway;

    async fn from_request(request: Request, site: &Site) -> Result<Self, TurnedAway> {
        let Posted { visit, form } = Posted::from_request(request, site).await?;
        Ok(Self { visit: visit.into_admin(site).await?, form })
    }
}

/// What the browser itself says about where a form comes from. A browser that says nothing, and one that
/// hides the origin because our pages ask it to, leave it to the token.
fn is_from_us(headers: &HeaderMap, origin: &str) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    match (text("sec-fetch-site"), text(header::ORIGIN.as_str())) {
        (Some(site), _) => site == "same-origin",
        (None, Some(from)) => from == "null" || from == origin,
        (None, None) => true,
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn a_field_is_trimmed_the_last_counts_and_all_are_kept() {
        let form = Form::parse(b"a=1&b=+x%20&a=2&c");
        assert_eq!((form.get("a"), form.get("b"), form.get("c"), form.get("d")), ("2", "x", "", ""));
        assert_eq!(form.all("a").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(Form::parse(b"\xff\x00=%&&==").get("csrf"), "");
    }

    #[test]
    fn a_form_of_another_site_is_told_by_the_browser() {
        for (site, origin, ours) in [
            (Some("same-origin"), None, true),
            (Some("same-origin"), Some("null"), true),
            (Some("same-site"), Some("https://setten.example"), false),
            (Some("cross-site"), None, false),
            (Some("none"), None, false),
            (None, Some("https://setten.example"), true),
            (None, Some("https://evil.example"), false),
            (None, Some("https://setten.example:8443"), false),
            (None, Some("null"), true),
            (None, None, true),
        ] {
            let mut headers = HeaderMap::new();
            for (name, value) in [("sec-fetch-site", site), ("origin", origin)] {
                if let Some(value) = value {
                    headers.insert(name, HeaderValue::from_static(value));
                }
            }
            assert_eq!(is_from_us(&headers, "https://setten.example"), ours, "{site:?} {origin:?}");
        }
    }
}
