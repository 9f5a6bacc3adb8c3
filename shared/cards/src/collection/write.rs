//! Writing cards of one user, all or nothing, taking turns with other writers.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use aws::{AwsError, Condition, Key, Write};
use jiff::SignedDuration;
use serde::Serialize;
use types::{CardId, Language, OrganizationId, UserId};

use super::{CardItem, Cards, Counter, Given, MOST_BYTES, card_key, counter_key, portions};
use crate::{Card, CardsError, contact_for};

/// Writers of one user's cards take turns; after so many lost turns a writer gives up.
const TURNS: u32 = 12;

const DELETION_MARK: SignedDuration = SignedDuration::from_hours(24 * 400);

/// How a card shall be kept.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) id: CardId,
    /// What its sources say; nothing to delete it.
    pub(super) given: Given,
    /// The digest of its picture.
    pub(super) photo: Option<String>,
    /// The picture itself, when it is another.
    pub(super) new_photo: Option<Write>,
    /// Of a deleted card: the one that it was merged into.
    pub(super) merged_into: Option<CardId>,
}

impl Wanted {
    /// A card as its default source gives it, with what the others say and the picture that it has.
    pub(super) fn card(id: &CardId, card: Card, found: &BTreeMap<CardId, CardItem>) -> Self {
        let others = found.get(id).map(|item| item.given.others.clone()).unwrap_or_default();
        Self::given(id, Given { card: Some(card), others }, found)
    }

    /// A card as its sources give it, with the picture that it has.
    pub(super) fn given(id: &CardId, given: Given, found: &BTreeMap<CardId, CardItem>) -> Self {
        let photo = found.get(id).and_then(|item| item.photo.clone()).filter(|_| given.is_there());
        Self { id: id.clone(), given, photo, new_photo: None, merged_into: None }
    }
}

impl Cards {
    /// Reads the cards of these and writes what `decide` makes of them, portion by portion. Others' words for the same
    /// cards are written again with them: where that is too much for one transaction, half goes first.
    pub(super) async fn change_many<T: Serialize, R>(
        &self,
        organization: &OrganizationId,
        user: &UserId,
        all: Vec<(CardId, T)>,
        decide: impl Fn(&[(CardId, T)], &BTreeMap<CardId, CardItem>) -> (Vec<Wanted>, Vec<R>),
    ) -> Result<Vec<R>, CardsError> {
        let mut told = Vec::with_capacity(all.len());
        let mut open = VecDeque::from(portions(all));
        while let Some(mut portion) = open.pop_front() {
            let ids: Vec<_> = portion.iter().map(|(id, _)| id.clone()).collect();
            match self.change(organization, user, &ids, |found| Ok(decide(&portion, found))).await {
                Err(CardsError::TooMuchAtOnce) => {
                    open.push_front(portion.split_off(portion.len() / 2));
                    open.push_front(portion);
                }
                result => told.extend(result?),
            }
        }
        Ok(told)
    }

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
            if wanted.len() > 1
                && wanted.iter().map(|wanted| wanted.given.bytes()).sum::<usize>() > MOST_BYTES
            {
                return Err(CardsError::TooMuchAtOnce);
            }
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
        let (nothing, mut writes) = (Given::default(), Vec::new());
        let mut next = Counter { writes: counter.writes + 1, ..*counter };
        for mut wanted in wanted {
            let seen = found.get(&wanted.id);
            let before = seen.map_or(&nothing, |item| &item.given);
            let photo = seen.and_then(|item| item.photo.as_ref());
            if *before == wanted.given && photo == wanted.photo.as_ref() {
                continue;
            }
            let is_shown = photo != wanted.photo.as_ref() || is_otherwise(before, &wanted.given);
            let revision = match seen {
                Some(seen) if !is_shown => seen.revision,
                _ => {
                    next.latest = counter.latest + 1;
                    next.latest
                }
            };
            next.cards = match (before.is_there(), wanted.given.is_there()) {
                (false, true) => next.cards + 1,
                (true, false) => next.cards.saturating_sub(1),
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
            writes.push(self.raise(organization, user, counter, &next)?);
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
        let Wanted { id: card_id, given, photo, merged_into, new_photo: _ } = wanted;
        let now = self.clock.now();
        let expires_at = (!given.is_there()).then(|| (now + DELETION_MARK).as_second());
        let item =
            CardItem { pk, sk, card_id, given, photo, merged_into, revision, updated_at: now, expires_at };
        self.table.put(&item)
    }

    /// Raises the counters from what was read; whoever read the same and comes second starts over. The revision
    /// stays when nothing changed that Outlook would show.
    fn raise(
        &self,
        organization: &OrganizationId,
        user: &UserId,
        read: &Counter,
        next: &Counter,
    ) -> Result<Write, AwsError> {
        let raise = self.table.update(counter_key(organization, user)).set("writes", next.writes)?;
        let raise = raise.set("latest", next.latest)?.set("cards", next.cards)?;
        let as_read = match read.writes {
            0 => Condition::Absent("writes"),
            writes => Condition::equals("writes", writes),
        };
        Ok(raise.when(as_read))
    }
}

/// Whether a source says something else that Outlook could show.
fn is_otherwise(found: &Given, wanted: &Given) -> bool {
    let mut sources = found.others.keys().chain(wanted.others.keys());
    is_push_needed(found.card.as_ref(), wanted.card.as_ref())
        || sources.any(|source| is_push_needed(found.of(source), wanted.of(source)))
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
