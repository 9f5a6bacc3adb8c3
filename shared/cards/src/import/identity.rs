//! The id of a card that comes in a file.

use types::CardId;

use crate::card::Card;
use crate::fingerprint::digest;

/// The id for a UID: the UID itself without the prefix `urn:uuid:` where it may be an id, else a hash of
/// it. Without a UID a hash of the card, so that the same file gives the same ids.
pub(super) fn card_id(uid: Option<&str>, card: &Card) -> CardId {
    match uid.map(str::trim).filter(|uid| !uid.is_empty()) {
        Some(uid) => {
            let prefix = uid.get(..9).filter(|prefix| prefix.eq_ignore_ascii_case("urn:uuid:"));
            let bare = &uid[prefix.map_or(0, str::len)..];
            bare.parse().unwrap_or_else(|_| hashed("uid", &uid))
        }
        None => hashed("content", card),
    }
}

fn hashed(kind: &str, of: &impl serde::Serialize) -> CardId {
    format!("{kind}-{}", digest(of)).parse().expect("a word, a hyphen and base64url are an id")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_uid_is_the_id_where_it_may_be_one() {
        let id = |uid: Option<&str>| card_id(uid, &Card::default()).to_string();
        assert_eq!(id(Some("card-dev-0001")), "card-dev-0001");
        assert_eq!(
            id(Some(" urn:UUID:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1 ")),
            "4fbe8971-0bc3-424c-9c26-36c3e1eff6b1"
        );
        for odd in ["http://crm.example/cards/1", "名刺 1", "a b", "urn:uuid:", &"x".repeat(500)] {
            assert!(id(Some(odd)).starts_with("uid-"), "{odd}");
            assert_eq!(id(Some(odd)), id(Some(odd)));
        }
        assert_ne!(id(Some("a b")), id(Some("a/b")));
        assert!(id(None).starts_with("content-"));
        assert_eq!(id(Some("")), id(None));
    }
}
