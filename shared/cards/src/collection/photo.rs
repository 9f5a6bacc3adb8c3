//! The picture of a card: kept beside it, since the two together would be more than an item may weigh.

use std::collections::BTreeMap;

use aws::Key;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use graph::contacts::PhotoType;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use types::{CardId, OrganizationId, UserId};

use super::{CardItem, Cards, Wanted, partition};
use crate::{CardsError, fingerprint};

/// A picture of a person or a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Photo {
    kind: PhotoType,
    bytes: Vec<u8>,
}

/// Why bytes are not a picture that is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhotoError {
    /// Neither of the formats, by its first bytes.
    #[error("must be a JPEG or PNG picture")]
    Format,
    /// Too large for the store.
    #[error("must have at most {max} bytes", max = Photo::MOST_BYTES)]
    TooLarge,
}

impl Photo {
    /// The most bytes. Outlook takes 4 MB, but shows pictures small: what is given is kept and pushed as it is.
    pub const MOST_BYTES: usize = 290_000;

    /// The picture in these bytes.
    ///
    /// # Errors
    /// It is none, or too large.
    pub fn of(bytes: Vec<u8>) -> Result<Self, PhotoError> {
        let kind = match bytes.as_slice() {
            [0xff, 0xd8, 0xff, ..] => PhotoType::Jpeg,
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => PhotoType::Png,
            _ => return Err(PhotoError::Format),
        };
        if bytes.len() > Self::MOST_BYTES { Err(PhotoError::TooLarge) } else { Ok(Self { kind, bytes }) }
    }

    /// Its media type.
    #[must_use]
    pub fn media_type(&self) -> &'static str {
        self.kind.media_type()
    }

    /// The bytes as they were given.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    pub(crate) fn into_parts(self) -> (PhotoType, Vec<u8>) {
        (self.kind, self.bytes)
    }

    fn digest(&self) -> String {
        fingerprint::short(&Sha256::digest(&self.bytes))
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct PhotoItem {
    pk: String,
    sk: String,
    /// Base64.
    bytes: String,
}

impl Cards {
    /// Gives a card a picture, or takes it away; the same again changes nothing. It reaches Outlook with the next
    /// push.
    ///
    /// # Errors
    /// `NotFound`, or the store failed.
    pub async fn put_photo(
        &self,
        organization: &OrganizationId,
        user: &UserId,
        card: &CardId,
        photo: Option<&Photo>,
    ) -> Result<(), CardsError> {
        let Key { pk, sk } = photo_key(organization, user, card);
        let item = photo.map(|photo| PhotoItem { pk, sk, bytes: STANDARD.encode(&photo.bytes) });
        let decide = |found: &BTreeMap<CardId, CardItem>| {
            let present = found.get(card).map(|item| &item.given).filter(|given| given.is_there());
            let present = present.cloned().ok_or(CardsError::NotFound)?;
            let new_photo = item.as_ref().map(|item| self.table.put(item)).transpose()?;
            let photo = photo.map(Photo::digest);
            Ok((vec![Wanted { photo, new_photo, ..Wanted::given(card, present, found) }], ()))
        };
        self.change(organization, user, std::slice::from_ref(card), decide).await
    }

    /// A card's picture.
    ///
    /// # Errors
    /// `NotFound` when there is none, or the store failed.
    pub async fn photo(
        &self,
        organization: &OrganizationId,
        user: &UserId,
        card: &CardId,
    ) -> Result<Photo, CardsError> {
        let item: Option<PhotoItem> = self.table.get(photo_key(organization, user, card)).await?;
        let bytes = item.and_then(|item| STANDARD.decode(item.bytes).ok()).ok_or(CardsError::NotFound)?;
        Photo::of(bytes).map_err(|_| CardsError::NotFound)
    }
}

pub(super) fn photo_key(organization: &OrganizationId, user: &UserId, card: &CardId) -> Key {
    Key::new(partition(organization, user), format!("PHOTO#{card}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_known_by_its_first_bytes_and_its_size() {
        let jpeg = |length| [vec![0xff, 0xd8, 0xff, 0xe0], vec![0; length - 4]].concat();
        assert_eq!(Photo::of(jpeg(100)).map(|photo| photo.media_type()), Ok("image/jpeg"));
        assert!(Photo::of(jpeg(Photo::MOST_BYTES)).is_ok());
        assert_eq!(Photo::of(jpeg(Photo::MOST_BYTES + 1)), Err(PhotoError::TooLarge));
        let png = [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', 0];
        assert_eq!(Photo::of(png.to_vec()).map(|photo| photo.media_type()), Ok("image/png"));
        for other in [&b"GIF89a"[..], b"<svg>", b""] {
            assert_eq!(Photo::of(other.to_vec()), Err(PhotoError::Format));
        }
    }
}
