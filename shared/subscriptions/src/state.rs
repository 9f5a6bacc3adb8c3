//! What we know of one link's subscription, who is at work on it, and what others noticed meanwhile.

use accounts::Link;
use aws::{AwsError, Condition, Holder, Key, Lease, Stored, Write};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use types::{Feature, OrganizationId, TenantId, UserId};
use uuid::Uuid;

use crate::{SubscribeJob, Subscriptions, owner::OwnerItem};

/// A state that nobody wrote for so long is nobody's: a link that stands is looked after every hour.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 30);

/// Which link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) organization_id: OrganizationId,
    pub(crate) user_id: UserId,
    pub(crate) feature: Feature,
}

impl Place {
    pub(crate) fn of(job: &SubscribeJob) -> Self {
        let SubscribeJob { organization_id, user_id, feature, .. } = job.clone();
        Self { organization_id, user_id, feature }
    }

    fn key(&self) -> Key {
        let Self { organization_id, user_id, feature } = self;
        Key::new(format!("LINK#{organization_id}#{user_id}#{}", feature.as_str()), "STATE")
    }
}

/// The STATE row of a link.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct State {
    /// What was begun; written before Graph is asked for anything.
    pub(crate) intent: Option<Intent>,
    /// What came of it, once Graph has told.
    pub(crate) live: Option<Live>,
    /// Microsoft's last refusal, if it still counts.
    pub(crate) refused: Option<Refused>,
    /// Failures in passing since the last turn without one.
    pub(crate) failures: u32,
    /// Somebody has reason to think that the subscription is gone or ends.
    pub(crate) doubt: Option<Uuid>,
    /// Mail may have come unannounced, and nobody has been told yet to read it.
    pub(crate) catch_up: Option<Uuid>,
    #[serde(flatten)]
    pub(crate) holder: Holder,
}

/// A subscription that Graph was or is about to be asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Intent {
    /// For which linking of the user; linking anew begins anew.
    pub(crate) linked_at: Timestamp,
    pub(crate) tenant_id: TenantId,
    /// In the notification URL: by it the subscription is found when Graph's reply is lost.
    pub(crate) key: String,
    /// It was asked for more than once, so that a second subscription may turn up late.
    pub(crate) is_uncertain: bool,
}

/// A subscription at Graph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Live {
    pub(crate) id: String,
    pub(crate) expires_at: Timestamp,
    pub(crate) renew_at: Timestamp,
    /// When Graph last said that it is there.
    pub(crate) looked_at: Timestamp,
    /// The link says so too.
    pub(crate) is_noted: bool,
}

/// That Microsoft refused for good (requirement R10).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Refused {
    pub(crate) linked_at: Timestamp,
    /// The address that was looked for; with another one it is another question.
    pub(crate) email: String,
    /// Until when Microsoft is not asked again.
    pub(crate) until: Timestamp,
}

impl State {
    /// What was begun, if it was for this linking of the user.
    pub(crate) fn intent_of(&self, link: &Link) -> Option<&Intent> {
        self.intent
            .as_ref()
            .filter(|intent| intent.linked_at == link.linked_at && intent.tenant_id == link.tenant_id)
    }
}

impl Subscriptions {
    pub(crate) async fn state(&self, place: &Place) -> Result<Option<State>, AwsError> {
        let stored: Option<Stored<State>> = self.table.get(place.key()).await?;
        Ok(stored.map(|stored| stored.record))
    }

    /// Writes down that the subscription is in doubt and, if mail may have come unannounced, that it has to be
    /// read. Needs no lease: whoever holds it looks once more before it is done.
    pub(crate) async fn doubt(&self, place: &Place, catch_up: bool) -> Result<(), AwsError> {
        let mut update = self.table.update(place.key()).set("doubt", Uuid::new_v4())?;
        if catch_up {
            update = update.set("catch_up", Uuid::new_v4())?;
        }
        self.aws.write_if(update.when(Condition::existing_item())).await.map(drop)
    }

    /// The doubt that a turn began with is settled; a newer one stays.
    pub(crate) async fn settle_doubt(&self, place: &Place, doubt: Uuid) -> Result<(), AwsError> {
        let update = self.table.update(place.key()).remove("doubt");
        self.aws.write_if(update.when(Condition::equals("doubt", doubt))).await.map(drop)
    }

    /// The catch-up is on its way; a newer one stays.
    pub(crate) async fn settle_catch_up(&self, place: &Place, catch_up: Uuid) -> Result<(), AwsError> {
        let update = self.table.update(place.key()).remove("catch_up");
        self.aws.write_if(update.when(Condition::equals("catch_up", catch_up))).await.map(drop)
    }

    /// Takes the lease of a link that nobody holds.
    pub(crate) async fn take_lease(&self, place: &Place, lease: &Lease<'_>) -> Result<(), AwsError> {
        let take = lease.put_on(self.table.update(place.key()))?;
        let take = take.set("expires_at", (self.now() + KEPT).as_second())?.when(lease.free());
        self.aws.write_if(take).await.map(drop)
    }

    /// Writes the intent before Graph is asked. What comes unannounced until the answer has to be caught up.
    ///
    /// # Errors
    /// `ConditionFailed` when the lease is another's by now.
    pub(crate) async fn write_intent(&self, place: &Place, state: &State) -> Result<(), AwsError> {
        let update = self
            .table
            .update(place.key())
            .set("intent", &state.intent)?
            .set("catch_up", Uuid::new_v4())?
            .remove("live");
        self.aws.write(holding(update, state)).await
    }

    /// Writes what Graph told of the subscription, and for the webhook whose it is.
    ///
    /// # Errors
    /// `ConditionFailed` when the lease is another's by now.
    pub(crate) async fn write_live(
        &self,
        place: &Place,
        state: &State,
        owner: OwnerItem,
    ) -> Result<(), AwsError> {
        let key = crate::owner::owner_key(&owner.owner.subscription_id);
        let owner = self.table.put(&Stored::at(key, owner))?;
        let update = self.table.update(place.key()).set("intent", &state.intent)?.set("live", &state.live)?;
        self.aws.transact(vec![owner, holding(update, state)]).await
    }

    /// Forgets a subscription that is no longer at Graph, and whose it was.
    ///
    /// # Errors
    /// `ConditionFailed` when the lease is another's by now.
    pub(crate) async fn forget(&self, place: &Place, state: &State) -> Result<(), AwsError> {
        let update = self.table.update(place.key()).remove("intent").remove("live");
        let mut writes = vec![holding(update, state)];
        if let Some(live) = &state.live {
            writes.push(self.table.delete(crate::owner::owner_key(&live.id)));
        }
        self.aws.transact(writes).await
    }

    /// Writes how the turn ended and gives the lease back, unless it ran out and was taken.
    pub(crate) async fn end_turn(&self, place: &Place, state: &State) -> Result<(), AwsError> {
        let end = self
            .table
            .update(place.key())
            .set("live", &state.live)?
            .set("refused", &state.refused)?
            .set("failures", state.failures)?;
        self.aws.write_if(holding(Holder::leaves(end), state)).await.map(drop)
    }

    /// Removes the row with its lease, unless the lease ran out and was taken.
    pub(crate) async fn remove_state(&self, place: &Place, state: &State) -> Result<(), AwsError> {
        let delete = self.table.delete(place.key());
        self.aws.write_if(holding(delete, state)).await.map(drop)
    }
}

/// Only while the lease is ours.
fn holding(write: Write, state: &State) -> Write {
    write.when(state.holder.unchanged())
}
