//! Where Entra and Graph are.

use ::settings::{Environment, Settings, SettingsError, Variable};
use url::Url;

/// Which app we are, and where people and we sign in.
#[derive(Debug, Clone)]
pub struct EntraSettings {
    /// The application (client) id of the app registration.
    pub client_id: String,
    /// The base of the sign-in service, without a tenant.
    pub login_url: Url,
}

/// Where Graph is.
#[derive(Debug, Clone)]
pub struct GraphSettings {
    /// The version root, as in `https://graph.microsoft.com/v1.0`.
    pub graph_url: Url,
}

impl Settings for EntraSettings {
    const VARIABLES: &'static [Variable] = &[
        Variable { name: "CLIENT_ID", doc: "Application (client) ID of the Entra app registration" },
        Variable { name: "LOGIN_URL", doc: "Base URL of Entra ID, as in https://login.microsoftonline.com" },
    ];

    fn load(environment: &Environment) -> Result<Self, SettingsError> {
        Ok(Self { client_id: environment.get("CLIENT_ID")?, login_url: base_url(environment, "LOGIN_URL")? })
    }
}

impl Settings for GraphSettings {
    const VARIABLES: &'static [Variable] = &[Variable {
        name: "GRAPH_URL",
        doc: "Version root of Microsoft Graph, as in https://graph.microsoft.com/v1.0",
    }];

    fn load(environment: &Environment) -> Result<Self, SettingsError> {
        Ok(Self { graph_url: base_url(environment, "GRAPH_URL")? })
    }
}

/// An http(s) URL that paths can be appended to.
fn base_url(environment: &Environment, name: &'static str) -> Result<Url, SettingsError> {
    let url: Url = environment.get(name)?;
    let usable =
        matches!(url.scheme(), "http" | "https") && url.query().is_none() && url.fragment().is_none();
    if usable {
        Ok(url)
    } else {
        Err(SettingsError::Malformed { name, reason: "must be an http or https base URL".to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_base_urls_are_taken() {
        for bad in ["ftp://graph.example", "mailto:a@b.example", "https://graph.example/?a=b", "graph"] {
            let environment = Environment::of([("GRAPH_URL", bad)]);
            assert!(GraphSettings::load(&environment).is_err(), "{bad:?}");
        }
        let environment = Environment::of([("CLIENT_ID", "app"), ("LOGIN_URL", "http://127.0.0.1:8080")]);
        let settings = EntraSettings::load(&environment).expect("settings");
        assert_eq!(settings.login_url.as_str(), "http://127.0.0.1:8080/");
    }
}
