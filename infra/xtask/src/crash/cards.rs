//! The scenario `cards`: a first push, then one of edits and deletions.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::end_state::comparable;
use super::play::{Play, is_done};
use super::stage::{Process, Stage};
use super::walk::Scenario;
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
/// The steps, as the progress names them.
const STEPS: [&str; 2] = ["first push", "edits and deletions"];

/// The scenario on its stage.
pub(super) struct Cards<'a> {
    pub(super) stage: &'a Stage<'a>,
    pub(super) product: Product,
    pub(super) http: reqwest::Client,
}

/// A member with a mailbox of its own.
struct Member {
    user: String,
    address: String,
    object_id: String,
}

impl Scenario for Cards<'_> {
    const NAME: &'static str = "cards";

    async fn run(&self, play: &mut Play<'_>) -> Result<Value> {
        let member = self.member(play.number).await?;
        for (step, name) in STEPS.iter().enumerate() {
            self.change(step, &member).await?;
            play.tick(&format!("{name}, tick"), TURN * i64::try_from(step)?).await?;
            play.deliver_all(&format!("{name}, worker"), "Cards", "cards-worker", 0)
                .await
                .with_context(|| format!("in the {name}"))?;
        }
        let mut state = self.state(&member).await?;
        state["calls to Microsoft when nothing changed"] = self.quiet_turn(play).await?.into();
        self.product.unlink(&member.user).await?;
        Ok(state)
    }

    fn check(&self, state: &Value) -> Result<()> {
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

impl Cards<'_> {
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

    /// A turn in which nothing changed: how many calls it makes to Microsoft.
    async fn quiet_turn(&self, play: &Play<'_>) -> Result<usize> {
        let offset = TURN * i64::try_from(STEPS.len())?;
        play.again("schedule-tick", offset, &json!({})).await?;
        let messages = self.stage.receive("Cards").await?;
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
