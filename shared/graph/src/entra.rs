//! Entra ID: where people are sent to consent and sign in, and the token endpoint.
//!
//! Every address names the customer's tenant, never `/common`: a refresh there is refused for
//! single-tenant accounts and would accept anybody's sign-in (R05).

mod app_token;
mod certificate;
mod credential;
mod credentials;
mod id_token;
mod keys;
mod pkce;
mod tokens;

use std::sync::Arc;

use jiff::Timestamp;
use reqwest::{Client, Method, Request};
use secrecy::{ExposeSecret, SecretString};
use tokio::time::Instant;
use types::{Chain, TenantId};
use url::Url;

pub use app_token::AppToken;
pub use certificate::{Certificate, CertificateFlaw};
pub use credential::{Ask, Cause, Credential};
pub use credentials::{Credentials, is_about_credential, refuses_credential};
pub use id_token::IdToken;
pub use pkce::Pkce;
pub use tokens::Tokens;

use crate::error::{GraphError, entra_error};
use crate::retry::RetryPolicy;
use crate::settings::EntraSettings;
use crate::transport::{Repeat, Reply, Transport};

/// All that the registration lists for Graph: the only scope by which application permissions are consented
/// to and asked for (facts 1.1, 1.5).
pub const DEFAULT_SCOPE: &str = "https://graph.microsoft.com/.default";

/// AADSTS90002: there is no such tenant.
const TENANT_NOT_FOUND: u32 = 90_002;

/// Entra as our app registration sees it. Cheap to clone; clones share the cache of signing keys.
#[derive(Clone)]
pub struct Entra {
    transport: Transport,
    settings: Arc<EntraSettings>,
    credentials: Credentials,
    keys: keys::Keys,
}

/// What a sign-in asks for.
#[derive(Debug, Clone, Copy)]
pub struct Authorize<'a> {
    /// The directory the user must come from.
    pub tenant: &'a TenantId,
    /// What the link needs and the tenant consented to, with `openid profile offline_access` as needed.
    pub scopes: &'a [&'a str],
    /// Where the answer goes; must be registered.
    pub redirect_uri: &'a Url,
    /// Comes back unchanged.
    pub state: &'a str,
    /// Comes back inside the id token.
    pub nonce: &'a str,
    /// [`Pkce::challenge`].
    pub code_challenge: &'a str,
    /// `select_account`, or nothing. Never `consent`: it asks again for what an admin granted (R01).
    pub prompt: Option<&'a str>,
    /// The address to fill in.
    pub login_hint: Option<&'a str>,
}

/// What turns a code into tokens.
#[derive(Clone, Copy)]
pub struct RedeemCode<'a> {
    /// The directory of the sign-in.
    pub tenant: &'a TenantId,
    /// From the callback; lives about ten minutes and works once.
    pub code: &'a str,
    /// [`Pkce::verifier`].
    pub code_verifier: &'a SecretString,
    /// The same as in the sign-in.
    pub redirect_uri: &'a Url,
    /// The scopes of the tokens, of one resource.
    pub scopes: &'a [&'a str],
}

impl Entra {
    /// Entra for our app.
    #[must_use]
    pub fn new(http: Client, settings: EntraSettings, credentials: Credentials) -> Self {
        let transport = Transport::new(http);
        Self { transport, settings: Arc::new(settings), credentials, keys: keys::Keys::default() }
    }

    /// The same with another patience.
    #[must_use]
    pub fn with_policy(mut self, policy: RetryPolicy) -> Self {
        self.transport.policy = policy;
        self
    }

    /// The same, but no call waits beyond this instant.
    #[must_use]
    pub fn with_deadline(&self, deadline: Instant) -> Self {
        let mut entra = self.clone();
        entra.transport.deadline = Some(deadline);
        entra
    }

