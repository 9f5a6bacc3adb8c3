//! A vCard file as cards of unfolded lines, each with the number it has in an editor.

use std::borrow::Cow;

use super::{ImportError, ImportProblem};

/// One line of a card, unfolded: what the file broke over several lines is whole again.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line<'a> {
    /// Where it starts, counted from 1.
    pub(super) number: usize,
    /// Its bytes without the line ends.
    pub(super) bytes: Cow<'a, [u8]>,
}

/// One card between its `BEGIN` and its `END`.
#[derive(Debug)]
pub(super) struct Block<'a> {
    /// The number of its `BEGIN:VCARD`.
    pub(super) line: usize,
    pub(super) lines: Vec<Line<'a>>,
}

impl Line<'_> {
    /// Name and parameters, before the first colon that is not in quotes; none without a colon.
    pub(super) fn head(&self) -> Option<&[u8]> {
        self.colon().map(|colon| &self.bytes[..colon])
    }

    /// What stands after the colon, without the spaces around it.
    pub(super) fn value(&self) -> &[u8] {
        self.colon().map_or(&[], |colon| self.bytes[colon + 1..].trim_ascii())
    }

    /// The name in capitals, without its group; empty where there is none.
    pub(super) fn name(&self) -> String {
        let head = self.head().unwrap_or_default();
        let name = head.split(|byte| *byte == b';').next().unwrap_or_default();
        let name = name.rsplit(|byte| *byte == b'.').next().unwrap_or_default();
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        match std::str::from_utf8(name.trim_ascii()) {
            Ok(name) if name.bytes().all(|byte| is_name(&byte)) => name.to_ascii_uppercase(),
            _ => String::new(),
        }
    }

    fn colon(&self) -> Option<usize> {
        let mut in_quotes = false;
        let plain = self.bytes.iter().position(|byte| {
            in_quotes ^= *byte == b'"';
            *byte == b':' && !in_quotes
        });
        // A quote that never ends hides every colon: then it was none.
        plain.or_else(|| self.bytes.iter().position(|byte| *byte == b':'))
    }

    fn is(&self, name: &str) -> bool {
        self.name() == name && self.value().eq_ignore_ascii_case(b"VCARD")
    }
}

/// The cards of a file and what stands where no card is, in the order of the file.
pub(super) fn blocks(file: &[u8]) -> impl Iterator<Item = Result<Block<'_>, ImportError>> {
    let mut lines = Unfolded::of(file);
    let mut pending: Option<Line<'_>> = None;
    std::iter::from_fn(move || {
        let first = pending.take().or_else(|| lines.next())?;
        if !first.is("BEGIN") {
            pending = lines.find(|line| line.is("BEGIN"));
            return Some(Err(ImportError::new(first.number, ImportProblem::OutsideOfCard)));
        }
        let mut block = Block { line: first.number, lines: Vec::new() };
        for line in lines.by_ref() {
            if line.is("END") {
                return Some(Ok(block));
            }
            if line.is("BEGIN") {
                pending = Some(line);
                break;
            }
            block.lines.push(line);
        }
        Some(Err(ImportError::new(block.line, ImportProblem::NoEnd)))
    })
}

/// The lines of a file, unfolded, without the empty ones.
struct Unfolded<'a> {
    rest: &'a [u8],
    number: usize,
}

impl<'a> Unfolded<'a> {
    fn of(file: &'a [u8]) -> Self {
        Self { rest: file.strip_prefix("\u{feff}".as_bytes()).unwrap_or(file), number: 0 }
    }

    /// The next line as the file breaks it: at CR LF, LF or CR.
    fn broken(&self) -> Option<(&'a [u8], &'a [u8])> {
        if self.rest.is_empty() {
            return None;
        }
        let end = self.rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(self.rest.len());
        let (line, rest) = self.rest.split_at(end);
        let rest = rest.strip_prefix(b"\r\n").or_else(|| rest.get(1..)).unwrap_or_default();
        Some((line, rest))
    }

    fn take_broken(&mut self) -> Option<&'a [u8]> {
        let (line, rest) = self.broken()?;
        self.rest = rest;
        self.number += 1;
        Some(line)
    }
}

impl<'a> Iterator for Unfolded<'a> {
    type Item = Line<'a>;

