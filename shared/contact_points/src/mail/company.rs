//! Companies by their domains.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Who gives addresses to anybody: the domain says nothing about where a person works.
static FREE_MAIL: LazyLock<FreeMail> = LazyLock::new(|| FreeMail::of(include_str!("free_mail_domains.txt")));

struct FreeMail {
    /// Registrable domains.
    domains: HashSet<&'static str>,
    /// First labels of registrable domains, whatever the ending: `yahoo.*`.
    names: HashSet<&'static str>,
}

impl FreeMail {
    fn of(list: &'static str) -> Self {
        let lines = || list.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        Self {
            domains: lines().filter(|line| !line.ends_with(".*")).collect(),
            names: lines().filter_map(|line| line.strip_suffix(".*")).collect(),
        }
    }
}

/// The domain that somebody registered, of a host name in ASCII: `mail.contoso.co.jp` → `contoso.co.jp`. None
/// of a public suffix.
pub(crate) fn registrable_domain(host: &str) -> Option<&str> {
    // Microsoft gives each customer a name below this one, and the public suffix list does not know.
    if let Some(customer) = host.strip_suffix(".onmicrosoft.com") {
        let name = customer.rsplit('.').next().filter(|name| !name.is_empty())?;
        return host.get(host.len() - ".onmicrosoft.com".len() - name.len()..);
    }
    psl::domain_str(host)
}

/// The company that an address's host belongs to; none where anybody gets an address.
pub(crate) fn company_of(host: &str) -> Option<&str> {
    registrable_domain(host).filter(|domain| !is_free_mail(domain))
}

/// Whether anybody gets an address below this registrable domain.
pub(crate) fn is_free_mail(registrable: &str) -> bool {
    let name = registrable.split('.').next().unwrap_or_default();
    FREE_MAIL.domains.contains(registrable) || FREE_MAIL.names.contains(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_company_is_its_registrable_domain() {
        for (host, expected) in [
            ("contoso.com", Some("contoso.com")),
            ("mail.contoso.co.jp", Some("contoso.co.jp")),
            ("a.b.contoso.co.uk", Some("contoso.co.uk")),
            ("city.shibuya.tokyo.jp", Some("city.shibuya.tokyo.jp")),
            ("pref.osaka.lg.jp", Some("osaka.lg.jp")),
            ("xn--wgv71a119e.jp", Some("xn--wgv71a119e.jp")),
            ("mail.xn--wgv71a119e.xn--q9jyb4c", Some("xn--wgv71a119e.xn--q9jyb4c")),
            ("contoso.example", Some("contoso.example")),
            ("contoso.onmicrosoft.com", Some("contoso.onmicrosoft.com")),
            ("mail.contoso.onmicrosoft.com", Some("contoso.onmicrosoft.com")),
            ("co.jp", None),
            ("jp", None),
            ("gmail.com", None),
            ("docomo.ne.jp", None),
            ("d.vodafone.ne.jp", None),
            ("mse.biglobe.ne.jp", None),
            ("xd5.so-net.ne.jp", None),
            ("jcom.home.ne.jp", None),
            ("yahoo.co.jp", None),
            ("yahoo.com.br", None),
            ("outlook.jp", None),
            ("biglobe.co.jp", Some("biglobe.co.jp")),
        ] {
            assert_eq!(company_of(host), expected, "{host}");
        }
    }

    #[test]
    fn the_list_holds_registrable_domains_once_each_in_order() {
        let lines: Vec<&str> = include_str!("free_mail_domains.txt")
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .collect();
        for pair in lines.windows(2) {
            assert!(pair[0] < pair[1], "{} before {}", pair[0], pair[1]);
        }
        for line in &lines {
            let domain = line.strip_suffix(".*").map_or((*line).to_owned(), |name| format!("{name}.com"));
            assert_eq!(registrable_domain(&domain), Some(domain.as_str()), "{line}");
        }
    }
}
