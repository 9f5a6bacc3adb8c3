//! Ids on the wire. An ordinary id says where an item is and changes when it is moved; an immutable id
//! says which item it is. Both are case-sensitive; the ordinary one may hold `/`, `+` and `=`.
//! Source: Graph page "Obtain immutable identifiers for Outlook resources".

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use uuid::Uuid;

use crate::model::mailbox::{Contact, Mailbox};

use super::error::GraphError;

const FOLDER: u8 = b'.';
const ITEM: u8 = b'F';
/// What entry ids begin with (`AAMk…`).
const ORDINARY: [u8; 3] = [0x00, 0x03, 0x24];
/// What immutable ids begin with (`AAkA…`).
const IMMUTABLE: [u8; 3] = [0x00, 0x09, 0x00];

fn bytes(prefix: [u8; 3], kind: u8, mailbox: Uuid, number: u64) -> Vec<u8> {
    let mut bytes = prefix.to_vec();
    bytes.push(kind);
    bytes.extend(mailbox.as_bytes());
    // Ids of neighbours must not look alike, or nobody would notice one that was cut short or mixed up.
    let (high, low) = mailbox.as_u64_pair();
    let mut seed = high
        ^ low.rotate_left(17)
        ^ number.rotate_left(32)
        ^ u64::from_be_bytes([kind, prefix[1], 0, 0, 0, 0, 0, 0]);
    for _ in 0..3 {
        seed = scramble(seed);
        bytes.extend(seed.to_be_bytes());
    }
    bytes.push(0);
    bytes.extend(number.to_be_bytes());
    bytes
}

/// One step of SplitMix64: every bit of the seed turns about half of the result.
fn scramble(seed: u64) -> u64 {
    let mixed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// The id of a contact at `place` (ordinary) or with `number` (immutable).
pub(super) fn item(mailbox: &Mailbox, number: u64, place: u64, immutable: bool) -> String {
    if immutable {
        URL_SAFE.encode(bytes(IMMUTABLE, ITEM, mailbox.id, number))
    } else {
        STANDARD.encode(bytes(ORDINARY, ITEM, mailbox.id, place))
    }
}

/// The id of a contact.
pub(super) fn contact(mailbox: &Mailbox, contact: &Contact, immutable: bool) -> String {
    item(mailbox, contact.number, contact.place, immutable)
}

/// The id of a folder: of one form only, and it never changes.
pub(super) fn folder(mailbox: &Mailbox, number: u64) -> String {
    URL_SAFE.encode(bytes(ORDINARY, FOLDER, mailbox.id, number))
}

/// The change key of something at `change`.
pub(super) fn change_key(mailbox: &Mailbox, change: u64) -> String {
    let mut bytes = vec![0x11, 0x00, 0x00, 0x00, 0x16, 0x00, 0x00, 0x00];
    bytes.extend(&mailbox.id.as_bytes()[..8]);
    bytes.extend(&change.to_be_bytes()[2..]);
    STANDARD.encode(bytes)
}

/// Whether an id is immutable, what kind of thing it is of, and the number at its end.
pub(super) fn number(id: &str) -> Result<(bool, u8, u64), GraphError> {
    let decoded =
        URL_SAFE.decode(id).or_else(|_| STANDARD.decode(id)).map_err(|_| GraphError::malformed_id())?;
    let (prefix, kind) = match decoded.get(..4) {
        Some(&[a, b, c, kind]) => ([a, b, c], kind),
        _ => return Err(GraphError::malformed_id()),
    };
    let immutable = match prefix {
        ORDINARY => false,
        IMMUTABLE => true,
        _ => return Err(GraphError::malformed_id()),
    };
    let number: Option<[u8; 8]> = decoded.last_chunk().copied();
    Ok((immutable, kind, u64::from_be_bytes(number.ok_or_else(GraphError::malformed_id)?)))
}

/// The number of the contact with that id.
///
/// # Errors
/// 400 for what is no id, 404 for one that is not (or no longer) in the mailbox. With `strict`, also for an
/// id of the other form than the request asked for.
pub(super) fn find_contact(
    mailbox: &Mailbox,
    id: &str,
    immutable_wanted: bool,
    strict: bool,
) -> Result<u64, GraphError> {
    let (immutable, _, number) = number(id)?;
    let contact = if immutable {
        mailbox.contacts.get(&number)
    } else {
        mailbox.contacts.values().find(|contact| contact.place == number)
    };
    let contact = contact.filter(|found| self::contact(mailbox, found, immutable) == id);
    let contact = contact.filter(|_| !strict || immutable == immutable_wanted);
    contact.map(|contact| contact.number).ok_or_else(GraphError::item_not_found)
}

/// The number of the folder with that id or well-known name.
///
/// # Errors
/// As for contacts.
pub(super) fn find_folder(mailbox: &Mailbox, id: &str) -> Result<u64, GraphError> {
    match id.to_ascii_lowercase().as_str() {
        "contacts" => return Ok(crate::model::mailbox::CONTACTS),
        "deleteditems" => return Ok(crate::model::mailbox::DELETED_ITEMS),
        _ => {}
    }
    let (_, _, number) = number(id)?;
    let known = mailbox.folders.contains_key(&number) && folder(mailbox, number) == id;
    if known { Ok(number) } else { Err(GraphError::item_not_found()) }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::Map;

    use super::*;
    use crate::model::mailbox::CONTACTS;

    #[test]
    fn an_ordinary_id_dies_with_a_move_and_an_immutable_one_does_not() {
        let mut mailbox = Mailbox::default();
        let number = mailbox.add_contact(CONTACTS, Map::new(), Timestamp::UNIX_EPOCH);
        let ids = |mailbox: &Mailbox| {
            let found = &mailbox.contacts[&number];
            (contact(mailbox, found, false), contact(mailbox, found, true))
        };
        let (ordinary, immutable) = ids(&mailbox);
        assert_eq!(find_contact(&mailbox, &ordinary, false, true), Ok(number));
        mailbox.delete_contact(number, Timestamp::UNIX_EPOCH);
        assert_eq!(find_contact(&mailbox, &ordinary, false, true), Err(GraphError::item_not_found()));
        assert_eq!(find_contact(&mailbox, &immutable, true, true), Ok(number));
        assert_ne!(ids(&mailbox).0, ordinary);
    }

    #[test]
    fn ids_are_case_sensitive_and_of_one_form() {
        let mut mailbox = Mailbox::default();
        let number = mailbox.add_contact(CONTACTS, Map::new(), Timestamp::UNIX_EPOCH);
        let immutable = contact(&mailbox, &mailbox.contacts[&number], true);
        assert_eq!(find_contact(&mailbox, &immutable, false, true), Err(GraphError::item_not_found()));
        assert_eq!(find_contact(&mailbox, &immutable, false, false), Ok(number));
        assert!(find_contact(&mailbox, &immutable.to_lowercase(), true, true).is_err());
        assert_eq!(find_contact(&mailbox, "not an id", true, true), Err(GraphError::malformed_id()));
    }
}