    fn next(&mut self) -> Option<Line<'a>> {
        let first = std::iter::from_fn(|| self.take_broken()).find(|line| !line.trim_ascii().is_empty())?;
        let mut line = Line { number: self.number, bytes: Cow::Borrowed(first) };
        let encoding = Encoding::of(&line);
        while let Some((next, _)) = self.broken() {
            let Some(more) = encoding.continuation(&line.bytes, next) else { break };
            let bytes = line.bytes.to_mut();
            if encoding == Encoding::QuotedPrintable && bytes.ends_with(b"=") {
                bytes.pop();
            }
            bytes.extend_from_slice(more);
            self.take_broken();
        }
        Some(line)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Plain,
    /// A line that ends with `=` goes on.
    QuotedPrintable,
    /// Some writers of version 2.1 break without the space that marks a fold.
    Base64,
}

impl Encoding {
    fn of(line: &Line<'_>) -> Self {
        let head = line.head().unwrap_or_default().to_ascii_uppercase();
        let words = || head.split(|byte| matches!(byte, b';' | b'=')).skip(1);
        if words().any(|word| word == b"QUOTED-PRINTABLE") {
            Self::QuotedPrintable
        } else if words().any(|word| matches!(word, b"BASE64" | b"B")) {
            Self::Base64
        } else {
            Self::Plain
        }
    }

    /// What `next` adds to the line so far; none when it is a line of its own.
    fn continuation<'a>(self, so_far: &[u8], next: &'a [u8]) -> Option<&'a [u8]> {
        if self == Self::QuotedPrintable && so_far.ends_with(b"=") {
            return Some(next);
        }
        if let [b' ' | b'\t', folded @ ..] = next {
            return Some(folded);
        }
        let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
        (self == Self::Base64 && !next.is_empty() && next.iter().all(is_base64)).then_some(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unfolded(file: &str) -> Vec<(usize, String)> {
        let text = |line: Line<'_>| (line.number, String::from_utf8_lossy(&line.bytes).into_owned());
        Unfolded::of(file.as_bytes()).map(text).collect()
    }

    #[test]
    fn lines_are_unfolded_and_keep_the_number_of_their_first() {
        let file =
            "\u{feff}A:1\r\n\r\nNOTE:one\r\n  two\nN;ENCODING=QUOTED-PRINTABLE:=E5=B1=\n=B1;\nB:2\rC:3";
        let expected = [
            (1, "A:1"),
            (3, "NOTE:one two"),
            (5, "N;ENCODING=QUOTED-PRINTABLE:=E5=B1=B1;"),
            (7, "B:2"),
            (8, "C:3"),
        ];
        assert_eq!(unfolded(file), expected.map(|(number, text)| (number, text.to_owned())));
    }

    #[test]
    fn a_character_broken_by_a_fold_is_whole_again() {
        let mut file = b"NOTE:".to_vec();
        file.extend_from_slice(&"名".as_bytes()[..1]);
        file.extend_from_slice(b"\r\n ");
        file.extend_from_slice(&"名".as_bytes()[1..]);
        assert_eq!(Unfolded::of(&file).next().unwrap().value(), "名".as_bytes());
    }

    #[test]
    fn base64_goes_on_without_a_mark_but_not_over_the_next_property() {
        let file = "PHOTO;ENCODING=BASE64;JPEG:AAAA\nBBBB==\n\nTEL:1\n";
        assert_eq!(unfolded(file)[0].1, "PHOTO;ENCODING=BASE64;JPEG:AAAABBBB==");
        assert_eq!(unfolded(file)[1], (4, "TEL:1".to_owned()));
    }

    #[test]
    fn a_name_has_no_group_and_a_colon_in_quotes_ends_no_head() {
        let line = |text: &'static str| Line { number: 1, bytes: Cow::Borrowed(text.as_bytes()) };
        assert_eq!(line("item1.adr;LABEL=\"a:b\":;;c").name(), "ADR");
        assert_eq!(line("item1.adr;LABEL=\"a:b\":;;c").value(), b";;c");
        assert_eq!(line("NOTE;X=\"a:b").value(), b"b");
        assert_eq!(line("no colon").name(), "");
        assert_eq!(line("名前:x").name(), "");
    }

    #[test]
    fn a_card_without_end_is_one_fault_and_the_next_card_is_read() {
        let file = "junk\njunk\nBEGIN:VCARD\nA:1\nbegin:vcard\nB:2\nEND:VCARD \nmore\nBEGIN:VCARD\n";
        let found: Vec<_> = blocks(file.as_bytes())
            .map(|block| {
                block
                    .map(|block| (block.line, block.lines.len()))
                    .map_err(|error| (error.line, error.problem))
            })
            .collect();
        let expected = [
            Err((1, ImportProblem::OutsideOfCard)),
            Err((3, ImportProblem::NoEnd)),
            Ok((5, 1)),
            Err((8, ImportProblem::OutsideOfCard)),
            Err((9, ImportProblem::NoEnd)),
        ];
        assert_eq!(found, expected);
    }
}
