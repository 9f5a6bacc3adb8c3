//! `stack.json`: what a running stack tells people, scripts and tests.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// Where everything of a running stack is. URLs have no slash at the end.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StackFile {
    /// The HTTP API, as people and CRMs call it; also `PUBLIC_URL`.
    pub gateway_url: String,
    /// The Microsoft 365 simulator, asked directly.
    pub simulator_url: String,
    /// The local AWS, asked directly.
    pub aws_endpoint_url: String,
    /// Either of the gates; `/_gate/…` there steers the faults of both.
    pub gate_url: String,
    /// Creates organizations and their keys.
    pub operator_key: String,
    /// The key of the demonstration organization.
    pub organization_key: String,
    /// The demonstration organization.
    pub organization_id: String,
    /// The demonstration tenant in the simulator, not linked yet.
    pub tenant_id: String,
    /// The demonstration users in the simulator, by address; the first is the tenant's administrator.
    pub users: Vec<String>,
    /// The app registration's id.
    pub client_id: String,
    /// What admins and users look at; none while there is no such page.
    pub console_url: Option<String>,
    /// What guests look at; none while there is no such page.
    pub booking_url: Option<String>,
    /// The names of the functions as deployed, by their names in the project.
    pub functions: BTreeMap<String, String>,
    /// The template's outputs: `AccountsTable`, `CardsTable`, `CardsQueueUrl`, `CardsDeadLetterQueueUrl`,
    /// `SecretName`.
    pub outputs: BTreeMap<String, String>,
    /// Where the simulator records every exchange.
    pub traffic: PathBuf,
    /// The folder of all mail that SES accepted, one `.eml` file each.
    pub mail: PathBuf,
}

impl StackFile {
    /// Reads it.
    ///
    /// # Errors
    /// It is not there, or another version wrote it.
    pub fn load(path: &Path) -> Result<Self> {
        let text = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        serde_json::from_slice(&text).with_context(|| format!("{} is malformed", path.display()))
    }

    /// Writes it.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn save(&self, path: &Path) -> Result<()> {
        let text = serde_json::to_vec_pretty(self)?;
        std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
    }

    /// An output of the template.
    ///
    /// # Errors
    /// The template has none of this name.
    pub fn output(&self, name: &str) -> Result<&str> {
        self.outputs
            .get(name)
            .map(String::as_str)
            .with_context(|| format!("the template has no output {name}"))
    }

    /// The deployed name of a function.
    ///
    /// # Errors
    /// There is no such function.
    pub fn function(&self, name: &str) -> Result<&str> {
        self.functions.get(name).map(String::as_str).with_context(|| format!("there is no function {name}"))
    }
}
