//! What was done for an organization, counted hour by hour: so that people see at a look whether it works. The
//! numbers are for looking at, never for deciding. They cost one write for each piece of work that did something,
//! outside of its transaction: work never waits for, or fails with, its number. So each is counted at most once,
//! and not at all when the process dies in between.

use aws::{Key, Query};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use serde::Deserialize;
use types::{Chain, OrganizationId};

use crate::{Accounts, AccountsError};

/// How long an hour is remembered: the days of a chart and one more, for whatever zone it is drawn in.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24 * 16);

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Contacts created in Outlook.
    CardsCreated,
    /// Contacts changed in Outlook.
    CardsUpdated,
    /// Contacts removed from Outlook.
    CardsDeleted,
    /// Cards that Microsoft refused, as of the push that counts.
    CardsRefused,
    /// Contact points found in mail.
    ContactPoints,
}

impl Deed {
    fn attribute(self) -> &'static str {
        match self {
            Self::CardsCreated => "cards_created",
            Self::CardsUpdated => "cards_updated",
            Self::CardsDeleted => "cards_deleted",
            Self::CardsRefused => "cards_refused",
            Self::ContactPoints => "contact_points",
        }
    }
}

/// What was done in an hour.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Activity {
    /// The second (since 1970) at which the hour began.
    hour: i64,
    #[serde(default)]
    cards_created: u64,
    #[serde(default)]
    cards_updated: u64,
    #[serde(default)]
    cards_deleted: u64,
    #[serde(default)]
    cards_refused: u64,
    #[serde(default)]
    contact_points: u64,
}

impl Activity {
    /// When the hour began.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        Timestamp::from_second(self.hour).unwrap_or_default()
    }

    /// How often that was done.
    #[must_use]
    pub fn count(&self, deed: Deed) -> u64 {
        match deed {
            Deed::CardsCreated => self.cards_created,
            Deed::CardsUpdated => self.cards_updated,
            Deed::CardsDeleted => self.cards_deleted,
            Deed::CardsRefused => self.cards_refused,
            Deed::ContactPoints => self.contact_points,
        }
    }
}

impl Accounts {
    /// Counts what was done just now; nothing of it is written when all are 0. A failure is logged and forgotten.
    pub async fn note_deeds(&self, organization: &OrganizationId, deeds: &[(Deed, u64)]) {
        let deeds: Vec<_> = deeds.iter().filter(|(_, count)| *count > 0).collect();
        if deeds.is_empty() {
            return;
        }
        let hour = self.now().as_second().div_euclid(3_600) * 3_600;
        let counts = deeds.into_iter().map(|(deed, count)| (deed.attribute(), *count));
        let key = Key::new(activity_of(organization), name_of(hour));
        let until = hour + REMEMBERED.as_secs();
        let set = [("hour", hour), ("expires_at", until)];
        if let Err(error) = self.table.add(key, counts, set).await {
            tracing::warn!(error = %Chain(&error), %organization, "what was done is not counted");
        }
    }

    /// The hours since then in which anything was done, oldest first: one query, of two weeks at most.
    ///
    /// # Errors
    /// The store failed.
    pub async fn activity(
        &self,
        organization: &OrganizationId,
        since: Timestamp,
    ) -> Result<Vec<Activity>, AccountsError> {
        let query = Query::partition(&activity_of(organization));
        Ok(self.table.query_all(query.between("sk", name_of(since.as_second()), "~")).await?)
    }
}

fn activity_of(organization: &OrganizationId) -> String {
    format!("ACTIVITY#{organization}")
}

/// `2026-11-22T05`, in UTC: the names sort by time.
fn name_of(second: i64) -> String {
    let at = Timestamp::from_second(second).unwrap_or_default().to_zoned(TimeZone::UTC);
    at.strftime("%Y-%m-%dT%H").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::Stage;

    #[tokio::test]
    async fn deeds_of_an_hour_add_up_and_those_of_another_stand_beside() {
        let stage = Stage::new().await;
        let (accounts, organization) = (&stage.accounts, &stage.organization);
        let begin = accounts.now();
        let note = async |deeds: &[(Deed, u64)]| accounts.note_deeds(organization, deeds).await;
        note(&[(Deed::CardsCreated, 3), (Deed::CardsUpdated, 0)]).await;
        note(&[(Deed::CardsCreated, 2), (Deed::ContactPoints, 7)]).await;
        note(&[(Deed::CardsDeleted, 0)]).await;
        stage.advance(60);
        note(&[(Deed::ContactPoints, 1)]).await;
        let other = "another".parse().expect("an id");
        accounts.note_deeds(&other, &[(Deed::CardsCreated, 9)]).await;

        let hours = accounts.activity(organization, begin).await.expect("read");
        let counts: Vec<_> =
            hours.iter().map(|one| (one.count(Deed::CardsCreated), one.count(Deed::ContactPoints))).collect();
        assert_eq!(counts, [(5, 7), (0, 1)]);
        assert!(hours[0].at() <= begin && begin < hours[1].at(), "{hours:?}");
        let later = accounts.activity(organization, accounts.now()).await.expect("read");
        assert_eq!(later.len(), 1, "only what was asked for");
    }
}
