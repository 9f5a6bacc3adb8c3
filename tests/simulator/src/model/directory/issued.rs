//! What the simulated Entra ID has given out and must recognise again.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::entra::SigningKey;

/// Keys, codes, refresh tokens, sessions.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Issued {
    /// Published keys; the last one signs. Empty until the first is needed.
    pub keys: Vec<SigningKey>,
    /// Authorization codes.
    pub codes: BTreeMap<String, Code>,
    /// Refresh tokens.
    pub refresh_tokens: BTreeMap<String, RefreshToken>,
    /// Browser sessions by cookie value.
    pub sessions: BTreeMap<String, Session>,
    /// `jti` of the client assertions that were accepted: each is good once.
    pub assertions: BTreeSet<String>,
}

/// A user signed in to an app, as a code or a refresh token stands for.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SignedIn {
    /// The application.
    pub client_id: String,
    /// The user's tenant.
    pub tenant_id: String,
    /// The user's object id.
    pub user_id: String,
    /// `User::generation` at the sign-in.
    pub generation: u64,
    /// The scopes that were asked for.
    pub scopes: Vec<String>,
}

/// An authorization code.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Code {
    /// Who signed in to what.
    pub grant: SignedIn,
    /// Where it was sent.
    pub redirect_uri: String,
    /// The PKCE challenge and its method (`S256` or `plain`).
    pub challenge: Option<(String, String)>,
    /// Goes into the id token.
    pub nonce: Option<String>,
    /// Seconds since 1970.
    pub issued_at: i64,
    /// Whether it was redeemed: codes are good once.
    pub redeemed: bool,
}

/// A refresh token. Using it does not end it (facts §1.6).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RefreshToken {
    /// Who signed in to what.
    pub grant: SignedIn,
    /// Seconds since 1970.
    pub issued_at: i64,
}

/// The accounts that one browser is signed in with.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// Object id of each account with its `User::generation` at the sign-in.
    pub accounts: BTreeMap<String, u64>,
}
