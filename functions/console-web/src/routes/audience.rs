//! `/console/microsoft365/tenants/{tenant}/audiences/{feature}`: the group that switches a feature on (P14).

use std::collections::BTreeSet;

use accounts::{
    AccountsError, Audience as Chosen, AudienceJob, AudienceStatus, GroupId, RosterEntry, StandingAudience,
};
use axum::{extract::State, response::Response};
use pages::console::{
    Audience, AudienceFault, AudienceForm, ChosenGroup, GroupHeadcount, GroupState, Notice,
};
use types::{Chain, Feature, TenantId, UserId};

use super::{Named, microsoft365::parse_both};
use crate::{
    Site,
    form::PostedByAdmin,
    reply::{Reply, Trouble},
    translate,
    visit::{AdminVisit, Visit},
};

/// The group, and the form for another one.
pub(crate) async fn show(
    AdminVisit(visit): AdminVisit,
    State(site): State<Site>,
    names: Named<(String, String)>,
) -> Response {
    let work = async {
        let place = Place::of(&site, &visit, names).await?;
        let standing = place.standing(&site, &visit).await?;
        let form = standing.as_ref().map(form_of).unwrap_or_default();
        Reply::page(place.page(standing.as_ref(), form, Notice::of_query(visit.query())))
    };
    site.reply(&visit, work).await
}

/// Chooses a group; it is read next.
pub(crate) async fn save(
    State(site): State<Site>,
    names: Named<(String, String)>,
    posted: PostedByAdmin,
) -> Response {
    let PostedByAdmin { visit, form } = posted;
    let work = async {
        let place = Place::of(&site, &visit, names).await?;
        let typed = AudienceForm {
            group_id: form.get("group_id").to_owned(),
            excluded: form.get("excluded").to_owned(),
            fault: None,
        };
        match place.choose(&site, &visit, &typed).await? {
            Ok(()) => Reply::go_to(format!("{}?{}", place.path(), Notice::AudienceSaved.query())),
            Err(fault) => {
                let standing = place.standing(&site, &visit).await?;
                Reply::page(place.page(standing.as_ref(), AudienceForm { fault: Some(fault), ..typed }, None))
            }
        }
    };
    site.reply(&visit, work).await
}

/// Removes the choice; whoever is linked stays so.
pub(crate) async fn remove(
    State(site): State<Site>,
    names: Named<(String, String)>,
    posted: PostedByAdmin,
) -> Response {
    let PostedByAdmin { visit, .. } = posted;
    let work = async {
        let place = Place::of(&site, &visit, names).await?;
        let organization = &visit.session.organization_id;
        let removed =
            visit.accounts(&site).remove_audience(organization, &place.tenant, place.feature, None).await;
        match removed {
            // Removed before: as was asked for.
            Err(AccountsError::NotFound(_)) => {}
            result => {
                result?;
                place.read(&site, &visit).await;
            }
        }
        Reply::go_to(format!("{}?{}", place.path(), Notice::AudienceRemoved.query()))
    };
    site.reply(&visit, work).await
}

/// Which audience the address names.
struct Place {
    tenant: TenantId,
    feature: Feature,
}

impl Place {
    async fn of(site: &Site, visit: &Visit, names: Named<(String, String)>) -> Result<Self, Trouble> {
        let (tenant, feature) = parse_both(names)?;
        let organization = &visit.session.organization_id;
        site.accounts.require_in_plan(organization, &[feature]).await?;
        site.accounts.tenant(organization, &tenant).await?;
        Ok(Self { tenant, feature })
    }

    fn path(&self) -> String {
        format!("/console/microsoft365/tenants/{}/audiences/{}", self.tenant, self.feature.as_str())
    }

    async fn standing(&self, site: &Site, visit: &Visit) -> Result<Option<StandingAudience>, Trouble> {
        let organization = &visit.session.organization_id;
        match site.accounts.audience(organization, &self.tenant, self.feature).await {
            Err(AccountsError::NotFound(_)) => Ok(None),
            result => Ok(Some(result?.record)),
        }
    }

