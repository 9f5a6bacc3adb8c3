//! Where the deployment is reached.

use settings::{Environment, Settings, SettingsError, Variable};
use url::Url;

/// Where people and Microsoft reach the deployment.
#[derive(Debug, Clone)]
pub struct SiteSettings {
    /// The base URL.
    pub public_url: Url,
}

impl Settings for SiteSettings {
    const VARIABLES: &'static [Variable] = &[Variable {
        name: "PUBLIC_URL",
        doc: "The base URL under which people and Microsoft reach the HTTP API, without a trailing slash.",
    }];

    fn load(environment: &Environment) -> Result<Self, SettingsError> {
        Ok(Self { public_url: environment.get("PUBLIC_URL")? })
    }
}

impl SiteSettings {
    /// The address of that path below the base URL.
    #[must_use]
    pub fn below(&self, segments: &[&str]) -> Url {
        let mut url = self.public_url.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        url
    }
}
