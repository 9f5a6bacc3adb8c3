//! `cargo xtask crash`: the fault gate's exhaustive walk. Whatever call a function dies in, before or after
//! the call takes effect, what is delivered again leads to the same end.

mod cards;
mod end_state;
mod play;
mod stage;
mod walk;

use std::io::Write;

use anyhow::{Result, ensure};

use crate::product::Product;
use crate::stack::{Operator, Stack, StackOptions, TENANT_ID};
use cards::Cards;
use stage::Stage;

/// What to walk.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// One scenario; all of them when left out.
    pub scenario: Option<Scenario>,
}

/// A scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Scenario {
    /// Business cards are pushed, edited and deleted.
    Cards,
}

/// Walks the scenarios on a stack of their own; prints one JSON line each.
///
/// # Errors
/// A scenario could not run, or an end state differs.
pub async fn run(arguments: Arguments) -> Result<()> {
    let scenario = arguments.scenario.unwrap_or(Scenario::Cards);
    let options = StackOptions { queues: false, ..StackOptions::isolated("crash")? };
    let stack = Stack::start(options).await?;
    let differing = match scenario {
        Scenario::Cards => cards(&stack).await?,
    };
    stack.stop();
    ensure!(differing == 0, "{differing} runs ended otherwise than without faults");
    Ok(())
}

async fn cards(stack: &Stack) -> Result<usize> {
    let file = stack.file();
    let http = reqwest::Client::builder().build()?;
    let operator = Operator { http: &http, gateway: &file.gateway_url, key: &file.operator_key };
    let product = Product::new(&file.gateway_url, operator.create_organization("Crash walk").await?)?;
    product.connect_tenant(TENANT_ID, &file.users[0]).await?;
    let stage = Stage::new(stack.control(), stack.faults());
    // Without the user, so that contacts and their fingerprints are the same for all users.
    stage.set("cards-worker", ("CARD_URL_TEMPLATE", "https://crm.example/cards/{card}".to_owned())).await?;
    let summary = walk::walk(&Cards { stage: &stage, product, http }, &stage).await?;
    writeln!(std::io::stdout().lock(), "{}", serde_json::to_string(&summary)?)?;
    Ok(summary.differing)
}
