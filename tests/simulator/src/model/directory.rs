//! The directories (tenants) of the simulated Microsoft Entra ID: who exists, which applications are
//! registered, and what was consented to. Plain state with plain methods; the wire is in `entra` and `graph`.

mod application;
mod behaviour;
mod group;
mod issued;
mod mailbox_rules;
mod role;
mod tenant;
mod user;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use self::application::{
    Certificate, FederatedCredential, GroupClaims, NewApplication, NewSecret, Registration, Secret,
    ServicePrincipal,
};
pub use self::behaviour::{Behaviour, Endpoint, ForcedError, TokenCalls};
pub use self::group::{Group, NewGroup};
pub use self::issued::{Code, Issued, RefreshToken, Session, SignedIn};
pub use self::mailbox_rules::{DatedRules, MailboxRules};
pub use self::role::{
    APPLICATION_ADMINISTRATOR, CLOUD_APPLICATION_ADMINISTRATOR, GLOBAL_ADMINISTRATOR,
    PRIVILEGED_ROLE_ADMINISTRATOR,
};
pub use self::tenant::{NewTenant, Tenant, UserConsent};
pub use self::user::{MailboxKind, NewRoom, NewUser, Room, User};

/// Every tenant and every registered application.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Directory {
    /// Tenants by their id (lower case).
    pub tenants: BTreeMap<String, Tenant>,
    /// App registrations by client id (lower case).
    pub applications: BTreeMap<String, Registration>,
    /// Keys, codes, refresh tokens and sign-in sessions.
    pub issued: Issued,
    /// What the control API switched.
    pub behaviour: Behaviour,
    /// Calls of the token endpoint by tenant segment of the path (`common` included), then by grant type.
    pub token_calls: BTreeMap<String, BTreeMap<String, TokenCalls>>,
    /// How often each page was shown to somebody: `sign-in`, `password`, `consent`,
    /// `admin-consent`, `approval`, `error`.
    pub pages_shown: BTreeMap<String, u64>,
}

/// Why the directory refused a change.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum DirectoryError {
    /// A GUID was expected.
    #[error("{field} must be a GUID, not {value:?}")]
    NotAGuid {
        /// The field of the request.
        field: &'static str,
        /// What was sent.
        value: String,
    },
    /// The id, domain or address is taken.
    #[error("{0} exists already")]
    Exists(String),
    /// The tenant is unknown.
    #[error("there is no tenant {0}")]
    NoTenant(String),
    /// The user is unknown in the tenant.
    #[error("there is no user {0}")]
    NoUser(String),
    /// The group is unknown in the tenant.
    #[error("there is no group {0}")]
    NoGroup(String),
    /// The application is not registered.
    #[error("there is no application {0}")]
    NoApplication(String),
    /// The permission was not granted.
    #[error("{0} is not granted")]
    NoGrant(String),
    /// A value cannot be used.
    #[error("{field} is malformed: {reason}")]
    Malformed {
        /// The field of the request.
        field: &'static str,
        /// What is wrong with it.
        reason: String,
    },
}

impl Directory {
    /// Makes a tenant with its global administrator `admin@{domain}`.
    ///
    /// # Errors
    /// The id is no GUID, or the id or domain is taken.
    pub fn add_tenant(&mut self, new: NewTenant) -> Result<&mut Tenant, DirectoryError> {
        let tenant = Tenant::new(new)?;
        if self.tenants.contains_key(&tenant.tenant_id) {
            return Err(DirectoryError::Exists(tenant.tenant_id));
        }
        if self.tenant(&tenant.domain).is_some() {
            return Err(DirectoryError::Exists(tenant.domain));
        }
        Ok(self.tenants.entry(tenant.tenant_id.clone()).or_insert(tenant))
    }

    /// The tenant with this id or verified domain.
    #[must_use]
    pub fn tenant(&self, id_or_domain: &str) -> Option<&Tenant> {
        let wanted = id_or_domain.to_lowercase();
        self.tenants.get(&wanted).or_else(|| self.tenants.values().find(|tenant| tenant.domain == wanted))
    }

    /// The same, to change it.
    ///
    /// # Errors
    /// There is no such tenant.
    pub fn tenant_mut(&mut self, id_or_domain: &str) -> Result<&mut Tenant, DirectoryError> {
        let id = self.tenant(id_or_domain).map(|tenant| tenant.tenant_id.clone());
        id.and_then(|id| self.tenants.get_mut(&id))
            .ok_or_else(|| DirectoryError::NoTenant(id_or_domain.to_owned()))
    }

    /// Removes a tenant with everything in it; its tokens are worth nothing from now on.
    ///
    /// # Errors
    /// There is no such tenant.
    pub fn remove_tenant(&mut self, id_or_domain: &str) -> Result<Tenant, DirectoryError> {
        let id = self.tenant_mut(id_or_domain)?.tenant_id.clone();
        self.tenants.remove(&id).ok_or(DirectoryError::NoTenant(id))
    }

    /// Who has this object id, user principal name, mail or proxy address, in whichever tenant.
    #[must_use]
    pub fn user(&self, id_or_address: &str) -> Option<(&Tenant, &User)> {
        self.tenants.values().find_map(|tenant| tenant.user(id_or_address).map(|user| (tenant, user)))
    }

    /// What was counted: `tokenCalls` by tenant segment and grant type, `pagesShown` by page.
    #[must_use]
    pub fn stats(&self) -> serde_json::Value {
        serde_json::json!({"tokenCalls": self.token_calls, "pagesShown": self.pages_shown})
    }

    /// Registers an application, or replaces its registration (grants in the tenants stay).
    ///
    /// # Errors
    /// The client id is no GUID, or a certificate is no X.509 certificate in PEM.
    pub fn register(&mut self, new: NewApplication) -> Result<&Registration, DirectoryError> {
        let registration = Registration::new(new)?;
        let client_id = registration.client_id.clone();
        self.applications.insert(client_id.clone(), registration);
        self.application(&client_id).ok_or(DirectoryError::NoApplication(client_id))
    }

    /// The registration of a client id.
    #[must_use]
    pub fn application(&self, client_id: &str) -> Option<&Registration> {
        self.applications.get(&client_id.to_lowercase())
    }
}

/// A GUID in lower case; a fresh one if none is given.
fn guid(field: &'static str, given: Option<String>) -> Result<String, DirectoryError> {
    match given {
        None => Ok(uuid::Uuid::new_v4().to_string()),
        // Only the 36-character form: the directory never shows another one.
        Some(value) if value.len() == 36 => uuid::Uuid::parse_str(&value)
            .map(|id| id.to_string())
            .map_err(|_| DirectoryError::NotAGuid { field, value }),
        Some(value) => Err(DirectoryError::NotAGuid { field, value }),
    }
}
