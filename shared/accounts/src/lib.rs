//! Organizations, tenants, users, grants, links, tokens and the audit log: who is connected to what, and the
//! two flows through Entra that connect them.

mod admin_link;
mod api_key;
mod app_secrets;
mod app_tokens;
mod audit;
mod consent;
mod due;
mod error;
mod link;
mod organization;
mod seal;
mod settings;
mod sign_in;
mod signer;
mod site;
mod state;
mod store;
mod tenant;
mod tokens;
mod user;
mod version;

pub use api_key::{Caller, NewApiKey};
pub use app_secrets::{AppSecrets, SecretSettings};
pub use app_tokens::{AppTokens, TokenUse};
pub use audit::{AuditEntry, Event};
pub use consent::{Connect, ConsentReply};
pub use due::{Due, PERIOD, pause_after};
pub use error::{AccountsError, Refusal, link_failure};
pub use link::{Account, Link, LinkStatus};
pub use organization::Organization;
pub use settings::{FolderName, InvalidFolderName, OrganizationSettings};
pub use sign_in::{SignInReply, SignedIn};
pub use signer::Signer;
pub use site::SiteSettings;
pub use state::Started;
pub use store::{Accounts, AccountsSettings};
pub use tenant::{Grant, Tenant};
pub use tokens::Tokens;
pub use user::{Role, User};
pub use version::{Version, Versioned};

#[cfg(test)]
mod stage;
