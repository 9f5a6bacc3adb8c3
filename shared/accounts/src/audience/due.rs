//! Audiences come up every few hours, each at a second of its own.

use std::hash::{DefaultHasher, Hash, Hasher};

use aws::{Condition, Query, Queue, Stored};
use futures::future;
use jiff::{SignedDuration, Timestamp};

use super::{AudienceItem, AudienceJob, AudienceStatus, StandingAudience};
use crate::{
    Accounts, AccountsError,
    due::{DUE_AT, DUE_SHARD, next_turn},
    store::audience_key,
};

/// How often a group is read.
const PERIOD: SignedDuration = SignedDuration::from_hours(4);

/// How often a group that cannot be read is tried (requirement R10): only a person mends that, and whoever did
/// has it read at once.
const STOPPED_PERIOD: SignedDuration = SignedDuration::from_hours(24);

/// Audiences are few: one partition of the index takes them.
pub(super) const SHARD: &str = "audience";

/// An audience that is due.
#[derive(Debug, Clone)]
pub struct DueAudience {
    standing: StandingAudience,
    due_at: i64,
}

/// Puts a job on the queue for every audience that is due, then puts the audience off: a crash in between makes
/// a second job, never none. Returns how many were due.
///
/// # Errors
/// The store or the queue failed; what is still due comes up at the next tick.
pub async fn queue_audiences(
    accounts: &Accounts,
    queue: &Queue<AudienceJob>,
) -> Result<usize, AccountsError> {
    let due = accounts.due_audiences().await?;
    let jobs: Vec<AudienceJob> = due.iter().map(|due| AudienceJob::of(&due.standing)).collect();
    let refused = queue.send_many(&jobs).await?;
    let queued = due.iter().enumerate().filter(|(position, _)| !refused.contains(position));
    let results = future::join_all(queued.map(|(_, due)| accounts.put_off_audience(due))).await;
    results.into_iter().collect::<Result<(), _>>()?;
    if !due.is_empty() {
        tracing::info!(due = due.len(), refused = refused.len(), "queued the audiences that are due");
    }
    Ok(due.len())
}

impl Accounts {
    /// The audiences that are due now.
    ///
    /// # Errors
    /// The store failed.
    pub async fn due_audiences(&self) -> Result<Vec<DueAudience>, AccountsError> {
        let query = Query::index("due", DUE_SHARD, SHARD).at_most(DUE_AT, self.now().as_second());
        let stored: Vec<Stored<AudienceItem>> = self.table.query_all(query).await?;
        let due = |item: AudienceItem| DueAudience { standing: item.standing, due_at: item.due_at };
        Ok(stored.into_iter().map(|stored| due(stored.record)).collect())
    }

    /// Puts an audience off to its next turn, once its job is on the queue.
    ///
    /// # Errors
    /// The store failed.
    pub async fn put_off_audience(&self, due: &DueAudience) -> Result<(), AccountsError> {
        let StandingAudience { organization_id, tenant_id, feature, .. } = &due.standing;
        let update = self
            .table
            .update(audience_key(organization_id, tenant_id, *feature))
            .set(DUE_AT, turn_after(&due.standing, due.standing.status, self.now()))?
            .when(Condition::equals(DUE_AT, due.due_at));
        self.aws.write_if(update).await?;
        Ok(())
    }
}

/// The next turn of an audience that stands so, in seconds since 1970.
pub(super) fn turn_after(standing: &StandingAudience, status: AudienceStatus, now: Timestamp) -> i64 {
    let period = if status == AudienceStatus::Stopped { STOPPED_PERIOD } else { PERIOD };
    let mut hasher = DefaultHasher::new();
    (&standing.organization_id, &standing.tenant_id, standing.feature).hash(&mut hasher);
    let seconds = u64::try_from(period.as_secs()).expect("the period is positive");
    let own = i64::try_from(hasher.finish() % seconds).expect("less than the period");
    next_turn(now.as_second(), own, period)
}
