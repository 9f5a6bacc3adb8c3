//! `bench cards`: 1,000 new cards go to one mailbox, by the worker's release binary and, in the same run, by
//! Microsoft's own JavaScript client.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use super::customer::Customer;
use super::figure::{Limit, Report, median, megabytes};
use super::microsoft::{AT_A_TIME, LATENCY_MILLISECONDS};
use super::peer::Peer;
use crate::made_up;
use crate::progress::step;
use crate::runtime_api::Function;
use crate::usage::Usage;

/// Cards, all new, for one mailbox.
const CARDS: u32 = 1000;
/// What one `$batch` carries.
const BATCH: u32 = 20;
/// Calls to Graph beside the batches: the folder and the like.
const FURTHER_CALLS: u32 = 5;
/// Times each side pushes, in turns; the middle counts.
const ROUNDS: usize = 3;
/// How much longer than the mailbox's own limits make it a push may take.
const MOST_OVER_FLOOR: f64 = 1.2;

const PEER: &str = "@microsoft/microsoft-graph-client";

/// One push.
struct Measured {
    calls: usize,
    wall: Duration,
    usage: Usage,
}

/// Measures, prints.
///
/// # Errors
/// Something does not start, a push is not complete, or a limit is missed.
pub(super) async fn run() -> Result<()> {
    let peer = step("Installing the peer", Peer::install()).await?;
    let bench = step("Starting what is measured", Customer::start()).await?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 1..=ROUNDS {
        let (user, address) = (format!("ours-{round}"), format!("ours-{round}@contoso.example"));
        step(&format!("Round {round}: putting {CARDS} cards"), bench.set_up(&user, &address)).await?;
        let (measured, contacts) =
            step(&format!("Round {round}: cards-worker"), bench.push(&user, &address)).await?;
        ours.push(measured);
        let address = format!("theirs-{round}@contoso.example");
        let push = bench.push_by(&peer, &address, &contacts);
        theirs.push(step(&format!("Round {round}: {PEER}"), push).await?);
    }
    report(&ours, &theirs)
}

fn report(ours: &[Measured], theirs: &[Measured]) -> Result<()> {
    let mut report = Report::new("cards");
    let mut figure = |name: &str, unit, value: fn(&Measured) -> f64, limit| {
        let middle = |side: &[Measured]| median(side.iter().map(value).collect());
        report.beside(name, middle(ours), unit, (PEER, middle(theirs)), limit)
    };
    let most_calls = f64::from(CARDS.div_ceil(BATCH) + FURTHER_CALLS);
    let floor = f64::from(CARDS / AT_A_TIME * LATENCY_MILLISECONDS) / 1000.0;
    figure("Graph HTTP calls", "calls", |push| count(push.calls), Limit::Value(most_calls))?;
    figure("wall time", "s", |push| push.wall.as_secs_f64(), Limit::Value(floor * MOST_OVER_FLOOR))?;
    figure("CPU time", "s", |push| push.usage.cpu.as_secs_f64(), Limit::Ratio(1.0))?;
    figure("peak memory", "MB", |push| megabytes(push.usage.peak_memory), Limit::Ratio(0.5))?;
    report.figure("wall time floor", floor, "s", Limit::None)?;
    report.finish()
}

impl Customer {
    /// A user who is linked and has the cards.
    async fn set_up(&self, user: &str, address: &str) -> Result<()> {
        self.microsoft.add_user(address).await?;
        self.product.put_user(user, address).await?;
        self.product.link(user, address).await?;
        self.product.import(user, made_up::vcards(CARDS as usize)).await
    }

    /// The worker's push, from exec to its answer, and the contacts that it made.
    async fn push(&self, user: &str, address: &str) -> Result<(Measured, Vec<Value>)> {
        self.microsoft.take_graph_traffic().await?;
        let mut function = Function::start(self.function("cards-worker")).await?;
        function.first_poll_after().await?;
        let job = json!({"organization_id": self.product.organization_id(), "user_id": user});
        let event = json!({"Records": [{"messageId": user, "body": job.to_string()}]});
        let started = Instant::now();
        let answer = function.invoke(&event).await?;
        let wall = started.elapsed();
        let usage = function.usage()?;
        ensure!(answer["batchItemFailures"].as_array().is_none_or(Vec::is_empty), "not pushed: {answer}");
        self.ensure_complete(address).await?;
        let traffic = self.microsoft.take_graph_traffic().await?;
        Ok((Measured { calls: traffic.len(), wall, usage }, contacts(&traffic)?))
    }

    /// The peer's push of the same contacts.
    async fn push_by(&self, peer: &Peer, address: &str, contacts: &[Value]) -> Result<Measured> {
        self.microsoft.add_user(address).await?;
        let token = self.microsoft.token(address).await?;
        let (pushed, usage) = peer.push(&self.microsoft.graph_url(), &token, contacts).await?;
        self.ensure_complete(address).await?;
        ensure!(pushed.created == contacts.len(), "the peer made {} contacts", pushed.created);
        Ok(Measured { calls: pushed.calls, wall: Duration::from_secs_f64(pushed.seconds), usage })
    }

    async fn ensure_complete(&self, address: &str) -> Result<()> {
        let found = self.microsoft.contacts(address).await?;
        ensure!(found == CARDS as usize, "{found} contacts are in {address}'s mailbox");
        Ok(())
    }
}

/// The contacts that were made, as they were sent.
fn contacts(traffic: &[Value]) -> Result<Vec<Value>> {
    let inner =
        traffic.iter().filter_map(|exchange| exchange["request_body"]["requests"].as_array()).flatten();
    let made = inner.filter(|request| request["method"] == "POST").map(|request| request["body"].clone());
    let made: Vec<Value> = made.collect();
    ensure!(made.len() == CARDS as usize, "the traffic shows {} new contacts", made.len());
    Ok(made)
}

#[expect(clippy::cast_precision_loss, reason = "small numbers are exact")]
fn count(number: usize) -> f64 {
    number as f64
}
