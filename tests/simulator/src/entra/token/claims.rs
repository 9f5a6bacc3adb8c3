//! What stands in the tokens.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::entra::authorize::random_text;
use crate::entra::scope::{GRAPH, Scopes};
use crate::model::directory::{Registration, Tenant, User};

/// Times of a token, seconds since 1970.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lifetime {
    pub(super) issued_at: i64,
    pub(super) seconds: u32,
}

impl Lifetime {
    fn claims(self) -> Value {
        let (from, until) = (self.issued_at, self.issued_at + i64::from(self.seconds));
        json!({"iat": from, "nbf": from, "exp": until})
    }
}

/// An id token, version 2.0 (facts §1.7).
pub(super) fn id_token(
    base: &str,
    registration: &Registration,
    tenant: &Tenant,
    user: &User,
    scopes: &Scopes,
    nonce: Option<&str>,
    lifetime: Lifetime,
) -> Value {
    let mut claims = json!({
        "ver": "2.0",
        "iss": format!("{base}/{}/v2.0", tenant.tenant_id),
        "aud": registration.client_id,
        "tid": tenant.tenant_id,
        "sub": pairwise(&registration.client_id, &user.id),
        "uti": random_text(16),
    });
    if scopes.has("profile") {
        claims["oid"] = json!(user.id);
        claims["name"] = json!(user.display_name);
        claims["preferred_username"] = json!(user.user_principal_name);
    }
    if scopes.has("email")
        && let Some(mail) = &user.mail
    {
        claims["email"] = json!(mail);
    }
    if registration.group_membership_claims.has_roles() {
        claims["wids"] = json!(user.role_templates());
    }
    if let Some(nonce) = nonce {
        claims["nonce"] = json!(nonce);
    }
    merged(claims, lifetime.claims())
}

/// An access token of a signed-in user for Graph.
pub(super) fn delegated(
    registration: &Registration,
    tenant: &Tenant,
    user: &User,
    scopes: &[String],
    lifetime: Lifetime,
) -> Value {
    let claims = json!({
        "oid": user.id,
        "upn": user.user_principal_name,
        "name": user.display_name,
        "sub": pairwise(&registration.client_id, &user.id),
        "scp": scopes.join(" "),
        "idtyp": "user",
    });
    merged(merged(for_graph(registration, tenant), claims), lifetime.claims())
}

/// An access token of the application itself for Graph.
pub(super) fn app_only(
    registration: &Registration,
    tenant: &Tenant,
    principal_id: &str,
    roles: &[String],
    lifetime: Lifetime,
) -> Value {
    let mut claims = json!({"oid": principal_id, "sub": principal_id, "idtyp": "app"});
    // A token without roles has no such claim at all.
    if !roles.is_empty() {
        claims["roles"] = json!(roles);
    }
    merged(merged(for_graph(registration, tenant), claims), lifetime.claims())
}

fn for_graph(registration: &Registration, tenant: &Tenant) -> Value {
    json!({
        "aud": GRAPH,
        "iss": format!("https://sts.windows.net/{}/", tenant.tenant_id),
        "tid": tenant.tenant_id,
        "appid": registration.client_id,
        "app_displayname": registration.display_name,
        "ver": "1.0",
        "uti": random_text(16),
    })
}

/// `sub` differs per application, so that two of them cannot compare notes.
fn pairwise(client_id: &str, user_id: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, format!("{client_id}/{user_id}").as_bytes()))
}

fn merged(mut into: Value, from: Value) -> Value {
    if let (Value::Object(into), Value::Object(from)) = (&mut into, from) {
        into.extend(from);
    }
    into
}
