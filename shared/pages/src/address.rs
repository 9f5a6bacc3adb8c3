//! Addresses of our own pages, whatever stands in their parts.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What may stand in a query as it is; all else is encoded.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b':').remove(b'-').remove(b'_').remove(b'.');

/// An address on the same path with this query.
pub(crate) fn query(pairs: &[(&str, &str)]) -> String {
    let pair = |(name, value): &(&str, &str)| format!("{name}={}", utf8_percent_encode(value, KEPT));
    let pairs: Vec<String> = pairs.iter().map(pair).collect();
    if pairs.is_empty() { "?".to_owned() } else { format!("?{}", pairs.join("&")) }
}

/// The path of these parts below a prefix such as `/book`.
pub(crate) fn path(prefix: &str, parts: &[&str]) -> String {
    let parts = parts.iter().map(|part| utf8_percent_encode(part, KEPT).to_string().replace('/', "%2F"));
    format!("{prefix}/{}", parts.collect::<Vec<_>>().join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_cannot_leave_their_place_in_an_address() {
        assert_eq!(query(&[]), "?");
        assert_eq!(query(&[("zone", "Asia/Tokyo"), ("lang", "ja")]), "?zone=Asia/Tokyo&lang=ja");
        assert_eq!(query(&[("zone", "Etc/GMT+9")]), "?zone=Etc/GMT%2B9");
        assert_eq!(query(&[("day", "\"><a&b=c#\r\n")]), "?day=%22%3E%3Ca%26b%3Dc%23%0D%0A");
        assert_eq!(path("/book", &["k", "../x?y#z", "cancel"]), "/book/k/..%2Fx%3Fy%23z/cancel");
    }
}
