//! The notes of a contact: our block, a line that divides, and below it what the user wrote (features B14, R15,
//! M09, P13).
//!
//! ```text
//! 電話: 03-0000-0003                      what found no slot, one labelled line each
//! メール: d@example.jp
//! 名刺: https://crm.example/cards/1        the card's page
//! ▼ この行から下は自由にお書きください…      the dividing line
//! 次回は見積もりの件                        the user's: never changed
//! ```
//!
//! Above the dividing line every line that begins with one of our labels is ours and is written anew whenever
//! the card changes. Anything else there was put there by the user (Outlook begins to write at the top), and
//! moves below the line instead of being lost.

use types::Language;

/// What a line of our block is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    Phone,
    Mobile,
    Home,
    Fax,
    Email,
    Address,
    Url,
    Card,
}

impl Label {
    const ALL: [Self; 8] =
        [Self::Phone, Self::Mobile, Self::Home, Self::Fax, Self::Email, Self::Address, Self::Url, Self::Card];

    fn text(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Phone, Language::Ja) => "電話",
            (Self::Phone, Language::En) => "Phone",
            (Self::Mobile, Language::Ja) => "携帯",
            (Self::Mobile, Language::En) => "Mobile",
            (Self::Home, Language::Ja) => "自宅",
            (Self::Home, Language::En) => "Home",
            (Self::Fax, Language::Ja | Language::En) => "FAX",
            (Self::Email, Language::Ja) => "メール",
            (Self::Email, Language::En) => "E-mail",
            (Self::Address, Language::Ja) => "住所",
            (Self::Address, Language::En) => "Address",
            (Self::Url, Language::Ja | Language::En) => "URL",
            (Self::Card, Language::Ja) => "名刺",
            (Self::Card, Language::En) => "Business card",
        }
    }
}

/// The line below which the user writes.
fn divider(language: Language) -> &'static str {
    match language {
        Language::Ja => "▼ この行から下は自由にお書きください。名刺が更新されても残ります。",
        Language::En => "▼ Write below this line. It stays when the card is updated.",
    }
}

/// Our part of the notes, the dividing line at its end.
pub(super) fn block(language: Language, lines: &[(Label, String)]) -> String {
    let lines = lines.iter().map(|(label, text)| format!("{}: {text}\n", label.text(language)));
    lines.collect::<String>() + divider(language)
}

/// Our part with what the user wrote into the notes `present`.
pub(crate) fn with_what_the_user_wrote(ours: &str, present: &str) -> String {
    let written = written_by_the_user(present);
    if written.is_empty() { ours.to_owned() } else { format!("{ours}\n{written}") }
}

fn written_by_the_user(present: &str) -> String {
    let lines: Vec<&str> = present.lines().collect();
    let divided = lines.iter().position(|line| is_divider(line));
    let (above, below) = lines.split_at(divided.unwrap_or(lines.len()));
    let above: Vec<&str> = above.iter().copied().filter(|line| !is_ours(line)).collect();
    let parts = [above.join("\n"), below.get(1..).unwrap_or_default().join("\n")];
    let parts: Vec<&str> =
        parts.iter().map(|part| part.trim_matches('\n').trim_end()).filter(|part| !part.is_empty()).collect();
    parts.join("\n")
}

fn is_divider(line: &str) -> bool {
    Language::ALL.into_iter().any(|language| line.trim() == divider(language))
}

fn is_ours(line: &str) -> bool {
    let begins_with = |label: Label, language| {
        line.trim_start().strip_prefix(label.text(language)).is_some_and(|rest| rest.starts_with(':'))
    };
    Label::ALL.into_iter().any(|label| Language::ALL.into_iter().any(|language| begins_with(label, language)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://crm.example/cards/1";

    fn ours(language: Language) -> String {
        block(language, &[(Label::Phone, "03-3".to_owned()), (Label::Card, URL.to_owned())])
    }

    #[test]
    fn the_block_is_in_the_readers_language_and_ends_with_the_dividing_line() {
        let japanese = "電話: 03-3\n名刺: https://crm.example/cards/1\n\
                        ▼ この行から下は自由にお書きください。名刺が更新されても残ります。";
        assert_eq!(ours(Language::Ja), japanese);
        let english = "Phone: 03-3\nBusiness card: https://crm.example/cards/1\n\
                       ▼ Write below this line. It stays when the card is updated.";
        assert_eq!(ours(Language::En), english);
    }

    #[test]
    fn m09_what_the_user_wrote_stays_wherever_it_stands() {
        let (ja, en) = (ours(Language::Ja), ours(Language::En));
        let (line_ja, line_en) = (divider(Language::Ja), divider(Language::En));
        for (present, kept) in [
            (String::new(), ""),
            (ja.clone(), ""),
            (en.clone(), ""),
            (format!("{en}\nmet in Kobe"), "met in Kobe"),
            (format!("{en}\r\n\r\nmet in Kobe\r\n\r\nURL: his own\r\n"), "met in Kobe\n\nURL: his own"),
            (format!("call first\n{en}\nmet in Kobe"), "call first\nmet in Kobe"),
            // Ours, changed by the user: it is overwritten (B09).
            (format!("Phone: 03-3 never before ten\n{line_en}\nx"), "x"),
            (format!("  電話: 03-3\n{line_ja}  \n x "), " x"),
            // The dividing line is gone: what is not ours is the user's.
            ("Phone: 03-3\nmet in Kobe\nBusiness card: https://x".to_owned(), "met in Kobe"),
            ("only this".to_owned(), "only this"),
            (format!("{en}\n{line_ja}\ny"), &format!("{line_ja}\ny")),
        ] {
            let expected = if kept.is_empty() { ja.clone() } else { format!("{ja}\n{kept}") };
            assert_eq!(with_what_the_user_wrote(&ja, &present), expected, "{present:?}");
        }
    }

    #[test]
    fn m09_keeping_twice_is_keeping_once() {
        let ours = ours(Language::En);
        for present in
            ["a\n\nb", "\n\n", "Phone: 1\nx\n▼ Write below this line. It stays when the card is updated.\ny"]
        {
            let once = with_what_the_user_wrote(&ours, present);
            assert_eq!(with_what_the_user_wrote(&ours, &once), once, "{present:?}");
        }
    }
}
