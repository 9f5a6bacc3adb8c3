//! Members of an organization.

use aws::{Condition, Stored};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use types::{OrganizationId, TenantId, UserId};

use crate::{
    Accounts, AccountsError, Event, Link, LinkStatus,
    store::{USER, user_key},
};

/// A member, by the CRM's own id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// The CRM's id.
    pub id: UserId,
    /// The address by which the member is known.
    pub email: String,
    /// The name people see.
    pub display_name: String,
    /// Where the member signs in; needed as soon as the organization has several tenants.
    pub tenant_id: Option<TenantId>,
    /// What the member may do.
    pub role: Role,
    /// When the record was last written.
    pub updated_at: Timestamp,
}

/// What a member may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Manages the organization's connection.
    Admin,
    /// Manages the own links.
    #[default]
    Member,
}

impl Accounts {
    /// Writes a user; what was there under this id is replaced, links stay.
    ///
    /// # Errors
    /// The store failed.
    pub async fn put_user(&self, organization: &OrganizationId, user: &User) -> Result<(), AccountsError> {
        let put = self.table.put(&Stored::at(user_key(organization, &user.id), user))?;
        Ok(self.aws.write(put).await?)
    }

    /// Reads a user of the organization.
    ///
    /// # Errors
    /// `NotFound`, or the store failed.
    pub async fn user(&self, organization: &OrganizationId, user: &UserId) -> Result<User, AccountsError> {
        let stored: Option<Stored<User>> = self.table.get(user_key(organization, user)).await?;
        Ok(stored.ok_or(AccountsError::NotFound("user"))?.record)
    }

    /// One page of the organization's users and the cursor of the next.
    ///
    /// # Errors
    /// The store failed.
    pub async fn users(
        &self,
        organization: &OrganizationId,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<(Vec<User>, Option<String>), AccountsError> {
        Ok(self.page(organization, USER, limit, cursor).await?)
    }

    /// Removes a user and unlinks everything in the same step: all or nothing. Returns the links that were
    /// there, so that what Microsoft holds for them can be taken back.
    ///
    /// # Errors
    /// `NotFound`, or the store failed.
    pub async fn remove_user(
        &self,
        organization: &OrganizationId,
        user: &UserId,
    ) -> Result<Vec<Link>, AccountsError> {
        let links = self.links(organization, user).await?;
        let mut writes = vec![
            self.table.delete(user_key(organization, user)).when(Condition::existing_item()),
            self.audit_entry(organization, &Event::UserRemoved { user_id: user.clone() })?,
        ];
        for link in links.iter().filter(|link| link.status != LinkStatus::Unlinked) {
            writes.extend(self.unlink_writes(organization, user, link.feature)?);
        }
        match self.aws.transact(writes).await {
            Err(error) if error.is_condition_failed() => {
                self.user(organization, user).await?;
                Err(AccountsError::Contended)
            }
            result => Ok(result.map(|()| links)?),
        }
    }
}
