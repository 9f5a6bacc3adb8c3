//! Texts by key, from `locales/<language>/setten.ftl`.

use std::{borrow::Cow, collections::HashMap};

use fluent_templates::{LanguageIdentifier, Loader, fluent_bundle::FluentValue, langid, static_loader};
use types::Language;

static_loader! {
    static LOCALES = {
        locales: "./locales",
        fallback_language: "en",
        // Values are cleaned of bidirectional controls in `plain` instead: the marks would stay in copied text.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

/// The texts of one language, with the values that any of them may name.
pub(crate) struct Texts {
    pub(crate) language: Language,
    values: HashMap<Cow<'static, str>, FluentValue<'static>>,
}

impl Texts {
    pub(crate) fn new(language: Language) -> Self {
        Self { language, values: HashMap::new() }
    }

    /// Lets texts name `{ $name }`.
    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.values.insert(Cow::Borrowed(name), FluentValue::from(plain(value)));
        self
    }

    /// The text of a key.
    pub(crate) fn get(&self, key: &str) -> String {
        LOCALES.lookup_with_args(&identifier(self.language), key, &self.values)
    }

    /// The text of a key that names values of its own besides.
    pub(crate) fn get_with(&self, key: &str, values: &[(&'static str, String)]) -> String {
        let own = values.iter().map(|(name, value)| (Cow::Borrowed(*name), FluentValue::from(plain(value))));
        let mut all = self.values.clone();
        all.extend(own);
        LOCALES.lookup_with_args(&identifier(self.language), key, &all)
    }

    /// The text of a key that not every page has.
    pub(crate) fn find(&self, key: &str) -> Option<String> {
        LOCALES.try_lookup_with_args(&identifier(self.language), key, &self.values)
    }

    /// A text of several lines, as its lines.
    pub(crate) fn lines(&self, key: &str) -> Vec<String> {
        let text = self.find(key).unwrap_or_default();
        text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
    }
}

fn identifier(language: Language) -> LanguageIdentifier {
    match language {
        Language::Ja => langid!("ja"),
        Language::En => langid!("en"),
    }
}

/// A value from outside without line breaks, controls and bidirectional overrides, so that it cannot
/// pretend to be part of the text around it.
pub(crate) fn plain(value: &str) -> String {
    let disguises =
        |c: char| matches!(c, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    value.chars().filter(|c| !disguises(*c)).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// How much of Microsoft's message is shown and kept, in characters.
const DETAIL_CHARACTERS: usize = 400;

/// The beginning of a long text.
pub(crate) fn shorten(text: &str) -> String {
    match text.char_indices().nth(DETAIL_CHARACTERS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The first letter of a name, for its tile; of a Japanese company not the form of its incorporation.
pub(crate) fn initial(name: &str) -> String {
    let forms = ["株式会社", "有限会社", "合同会社", "一般社団法人", "一般財団法人"];
    let rest = forms.iter().fold(name, |name, form| name.trim().trim_start_matches(form)).trim();
    rest.chars().next().map(|first| first.to_uppercase().collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_cannot_pretend_to_be_more_than_a_value() {
        assert_eq!(plain("a\u{202e}b\r\nc\u{2066}"), "ab  c");
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(shorten("短い"), "短い");
        assert_eq!(shorten(&"あ".repeat(DETAIL_CHARACTERS + 1)).chars().count(), DETAIL_CHARACTERS + 1);
    }

    #[test]
    fn the_tile_shows_what_tells_companies_apart() {
        for (name, letter) in
            [("株式会社山田製作所", "山"), ("contoso", "C"), ("東京商事株式会社", "東"), ("", "")]
        {
            assert_eq!(initial(name), letter, "{name}");
        }
    }
}
