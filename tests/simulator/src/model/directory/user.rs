//! People and rooms of a tenant.

use serde::{Deserialize, Serialize};

use super::role::{
    self, APPLICATION_ADMINISTRATOR, CLOUD_APPLICATION_ADMINISTRATOR, GLOBAL_ADMINISTRATOR,
    PRIVILEGED_ROLE_ADMINISTRATOR,
};
use super::{DirectoryError, guid};

/// Where a user's mailbox is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailboxKind {
    /// Exchange Online: Graph reaches it.
    #[default]
    Cloud,
    /// An Exchange Server of the customer: Graph answers `MailboxNotEnabledForRESTAPI`.
    OnPrem,
    /// No mailbox (no licence).
    None,
    /// A licence, and no mailbox yet.
    Pending,
}

/// A user as `POST /_sim/tenants/{tid}/users` asks for it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewUser {
    /// The object id, a GUID; made up if absent.
    pub id: Option<String>,
    /// The sign-in name.
    pub user_principal_name: String,
    /// The primary address; the sign-in name if absent and there is a mailbox.
    pub mail: Option<String>,
    /// Further addresses, with or without `smtp:`.
    #[serde(default)]
    pub proxy_addresses: Vec<String>,
    /// The name shown.
    pub display_name: String,
    /// The given name.
    pub given_name: Option<String>,
    /// The family name.
    pub surname: Option<String>,
    /// `Member` or `Guest`; a guest if absent and the sign-in name says so (`#EXT#`).
    pub user_type: Option<String>,
    /// Directory roles by display name, for example `Global Administrator`.
    #[serde(default)]
    pub roles: Vec<String>,
    /// Where the mailbox is.
    #[serde(default)]
    pub mailbox: MailboxKind,
    /// Whether the user may make Teams meetings; yes if absent.
    pub teams: Option<bool>,
    /// A Windows zone id; `Tokyo Standard Time` if absent.
    pub time_zone: Option<String>,
    /// Asked for on the sign-in page if given; scripts never need it.
    pub password: Option<String>,
}

/// A user.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// The object id, a GUID.
    pub id: String,
    /// The sign-in name. May change; never a key.
    pub user_principal_name: String,
    /// The primary address. May change, may be absent.
    pub mail: Option<String>,
    /// All addresses in Exchange's form: `SMTP:` the primary one, `smtp:` the others.
    pub proxy_addresses: Vec<String>,
    /// The name shown.
    pub display_name: String,
    /// The given name.
    pub given_name: Option<String>,
    /// The family name.
    pub surname: Option<String>,
    /// `Member`, or `Guest` for who was invited from another directory.
    pub user_type: String,
    /// Directory roles by display name.
    pub roles: Vec<String>,
    /// Where the mailbox is.
    pub mailbox: MailboxKind,
    /// Whether the user may make Teams meetings.
    pub teams: bool,
    /// A Windows zone id.
    pub time_zone: String,
    /// Asked for on the sign-in page if there.
    pub password: Option<String>,
    /// Whether the account may sign in.
    pub account_enabled: bool,
    /// Counts the revocations: what was issued under a lower number is worth nothing.
    pub generation: u64,
    /// When it was last counted up, seconds since 1970.
    pub tokens_valid_from: i64,
}

impl User {
    pub(super) fn new(new: NewUser) -> Result<Self, DirectoryError> {
        let name = new.user_principal_name.trim().to_owned();
        if !is_address(&name) {
            return Err(DirectoryError::Malformed {
                field: "userPrincipalName",
                reason: format!("{name:?} is not of the form name@domain"),
            });
        }
        let is_guest = name.contains("#EXT#");
        let user_type = new.user_type.unwrap_or_else(|| if is_guest { "Guest" } else { "Member" }.to_owned());
        let mail = new.mail.or_else(|| (new.mailbox != MailboxKind::None).then(|| name.clone()));
        Ok(Self {
            id: guid("id", new.id)?,
            proxy_addresses: proxy_addresses(mail.as_deref(), &new.proxy_addresses),
            user_principal_name: name,
            mail,
            display_name: new.display_name,
            given_name: new.given_name,
            surname: new.surname,
            user_type,
            roles: new.roles,
            mailbox: new.mailbox,
            teams: new.teams.unwrap_or(true),
            time_zone: new.time_zone.unwrap_or_else(|| "Tokyo Standard Time".to_owned()),
            password: new.password,
            account_enabled: true,
            generation: 0,
            tokens_valid_from: 0,
        })
    }

    /// Every address the user is known by: sign-in name, mail, proxy addresses.
    pub fn addresses(&self) -> impl Iterator<Item = &str> {
        let proxies = self.proxy_addresses.iter().map(|proxy| without_prefix(proxy));
        [self.user_principal_name.as_str()].into_iter().chain(self.mail.as_deref()).chain(proxies)
    }

