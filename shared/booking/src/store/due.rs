//! What is due: appointments on their way somewhere come up by themselves, whatever happened to their job.

use aws::{Condition, Query, Stored};
use serde::{Deserialize, Serialize};
use types::AppointmentId;

use super::BookingStore;
use crate::{BookingError, BookingJob};

/// An appointment that is due.
#[derive(Debug, Clone)]
pub(crate) struct Due {
    pub(crate) job: BookingJob,
    key: aws::Key,
    due_at: i64,
}

/// What of an appointment's item the index is read for.
#[derive(Debug, Serialize, Deserialize)]
struct DueItem {
    organization_id: types::OrganizationId,
    id: AppointmentId,
    due_at: i64,
}

pub(crate) const DUE_SHARD: &str = "due_shard";
pub(crate) const DUE_AT: &str = "due_at";

/// The index is split so that no single partition of it takes all the writes.
const SHARDS: u64 = 4;

/// How long a job has until the tick makes another.
const NEXT_LOOK: jiff::SignedDuration = jiff::SignedDuration::from_secs(120);

impl BookingStore {
    /// The appointments that are due now.
    pub(crate) async fn due(&self) -> Result<Vec<Due>, BookingError> {
        let now = self.now().as_second();
        let mut due = Vec::new();
        for shard in 0..SHARDS {
            let query = Query::index("due", DUE_SHARD, shard_name(shard)).at_most(DUE_AT, now);
            let stored: Vec<Stored<DueItem>> = self.table.query_all(query).await?;
            due.extend(stored.into_iter().map(|Stored { pk, sk, record }| {
                let DueItem { organization_id, id: appointment_id, due_at } = record;
                Due {
                    job: BookingJob { organization_id, appointment_id },
                    key: aws::Key::new(pk, sk),
                    due_at,
                }
            }));
        }
        Ok(due)
    }

    /// Puts an appointment off until its job had time. To be called once the job is on the queue. A tick that
    /// runs at the same time loses quietly.
    pub(crate) async fn put_off(&self, due: &Due) -> Result<(), BookingError> {
        let update = self
            .table
            .update(due.key.clone())
            .set(DUE_AT, (self.now() + NEXT_LOOK).as_second())?
            .when(Condition::equals(DUE_AT, due.due_at));
        self.aws.write_if(update).await?;
        Ok(())
    }
}

/// Ids are random, so their first byte spreads them well enough.
pub(crate) fn shard_of(id: &AppointmentId) -> String {
    let first = id.as_str().bytes().map(u64::from).sum::<u64>();
    shard_name(first % SHARDS)
}

fn shard_name(shard: u64) -> String {
    format!("DUE#{shard}")
}
