//! A user's cards. Every change raises the collection's revision and the changed cards carry it, so that a
//! push finds what is new since the last one with a single query, and nothing when nothing changed.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use accounts::Link;
use aws::{Aws, AwsError, Condition, Key, Page, Position, Query, Table, Write};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use types::{CardId, Clock, OrganizationId, UserId};

use crate::{Card, CardsError, CardsSettings, contact_for};

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
    /// The card.
    pub card: Card,
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
    /// None once the card was deleted.
    pub(crate) card: Option<Card>,
    pub(crate) revision: u64,
    updated_at: Timestamp,
    /// Deletion marks go away by themselves, long after every push has seen them.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<i64>,
}

/// The collection's revision. Not called `revision`, which would put it into the index of cards.
#[derive(Debug, Serialize, Deserialize)]
struct Counter {
    latest: u64,
}

/// What one transaction may carry: DynamoDB allows 100 items and 4 MB.
const MOST_ITEMS: usize = 90;
const MOST_BYTES: usize = 3_000_000;

/// Writers of one user's cards take turns; after so many lost turns a writer gives up.
const TURNS: u32 = 12;

const DELETION_MARK: SignedDuration = SignedDuration::from_hours(24 * 400);

impl Cards {
    /// The cards in that table.
    #[must_use]
    pub fn new(aws: Aws, settings: &CardsSettings, clock: std::sync::Arc<dyn Clock>) -> Self {
        Self { table: aws.table(settings.table.as_str()), aws, clock }
    }

    /// Puts cards under their ids; the same cards again change nothing. Cards must be valid. Either all of a
    /// portion of up to 90 cards are written or none of it; on an error earlier portions stay.
    ///
    /// # Errors
    /// The store failed, or others wrote this user's cards all the time.
    pub async fn put(
        &self,
        organization: &OrganizationId,
        user: &UserId,
        cards: Vec<(CardId, Card)>,
    ) -> Result<Vec<Change>, CardsError> {
        let mut changes = Vec::with_capacity(cards.len());
        for portion in portions(cards) {
            let wanted: Vec<_> = portion.into_iter().map(|(id, card)| (id, Some(card))).collect();
            changes.extend(self.write(organization, user, &wanted).await?);
        }
        Ok(changes)
    }

