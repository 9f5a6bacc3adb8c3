//! Who asks for a page: the session of the cookie, on this very request. A handler names whom it serves as an
//! argument, so none can forget to ask.

use accounts::{Accounts, Actor, Session};
use axum::{
    extract::FromRequestParts,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, request::Parts};
use pages::{
    Reader, Zone,
    console::{Refused, Viewer},
};
use types::Language;

use crate::{
    Site, cookies,
    reply::{self, Trouble, go_to},
};

/// Where people sign in; the query tells that they were signed in before.
pub(crate) const SIGN_IN: &str = "/console/sign-in";
const SESSION_OVER: &str = "/console/sign-in?over";

/// A member with a session. An extractor.
#[derive(Debug)]
pub(crate) struct Visit {
    pub(crate) session: Session,
    pub(crate) reader: Reader,
    /// Path and query of the request.
    pub(crate) path: String,
    /// Where the reader's clock runs.
    pub(crate) zone: Zone,
}

/// A member with a session who manages the organization's connection. An extractor.
#[derive(Debug)]
pub(crate) struct AdminVisit(pub(crate) Visit);

/// The answer to who may not have the page.
pub(crate) struct TurnedAway(Box<Response>);

impl IntoResponse for TurnedAway {
    fn into_response(self) -> Response {
        *self.0
    }
}

impl From<Response> for TurnedAway {
    fn from(response: Response) -> Self {
        Self(Box::new(response))
    }
}

impl FromRequestParts<Site> for Visit {
    type Rejection = TurnedAway;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, TurnedAway> {
        let reader = Reader::of(&parts.headers, parts.uri.query());
        let Some(id) = cookies::session(&parts.headers) else { return Err(go_to(SIGN_IN).into()) };
        match site.accounts.session(&id).await {
            Ok(Some(session)) => {
                let path = parts.uri.path_and_query().map_or("/console", |path| path.as_str()).to_owned();
                Ok(Self { session, reader, path, zone: zone(&parts.headers, reader.language) })
            }
            Ok(None) => {
                let mut response = go_to(SESSION_OVER);
                response.headers_mut().append(http::header::SET_COOKIE, cookies::end());
                Err(response.into())
            }
            Err(error) => Err(site.show(&reader, None, &reply::unavailable(&error).into()).into()),
        }
    }
}

impl FromRequestParts<Site> for AdminVisit {
    type Rejection = TurnedAway;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, TurnedAway> {
        Visit::from_request_parts(parts, site).await?.into_admin(site).await.map(Self)
    }
}

impl Visit {
    /// The visit, if it is an admin's.
    pub(crate) async fn into_admin(self, site: &Site) -> Result<Self, TurnedAway> {
        if self.session.is_admin() {
            return Ok(self);
        }
        Err(site.refuse(&self, Refused::NotAdmin).await.into())
    }

    /// What every page tells of who looks at it.
    pub(crate) async fn viewer(&self, site: &Site) -> Result<Viewer, Trouble> {
        let organization = &self.session.organization_id;
        let settings = site.accounts.settings(organization).await?;
        Ok(Viewer {
            organization_name: site.accounts.organization(organization).await?.name,
            user_name: self.session.user.display_name.clone(),
            is_admin: self.session.is_admin(),
            csrf: self.session.csrf_token(&site.csrf),
            path: self.path.clone(),
            zone: self.zone.clone(),
            now: site.clock.now(),
            features: settings.features,
            return_url: self.session.return_url.as_ref().map(|url| url.as_str().to_owned()),
        })
    }

    /// The accounts in the member's hands: what is changed with them is written down as the member's.
    pub(crate) fn accounts(&self, site: &Site) -> Accounts {
        site.accounts.by(Actor::User { id: self.session.user.id.clone() })
    }

    /// The query of the request.
    pub(crate) fn query(&self) -> &str {
        self.path.split_once('?').map_or("", |(_, query)| query)
    }
}

/// The zone that our script noted; without it the one where most who read the language live.
fn zone(headers: &HeaderMap, language: Language) -> Zone {
    let noted = cookies::zone(headers).and_then(Zone::parse);
    let usual = if language == Language::Ja { "Asia/Tokyo" } else { "UTC" };
    noted.or_else(|| Zone::parse(usual)).expect("the usual zones are zones")
}

#[cfg(test)]
mod tests {
    use http::{HeaderValue, header};

    use super::*;

    #[test]
    fn a_zone_is_believed_only_if_there_is_such() {
        let shown = |cookie: &str, language| {
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, HeaderValue::from_str(cookie).expect("a header"));
            zone(&headers, language).name().to_owned()
        };
        for (noted, expected) in [
            ("America/New_York", "America/New_York"),
            ("Asia/Calcutta", "Asia/Kolkata"),
            ("europe/berlin", "Europe/Berlin"),
        ] {
            assert_eq!(shown(&format!("a=b; __Host-setten-zone={noted}"), Language::Ja), expected);
        }
        let long = "Asia/".repeat(500);
        for bad in [
            "",
            "No/Where",
            "Etc/Unknown",
            "Asia%2FTokyo",
            "JST-9",
            "+09:00",
            "../../etc/passwd",
            "/etc/localtime",
            "right/Asia/Tokyo",
            "\"Asia/Tokyo\"",
            &long,
        ] {
            let line = format!("__Host-setten-zone={bad}");
            assert_eq!(shown(&line, Language::En), "UTC", "{bad}");
            assert_eq!(shown(&line, Language::Ja), "Asia/Tokyo", "{bad}");
        }
        // Another site below the same domain can set no cookie of this name.
        assert_eq!(shown("setten-zone=America/New_York", Language::En), "UTC");
    }
}
