//! What stands around every page of a booking, and what several of them show.

use types::Language;

use super::{Meeting, Place};
use crate::{
    address, asset,
    branding::Branding,
    text::{Texts, initial, plain},
};

/// Where these pages live.
const PREFIX: &str = "/book";

/// What stands around the page, and the texts of the page inside.
pub(super) struct Frame {
    pub(super) texts: Texts,
    pub(super) title: String,
    /// Whose page it is: the host's company, or our product where that is nobody's business.
    pub(super) owner: String,
    pub(super) initial: String,
    pub(super) stylesheet: String,
    pub(super) icon: String,
    pub(super) script: String,
    /// The page changes by itself soon.
    pub(super) refreshes: bool,
    /// Tag, own name, address, whether it is the present one.
    pub(super) languages: Vec<(&'static str, String, String, bool)>,
}

impl Frame {
    /// The frame of a page whose present address has this query, so that the language switch keeps it.
    pub(super) fn new(texts: Texts, product: &Branding, title: String, query: &[(&str, &str)]) -> Self {
        let product = plain(&product.product_name);
        let languages = Language::ALL.into_iter().map(|language| {
            let tag = language.tag();
            let address = address::query([query, &[("lang", tag)]].concat().as_slice());
            (tag, texts.get(&format!("language-{tag}")), address, language == texts.language)
        });
        let languages = languages.collect();
        Self {
            title,
            initial: initial(&product),
            owner: product,
            stylesheet: asset::address(PREFIX, "setten.css"),
            icon: asset::address(PREFIX, "setten.svg"),
            script: asset::address(PREFIX, "booking.js"),
            refreshes: false,
            languages,
            texts,
        }
    }

    /// Under the name of the host's company.
    pub(super) fn of(mut self, meeting: &Meeting) -> Self {
        self.owner = plain(&meeting.company);
        self.initial = initial(&self.owner);
        self
    }

    /// The text of a key.
    pub(super) fn text(&self, key: &str) -> String {
        self.texts.get(key)
    }
}

/// The path of a booking page. Keys are of our own making; anything else in one is encoded away.
pub(super) fn path(key: &str, rest: &[&str]) -> String {
    address::path(PREFIX, [&[key], rest].concat().as_slice())
}

/// The meeting in words.
pub(super) struct MeetingView {
    pub(super) title: String,
    pub(super) host: String,
    pub(super) host_initial: String,
    pub(super) company: String,
    pub(super) duration: String,
    pub(super) place: String,
    pub(super) is_web: bool,
}

impl MeetingView {
    pub(super) fn of(texts: &Texts, meeting: &Meeting) -> Self {
        let (place, is_web) = match &meeting.place {
            Place::Web => (texts.get("book-place-web"), true),
            Place::Address(address) => (plain(address), false),
        };
        let host = plain(&meeting.host);
        Self {
            title: title(texts, meeting),
            host_initial: initial(&host),
            host,
            company: plain(&meeting.company),
            duration: duration(texts, meeting.minutes),
            place,
            is_web,
        }
    }
}

/// What the meeting is called.
pub(super) fn title(texts: &Texts, meeting: &Meeting) -> String {
    let own = meeting.title.as_deref().map(plain).filter(|title| !title.trim().is_empty());
    own.unwrap_or_else(|| texts.get_with("book-title-default", &[("host", meeting.host.clone())]))
}

/// `45分`, `1時間30分`; `45 min`, `1 h 30 min`.
fn duration(texts: &Texts, minutes: u32) -> String {
    let values = [("hours", (minutes / 60).to_string()), ("minutes", (minutes % 60).to_string())];
    let key = match (minutes / 60, minutes % 60) {
        (0, _) => "duration-minutes",
        (_, 0) => "duration-hours",
        _ => "duration-hours-minutes",
    };
    texts.get_with(key, &values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_has_hours_only_when_it_has_some() {
        for (minutes, japanese, english) in
            [(45, "45分", "45 min"), (60, "1時間", "1 h"), (90, "1時間30分", "1 h 30 min")]
        {
            assert_eq!(duration(&Texts::new(Language::Ja), minutes), japanese);
            assert_eq!(duration(&Texts::new(Language::En), minutes), english);
        }
    }
}
