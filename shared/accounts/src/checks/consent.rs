//! The consent of each feature: what was recorded when it was proved, against what Microsoft shows now.

use types::Feature;

use super::{Check, Examination, Finding, examination::code_of};
use crate::{AccountsError, Grant};

/// The permission by which members are found in the directory; there is no way around it.
const DIRECTORY: &str = "User.Read.All";

/// AADSTS numbers that say so at a refresh.
const NO_CONSENT: [Option<u32>; 3] = [Some(65_001), Some(90_094), Some(90_095)];

impl Examination {
    pub(super) async fn consent(&self, check: Check, feature: Feature) -> Result<Finding, AccountsError> {
        if !self.doctor.accounts.settings(&self.organization).await?.features.contains(&feature) {
            return Ok(Finding::skipped(check, "not_in_plan"));
        }
        let Some(grant) = self.tenant.grant(feature) else { return Ok(self.not_granted(check, feature)) };
        let finding = if feature.is_linked_by_admin() {
            self.application_consent(check, feature, grant).await
        } else {
            self.delegated_consent(check, feature).await?
        };
        Ok(finding.seen("granted_at", grant.granted_at.to_string()).seen("granted_by", &grant.granted_by))
    }

    /// Nobody needs every feature. Who has none has not begun, or lost them all.
    fn not_granted(&self, check: Check, feature: Feature) -> Finding {
        let was_granted = self.tenant.grants.contains_key(&feature);
        let reason = if was_granted { "grant_revoked" } else { "grant_missing" };
        let has_any = Feature::ALL.into_iter().any(|feature| self.tenant.grant(feature).is_some());
        if has_any { Finding::skipped(check, reason) } else { Finding::failed(check, reason) }
    }

    /// The token carries what the tenant grants. A tenant that limits us to chosen mailboxes in Exchange Online
    /// takes the permission itself back, so there only an open mailbox tells (M07).
    async fn application_consent(&self, check: Check, feature: Feature, grant: &Grant) -> Finding {
        let token = match self.token().await {
            Err(unasked) => return Finding::skipped(check, unasked),
            Ok(Err(_)) => return Finding::skipped(check, "not_reached"),
            Ok(Ok(token)) => token,
        };
        let missing: Vec<&str> =
            feature.application_roles().iter().copied().filter(|role| !token.has(&[role])).collect();
        let finding = if missing.is_empty() {
            Finding::passed(check)
        } else if !missing.contains(&DIRECTORY) && matches!(self.mail().await, Ok(Ok(()))) {
            Finding::passed(check).seen("limited_to", "chosen mailboxes, in Exchange Online")
        } else if self.may_be_settling(grant, None) {
            Finding::warning(check, "consent_not_visible")
        } else {
            Finding::failed(check, "consent_missing")
        };
        finding.seen("permissions", token.roles.join(" ")).seen("missing", missing.join(" "))
    }

    /// Only a user's own token shows what a tenant granted for its users, so that is what is asked; without one
    /// it is not known.
    async fn delegated_consent(&self, check: Check, feature: Feature) -> Result<Finding, AccountsError> {
        let Some(link) = self.link(feature).await? else {
            return Ok(Finding::skipped(check, "not_visible"));
        };
        Ok(match self.through_link(&link).await {
            Ok(()) => Finding::passed(check),
            Err(AccountsError::Microsoft(error)) if error.status() == Some(403) => {
                Finding::failed(check, "consent_missing").code(code_of(&error))
            }
            Err(AccountsError::SignInNeeded(Some(error))) if NO_CONSENT.contains(&error.aadsts()) => {
                Finding::failed(check, "consent_missing").code(code_of(&error))
            }
            // The check of the link tells.
            Err(_) => Finding::skipped(check, "not_visible"),
        })
    }
}
