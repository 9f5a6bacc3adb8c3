//! The scenario `cards`: a first push, then one of edits and deletions.

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use super::end_state::comparable;
use super::stage::{Message, Process, Stage};
use super::walk::{Cut, Invocation, Outcome};
use crate::made_up;
use crate::product::Product;
use crate::stack::TENANT_ID;

/// Cards of the first push: one full batch and a started one.
const CARDS: usize = 22;
/// Cards that are edited afterwards, from the first on; and those deleted, from the last on.
const EDITED: usize = 3;
const DELETED: usize = 2;
/// The card that comes in afterwards.
const ADDED: usize = CARDS;

/// Seconds between the pushes: a little more than the period in which every link comes up.
const TURN: i64 = 31 * 60;
/// Seconds after which the lease of a worker that died is over; more than the function's time limit.
const LEASE: i64 = 6 * 60;
/// How often a message is delivered before it would go to the dead-letter queue.
const MOST_DELIVERIES: usize = 5;

/// The steps, as the progress names them.
pub(super) const STEPS: [&str; 2] = ["first push", "edits and deletions"];

/// The scenario on its stage.
pub(super) struct Cards<'a> {
    pub(super) stage: Stage<'a>,
    pub(super) product: Product,
    pub(super) http: reqwest::Client,
}

/// A member with a mailbox of its own.
struct Member {
    user: String,
    address: String,
    object_id: String,
}

