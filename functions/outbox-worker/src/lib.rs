//! What goes out: mail through SES, one job a mail, and SES's own word that it went out; webhooks to CRMs, one
//! job a delivery; and what is made of news.

use std::sync::Arc;

use accounts::{Accounts, AccountsSettings, AppSecrets, SecretSettings, SiteSettings};
use aws::Aws;
use outbox::{
    Courier, Notices, Outbox, OutboxError, OutboxJob, OutboxSettings, Sender, SenderSettings, Targets,
    Teller, Webhooks, Words,
};
use pages::Branding;
use settings::{ClockSettings, Environment, Settings, Variable};
use trigger::{Delivery, LogSettings};

/// Everything that this function reads of its environment.
pub const VARIABLES: &[&[Variable]] = &[
    LogSettings::VARIABLES,
    ClockSettings::VARIABLES,
    AccountsSettings::VARIABLES,
    OutboxSettings::VARIABLES,
    SenderSettings::VARIABLES,
    SecretSettings::VARIABLES,
    SiteSettings::VARIABLES,
    Branding::VARIABLES,
    Targets::VARIABLES,
];

/// The function's clients.
#[derive(Clone)]
pub struct Worker {
    sender: Sender,
    teller: Teller,
    courier: Courier,
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
        let emails = aws.emails();
        let accounts = Accounts::new(aws.clone(), &AccountsSettings::load(environment)?, clock.clone());
        let outbox = Outbox::new(aws, &OutboxSettings::load(environment)?, clock);
        let Branding { product_name, support_url } = Branding::load(environment)?;
        let words = Words::new(SiteSettings::load(environment)?, product_name, support_url);
        let notices = Notices::new(outbox.clone(), accounts.clone(), words);
        let targets = Targets::load(environment)?;
        let webhooks = Webhooks::new(outbox.clone(), secrets.sealer()?, targets);
        Ok(Self {
            sender: Sender::new(outbox.clone(), emails, SenderSettings::load(environment)?),
            teller: Teller::new(outbox, accounts, notices.clone(), webhooks.clone()),
            courier: Courier::new(webhooks, notices, targets),
        })
    }

    /// Works off one message. What news make is delivered at once; what is lost on the way the tick repeats.
    ///
    /// # Errors
    /// The message is to be delivered again.
    pub async fn work(self, delivery: Delivery<OutboxJob>) -> Result<(), OutboxError> {
        match &delivery.job {
            OutboxJob::Send(job) => self.sender.send(job).await,
            OutboxJob::Event(event) => self.sender.hear(event).await,
            OutboxJob::Remind(job) => self.teller.remind(job).await,
            OutboxJob::Deliver(job) => self.courier.deliver(job).await,
            OutboxJob::News(job) => {
                let posted = self.teller.tell(job).await?;
                self.courier.deliver_all(&posted).await;
                Ok(())
            }
        }
    }
}
