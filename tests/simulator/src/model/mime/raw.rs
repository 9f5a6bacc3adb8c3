//! Changes to a mail in its MIME form, byte for byte elsewhere.

/// The mail with one more header at the top.
#[must_use]
pub fn with_header(raw: &[u8], name: &str, value: &str) -> Vec<u8> {
    [format!("{name}: {value}\r\n").as_bytes(), raw].concat()
}

/// The mail without a header, its continuation lines included.
#[must_use]
pub fn without_header(raw: &[u8], name: &str) -> Vec<u8> {
    let (mut kept, mut rest, mut dropping) = (Vec::with_capacity(raw.len()), raw, false);
    while !rest.is_empty() {
        let end = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |end| end + 1);
        let (line, after) = rest.split_at(end);
        if line.iter().all(u8::is_ascii_whitespace) {
            // The body begins.
            kept.extend(rest);
            return kept;
        }
        if !line[0].is_ascii_whitespace() {
            let found = line.split(|byte| *byte == b':').next().unwrap_or_default();
            dropping = found.trim_ascii().eq_ignore_ascii_case(name.as_bytes());
        }
        if !dropping {
            kept.extend(line);
        }
        rest = after;
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_goes_with_its_continuation_and_the_body_stays() {
        let raw = b"From: a@b.example\r\nBCC: c@d.example,\r\n e@f.example\r\nTo: g@h.example\r\n\r\nBcc: stays\r\n";
        let expected = b"From: a@b.example\r\nTo: g@h.example\r\n\r\nBcc: stays\r\n";
        assert_eq!(without_header(raw, "Bcc"), expected);
        assert_eq!(without_header(b"Bcc: a@b.example", "Bcc"), b"");
        assert_eq!(with_header(expected, "Bcc", "x"), [&b"Bcc: x\r\n"[..], expected].concat());
    }
}
