//! Whose a subscription is, and what a notification of it proves itself by. This is all that the webhook
//! reads.

use aws::{AwsError, Key, Stored};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;
use types::{Feature, OrganizationId, UserId};

use crate::Subscriptions;

/// A late notification finds its owner for so long after the subscription's end; Graph repeats one for four
/// hours (facts 5.3).
const KEPT_AFTER_END: SignedDuration = SignedDuration::from_hours(24);

/// Graph's ids are of 36 characters; a longer one is nobody's.
const LONGEST_ID: usize = 128;

/// Whose a subscription is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// Graph's id of the subscription.
    pub subscription_id: String,
    /// Whose.
    pub organization_id: OrganizationId,
    /// Who.
    pub user_id: UserId,
    /// What the subscription is for.
    pub feature: Feature,
    /// What the `clientState` of its notifications hashes to.
    client_state: ClientStateDigest,
}

impl Owner {
    pub(crate) fn new(
        subscription_id: String,
        organization_id: OrganizationId,
        user_id: UserId,
        feature: Feature,
        client_state: &str,
    ) -> Self {
        let client_state = ClientStateDigest::of(client_state);
        Self { subscription_id, organization_id, user_id, feature, client_state }
    }

    /// Whether a notification with this `clientState` comes from whom we subscribed with; compared in
    /// constant time (requirement R28).
    #[must_use]
    pub fn is_proved_by(&self, client_state: &str) -> bool {
        let given = ClientStateDigest::of(client_state);
        self.client_state.0.as_bytes().ct_eq(given.0.as_bytes()).into()
    }
}

/// SHA-256 of a `clientState`, in hexadecimal: the table does not hold what proves a notification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct ClientStateDigest(String);

impl ClientStateDigest {
    fn of(client_state: &str) -> Self {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = String::with_capacity(64);
        for byte in Sha256::digest(client_state.as_bytes()) {
            for digit in [byte >> 4, byte & 15] {
                text.push(char::from(DIGITS[usize::from(digit)]));
            }
        }
        Self(text)
    }
}

/// An owner with the time at which the table forgets it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct OwnerItem {
    #[serde(flatten)]
    pub(crate) owner: Owner,
    /// In seconds since 1970.
    expires_at: i64,
}

impl OwnerItem {
    pub(crate) fn new(owner: Owner, subscription_ends_at: Timestamp) -> Self {
        Self { owner, expires_at: (subscription_ends_at + KEPT_AFTER_END).as_second() }
    }
}

impl Subscriptions {
    /// The owners of those among these subscriptions that are ours, in no order. The ids may come from
    /// anybody: what cannot be an id is not looked for.
    ///
    /// # Errors
    /// The store failed.
    pub async fn owners(&self, subscription_ids: &[&str]) -> Result<Vec<Owner>, AwsError> {
        let mut ids: Vec<&str> = subscription_ids.iter().copied().filter(|id| is_plausible(id)).collect();
        ids.sort_unstable();
        ids.dedup();
        let keys = ids.into_iter().map(owner_key).collect();
        let found: Vec<Stored<OwnerItem>> = self.table.get_many(keys).await?;
        Ok(found.into_iter().map(|stored| stored.record.owner).collect())
    }
}

fn is_plausible(id: &str) -> bool {
    !id.is_empty() && id.len() <= LONGEST_ID && id.bytes().all(|byte| byte.is_ascii_graphic())
}

pub(crate) fn owner_key(subscription_id: &str) -> Key {
    Key::new(format!("SUBSCRIPTION#{subscription_id}"), "OWNER")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_client_state_proves_a_notification() {
        let ids = ("o".parse().expect("an id"), "u".parse().expect("an id"));
        let owner = Owner::new("s".to_owned(), ids.0, ids.1, Feature::Mail, "secret");
        assert!(owner.is_proved_by("secret"));
        for forged in ["", "secre", "secret ", "Secret", "secret\0"] {
            assert!(!owner.is_proved_by(forged), "{forged:?}");
        }
        // The known digest of "abc".
        let digest = ClientStateDigest::of("abc").0;
        assert_eq!(digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn what_cannot_be_an_id_is_not_looked_for() {
        for bad in ["", "a b", "名", "a\n", &"x".repeat(LONGEST_ID + 1)] {
            assert!(!is_plausible(bad), "{bad:?}");
        }
        assert!(is_plausible("7f105c7d-2dc5-4530-97cd-4e7ae6534c07"));
    }
}
