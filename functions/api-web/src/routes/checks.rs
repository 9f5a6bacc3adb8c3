//! `/v1/tenants/{tenant}/checks`: the connection with Microsoft 365, tested piece by piece.

use std::collections::BTreeMap;

use accounts::checks::{Chosen, Doctor, Finding as Found, State as Ended};
use axum::extract::State;
use pages::{Failure, Who};
use serde::{Deserialize, Serialize};
use types::{TenantId, UserId};
use utoipa::ToSchema;

use crate::{Api, auth::Organization, body::Json, path::Path, problem::Problem, schema};

/// Whom to test besides the tenant: users of the organization.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ChecksRequest {
    /// Whose account, mailbox and links are tested.
    #[schema(value_type = Option<schema::Id>)]
    user_id: Option<UserId>,
    /// Somebody whose mailbox should be out of reach, as evidence that a scope in Exchange Online holds.
    #[schema(value_type = Option<schema::Id>)]
    outside_user_id: Option<UserId>,
}

/// What was found, in the order of the checks.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Checks {
    items: Vec<Finding>,
}

/// What one check found.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Finding {
    /// `tenant`, `credential`, `application`, `contacts_consent`, `mail_consent`, `calendar_consent`, `groups`,
    /// `account`, `mailbox`, `mail_access`, `outside_access`, `contacts_link`, `calendar_link` or `calendar`.
    check: &'static str,
    /// `passed`; `warning`: it works, or will without anybody doing anything; `failed`; `skipped`: it could not be
    /// tried, and `reason` says what is missing.
    state: &'static str,
    /// The failure, by the key under which the product's pages explain it.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<&'static str>,
    /// Why: a word of ours or Microsoft's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Microsoft's own code, where it answered with one.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    /// Who must act: `user`, `admin` of Microsoft 365, `operator` of the product, or `nobody`, as it passes.
    #[serde(skip_serializing_if = "Option::is_none")]
    who: Option<&'static str>,
    /// What was seen, by name.
    evidence: BTreeMap<&'static str, String>,
    /// PowerShell scripts to copy, filled in.
    commands: Vec<String>,
}

impl From<Found> for Finding {
    fn from(found: Found) -> Self {
        let Found { check, state, reason, code, evidence, commands } = found;
        let is_told = matches!(state, Ended::Failed | Ended::Warning);
        let failure = reason.as_deref().filter(|_| is_told).map(Failure::of_reason);
        Self {
            check: check.as_str(),
            state: state.as_str(),
            failure: failure.map(Failure::key),
            who: failure.map(|failure| who(failure.who())),
            reason,
            code,
            evidence: evidence.into_iter().collect(),
            commands,
        }
    }
}

fn who(who: Who) -> &'static str {
    match who {
        Who::Reader => "user",
        Who::Admin => "admin",
        Who::Operator => "operator",
        Who::Nobody => "nobody",
    }
}

/// Tests the connection. Each check asks Microsoft something that changes nothing; together they take at most
/// some seconds. Directory and mailboxes are asked for only where an administrator consented to `mail` for this
/// organization, and only for its own users; what users linked themselves is tested through their links.
///
/// With `outside_user_id`, `outside_access` shows whether that mailbox is refused, and `commands` of it and of
/// `mail_access` hold the scripts that limit the application to the linked mailboxes (RBAC for Applications).
/// Exchange Online heeds such a change after hours: until then the state is `warning`.
#[utoipa::path(post, path = "/v1/tenants/{tenant}/checks", operation_id = "check_tenant", tag = "tenants",
    params(("tenant" = String, Path)), request_body = ChecksRequest,
    responses((status = 200, body = Checks), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn run(
    Organization(organization): Organization,
    State(api): State<Api>,
    Path(tenant): Path<String>,
    Json(ChecksRequest { user_id, outside_user_id }): Json<ChecksRequest>,
) -> Result<axum::Json<Checks>, Problem> {
    let tenant: TenantId = tenant
        .parse()
        .map_err(|error: types::InvalidTenantId| Problem::field("tenant_id", error.to_string()))?;
    let chosen = Chosen { user: user_id, outside: outside_user_id };
    let examination = api.doctor.examine(&organization, &tenant, &chosen).await?;
    let mut items = Vec::new();
    for check in Doctor::checks() {
        items.push(examination.run(*check).await?.into());
    }
    Ok(axum::Json(Checks { items }))
}