impl Cards<'_> {
    /// Takes a fresh user through all steps, one call cut on the way, and says how it ended.
    ///
    /// # Errors
    /// The stack does not answer, or the job is never worked off.
    pub(super) async fn run(&self, number: usize, cut: Option<Cut>) -> Result<Outcome> {
        let member = self.member(number).await?;
        let mut outcome = Outcome::default();
        for (step, name) in STEPS.iter().enumerate() {
            self.change(step, &member).await?;
            self.turn(step, cut, &mut outcome).await.with_context(|| format!("in the {name}"))?;
        }
        outcome.state = self.state(&member).await?;
        outcome.state["calls to Microsoft when nothing changed"] = self.quiet_turn().await?.into();
        self.product.unlink(&member.user).await?;
        Ok(outcome)
    }

    /// A user who is linked and has the cards of the first push.
    async fn member(&self, number: usize) -> Result<Member> {
        let user = format!("walker-{number:04}");
        let address = format!("{user}@contoso.example");
        let url = format!("{}/_sim/tenants/{TENANT_ID}/users", self.stage.control.file().simulator_url);
        let body = json!({"userPrincipalName": address, "displayName": user});
        let made: Value = self.http.post(url).json(&body).send().await?.error_for_status()?.json().await?;
        let object_id = made["id"].as_str().context("a user without an id")?.to_owned();
        self.product.put_user(&user, &address).await?;
        self.product.link(&user, &address).await?;
        Ok(Member { user, address, object_id })
    }

    /// What the CRM does before a push.
    async fn change(&self, step: usize, Member { user, .. }: &Member) -> Result<()> {
        if step == 0 {
            return self.product.import(user, made_up::vcards(CARDS)).await;
        }
        for number in 0..EDITED {
            self.product.put_card(user, &made_up::card_id(number), &made_up::card(number, 1)).await?;
        }
        for number in CARDS - DELETED..CARDS {
            self.product.delete_card(user, &made_up::card_id(number)).await?;
        }
        self.product.put_card(user, &made_up::card_id(ADDED), &made_up::card(ADDED, 0)).await
    }

    /// A tick and the work it leads to.
    async fn turn(&self, step: usize, cut: Option<Cut>, outcome: &mut Outcome) -> Result<()> {
        let process = |invocation| match cut {
            None => Process::Fresh,
            Some(cut) if cut.step == step && cut.invocation == invocation => {
                Process::CutAt(cut.nth, cut.when)
            }
            Some(_) => Process::Any,
        };
        self.tick(TURN * i64::try_from(step)?, process(Invocation::Tick), outcome).await?;
        // A tick that died may have led to a second message: it must do no harm.
        let mut process = process(Invocation::Worker);
        for message in self.stage.receive().await? {
            self.deliver(&message, process, outcome).await?;
            process = Process::Any;
        }
        Ok(())
    }

    /// The tick; one that died is followed by the next minute's.
    async fn tick(&self, offset: i64, process: Process, outcome: &mut Outcome) -> Result<()> {
        let event = json!({});
        let first = self.stage.run("schedule-tick", offset, &event, process).await?;
        outcome.saw(&first);
        if first.is_cut {
            let next = self.stage.run("schedule-tick", offset, &event, Process::Any).await?;
            next.answer.context("the tick after the one that died failed")?;
            return Ok(());
        }
        first.answer.map(drop).context("the tick failed")
    }

    /// Delivers a message until it is worked off, as the queue would.
    async fn deliver(&self, message: &Message, mut process: Process, outcome: &mut Outcome) -> Result<()> {
        let mut offset = 0;
        for delivery in 0..MOST_DELIVERIES {
            let run = self.stage.run("cards-worker", offset, &message.event(), process).await?;
            process = Process::Any;
            if delivery == 0 {
                outcome.saw(&run);
            }
            match &run.answer {
                Ok(answer) if is_done(answer) => return self.stage.delete(message).await,
                // Delivered again at once: the dead attempt's lease is still held, which must do no harm.
                _ if run.is_cut => {}
                Ok(_) => offset += LEASE,
                Err(error) => bail!("the worker failed: {error:#}"),
            }
        }
        bail!("the job was not worked off in {MOST_DELIVERIES} deliveries")
    }

    /// A turn in which nothing changed: how many calls it makes to Microsoft.
    async fn quiet_turn(&self) -> Result<usize> {
        let offset = TURN * i64::try_from(STEPS.len())?;
        self.stage.run("schedule-tick", offset, &json!({}), Process::Any).await?.answer?;
        let messages = self.stage.receive().await?;
        ensure!(!messages.is_empty(), "a turn that nobody was due in");
        let mut calls = 0;
        for message in messages {
            let run = self.stage.run("cards-worker", 0, &message.event(), Process::Any).await?;
            ensure!(is_done(&run.answer?), "the quiet turn's job was not worked off");
            calls += run.calls.iter().filter(|call| call.gate == "microsoft").count();
            self.stage.delete(&message).await?;
        }
        Ok(calls)
    }

    /// The mailbox and the rows of the user, comparable over users.
    async fn state(&self, member: &Member) -> Result<Value> {
        let Member { user, address, object_id } = member;
        let names = [(address.as_str(), "ADDRESS"), (user.as_str(), "USER"), (object_id.as_str(), "OBJECT")];
        let url = format!("{}/_sim/mailboxes/{address}", self.stage.control.file().simulator_url);
        let mailbox: Value = self.http.get(url).send().await?.error_for_status()?.json().await?;
        let partition = format!("CARDS#{}#{user}", self.product.organization_id());
        let rows = self.stage.items("CardsTable", &partition).await?;
        ensure!(!rows.is_empty(), "no rows under {partition}");
        let rows: Vec<Value> = rows.into_iter().map(without_folder).collect();
        let links: Value =
            self.product.call(reqwest::Method::GET, &format!("users/{user}/links/contacts"), None).await?;
        let state =
            json!({"mailbox": mailbox, "rows": rows, "status": links["status"], "reason": links["reason"]});
        Ok(comparable(&state, &names))
    }

    /// Fails when the fault-free end is not what the steps must lead to: a walk that compares with nothing
    /// would find nothing.
    pub(super) fn check(&self, state: &Value) -> Result<()> {
        let folders = state["mailbox"]["folders"].as_array().context("a mailbox without folders")?;
        let kept = folders.iter().filter(|folder| folder["deleted"] == false);
        let contacts: Vec<&Value> =
            kept.filter_map(|folder| folder["contacts"].as_array()).flatten().collect();
        let expected: Vec<usize> = (0..CARDS - DELETED).chain([ADDED]).collect();
        ensure!(contacts.len() == expected.len(), "{} contacts in {state:#}", contacts.len());
        for number in expected {
            let address = format!("person{number}@");
            let edition = usize::from(number < EDITED);
            let contact =
                contacts.iter().find(|contact| contact["emailAddresses"].to_string().contains(&address));
            let contact = contact.with_context(|| format!("card {number} is not in {state:#}"))?;
            let title = &made_up::card(number, edition)["title"];
            ensure!(contact["jobTitle"] == *title, "card {number} is not the latest: {contact:#}");
        }
        ensure!(state["calls to Microsoft when nothing changed"] == 0, "a quiet turn calls Microsoft");
        Ok(())
    }
}

/// Whether the worker gave no message back.
fn is_done(answer: &Value) -> bool {
    answer["batchItemFailures"].as_array().is_none_or(Vec::is_empty)
}

/// The row with the folder's hash out of its key; a second folder's rows then stand beside the first's.
fn without_folder(mut row: Value) -> Value {
    if let Some(["CONTACT", _, card]) =
        row["sk"]["S"].as_str().map(|sk| sk.split('#').collect::<Vec<_>>()).as_deref()
    {
        row["sk"]["S"] = json!(format!("CONTACT#{card}"));
    }
    row
}
