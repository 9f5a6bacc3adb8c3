//! Graph subscriptions made, renewed, replaced and ended, one job a link.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use accounts::{
    Accounts, AccountsError, AccountsSettings, AppSecrets, AppTokens, AudienceJob, AudienceReader,
    AudienceWork, SecretSettings, SiteSettings,
};
use aws::{Aws, AwsError, Queue};
use contact_points::{Cause, ReadJob};
use graph::{EntraSettings, Graph, GraphSettings, entra::Entra};
use settings::{ClockSettings, Environment, Settings, Variable};
use subscriptions::{
    EndTenantJob, Keeper, Kept, QueueSettings, SubscribeJob, Subscriptions, SubscriptionsError,
    SubscriptionsJob, SubscriptionsSettings, go_on_ending, links_ended,
};
use trigger::{Delivery, LogSettings};

/// Everything that this function reads of its environment.
pub const VARIABLES: &[&[Variable]] = &[
    LogSettings::VARIABLES,
    ClockSettings::VARIABLES,
    AccountsSettings::VARIABLES,
    SubscriptionsSettings::VARIABLES,
    QueueSettings::VARIABLES,
    contact_points::QueueSettings::VARIABLES,
    SecretSettings::VARIABLES,
    EntraSettings::VARIABLES,
    GraphSettings::VARIABLES,
    SiteSettings::VARIABLES,
];

/// What a page of a tenant's links may take.
const RESERVE: Duration = Duration::from_secs(15);

/// The function's clients.
#[derive(Clone)]
pub struct Worker {
    accounts: Accounts,
    audiences: AudienceReader,
    keeper: Keeper,
    subscribe: Queue<SubscribeJob>,
    reads: Queue<ReadJob>,
}

/// Why a job is to be delivered again.
#[derive(Debug, thiserror::Error)]
pub enum WorkError {
    /// The subscription could not be looked after.
    #[error("the subscription could not be looked after")]
    Keep(#[from] SubscriptionsError),
    /// What came unannounced could not be queued; it stays owed.
    #[error("the catch-up could not be queued")]
    Queue(#[from] AwsError),
    /// A tenant's end, or an audience, could not go on.
    #[error("the accounts could not be seen to")]
    Accounts(#[from] AccountsError),
}

impl Worker {
    /// Connects as the environment says.
    ///
    /// # Errors
    /// A variable is missing or malformed, or the secrets cannot be read.
    pub async fn connect(environment: &Environment) -> Result<Self, trigger::Error> {
        let clock = Arc::new(ClockSettings::load(environment)?.clock());
        let aws = Aws::connect(environment)?;
        let secrets = AppSecrets::load(&aws, &SecretSettings::load(environment)?).await?;
        let http = graph::http_client();
        let entra = Entra::new(
            http.clone(),
            EntraSettings::load(environment)?,
            secrets.credentials(&aws, clock.clone())?,
        );
        let accounts = Accounts::new(aws.clone(), &AccountsSettings::load(environment)?, clock.clone());
        let tokens = AppTokens::new(accounts.clone(), entra, &secrets)?;
        let table = SubscriptionsSettings::load(environment)?;
        let subscriptions = Subscriptions::new(aws.clone(), &table, clock.clone());
        let graph = Graph::new(http, GraphSettings::load(environment)?);
        let signer = secrets.signer("client-state")?;
        let site = SiteSettings::load(environment)?;
        let reads = aws.queue(contact_points::QueueSettings::load(environment)?.url);
        let subscribe = aws.queue(QueueSettings::load(environment)?.url);
        let audiences = AudienceReader::new(accounts.clone(), tokens.clone(), graph.clone());
        let keeper = Keeper::new(subscriptions, accounts.clone(), tokens, graph, signer, site, clock);
        Ok(Self { accounts, audiences, keeper, subscribe, reads })
    }

    /// Works off one job.
    ///
    /// # Errors
    /// The job is to be delivered again.
    pub async fn work(self, delivery: Delivery<SubscriptionsJob>) -> Result<(), WorkError> {
        let Delivery { job, message_id, deadline } = delivery;
        match job {
            SubscriptionsJob::Subscribe(job) => Box::pin(self.subscribe(job, &message_id, deadline)).await,
            SubscriptionsJob::EndTenant(job) => Box::pin(self.end_tenant(job, deadline)).await,
            SubscriptionsJob::Audience(job) => Box::pin(self.audience(job, deadline)).await,
        }
    }

    /// Subscriptions of links that ended are taken back; those of new links, which are due, the tick looks after.
    async fn audience(self, job: AudienceJob, deadline: Instant) -> Result<(), WorkError> {
        let AudienceWork { ended, has_more } = self.audiences.work(&job, deadline).await?;
        links_ended(&self.subscribe, &ended).await.map_err(AccountsError::from)?;
        self.audiences.settle(&job, &ended).await?;
        if has_more {
            self.subscribe.carrying().send(&job).await.map_err(AccountsError::from)?;
        }
        Ok(())
    }

    /// What the deadline leaves is queued.
    async fn end_tenant(self, job: EndTenantJob, deadline: Instant) -> Result<(), WorkError> {
        let has_time = || deadline.saturating_duration_since(Instant::now()) > RESERVE;
        go_on_ending(&self.accounts, &self.subscribe, job, has_time).await?;
        Ok(())
    }

    /// Where mail may have come unannounced, its mailbox is queued to be read.
    async fn subscribe(
        self,
        job: SubscribeJob,
        message_id: &str,
        deadline: Instant,
    ) -> Result<(), WorkError> {
        if let Kept::Subscribed(catch_up) = self.keeper.work(&job, message_id, deadline).await? {
            let read = ReadJob {
                organization_id: job.organization_id.clone(),
                user_id: job.user_id.clone(),
                seen_at: catch_up.since,
                cause: Cause::CatchUp,
            };
            self.reads.send(&read).await?;
            self.keeper.caught_up(&job, &catch_up).await?;
        }
        Ok(())
    }
}
