//! Entra's part of the control API (`/_sim`): applications, consents, errors on demand, revocation.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, patch, post, put};
use axum::{Json, Router};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::error::AadError;
use crate::app::App;
use crate::control::{Body, Refused};
use crate::model::directory::{
    Behaviour, DatedRules, DirectoryError, ForcedError, MailboxRules, NewApplication, UserConsent,
};

/// The routes, relative to `/_sim`.
pub(super) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/apps", post(register))
        .route("/apps/{client_id}", get(registration).delete(unregister))
        .route("/entra/errors", post(force_error).delete(clear_errors))
        .route("/entra/settings", get(settings).patch(change_settings))
        .route("/entra/stats", get(stats))
        .route("/entra/keys/rotate", post(rotate_keys))
        .route("/tenants/{tenant}", delete(remove_tenant).patch(change_tenant))
        .route("/tenants/{tenant}/users/{user}/revoke", post(revoke))
        .route("/tenants/{tenant}/users/{user}", patch(change_user).delete(remove_user))
        .route("/tenants/{tenant}/apps/{client_id}", get(principal).patch(change_principal).delete(withdraw))
        .route("/tenants/{tenant}/apps/{client_id}/mailbox-rules", put(change_mailbox_rules))
        .route("/tenants/{tenant}/apps/{client_id}/roles/{role}", put(assign_role).delete(revoke_role))
        .route("/tenants/{tenant}/apps/{client_id}/scopes/{scope}", delete(revoke_scope))
        .merge(crate::html::assets())
}

type Answer = Result<Json<Value>, Refused>;

async fn register(State(app): State<Arc<App>>, Body(new): Body<NewApplication>) -> Result<Response, Refused> {
    let mut world = app.world();
    let registration = world.directory.register(new)?;
    Ok((StatusCode::CREATED, Json(json!(registration))).into_response())
}

async fn registration(State(app): State<Arc<App>>, Path(client_id): Path<String>) -> Answer {
    let world = app.world();
    let registration =
        world.directory.application(&client_id).ok_or(DirectoryError::NoApplication(client_id))?;
    Ok(Json(json!(registration)))
}

async fn unregister(
    State(app): State<Arc<App>>,
    Path(client_id): Path<String>,
) -> Result<StatusCode, Refused> {
    let removed = app.world().directory.applications.remove(&client_id.to_lowercase());
    removed.map(|_| StatusCode::NO_CONTENT).ok_or(DirectoryError::NoApplication(client_id).into())
}

async fn force_error(
    State(app): State<Arc<App>>,
    Body(error): Body<ForcedError>,
) -> Result<StatusCode, Refused> {
    if AadError::known(error.aadsts).is_none() {
        let reason = format!("AADSTS{} is not known", error.aadsts);
        return Err(DirectoryError::Malformed { field: "aadsts", reason }.into());
    }
    app.world().directory.behaviour.forced_errors.push(error);
    Ok(StatusCode::CREATED)
}

/// Which forced errors are meant.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ErrorsOf {
    /// Only those for this tenant (its id); all if absent.
    tenant_id: Option<String>,
}

async fn clear_errors(State(app): State<Arc<App>>, Query(of): Query<ErrorsOf>) -> StatusCode {
    let mut world = app.world();
    world
        .directory
        .behaviour
        .forced_errors
        .retain(|error| of.tenant_id.is_some() && error.tenant_id != of.tenant_id);
    StatusCode::NO_CONTENT
}

async fn settings(State(app): State<Arc<App>>) -> Json<Behaviour> {
    Json(app.world().directory.behaviour.clone())
}

/// Every member is optional; what is absent stays.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SettingsChange {
    consent_delay_seconds: Option<u32>,
    consent_replaces: Option<bool>,
    reject_common: Option<bool>,
    access_token_seconds: Option<u32>,
    code_seconds: Option<u32>,
    refresh_token_seconds: Option<u32>,
}

async fn change_settings(State(app): State<Arc<App>>, Body(change): Body<SettingsChange>) -> Json<Behaviour> {
    let mut world = app.world();
    let behaviour = &mut world.directory.behaviour;
    set(&mut behaviour.consent_delay_seconds, change.consent_delay_seconds);
    set(&mut behaviour.consent_replaces, change.consent_replaces);
    set(&mut behaviour.reject_common, change.reject_common);
    set(&mut behaviour.access_token_seconds, change.access_token_seconds);
    set(&mut behaviour.code_seconds, change.code_seconds);
    set(&mut behaviour.refresh_token_seconds, change.refresh_token_seconds);
    Json(behaviour.clone())
}

