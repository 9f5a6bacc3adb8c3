//! A contact point as it is kept.

use std::collections::HashSet;

use aws::{AwsError, Condition, Key};
use futures::{StreamExt, stream};
use graph::mail::Message;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use types::{OrganizationId, UserId};

use super::{ContactPoints, WRITES_AT_ONCE, digest, person_id, second};
use crate::mail::{Direction, Seen};

/// One interaction of a user with a person outside, found in one mail. Of the mail it keeps which one it was
/// and when, nothing that somebody wrote: subjects are private (warning C08 speaks of extracted data only).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactPoint {
    /// The same for the same mail, user and person, however often the mail is read.
    pub id: String,
    /// Whose mailbox.
    pub user_id: UserId,
    /// Which way the mail went.
    pub direction: Direction,
    /// When it arrived or was sent, to the second.
    pub at: Timestamp,
    /// The person.
    pub person_id: String,
    /// The person's address on this mail, in one form.
    pub address: String,
    /// The person's name on this mail.
    pub name: Option<String>,
    /// The company's registrable domain in ASCII; none of free mail.
    pub company: Option<String>,
    /// The mail's `Message-ID`.
    pub internet_message_id: Option<String>,
    /// The mail in the mailbox, by Graph's immutable id.
    pub message_id: String,
}

/// A contact point with its keys.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PointItem {
    pk: String,
    sk: String,
    organization: String,
    occurred: String,
    user_key: String,
    person_key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    company_key: Option<String>,
    #[serde(flatten)]
    pub(crate) point: ContactPoint,
}

impl PointItem {
    /// The contact point of one person on one mail.
    pub(crate) fn of(
        organization: &OrganizationId,
        user: &UserId,
        message: &Message,
        (direction, at): (Direction, Timestamp),
        seen: &Seen,
    ) -> Self {
        // A copy of the mail has another id in the mailbox but the same Message-ID (requirement R19).
        let own_id = message.internet_message_id.as_deref().map(str::trim).filter(|id| !id.is_empty());
        let mail = own_id.map_or([message.id.as_str(), "in mailbox"], |id| [id, "on the Internet"]);
        let address = seen.address.as_str();
        let id = digest(&[organization.as_str(), user.as_str(), mail[0], mail[1], address]);
        let at = Timestamp::from_second(at.as_second()).expect("was a timestamp before");
        let Key { pk, sk } = point_key(organization, user, &id);
        let person = person_id(organization, &seen.address);
        Self {
            pk,
            sk,
            organization: organization.to_string(),
            occurred: occurred(at, &id),
            user_key: format!("{organization}#{user}"),
            person_key: format!("{organization}#{person}"),
            company_key: seen.company.as_ref().map(|company| format!("{organization}#{company}")),
            point: ContactPoint {
                id,
                user_id: user.clone(),
                direction,
                at,
                person_id: person,
                address: address.to_owned(),
                name: seen.name.clone(),
                company: seen.company.clone(),
                internet_message_id: own_id.map(str::to_owned),
                message_id: message.id.as_str().to_owned(),
            },
        }
    }

    fn key(&self) -> Key {
        Key::new(&self.pk, &self.sk)
    }
}

impl ContactPoints {
    /// Puts the contact points that are not there yet. The same again changes nothing: what was found first
    /// stays. Returns how many were new.
    pub(crate) async fn put_points(&self, points: Vec<PointItem>) -> Result<u32, AwsError> {
        let mut seen = HashSet::new();
        let points: Vec<PointItem> = points.into_iter().filter(|item| seen.insert(item.sk.clone())).collect();
        let there: Vec<PointItem> = self.table.get_many(points.iter().map(PointItem::key).collect()).await?;
        let there: HashSet<String> = there.into_iter().map(|item| item.sk).collect();
        let new = points.iter().filter(|item| !there.contains(&item.sk));
        let puts: Vec<_> = new
            .map(|item| Ok(self.table.put(item)?.when(Condition::new_item())))
            .collect::<Result<_, AwsError>>()?;
        let mut results = stream::iter(puts).map(|put| self.aws.write(put)).buffer_unordered(WRITES_AT_ONCE);
        let mut count = 0;
        while let Some(result) = results.next().await {
            match result {
                Ok(()) => count += 1,
                Err(error) if error.is_condition_failed() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(count)
    }
}

/// The partition of one mailbox.
pub(crate) fn partition(organization: &OrganizationId, user: &UserId) -> String {
    format!("POINTS#{organization}#{user}")
}

pub(super) fn point_key(organization: &OrganizationId, user: &UserId, id: &str) -> Key {
    Key::new(partition(organization, user), format!("POINT#{id}"))
}

pub(super) fn occurred(at: Timestamp, id: &str) -> String {
    format!("{}#{id}", second(at))
}
