//! An audience's reader between the template's tables and the simulator, in a tenant that lets its groups be read.

use std::time::{Duration, Instant};

use accounts::{
    Accounts, AccountsError, AppTokens, Audience, AudienceJob, AudienceReader, AudienceWork, Connect, Event,
    LinkStatus, News, StandingAudience, queue_audiences,
};
use aws::{Aws, Queue};
use reqwest::Method;
use serde_json::{Value, json};
use surroundings::{CLIENT, LocalAws, Microsoft, once, secrets};
pub(crate) use surroundings::{TENANT, organization, tenant};
use types::{Feature, OrganizationId, UserId};

pub(crate) const GROUP: &str = "6e0c7a1e-0000-4000-8000-000000000001";
/// Whom every test has: users of the organization by the id that is the first part of their address.
pub(crate) const USERS: [&str; 3] = ["hanako", "taro", "jiro"];

pub(crate) struct World {
    pub(crate) microsoft: Microsoft,
    local: LocalAws,
    pub(crate) aws: Aws,
    pub(crate) accounts: Accounts,
    pub(crate) connect: Connect,
    reader: AudienceReader,
}

pub(crate) fn user(id: &str) -> UserId {
    id.parse().expect("an id")
}

pub(crate) fn address(id: &str) -> String {
    format!("{id}@contoso.example")
}

pub(crate) fn job(organization: &OrganizationId) -> AudienceJob {
    AudienceJob { organization_id: organization.clone(), tenant_id: tenant(), feature: Feature::Mail }
}

impl World {
    /// Three people who are users, an empty group, and every permission.
    pub(crate) async fn new() -> Self {
        let world = Box::pin(Self::start()).await;
        for id in USERS {
            world.microsoft.user(&address(id), id).await;
        }
        world.furnish(&organization()).await;
        world.group(json!({"id": GROUP, "displayName": "Sales"})).await;
        world.permit().await;
        world
    }

    async fn start() -> Self {
        let microsoft = Microsoft::with_tenant().await;
        microsoft.consent(Feature::Mail).await;
        let (local, clock) = (LocalAws::start().await, microsoft.clock());
        let aws = local.client();
        let accounts = surroundings::accounts(&aws, &clock);
        let (entra, graph) = surroundings::clients(&microsoft.url, &clock);
        let entra = entra.with_policy(once());
        let connect = Connect::new(accounts.clone(), entra.clone(), &secrets(), &surroundings::site());
        let connect = connect.expect("the keys are sound");
        let tokens = AppTokens::new(accounts.clone(), entra, &secrets()).expect("the keys are sound");
        let reader = AudienceReader::new(accounts.clone(), tokens, graph);
        Self { microsoft, local, aws, accounts, connect, reader }
    }

    /// The tenant with its grant, and the three users, for an organization.
    pub(crate) async fn furnish(&self, organization: &OrganizationId) {
        self.accounts.register_tenant(organization, &tenant()).await.expect("registered");
        surroundings::grant_mail(&self.aws, organization, TENANT, None).await;
        for id in USERS {
            self.member(organization, id).await;
        }
    }

    pub(crate) async fn member(&self, organization: &OrganizationId, id: &str) {
        let member = surroundings::member(&user(id), &address(id), id, self.microsoft.now());
        self.accounts.put_user(organization, &member).await.expect("written");
    }

    pub(crate) async fn group(&self, group: Value) {
        self.microsoft.post(&format!("tenants/{TENANT}/groups"), &group).await;
    }

    /// The tenant's administrator assigns what reading groups takes.
    pub(crate) async fn permit(&self) {
        let path = format!("tenants/{TENANT}/apps/{CLIENT}/roles/GroupMember.Read.All");
        self.microsoft.control(Method::PUT, &path, &json!({})).await;
    }

    pub(crate) async fn forbid(&self) {
        let path = format!("tenants/{TENANT}/apps/{CLIENT}/roles/GroupMember.Read.All");
        self.microsoft.control(Method::DELETE, &path, &json!({})).await;
    }

    pub(crate) async fn enter(&self, who: &str) {
        self.membership(Method::PUT, who).await;
    }

    pub(crate) async fn go(&self, who: &str) {
        self.membership(Method::DELETE, who).await;
    }

    async fn membership(&self, method: Method, who: &str) {
        let member = if who.contains('-') { who.to_owned() } else { address(who) };
        let path = format!("tenants/{TENANT}/groups/{GROUP}/members/{member}");
        self.microsoft.control(method, &path, &json!({})).await;
    }

    /// Chooses the group, without anybody or but for somebody.
    pub(crate) async fn choose(&self, excluded: &[&str]) {
        self.choose_for(&organization(), GROUP, excluded).await;
    }

    pub(crate) async fn choose_for(&self, organization: &OrganizationId, group: &str, excluded: &[&str]) {
        let audience = Audience {
            group_id: group.parse().expect("an id"),
            excluded_user_ids: excluded.iter().map(|id| user(id)).collect(),
        };
        let put = self.accounts.put_audience(organization, &tenant(), Feature::Mail, &audience, None).await;
        put.expect("chosen");
    }

