//! What we know of each card's contact in the folder.

use std::collections::BTreeMap;

use accounts::{Link, WriteModes};
use aws::{AwsError, Key, Write};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use graph::contacts::{ContactId, FolderId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use types::CardId;

use crate::{Cards, collection::partition};

/// A card's contact, as far as we know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub(super) enum Mirror {
    /// A contact is about to be made, or was and its reply never came: look it up before making another.
    Intended,
    /// The contact is there and shows this.
    There {
        /// Its immutable id.
        contact_id: ContactId,
        /// Of what it shows of its card, without the fields that are left alone.
        fingerprint: String,
        /// How far it shows its card: the mode of a field that may be the user's.
        #[serde(default, skip_serializing_if = "WriteModes::is_default")]
        modes: WriteModes,
        /// Of the picture that it shows.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        photo: Option<String>,
    },
    /// Outlook refused to make or overwrite it.
    Refused {
        /// The contact that was to be overwritten.
        contact_id: Option<ContactId>,
        /// Of what was refused.
        fingerprint: String,
    },
}

#[derive(Debug, Serialize, Deserialize)]
struct MirrorItem {
    pk: String,
    sk: String,
    card_id: CardId,
    #[serde(flatten)]
    mirror: Mirror,
}

/// The mirrors of one folder.
pub(super) struct Mirrors<'a> {
    cards: &'a Cards,
    pk: String,
    prefix: String,
}

impl<'a> Mirrors<'a> {
    /// A folder made anew has mirrors of its own, so that nothing known of the old one is believed of it.
    pub(super) fn of(cards: &'a Cards, link: &Link, folder: &FolderId) -> Self {
        let folder = URL_SAFE_NO_PAD.encode(&Sha256::digest(folder.as_str())[..12]);
        let pk = partition(&link.organization_id, &link.user_id);
        Self { cards, pk, prefix: format!("CONTACT#{folder}#") }
    }

    pub(super) async fn read(
        &self,
        cards: impl Iterator<Item = &CardId>,
    ) -> Result<BTreeMap<CardId, Mirror>, AwsError> {
        let items: Vec<MirrorItem> =
            self.cards.table.get_many(cards.map(|id| self.key(id)).collect()).await?;
        Ok(items.into_iter().map(|item| (item.card_id, item.mirror)).collect())
    }

    /// Writes what is now known; none forgets the card.
    pub(super) async fn write(&self, known: Vec<(CardId, Option<Mirror>)>) -> Result<(), AwsError> {
        let writes: Result<Vec<Write>, AwsError> = known
            .into_iter()
            .map(|(card_id, mirror)| {
                let key = self.key(&card_id);
                match mirror {
                    None => Ok(self.cards.table.delete(key)),
                    Some(mirror) => {
                        self.cards.table.put(&MirrorItem { pk: key.pk, sk: key.sk, card_id, mirror })
                    }
                }
            })
            .collect();
        self.cards.table.write_many(writes?).await
    }

    fn key(&self, card: &CardId) -> Key {
        Key::new(&self.pk, format!("{}{card}", self.prefix))
    }
}
