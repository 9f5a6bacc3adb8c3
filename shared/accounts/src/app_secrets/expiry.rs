//! How long the application's credentials last (requirement R08).

use std::sync::Arc;

use aws::Aws;
use graph::entra::Credential;
use jiff::{SignedDuration, Timestamp};
use types::Clock;

use super::AppSecrets;
use crate::AccountsError;

/// What counts for a credential that has no end, in days: far from every alarm.
const FOR_EVER: i64 = 3650;

const DAY: SignedDuration = SignedDuration::from_hours(24);

impl AppSecrets {
    /// Whole days until the last of the application's credentials ends: negative when it has, 3650 at most.
    /// `None` when there is none whose end is known.
    ///
    /// # Errors
    /// The certificate cannot be used.
    pub fn credential_days_left(
        &self,
        aws: &Aws,
        clock: &Arc<dyn Clock>,
    ) -> Result<Option<i64>, AccountsError> {
        Ok(days_left(&self.list(aws, clock)?, clock.now()))
    }
}

/// The last one counts: while it is good, the others may end.
fn days_left(list: &[Credential], now: Timestamp) -> Option<i64> {
    let last = list.iter().filter_map(Credential::ends_at).max()?;
    let days = last.duration_since(now).as_secs().div_euclid(DAY.as_secs());
    Some(days.min(FOR_EVER))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r08_the_last_credential_counts_and_one_of_unknown_end_does_not() {
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let secret = |end: Option<&str>| Credential::Secret {
            value: "x".into(),
            expires_at: end.map(|end| end.parse().unwrap()),
        };
        let (soon, later, over) =
            (Some("2026-01-04T00:00:01Z"), Some("2026-01-31T00:00:00Z"), Some("2025-12-31T23:59:59Z"));
        let cases = [
            (vec![], None),
            (vec![secret(None)], None),
            (vec![secret(soon)], Some(3)),
            (vec![secret(soon), secret(None), secret(later)], Some(30)),
            (vec![secret(over)], Some(-1)),
            (vec![secret(soon), Credential::Federated(Arc::new(|| unreachable!("not asked")))], Some(3650)),
        ];
        for (list, expected) in cases {
            assert_eq!(days_left(&list, now), expected, "{list:?}");
        }
    }
}
