//! Graph for an application without a user: the directory and subscriptions of a tenant.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::SecretString;
use serde::Deserialize;

use crate::error::GraphError;
use crate::mailbox::{Graph, Mailbox, Me, read};

/// Graph through an application's token of one tenant.
#[derive(Debug)]
pub struct Application(pub(crate) Mailbox);

#[derive(Deserialize)]
struct Found {
    value: Vec<Me>,
}

impl Graph {
    /// The tenant that the application's token was issued for.
    #[must_use]
    pub fn application(&self, access_token: SecretString) -> Application {
        Application(self.below(String::new(), access_token))
    }
}

impl Application {
    /// The user with this address, as sign-in name, mail or alias (R09; needs `User.Read.All`). None when the
    /// tenant has no such user, or several.
    ///
    /// # Errors
    /// Graph refuses or cannot be reached.
    pub async fn find_user(&self, address: &str) -> Result<Option<Me>, GraphError> {
        let address = address.replace('\'', "''");
        let filter = format!(
            "mail eq '{address}' or userPrincipalName eq '{address}' \
             or proxyAddresses/any(p:p eq 'smtp:{address}')"
        );
        let filter = utf8_percent_encode(&filter, NON_ALPHANUMERIC);
        let path =
            format!("/users?$filter={filter}&$select=id,displayName,mail,userPrincipalName,proxyAddresses");
        let Found { mut value } = read(&self.0.get(&path).await?, "users")?;
        Ok(value.pop().filter(|_| value.is_empty()))
    }
}