    /// Revokes every session, code and refresh token of the user, as an administrator's "revoke sessions" does.
    pub fn revoke(&mut self, now: i64) {
        self.generation += 1;
        self.tokens_valid_from = now;
    }

    /// The template ids of the user's directory roles, that of a plain member among them.
    #[must_use]
    pub fn role_templates(&self) -> Vec<&'static str> {
        let assigned = self.roles.iter().filter_map(|name| role::template(name));
        assigned.chain([role::MEMBER_TEMPLATE]).collect()
    }

    /// Whether the user may consent for everybody; with application permissions among what is asked, only the
    /// two highest roles may (facts §1.2).
    #[must_use]
    pub fn may_consent_for_all(&self, application_permissions: bool) -> bool {
        let has = |role: &str| self.roles.iter().any(|held| held.eq_ignore_ascii_case(role));
        let highest = has(GLOBAL_ADMINISTRATOR) || has(PRIVILEGED_ROLE_ADMINISTRATOR);
        let application = has(APPLICATION_ADMINISTRATOR) || has(CLOUD_APPLICATION_ADMINISTRATOR);
        highest || (application && !application_permissions)
    }
}

/// A room as `POST /_sim/tenants/{tid}/rooms` asks for it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewRoom {
    /// The object id, a GUID; made up if absent.
    pub id: Option<String>,
    /// The room mailbox.
    pub email_address: String,
    /// Its name.
    pub display_name: String,
    /// Seats.
    pub capacity: Option<u32>,
    /// The building.
    pub building: Option<String>,
    /// The floor.
    pub floor_number: Option<i32>,
    /// A Windows zone id; `Tokyo Standard Time` if absent.
    pub time_zone: Option<String>,
}

/// A room.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Room {
    /// The object id, a GUID.
    pub id: String,
    /// The room mailbox.
    pub email_address: String,
    /// Its name.
    pub display_name: String,
    /// Seats.
    pub capacity: Option<u32>,
    /// The building.
    pub building: Option<String>,
    /// The floor.
    pub floor_number: Option<i32>,
    /// A Windows zone id.
    pub time_zone: String,
}

impl Room {
    pub(super) fn new(new: NewRoom) -> Result<Self, DirectoryError> {
        if !is_address(&new.email_address) {
            let reason = format!("{:?} is not of the form name@domain", new.email_address);
            return Err(DirectoryError::Malformed { field: "emailAddress", reason });
        }
        Ok(Self {
            id: guid("id", new.id)?,
            email_address: new.email_address,
            display_name: new.display_name,
            capacity: new.capacity,
            building: new.building,
            floor_number: new.floor_number,
            time_zone: new.time_zone.unwrap_or_else(|| "Tokyo Standard Time".to_owned()),
        })
    }
}

fn is_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, domain)| {
        !name.is_empty() && !domain.is_empty() && !domain.contains('@') && !text.contains(char::is_whitespace)
    })
}

fn without_prefix(proxy: &str) -> &str {
    match proxy.get(..5) {
        Some(prefix) if prefix.eq_ignore_ascii_case("smtp:") => &proxy[5..],
        _ => proxy,
    }
}

fn proxy_addresses(mail: Option<&str>, further: &[String]) -> Vec<String> {
    let primary = mail.map(|mail| format!("SMTP:{mail}"));
    let others = further
        .iter()
        .map(|proxy| without_prefix(proxy))
        .filter(|proxy| mail.is_none_or(|mail| !mail.eq_ignore_ascii_case(proxy)))
        .map(|proxy| format!("smtp:{proxy}"));
    primary.into_iter().chain(others).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_hold_the_sign_in_name_the_mail_and_the_aliases_once() {
        let user = User::new(NewUser {
            user_principal_name: "hanako@corp.example".to_owned(),
            mail: Some("h.sato@contoso.example".to_owned()),
            proxy_addresses: vec![
                "smtp:sato@contoso.example".to_owned(),
                "h.sato@contoso.example".to_owned(),
            ],
            ..NewUser::default()
        })
        .expect("a user");
        assert_eq!(user.proxy_addresses, ["SMTP:h.sato@contoso.example", "smtp:sato@contoso.example"]);
        let addresses: Vec<_> = user.addresses().collect();
        assert_eq!(addresses[0], "hanako@corp.example");
        assert!(addresses.contains(&"sato@contoso.example"));
    }

    #[test]
    fn an_application_administrator_may_not_grant_application_permissions() {
        let with = |role: &str| {
            User::new(NewUser {
                user_principal_name: "a@b.example".to_owned(),
                roles: vec![role.to_owned()],
                ..NewUser::default()
            })
            .expect("a user")
        };
        assert!(with(APPLICATION_ADMINISTRATOR).may_consent_for_all(false));
        assert!(!with(CLOUD_APPLICATION_ADMINISTRATOR).may_consent_for_all(true));
        assert!(with(PRIVILEGED_ROLE_ADMINISTRATOR).may_consent_for_all(true));
        assert!(!with("User Administrator").may_consent_for_all(false));
    }
}
