//! A user's cards. Every change raises the collection's revision and the changed cards carry it, so that a
//! push finds what is new since the last one with a single query, and nothing when nothing changed.

mod merge;
mod patch;
mod photo;
mod source;
mod write;

use std::collections::{BTreeMap, HashSet};

use accounts::{Link, SourceOrder};
use aws::{Aws, AwsError, Key, Page, Position, Query, Table};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use types::{CardId, Clock, OrganizationId, UserId};

use crate::{Card, CardsError, CardsSettings};

pub use merge::Merged;
pub use patch::{Patch, Patched};
pub use photo::{Photo, PhotoError};
pub use source::KeptSource;
pub(crate) use write::is_push_needed;

use source::Given;
use write::Wanted;

/// The cards of all users.
#[derive(Clone)]
pub struct Cards {
    pub(crate) aws: Aws,
    pub(crate) table: Table,
    pub(crate) clock: std::sync::Arc<dyn Clock>,
}

/// A card as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptCard {
    /// The CRM's id.
    pub id: CardId,
    /// The card, of what all its sources say.
    pub card: Card,
    /// Whether it has a picture.
    pub has_photo: bool,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// What a put did to one card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// There was none of this id.
    Created,
    /// It was another.
    Updated,
    /// It was the same.
    Unchanged,
}

/// A card, or the mark that one was deleted.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct CardItem {
    pk: String,
    sk: String,
    pub(crate) card_id: CardId,
    /// What its sources say; nothing once the card was deleted.
    #[serde(flatten)]
    pub(crate) given: Given,
    /// The digest of its picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) photo: Option<String>,
    /// Of a deleted card: the one that it was merged into.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    merged_into: Option<CardId>,
    pub(crate) revision: u64,
    updated_at: Timestamp,
    /// Deletion marks go away by themselves, long after every push has seen them.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<i64>,
}

/// The collection as a whole. Its revision is not called `revision`, which would put it into the index of cards.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Counter {
    /// The number of changes so far that Outlook shows; zero when it never had a card.
    pub(crate) latest: u64,
    /// How many cards there are.
    pub(crate) cards: u64,
    /// The number of all changes so far: what one writer read no other has changed.
    pub(crate) writes: u64,
}

/// What one transaction may carry: DynamoDB allows 100 items and 4 MB.
const MOST_ITEMS: usize = 90;
const MOST_BYTES: usize = 3_000_000;

impl Cards {
    /// The cards in that table.
    #[must_use]
    pub fn new(aws: Aws, settings: &CardsSettings, clock: std::sync::Arc<dyn Clock>) -> Self {
        Self { table: aws.table(settings.table.as_str()), aws, clock }
    }

    /// Puts cards under their ids, as what the default source says; the same cards again change nothing. Cards must
    /// be valid. Either all of a portion of up to 90 cards are written or none of it; on an error earlier portions
    /// stay.
    ///
    /// # Errors
    /// The store failed, or others wrote this user's cards all the time.
    pub async fn put(
        &self,
        organization: &OrganizationId,
        user: &UserId,
        cards: Vec<(CardId, Card)>,
    ) -> Result<Vec<Change>, CardsError> {
        let decide = |portion: &[(CardId, Card)], found: &BTreeMap<CardId, CardItem>| {
            let wanted = portion.iter().map(|(id, card)| Wanted::card(id, card.clone(), found));
            let changes = portion.iter().map(|(id, card)| change(found.get(id), card));
            (wanted.collect(), changes.collect())
        };
        self.change_many(organization, user, cards, decide).await
    }

    /// Deletes a card, whatever its sources; the next push takes it out of Outlook.
    ///
    /// # Errors
    /// `NotFound`, or the store failed.
    pub async fn delete(
        &self,
        organization: &OrganizationId,
        user: &UserId,
        card: &CardId,
    ) -> Result<(), CardsError> {
        let decide = |found: &BTreeMap<CardId, CardItem>| match found.get(card) {
            Some(item) if item.given.is_there() => {
                Ok((vec![Wanted::given(card, Given::default(), found)], ()))
            }
            _ => Err(CardsError::NotFound),
        };
        self.change(organization, user, std::slice::from_ref(card), decide).await
    }

    /// Reads a card.
    ///
    /// # Errors
    /// `NotFound`, or the store failed.
    pub async fn get(
        &self,
        organization: &OrganizationId,
        user: &UserId,
        card: &CardId,
        order: &SourceOrder,
    ) -> Result<KeptCard, CardsError> {
        let item: Option<CardItem> = self.table.get(card_key(organization, user, card)).await?;
        item.and_then(|item| kept(item, order)).ok_or(CardsError::NotFound)
    }

    /// One page of a user's cards by id and the cursor of the next. Deleted ones are left out, so a page may
    /// be short, even empty, before the last.
    ///
    /// # Errors
    /// The store failed.
    pub async fn list(
        &self,
        organization: &OrganizationId,
        user: &UserId,
        order: &SourceOrder,
        (limit, cursor): (u32, Option<&str>),
    ) -> Result<(Vec<KeptCard>, Option<String>), CardsError> {
        let pk = partition(organization, user);
        let after = cursor.map(|cursor| Position::at(&pk, &format!("{CARD}{cursor}")));
        let query = Query::partition(&pk).begins_with(CARD).limit(limit).after(after);
        let Page { items, next } = self.table.query::<CardItem>(query).await?;
        let next = next.and_then(|position| position.sort_key().strip_prefix(CARD).map(str::to_owned));
        Ok((items.into_iter().filter_map(|item| kept(item, order)).collect(), next))
    }

    /// How many cards a user has.
    ///
    /// # Errors
    /// The store failed.
    pub async fn count(&self, organization: &OrganizationId, user: &UserId) -> Result<u64, CardsError> {
        Ok(self.counter(organization, user).await?.cards)
    }

