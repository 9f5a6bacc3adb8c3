//! The two languages people read.

use serde::{Deserialize, Serialize};

/// A language of pages and messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// 日本語
    Ja,
    /// English
    #[default]
    En,
}

impl Language {
    /// Both, in the order of the switch on every page.
    pub const ALL: [Self; 2] = [Self::Ja, Self::En];

    /// The language tag (BCP 47).
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::Ja => "ja",
            Self::En => "en",
        }
    }

    /// The first of ours that an `Accept-Language` header names; English when it names none. Browsers list
    /// by preference, so the order is enough and weights are not read.
    #[must_use]
    pub fn from_accept_language(header: &str) -> Self {
        header.split(',').find_map(|range| Self::parse(range.split(';').next()?.trim())).unwrap_or_default()
    }

    /// The language of a tag such as `ja` or `en-GB`.
    #[must_use]
    pub fn parse(tag: &str) -> Option<Self> {
        let primary = tag.split('-').next()?;
        Self::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(primary))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_known_language_of_the_header_wins() {
        for (header, expected) in [
            ("ja,en;q=0.8", Language::Ja),
            ("en-GB,ja;q=0.5", Language::En),
            ("fr-FR, ja-JP;q=0.9", Language::Ja),
            ("", Language::En),
            ("*", Language::En),
        ] {
            assert_eq!(Language::from_accept_language(header), expected, "{header:?}");
        }
    }
}
