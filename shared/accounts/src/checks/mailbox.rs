//! The user's account, its mailbox, and whether we may read it; and that others stay closed.

use graph::{DirectoryAccount, GraphError, entra::AppToken};
use types::Feature;

use super::{
    Check, Examination, Finding,
    examination::{code_of, only, refused},
};
use crate::{AccountsError, Grant, LinkStatus, link_failure};

/// The application permission by which mail is read.
const MAIL: &str = "Mail.Read";

impl Examination {
    pub(super) async fn account(&self) -> Finding {
        let check = Check::Account;
        let accounts = match self.found().await {
            Err(unasked) => return Finding::skipped(check, unasked),
            Ok(Err(error)) => return refused(check, error),
            Ok(Ok(accounts)) => accounts,
        };
        let address = self.user.as_ref().map_or("", |user| &user.email);
        let Some(account) = only(accounts) else {
            let finding = Finding::failed(check, "account_not_found");
            return finding.seen("address", address).seen("accounts", accounts.len().to_string());
        };
        let finding = match account.account_enabled {
            Some(false) => Finding::failed(check, "account_disabled"),
            _ => Finding::passed(check),
        };
        finding.seen("address", address).seen("account", &account.user_principal_name)
    }

    /// Whether there is a mailbox that Graph reaches; through mail's permission, else through a link of the
    /// user's own.
    pub(super) async fn mailbox(&self) -> Result<Finding, AccountsError> {
        let check = Check::Mailbox;
        if self.user.is_none() {
            return Ok(Finding::skipped(check, "no_user"));
        }
        let (unasked, answer) = match self.mail().await {
            Ok(answer) => ("not_reached", answer.clone()),
            Err(unasked) => match self.link(Feature::Contacts).await?.or(self.link(Feature::Calendar).await?)
            {
                None => return Ok(Finding::skipped(check, unasked)),
                Some(link) => match self.through_link(&link).await {
                    Err(AccountsError::Microsoft(error)) => (unasked, Err(error)),
                    Err(AccountsError::SignInNeeded(_)) => return Ok(Finding::skipped(check, "not_reached")),
                    other => (unasked, Ok(other?)),
                },
            },
        };
        Ok(match answer {
            Ok(()) => Finding::passed(check),
            Err(error) if is_no_mailbox(&error) => self.without_mailbox(&error).await,
            // Whoever may not enter does not learn what is behind the door.
            Err(error) if matches!(error.status(), Some(401 | 403)) => Finding::skipped(check, unasked),
            Err(error) => refused(check, &error),
        })
    }

    /// Graph has one code for all of them; the directory knows more.
    async fn without_mailbox(&self, error: &GraphError) -> Finding {
        let check = Check::Mailbox;
        let Ok(Ok(accounts)) = self.found().await else { return refused(check, error) };
        let Some(account) = only(accounts) else { return refused(check, error) };
        let yes = |is: bool| if is { "yes" } else { "no" };
        let (licence, synchronised) =
            (account.has_exchange_licence(), account.on_premises_sync_enabled == Some(true));
        let reason = match (licence, synchronised) {
            (_, true) => "mailbox_on_premises",
            (true, false) => "mailbox_pending",
            (false, false) => "licence_missing",
        };
        Finding::failed(check, reason)
            .code(code_of(error))
            .seen("exchange_licence", yes(licence))
            .seen("synchronised", yes(synchronised))
    }

    pub(super) async fn mail_access(&self) -> Result<Finding, AccountsError> {
        let check = Check::MailAccess;
        let answer = match self.mail().await {
            Err(unasked) => return Ok(Finding::skipped(check, unasked)),
            Ok(answer) => answer,
        };
        let Ok((token, grant)) = self.mail_token().await else {
            return Ok(Finding::skipped(check, "not_reached"));
        };
        let finding = match answer {
            Ok(()) => Finding::passed(check),
            Err(error) if is_denied(error) => self.denied(check, token, grant, error).await?,
            // There is nothing to enter.
            Err(error) if is_no_mailbox(error) => Finding::skipped(check, "not_reached"),
            Err(error) => refused(check, error),
        };
        let finding = finding.seen("permissions", token.roles.join(" "));
        Ok(Finding { commands: self.scope_commands(token).await?, ..finding })
    }

    /// Graph says only that it refuses. With the permission in the token it is a rule in Exchange Online; and
    /// either may be a change that has not arrived (requirement R44).
    async fn denied(
        &self,
        check: Check,
        token: &AppToken,
        grant: &Grant,
        error: &GraphError,
    ) -> Result<Finding, AccountsError> {
        let link = self.link(Feature::Mail).await?;
        let finding = if self.may_be_settling(grant, link.as_ref()) {
            Finding::warning(check, "access_policy_pending")
        } else if token.has(&[MAIL]) {
            Finding::failed(check, "access_policy")
        } else {
            Finding::failed(check, "consent_missing")
        };
        Ok(finding.code(code_of(error)))
    }

    /// The evidence that a scope holds: somebody outside of it is refused (M07).
    pub(super) async fn outside_access(&self) -> Result<Finding, AccountsError> {
        let check = Check::OutsideAccess;
        let Some(outside) = &self.outside else { return Ok(Finding::skipped(check, "no_outside_user")) };
        let (token, grant) = match self.mail_token().await {
            Err(unasked) => return Ok(Finding::skipped(check, unasked)),
            Ok(granted) => granted,
        };
        let accounts = self.directory(token).accounts_of(&outside.email).await?;
        let Some(account) = only(&accounts) else {
            return Ok(Finding::failed(check, "account_not_found").seen("address", &outside.email));
        };
        let finding = match self.probe(token, account).await {
            Err(error) if is_denied(&error) => Finding::passed(check).code(code_of(&error)),
            // Nobody could read it, so it shows nothing.
            Err(error) if is_no_mailbox(&error) => {
                Finding::skipped(check, "not_reached").code(code_of(&error))
            }
            Err(error) => refused(check, &error),
            Ok(()) if self.may_be_settling(grant, None) => Finding::warning(check, "access_policy_pending"),
            Ok(()) => Finding::failed(check, "scope_too_wide"),
        };
        let answer = finding.code.clone().unwrap_or_else(|| "200".to_owned());
        let finding = finding.seen("mailbox", describe(account)).seen("answer", answer);
        Ok(Finding { commands: self.scope_commands(token).await?, ..finding })
    }
}

fn describe(account: &DirectoryAccount) -> &str {
    &account.user_principal_name
}

fn is_no_mailbox(error: &GraphError) -> bool {
    link_failure(error).0 == LinkStatus::AuthenticationFailed
}

fn is_denied(error: &GraphError) -> bool {
    error.status() == Some(403) && !is_no_mailbox(error)
}
