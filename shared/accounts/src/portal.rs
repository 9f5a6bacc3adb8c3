//! Portal links: a CRM's backend asks for one and sends its signed-in user there, who is then in the console
//! without signing in again, as payment portals do it. A link works once, for ten minutes.

use aws::{Condition, Key, Stored};
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use types::{OrganizationId, UserId};
use url::Url;

use crate::{Accounts, AccountsError, Actor, Event, NewSession, session::digest_of, state::random_text};

/// How long a link works.
const LIFETIME: SignedDuration = SignedDuration::from_mins(10);

/// How long a used or expired link is remembered, so that its return can be told and audited.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24);

/// Where a portal link leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PortalPage {
    /// The organization's console; only for admins.
    Console,
    /// The user's own links.
    Me,
}

impl PortalPage {
    /// The path of the page.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Self::Console => "/console",
            Self::Me => "/me",
        }
    }
}

/// A page of the product, where people go back to from the console. Whoever may make a portal link names it,
/// nobody else: it stays with the link and the session and never stands in an address of ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ReturnUrl(Url);

/// Why an address is none to go back to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be an https:// address of at most {max} characters, without a user name", max = ReturnUrl::MAX_CHARS)]
pub struct InvalidReturnUrl;

impl ReturnUrl {
    /// The most characters of an address.
    pub const MAX_CHARS: usize = 1_024;

    /// The address as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl TryFrom<String> for ReturnUrl {
    type Error = InvalidReturnUrl;

    fn try_from(text: String) -> Result<Self, InvalidReturnUrl> {
        let url: Url = text.parse().map_err(|_| InvalidReturnUrl)?;
        let is_plain = url.scheme() == "https" && url.username().is_empty() && url.password().is_none();
        let fits =
            url.as_str().len() <= Self::MAX_CHARS && url.host_str().is_some_and(|host| !host.is_empty());
        if is_plain && fits { Ok(Self(url)) } else { Err(InvalidReturnUrl) }
    }
}

impl From<ReturnUrl> for String {
    fn from(url: ReturnUrl) -> Self {
        url.0.into()
    }
}

/// A link into the console. Its key is shown this once and never stored.
#[derive(Debug)]
pub struct PortalLink {
    /// What the address carries.
    pub key: SecretString,
    /// When it stops to work.
    pub expires_at: Timestamp,
}

/// What came of an attempt to enter the console.
#[derive(Debug)]
pub enum Entry {
    /// In, and the path to go to.
    Entered(Box<NewSession>, String),
    /// Not in. Where it is known whose console it was, the audit log has it.
    Refused(EntryRefusal),
}

/// Why somebody may not enter the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EntryRefusal {
    /// The key is none of ours, or of long ago.
    #[error("there is no such portal link")]
    LinkUnknown,
    /// The link was opened before.
    #[error("the portal link was used before")]
    LinkUsed,
    /// The link's ten minutes are over.
    #[error("the portal link is expired")]
    LinkExpired,
    /// The user was removed since the link was made.
    #[error("the user was removed")]
    UserGone,
    /// Nobody in the organization is known by the account that signed in, or more than one is.
    #[error("nobody is known by the account")]
    UnknownAccount,
    /// The account is a guest in the tenant: whoever invited it decides nothing here.
    #[error("the account is a guest of the tenant")]
    GuestAccount,
    /// No admin of the tenant ever consented, so that it is not proved to be the organization's.
    #[error("the tenant was never proved")]
    TenantNotProved,
}

#[derive(Debug, Serialize, Deserialize)]
struct PortalItem {
    organization_id: OrganizationId,
    user_id: UserId,
    page: PortalPage,
    #[serde(default)]
    return_url: Option<ReturnUrl>,
    valid_until: Timestamp,
    // Left out rather than null while unused: the condition is that it is not there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    used_at: Option<Timestamp>,
    /// The table's time to live, in seconds since 1970.
    expires_at: i64,
}

impl Accounts {
    /// Makes a link for a user; `return_url` is where the console's way back leads.
    ///
    /// # Errors
    /// `NotFound` when there is no such user, or the store failed.
    pub async fn make_portal_link(
        &self,
        organization: &OrganizationId,
        user: &UserId,
        page: PortalPage,
        return_url: Option<ReturnUrl>,
    ) -> Result<PortalLink, AccountsError> {
        self.user(organization, user).await?;
        let key = random_text();
        let valid_until = self.now() + LIFETIME;
        let item = PortalItem {
            organization_id: organization.clone(),
            user_id: user.clone(),
            page,
            return_url,
            valid_until,
            used_at: None,
            expires_at: (valid_until + REMEMBERED).as_second(),
        };
        let put = self.table.put(&Stored::at(key_of(&key), &item))?.when(Condition::new_item());
        self.aws.write(put).await?;
        Ok(PortalLink { key: key.into(), expires_at: valid_until })
    }

    /// Begins a session with a link's key, and uses the link up in the same step.
    ///
    /// # Errors
    /// The store failed.
    pub async fn enter(&self, key: &str) -> Result<Entry, AccountsError> {
        let stored: Option<Stored<PortalItem>> = self.table.get(key_of(key)).await?;
        let Some(Stored { record: item, .. }) = stored else {
            return Ok(Entry::Refused(EntryRefusal::LinkUnknown));
        };
        if item.used_at.is_some() {
            return self.refuse_link(&item, EntryRefusal::LinkUsed).await;
        }
        if item.valid_until <= self.now() {
            return self.refuse_link(&item, EntryRefusal::LinkExpired).await;
        }
        let user = match self.user(&item.organization_id, &item.user_id).await {
            Err(AccountsError::NotFound(_)) => return self.refuse_link(&item, EntryRefusal::UserGone).await,
            user => user?,
        };
        let (session, begin) = self.new_session(&item.organization_id, &user, item.return_url.clone())?;
        let used = self.table.update(key_of(key)).set("used_at", self.now())?;
        let by = self.by(Actor::User { id: user.id.clone() });
        let event = Event::ConsoleEntered { user_id: user.id, account: None };
        let writes = vec![
            used.when(Condition::All(vec![Condition::existing_item(), Condition::Absent("used_at")])),
            begin,
            by.audit_entry(&item.organization_id, &event)?,
        ];
        if self.aws.transact_if(writes).await? {
            Ok(Entry::Entered(Box::new(session), item.page.path().to_owned()))
        } else {
            self.refuse_link(&item, EntryRefusal::LinkUsed).await
        }
    }

    async fn refuse_link(&self, item: &PortalItem, refusal: EntryRefusal) -> Result<Entry, AccountsError> {
        let event = Event::ConsoleRefused {
            user_id: Some(item.user_id.clone()),
            tenant_id: None,
            account: None,
            reason: refusal.to_string(),
        };
        // Whose link it was is known, not who has it.
        self.by_a_stranger().record(&item.organization_id, &event).await?;
        Ok(Entry::Refused(refusal))
    }
}

fn key_of(key: &str) -> Key {
    Key::new(format!("PORTAL_LINK#{}", digest_of(key)), "PORTAL_LINK")
}
