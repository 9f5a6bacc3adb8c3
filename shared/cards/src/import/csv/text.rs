//! The text of a table file, whatever wrote it.

use encoding_rs::{Encoding, SHIFT_JIS, UTF_8};

/// By its byte order mark; without one UTF-8 where it is that, else Shift_JIS in Windows' form (code page 932), in
/// which Excel saves CSV in Japan. What is text in neither has replacement characters where it is at fault.
pub(super) fn decode(file: &[u8]) -> String {
    let marked = Encoding::for_bom(file).map(|(encoding, _)| encoding);
    let encoding = marked.unwrap_or(if std::str::from_utf8(file).is_ok() { UTF_8 } else { SHIFT_JIS });
    encoding.decode(file).0.into_owned()
}

/// What stands between the cells: whichever of comma, tab and semicolon the first line has most of.
pub(super) fn delimiter(text: &str) -> u8 {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |delimiter: u8| first.bytes().filter(|byte| *byte == delimiter).count();
    let [comma, tab, semicolon] = [b',', b'\t', b';'].map(count);
    if comma >= tab.max(semicolon) {
        b','
    } else if tab >= semicolon {
        b'\t'
    } else {
        b';'
    }
}

/// Which line of a text a place is on.
pub(super) struct Lines<'a> {
    text: &'a [u8],
    ends: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub(super) fn of_text(text: &'a str) -> Self {
        let text = text.as_bytes();
        let ends = (0..text.len()).filter(|&index| text[index] == b'\n').collect();
        Self { text, ends }
    }

    /// The line, from 1, of the record that the CSV reader began at this byte: it counts the end of the line
    /// before, and empty lines, as the record's.
    pub(super) fn of(&self, byte: u64) -> usize {
        let begun = usize::try_from(byte).unwrap_or(usize::MAX).min(self.text.len());
        let skipped = self.text[begun..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        self.ends.partition_point(|&end| end < begun + skipped) + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_say_their_charset() {
        let text = "氏名,会社名\r\n髙橋,①商事";
        let (shift_jis, _, _) = SHIFT_JIS.encode(text);
        let utf_16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for file in [
            text.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            shift_jis.into_owned(),
            [b"\xff\xfe".as_slice(), &utf_16].concat(),
        ] {
            assert_eq!(decode(&file), text);
        }
        assert!(decode(b"\x81\xff\xfe,x").contains(char::REPLACEMENT_CHARACTER));
    }

    #[test]
    fn the_first_line_says_the_delimiter() {
        for (line, expected) in
            [("a,b;c,d", b','), ("a\tb\tc", b'\t'), ("a;b", b';'), ("a", b','), ("", b',')]
        {
            assert_eq!(delimiter(line), expected, "{line}");
        }
    }
}
