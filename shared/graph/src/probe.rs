//! Questions that change nothing and tell whether Microsoft 365 lets us in: what a test of the connection asks.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use crate::application::Application;
use crate::error::GraphError;
use crate::mailbox::{Mailbox, read};

/// An account of the directory, as far as it tells about a mailbox.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DirectoryAccount {
    /// The object id.
    pub id: String,
    /// The sign-in name.
    pub user_principal_name: String,
    /// Whether it may sign in.
    #[serde(default)]
    pub account_enabled: Option<bool>,
    /// Whether it is copied from an Active Directory of the customer.
    #[serde(default)]
    pub on_premises_sync_enabled: Option<bool>,
    #[serde(default)]
    assigned_plans: Vec<Plan>,
}

/// A service that a licence of the account brings.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Plan {
    service: Option<String>,
    capability_status: Option<String>,
}

impl DirectoryAccount {
    /// Whether a licence of the account brings Exchange Online. `Warning` is a licence whose subscription ended
    /// a short while ago: the service still works.
    #[must_use]
    pub fn has_exchange_licence(&self) -> bool {
        let is = |value: &Option<String>, text: &str| {
            value.as_deref().is_some_and(|value| value.eq_ignore_ascii_case(text))
        };
        self.assigned_plans.iter().any(|plan| {
            is(&plan.service, "exchange")
                && (is(&plan.capability_status, "Enabled") || is(&plan.capability_status, "Warning"))
        })
    }
}

#[derive(Deserialize)]
struct Found {
    value: Vec<DirectoryAccount>,
}

#[derive(Deserialize)]
struct Named {
    value: String,
}

impl Application {
    /// The accounts with this address, as sign-in name, mail or alias (requirement R09; needs `User.Read.All`).
    ///
    /// # Errors
    /// Graph refuses or cannot be reached.
    pub async fn accounts_of(&self, address: &str) -> Result<Vec<DirectoryAccount>, GraphError> {
        let address = address.replace('\'', "''");
        let filter = format!(
            "mail eq '{address}' or userPrincipalName eq '{address}' \
             or proxyAddresses/any(p:p eq 'smtp:{address}')"
        );
        let filter = utf8_percent_encode(&filter, NON_ALPHANUMERIC);
        let fields = "id,userPrincipalName,accountEnabled,onPremisesSyncEnabled,assignedPlans";
        let Found { value } =
            read(&self.0.get(&format!("/users?$filter={filter}&$select={fields}")).await?, "users")?;
        Ok(value)
    }
}

impl Mailbox {
    /// Whether mail can be read (needs `Mail.Read`); no mail is.
    ///
    /// # Errors
    /// Graph refuses or cannot be reached.
    pub async fn probe_mail(&self) -> Result<(), GraphError> {
        self.get(&format!("{}/mailFolders/inbox?$select=id", self.root)).await.map(drop)
    }

    /// Whether contact folders can be read (needs `Contacts.Read`); no contact is.
    ///
    /// # Errors
    /// Graph refuses or cannot be reached.
    pub async fn probe_contacts(&self) -> Result<(), GraphError> {
        self.get(&format!("{}/contactFolders?$select=id&$top=1", self.root)).await.map(drop)
    }

    /// The zone that the mailbox shows times in, by Windows' name (needs `MailboxSettings.Read`, which nothing
    /// else of ours does).
    ///
    /// # Errors
    /// Graph refuses or cannot be reached.
    pub async fn time_zone(&self) -> Result<String, GraphError> {
        let Named { value } =
            read(&self.get(&format!("{}/mailboxSettings/timeZone", self.root)).await?, "time zone")?;
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn r10_only_a_licence_that_counts_brings_exchange_online() {
        let licence = |service: &str, status: &str| {
            let account = json!({"id": "u1", "userPrincipalName": "hana@x.example", "accountEnabled": true,
                "onPremisesSyncEnabled": null,
                "assignedPlans": [{"service": "MicrosoftOffice", "capabilityStatus": "Enabled"},
                    {"service": service, "capabilityStatus": status, "servicePlanId": "p"}]});
            serde_json::from_value::<DirectoryAccount>(account).expect("an account").has_exchange_licence()
        };
        assert!(licence("exchange", "Enabled") && licence("Exchange", "Warning"));
        assert!(!licence("exchange", "Suspended") && !licence("exchange", "Deleted"));
        assert!(!licence("TeamspaceAPI", "Enabled"));
    }
}
