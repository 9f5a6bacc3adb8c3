//! Sessions of the console: who is in front of it. A session is a random id in a cookie; only its digest is
//! kept, so that nobody who reads the table can enter.

use aws::{AwsError, Condition, Key, Stored, Write};
use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use types::{OrganizationId, UserId};

use crate::{Accounts, AccountsError, Actor, Event, ReturnUrl, Role, Signer, User, state::random_text};

/// How long a session lasts at most.
const LIFETIME: SignedDuration = SignedDuration::from_hours(8);

/// How long a session lasts without a request.
const IDLE: SignedDuration = SignedDuration::from_hours(1);

/// A request is noted only so long after the last noted one: reading a page writes nothing. So a session may
/// end this much before its idle hour is over, never later.
const NOTED_EVERY: SignedDuration = SignedDuration::from_mins(5);

/// A person in front of the console, as the store knows them on this very request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Whose console.
    pub organization_id: OrganizationId,
    /// Who, read anew for each request: a removed user has no session.
    pub user: User,
    /// Where the product is that sent the person here.
    pub return_url: Option<ReturnUrl>,
    /// When it ends, whatever happens.
    pub ends_at: Timestamp,
    /// The digest of the id.
    digest: String,
}

/// A session that begins. Its id is shown this once.
#[derive(Debug)]
pub struct NewSession {
    /// What the cookie carries.
    pub id: SecretString,
    /// The session.
    pub session: Session,
}

#[derive(Debug, Serialize, Deserialize)]
struct SessionItem {
    organization_id: OrganizationId,
    user_id: UserId,
    /// As it was at the beginning: another role or another person under the same id ends the session.
    role: Role,
    email: String,
    #[serde(default)]
    return_url: Option<ReturnUrl>,
    ends_at: Timestamp,
    seen_at: Timestamp,
    /// The table's time to live, in seconds since 1970.
    expires_at: i64,
}

impl SessionItem {
    fn is_live(&self, now: Timestamp) -> bool {
        now < self.ends_at && now < self.seen_at + IDLE
    }

    fn is_of(&self, user: &User) -> bool {
        self.role == user.role && self.email == user.email
    }
}

impl Session {
    /// The token that every form of this session carries.
    #[must_use]
    pub fn csrf_token(&self, signer: &Signer) -> String {
        signer.sign(&self.digest)
    }

    /// Whether a form carries this session's token; compared in constant time.
    #[must_use]
    pub fn accepts(&self, signer: &Signer, csrf_token: &str) -> bool {
        signer.verify(csrf_token) == Some(self.digest.as_str())
    }

    /// Whether the person manages the organization's connection.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        self.user.role == Role::Admin
    }
}

impl Accounts {
    /// A session for the user, and the write that begins it.
    pub(crate) fn new_session(
        &self,
        organization: &OrganizationId,
        user: &User,
        return_url: Option<ReturnUrl>,
    ) -> Result<(NewSession, Write), AwsError> {
        let (id, now) = (random_text(), self.now());
        let item = SessionItem {
            organization_id: organization.clone(),
            user_id: user.id.clone(),
            role: user.role,
            email: user.email.clone(),
            return_url: return_url.clone(),
            ends_at: now + LIFETIME,
            seen_at: now,
            expires_at: (now + LIFETIME).as_second(),
        };
        let digest = digest_of(&id);
        let put = self.table.put(&Stored::at(key_of(&digest), &item))?.when(Condition::new_item());
        let session = Session {
            organization_id: organization.clone(),
            user: user.clone(),
            return_url,
            ends_at: item.ends_at,
            digest,
        };
        Ok((NewSession { id: id.into(), session }, put))
    }

    /// The session of this id: none when there is none, when it ended or idled, and when the user was removed
    /// or is not what they were when it began.
    ///
    /// # Errors
    /// The store failed.
    pub async fn session(&self, id: &SecretString) -> Result<Option<Session>, AccountsError> {
        let digest = digest_of(id.expose_secret());
        let stored: Option<Stored<SessionItem>> = self.table.get(key_of(&digest)).await?;
        let now = self.now();
        let Some(item) = stored.map(|stored| stored.record).filter(|item| item.is_live(now)) else {
            return Ok(None);
        };
        let user = match self.user(&item.organization_id, &item.user_id).await {
            Err(AccountsError::NotFound(_)) => return Ok(None),
            user => user?,
        };
        if !item.is_of(&user) {
            return Ok(None);
        }
        if now >= item.seen_at + NOTED_EVERY {
            let seen = self.table.update(key_of(&digest)).set("seen_at", now)?;
            // Not when it was ended meanwhile: the write would bring a part of it back.
            self.aws.write_if(seen.when(Condition::existing_item())).await?;
        }
        let SessionItem { organization_id, return_url, ends_at, .. } = item;
        Ok(Some(Session { organization_id, user, return_url, ends_at, digest }))
    }

    /// Ends a session.
    ///
    /// # Errors
    /// The store failed.
    pub async fn end_session(&self, session: &Session) -> Result<(), AccountsError> {
        let event = Event::ConsoleLeft { user_id: session.user.id.clone() };
        let delete = self.table.delete(key_of(&session.digest));
        let by = self.by(Actor::User { id: session.user.id.clone() });
        let audit = by.audit_entry(&session.organization_id, &event)?;
        Ok(self.aws.transact(vec![delete, audit]).await?)
    }
}

/// The form in which an id is kept.
pub(crate) fn digest_of(id: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, id.as_bytes()))
}

fn key_of(digest: &str) -> Key {
    Key::new(format!("SESSION#{digest}"), "SESSION")
}