    pub(crate) async fn try_read(
        &self,
        organization: &OrganizationId,
    ) -> Result<AudienceWork, AccountsError> {
        let deadline = Instant::now() + Duration::from_secs(60);
        Box::pin(self.reader.work(&job(organization), deadline)).await
    }

    /// Works off jobs until there is nothing more to do, and whoever looks after subscriptions was told: of whom.
    pub(crate) async fn read(&self) -> Vec<String> {
        let mut told = Vec::new();
        loop {
            let work = self.try_read(&organization()).await.expect("done");
            told.extend(work.ended.iter().map(|link| link.user_id.to_string()));
            self.settle(&work).await;
            if !work.has_more {
                return told;
            }
        }
    }

    pub(crate) async fn settle(&self, work: &AudienceWork) {
        self.reader.settle(&job(&organization()), &work.ended).await.expect("settled");
    }

    pub(crate) async fn standing(&self) -> StandingAudience {
        let audience = self.accounts.audience(&organization(), &tenant(), Feature::Mail).await;
        audience.expect("an audience").record
    }

    pub(crate) async fn status(&self, id: &str) -> Option<LinkStatus> {
        self.status_in(&organization(), id).await
    }

    pub(crate) async fn status_in(&self, organization: &OrganizationId, id: &str) -> Option<LinkStatus> {
        let link = self.accounts.link(organization, &user(id), Feature::Mail).await.expect("an answer");
        link.map(|link| link.status)
    }

    /// Who is on.
    pub(crate) async fn on(&self) -> Vec<&'static str> {
        let mut on = Vec::new();
        for id in USERS {
            if self.status(id).await.is_some_and(|status| status != LinkStatus::Unlinked) {
                on.push(id);
            }
        }
        on
    }

    pub(crate) async fn link_by_hand(&self, id: &str) {
        let (organization, user) = (organization(), user(id));
        self.accounts.link_by_admin(&organization, &user, &tenant(), Feature::Mail).await.expect("linked");
    }

    pub(crate) async fn unlink_by_hand(&self, id: &str) {
        self.accounts.unlink(&organization(), &user(id), Feature::Mail).await.expect("unlinked");
    }

    /// The log, oldest first.
    pub(crate) async fn events(&self) -> Vec<Event> {
        let (entries, _) = self.accounts.audit(&organization(), 200, None).await.expect("a log");
        entries.into_iter().rev().map(|entry| entry.event).collect()
    }

    /// How many audiences the tick queues now.
    pub(crate) async fn tick(&self) -> usize {
        let url = self.local.url_of("SubscriptionsQueue");
        let queue: Queue<AudienceJob> = self.aws.queue(url);
        queue_audiences(&self.accounts, &queue).await.expect("queued")
    }

    pub(crate) async fn remove(&self) {
        let removed = self.accounts.remove_audience(&organization(), &tenant(), Feature::Mail, None).await;
        removed.expect("removed");
    }

    /// How many are kept as taken in.
    pub(crate) async fn rows(&self) -> usize {
        let query = aws::Query::partition(&format!("AUDIENCE#{}#{TENANT}#mail", organization()));
        let rows: Vec<Value> = self.aws.table("AccountsTable").query_all(query).await.expect("rows");
        rows.len()
    }

    /// The grants of mail and of contacts, as consents that were proved write them.
    pub(crate) async fn grant_contacts(&self) {
        let grant = json!({"granted_at": "2026-01-01T00:00:00Z", "granted_by": "a", "scopes": []});
        let key = aws::Key::new(format!("ORGANIZATION#{}", organization()), format!("TENANT#{TENANT}"));
        let update = self.aws.table("AccountsTable").update(key).set("grants", json!({"contacts": grant}));
        self.aws.write(update.expect("an item")).await.expect("written");
    }

    pub(crate) async fn choose_contacts(&self, excluded: &[&str]) {
        let audience = Audience {
            group_id: GROUP.parse().expect("an id"),
            excluded_user_ids: excluded.iter().map(|id| user(id)).collect(),
        };
        let (organization, tenant) = (organization(), tenant());
        let put = self.accounts.put_audience(&organization, &tenant, Feature::Contacts, &audience, None);
        put.await.expect("chosen");
    }

    pub(crate) async fn read_contacts(&self) {
        let job = AudienceJob { feature: Feature::Contacts, ..job(&organization()) };
        let deadline = Instant::now() + Duration::from_secs(60);
        let work = Box::pin(self.reader.work(&job, deadline)).await.expect("done");
        assert!(work.ended.is_empty() && !work.has_more);
    }

    /// Who is to be told that they may link.
    pub(crate) async fn invited(&self) -> Vec<UserId> {
        let untold = self.accounts.untold().await.expect("news").into_iter();
        let invited = untold.filter_map(|untold| match untold.news {
            News::Invite(news) => Some(news.user_id),
            _ => None,
        });
        invited.collect()
    }
}
