//! Who does what is written into the audit log: handed down by whoever lets somebody in.

use serde::{Deserialize, Serialize};
use types::UserId;

use crate::{Accounts, Caller, ValidKey};

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Actor {
    /// The deployment's operator, by its key.
    Operator,
    /// The product's backend, by a key of the organization.
    ApiKey {
        /// The key's id.
        id: String,
        /// Its first characters, by which people tell keys apart; they outlive the key here.
        prefix: String,
    },
    /// A user of the organization: in the console, on the own page, or by finishing a sign-in that was begun
    /// for them.
    User {
        /// Who.
        id: UserId,
    },
    /// Somebody who came back from Microsoft's pages, and is known only by the account that signed in there.
    Microsoft {
        /// The account's sign-in name; none when nobody signed in.
        account: Option<String>,
    },
    /// Nobody: work that runs by itself.
    System,
}

impl Actor {
    /// Every name that [`Self::as_str`] has.
    pub const NAMES: [&'static str; 5] = ["operator", "api_key", "user", "microsoft", "system"];

    /// The name in JSON, filters and text keys.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::ApiKey { .. } => "api_key",
            Self::User { .. } => "user",
            Self::Microsoft { .. } => "microsoft",
            Self::System => "system",
        }
    }

    /// Which one of that name: a key's id, a user's id, an account; none where there is only one.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::ApiKey { id, .. } => Some(id),
            Self::User { id } => Some(id.as_str()),
            Self::Microsoft { account } => account.as_deref(),
            Self::Operator | Self::System => None,
        }
    }
}

impl From<&ValidKey> for Actor {
    fn from(key: &ValidKey) -> Self {
        match (&key.caller, &key.id) {
            (Caller::Organization(_), Some(id)) => {
                Self::ApiKey { id: id.clone(), prefix: key.prefix.clone() }
            }
            _ => Self::Operator,
        }
    }
}

impl Accounts {
    /// The same accounts in this actor's hands: whatever is done with them is written down as the actor's.
    #[must_use]
    pub fn by(&self, actor: Actor) -> Self {
        Self { actor: Some(actor), ..self.clone() }
    }

    /// The same accounts in the hands of somebody whom nothing tells.
    pub(crate) fn by_a_stranger(&self) -> Self {
        Self { actor: None, ..self.clone() }
    }
}
