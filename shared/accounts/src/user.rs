//! Members of an organization.

use aws::{Condition, Page, Position, Query, Stored};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use types::{OrganizationId, TenantId, UserId};

use crate::{
    Accounts, AccountsError, Event, Link, LinkStatus, Version, Versioned,
    store::{USER, of_organization, user_key},
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

/// Which users to find. All that is given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserFilter {
    /// A part of the id, the address or the name, in either case.
    pub text: Option<String>,
    /// What they may do.
    pub role: Option<Role>,
    /// Where they sign in.
    pub tenant_id: Option<TenantId>,
}

impl UserFilter {
    fn fits(&self, user: &User) -> bool {
        let has_text = |text: &String| {
            let text = text.to_lowercase();
            let fields = [user.id.as_str(), &user.email, &user.display_name];
            fields.iter().any(|field| field.to_lowercase().contains(&text))
        };
        self.text.as_ref().is_none_or(has_text)
            && self.role.is_none_or(|role| role == user.role)
            && self.tenant_id.as_ref().is_none_or(|tenant| user.tenant_id.as_ref() == Some(tenant))
    }
}

/// The most users that one search looks at, so that it ends within a request.
const MOST_LOOKED_AT: usize = 2_000;

/// How many of them are read at a time.
const READ_AT_ONCE: u32 = 200;

impl Accounts {
    /// Writes a user; what was there under this id is replaced, links stay.
    ///
    /// # Errors
    /// The store failed.
    pub async fn put_user(
        &self,
        organization: &OrganizationId,
        user: &User,
    ) -> Result<Versioned<User>, AccountsError> {
        let written = Versioned::of(user.clone());
        let put = self.table.put(&Stored::at(user_key(organization, &user.id), &written))?;
        Ok(self.aws.write(put).await.map(|()| written)?)
    }

    /// Writes a user who is still of the version that was read.
    ///
    /// # Errors
    /// `Changed` when the user is of another version or gone, or the store failed.
    pub async fn replace_user(
        &self,
        organization: &OrganizationId,
        user: &User,
        expected: &Version,
    ) -> Result<Versioned<User>, AccountsError> {
        let changed = Versioned::of(user.clone());
        let put = self.table.put(&Stored::at(user_key(organization, &user.id), &changed))?;
        let as_read = Condition::All(vec![Condition::existing_item(), expected.is_stored()]);
        match self.aws.write_if(put.when(as_read)).await? {
            true => Ok(changed),
            false => Err(AccountsError::Changed),
        }
    }

    /// Reads a user of the organization.
    ///
    /// # Errors
    /// `NotFound`, or the store failed.
    pub async fn user(&self, organization: &OrganizationId, user: &UserId) -> Result<User, AccountsError> {
        Ok(self.versioned_user(organization, user).await?.record)
    }

    /// Reads a user with the version, for whoever is about to change them.
    ///
    /// # Errors
    /// `NotFound`, or the store failed.
    pub async fn versioned_user(
        &self,
        organization: &OrganizationId,
        user: &UserId,
    ) -> Result<Versioned<User>, AccountsError> {
        let stored: Option<Stored<Versioned<User>>> = self.table.get(user_key(organization, user)).await?;
        Ok(stored.ok_or(AccountsError::NotFound("user"))?.record)
    }

    /// Finds users, by id, and the cursor of the next page. A page may be short, even empty, before the last:
    /// one search looks at 2,000 users at most.
    ///
    /// # Errors
    /// The store failed.
    pub async fn find_users(
        &self,
        organization: &OrganizationId,
        filter: &UserFilter,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<(Vec<User>, Option<String>), AccountsError> {
        let pk = of_organization(organization);
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut after = cursor.map(|cursor| Position::at(&pk, &format!("{USER}{cursor}")));
        let (mut found, mut looked_at) = (Vec::new(), 0);
        loop {
            let query = Query::partition(&pk).begins_with(USER).limit(READ_AT_ONCE).after(after);
            let Page { items, next } = self.table.query::<Stored<User>>(query).await?;
            looked_at += items.len();
            let read = items.len();
            for (position, Stored { record, .. }) in items.into_iter().enumerate() {
                if filter.fits(&record) {
                    let id = record.id.to_string();
                    found.push(record);
                    if found.len() == most {
                        let is_last = position + 1 == read && next.is_none();
                        return Ok((found, Some(id).filter(|_| !is_last)));
                    }
                }
            }
            let end = next.as_ref().and_then(|end| end.sort_key().strip_prefix(USER).map(str::to_owned));
            if end.is_none() || looked_at >= MOST_LOOKED_AT {
                return Ok((found, end));
            }
            after = next;
        }
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

#[cfg(test)]
mod tests;
