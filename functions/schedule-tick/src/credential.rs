//! Every hour: how many days the application's credentials last, for the alarms before they end (requirement
//! R08).

use std::sync::{Arc, Mutex};

use accounts::{AccountsError, AppSecrets, SecretSettings};
use aws::Aws;
use trigger::Metric;
use types::Clock;

/// The alarms' metric in `infra/template.yaml`.
const METRIC: &str = "CredentialDaysLeft";
const SECONDS_OF_AN_HOUR: i64 = 3600;

/// Whoever keeps an eye on the credentials. A new process tells at once.
pub struct CredentialWatch {
    aws: Aws,
    secret: SecretSettings,
    clock: Arc<dyn Clock>,
    told_in: Mutex<Option<i64>>,
}

impl CredentialWatch {
    /// An eye on the credentials in this secret.
    #[must_use]
    pub fn new(aws: Aws, secret: SecretSettings, clock: Arc<dyn Clock>) -> Self {
        Self { aws, secret, clock, told_in: Mutex::default() }
    }

    /// Tells CloudWatch, once in every hour of the clock.
    ///
    /// # Errors
    /// The secret cannot be read; the next call tries again.
    pub async fn tell(&self) -> Result<(), AccountsError> {
        if let Some(figure) = self.look().await? {
            figure.write(&*self.clock);
        }
        Ok(())
    }

    /// The figure for CloudWatch, once in every hour of the clock.
    ///
    /// # Errors
    /// The secret cannot be read; the next call tries again.
    pub async fn look(&self) -> Result<Option<Metric<'_>>, AccountsError> {
        let hour = self.clock.now().as_second().div_euclid(SECONDS_OF_AN_HOUR);
        if *self.told_in.lock().expect("no holder panics") == Some(hour) {
            return Ok(None);
        }
        let secrets = AppSecrets::load(&self.aws, &self.secret).await?;
        let days = secrets.credential_days_left(&self.aws, &self.clock)?;
        *self.told_in.lock().expect("no holder panics") = Some(hour);
        let Some(value) = days else {
            tracing::warn!(
                "nobody will be warned: the secret does not say when the application's credential ends"
            );
            return Ok(None);
        };
        Ok(Some(Metric { name: METRIC, of: ("Secret", &self.secret.name), value }))
    }
}
