//! Settings of a function: one tiny trait, so that every crate owns its slice of the environment and the
//! wiring test can compare what is declared with what `infra/template.yaml` gives.

mod clock;

use std::{collections::HashMap, ffi::OsString, str::FromStr};

use secrecy::SecretString;

pub use clock::ClockSettings;

/// One environment variable that a crate reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variable {
    /// Its name in the environment.
    pub name: &'static str,
    /// What it says, with its unit and form; goes into `docs/VARIABLES.md`.
    pub doc: &'static str,
}

/// A crate's slice of the environment.
pub trait Settings: Sized {
    /// Everything that `load` reads; `load` may read nothing else.
    const VARIABLES: &'static [Variable];

    /// Reads the slice.
    ///
    /// # Errors
    /// The first variable that is missing or malformed, by name.
    fn load(environment: &Environment) -> Result<Self, SettingsError>;
}

/// Why a function cannot start.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The variable is not set or empty.
    #[error("the environment variable {0} is not set")]
    Missing(&'static str),
    /// The variable has a value that does not parse.
    #[error("the environment variable {name} is malformed: {reason}")]
    Malformed {
        /// Its name.
        name: &'static str,
        /// What is wrong with the value; never the value itself, which may be a secret.
        reason: String,
    },
}

/// The environment, read once at start. Tests make one of their own.
pub struct Environment(HashMap<String, String>);

impl Environment {
    /// The process's own environment. A variable that is not Unicode counts as missing.
    #[must_use]
    pub fn of_process() -> Self {
        let unicode =
            |(name, value): (OsString, OsString)| Some((name.into_string().ok()?, value.into_string().ok()?));
        Self(std::env::vars_os().filter_map(unicode).collect())
    }

    /// An environment of these pairs.
    pub fn of<K: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (K, V)>) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }

    /// The value of a variable, parsed.
    ///
    /// # Errors
    /// The variable is missing, empty or malformed.
    pub fn get<T: FromStr>(&self, name: &'static str) -> Result<T, SettingsError>
    where
        T::Err: std::fmt::Display,
    {
        let value = self.0.get(name).filter(|value| !value.is_empty()).ok_or(SettingsError::Missing(name))?;
        value.parse().map_err(|error: T::Err| SettingsError::Malformed { name, reason: error.to_string() })
    }

    /// The value of a variable that must not be printed.
    ///
    /// # Errors
    /// The variable is missing or empty.
    pub fn secret(&self, name: &'static str) -> Result<SecretString, SettingsError> {
        self.get::<String>(name).map(SecretString::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_or_malformed_variable_is_named() {
        let environment = Environment::of([("EMPTY", ""), ("PORT", "many")]);
        for name in ["ABSENT", "EMPTY", "PORT"] {
            let message = environment.get::<u16>(name).expect_err("refused").to_string();
            assert!(message.contains(name), "{message}");
            assert!(!message.contains("many"), "{message}");
        }
    }
}
