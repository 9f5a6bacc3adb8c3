//! How far the push to one account has come.

use std::collections::BTreeMap;

use accounts::{Event, Link, OrganizationSettings};
use aws::{AwsError, Holder, Key};
use graph::contacts::FolderId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use types::CardId;

use super::removal::{Removal, RemovalOutcome};
use crate::{Cards, collection::partition, fingerprint::digest};

/// What people see of the pushes (features B04, B18).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PushStatus {
    /// How many cards the user has.
    pub cards: u64,
    /// How many of them changed, or went, since the last push that came to its end.
    pub pending: u64,
    /// The last push that had something to do.
    pub last_push: LastPush,
    /// Cards that Outlook does not take, with its reason (requirement R16).
    pub refused: BTreeMap<CardId, String>,
    /// What became of the folder that was to be removed with the link; none if that was not asked for.
    pub removal: Option<Removal>,
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

impl LastPush {
    /// Whether it found nothing to do.
    pub(super) fn is_of_nothing(&self) -> bool {
        (self.created, self.updated, self.deleted, self.refused) == (0, 0, 0, 0)
    }
}

/// The state of the push to one account, and who is at work on it.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct PushState {
    pub(crate) folder: Option<KnownFolder>,
    /// Everything up to this revision of the cards is in the folder or refused.
    pub(crate) pushed_revision: u64,
    /// What the organization had chosen of how contacts look when that was done.
    pub(crate) shape: Option<String>,
    pub(crate) token_used_at: Option<Timestamp>,
    pub(crate) last_push: LastPush,
    pub(crate) refused: BTreeMap<CardId, String>,
    /// Pushes that failed in passing since the last that did not.
    pub(crate) failures: u32,
    /// The removal of the folder that was last asked for, with the link or during a turn.
    pub(crate) removal: Option<Removal>,
    /// How it ended, if this turn ended it.
    #[serde(skip)]
    pub(crate) removal_outcome: Option<RemovalOutcome>,
    #[serde(flatten)]
    pub(crate) holder: Holder,
    /// What the turn has done that the audit log is to tell, in the same write as the state.
    #[serde(skip)]
    pub(crate) told: Vec<Event>,
    /// A push that had something to do came to its end in this turn.
    #[serde(skip)]
    pub(crate) finished: bool,
}

/// The folder we push into, known by its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KnownFolder {
    pub(crate) id: FolderId,
    /// The default Contacts folder, in which it was made. Below it the folder may be moved; elsewhere it counts
    /// as deleted, since Outlook's own deletion moves it to Deleted Items.
    pub(crate) parent: Option<FolderId>,
    /// The organization's name for it when it was made or renamed by us last. The user may have renamed it since.
    #[serde(default)]
    pub(crate) name: Option<String>,
    /// It was there before, and what is in it is not known: every card is looked up in it before a contact is
    /// made. Until all cards are pushed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) is_adopted: bool,
}

impl PushState {
    /// Whether there is a folder with the name that the organization chose, and what is in it looks as it chose.
    pub(crate) fn is_as_chosen(&self, settings: &OrganizationSettings) -> bool {
        let name = self.folder.as_ref().and_then(|folder| folder.name.as_deref());
        name == Some(settings.folder_name.as_str()) && self.shape == shape(settings)
    }
}

/// A digest of the settings by which the same cards become other contacts; none where nothing was chosen.
pub(super) fn shape(settings: &OrganizationSettings) -> Option<String> {
    let of = |OrganizationSettings { language, contact_fields, sources, .. }: &OrganizationSettings| {
        digest(&(language, contact_fields, sources))
    };
    Some(of(settings)).filter(|shape| *shape != of(&OrganizationSettings::default()))
}

impl Cards {
    /// What came of the pushes to where the link points, and what is still to come.
    ///
    /// # Errors
    /// The store failed.
    pub async fn push_status(&self, link: &Link) -> Result<PushStatus, crate::CardsError> {
        let counter = self.counter(&link.organization_id, &link.user_id).await?;
        let state = self.push_state(link).await?.unwrap_or_default();
        let PushState { pushed_revision, last_push, refused, removal, .. } = state;
        let pending = self.count_changed(link, pushed_revision, counter.latest).await?;
        Ok(PushStatus { cards: counter.cards, pending, last_push, refused, removal })
    }

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