    /// The application (client) id, by which administrators find us in Entra.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.settings.client_id
    }

    /// Whether there is such a directory, asked of its public metadata (feature A07).
    ///
    /// # Errors
    /// Entra cannot be reached or answers something else than yes or AADSTS90002.
    pub async fn tenant_exists(&self, tenant: &TenantId) -> Result<bool, GraphError> {
        match self.metadata(tenant).await {
            Ok(_) => Ok(true),
            Err(error) if error.aadsts() == Some(TENANT_NOT_FOUND) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Where an administrator consents to these scopes for the whole tenant (facts 1.1, "admin consent v2").
    #[must_use]
    pub fn admin_consent_url(
        &self,
        tenant: &TenantId,
        scopes: &[&str],
        redirect_uri: &Url,
        state: &str,
    ) -> Url {
        let mut url = self.endpoint(tenant, &["v2.0", "adminconsent"]);
        url.query_pairs_mut()
            .append_pair("client_id", &self.settings.client_id)
            .append_pair("scope", &scopes.join(" "))
            .append_pair("redirect_uri", redirect_uri.as_str())
            .append_pair("state", state);
        url
    }

    /// Where a user signs in: authorization code with PKCE (facts 1.3).
    #[must_use]
    pub fn authorize_url(&self, request: &Authorize<'_>) -> Url {
        let mut url = self.endpoint(request.tenant, &["oauth2", "v2.0", "authorize"]);
        let mut query = url.query_pairs_mut();
        query
            .append_pair("client_id", &self.settings.client_id)
            .append_pair("response_type", "code")
            .append_pair("response_mode", "query")
            .append_pair("redirect_uri", request.redirect_uri.as_str())
            .append_pair("scope", &request.scopes.join(" "))
            .append_pair("state", request.state)
            .append_pair("nonce", request.nonce)
            .append_pair("code_challenge", request.code_challenge)
            .append_pair("code_challenge_method", "S256");
        for (name, value) in [("prompt", request.prompt), ("login_hint", request.login_hint)] {
            if let Some(value) = value {
                query.append_pair(name, value);
            }
        }
        drop(query);
        url
    }

    /// Turns the code of a callback into tokens. A code works once, so a lost reply means a new sign-in.
    ///
    /// # Errors
    /// Entra refuses (a code used before is AADSTS54005), or the reply is lost.
    pub async fn redeem_code(&self, request: RedeemCode<'_>) -> Result<Tokens, GraphError> {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", request.code),
            ("code_verifier", request.code_verifier.expose_secret()),
            ("redirect_uri", request.redirect_uri.as_str()),
        ];
        self.token(request.tenant, request.scopes, &form, Repeat::IfNotExecuted).await
    }

    /// Turns a refresh token into new tokens. Using one does not revoke it, so this may be repeated; the new
    /// refresh token replaces the old one in store (R03).
    ///
    /// # Errors
    /// Entra refuses ([`GraphError::needs_sign_in`] tells whether for good) or cannot be reached.
    pub async fn refresh(
        &self,
        tenant: &TenantId,
        refresh_token: &SecretString,
        scopes: &[&str],
    ) -> Result<Tokens, GraphError> {
        let form = [("grant_type", "refresh_token"), ("refresh_token", refresh_token.expose_secret())];
        self.token(tenant, scopes, &form, Repeat::Always).await
    }

    /// A token of the application itself in a tenant, with whatever application permissions are granted there
    /// (facts 1.5). There is no refresh token: ask again.
    ///
    /// # Errors
    /// Entra refuses (AADSTS700016: nobody in the tenant has consented) or cannot be reached.
    pub async fn client_credentials(&self, tenant: &TenantId) -> Result<AppToken, GraphError> {
        let form = [("grant_type", "client_credentials")];
        let tokens = self.token(tenant, &[DEFAULT_SCOPE], &form, Repeat::Always).await?;
        Ok(AppToken::of(tokens))
    }

    /// Checks that the id token was signed by the tenant for us and this sign-in, and is valid at `now`.
    ///
    /// # Errors
    /// [`GraphError::IdToken`] says what is wrong with it; others, that the tenant's keys cannot be had.
    pub async fn verify_id_token(
        &self,
        id_token: &SecretString,
        tenant: &TenantId,
        nonce: &str,
        now: Timestamp,
    ) -> Result<IdToken, GraphError> {
        let kid = id_token::key_id(id_token)?;
        let key = self.signing_key(tenant, &kid).await?;
        let expected = id_token::Expected { client_id: &self.settings.client_id, tenant, nonce, now };
        Ok(id_token::verify(id_token, &key, &expected)?)
    }

    /// Asks with one credential after the other, as long as Entra says that it is the credential which it does
    /// not take. It checks that before anything else: a code or refresh token is as good as before.
    async fn token(
        &self,
        tenant: &TenantId,
        scopes: &[&str],
        grant: &[(&str, &str)],
        repeat: Repeat,
    ) -> Result<Tokens, GraphError> {
        let scope = scopes.join(" ");
        let own = [("client_id", self.settings.client_id.as_str()), ("scope", &scope)];
        let form = [grant, own.as_slice()].concat();
        let mut attempts = self.credentials.attempts();
        let mut refusal = GraphError::NoCredential(None);
        while let Some(credential) = attempts.next().await {
            match self.token_with(&credential, tenant, &form, repeat).await {
                Err(error) if refuses_credential(&error) => {
                    tracing::error!(error = %Chain(&error), ?credential, "Entra does not take a credential of the application");
                    self.credentials.refused(&credential.id());
                    refusal = error;
                }
                result => return result,
            }
        }
        Err(refusal)
    }

    async fn token_with(
        &self,
        credential: &Credential,
        tenant: &TenantId,
        form: &[(&str, &str)],
        repeat: Repeat,
    ) -> Result<Tokens, GraphError> {
        let url = self.endpoint(tenant, &["oauth2", "v2.0", "token"]);
        let proof = credential.proof().await?;
        let make = || {
            let own = proof.parameters(&self.settings.client_id, url.as_str(), self.credentials.now())?;
            let own: Vec<_> = own.iter().map(|(name, value)| (*name, value.expose_secret())).collect();
            let request = self.transport.http.post(url.clone()).form(&[form, own.as_slice()].concat());
            request.build().map_err(GraphError::unreachable)
        };
        let reply = self.transport.send_each(repeat, make, self.transport.limit()).await?;
        Tokens::read(&successful(reply)?.body)
    }

    async fn get(&self, url: Url) -> Result<Reply, GraphError> {
        self.send(Repeat::Always, Request::new(Method::GET, url)).await
    }

    async fn send(&self, repeat: Repeat, request: Request) -> Result<Reply, GraphError> {
        successful(self.transport.send(repeat, request, self.transport.limit()).await?)
    }

    /// `{LOGIN_URL}/{tenant}/…`
    fn endpoint(&self, tenant: &TenantId, path: &[&str]) -> Url {
        let mut url = self.settings.login_url.clone();
        url.path_segments_mut()
            .expect("settings take only base URLs")
            .pop_if_empty()
            .push(tenant.as_str())
            .extend(path);
        url
    }
}

fn successful(reply: Reply) -> Result<Reply, GraphError> {
    if reply.is_success() {
        Ok(reply)
    } else {
        Err(entra_error(reply.status, reply.retry_after, &reply.body))
    }
}

#[cfg(test)]
mod tests;
