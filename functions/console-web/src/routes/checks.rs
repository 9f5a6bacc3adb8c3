//! `/console/microsoft365/tenants/{tenant}/checks`: the link doctor (features P11, M02, M07).

use accounts::checks::{Check, Chosen, Doctor, State as Outcome};
use axum::{extract::State, response::Response};
use pages::{
    Failure,
    console::{CheckState, Checks, Finding},
};
use types::{OrganizationId, TenantId, UserId};

use super::{Named, microsoft365::parse};
use crate::{
    Site,
    form::PostedByAdmin,
    reply::{Reply, Trouble},
    visit::AdminVisit,
};

/// Every check, none of them run.
pub(crate) async fn show(
    AdminVisit(visit): AdminVisit,
    State(site): State<Site>,
    tenant: Named<String>,
) -> Response {
    let work = async {
        let tenant = site.accounts.tenant(&visit.session.organization_id, &parse(tenant)?).await?.tenant_id;
        Reply::page(page(&tenant, &visit.session.user.email, ""))
    };
    site.reply(&visit, work).await
}

fn page(tenant: &TenantId, user: &str, outside_user: &str) -> Checks {
    let waiting = |check: &Check| Finding {
        check: check.as_str().to_owned(),
        state: CheckState::Waiting,
        failure: None,
        reason: None,
        evidence: Vec::new(),
        commands: Vec::new(),
        url: None,
    };
    Checks {
        tenant_id: tenant.to_string(),
        user: user.to_owned(),
        outside_user: outside_user.to_owned(),
        unknown_user: false,
        unknown_outside: false,
        findings: Doctor::checks().iter().map(waiting).collect(),
        at: None,
    }
}

/// Runs all checks, or the one that the page's script asks for.
pub(crate) async fn run(State(site): State<Site>, tenant: Named<String>, posted: PostedByAdmin) -> Response {
    let PostedByAdmin { visit, form } = posted;
    let work = async {
        let organization = &visit.session.organization_id;
        let tenant = site.accounts.tenant(organization, &parse(tenant)?).await?.tenant_id;
        let mut page = page(&tenant, form.get("user"), form.get("outside_user"));
        let (user, outside) = (
            member(&site, organization, &page.user).await?,
            member(&site, organization, &page.outside_user).await?,
        );
        page.unknown_user = user.is_none() && !page.user.is_empty();
        page.unknown_outside = outside.is_none() && !page.outside_user.is_empty();
        if page.unknown_user || page.unknown_outside {
            return Reply::page(page);
        }
        let chosen = Chosen { user, outside };
        let only = Doctor::checks().iter().find(|check| is_named(**check, form.get("check")));
        let examination = site.doctor.examine(organization, &tenant, &chosen).await?;
        for (check, finding) in Doctor::checks().iter().zip(&mut page.findings) {
            if only.is_none_or(|only| only == check) {
                *finding = shown(examination.run(*check).await?);
            }
        }
        page.at = Some(site.clock.now());
        Reply::page(page)
    };
    site.reply(&visit, work).await
}

/// The member who was typed, by id or by address.
async fn member(site: &Site, organization: &OrganizationId, typed: &str) -> Result<Option<UserId>, Trouble> {
    if typed.is_empty() {
        return Ok(None);
    }
    let roster = site.accounts.roster(organization).await?;
    let is_meant =
        |user: &accounts::User| user.id.as_str() == typed || user.email.eq_ignore_ascii_case(typed);
    Ok(roster.into_iter().map(|entry| entry.user).find(is_meant).map(|user| user.id))
}

/// The page's script has the names with hyphens.
fn is_named(check: Check, name: &str) -> bool {
    check.as_str() == name.replace('-', "_")
}

fn shown(finding: accounts::checks::Finding) -> Finding {
    let failure = match finding.state {
        Outcome::Failed | Outcome::Warning => finding.reason.as_deref().map(Failure::of_reason),
        Outcome::Passed | Outcome::Skipped => None,
    };
    Finding {
        check: finding.check.as_str().to_owned(),
        state: match finding.state {
            Outcome::Passed => CheckState::Passed,
            Outcome::Warning => CheckState::Warning,
            Outcome::Failed => CheckState::Failed,
            Outcome::Skipped => CheckState::Skipped,
        },
        failure,
        reason: finding.code.or(finding.reason),
        evidence: finding.evidence.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        commands: finding.commands,
        url: None,
    }
}
