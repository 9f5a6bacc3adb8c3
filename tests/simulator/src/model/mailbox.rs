//! One mailbox.

use serde::{Deserialize, Serialize};

/// One Exchange Online mailbox.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Mailbox {}