    /// Deletes a card; the next push takes it out of Outlook.
    ///
    /// # Errors
    /// `NotFound`, or the store failed.
    pub async fn delete(
        &self,
        organization: &OrganizationId,
        user: &UserId,
        card: &CardId,
    ) -> Result<(), CardsError> {
        match self.write(organization, user, &[(card.clone(), None)]).await?.as_slice() {
            [Change::Updated] => Ok(()),
            _ => Err(CardsError::NotFound),
        }
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
    ) -> Result<KeptCard, CardsError> {
        let item: Option<CardItem> = self.table.get(card_key(organization, user, card)).await?;
        item.and_then(kept).ok_or(CardsError::NotFound)
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
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<(Vec<KeptCard>, Option<String>), CardsError> {
        let pk = partition(organization, user);
        let after = cursor.map(|cursor| Position::at(&pk, &format!("{CARD}{cursor}")));
        let query = Query::partition(&pk).begins_with(CARD).limit(limit).after(after);
        let Page { items, next } = self.table.query::<CardItem>(query).await?;
        let next = next.and_then(|position| position.sort_key().strip_prefix(CARD).map(str::to_owned));
        Ok((items.into_iter().filter_map(kept).collect(), next))
    }

    /// The collection's revision; zero when it never had a card.
    pub(crate) async fn revision(
        &self,
        organization: &OrganizationId,
        user: &UserId,
    ) -> Result<u64, AwsError> {
        let counter: Option<Counter> = self.table.get(counter_key(organization, user)).await?;
        Ok(counter.map_or(0, |counter| counter.latest))
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
        let partition = partition(&link.organization_id, &link.user_id);
        let mut query = Query::index("by_revision", "pk", partition);
        query = query.between("revision", after + 1, up_to).limit(limit).after(position);
        self.table.query(query).await
    }

    /// Writes cards (or deletes those that are none), all or nothing, taking turns with other writers.
    async fn write(
        &self,
        organization: &OrganizationId,
        user: &UserId,
        wanted: &[(CardId, Option<Card>)],
    ) -> Result<Vec<Change>, CardsError> {
        for turn in 0..TURNS {
            let latest = self.revision(organization, user).await?;
            let keys = wanted.iter().map(|(id, _)| card_key(organization, user, id)).collect();
            let found: Vec<CardItem> = self.table.get_many(keys).await?;
            let found: BTreeMap<CardId, CardItem> =
                found.into_iter().map(|item| (item.card_id.clone(), item)).collect();
            let changes: Vec<Change> = wanted.iter().map(|(id, card)| change(found.get(id), card)).collect();
            let changed = wanted.iter().zip(&changes).filter(|(_, change)| **change != Change::Unchanged);
            let mut writes = Vec::new();
            let mut next = latest;
            for ((id, card), _) in changed {
                let seen = found.get(id);
                let revision = match seen {
                    Some(seen) if !is_push_needed(seen.card.as_ref(), card.as_ref()) => seen.revision,
                    _ => {
                        next = latest + 1;
                        next
                    }
                };
                writes.push(self.put_item(organization, user, id, card.as_ref(), revision)?);
            }
            if writes.is_empty() {
                return Ok(changes);
            }
            writes.push(self.raise(organization, user, latest, next)?);
            match self.aws.transact(writes).await {
                Ok(()) => return Ok(changes),
                Err(error) if error.is_condition_failed() => pause(turn).await,
                Err(error) => return Err(error.into()),
            }
        }
        Err(CardsError::Contended)
    }

    fn put_item(
        &self,
        organization: &OrganizationId,
        user: &UserId,
        id: &CardId,
        card: Option<&Card>,
        revision: u64,
    ) -> Result<Write, AwsError> {
        let Key { pk, sk } = card_key(organization, user, id);
        let now = self.clock.now();
        self.table.put(&CardItem {
            pk,
            sk,
            card_id: id.clone(),
            card: card.cloned(),
            revision,
            updated_at: now,
            expires_at: card.is_none().then(|| (now + DELETION_MARK).as_second()),
        })
    }

    /// Raises the revision from what was read; whoever read the same and comes second starts over. `next`
    /// is what was read when nothing changed that Outlook would show: then it only guards the writes.
    fn raise(
        &self,
        organization: &OrganizationId,
        user: &UserId,
        read: u64,
        next: u64,
    ) -> Result<Write, AwsError> {
        let raise = self.table.update(counter_key(organization, user)).set("latest", next)?;
        let as_read = if read == 0 { Condition::new_item() } else { Condition::equals("latest", read) };
        Ok(raise.when(as_read))
    }
}

fn change(found: Option<&CardItem>, wanted: &Option<Card>) -> Change {
    match (found.and_then(|item| item.card.as_ref()), wanted) {
        (None, None) => Change::Unchanged,
        (None, Some(_)) => Change::Created,
        (Some(found), Some(wanted)) if found == wanted => Change::Unchanged,
        (Some(_), _) => Change::Updated,
    }
}

/// Whether Outlook would show a difference: memo and tags never leave, so they move no revision (B13).
fn is_push_needed(found: Option<&Card>, wanted: Option<&Card>) -> bool {
    match (found, wanted) {
        (Some(found), Some(wanted)) => contact_for(found, "") != contact_for(wanted, ""),
        (found, wanted) => found.is_some() || wanted.is_some(),
    }
}

/// Splits cards so that each portion fits one transaction and names no card twice.
fn portions(cards: Vec<(CardId, Card)>) -> Vec<Vec<(CardId, Card)>> {
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

async fn pause(turn: u32) {
    let longest = Duration::from_millis(20 << turn.min(6));
    tokio::time::sleep(rand::random_range(Duration::ZERO..=longest)).await;
}

fn kept(item: CardItem) -> Option<KeptCard> {
    Some(KeptCard { id: item.card_id, card: item.card?, updated_at: item.updated_at })
}

pub(crate) fn partition(organization: &OrganizationId, user: &UserId) -> String {
    format!("CARDS#{organization}#{user}")
}

fn card_key(organization: &OrganizationId, user: &UserId, card: &CardId) -> Key {
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
        assert!(portions(Vec::new()).is_empty());
    }
}
