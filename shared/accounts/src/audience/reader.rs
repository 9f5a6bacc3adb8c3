//! The reading of an audience's group as a job, and what follows of it. Nothing follows of a group that was not
//! read to its last page.

use std::time::{Duration, Instant};

use aws::Job;
use graph::{Graph, GraphError, Person};
use serde::{Deserialize, Serialize};
use types::{Chain, Feature, OrganizationId, TenantId};

use super::{
    AudienceItem, StandingAudience,
    members::Row,
    plan::{Organization, plan},
    turn::Outcome,
};
use crate::{Accounts, AccountsError, AppTokens, Link, Tenant};

/// How many users one job switches on or off; what is more, the next job does.
const MOST_CHANGES: usize = 400;

/// What is kept back of the function's time to write down how a reading ended.
const RESERVE: Duration = Duration::from_secs(15);

/// Read this audience's group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AudienceJob {
    /// Whose.
    pub organization_id: OrganizationId,
    /// In which tenant.
    pub tenant_id: TenantId,
    /// What the group switches on.
    pub feature: Feature,
}

impl Job for AudienceJob {}

impl AudienceJob {
    /// The reading of this audience.
    #[must_use]
    pub fn of(standing: &StandingAudience) -> Self {
        let StandingAudience { organization_id, tenant_id, feature, .. } = standing.clone();
        Self { organization_id, tenant_id, feature }
    }
}

/// What came of a job.
#[derive(Debug, Default)]
pub struct AudienceWork {
    /// Links that ended; to be [settled](AudienceReader::settle) once whoever looks after subscriptions was told.
    pub ended: Vec<Link>,
    /// Whether there is more to do: the job is to be queued again.
    pub has_more: bool,
}

/// Reads groups, and sees to who is in them.
#[derive(Clone)]
pub struct AudienceReader {
    accounts: Accounts,
    tokens: AppTokens,
    graph: Graph,
}

impl AudienceReader {
    /// A reader between these.
    #[must_use]
    pub fn new(accounts: Accounts, tokens: AppTokens, graph: Graph) -> Self {
        Self { accounts, tokens, graph }
    }

    /// Works off one job.
    ///
    /// # Errors
    /// The job is to be delivered again; nobody was switched off because of what could not be read.
    pub async fn work(&self, job: &AudienceJob, deadline: Instant) -> Result<AudienceWork, AccountsError> {
        let Some(item) = self.accounts.take_audience(job).await? else { return Ok(AudienceWork::default()) };
        let Some(organization) = self.accounts.everybody(&job.organization_id).await? else {
            let outcome = Outcome::Stopped("too_many_users".to_owned());
            self.accounts.note_audience(&item, &outcome).await?;
            return Ok(AudienceWork::default());
        };
        let tenant = match self.accounts.tenant(&job.organization_id, &job.tenant_id).await {
            Err(AccountsError::NotFound(_)) => None,
            result => Some(result?).filter(|tenant| tenant.ending.is_none()),
        };
        let mut visit =
            Visit { accounts: &self.accounts, item, organization, left: MOST_CHANGES, until: deadline };
        match tenant.filter(|_| !visit.item.is_ending) {
            Some(tenant) => self.read(&mut visit, &tenant).await,
            None => visit.end().await,
        }
    }

    async fn read(&self, visit: &mut Visit<'_>, tenant: &Tenant) -> Result<AudienceWork, AccountsError> {
        let people = match self.people(visit).await {
            Ok(people) => people,
            Err(reason) => {
                let outcome = Outcome::Stopped(reason?);
                self.accounts.note_audience(&visit.item, &outcome).await?;
                return Ok(AudienceWork { ended: visit.ended().await?, has_more: false });
            }
        };
        visit.follow(tenant, &people).await
    }

    /// The whole group. What stops the audience is a reason; what may pass is an error.
    async fn people(&self, visit: &Visit<'_>) -> Result<Vec<Person>, Result<String, AccountsError>> {
        let StandingAudience { organization_id, tenant_id, feature, audience, set_at, .. } =
            &visit.item.standing;
        let stop = visit.until.checked_sub(RESERVE).unwrap_or(visit.until);
        let token = self.tokens.for_groups(organization_id, tenant_id, *feature, *set_at).await;
        let graph = self.graph.with_deadline(stop.into());
        let read = match token {
            Ok(token) => graph.application(token).people_in(audience.group_id.as_str()).await,
            Err(AccountsError::Microsoft(error)) => Err(error),
            Err(AccountsError::GrantMissing(_)) => return Err(Ok("grant_missing".to_owned())),
            Err(error) => return Err(Err(error)),
        };
        match read {
            // The permission to read users is gone; to be matched with nobody is not to have left.
            Ok(Some(people)) if people.iter().any(Person::is_hidden) => {
                Err(Ok("groups_not_permitted".to_owned()))
            }
            Ok(Some(people)) => Ok(people),
            Ok(None) => Err(Ok("group_not_found".to_owned())),
            // A token that Graph does not take lasts an hour at most.
            Err(error) if error.is_retryable() || error.is_unauthorized() => Err(Err(error.into())),
            Err(error) => {
                tracing::warn!(error = %Chain(&error), %tenant_id, "the group of an audience cannot be read");
                Err(Ok(stop_reason(&error)))
            }
        }
    }

