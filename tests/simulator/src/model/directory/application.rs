//! Applications: the vendor's registration (one for the world) and what each tenant made of it (its service
//! principal with the grants).

use std::collections::{BTreeMap, BTreeSet};

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use super::{DatedRules, DirectoryError, MailboxRules, guid};

/// Which groups and roles of the user stand in tokens (`groupMembershipClaims` of the app manifest).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum GroupClaims {
    /// None.
    #[default]
    None,
    /// Security groups.
    SecurityGroup,
    /// Groups assigned to the application.
    ApplicationGroup,
    /// Directory roles: id tokens carry `wids`.
    DirectoryRole,
    /// All of them.
    All,
}

impl GroupClaims {
    /// Whether id tokens carry the directory roles.
    #[must_use]
    pub fn has_roles(self) -> bool {
        matches!(self, Self::DirectoryRole | Self::All)
    }
}

/// An application as `POST /_sim/apps` asks for it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewApplication {
    /// The client id, a GUID; made up if absent.
    pub client_id: Option<String>,
    /// The name that consent pages show.
    pub display_name: String,
    /// Client secrets; several may be valid at once.
    #[serde(default)]
    pub secrets: Vec<NewSecret>,
    /// Certificates (PEM) whose keys may sign client assertions.
    #[serde(default)]
    pub certificates: Vec<String>,
    /// Issuers and subjects whose assertions stand for the application.
    #[serde(default)]
    pub federated_credentials: Vec<FederatedCredential>,
    /// Redirect URIs, compared exactly.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// Application permissions of Graph that the app requires, by name.
    #[serde(default)]
    pub application_roles: Vec<String>,
    /// Delegated permissions of Graph that the app requires, by name.
    #[serde(default)]
    pub delegated_scopes: Vec<String>,
    /// Whether other tenants than the home tenant may use it; yes if absent.
    pub multi_tenant: Option<bool>,
    /// The tenant of the vendor; only there may a single-tenant app be used.
    pub home_tenant_id: Option<String>,
    /// Which groups and roles stand in tokens.
    #[serde(default)]
    pub group_membership_claims: GroupClaims,
}

/// A client secret as it is registered.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewSecret {
    /// The secret text.
    pub value: String,
    /// RFC 3339; never expires if absent.
    pub expires_at: Option<jiff::Timestamp>,
}

/// A federated identity credential, as Graph's `federatedIdentityCredentials` has it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FederatedCredential {
    /// Its name in the registration.
    pub name: String,
    /// The issuer's URL, compared exactly.
    pub issuer: String,
    /// The subject, compared exactly.
    pub subject: String,
    /// The audience, in a list of one.
    pub audiences: Vec<String>,
}

/// An app registration.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Registration {
    /// The client id, a GUID.
    pub client_id: String,
    /// The name that consent pages show.
    pub display_name: String,
    /// Client secrets.
    pub secrets: Vec<Secret>,
    /// Certificates.
    pub certificates: Vec<Certificate>,
    /// Whose assertions stand for the application.
    #[serde(default)]
    pub federated_credentials: Vec<FederatedCredential>,
    /// Redirect URIs, compared exactly.
    pub redirect_uris: Vec<String>,
    /// Application permissions of Graph that the app requires.
    pub application_roles: Vec<String>,
    /// Delegated permissions of Graph that the app requires.
    pub delegated_scopes: Vec<String>,
    /// Whether other tenants than the home tenant may use it.
    pub multi_tenant: bool,
    /// The tenant of the vendor.
    pub home_tenant_id: Option<String>,
    /// Which groups and roles stand in tokens.
    #[serde(default)]
    pub group_membership_claims: GroupClaims,
}

/// A client secret.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Secret {
    /// The secret text.
    pub value: String,
    /// Seconds since 1970; `None` never expires.
    pub expires_at: Option<i64>,
}

/// A certificate of a client.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Certificate {
    /// The certificate, PEM.
    pub pem: String,
    /// base64url SHA-256 of the DER, as in `x5t#S256`.
    pub thumbprint_sha256: String,
    /// base64url SHA-1 of the DER, as in `x5t`.
    pub thumbprint_sha1: String,
    /// The end of its validity, seconds since 1970.
    pub not_after: i64,
}

impl Registration {
    pub(super) fn new(new: NewApplication) -> Result<Self, DirectoryError> {
        let secret = |secret: NewSecret| Secret {
            value: secret.value,
            expires_at: secret.expires_at.map(jiff::Timestamp::as_second),
        };
        Ok(Self {
            client_id: guid("clientId", new.client_id)?,
            display_name: new.display_name,
            secrets: new.secrets.into_iter().map(secret).collect(),
            certificates: new
                .certificates
                .into_iter()
                .map(Certificate::from_pem)
                .collect::<Result<_, _>>()?,
            federated_credentials: new.federated_credentials,
            redirect_uris: new.redirect_uris,
            application_roles: new.application_roles,
            delegated_scopes: new.delegated_scopes,
            multi_tenant: new.multi_tenant.unwrap_or(true),
            home_tenant_id: new.home_tenant_id.map(|id| id.to_lowercase()),
            group_membership_claims: new.group_membership_claims,
        })
    }
}