    fn page(
        &self,
        standing: Option<&StandingAudience>,
        form: AudienceForm,
        notice: Option<Notice>,
    ) -> Audience {
        Audience {
            tenant_id: self.tenant.to_string(),
            feature: self.feature,
            chosen: standing.map(chosen),
            form,
            notice,
        }
    }

    /// Chooses what was typed, unless something is wrong with it.
    async fn choose(
        &self,
        site: &Site,
        visit: &Visit,
        typed: &AudienceForm,
    ) -> Result<Result<(), AudienceFault>, Trouble> {
        let organization = &visit.session.organization_id;
        let Ok(group_id) = typed.group_id.parse::<GroupId>() else { return Ok(Err(AudienceFault::NotAnId)) };
        let roster = site.accounts.roster(organization).await?;
        let excluded_user_ids = match users_of(&typed.excluded, &roster) {
            Ok(users) if users.len() > Chosen::MOST_EXCLUDED => return Ok(Err(AudienceFault::TooMany)),
            Ok(users) => users,
            Err(unknown) => return Ok(Err(AudienceFault::NoSuchUser(unknown))),
        };
        match site.connect.require_groups(organization, &self.tenant, self.feature).await {
            Err(AccountsError::GroupsNotPermitted) => return Ok(Err(refusal("groups_not_permitted"))),
            Err(AccountsError::GrantMissing(_)) => return Ok(Err(refusal("grant_missing"))),
            Err(AccountsError::Microsoft(error)) if error.is_retryable() => {
                return Ok(Err(AudienceFault::Unavailable));
            }
            result => result?,
        }
        let audience = Chosen { group_id, excluded_user_ids };
        let accounts = visit.accounts(site);
        accounts.put_audience(organization, &self.tenant, self.feature, &audience, None).await?;
        self.read(site, visit).await;
        Ok(Ok(()))
    }

    /// Has the group read. It is due already, so a queue that fails only makes it wait for the tick.
    async fn read(&self, site: &Site, visit: &Visit) {
        let job = AudienceJob {
            organization_id: visit.session.organization_id.clone(),
            tenant_id: self.tenant.clone(),
            feature: self.feature,
        };
        if let Err(error) = site.subscribe.carrying::<AudienceJob>().send(&job).await {
            tracing::warn!(error = %Chain(&error), "the tick finds the audience");
        }
    }
}

/// The users who are named, one a line, by id or address; or who of them is none.
fn users_of(lines: &str, roster: &[RosterEntry]) -> Result<BTreeSet<UserId>, String> {
    let named = lines.lines().map(str::trim).filter(|line| !line.is_empty());
    let user = |line: &str| {
        let is_named = |entry: &&RosterEntry| {
            entry.user.id.as_str() == line || entry.user.email.eq_ignore_ascii_case(line)
        };
        let found = roster.iter().find(is_named).map(|entry| entry.user.id.clone());
        found.ok_or_else(|| line.to_owned())
    };
    named.map(user).collect()
}

fn refusal(reason: &str) -> AudienceFault {
    AudienceFault::Refused(translate::problem(reason))
}

fn form_of(standing: &StandingAudience) -> AudienceForm {
    let excluded: Vec<&str> = standing.audience.excluded_user_ids.iter().map(UserId::as_str).collect();
    AudienceForm {
        group_id: standing.audience.group_id.to_string(),
        excluded: excluded.join("\n"),
        fault: None,
    }
}

fn chosen(standing: &StandingAudience) -> ChosenGroup {
    let state = match standing.status {
        AudienceStatus::Waiting => GroupState::Waiting,
        AudienceStatus::Current => GroupState::Current,
        AudienceStatus::Stopped => {
            GroupState::Stopped(translate::problem(standing.reason.as_deref().unwrap_or("internal_error")))
        }
    };
    let headcount = standing.headcount.map(|accounts::Headcount { members, users, excluded, unknown }| {
        GroupHeadcount { members, users, excluded, unknown }
    });
    ChosenGroup {
        group_id: standing.audience.group_id.to_string(),
        state,
        read_at: standing.read_at,
        headcount,
    }
}
