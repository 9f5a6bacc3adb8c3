//! The demonstration's own reader of vCards: just enough to know what a file says, and written apart from
//! the product's, whose mistakes it must not share. Sources: RFC 2425, 2426, 6350; vCard 2.1.

/// One card of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    /// The line of `BEGIN:VCARD`, from 1.
    pub(super) first_line: usize,
    /// The line of `END:VCARD`.
    pub(super) last_line: usize,
    /// What stands between.
    pub(super) properties: Vec<Property>,
}

/// One property, such as `TEL;TYPE=work:03-0000-0000`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Property {
    /// In capitals, without a group.
    pub(super) name: String,
    /// `key=value` or a bare word, in small letters.
    parameters: Vec<String>,
    /// Decoded, but with the escapes still in it.
    value: String,
}

impl Block {
    /// The properties of that name.
    pub(super) fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a Property> + use<'a> {
        let name = name.to_owned();
        self.properties.iter().filter(move |property| property.name == name)
    }

    /// The properties of that name, those first that the file prefers.
    pub(super) fn preferred_first(&self, name: &str) -> Vec<&Property> {
        let mut found: Vec<_> = self.all(name).collect();
        found.sort_by_key(|property| property.preference());
        found
    }
}

impl Property {
    /// Whether it is of that type, as in `TYPE=work,voice` or `;WORK;VOICE`.
    pub(super) fn is(&self, word: &str) -> bool {
        self.parameters.iter().any(|parameter| {
            parameter.strip_prefix("type=").unwrap_or(parameter).split(',').any(|found| found == word)
        })
    }

    fn preference(&self) -> u32 {
        let stated = self.parameters.iter().find_map(|parameter| parameter.strip_prefix("pref="));
        stated.and_then(|rank| rank.parse().ok()).unwrap_or(if self.is("pref") { 1 } else { 101 })
    }

    /// The value as one text.
    pub(super) fn text(&self) -> String {
        unescaped(&self.value)
    }

    /// The values between semicolons; empty ones too.
    pub(super) fn components(&self) -> Vec<String> {
        let mut components = vec![String::new()];
        let mut escaped = false;
        for c in self.value.chars() {
            if c == ';' && !escaped {
                components.push(String::new());
            } else if let Some(last) = components.last_mut() {
                last.push(c);
            }
            escaped = c == '\\' && !escaped;
        }
        components.iter().map(|component| unescaped(component)).collect()
    }

    /// A component, from 0; empty when there is none.
    pub(super) fn component(&self, index: usize) -> String {
        self.components().into_iter().nth(index).unwrap_or_default()
    }

    fn read(line: &str) -> Option<Self> {
        let (head, value) = split_outside_quotes(line, ':')?;
        let mut parts = Vec::new();
        let mut rest = head;
        while let Some((part, after)) = split_outside_quotes(rest, ';') {
            parts.push(part);
            rest = after;
        }
        parts.push(rest);
        let name = parts[0].rsplit('.').next().unwrap_or_default().to_ascii_uppercase();
        let parameters: Vec<String> =
            parts[1..].iter().map(|part| part.replace('"', "").to_ascii_lowercase()).collect();
        let is_quoted_printable = parameters.iter().any(|word| word.ends_with("quoted-printable"));
        let value = if is_quoted_printable { from_quoted_printable(value) } else { value.to_owned() };
        Some(Self { name, parameters, value })
    }
}

/// The cards of a file, broken ones as far as they can be read.
pub(super) fn blocks(file: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (number, line) in unfolded(file) {
        if line.trim_end().eq_ignore_ascii_case("BEGIN:VCARD") {
            open = Some(Block { first_line: number, last_line: number, properties: Vec::new() });
        } else if let Some(mut block) = open.take() {
            block.last_line = number;
            if line.trim_end().eq_ignore_ascii_case("END:VCARD") {
                blocks.push(block);
            } else {
                block.properties.extend(Property::read(&line));
                open = Some(block);
            }
        }
    }
    blocks
}

/// The lines with the number of their first part: a line that begins with a blank goes on the one before,
/// and so does what follows `=` at the end in quoted-printable.
fn unfolded(file: &str) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    let mut goes_on = false;
    for (index, line) in file.trim_start_matches('\u{feff}').lines().enumerate() {
        match lines.last_mut() {
            Some((_, last)) if goes_on => {
                last.pop();
                last.push_str(line);
            }
            Some((_, last)) if line.starts_with([' ', '\t']) => last.push_str(&line[1..]),
            _ => lines.push((index + 1, line.to_owned())),
        }
        goes_on = lines.last().is_some_and(|(_, last)| {
            last.ends_with('=') && last.to_ascii_uppercase().contains("QUOTED-PRINTABLE")
        });
    }
    lines
}

fn split_outside_quotes(text: &str, separator: char) -> Option<(&str, &str)> {
    let mut quoted = false;
    let at = text.find(|c| {
        quoted ^= c == '"';
        c == separator && !quoted
    })?;
    Some((&text[..at], &text[at + separator.len_utf8()..]))
}

fn unescaped(text: &str) -> String {
    let mut plain = String::new();
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        match c {
            '\\' => match characters.next() {
                Some('n' | 'N') => plain.push('\n'),
                Some(escaped) => plain.push(escaped),
                None => plain.push('\\'),
            },
            _ => plain.push(c),
        }
    }
    plain.trim().to_owned()
}

fn from_quoted_printable(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let hex = after.get(..2).filter(|_| first == b'=').and_then(|hex| std::str::from_utf8(hex).ok());
        if let Some(byte) = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            bytes.push(byte);
            rest = &after[2..];
        } else {
            bytes.push(first);
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_card_by_card() {
        let file = "junk\nBEGIN:VCARD\r\nVERSION:3.0\r\nitem1.TEL;TYPE=\"work,voice\";PREF=2:03-1\r\n\
                    TEL;TYPE=cell;TYPE=pref:090-1\r\nADR;TYPE=work:;;1 Quay\\, Bristol\\; UK;;;BS1;\r\n\
                    NOTE:one\r\n  two\\nthree\r\nEND:VCARD\r\nBEGIN:VCARD\nFN;CHARSET=UTF-8;\
                    ENCODING=QUOTED-PRINTABLE:=E6=A1=90=\n=E7=94=9F\nEND:VCARD\n";
        let blocks = blocks(file);
        assert_eq!(
            blocks.iter().map(|b| (b.first_line, b.last_line)).collect::<Vec<_>>(),
            [(2, 9), (10, 13)]
        );
        let tel = blocks[0].preferred_first("TEL");
        assert_eq!((tel[0].text(), tel[1].text()), ("090-1".to_owned(), "03-1".to_owned()));
        assert!(tel[1].is("work") && tel[1].is("voice") && !tel[1].is("cell"));
        let adr = blocks[0].all("ADR").next().expect("an address");
        assert_eq!((adr.component(2).as_str(), adr.component(5).as_str()), ("1 Quay, Bristol; UK", "BS1"));
        assert_eq!(blocks[0].all("NOTE").next().expect("a note").text(), "one two\nthree");
        assert_eq!(blocks[1].all("FN").next().expect("a name").text(), "桐生");
    }
}
