//! What users connected themselves: their tokens, and what these open.

use graph::{GraphError, Mailbox};
use types::Feature;

use super::{
    Check, Examination, Finding,
    examination::{code_of, refused},
};
use crate::{AccountsError, Link};

impl Examination {
    /// Whether the link's token opens what it is for.
    pub(super) async fn through_link(&self, link: &Link) -> Result<(), AccountsError> {
        let mailbox = self.own_mailbox(link).await?;
        match link.feature {
            Feature::Calendar => mailbox.calendar().await.map(drop)?,
            _ => mailbox.probe_contacts().await?,
        }
        Ok(())
    }

    async fn own_mailbox(&self, link: &Link) -> Result<Mailbox, AccountsError> {
        Ok(self.graph().mailbox(self.doctor.tokens.access_token(link).await?))
    }

    pub(super) async fn link_lives(&self, check: Check, feature: Feature) -> Result<Finding, AccountsError> {
        if self.user.is_none() {
            return Ok(Finding::skipped(check, "no_user"));
        }
        let Some(link) = self.link(feature).await? else { return Ok(Finding::skipped(check, "no_link")) };
        let finding = match self.through_link(&link).await {
            Ok(()) => Finding::passed(check),
            Err(AccountsError::SignInNeeded(cause)) => {
                let code = cause.as_ref().and_then(code_of);
                let (_, reason) = AccountsError::SignInNeeded(cause).link_status();
                Finding::failed(check, &reason).code(code)
            }
            Err(AccountsError::Microsoft(error)) => refused(check, &error),
            Err(error) => return Err(error),
        };
        Ok(link.account.iter().fold(finding, |finding, account| finding.seen("account", &account.name)))
    }

    /// What appointments need of the calendar. The time zone is shown if the tenant lets us see it: pages have
    /// their own, so a refusal there stops nothing (requirement R10).
    pub(super) async fn calendar(&self) -> Result<Finding, AccountsError> {
        let check = Check::Calendar;
        if self.user.is_none() {
            return Ok(Finding::skipped(check, "no_user"));
        }
        let Some(link) = self.link(Feature::Calendar).await? else {
            return Ok(Finding::skipped(check, "no_link"));
        };
        let mailbox = match self.own_mailbox(&link).await {
            Err(AccountsError::SignInNeeded(_)) => return Ok(Finding::skipped(check, "not_reached")),
            mailbox => mailbox?,
        };
        let calendar = mailbox.calendar().await?;
        let finding = match calendar.allows_teams() {
            true => Finding::passed(check),
            false => Finding::warning(check, "teams_missing"),
        };
        let finding = finding.seen("online_meetings", calendar.allowed_online_meeting_providers.join(" "));
        Ok(match mailbox.time_zone().await {
            Ok(zone) => finding.seen("time_zone", zone),
            Err(error) => finding.seen("time_zone", not_shown(&error)),
        })
    }
}

fn not_shown(error: &GraphError) -> String {
    format!("not shown ({})", code_of(error).unwrap_or_else(|| "no reply".to_owned()))
}
