//! What passes for an e-mail address on a card.

/// The longest address that can be mailed to (RFC 5321, 4.5.3.1.3, less the angle brackets).
pub(super) const MAX_LENGTH: usize = 254;

/// Whether the text has the shape of an address that Exchange stores: something before one `@`, a domain
/// of non-empty labels after it, no spaces, no separators of address lists. Letters of any script may
/// stand in it (RFC 6531).
pub(super) fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let forbidden = |c: char| c.is_whitespace() || c.is_control() || "<>()[],;:\\\"@＠".contains(c);
    !local.is_empty()
        && local.len() <= 64
        && !text.chars().filter(|c| *c != '@').any(forbidden)
        && !domain.contains('@')
        && domain.split('.').all(|label| !label.is_empty())
}

#[cfg(test)]
mod tests {
    use super::is_email;

    #[test]
    fn the_shape_of_an_address_is_checked() {
        for good in [
            "a@example.com",
            "k-sato+x@aozora.example.co.jp",
            "o'neil@localhost",
            "名刺@例え.example",
            "a..b.@docomo.example",
        ] {
            assert!(is_email(good), "{good}");
        }
        let long_local = format!("{}@example.com", "x".repeat(65));
        for bad in ["", "a", "@example.com", "a@", "a@@b.example", "a@b@c.example", "a b@example.com"] {
            assert!(!is_email(bad), "{bad}");
        }
        for bad in
            ["a@example..com", "a@.example", "Sato <a@example.com>", "a@b.example,c@d.example", &long_local]
        {
            assert!(!is_email(bad), "{bad}");
        }
    }
}
