//! How far the push to one account has come.

use std::collections::BTreeMap;

use accounts::Link;
use aws::{AwsError, Holder, Key};
use graph::contacts::FolderId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use types::CardId;

use crate::{Cards, collection::partition};

/// What people see of the pushes (features B04, B18).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PushStatus {
    /// The last push that had something to do.
    pub last_push: LastPush,
    /// Cards that Outlook does not take, with its reason (requirement R16).
    pub refused: BTreeMap<CardId, String>,
}

/// What one push did, in numbers of contacts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastPush {
    /// When it began; none before the first.
    pub at: Option<Timestamp>,
    /// Made.
    pub created: u32,
    /// Overwritten.
    pub updated: u32,
    /// Taken out.
    pub deleted: u32,
    /// Refused by Outlook.
    pub refused: u32,
}

/// The state of the push to one account, and who is at work on it.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct PushState {
    pub(crate) folder: Option<KnownFolder>,
    /// Everything up to this revision of the cards is in the folder or refused.
    pub(crate) pushed_revision: u64,
    pub(crate) token_used_at: Option<Timestamp>,
    pub(crate) last_push: LastPush,
    pub(crate) refused: BTreeMap<CardId, String>,
    /// Pushes that failed in passing since the last that did not.
    pub(crate) failures: u32,
    #[serde(flatten)]
    pub(crate) holder: Holder,
}

/// The folder we push into. It is known by its id, so it may be renamed; in another place it counts as
/// deleted, since Outlook's own deletion moves it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KnownFolder {
    pub(crate) id: FolderId,
    pub(crate) parent: Option<FolderId>,
}

impl From<PushState> for PushStatus {
    fn from(state: PushState) -> Self {
        Self { last_push: state.last_push, refused: state.refused }
    }
}

impl Cards {
    pub(crate) async fn push_state(&self, link: &Link) -> Result<Option<PushState>, AwsError> {
        self.table.get(state_key(link)).await
    }
}

/// One state for each account, so that linking another account starts from nothing and linking the first
/// again goes on where it was.
pub(crate) fn state_key(link: &Link) -> Key {
    let pk = partition(&link.organization_id, &link.user_id);
    Key::new(pk, format!("PUSH#{}#{}", link.tenant_id, link.object_id()))
}
