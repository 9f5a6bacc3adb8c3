//! Reading a partition, page by page.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;

use crate::condition::Value;

/// Which items of one partition to read, of the table or of an index, in the order of the sort key.
#[derive(Debug, Clone)]
pub struct Query {
    pub(crate) index: Option<&'static str>,
    pub(crate) partition: (&'static str, Value),
    pub(crate) sort: Option<(&'static str, Sort)>,
    pub(crate) limit: Option<u32>,
    pub(crate) after: Option<Position>,
    pub(crate) newest_first: bool,
}

#[derive(Debug, Clone)]
pub(crate) enum Sort {
    BeginsWith(Value),
    AtMost(Value),
    Between(Value, Value),
}

impl Query {
    /// Everything in the table's partition `pk`.
    #[must_use]
    pub fn partition(pk: &str) -> Self {
        Self {
            index: None,
            partition: ("pk", Value::of(pk)),
            sort: None,
            limit: None,
            after: None,
            newest_first: false,
        }
    }

    /// Everything in the index's partition.
    pub fn index(index: &'static str, attribute: &'static str, value: impl Serialize) -> Self {
        Self { index: Some(index), partition: (attribute, Value::of(value)), ..Self::partition("") }
    }

    /// Only sort keys that begin so.
    #[must_use]
    pub fn begins_with(mut self, prefix: &str) -> Self {
        self.sort = Some(("sk", Sort::BeginsWith(Value::of(prefix))));
        self
    }

    /// Only items whose `attribute`, the sort key, is at most `value`.
    pub fn at_most(mut self, attribute: &'static str, value: impl Serialize) -> Self {
        self.sort = Some((attribute, Sort::AtMost(Value::of(value))));
        self
    }

    /// Only items whose `attribute`, the sort key, lies in `low..=high`.
    pub fn between(mut self, attribute: &'static str, low: impl Serialize, high: impl Serialize) -> Self {
        self.sort = Some((attribute, Sort::Between(Value::of(low), Value::of(high))));
        self
    }

    /// At most so many items in one page.
    #[must_use]
    pub fn limit(mut self, limit: u32) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Goes on after a position of an earlier page.
    #[must_use]
    pub fn after(mut self, position: Option<Position>) -> Self {
        self.after = position;
        self
    }

    /// From the greatest sort key downwards.
    #[must_use]
    pub fn newest_first(mut self) -> Self {
        self.newest_first = true;
        self
    }
}

/// Where a page ended.
#[derive(Debug, Clone)]
pub struct Position(pub(crate) HashMap<String, AttributeValue>);

impl Position {
    /// The position of an item of the table, for cursors that people carry: they hold the sort key only, so
    /// that no cursor reaches into another partition.
    #[must_use]
    pub fn at(pk: &str, sk: &str) -> Self {
        Self(crate::Key::new(pk, sk).into_attributes())
    }

    /// The position of an item of an index: the table's key, then the index's own attributes. Whoever makes it
    /// from a cursor must put the partition's value in, not take it from there.
    #[must_use]
    pub fn in_index(key: crate::Key, own: [(&'static str, &str); 2]) -> Self {
        let mut attributes = key.into_attributes();
        attributes.extend(own.map(|(name, value)| (name.to_owned(), AttributeValue::S(value.to_owned()))));
        Self(attributes)
    }

    /// The sort key.
    #[must_use]
    pub fn sort_key(&self) -> &str {
        self.0.get("sk").and_then(|value| value.as_s().ok()).map_or("", String::as_str)
    }
}

/// One page of items.
#[derive(Debug)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where to go on; none at the end.
    pub next: Option<Position>,
}