impl Certificate {
    fn from_pem(pem: String) -> Result<Self, DirectoryError> {
        let malformed = || DirectoryError::Malformed {
            field: "certificates",
            reason: "not an RSA certificate in PEM".to_owned(),
        };
        let body: String = pem
            .lines()
            .skip_while(|line| *line != "-----BEGIN CERTIFICATE-----")
            .skip(1)
            .take_while(|line| *line != "-----END CERTIFICATE-----")
            .map(str::trim)
            .collect();
        let der = STANDARD.decode(body).map_err(|_| malformed())?;
        jsonwebtoken::DecodingKey::from_rsa_pem(pem.as_bytes()).map_err(|_| malformed())?;
        let (_, parsed) = x509_parser::parse_x509_certificate(&der).map_err(|_| malformed())?;
        let not_after = parsed.validity().not_after.timestamp();
        let print = |algorithm| URL_SAFE_NO_PAD.encode(digest::digest(algorithm, &der));
        Ok(Self {
            thumbprint_sha256: print(&digest::SHA256),
            thumbprint_sha1: print(&digest::SHA1_FOR_LEGACY_USE_ONLY),
            not_after,
            pem,
        })
    }
}

/// An application in one tenant ("enterprise application") with everything that was consented to there.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServicePrincipal {
    /// Its object id in the tenant.
    pub id: String,
    /// The application's client id.
    pub client_id: String,
    /// Whether the tenant lets it be used.
    pub account_enabled: bool,
    /// Whether only assigned users may sign in to it.
    pub assignment_required: bool,
    /// Object ids of the assigned users.
    pub assigned_users: BTreeSet<String>,
    /// Granted application permissions, each with the instant (seconds since 1970) from which tokens carry it.
    pub application_roles: BTreeMap<String, i64>,
    /// Delegated permissions granted for everybody, each with that instant.
    pub tenant_scopes: BTreeMap<String, i64>,
    /// Delegated permissions that single users granted, by object id.
    pub user_scopes: BTreeMap<String, BTreeSet<String>>,
    /// What Exchange Online makes of it, the latest change last.
    #[serde(default)]
    pub mailbox_rules: Vec<DatedRules>,
}

impl ServicePrincipal {
    pub(super) fn new(client_id: String) -> Self {
        Self {
            id: uuid::Uuid::new_v4().to_string(),
            client_id,
            account_enabled: true,
            assignment_required: false,
            assigned_users: BTreeSet::new(),
            application_roles: BTreeMap::new(),
            tenant_scopes: BTreeMap::new(),
            user_scopes: BTreeMap::new(),
            mailbox_rules: Vec::new(),
        }
    }

    /// What Exchange Online heeds at `now` (seconds since 1970).
    #[must_use]
    pub fn mailbox_rules_at(&self, now: i64) -> Option<&MailboxRules> {
        self.mailbox_rules.iter().rfind(|dated| dated.from <= now).map(|dated| &dated.rules)
    }

    /// Whether the delegated permission is consented to, for everybody or by this user.
    #[must_use]
    pub fn is_consented(&self, user_id: &str, scope: &str) -> bool {
        self.tenant_scopes.contains_key(scope)
            || self.user_scopes.get(user_id).is_some_and(|scopes| scopes.contains(scope))
    }

    /// Whether anything at all was consented to for this user.
    #[must_use]
    pub fn has_any_consent(&self, user_id: &str) -> bool {
        !self.tenant_scopes.is_empty() || self.user_scopes.contains_key(user_id)
    }

    /// The delegated permissions a token for this user carries at `now` (seconds since 1970).
    #[must_use]
    pub fn scopes_at(&self, user_id: &str, now: i64) -> BTreeSet<String> {
        let of_all = effective(&self.tenant_scopes, now);
        of_all.chain(self.user_scopes.get(user_id).into_iter().flatten().cloned()).collect()
    }

    /// Takes back an application permission. False when it was not granted.
    pub fn revoke_role(&mut self, role: &str) -> bool {
        let count = self.application_roles.len();
        self.application_roles.retain(|name, _| !name.eq_ignore_ascii_case(role));
        self.application_roles.len() < count
    }

    /// Takes back a delegated permission: from one user what that user granted, or from everybody everything.
    /// False when it was not granted.
    pub fn revoke_scope(&mut self, scope: &str, user_id: Option<&str>) -> bool {
        let mut revoked = false;
        for (user, scopes) in &mut self.user_scopes {
            if user_id.is_none_or(|id| id == user) {
                let count = scopes.len();
                scopes.retain(|name| !name.eq_ignore_ascii_case(scope));
                revoked |= scopes.len() < count;
            }
        }
        self.user_scopes.retain(|_, scopes| !scopes.is_empty());
        if user_id.is_none() {
            let count = self.tenant_scopes.len();
            self.tenant_scopes.retain(|name, _| !name.eq_ignore_ascii_case(scope));
            revoked |= self.tenant_scopes.len() < count;
        }
        revoked
    }

    /// The application permissions an app-only token carries at `now` (seconds since 1970).
    #[must_use]
    pub fn roles_at(&self, now: i64) -> Vec<String> {
        effective(&self.application_roles, now).collect()
    }
}

fn effective(granted: &BTreeMap<String, i64>, now: i64) -> impl Iterator<Item = String> {
    granted.iter().filter(move |(_, from)| **from <= now).map(|(name, _)| name.clone())
}
