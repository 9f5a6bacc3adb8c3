//! `cargo xtask crash`: the fault gate's exhaustive walk. Whatever call a function dies in, before or after
//! the call takes effect, what is delivered again leads to the same end.

mod booking;
mod cards;
mod company;
mod end_state;
mod http_event;
mod link;
mod mail;
mod person;
mod play;
mod stage;
mod traces;
mod unlink;
mod walk;

use std::io::Write;

use anyhow::{Result, ensure};
use serde_json::json;

use crate::product::Product;
use crate::stack::{Operator, Stack, StackOptions, TENANT_ID};
use booking::Booking;
use cards::Cards;
use link::Linking;
use mail::Mail;
use person::Person;
use stage::Stage;
use unlink::Unlinking;
use walk::Summary;

/// What to walk.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// One scenario; all of them when left out.
    pub scenario: Option<Scenario>,
    /// Walks only the invocations whose name has this text in it.
    #[arg(long, default_value = "")]
    pub act: String,
}

/// A scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Scenario {
    /// Business cards are pushed, edited and deleted.
    Cards,
    /// A mailbox is subscribed to, and its mails become contact points.
    Mail,
    /// A guest books and cancels; event and mails follow.
    Booking,
    /// An administrator consents, members link.
    Link,
    /// Members are unlinked, and their tenant ends.
    Unlink,
}

impl Scenario {
    const ALL: [Self; 5] = [Self::Link, Self::Cards, Self::Mail, Self::Booking, Self::Unlink];
}

/// Walks the scenarios on a stack of their own; prints one JSON line each.
///
/// # Errors
/// A scenario could not run, or an end state differs.
pub async fn run(arguments: Arguments) -> Result<()> {
    let scenarios = arguments.scenario.map_or(Scenario::ALL.to_vec(), |scenario| vec![scenario]);
    let options = StackOptions { queues: false, ..StackOptions::isolated("crash")? };
    let stack = Stack::start(options).await?;
    let (act, mut differing) = (arguments.act.as_str(), 0);
    for scenario in scenarios {
        let stage = Stage::new(stack.control(), stack.faults());
        let summary = match scenario {
            Scenario::Cards => cards(&stack, &stage, act).await?,
            Scenario::Mail => mail(&stack, &stage, act).await?,
            Scenario::Booking => {
                let http = reqwest::Client::builder().build()?;
                walk::walk(&Booking { stage: &stage, http }, &stage, act).await?
            }
            Scenario::Link => {
                let (http, person) = (reqwest::Client::builder().build()?, Person::new()?);
                walk::walk(&Linking { stage: &stage, http, person }, &stage, act).await?
            }
            Scenario::Unlink => {
                let (http, person) = (reqwest::Client::builder().build()?, Person::new()?);
                walk::walk(&Unlinking { stage: &stage, http, person }, &stage, act).await?
            }
        };
        writeln!(std::io::stdout().lock(), "{}", serde_json::to_string(&summary)?)?;
        differing += summary.differing;
    }
    stack.stop();
    ensure!(differing == 0, "{differing} runs ended otherwise than without faults");
    Ok(())
}

async fn cards(stack: &Stack, stage: &Stage<'_>, act: &str) -> Result<Summary> {
    let file = stack.file();
    let http = reqwest::Client::builder().build()?;
    let operator = Operator { http: &http, gateway: &file.gateway_url, key: &file.operator_key };
    let product = Product::new(&file.gateway_url, operator.create_organization("Crash walk").await?)?;
    product.connect_tenant(TENANT_ID, &file.users[0]).await?;
    // Without the user, so that contacts and their fingerprints are the same for all users.
    stage.set("cards-worker", ("CARD_URL_TEMPLATE", "https://crm.example/cards/{card}".to_owned())).await?;
    walk::walk(&Cards { stage, product, http }, stage, act).await
}

/// The simulator's own notifications are held back: the walk makes them. Its clock stays while the functions'
/// go ahead, so that a renewal asks for more than it would grant otherwise.
async fn mail(stack: &Stack, stage: &Stage<'_>, act: &str) -> Result<Summary> {
    let http = reqwest::Client::builder().build()?;
    let url = format!("{}/_sim/notifications", stack.file().simulator_url);
    http.post(url)
        .json(&json!({"paused": true, "lifetimeMinutes": 10_080}))
        .send()
        .await?
        .error_for_status()?;
    walk::walk(&Mail { stage, http }, stage, act).await
}