    /// Those links are taken care of.
    ///
    /// # Errors
    /// The store failed; they come again.
    pub async fn settle(&self, job: &AudienceJob, ended: &[Link]) -> Result<(), AccountsError> {
        let AudienceJob { organization_id, tenant_id, feature } = job;
        let Some(item) = self.accounts.audience_item(organization_id, tenant_id, *feature).await? else {
            return Ok(());
        };
        for link in ended {
            self.accounts.forget_row(&item.standing, &link.user_id).await?;
        }
        Ok(())
    }
}

fn stop_reason(error: &GraphError) -> String {
    if error.status() == Some(403) {
        return "groups_not_permitted".to_owned();
    }
    let aadsts = error.aadsts().map(|number| format!("AADSTS{number}"));
    aadsts.or_else(|| error.code().map(str::to_owned)).unwrap_or_else(|| "unknown".to_owned())
}

/// One job at work.
struct Visit<'a> {
    accounts: &'a Accounts,
    item: AudienceItem,
    organization: Organization,
    /// How many changes the job may still make.
    left: usize,
    until: Instant,
}

impl Visit<'_> {
    /// Sees to who joined and who left.
    async fn follow(&mut self, tenant: &Tenant, people: &[Person]) -> Result<AudienceWork, AccountsError> {
        let rows = self.accounts.audience_rows(&self.item.standing).await?;
        let inside: Vec<Row> = rows.into_iter().filter(|row| !row.has_left).collect();
        let plan = plan(&self.item.standing, people, &self.organization, &inside);
        let mut is_whole = true;
        // Leaving comes first: a group that takes people away waits for nothing.
        for user in &plan.leave {
            let present = self.organization.link(&self.item.standing, user).cloned();
            is_whole &=
                self.may_go_on() && self.accounts.leave_audience(&self.item, user, present.as_ref()).await?;
        }
        for user in &plan.join {
            let present = self.organization.link(&self.item.standing, user).cloned();
            is_whole &= self.may_go_on()
                && self.accounts.join_audience(&self.item, tenant, user, present.as_ref()).await?;
        }
        if is_whole {
            self.accounts.note_audience(&self.item, &Outcome::Read(plan.headcount)).await?;
        }
        let StandingAudience { organization_id, tenant_id, feature, .. } = &self.item.standing;
        tracing::info!(
            %organization_id, %tenant_id, feature = feature.as_str(), members = plan.headcount.members,
            users = plan.headcount.users, joined = plan.join.len(), left = plan.leave.len(), is_whole,
            "read the group of an audience"
        );
        Ok(AudienceWork { ended: self.ended().await?, has_more: !is_whole })
    }

    /// Takes the rows of an audience that was removed away, and then itself.
    async fn end(&mut self) -> Result<AudienceWork, AccountsError> {
        let rows = self.accounts.audience_rows(&self.item.standing).await?;
        let mut is_whole = true;
        for row in &rows {
            let present = self.organization.link(&self.item.standing, &row.user_id).cloned();
            is_whole &= !row.has_left
                && self.may_go_on()
                && self.accounts.release(&self.item, &row.user_id, present.as_ref()).await?;
        }
        if is_whole {
            self.accounts.forget_audience(&self.item).await?;
        }
        Ok(AudienceWork { ended: self.ended().await?, has_more: !is_whole })
    }

    /// Whether the job may make one more change.
    fn may_go_on(&mut self) -> bool {
        self.left = self.left.saturating_sub(1);
        self.left > 0 && self.until.saturating_duration_since(Instant::now()) > RESERVE
    }

    /// The links of those who left and of whom nobody was told yet: also what an attempt that died left.
    async fn ended(&self) -> Result<Vec<Link>, AccountsError> {
        let rows = self.accounts.audience_rows(&self.item.standing).await?;
        let standing = &self.item.standing;
        let mut ended = Vec::new();
        for row in rows.iter().filter(|row| row.has_left) {
            match self.organization.link(standing, &row.user_id) {
                Some(item) => ended.push(item.link.clone()),
                // The user was removed, and whoever did it told of the link.
                None => self.accounts.forget_row(standing, &row.user_id).await?,
            }
        }
        Ok(ended)
    }
}