/// Token calls by tenant segment and grant type, and pages shown.
async fn stats(State(app): State<Arc<App>>) -> Json<Value> {
    Json(app.world().directory.stats())
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Rotation {
    drop_older: bool,
}

async fn rotate_keys(State(app): State<Arc<App>>, body: bytes::Bytes) -> Result<StatusCode, Refused> {
    let rotation = if body.is_empty() { Ok(Rotation::default()) } else { serde_json::from_slice(&body) };
    let rotation: Rotation = rotation.map_err(|error| Refused(StatusCode::BAD_REQUEST, error.to_string()))?;
    app.world().directory.issued.rotate_keys(rotation.drop_older);
    Ok(StatusCode::NO_CONTENT)
}

async fn remove_tenant(
    State(app): State<Arc<App>>,
    Path(tenant): Path<String>,
) -> Result<StatusCode, Refused> {
    app.world().directory.remove_tenant(&tenant)?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TenantChange {
    display_name: Option<String>,
    user_consent: Option<UserConsent>,
}

async fn change_tenant(
    State(app): State<Arc<App>>,
    Path(tenant): Path<String>,
    Body(change): Body<TenantChange>,
) -> Answer {
    let mut world = app.world();
    let tenant = world.directory.tenant_mut(&tenant)?;
    set(&mut tenant.display_name, change.display_name);
    set(&mut tenant.user_consent, change.user_consent);
    Ok(Json(json!(tenant)))
}

async fn revoke(
    State(app): State<Arc<App>>,
    Path((tenant, user)): Path<(String, String)>,
) -> Result<StatusCode, Refused> {
    let now = app.clock.now().as_second();
    app.world().directory.tenant_mut(&tenant)?.user_mut(&user)?.revoke(now);
    Ok(StatusCode::NO_CONTENT)
}

/// Every member is optional; what is absent stays.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct UserChange {
    user_principal_name: Option<String>,
    mail: Option<String>,
    proxy_addresses: Option<Vec<String>>,
    display_name: Option<String>,
    roles: Option<Vec<String>>,
    account_enabled: Option<bool>,
    mailbox: Option<crate::model::directory::MailboxKind>,
}

async fn change_user(
    State(app): State<Arc<App>>,
    Path((tenant, user)): Path<(String, String)>,
    Body(change): Body<UserChange>,
) -> Answer {
    let mut world = app.world();
    let user = world.directory.tenant_mut(&tenant)?.user_mut(&user)?;
    set(&mut user.user_principal_name, change.user_principal_name);
    set(&mut user.mail, change.mail.map(Some));
    set(&mut user.proxy_addresses, change.proxy_addresses);
    set(&mut user.display_name, change.display_name);
    set(&mut user.roles, change.roles);
    set(&mut user.account_enabled, change.account_enabled);
    set(&mut user.mailbox, change.mailbox);
    Ok(Json(json!(user)))
}

/// The user is deleted: nobody signs in as them, and no group holds them.
async fn remove_user(
    State(app): State<Arc<App>>,
    Path((tenant, user)): Path<(String, String)>,
) -> Result<StatusCode, Refused> {
    app.world().directory.tenant_mut(&tenant)?.remove_user(&user)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn principal(State(app): State<Arc<App>>, Path((tenant, client_id)): Path<(String, String)>) -> Answer {
    let mut world = app.world();
    let tenant = world.directory.tenant_mut(&tenant)?;
    let principal = tenant.principal(&client_id).ok_or(DirectoryError::NoApplication(client_id))?;
    Ok(Json(json!(principal)))
}

/// Every member is optional; what is absent stays. `assignedUsers` holds object ids or addresses.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PrincipalChange {
    account_enabled: Option<bool>,
    assignment_required: Option<bool>,
    assigned_users: Option<Vec<String>>,
}

async fn change_principal(
    State(app): State<Arc<App>>,
    Path((tenant, client_id)): Path<(String, String)>,
    Body(change): Body<PrincipalChange>,
) -> Answer {
    let mut world = app.world();
    let tenant = world.directory.tenant_mut(&tenant)?;
    let id_of = |name: &String| {
        tenant.user(name).map(|user| user.id.clone()).ok_or_else(|| DirectoryError::NoUser(name.clone()))
    };
    let assigned = change.assigned_users.map(|names| names.iter().map(id_of).collect()).transpose()?;
    let principal = tenant.principal_or_new(&client_id);
    set(&mut principal.account_enabled, change.account_enabled);
    set(&mut principal.assignment_required, change.assignment_required);
    set(&mut principal.assigned_users, assigned);
    Ok(Json(json!(principal)))
}

/// What an administrator of Exchange Online decides; members are object ids or addresses.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct NewMailboxRules {
    policy_members: Option<Vec<String>>,
    roles: Vec<String>,
    role_members: Vec<String>,
    /// How long Exchange Online goes on as before: an hour and more in reality.
    delay_seconds: u32,
}

