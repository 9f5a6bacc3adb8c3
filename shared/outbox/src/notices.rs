//! Notices to people: that a link does not work any more, that a feature was switched on or ended, that a
//! webhook was given up (requirement R07, feature C05).
//!
//! A link is told of at most once a day, to the user and to the administrators. Whoever was told less than a day
//! ago is told again when the day is over, if it still does not work then. What has its cause in the whole
//! tenant, such as a permission that was taken away, is told to each user, but once a day to the administrators.
//! What the operator alone can mend, the application's own credential, is told to nobody there. Of a link that works again there is no mail: the pages and the webhooks say so.

use accounts::{Accounts, AccountsError, GrantNews, InviteNews, LinkNews, LinkStatus, Role, User};
use aws::{AwsError, Condition, Key, Query, Stored, Write};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use types::{Feature, OrganizationId, UserId};
use uuid::Uuid;

use crate::{
    DisabledReason, Mail, Mailbox, Outbox, OutboxError, RemindJob, Webhook,
    store::{DUE_AT, DUE_SHARD, KEPT, MOST_DUE},
    words::{Head, Letter, Words},
};

/// Nobody is told of the same link more often.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// So many administrators are written to at most.
const MOST_ADMINS: usize = 20;

/// How many users are read at a time to find the administrators.
const USERS_PAGE: u32 = 1_000;

/// Reminders are few: one partition of the index takes them.
const REMINDERS: &str = "reminder";

/// Writes notices.
#[derive(Clone)]
pub struct Notices {
    outbox: Outbox,
    accounts: Accounts,
    words: Words,
}

/// When people were told last of a link, or of a cause.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Notice {
    told_at: Option<Timestamp>,
    /// Whose link it is; none of a cause.
    #[serde(flatten)]
    link: Option<RemindJob>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    due_shard: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    due_at: Option<i64>,
    expires_at: i64,
}

/// A link that is to be looked at again.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Reminder {
    #[serde(flatten)]
    job: RemindJob,
    due_at: i64,
}

impl From<&Reminder> for RemindJob {
    fn from(reminder: &Reminder) -> Self {
        reminder.job.clone()
    }
}

impl Notices {
    /// Notices in these words.
    #[must_use]
    pub fn new(outbox: Outbox, accounts: Accounts, words: Words) -> Self {
        Self { outbox, accounts, words }
    }

    /// What to write when a link has another status: mails now, or a reminder to look again, or nothing.
    pub(crate) async fn link(
        &self,
        organization: &OrganizationId,
        news: &LinkNews,
    ) -> Result<Vec<Write>, OutboxError> {
        if !self.needs_a_person(organization, news).await? {
            return Ok(Vec::new());
        }
        let key = link_key(organization, &news.user_id, news.feature);
        let known = self.known(&key).await?;
        let now = self.outbox.now();
        match known.as_ref().and_then(|notice| notice.told_at).filter(|told| *told + DAY > now) {
            Some(told_at) => Ok(vec![self.remember(organization, news, known.as_ref(), told_at, true)?]),
            None => self.tell(organization, news, known.as_ref()).await,
        }
    }

    /// What to write when a day has passed since people were told of a link that broke again meanwhile.
    pub(crate) async fn remind(&self, job: &RemindJob) -> Result<Vec<Write>, OutboxError> {
        let RemindJob { organization_id, user_id, feature } = job;
        let key = link_key(organization_id, user_id, *feature);
        let known = self.known(&key).await?;
        let Some(notice) = known.filter(|notice| notice.due_at.is_some()) else { return Ok(Vec::new()) };
        let told_at = notice.told_at.unwrap_or(Timestamp::MIN);
        if told_at + DAY > self.outbox.now() {
            return Ok(Vec::new());
        }
        let link = self.accounts.link(organization_id, user_id, *feature).await?;
        if let Some(news) = link.as_ref().map(LinkNews::of)
            && self.needs_a_person(organization_id, &news).await?
        {
            let writes = self.tell(organization_id, &news, Some(&notice)).await?;
            if !writes.is_empty() {
                return Ok(writes);
            }
        }
        let settled = self.outbox.table.update(key).remove(DUE_SHARD).remove(DUE_AT);
        Ok(vec![settled.when(Condition::equals(DUE_AT, notice.due_at))])
    }

