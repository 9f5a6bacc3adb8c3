//! What is due: every link comes up once in each period, at a second of its own, so that the load is spread
//! over the period (feature B03).

use std::hash::{DefaultHasher, Hash, Hasher};

use aws::{Condition, Query, Stored};
use jiff::{SignedDuration, Timestamp};
use types::Feature;

use crate::{Accounts, AccountsError, Link, LinkStatus, link::LinkItem, store::link_key};

/// How often a link comes up.
pub const PERIOD: SignedDuration = SignedDuration::from_mins(30);

/// How often a calendar link comes up: nothing waits for it but the refresh of a token that rested.
const CALENDAR_PERIOD: SignedDuration = SignedDuration::from_hours(24);

/// How often a link comes up whose mailbox or permission Microsoft refuses (requirement R10): only a person mends
/// that, and whoever did links again or pushes at once.
const REFUSED_PERIOD: SignedDuration = SignedDuration::from_hours(24);

/// The `due` index is split so that no single partition of it takes all the writes.
const SHARDS: u64 = 8;

/// How long to wait after so many failures in passing in a row: 2, 4, 8, 16, then 30 minutes, never longer
/// than to the link's next turn.
#[must_use]
pub fn pause_after(failures: u32) -> SignedDuration {
    SignedDuration::from_mins(1_i64 << failures.clamp(1, 5)).min(PERIOD)
}

pub(crate) const DUE_SHARD: &str = "due_shard";
pub(crate) const DUE_AT: &str = "due_at";

/// A link that is due.
#[derive(Debug, Clone)]
pub struct Due {
    /// The link as it stood.
    pub link: Link,
    due_at: i64,
}

impl Accounts {
    /// The links of a feature that are due now.
    ///
    /// # Errors
    /// The store failed.
    pub async fn due(&self, feature: Feature) -> Result<Vec<Due>, AccountsError> {
        let now = self.now().as_second();
        let mut due = Vec::new();
        for shard in 0..SHARDS {
            let query = Query::index("due", DUE_SHARD, shard_name(feature, shard)).at_most(DUE_AT, now);
            let stored: Vec<Stored<LinkItem>> = self.table.query_all(query).await?;
            due.extend(
                stored.into_iter().filter_map(|Stored { record, .. }| {
                    Some(Due { link: record.link, due_at: record.due_at? })
                }),
            );
        }
        Ok(due)
    }

    /// Puts a link off to its next turn. To be called once its job is on the queue: a crash in between makes
    /// a second job, never none. A tick that runs at the same time loses quietly.
    ///
    /// # Errors
    /// The store failed.
    pub async fn put_off(&self, due: &Due) -> Result<(), AccountsError> {
        let Due { link, due_at } = due;
        let next = turn_after(link, self.now());
        let update = self
            .table
            .update(link_key(&link.organization_id, &link.user_id, link.feature))
            .set(DUE_AT, next)?
            .when(Condition::equals(DUE_AT, *due_at));
        self.aws.write_if(update).await?;
        Ok(())
    }
}

impl Accounts {
    /// Brings a link up again after `delay`, for work that failed in passing.
    ///
    /// # Errors
    /// The store failed.
    pub async fn bring_up_in(&self, link: &Link, delay: SignedDuration) -> Result<(), AccountsError> {
        let update = self
            .table
            .update(link_key(&link.organization_id, &link.user_id, link.feature))
            .set(DUE_AT, (self.now() + delay).as_second())?
            .when(Condition::Present(DUE_SHARD));
        self.aws.write_if(update).await?;
        Ok(())
    }
}

pub(crate) fn shard_of(link: &Link) -> String {
    shard_name(link.feature, hash_of(link) % SHARDS)
}

fn shard_name(feature: Feature, shard: u64) -> String {
    format!("{}#{shard}", feature.as_str())
}

/// Whether Microsoft refuses the link's mailbox. An account that was not found is only a wrong address with us:
/// nobody is asked before that is another.
pub(crate) fn is_refused(link: &Link) -> bool {
    let is_refused = matches!(link.status, LinkStatus::AuthenticationFailed | LinkStatus::NoPermission);
    is_refused && link.reason.as_deref() != Some("account_not_found")
}

/// The link's next turn, in seconds since 1970.
pub(crate) fn turn_after(link: &Link, now: Timestamp) -> i64 {
    let period = period_of(link);
    next_turn(now.as_second(), turn_of(link, period), period)
}

fn period_of(link: &Link) -> SignedDuration {
    match link.feature {
        Feature::Calendar => CALENDAR_PERIOD,
        Feature::Contacts | Feature::Mail if is_refused(link) => REFUSED_PERIOD,
        Feature::Contacts | Feature::Mail => PERIOD,
    }
}

/// The second within the period at which this link comes up.
fn turn_of(link: &Link, period: SignedDuration) -> i64 {
    let seconds = u64::try_from(period.as_secs()).expect("the period is positive");
    i64::try_from(hash_of(link) / SHARDS % seconds).expect("less than the period")
}

/// The first instant after `now` that is `turn` seconds into a period.
pub(crate) fn next_turn(now: i64, turn: i64, period: SignedDuration) -> i64 {
    let period = period.as_secs();
    now + 1 + (turn - (now + 1)).rem_euclid(period)
}

/// Only spreads; nothing breaks when another release of the compiler hashes differently.
fn hash_of(link: &Link) -> u64 {
    let mut hasher = DefaultHasher::new();
    (&link.organization_id, &link.user_id, link.feature).hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_turn_is_within_one_period_and_at_the_links_own_second() {
        for period in [PERIOD, CALENDAR_PERIOD] {
            for now in [0, 1, 1799, 1800, 1801, 1_795_000_000] {
                for turn in [0, 1, 900, 1799] {
                    let next = next_turn(now, turn, period);
                    assert!(next > now && next <= now + period.as_secs(), "{now} {turn} {next}");
                    assert_eq!(next % period.as_secs(), turn);
                }
            }
        }
    }

    #[test]
    fn failures_in_passing_are_retried_soon_and_never_later_than_the_next_turn() {
        let minutes = |failures| pause_after(failures).as_mins();
        assert_eq!([1, 2, 3, 4, 5, 6, 99].map(minutes), [2, 4, 8, 16, 30, 30, 30]);
    }
}
