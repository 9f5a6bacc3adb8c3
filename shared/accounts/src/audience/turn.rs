//! One reading at a time: each begins by taking the turn, and everything that it writes holds on to it. So what
//! an older reading of the group, or of an older choice, had found changes nothing any more.

use aws::Write;
use types::UserId;
use uuid::Uuid;

use super::{ATTEMPTS, AudienceItem, AudienceJob, AudienceStatus, Headcount, StandingAudience, due};
use crate::{Accounts, AccountsError, due::DUE_AT, store::audience_key};

/// How a reading ended.
pub(super) enum Outcome {
    /// Everybody is seen to.
    Read(Headcount),
    /// The group cannot be read until somebody acts.
    Stopped(String),
}

impl Accounts {
    /// Takes the turn; none when the audience is gone.
    pub(super) async fn take_audience(
        &self,
        job: &AudienceJob,
    ) -> Result<Option<AudienceItem>, AccountsError> {
        let AudienceJob { organization_id, tenant_id, feature } = job;
        for _ in 0..ATTEMPTS {
            let Some(mut item) = self.audience_item(organization_id, tenant_id, *feature).await? else {
                return Ok(None);
            };
            let as_found = item.unchanged();
            item.turn = Uuid::new_v4();
            item.due_at = due::turn_after(&item.standing, item.standing.status, self.now());
            let update = self
                .table
                .update(audience_key(organization_id, tenant_id, *feature))
                .set("turn", item.turn)?
                .set(DUE_AT, item.due_at)?;
            if self.aws.write_if(update.when(as_found)).await? {
                return Ok(Some(item));
            }
        }
        Err(AccountsError::Contended)
    }

    /// Holds while the turn is this reading's.
    pub(super) fn own_turn(&self, item: &AudienceItem) -> Write {
        self.table.check(item.standing.key()).when(item.unchanged())
    }

    /// Notes how a reading ended, if it still is its turn.
    pub(super) async fn note_audience(
        &self,
        item: &AudienceItem,
        outcome: &Outcome,
    ) -> Result<(), AccountsError> {
        let update = self.table.update(item.standing.key());
        let (status, update) = match outcome {
            Outcome::Read(headcount) => {
                let update = update.set("read_at", self.now())?.set("headcount", headcount)?;
                (AudienceStatus::Current, update.set("reason", None::<&str>)?)
            }
            Outcome::Stopped(reason) => (AudienceStatus::Stopped, update.set("reason", reason)?),
        };
        let due_at = due::turn_after(&item.standing, status, self.now());
        let update = update.set("status", status)?.set(DUE_AT, due_at)?;
        self.aws.write_if(update.when(item.unchanged())).await?;
        Ok(())
    }

    /// An audience that was removed goes, once nothing of it is left.
    pub(super) async fn forget_audience(&self, item: &AudienceItem) -> Result<(), AccountsError> {
        let delete = self.table.delete(item.standing.key()).when(item.unchanged());
        self.aws.write_if(delete).await?;
        Ok(())
    }
}

impl StandingAudience {
    pub(super) fn key(&self) -> aws::Key {
        audience_key(&self.organization_id, &self.tenant_id, self.feature)
    }

    pub(super) fn row_key(&self, user: &UserId) -> aws::Key {
        aws::Key::new(self.rows(), user.as_str())
    }

    /// The partition of those whom the audience took in.
    pub(super) fn rows(&self) -> String {
        let Self { organization_id, tenant_id, feature, .. } = self;
        format!("AUDIENCE#{organization_id}#{tenant_id}#{}", feature.as_str())
    }
}
