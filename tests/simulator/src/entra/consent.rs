//! What is consented to already, who may consent to the rest, and what consenting changes.

use super::error::AadError;
use super::scope::{self, Scopes};
use crate::model::Directory;
use crate::model::directory::{Registration, Tenant, User, UserConsent};

/// The delegated permissions a request stands for: those it names, or with `.default` those of the registration.
pub(crate) fn delegated(scopes: &Scopes, registration: &Registration) -> Vec<String> {
    let mut names = scopes.names.clone();
    if scopes.default {
        names.extend(registration.delegated_scopes.iter().cloned());
    }
    names
}

/// The permissions of a request that nobody has consented to yet for this user.
pub(crate) fn missing(
    tenant: &Tenant,
    user: &User,
    registration: &Registration,
    scopes: &Scopes,
) -> Vec<String> {
    let Some(principal) = tenant.principal(&registration.client_id) else {
        return delegated(scopes, registration);
    };
    let any = principal.has_any_consent(&user.id);
    if scopes.default && any {
        // `.default` asks for what was granted before, whatever the registration says by now.
        return Vec::new();
    }
    // Signing in and keeping access come with the first consent to anything.
    let covered = |name: &str| principal.is_consented(&user.id, name) || (any && is_implied(name));
    delegated(scopes, registration).into_iter().filter(|name| !covered(name)).collect()
}

/// Whether the user may consent to these delegated permissions for themself.
pub(crate) fn may_consent(tenant: &Tenant, user: &User, names: &[String]) -> bool {
    let open = |name: &String| match tenant.user_consent {
        UserConsent::Allowed => !scope::needs_admin(name),
        UserConsent::MicrosoftManaged => !scope::needs_admin(name) && !scope::opens_exchange(name),
        UserConsent::Disabled => is_implied(name),
    };
    user.may_consent_for_all(false) || names.iter().all(open)
}

/// Records the consent of one user.
pub(crate) fn grant_user(
    directory: &mut Directory,
    tenant_id: &str,
    user_id: &str,
    client_id: &str,
    names: Vec<String>,
) {
    if let Ok(tenant) = directory.tenant_mut(tenant_id) {
        let granted = tenant.principal_or_new(client_id).user_scopes.entry(user_id.to_owned()).or_default();
        granted.extend(names);
    }
}

/// Records an administrator's consent for the whole tenant; tokens carry it after the configured delay.
pub(crate) fn grant_tenant(
    directory: &mut Directory,
    tenant_id: &str,
    registration: &Registration,
    scopes: &Scopes,
    now: i64,
) {
    let from = now + i64::from(directory.behaviour.consent_delay_seconds);
    let replaces = directory.behaviour.consent_replaces;
    let Ok(tenant) = directory.tenant_mut(tenant_id) else { return };
    let principal = tenant.principal_or_new(&registration.client_id);
    let roles = if scopes.default { registration.application_roles.clone() } else { Vec::new() };
    let names = delegated(scopes, registration);
    if scopes.default && replaces {
        // Consenting to the registration replaces what the tenant had granted before (facts §1.2).
        principal.tenant_scopes.retain(|name, _| names.contains(name));
        principal.application_roles.retain(|name, _| roles.contains(name));
    }
    for name in names {
        principal.tenant_scopes.entry(name).or_insert(from);
    }
    for role in roles {
        principal.application_roles.entry(role).or_insert(from);
    }
}

/// Whether this user of this tenant may use the application at all.
///
/// # Errors
/// Another tenant's account (50020), disabled account (50057), single-tenant application (700016), application
/// disabled here (7000112), user not assigned (50105).
pub(crate) fn admit(
    asked: Option<&str>,
    tenant: &Tenant,
    user: &User,
    registration: &Registration,
) -> Result<(), AadError> {
    let name = &registration.display_name;
    let client = &registration.client_id;
    if asked.is_some_and(|asked| asked != tenant.tenant_id) {
        let message = format!(
            "User account '{}' from identity provider 'https://sts.windows.net/{}/' does not exist in tenant and \
             cannot access the application '{client}'({name}) in that tenant. The account needs to be added as an \
             external user in the tenant first. Sign out and sign in again with a different account.",
            user.user_principal_name, tenant.tenant_id
        );
        return Err(AadError::with(50020, message));
    }
    if !user.account_enabled {
        return Err(AadError::new(50057));
    }
    usable(tenant, registration)?;
    let blocked = tenant.principal(client).is_some_and(|principal| {
        principal.assignment_required && !principal.assigned_users.contains(&user.id)
    });
    if blocked && !user.may_consent_for_all(true) {
        let message = format!(
            "Your administrator has configured the application {name} ('{client}') to block users unless they are \
             specifically granted ('assigned') access to the application. The signed in user '{}' is blocked because \
             they are not a direct member of a group with access, nor had access directly assigned by an \
             administrator. Please contact your administrator to assign access to this application.",
            user.user_principal_name
        );
        return Err(AadError::with(50105, message));
    }
    Ok(())
}

/// Whether the application may be used in the tenant by anybody.
///
/// # Errors
/// It is a single-tenant application of another tenant (700016), or disabled here (7000112).
pub(crate) fn usable(tenant: &Tenant, registration: &Registration) -> Result<(), AadError> {
    let at_home = registration.home_tenant_id.as_deref() == Some(tenant.tenant_id.as_str());
    if !registration.multi_tenant && !at_home {
        return Err(not_in_tenant(&registration.client_id, &tenant.display_name));
    }
    if tenant.principal(&registration.client_id).is_some_and(|principal| !principal.account_enabled) {
        let message =
            format!("Application '{}'({}) is disabled.", registration.client_id, registration.display_name);
        return Err(AadError::with(7_000_112, message));
    }
    Ok(())
}

/// 700016 with its two names.
pub(crate) fn not_in_tenant(client_id: &str, directory: &str) -> AadError {
    AadError::with(
        700_016,
        format!(
            "Application with identifier '{client_id}' was not found in the directory '{directory}'. This can happen \
             if the application has not been installed by the administrator of the tenant or consented to by any user \
             in the tenant. You may have sent your authentication request to the wrong tenant."
        ),
    )
}

fn is_implied(name: &str) -> bool {
    matches!(name, "openid" | "profile" | "email" | "offline_access")
}
