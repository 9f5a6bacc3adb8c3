//! A record beside its key.

use serde::{Deserialize, Serialize};

use crate::Key;

/// A record with its key, as it lies in a table.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Stored<T> {
    /// Partition key.
    pub pk: String,
    /// Sort key.
    pub sk: String,
    /// What is kept there.
    #[serde(flatten)]
    pub record: T,
}

impl<T> Stored<T> {
    /// The record at this key.
    pub fn at(key: Key, record: T) -> Self {
        Self { pk: key.pk, sk: key.sk, record }
    }
}
