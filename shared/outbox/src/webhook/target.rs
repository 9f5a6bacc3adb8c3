//! Where webhooks may go: to the public internet over TLS, never into a network that only we can reach.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use settings::{Environment, Settings, SettingsError, Variable};
use url::{Host, Url};

/// Where webhooks may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Targets {
    /// `https` to public addresses.
    Public,
    /// Anywhere: the local stack's CRM is on loopback.
    Any,
}

impl Settings for Targets {
    const VARIABLES: &'static [Variable] = &[Variable {
        name: "WEBHOOK_TARGETS",
        doc: "Where webhooks may go: `public` (https to public addresses), or `any` on the local stack.",
    }];

    fn load(environment: &Environment) -> Result<Self, SettingsError> {
        const NAME: &str = "WEBHOOK_TARGETS";
        match environment.get::<String>(NAME)?.as_str() {
            "public" => Ok(Self::Public),
            "any" => Ok(Self::Any),
            _ => Err(SettingsError::Malformed { name: NAME, reason: "must be public or any".to_owned() }),
        }
    }
}

/// Why nothing can be sent to an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TargetFault {
    /// It is no URL, or carries what a webhook cannot use.
    #[error("must be an absolute URL of at most 2000 characters, without user, password and fragment")]
    Malformed,
    /// It is not `https`.
    #[error("must begin with https://")]
    NotHttps,
    /// It names another port than that of `https`: no other is let out of the deployment's network.
    #[error("must use the port of https, 443")]
    Port,
    /// The name is not in the DNS.
    #[error("names a host that the DNS does not know")]
    Unknown,
    /// The host is in a network of its own.
    #[error("must lead to a public address: private, loopback and link-local ones are refused")]
    NotPublic,
}

const LONGEST: usize = 2_000;

const HTTPS: u16 = 443;

impl Targets {
    /// The address that a text names, without asking the DNS.
    pub(crate) fn parse(self, text: &str) -> Result<Url, TargetFault> {
        let url = Url::parse(text).map_err(|_| TargetFault::Malformed)?;
        let is_bare = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        if text.len() > LONGEST || !is_bare || url.host().is_none() {
            return Err(TargetFault::Malformed);
        }
        match (url.scheme(), self) {
            ("https", _) | ("http", Self::Any) => {}
            _ => return Err(TargetFault::NotHttps),
        }
        if self == Self::Public && url.port_or_known_default() != Some(HTTPS) {
            return Err(TargetFault::Port);
        }
        if self == Self::Public && literal(&url).is_some_and(|address| !is_public(address)) {
            return Err(TargetFault::NotPublic);
        }
        Ok(url)
    }

    /// The address that a text names, all of whose hosts may be spoken to. The answer of the DNS may change: it
    /// is looked at again at every delivery.
    pub(crate) async fn check(self, text: &str) -> Result<Url, TargetFault> {
        let url = self.parse(text)?;
        if let (Self::Public, Some(Host::Domain(domain))) = (self, url.host()) {
            match public_addresses(domain).await {
                Ok(addresses) if addresses.is_empty() => return Err(TargetFault::Unknown),
                Ok(_) => {}
                Err(Refused::Unknown) => return Err(TargetFault::Unknown),
                Err(Refused::NotPublic) => return Err(TargetFault::NotPublic),
            }
        }
        Ok(url)
    }

    /// How the HTTP client finds addresses: as it would by itself, or public ones only.
    pub(crate) fn resolver(self) -> Option<Arc<dyn Resolve>> {
        match self {
            Self::Public => Some(Arc::new(PublicOnly)),
            Self::Any => None,
        }
    }
}

/// Whether a host that is written as an address is a public one; others the resolver looks at.
pub(crate) fn is_public_literal(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| literal(&url).is_none_or(is_public))
}

/// A host that is written as an address.
fn literal(url: &Url) -> Option<IpAddr> {
    match url.host()? {
        Host::Ipv4(address) => Some(address.into()),
        Host::Ipv6(address) => Some(address.into()),
        Host::Domain(_) => None,
    }
}

