//! Whose product the pages belong to.

use settings::{Environment, Settings, SettingsError, Variable};

/// The product that runs Setten, as its users know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branding {
    /// The name in titles and texts.
    pub product_name: String,
    /// Where people ask for help: an `https:` or `mailto:` address.
    pub support_url: Option<String>,
}

impl Default for Branding {
    fn default() -> Self {
        Self { product_name: "Setten".to_owned(), support_url: None }
    }
}

impl Settings for Branding {
    const VARIABLES: &'static [Variable] = &[
        Variable { name: "PRODUCT_NAME", doc: "the product's name on pages; Setten if empty" },
        Variable { name: "SUPPORT_URL", doc: "https: or mailto: address of the help desk; none if empty" },
    ];

    fn load(environment: &Environment) -> Result<Self, SettingsError> {
        let given = |name| match environment.get::<String>(name) {
            Err(SettingsError::Missing(_)) => Ok(None),
            other => other.map(Some),
        };
        let product_name = given("PRODUCT_NAME")?.unwrap_or_else(|| Self::default().product_name);
        Ok(Self { product_name, support_url: given("SUPPORT_URL")? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_environment_gives_the_default_name() {
        let empty = Environment::of([("PRODUCT_NAME", ""), ("SUPPORT_URL", "")]);
        assert_eq!(Branding::load(&empty).expect("loads"), Branding::default());

        let own =
            Environment::of([("PRODUCT_NAME", "名刺くん"), ("SUPPORT_URL", "mailto:help@example.test")]);
        let branding = Branding::load(&own).expect("loads");
        assert_eq!(branding.product_name, "名刺くん");
        assert_eq!(branding.support_url.as_deref(), Some("mailto:help@example.test"));
    }
}
