//! The cookies: who is signed in, which sign-in is under way, whose console it was.

use accounts::CONSENT_COOKIE;
use http::{HeaderMap, HeaderValue, header};
use secrecy::{ExposeSecret, SecretString};
use types::OrganizationId;

/// The session's id. The prefix makes browsers insist on `Secure`, the whole site and this host only.
const SESSION: &str = "__Host-setten";
/// What ties a sign-in with Microsoft to the browser that began it.
const SIGN_IN: &str = "__Host-setten-sign-in";
/// Whose console was open here last: no secret, only so that a session that is over finds its sign-in.
const ORGANIZATION: &str = "__Host-setten-organization";

/// The zone in which the reader's clock runs, as our script noted it: the only cookie that scripts may read.
const ZONE: &str = "__Host-setten-zone";

/// As long as a session and a sign-in last at most, and a year, in seconds.
const SESSION_SECONDS: u32 = 8 * 60 * 60;
const SIGN_IN_SECONDS: u32 = 20 * 60;
const YEAR_SECONDS: u32 = 365 * 24 * 60 * 60;

/// The session's id, as the browser sends it.
pub(crate) fn session(headers: &HeaderMap) -> Option<SecretString> {
    value(headers, SESSION).map(SecretString::from)
}

/// What ties a sign-in to the browser.
pub(crate) fn sign_in(headers: &HeaderMap) -> Option<&str> {
    value(headers, SIGN_IN)
}

/// Whose console was open here last.
pub(crate) fn organization(headers: &HeaderMap) -> Option<OrganizationId> {
    value(headers, ORGANIZATION)?.parse().ok()
}

/// The zone that our script noted.
pub(crate) fn zone(headers: &HeaderMap) -> Option<&str> {
    value(headers, ZONE)
}

/// The cookies of a session that begins.
pub(crate) fn begin(id: &SecretString, organization: &OrganizationId) -> [HeaderValue; 3] {
    [
        set(SESSION, id.expose_secret(), SESSION_SECONDS, true),
        set(ORGANIZATION, organization.as_str(), YEAR_SECONDS, false),
        set(SIGN_IN, "", 0, true),
    ]
}

/// The cookie of a sign-in that begins.
pub(crate) fn begin_sign_in(browser: &SecretString) -> HeaderValue {
    set(SIGN_IN, browser.expose_secret(), SIGN_IN_SECONDS, true)
}

/// The cookie of a consent that begins.
pub(crate) fn begin_consent(browser: &SecretString) -> HeaderValue {
    set(CONSENT_COOKIE, browser.expose_secret(), SIGN_IN_SECONDS, true)
}

/// The cookie of a session that ends.
pub(crate) fn end() -> HeaderValue {
    set(SESSION, "", 0, true)
}

/// `Lax`: the cookie comes along when a CRM or Microsoft sends the person here, never with a form of theirs.
fn set(name: &str, value: &str, seconds: u32, is_secret: bool) -> HeaderValue {
    let line = format!("{name}={value}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Lax");
    let mut line = HeaderValue::from_str(&line).expect("ids are of letters, digits and signs");
    line.set_sensitive(is_secret);
    line
}

fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, value)| *key == name && !value.is_empty()).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_by_its_whole_name_and_not_when_empty() {
        let mut headers = HeaderMap::new();
        let line = "setten=x; __Host-setten-sign-in=b; __Host-setten=a; __Host-setten-organization=o 1";
        headers.insert(header::COOKIE, HeaderValue::from_static(line));
        assert_eq!(session(&headers).map(|id| id.expose_secret().to_owned()), Some("a".to_owned()));
        assert_eq!(sign_in(&headers), Some("b"));
        assert_eq!(organization(&headers), None);
        headers.insert(header::COOKIE, HeaderValue::from_static("__Host-setten="));
        assert!(session(&headers).is_none());
    }

    #[test]
    fn the_session_stays_with_this_host_and_out_of_scripts() {
        let [session, ..] = begin(&"id".to_owned().into(), &"o1".parse().expect("an id"));
        let expected = "__Host-setten=id; Path=/; Max-Age=28800; Secure; HttpOnly; SameSite=Lax";
        assert_eq!(session.to_str().expect("text"), expected);
        assert!(session.is_sensitive());
    }
}