/// Resolves names to public addresses; a name that leads anywhere else is refused as a whole. What is
/// connected to is what was looked at, so an answer that changes in between gains nothing.
struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let addresses = public_addresses(name.as_str()).await?;
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error("the DNS does not know the host")]
    Unknown,
    #[error("the host has an address that is not public")]
    NotPublic,
}

async fn public_addresses(domain: &str) -> Result<Vec<SocketAddr>, Refused> {
    let found = tokio::net::lookup_host((domain, 0)).await.map_err(|_| Refused::Unknown)?;
    let found: Vec<SocketAddr> = found.collect();
    if found.iter().all(|address| is_public(address.ip())) { Ok(found) } else { Err(Refused::NotPublic) }
}

/// Whether an address is one of the public internet's (IANA's registries of special-purpose addresses).
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(mapped) => is_public_v4(mapped),
            None => is_public_v6(address),
        },
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_special = matches!(
        (a, b, c),
        (0 | 10 | 127 | 224..=255, ..)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 0, 0 | 2)
            | (192, 88, 99)
            | (192, 168, _)
            | (198, 18..=19, _)
            | (198, 51, 100)
            | (203, 0, 113)
    );
    !is_special
}

/// Only global unicast, and of it nothing that is a tunnel to another address or kept for examples.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    let is_special =
        matches!((a, b), (0x2001, 0..=0x01ff) | (0x2001, 0x0db8) | (0x2002, _) | (0x3fff, 0..=0x0fff));
    (0x2000..=0x3fff).contains(&a) && !is_special
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_public_internet_are_public() {
        for special in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.168.1.1",
            "198.18.0.1",
            "203.0.113.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::a00:1",
            "fe80::1",
            "fc00::1",
            "fd00:ec2::254",
            "2001::1",
            "2001:db8::1",
            "2002:a00:1::1",
            "ff02::1",
        ] {
            assert!(!is_public(special.parse().expect("an address")), "{special}");
        }
        for public in
            ["8.8.8.8", "100.63.255.255", "172.32.0.1", "192.0.1.1", "2606:4700::1111", "2400:cb00::1"]
        {
            assert!(is_public(public.parse().expect("an address")), "{public}");
        }
    }

    #[tokio::test]
    async fn an_address_is_refused_for_what_is_wrong_with_it() {
        for (text, fault) in [
            ("crm.example/hook", TargetFault::Malformed),
            ("https://user:secret@crm.example/", TargetFault::Malformed),
            ("https://crm.example/#part", TargetFault::Malformed),
            (&format!("https://crm.example/{}", "x".repeat(2_000)), TargetFault::Malformed),
            ("http://crm.example/", TargetFault::NotHttps),
            ("ftp://crm.example/", TargetFault::NotHttps),
            ("https://93.184.216.34:8443/hook", TargetFault::Port),
            ("https://crm.example:80/", TargetFault::Port),
            ("https://127.0.0.1/", TargetFault::NotPublic),
            // As browsers and we read them: the same address.
            ("https://2130706433/", TargetFault::NotPublic),
            ("https://0x7f.1/", TargetFault::NotPublic),
            ("https://[::1]/", TargetFault::NotPublic),
            ("https://[::ffff:169.254.169.254]/latest", TargetFault::NotPublic),
            ("https://localhost/", TargetFault::NotPublic),
        ] {
            assert_eq!(Targets::Public.check(text).await.err(), Some(fault), "{text}");
        }
        for text in ["https://93.184.216.34:443/hook?key=1", "https://93.184.216.34/"] {
            assert!(Targets::Public.check(text).await.is_ok(), "{text}");
        }
        for text in ["http://127.0.0.1:9/hooks/a", "https://127.0.0.1:8443/"] {
            assert!(Targets::Any.check(text).await.is_ok(), "{text}");
        }
        assert_eq!(Targets::Any.check("ftp://127.0.0.1/").await.err(), Some(TargetFault::NotHttps));
    }

    #[tokio::test]
    async fn a_name_that_leads_home_is_not_connected_to() {
        let name: Name = "localhost".parse().expect("a name");
        let Err(error) = PublicOnly.resolve(name).await else { panic!("connected") };
        assert_eq!(error.to_string(), "the host has an address that is not public");
    }
}
