//! Notes as they are shown: text in which web addresses can be followed.

/// A piece of a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// Plain text, line breaks included.
    Text(String),
    /// An http(s) address.
    Link(String),
}

impl Piece {
    /// The text to show.
    pub(super) fn text(&self) -> &str {
        let (Self::Text(text) | Self::Link(text)) = self;
        text
    }

    /// Whether it can be followed.
    pub(super) fn is_link(&self) -> bool {
        matches!(self, Self::Link(_))
    }
}

/// Cuts a note at its addresses.
pub(super) fn pieces(note: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = note;
    while let Some(start) = ["https://", "http://"].iter().filter_map(|scheme| rest.find(scheme)).min() {
        let (before, from) = rest.split_at(start);
        let end = from.find(ends_address).unwrap_or(from.len());
        // A full stop or comma after an address belongs to the sentence.
        let address = from[..end].trim_end_matches(['.', ',', ';', ':', '!', '?']);
        if !before.is_empty() {
            pieces.push(Piece::Text(before.to_owned()));
        }
        pieces.push(Piece::Link(address.to_owned()));
        rest = &from[address.len()..];
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    pieces
}

fn ends_address(c: char) -> bool {
    c.is_whitespace() || matches!(c, '<' | '>' | '"' | '「' | '」' | '、' | '。' | '（' | '）' | ')' | '】')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_cut_out_without_the_punctuation_after_them() {
        assert_eq!(
            pieces("名刺: https://crm.example/c/1。\nSee http://a.example, too"),
            [
                Piece::Text("名刺: ".to_owned()),
                Piece::Link("https://crm.example/c/1".to_owned()),
                Piece::Text("。\nSee ".to_owned()),
                Piece::Link("http://a.example".to_owned()),
                Piece::Text(", too".to_owned()),
            ]
        );
        assert_eq!(pieces("javascript:alert(1)"), [Piece::Text("javascript:alert(1)".to_owned())]);
        assert!(pieces("").is_empty());
    }
}
