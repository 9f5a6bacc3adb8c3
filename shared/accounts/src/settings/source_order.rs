//! Which of a card's sources counts first (feature P15).

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};
use types::SourceId;

/// An organization's sources of cards, the one that counts most first: at most ten, none twice.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<SourceId>", into = "Vec<SourceId>")]
pub struct SourceOrder(Vec<SourceId>);

/// Why names are no order of sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSourceOrder {
    /// Nobody has so many.
    #[error("must have at most {max} sources", max = SourceOrder::MOST)]
    TooMany,
    /// A source cannot count twice.
    #[error("must not name a source twice")]
    Twice,
}

impl SourceOrder {
    /// The most sources.
    pub const MOST: usize = 10;

    /// The source of what is put without naming one.
    pub const DEFAULT: &'static str = "default";

    /// The named sources in their order.
    #[must_use]
    pub fn named(&self) -> &[SourceId] {
        &self.0
    }

    /// Whether the first of two sources counts more (`Less`) or less: the named ones in their order, then the
    /// default one, then the others by their names.
    #[must_use]
    pub fn compare(&self, one: &str, other: &str) -> Ordering {
        let place = |source: &str| {
            let named = self.0.iter().position(|known| known.as_str() == source);
            (named.unwrap_or(Self::MOST), source != Self::DEFAULT)
        };
        place(one).cmp(&place(other)).then_with(|| one.cmp(other))
    }
}

impl TryFrom<Vec<SourceId>> for SourceOrder {
    type Error = InvalidSourceOrder;

    fn try_from(named: Vec<SourceId>) -> Result<Self, InvalidSourceOrder> {
        if named.len() > Self::MOST {
            return Err(InvalidSourceOrder::TooMany);
        }
        let is_twice = |(at, source): (usize, &SourceId)| named[..at].contains(source);
        if named.iter().enumerate().any(is_twice) {
            return Err(InvalidSourceOrder::Twice);
        }
        Ok(Self(named))
    }
}

impl From<SourceOrder> for Vec<SourceId> {
    fn from(order: SourceOrder) -> Self {
        order.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(named: &[&str]) -> Result<SourceOrder, InvalidSourceOrder> {
        named.iter().map(|name| name.parse().expect("an id")).collect::<Vec<_>>().try_into()
    }

    fn sorted(named: &[&str]) -> Vec<&'static str> {
        let mut sources = vec!["scanner", "crm", "default", "directory"];
        let order = order(named).expect("an order");
        sources.sort_by(|one, other| order.compare(one, other));
        sources
    }

    #[test]
    fn p15_named_sources_come_first_then_the_default_one_then_the_others_by_name() {
        assert_eq!(sorted(&[]), ["default", "crm", "directory", "scanner"]);
        assert_eq!(sorted(&["scanner", "crm"]), ["scanner", "crm", "default", "directory"]);
        assert_eq!(sorted(&["directory", "default"]), ["directory", "default", "crm", "scanner"]);
    }

    #[test]
    fn p15_an_order_names_each_source_once_and_not_too_many() {
        assert_eq!(order(&["crm", "scanner", "crm"]), Err(InvalidSourceOrder::Twice));
        let many: Vec<String> = (0..=SourceOrder::MOST).map(|n| format!("s{n}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(order(&many), Err(InvalidSourceOrder::TooMany));
        assert!(order(&many[1..]).is_ok());
        assert!(serde_json::from_str::<SourceOrder>(r#"["crm","crm"]"#).is_err());
    }
}
