//! Organizations: the customer companies of the product.

use aws::{Condition, Page, Position, Query, Stored};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use types::OrganizationId;
use uuid::Uuid;

use crate::{
    Accounts, AccountsError, Event,
    store::{ORGANIZATIONS, organization_key},
};

/// One customer company.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organization {
    /// Our id.
    pub id: OrganizationId,
    /// The name people see.
    pub name: String,
    /// When it was created.
    pub created_at: Timestamp,
}

impl Accounts {
    /// Creates an organization. The same `idempotency_key` answers with the same organization.
    ///
    /// # Errors
    /// The store failed.
    pub async fn create_organization(
        &self,
        name: String,
        idempotency_key: Option<&str>,
    ) -> Result<Organization, AccountsError> {
        let id = match idempotency_key {
            Some(key) => Uuid::new_v5(&ORGANIZATION_NAMESPACE, key.as_bytes()),
            None => Uuid::new_v4(),
        };
        let id: OrganizationId = id.simple().to_string().parse().expect("hex digits are an id");
        let organization = Organization { id, name, created_at: self.now() };
        let key = organization_key(&organization.id);
        let put = self.table.put(&Stored::at(key, &organization))?.when(Condition::new_item());
        let audit = self.audit_entry(&organization.id, &Event::OrganizationCreated)?;
        match self.aws.transact(vec![put, audit]).await {
            Err(error) if error.is_condition_failed() => self.organization(&organization.id).await,
            result => Ok(result.map(|()| organization)?),
        }
    }

    /// Reads an organization.
    ///
    /// # Errors
    /// `NotFound`, or the store failed.
    pub async fn organization(&self, id: &OrganizationId) -> Result<Organization, AccountsError> {
        let stored: Option<Stored<Organization>> = self.table.get(organization_key(id)).await?;
        Ok(stored.ok_or(AccountsError::NotFound("organization"))?.record)
    }

    /// Gives an organization another name.
    ///
    /// # Errors
    /// `NotFound`, or the store failed.
    pub async fn rename_organization(
        &self,
        id: &OrganizationId,
        name: &str,
    ) -> Result<Organization, AccountsError> {
        let present = self.organization(id).await?;
        if present.name == name {
            return Ok(present);
        }
        let event = Event::OrganizationRenamed { name: name.to_owned() };
        let update = self.table.update(organization_key(id)).set("name", name)?;
        let writes = vec![update.when(Condition::existing_item()), self.audit_entry(id, &event)?];
        match self.aws.transact_if(writes).await? {
            true => Ok(Organization { name: name.to_owned(), ..present }),
            false => Err(AccountsError::NotFound("organization")),
        }
    }

    /// One page of all organizations, by id, and the cursor of the next.
    ///
    /// # Errors
    /// The store failed.
    pub async fn organizations(
        &self,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<(Vec<Organization>, Option<String>), AccountsError> {
        let after = cursor.map(|cursor| Position::at(ORGANIZATIONS, cursor));
        let query = Query::partition(ORGANIZATIONS).limit(limit).after(after);
        let Page { items, next } = self.table.query::<Stored<Organization>>(query).await?;
        let next = next.map(|position| position.sort_key().to_owned());
        Ok((items.into_iter().map(|stored| stored.record).collect(), next))
    }
}

/// Names idempotency keys of organizations among all version 5 UUIDs.
const ORGANIZATION_NAMESPACE: Uuid = Uuid::from_u128(0x6d1e_9f0c_52a4_4b7e_9c1d_3f8a_7b20_e541);