    /// Erases everything that is kept of a user's cards: the cards, their pictures, and what is known of their
    /// contacts. To be done before the user is removed, so that it can be asked for again when it fails in the
    /// middle. What was pushed stays in Outlook (feature B16).
    ///
    /// # Errors
    /// The store failed; some may be erased.
    pub async fn erase(&self, organization: &OrganizationId, user: &UserId) -> Result<(), CardsError> {
        let mut query = Query::partition(&partition(organization, user));
        loop {
            let page: Page<Named> = self.table.query(query.clone()).await?;
            let erase = page.items.into_iter().map(|Named { pk, sk }| self.table.delete(Key::new(pk, sk)));
            self.table.write_many(erase.collect()).await?;
            match page.next {
                Some(position) => query = query.after(Some(position)),
                None => return Ok(()),
            }
        }
    }

    pub(crate) async fn counter(
        &self,
        organization: &OrganizationId,
        user: &UserId,
    ) -> Result<Counter, AwsError> {
        Ok(self.table.get(counter_key(organization, user)).await?.unwrap_or_default())
    }

    /// One page of the cards changed after one revision and up to another, in the order of the changes.
    pub(crate) async fn changed(
        &self,
        link: &Link,
        after: u64,
        up_to: u64,
        position: Option<Position>,
        limit: u32,
    ) -> Result<Page<CardItem>, AwsError> {
        let query = changed_between(link, after, up_to);
        self.table.query(query.limit(limit).after(position)).await
    }

    /// How many cards were changed after one revision and up to another.
    pub(crate) async fn count_changed(&self, link: &Link, after: u64, up_to: u64) -> Result<u64, AwsError> {
        if after >= up_to { Ok(0) } else { self.table.count(changed_between(link, after, up_to)).await }
    }
}

/// Any item of the partition.
#[derive(Debug, Deserialize)]
struct Named {
    pk: String,
    sk: String,
}

fn changed_between(link: &Link, after: u64, up_to: u64) -> Query {
    let partition = partition(&link.organization_id, &link.user_id);
    Query::index("by_revision", "pk", partition).between("revision", after + 1, up_to)
}

/// What putting a card does, as the default source's.
pub(crate) fn change(found: Option<&CardItem>, wanted: &Card) -> Change {
    change_of(found.and_then(|item| item.given.card.as_ref()), wanted)
}

fn change_of(found: Option<&Card>, wanted: &Card) -> Change {
    match found {
        None => Change::Created,
        Some(found) if found == wanted => Change::Unchanged,
        Some(_) => Change::Updated,
    }
}

/// Splits what is to be written so that each portion fits one transaction and names no card twice.
fn portions<T: Serialize>(cards: Vec<(CardId, T)>) -> Vec<Vec<(CardId, T)>> {
    let mut portions = vec![Vec::new()];
    let (mut bytes, mut seen) = (0, HashSet::new());
    for (id, card) in cards {
        let size = serde_json::to_vec(&card).map_or(MOST_BYTES, |json| json.len());
        let is_full = portions.last().is_some_and(|portion| portion.len() == MOST_ITEMS);
        if is_full || bytes + size > MOST_BYTES || !seen.insert(id.clone()) {
            portions.push(Vec::new());
            bytes = 0;
            seen = HashSet::from([id.clone()]);
        }
        bytes += size;
        portions.last_mut().expect("there is always one").push((id, card));
    }
    portions.retain(|portion| !portion.is_empty());
    portions
}

fn kept(item: CardItem, order: &SourceOrder) -> Option<KeptCard> {
    let card = item.given.combined(order)?;
    Some(KeptCard { id: item.card_id, card, has_photo: item.photo.is_some(), updated_at: item.updated_at })
}

pub(crate) fn partition(organization: &OrganizationId, user: &UserId) -> String {
    format!("CARDS#{organization}#{user}")
}

pub(crate) fn card_key(organization: &OrganizationId, user: &UserId, card: &CardId) -> Key {
    Key::new(partition(organization, user), format!("{CARD}{card}"))
}

fn counter_key(organization: &OrganizationId, user: &UserId) -> Key {
    Key::new(partition(organization, user), "COUNTER")
}

const CARD: &str = "CARD#";

#[cfg(test)]
mod tests {
    use super::*;

    fn card(company: &str) -> Card {
        Card { company: Some(company.to_owned()), ..Card::default() }
    }

    #[test]
    fn b13_memo_and_tags_need_no_push() {
        let plain = card("株式会社青空");
        let noted =
            Card { memo: Some("話が長い".to_owned()), tags: vec!["重要".to_owned()], ..plain.clone() };
        assert!(!is_push_needed(Some(&plain), Some(&noted)));
        assert!(is_push_needed(Some(&plain), Some(&card("株式会社夕空"))));
        assert!(is_push_needed(Some(&plain), None));
        assert!(is_push_needed(None, Some(&plain)));
    }

    #[test]
    fn portions_fit_a_transaction_and_name_no_card_twice() {
        let id = |n: usize| format!("c{n}").parse::<CardId>().unwrap();
        let many = (0..200).map(|n| (id(n), card("会社"))).collect();
        let sizes: Vec<usize> = portions(many).iter().map(Vec::len).collect();
        assert_eq!(sizes, [90, 90, 20]);
        let twice = vec![(id(1), card("前")), (id(1), card("後"))];
        assert_eq!(portions(twice).len(), 2);
        let large = Card { memo: Some("x".repeat(MOST_BYTES / 2)), ..card("会社") };
        assert_eq!(portions(vec![(id(1), large.clone()), (id(2), large)]).len(), 2);
        assert!(portions(Vec::<(CardId, Card)>::new()).is_empty());
    }
}
