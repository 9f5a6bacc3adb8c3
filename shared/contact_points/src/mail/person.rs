//! Addresses and names of people in one form.

use std::fmt;

/// The longest address that SMTP takes (RFC 5321).
const MOST_ADDRESS: usize = 254;
/// The longest name that is kept, in characters.
const MOST_NAME: usize = 120;

/// An SMTP address in the form that people are told apart by: lower case, the domain as DNS writes it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Address(String);

impl Address {
    /// The address in a text; none when it is not one of SMTP, as Exchange's own `/O=…` are not.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_start_matches('<').trim_end_matches('>');
        let scheme = text.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("mailto:"));
        let text = scheme.map_or(text, |scheme| &text[scheme.len()..]);
        let (local, domain) = text.rsplit_once('@')?;
        let is_clean = |part: &str| {
            !part.is_empty()
                && !part
                    .contains(|c: char| c.is_whitespace() || c.is_control() || "<>,;:\\\"/()[]".contains(c))
        };
        let domain = idna::domain_to_ascii(domain.trim_end_matches('.')).ok()?;
        let is_name = domain.contains('.') && domain.split('.').all(|label| !label.is_empty());
        let address = format!("{}@{domain}", local.to_lowercase());
        let is_address = is_clean(local)
            && !local.contains('@')
            && is_clean(&domain)
            && is_name
            && address.len() <= MOST_ADDRESS;
        is_address.then_some(Self(address))
    }

    /// The address as text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands before the `@`.
    pub(crate) fn local(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(local, _)| local)
    }

    /// What stands behind it, in ASCII.
    pub(crate) fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A name to show; none when there is nothing but an address, or what nobody decoded.
pub(crate) fn clean_name(text: &str) -> Option<String> {
    // Invisible marks that turn the direction of what follows could disguise one name as another.
    let is_mark = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    let text: String =
        text.chars().filter(|c| !is_mark(*c)).map(|c| if c.is_control() { ' ' } else { c }).collect();
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut name = words.join(" ");
    for (open, close) in [('"', '"'), ('\'', '\''), ('“', '”'), ('「', '」')] {
        let inner = name.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
        if let Some(inner) = inner {
            name = inner.trim().to_owned();
        }
    }
    let is_undecoded = name.starts_with("=?") && name.ends_with("?=");
    let is_usable = name.contains(char::is_alphanumeric) && !name.contains('@') && !is_undecoded;
    is_usable.then(|| name.chars().take(MOST_NAME).collect::<String>().trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_one_form() {
        for (text, expected) in [
            ("Hana.Sato@Contoso.CO.JP", Some("hana.sato@contoso.co.jp")),
            (" <hana@x.example> ", Some("hana@x.example")),
            ("MAILTO:hana@x.example", Some("hana@x.example")),
            ("hana+crm@x.example.", Some("hana+crm@x.example")),
            ("花@日本語.example", Some("花@xn--wgv71a119e.example")),
            ("hana@ＥＸＡＭＰＬＥ.jp", Some("hana@example.jp")),
            ("o'brien=x@x.example", Some("o'brien=x@x.example")),
            ("/O=EXCHANGELABS/OU=X/CN=RECIPIENTS/CN=HANA", None),
            ("/O=X/CN=HANA@x.example", None),
            ("hana", None),
            ("hana@", None),
            ("@x.example", None),
            ("hana@localhost", None),
            ("hana@x..example", None),
            ("hana@[192.0.2.1]", None),
            ("a@b@x.example", None),
            ("ha na@x.example", None),
            ("hana@x.example, taro@x.example", None),
            ("", None),
        ] {
            assert_eq!(Address::parse(text).as_ref().map(Address::as_str), expected, "{text:?}");
        }
        assert_eq!(Address::parse(&format!("{}@x.example", "x".repeat(250))), None);
    }

    #[test]
    fn a_name_is_what_people_read() {
        for (text, expected) in [
            ("佐藤 花", Some("佐藤 花")),
            ("  佐藤\u{3000}花\r\n", Some("佐藤 花")),
            ("\"Sato, Hana\"", Some("Sato, Hana")),
            ("'Hana Sato'", Some("Hana Sato")),
            ("Hana \u{202e}otaS", Some("Hana otaS")),
            ("hana@x.example", None),
            ("'hana@x.example'", None),
            ("=?ISO-2022-JP?B?GyRCOjRGIxsoQg==?=", None),
            ("-", None),
            ("", None),
        ] {
            assert_eq!(clean_name(text).as_deref(), expected, "{text:?}");
        }
        assert_eq!(clean_name(&"花".repeat(500)).map(|name| name.chars().count()), Some(MOST_NAME));
    }
}
