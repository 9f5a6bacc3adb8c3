//! Organizations, tenants, users, grants, links, tokens and the audit log: who is connected to what, and the
//! two flows through Entra that connect them.

mod activity;
mod actor;
mod admin_link;
mod api_key;
mod app_secrets;
mod app_tokens;
mod audience;
mod audit;
pub mod checks;
mod cleaning;
mod confirm;
mod connected;
mod consent;
mod console_sign_in;
mod due;
mod egress;
mod error;
mod idempotency;
mod invitation;
mod link;
mod news;
mod organization;
mod outage;
mod portal;
mod proof;
mod roster;
mod seal;
mod session;
mod settings;
mod sign_in;
mod signer;
mod site;
mod state;
mod store;
mod tenant;
mod tenant_end;
mod tokens;
mod user;
mod version;

pub use activity::{Activity, Deed};
pub use actor::Actor;
pub use api_key::{Admission, ApiKey, Caller, MOST_API_KEYS, NewApiKey, ValidKey};
pub use app_secrets::{AppSecrets, SecretSettings};
pub use app_tokens::{AppTokens, TokenUse};
pub use audience::{
    Audience, AudienceJob, AudienceReader, AudienceStatus, AudienceWork, DueAudience, GroupId, Headcount,
    InvalidGroupId, StandingAudience, queue_audiences,
};
pub use audit::{AuditEntry, AuditFilter, Event};
pub use confirm::{Doubt, Question};
pub use consent::{CONSENT_COOKIE, Connect, ConsentReply, StartedConsent, own_path};
pub use console_sign_in::{ConsoleSignIn, StartedSignIn};
pub use due::{Due, PERIOD, pause_after};
pub use egress::EgressSettings;
pub use error::{AccountsError, Refusal, link_failure};
pub use idempotency::{Answer, Once, Turn};
pub use link::{Account, Link, LinkStatus};
pub use news::{GrantNews, InviteNews, LinkNews, News, OutageNews, PushNews, Untold};
pub use organization::Organization;
pub use outage::Outage;
pub use portal::{Entry, EntryRefusal, InvalidReturnUrl, PortalLink, PortalPage, ReturnUrl};
pub use proof::Consented;
pub use roster::RosterEntry;
pub use seal::Sealer;
pub use session::{NewSession, Session};
pub use settings::{
    ContactField, FolderName, InvalidFolderName, InvalidSourceOrder, OrganizationSettings, SourceOrder,
    WriteMode, WriteModes,
};
pub use sign_in::{Linked, SignInReply, SignedIn};
pub use signer::Signer;
pub use site::SiteSettings;
pub use state::{NotConnected, RefusedFeature, Started};
pub use store::{Accounts, AccountsSettings};
pub use tenant::{Grant, Tenant};
pub use tenant_end::{Ending, UnlinkedPage};
pub use tokens::Tokens;
pub use user::{Role, User, UserFilter};
pub use version::{Version, Versioned};

#[cfg(test)]
mod stage;