/// The rules of an application's mailboxes are these from now, or from later, on.
async fn change_mailbox_rules(
    State(app): State<Arc<App>>,
    Path((tenant, client_id)): Path<(String, String)>,
    Body(new): Body<NewMailboxRules>,
) -> Answer {
    let from = app.clock.now().as_second() + i64::from(new.delay_seconds);
    let mut world = app.world();
    let tenant = world.directory.tenant_mut(&tenant)?;
    let ids = |names: Vec<String>| -> Result<_, DirectoryError> {
        let id_of =
            |name: String| tenant.user(&name).map(|user| user.id.clone()).ok_or(DirectoryError::NoUser(name));
        names.into_iter().map(id_of).collect()
    };
    let rules = MailboxRules {
        policy_members: new.policy_members.map(ids).transpose()?,
        roles: new.roles.into_iter().collect(),
        role_members: ids(new.role_members)?,
    };
    let principal = tenant.principal_or_new(&client_id);
    principal.mailbox_rules.push(DatedRules { from, rules });
    Ok(Json(json!(principal)))
}

/// An administrator deletes the enterprise application: every consent is gone.
async fn withdraw(
    State(app): State<Arc<App>>,
    Path((tenant, client_id)): Path<(String, String)>,
) -> Result<StatusCode, Refused> {
    let mut world = app.world();
    let removed = world.directory.tenant_mut(&tenant)?.principals.remove(&client_id.to_lowercase());
    removed.map(|_| StatusCode::NO_CONTENT).ok_or(DirectoryError::NoApplication(client_id).into())
}

/// An administrator assigns one application permission to the enterprise application, with PowerShell or Graph:
/// the registration need not list it (`appRoleAssignments`).
async fn assign_role(
    State(app): State<Arc<App>>,
    Path((tenant, client_id, role)): Path<(String, String, String)>,
) -> Answer {
    let now = app.clock.now().as_second();
    let mut world = app.world();
    let tenant = world.directory.tenant_mut(&tenant)?;
    let principal = tenant.principals.get_mut(&client_id.to_lowercase());
    let principal = principal.ok_or(DirectoryError::NoApplication(client_id))?;
    principal.application_roles.entry(role).or_insert(now);
    Ok(Json(json!(principal)))
}

/// An administrator takes one application permission back. Tokens given out before keep it until they expire.
async fn revoke_role(
    State(app): State<Arc<App>>,
    Path((tenant, client_id, role)): Path<(String, String, String)>,
) -> Result<StatusCode, Refused> {
    let mut world = app.world();
    let tenant = world.directory.tenant_mut(&tenant)?;
    let principal = tenant.principals.get_mut(&client_id.to_lowercase());
    let principal = principal.ok_or(DirectoryError::NoApplication(client_id))?;
    revoked(principal.revoke_role(&role), role)
}

/// Whose own grant; everybody's and the tenant-wide one if absent.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Whose {
    user: Option<String>,
}

/// One delegated permission is taken back.
async fn revoke_scope(
    State(app): State<Arc<App>>,
    Path((tenant, client_id, scope)): Path<(String, String, String)>,
    Query(whose): Query<Whose>,
) -> Result<StatusCode, Refused> {
    let mut world = app.world();
    let tenant = world.directory.tenant_mut(&tenant)?;
    let id_of = |name: String| {
        tenant.user(&name).map(|user| user.id.clone()).ok_or_else(|| DirectoryError::NoUser(name.clone()))
    };
    let user = whose.user.map(id_of).transpose()?;
    let principal = tenant.principals.get_mut(&client_id.to_lowercase());
    let principal = principal.ok_or(DirectoryError::NoApplication(client_id))?;
    revoked(principal.revoke_scope(&scope, user.as_deref()), scope)
}

fn revoked(was_granted: bool, permission: String) -> Result<StatusCode, Refused> {
    if was_granted { Ok(StatusCode::NO_CONTENT) } else { Err(DirectoryError::NoGrant(permission).into()) }
}

fn set<T>(place: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *place = value;
    }
}
