//! The accounts table and how its items are keyed.

use std::sync::Arc;

use aws::{Aws, AwsError, Key, Page, Position, Query, Stored, Table};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use settings::{Environment, Settings, SettingsError, Variable};
use types::{Clock, Feature, OrganizationId, TenantId, UserId};

use crate::Actor;

/// Where the accounts are kept.
#[derive(Debug, Clone)]
pub struct AccountsSettings {
    /// The table's name.
    pub table: String,
}

impl Settings for AccountsSettings {
    const VARIABLES: &'static [Variable] = &[Variable {
        name: "ACCOUNTS_TABLE",
        doc: "The DynamoDB table of organizations, tenants, users, links and the audit log.",
    }];

    fn load(environment: &Environment) -> Result<Self, SettingsError> {
        Ok(Self { table: environment.get("ACCOUNTS_TABLE")? })
    }
}

/// The stored accounts. One file per kind of record adds its methods.
#[derive(Clone)]
pub struct Accounts {
    pub(crate) aws: Aws,
    pub(crate) table: Table,
    pub(crate) clock: Arc<dyn Clock>,
    /// In whose hands they are; none where nobody knows.
    pub(crate) actor: Option<Actor>,
}

impl Accounts {
    /// The accounts in that table, at that clock's time, in nobody's hands: [`Self::by`] puts them into
    /// somebody's.
    #[must_use]
    pub fn new(aws: Aws, settings: &AccountsSettings, clock: Arc<dyn Clock>) -> Self {
        Self { table: aws.table(settings.table.as_str()), aws, clock, actor: Some(Actor::System) }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// One page of the organization's records whose sort key begins with `prefix`; the cursor is the rest of
    /// the sort key, so it cannot leave the organization or the kind.
    pub(crate) async fn page<T: DeserializeOwned>(
        &self,
        organization: &OrganizationId,
        prefix: &str,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<(Vec<T>, Option<String>), AwsError> {
        let pk = of_organization(organization);
        let after = cursor.map(|cursor| Position::at(&pk, &format!("{prefix}{cursor}")));
        let query = Query::partition(&pk).begins_with(prefix).limit(limit).after(after);
        let Page { items, next } = self.table.query::<Stored<T>>(query).await?;
        let next = next.and_then(|position| position.sort_key().strip_prefix(prefix).map(str::to_owned));
        Ok((items.into_iter().map(|stored| stored.record).collect(), next))
    }
}

pub(crate) fn of_organization(organization: &OrganizationId) -> String {
    format!("ORGANIZATION#{organization}")
}

pub(crate) fn organization_key(organization: &OrganizationId) -> Key {
    Key::new(ORGANIZATIONS, organization.as_str())
}

pub(crate) fn settings_key(organization: &OrganizationId) -> Key {
    Key::new(of_organization(organization), "SETTINGS")
}

pub(crate) fn tenant_key(organization: &OrganizationId, tenant: &TenantId) -> Key {
    Key::new(of_organization(organization), format!("{TENANT}{tenant}"))
}

pub(crate) fn user_key(organization: &OrganizationId, user: &UserId) -> Key {
    Key::new(of_organization(organization), format!("{USER}{user}"))
}

pub(crate) fn link_key(organization: &OrganizationId, user: &UserId, feature: Feature) -> Key {
    Key::new(of_organization(organization), format!("{LINK}{user}#{}", feature.as_str()))
}

pub(crate) fn token_key(organization: &OrganizationId, user: &UserId, feature: Feature) -> Key {
    Key::new(of_organization(organization), format!("TOKEN#{user}#{}", feature.as_str()))
}

pub(crate) fn audience_key(organization: &OrganizationId, tenant: &TenantId, feature: Feature) -> Key {
    Key::new(of_organization(organization), format!("{AUDIENCE}{tenant}#{}", feature.as_str()))
}

pub(crate) fn app_token_key(organization: &OrganizationId, tenant: &TenantId) -> Key {
    Key::new(of_organization(organization), format!("APP_TOKEN#{tenant}"))
}

/// Which organizations a tenant is connected to: the only items that lead from a tenant to an organization.
pub(crate) fn connected_to(tenant: &TenantId) -> String {
    format!("CONNECTED#{tenant}")
}

pub(crate) const ORGANIZATIONS: &str = "ORGANIZATIONS";
pub(crate) const TENANT: &str = "TENANT#";
pub(crate) const USER: &str = "USER#";
pub(crate) const AUDIENCE: &str = "AUDIENCE#";
pub(crate) const LINK: &str = "LINK#";
