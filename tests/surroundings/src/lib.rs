//! What surrounds our code in a test that runs it in its own process: Microsoft 365 with one tenant, an AWS in
//! memory, gates that cut calls, people who consent and sign in. A test's world takes these and adds what is
//! its own.
//!
//! For integration tests only. A unit test of a crate that this one stands on would meet that crate twice, as
//! two crates with the same names. Whatever goes wrong here panics: the test has nothing else to do with it.

mod clock;
mod house;
mod local_aws;
mod microsoft;
mod reply;
mod walk;

pub use clock::SimulatedClock;
pub use house::{
    accounts, clients, credentials_document, found, gate, grant_mail, member, once, organization, secrets,
    site, tenant,
};
pub use local_aws::LocalAws;
pub use microsoft::{Microsoft, graph_error};
pub use reply::{Reply, cookie_line, keep_cookies};
pub use walk::{consent_reply, finish, sign_in_reply};

/// Our app registration at Microsoft.
pub const CLIENT: &str = "5e77e000-0000-4000-8000-00000000c11e";
/// Its client secret.
pub const CLIENT_SECRET: &str = "secret";
/// The customer's tenant, Contoso.
pub const TENANT: &str = "5e77e000-0000-4000-8000-000000000001";
/// Contoso's global administrator.
pub const ADMIN: &str = "admin@contoso.example";
/// A user of Contoso's in many tests.
pub const HANAKO: &str = "hanako@contoso.example";
/// Where the functions stand, for the world outside.
pub const SITE: &str = "https://app.example";
/// The key that creates organizations.
pub const OPERATOR: &str = "operator key of this test";