    /// Whether somebody of the organization has to look at the link: it does not work, and not because its grant
    /// has ended, which the administrators read of once, nor because of the operator's own credential.
    async fn needs_a_person(
        &self,
        organization: &OrganizationId,
        news: &LinkNews,
    ) -> Result<bool, OutboxError> {
        if news.reason.as_deref().is_some_and(is_about_operator) {
            return Ok(false);
        }
        let Some(tenant) = news.tenant_id.as_ref().filter(|_| news.status.is_broken()) else {
            return Ok(false);
        };
        match self.accounts.tenant(organization, tenant).await {
            Ok(tenant) => Ok(tenant.grant(news.feature).is_some()),
            Err(AccountsError::NotFound(_)) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    async fn tell(
        &self,
        organization: &OrganizationId,
        news: &LinkNews,
        known: Option<&Notice>,
    ) -> Result<Vec<Write>, OutboxError> {
        let now = self.outbox.now();
        let user = match self.accounts.user(organization, &news.user_id).await {
            Ok(user) => user,
            Err(AccountsError::NotFound(_)) => return Ok(Vec::new()),
            Err(error) => return Err(error.into()),
        };
        let mut writes = vec![self.remember(organization, news, known, now, false)?];
        let head = self.head(organization).await?;
        writes.push(self.mail(&head, &user, &Letter::LinkBrokenToUser { news, user: &user })?);
        // Asked before who the administrators are: with a cause of all, many links break at once.
        let cause = match cause_key(organization, news) {
            Some(key) => {
                let known = self.known(&key).await?;
                if known.as_ref().and_then(|notice| notice.told_at).is_some_and(|told| told + DAY > now) {
                    return Ok(writes);
                }
                let notice = Notice { told_at: Some(now), expires_at: expiry(now), ..Notice::default() };
                let put = self.outbox.table.put(&Stored::at(key, notice))?;
                Some(put.when(as_known(known.as_ref())))
            }
            None => None,
        };
        let admins = self.admins(organization).await?;
        let letter = Letter::LinkBrokenToAdmin { news, user: &user };
        let others = admins.iter().filter(|admin| admin.id != user.id);
        let mails: Vec<Write> =
            others.map(|admin| self.mail(&head, admin, &letter)).collect::<Result<_, _>>()?;
        if !mails.is_empty() {
            writes.extend(cause.into_iter().chain(mails));
        }
        Ok(writes)
    }

    /// What to write when a user may link now (peer row P14): one mail to the user, unless the user is linked
    /// already.
    pub(crate) async fn invite(
        &self,
        organization: &OrganizationId,
        news: &InviteNews,
    ) -> Result<Vec<Write>, OutboxError> {
        let InviteNews { user_id, feature } = news;
        let link = self.accounts.link(organization, user_id, *feature).await?;
        if link.is_some_and(|link| !link.is_stopped()) {
            return Ok(Vec::new());
        }
        let user = match self.accounts.user(organization, user_id).await {
            Ok(user) => user,
            Err(AccountsError::NotFound(_)) => return Ok(Vec::new()),
            Err(error) => return Err(error.into()),
        };
        let head = self.head(organization).await?;
        Ok(vec![self.mail(&head, &user, &Letter::Invitation { feature: *feature })?])
    }

    /// What to write when grants changed: one mail to each administrator.
    pub(crate) async fn grants(
        &self,
        organization: &OrganizationId,
        news: &GrantNews,
    ) -> Result<Vec<Write>, OutboxError> {
        // A tenant that is gone has a mail of its own.
        if !news.is_removed && news.granted.is_empty() {
            match self.accounts.tenant(organization, &news.tenant_id).await {
                Ok(_) => {}
                Err(AccountsError::NotFound(_)) => return Ok(Vec::new()),
                Err(error) => return Err(error.into()),
            }
        }
        self.to_admins(organization, &Letter::Grants(news)).await
    }

    /// What to write when a webhook was disabled.
    pub(crate) async fn webhook_disabled(
        &self,
        webhook: &Webhook,
        reason: DisabledReason,
    ) -> Result<Vec<Write>, OutboxError> {
        self.to_admins(&webhook.organization_id, &Letter::WebhookDisabled { webhook, reason }).await
    }

    async fn to_admins(
        &self,
        organization: &OrganizationId,
        letter: &Letter<'_>,
    ) -> Result<Vec<Write>, OutboxError> {
        let head = self.head(organization).await?;
        let admins = self.admins(organization).await?;
        admins.iter().map(|admin| self.mail(&head, admin, letter)).collect()
    }

    fn mail(&self, head: &Head, to: &User, letter: &Letter<'_>) -> Result<Write, OutboxError> {
        let written = self.words.write(letter, to, head);
        self.outbox.post(&Mail {
            id: format!("notice-{}", Uuid::new_v4().simple()),
            organization_id: head.organization_id.clone(),
            to: Mailbox { name: to.display_name.clone(), address: to.email.clone() },
            from_name: self.words.product_name().to_owned(),
            reply_to: None,
            subject: written.subject,
            text: written.text,
            html: None,
            calendar: None,
        })
    }

    async fn head(&self, organization: &OrganizationId) -> Result<Head, OutboxError> {
        Ok(Head {
            organization_id: organization.clone(),
            organization_name: self.accounts.organization(organization).await?.name,
            language: self.accounts.settings(organization).await?.language,
        })
    }

    /// Whom to write to of what concerns the organization: looks through its users.
    async fn admins(&self, organization: &OrganizationId) -> Result<Vec<User>, OutboxError> {
        let (mut admins, mut cursor) = (Vec::new(), None);
        loop {
            let (users, next) = self.accounts.users(organization, USERS_PAGE, cursor.as_deref()).await?;
            admins.extend(users.into_iter().filter(|user| user.role == Role::Admin));
            cursor = next.filter(|_| admins.len() < MOST_ADMINS);
            if cursor.is_none() {
                break;
            }
        }
        admins.truncate(MOST_ADMINS);
        Ok(admins)
    }

    async fn known(&self, key: &Key) -> Result<Option<Notice>, AwsError> {
        let stored: Option<Stored<Notice>> = self.outbox.table.get(key.clone()).await?;
        Ok(stored.map(|stored| stored.record))
    }

    /// The write that remembers when people were told, and whether to look again a day later.
    fn remember(
        &self,
        organization: &OrganizationId,
        news: &LinkNews,
        known: Option<&Notice>,
        told_at: Timestamp,
        looks_again: bool,
    ) -> Result<Write, AwsError> {
        let job = RemindJob {
            organization_id: organization.clone(),
            user_id: news.user_id.clone(),
            feature: news.feature,
        };
        let notice = Notice {
            told_at: Some(told_at),
            link: Some(job),
            due_shard: looks_again.then(|| REMINDERS.to_owned()),
            due_at: looks_again.then(|| (told_at + DAY).as_second()),
            expires_at: expiry(told_at),
        };
        let key = link_key(organization, &news.user_id, news.feature);
        Ok(self.outbox.table.put(&Stored::at(key, notice))?.when(as_known(known)))
    }
}

impl Outbox {
    pub(crate) async fn due_reminders(&self) -> Result<Vec<Stored<Reminder>>, AwsError> {
        let query = Query::index("due", DUE_SHARD, REMINDERS).at_most(DUE_AT, self.now().as_second());
        Ok(self.table.query(query.limit(MOST_DUE)).await?.items)
    }

    /// Keeps the next ticks from queueing what was just queued.
    pub(crate) async fn put_off_reminder(
        &self,
        due: &Stored<Reminder>,
        pause: SignedDuration,
    ) -> Result<(), AwsError> {
        let update = self.table.update(Key::new(due.pk.as_str(), due.sk.as_str()));
        let update = update.set(DUE_AT, (self.now() + pause).as_second())?;
        self.aws.write_if(update.when(Condition::equals(DUE_AT, due.record.due_at))).await.map(drop)
    }
}

/// The notice still says what was read.
fn as_known(known: Option<&Notice>) -> Condition {
    known.map_or_else(Condition::new_item, |notice| Condition::equals("told_at", notice.told_at))
}

fn expiry(told_at: Timestamp) -> i64 {
    (told_at + KEPT).as_second()
}

fn link_key(organization: &OrganizationId, user: &UserId, feature: Feature) -> Key {
    Key::new(format!("NOTICES#{organization}"), format!("LINK#{user}#{}", feature.as_str()))
}

/// Whether a link's reason is the application's own credential. The operator has an alarm of that, and the CRM an
/// event; the people of the organization can do nothing.
fn is_about_operator(reason: &str) -> bool {
    let number = reason.strip_prefix("AADSTS").and_then(|number| number.parse().ok());
    number.is_some_and(graph::entra::is_about_credential)
}

/// What many links of a tenant have in common: a permission or the application itself. None when the cause is
/// one user's own.
fn cause_key(organization: &OrganizationId, news: &LinkNews) -> Option<Key> {
    let reason = news.reason.as_deref()?;
    let is_of_all = news.status == LinkStatus::NoPermission
        || (news.status == LinkStatus::Failed && reason.starts_with("AADSTS"));
    let tenant = news.tenant_id.as_ref().filter(|_| is_of_all)?;
    let cause = format!("CAUSE#{tenant}#{}#{reason}", news.feature.as_str());
    Some(Key::new(format!("NOTICES#{organization}"), cause))
}
