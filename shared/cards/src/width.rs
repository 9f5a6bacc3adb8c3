//! Full-width forms as the ASCII that machines dial, route and mail with. Only for numbers, postal codes
//! and e-mail addresses; names and companies stay as their cards write them.

/// The text with full-width ASCII (U+FF01 to U+FF5E) and the ideographic space in their narrow forms; the
/// part of NFKC that keyboards in Japan make necessary.
pub(crate) fn narrow(text: &str) -> String {
    text.trim().chars().map(narrow_character).collect()
}

/// A telephone number or postal code as it can be dialled or sorted: narrow, with 〇 to 九 as digits and
/// every kind of dash, the long vowel mark among them, as a hyphen.
pub(crate) fn narrow_number(text: &str) -> String {
    narrow(text).chars().map(number_character).collect()
}

fn narrow_character(c: char) -> char {
    match c {
        '\u{3000}' | '\u{a0}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

fn number_character(c: char) -> char {
    const KANJI_DIGITS: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{30fc}' | '\u{ff70}' | '\u{2500}' => '-',
        _ => KANJI_DIGITS
            .iter()
            .position(|digit| *digit == c)
            .map_or(c, |digit| char::from(b'0' + digit as u8)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_become_dialable_and_stay_otherwise_as_written() {
        for (written, expected) in [
            ("０５４－１０２－３３１０", "054-102-3310"),
            ("〇七五－一〇二－三四五六", "075-102-3456"),
            ("080ー0662ー7790", "080-0662-7790"),
            ("03‐1662‐7788", "03-1662-7788"),
            ("03−1662−7789", "03-1662-7789"),
            ("（０３）１２３４　５６７８", "(03)1234 5678"),
            (" +44 (0)117 496 0123 ", "+44 (0)117 496 0123"),
            ("03-1111-2222(内線301)", "03-1111-2222(内線301)"),
            ("４２１-０１０３", "421-0103"),
        ] {
            assert_eq!(narrow_number(written), expected);
            assert_eq!(narrow_number(expected), expected);
        }
        assert_eq!(narrow("ｋ－ｓａｔｏ＠ｅｘａｍｐｌｅ．ｃｏｍ"), "k-sato@example.com");
        assert_eq!(narrow("名刺ー太郎@example.com"), "名刺ー太郎@example.com");
    }
}
