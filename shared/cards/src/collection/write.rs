//! Writing cards of one user, all or nothing, taking turns with other writers.

use std::collections::BTreeMap;
use std::time::Duration;

use aws::{AwsError, Condition, Key, Write};
use jiff::SignedDuration;
use types::{CardId, Language, OrganizationId, UserId};

use super::{CardItem, Cards, Counter, card_key, counter_key};
use crate::{Card, CardsError, contact_for};

/// Writers of one user's cards take turns; after so many lost turns a writer gives up.
const TURNS: u32 = 12;

const DELETION_MARK: SignedDuration = SignedDuration::from_hours(24 * 400);

/// How a card shall be kept.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) id: CardId,
    /// None to delete it.
    pub(super) card: Option<Card>,
    /// The digest of its picture.
    pub(super) photo: Option<String>,
    /// The picture itself, when it is another.
    pub(super) new_photo: Option<Write>,
    /// Of a deleted card: the one that it was merged into.
    pub(super) merged_into: Option<CardId>,
}

impl Wanted {
    /// A card as given, with the picture that it has.
    pub(super) fn card(id: &CardId, card: Option<Card>, found: &BTreeMap<CardId, CardItem>) -> Self {
        let photo = found.get(id).and_then(|item| item.photo.clone()).filter(|_| card.is_some());
        Self { id: id.clone(), card, photo, new_photo: None, merged_into: None }
    }
}

impl Cards {
    /// Reads these cards and writes what `decide` makes of them. When somebody else wrote this user's cards in
    /// between, it is asked again.
    pub(super) async fn change<T>(
        &self,
        organization: &OrganizationId,
        user: &UserId,
        ids: &[CardId],
        decide: impl Fn(&BTreeMap<CardId, CardItem>) -> Result<(Vec<Wanted>, T), CardsError>,
    ) -> Result<T, CardsError> {
        for turn in 0..TURNS {
            let counter = self.counter(organization, user).await?;
            let keys = ids.iter().map(|id| card_key(organization, user, id)).collect();
            let found: Vec<CardItem> = self.table.get_many(keys).await?;
            let found = found.into_iter().map(|item| (item.card_id.clone(), item)).collect();
            let (wanted, told) = decide(&found)?;
            let writes = self.writes(organization, user, &counter, &found, wanted)?;
            if writes.is_empty() || self.aws.transact_if(writes).await? {
                return Ok(told);
            }
            pause(turn).await;
        }
        Err(CardsError::Contended)
    }

    /// The transaction that makes the cards as wanted; empty when they are.
    fn writes(
        &self,
        organization: &OrganizationId,
        user: &UserId,
        counter: &Counter,
        found: &BTreeMap<CardId, CardItem>,
        wanted: Vec<Wanted>,
    ) -> Result<Vec<Write>, AwsError> {
        let mut writes = Vec::new();
        let mut next = Counter { latest: counter.latest, cards: counter.cards };
        for mut wanted in wanted {
            let seen = found.get(&wanted.id);
            let (card, photo) =
                (seen.and_then(|item| item.card.as_ref()), seen.and_then(|item| item.photo.as_ref()));
            if card == wanted.card.as_ref() && photo == wanted.photo.as_ref() {
                continue;
            }
            let is_shown = photo != wanted.photo.as_ref() || is_push_needed(card, wanted.card.as_ref());
            let revision = match seen {
                Some(seen) if !is_shown => seen.revision,
                _ => {
                    next.latest = counter.latest + 1;
                    next.latest
                }
            };
            next.cards = match (card, &wanted.card) {
                (None, Some(_)) => next.cards + 1,
                (Some(_), None) => next.cards.saturating_sub(1),
                _ => next.cards,
            };
            match wanted.new_photo.take() {
                Some(photo) => writes.push(photo),
                None if photo.is_some() && wanted.photo.is_none() => {
                    writes.push(self.table.delete(super::photo::photo_key(organization, user, &wanted.id)));
                }
                None => {}
            }
            writes.push(self.put_item(organization, user, wanted, revision)?);
        }
        if !writes.is_empty() {
            writes.push(self.raise(organization, user, counter.latest, &next)?);
        }
        Ok(writes)
    }

    fn put_item(
        &self,
        organization: &OrganizationId,
        user: &UserId,
        wanted: Wanted,
        revision: u64,
    ) -> Result<Write, AwsError> {
        let Key { pk, sk } = card_key(organization, user, &wanted.id);
        let Wanted { id: card_id, card, photo, merged_into, new_photo: _ } = wanted;
        let now = self.clock.now();
        let expires_at = card.is_none().then(|| (now + DELETION_MARK).as_second());
        let item =
            CardItem { pk, sk, card_id, card, photo, merged_into, revision, updated_at: now, expires_at };
        self.table.put(&item)
    }

    /// Raises the counter from what was read; whoever read the same and comes second starts over. The revision
    /// stays when nothing changed that Outlook would show: then it only guards the writes.
    fn raise(
        &self,
        organization: &OrganizationId,
        user: &UserId,
        read: u64,
        next: &Counter,
    ) -> Result<Write, AwsError> {
        let raise = self.table.update(counter_key(organization, user));
        let raise = raise.set("latest", next.latest)?.set("cards", next.cards)?;
        let as_read = if read == 0 { Condition::new_item() } else { Condition::equals("latest", read) };
        Ok(raise.when(as_read))
    }
}

/// Whether Outlook would show a difference: memo and tags never leave, so they move no revision (B13).
pub(crate) fn is_push_needed(found: Option<&Card>, wanted: Option<&Card>) -> bool {
    let shown = |card| contact_for(card, "", Language::default());
    match (found, wanted) {
        (Some(found), Some(wanted)) => shown(found) != shown(wanted),
        (found, wanted) => found.is_some() || wanted.is_some(),
    }
}

async fn pause(turn: u32) {
    let longest = Duration::from_millis(20 << turn.min(6));
    tokio::time::sleep(rand::random_range(Duration::ZERO..=longest)).await;
}
