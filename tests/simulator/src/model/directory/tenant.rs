//! One tenant: a customer's directory.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::group::Group;
use super::role::GLOBAL_ADMINISTRATOR;
use super::user::{NewRoom, NewUser, Room, User};
use super::{DirectoryError, ServicePrincipal, guid};

/// What a tenant's people may consent to by themselves (facts §1.2).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum UserConsent {
    /// The default since the end of 2025: an administrator for everything that opens mail, calendars,
    /// contacts or Teams; the rest by the person.
    #[default]
    MicrosoftManaged,
    /// The person, for every permission that does not need an administrator by nature.
    Allowed,
    /// An administrator for everything.
    Disabled,
}

/// A tenant as `POST /_sim/tenants` asks for it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewTenant {
    /// A GUID; made up if absent.
    pub tenant_id: Option<String>,
    /// The verified domain, for example `contoso.example`.
    pub domain: String,
    /// The name that consent pages show.
    pub display_name: String,
    /// What people may consent to.
    #[serde(default)]
    pub user_consent: UserConsent,
}

/// A tenant.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tenant {
    /// The directory id, a GUID.
    pub tenant_id: String,
    /// The verified domain, lower case.
    pub domain: String,
    /// The organization's name.
    pub display_name: String,
    /// What people may consent to.
    pub user_consent: UserConsent,
    /// Users by object id.
    pub users: BTreeMap<String, User>,
    /// Rooms by object id.
    pub rooms: BTreeMap<String, Room>,
    /// Groups by object id.
    #[serde(default)]
    pub groups: BTreeMap<String, Group>,
    /// Enterprise applications (service principals) by client id; made by the first consent.
    pub principals: BTreeMap<String, ServicePrincipal>,
}

impl Tenant {
    pub(super) fn new(new: NewTenant) -> Result<Self, DirectoryError> {
        let domain = new.domain.trim().to_lowercase();
        if domain.is_empty() || domain.contains(|c: char| c.is_whitespace() || c == '@' || c == '/') {
            return Err(DirectoryError::Malformed {
                field: "domain",
                reason: "not a domain name".to_owned(),
            });
        }
        let mut tenant = Self {
            tenant_id: guid("tenantId", new.tenant_id)?,
            display_name: new.display_name,
            user_consent: new.user_consent,
            users: BTreeMap::new(),
            rooms: BTreeMap::new(),
            groups: BTreeMap::new(),
            principals: BTreeMap::new(),
            domain,
        };
        let administrator = NewUser {
            user_principal_name: format!("admin@{}", tenant.domain),
            display_name: "Global Administrator".to_owned(),
            roles: vec![GLOBAL_ADMINISTRATOR.to_owned()],
            ..NewUser::default()
        };
        tenant.add_user(administrator)?;
        Ok(tenant)
    }

    /// Adds a user.
    ///
    /// # Errors
    /// The object id is no GUID, or the id or one of the addresses is taken.
    pub fn add_user(&mut self, new: NewUser) -> Result<&mut User, DirectoryError> {
        let user = User::new(new)?;
        if let Some(taken) = user.addresses().find(|address| self.is_taken(address)) {
            return Err(DirectoryError::Exists(taken.to_owned()));
        }
        if self.users.contains_key(&user.id) {
            return Err(DirectoryError::Exists(user.id));
        }
        Ok(self.users.entry(user.id.clone()).or_insert(user))
    }

    /// Adds a room.
    ///
    /// # Errors
    /// The object id is no GUID, or the id or address is taken.
    pub fn add_room(&mut self, new: NewRoom) -> Result<&mut Room, DirectoryError> {
        let room = Room::new(new)?;
        if self.is_taken(&room.email_address) || self.rooms.contains_key(&room.id) {
            return Err(DirectoryError::Exists(room.email_address));
        }
        Ok(self.rooms.entry(room.id.clone()).or_insert(room))
    }

    /// The user with this object id, user principal name, mail or proxy address.
    #[must_use]
    pub fn user(&self, id_or_address: &str) -> Option<&User> {
        let wanted = id_or_address.to_lowercase();
        self.users.get(&wanted).or_else(|| {
            self.users.values().find(|user| user.addresses().any(|a| a.eq_ignore_ascii_case(&wanted)))
        })
    }

    /// The same, to change it.
    ///
    /// # Errors
    /// There is no such user.
    pub fn user_mut(&mut self, id_or_address: &str) -> Result<&mut User, DirectoryError> {
        let id = self.user(id_or_address).map(|user| user.id.clone());
        id.and_then(|id| self.users.get_mut(&id))
            .ok_or_else(|| DirectoryError::NoUser(id_or_address.to_owned()))
    }

    /// The enterprise application of a client id.
    #[must_use]
    pub fn principal(&self, client_id: &str) -> Option<&ServicePrincipal> {
        self.principals.get(&client_id.to_lowercase())
    }

    /// The same, made if the application was never used here.
    pub fn principal_or_new(&mut self, client_id: &str) -> &mut ServicePrincipal {
        let client_id = client_id.to_lowercase();
        self.principals.entry(client_id.clone()).or_insert_with(|| ServicePrincipal::new(client_id))
    }

    fn is_taken(&self, address: &str) -> bool {
        self.user(address).is_some()
            || self.rooms.values().any(|room| room.email_address.eq_ignore_ascii_case(address))
    }
}
