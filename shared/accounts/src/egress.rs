//! From where the deployment speaks to the outside.

use settings::{Environment, Settings, SettingsError, Variable};

/// The fixed addresses from which the deployment calls Microsoft (features A18, P36).
#[derive(Debug, Clone, Default)]
pub struct EgressSettings {
    /// For firewalls and policies that limit where calls may come from; none unless the deployment has some.
    pub addresses: Vec<String>,
}

impl Settings for EgressSettings {
    const VARIABLES: &'static [Variable] = &[Variable {
        name: "EGRESS_ADDRESSES",
        doc: "The fixed addresses from which Microsoft is called, separated by commas, shown to admins; none if \
              empty.",
    }];

    fn load(environment: &Environment) -> Result<Self, SettingsError> {
        let text = match environment.get::<String>("EGRESS_ADDRESSES") {
            Err(SettingsError::Missing(_)) => String::new(),
            text => text?,
        };
        let addresses = text.split(',').map(str::trim).filter(|address| !address.is_empty());
        Ok(Self { addresses: addresses.map(str::to_owned).collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a18_addresses_are_listed_and_may_be_none() {
        let load = |text: &str| {
            let environment = Environment::of([("EGRESS_ADDRESSES", text)]);
            EgressSettings::load(&environment).expect("loads").addresses
        };
        assert_eq!(load("203.0.113.7, 203.0.113.8"), ["203.0.113.7", "203.0.113.8"]);
        assert_eq!(load(""), Vec::<String>::new());
    }
}
