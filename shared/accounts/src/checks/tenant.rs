//! The directory, our credential there, and our application in it.

use graph::entra::refuses_credential;

use super::{Check, Examination, FEW_DAYS, Finding, examination::refused};
use crate::AccountsError;

impl Examination {
    pub(super) async fn tenant_exists(&self) -> Result<Finding, AccountsError> {
        let check = Check::Tenant;
        let exists = self.doctor.entra.tenant_exists(&self.tenant.tenant_id).await?;
        Ok(if exists { Finding::passed(check) } else { Finding::failed(check, "tenant_not_found") })
    }

    /// Entra looks at the credential before anything else, so any answer about something else says that it is
    /// good.
    pub(super) async fn credential(&self) -> Finding {
        let check = Check::Credential;
        let answer = match self.token().await {
            Ok(answer) => answer,
            Err(unasked) => return Finding::skipped(check, unasked),
        };
        match answer {
            Err(error) if refuses_credential(error) || error.aadsts().is_none() => refused(check, error),
            _ => match self.doctor.days_left {
                Some(days) if days <= FEW_DAYS => {
                    Finding::warning(check, "credential_expiring").seen("days_left", days.to_string())
                }
                Some(days) => Finding::passed(check).seen("days_left", days.to_string()),
                None => Finding::passed(check),
            },
        }
    }

    pub(super) async fn application(&self) -> Finding {
        let check = Check::Application;
        let client_id = self.doctor.entra.client_id();
        match self.token().await {
            Err(unasked) => Finding::skipped(check, unasked),
            Ok(Ok(token)) => {
                let passed = Finding::passed(check).seen("application_id", client_id);
                token.object_id.iter().fold(passed, |passed, id| passed.seen("object_id", id))
            }
            // What the check before this one is about.
            Ok(Err(error)) if refuses_credential(error) => Finding::skipped(check, "not_reached"),
            Ok(Err(error)) => refused(check, error).seen("application_id", client_id),
        }
    }
}
