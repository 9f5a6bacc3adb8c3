//! The main job, step by step, through the public door and the simulated pages alone.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};

use super::card::Card;
use super::check;
use super::edits::{Edit, edits};
use super::far_side::{Calls, Contacts, FarSide};
use super::file::{Fault, File};
use crate::product::Product;
use crate::progress::step;
use crate::stack::{Control, Operator, StackFile};

/// The member's id in the CRM.
pub(super) const USER: &str = "sato";
/// Longer than the 30 minutes after which a link comes up again.
const NEXT_TURN_SECONDS: i64 = 30 * 60 + 1;
/// How long a push may take.
const PUSH_LIMIT: Duration = Duration::from_secs(120);
/// Items of one `$batch`, and the calls of a push beside its batches.
const BATCH: usize = 20;
const OTHER_CALLS: usize = 5;
/// Requests in flight that Exchange allows a mailbox.
const MOST_AT_ONCE: u64 = 4;

/// One organization with one user.
#[derive(Debug)]
pub(super) struct Job {
    control: Control,
    far_side: FarSide,
    product: Product,
    address: String,
    /// What the links to the user's cards begin with.
    card_link: String,
    /// How far the functions' clock is ahead.
    offset: i64,
}

impl Job {
    /// The operator makes an organization and its key.
    ///
    /// # Errors
    /// The API refuses.
    pub(super) async fn begin(control: &Control, far_side: &FarSide) -> Result<(String, Self)> {
        let StackFile { gateway_url, operator_key, users, .. } = control.file();
        let operator = Operator { http: far_side.http(), gateway: gateway_url, key: operator_key };
        let organization = operator.create_organization("Demonstration").await?;
        let id = organization.id.clone();
        let job = Self {
            control: control.clone(),
            far_side: far_side.clone(),
            product: Product::new(gateway_url, organization)?,
            address: users.get(1).context("the simulated tenant has no second user")?.clone(),
            card_link: format!("https://crm.example/organizations/{id}/users/{USER}/cards/"),
            offset: 0,
        };
        Ok((format!("organization {id}"), job))
    }

    /// The organization registers its tenant, whose administrator consents.
    ///
    /// # Errors
    /// A step is refused.
    pub(super) async fn consent(&self) -> Result<(String, ())> {
        let StackFile { tenant_id, users, .. } = self.control.file();
        let administrator = users.first().context("the simulated tenant has no administrator")?;
        self.product.connect_tenant(tenant_id, administrator).await?;
        Ok((format!("consent of {administrator}"), ()))
    }

    /// The user signs in and links the contacts.
    ///
    /// # Errors
    /// A step is refused.
    pub(super) async fn link(&self) -> Result<(String, ())> {
        self.product.link(USER, &self.address).await?;
        let link = self.link_status().await?;
        ensure!(
            link["account"] == *self.address,
            "account: expected {}, found {}",
            self.address,
            link["account"]
        );
        Ok((format!("{} linked", self.address), ()))
    }

    /// The user is made known and the cards go in; the broken one is told with its line and stops none of the others.
    ///
    /// # Errors
    /// That does not hold.
    pub(super) async fn import(&self, file: &File) -> Result<(String, (Vec<Card>, Vec<Fault>))> {
        let body = json!({"email": self.address, "display_name": "佐藤 健"});
        self.product.call(Method::PUT, &format!("users/{USER}"), Some(&body)).await?;
        let answer = self.product.try_import(USER, file.text.clone()).await?;
        let told = answer["errors"].as_array().context("the import's answer has no errors")?;
        let fault = |error: &Value| {
            let line = usize::try_from(error["line"].as_u64()?).ok()?;
            Some(Fault { line, detail: error["detail"].as_str()?.to_owned() })
        };
        let faults: Option<Vec<Fault>> = told.iter().map(fault).collect();
        let faults = faults.with_context(|| format!("a fault without line or detail: {answer}"))?;
        ensure!(
            faults.iter().any(|fault| fault.line == file.fault),
            "the broken card: expected a fault on line {}, found {answer}",
            file.fault
        );
        let cards = file.cards(&faults);
        ensure!(answer["created"] == cards.len(), "cards: expected {} created, found {answer}", cards.len());
        ensure!(!cards.is_empty(), "no card of {} could be read: {answer}", file.name);
        let outcome = format!("{} cards in, {} told with line and left out", cards.len(), faults.len());
        Ok((outcome, (cards, faults)))
    }

    /// The push that the link began, a tick beside it, and every contact as its card.
    ///
    /// # Errors
    /// That does not hold.
    pub(super) async fn push(&self, cards: &mut [Card]) -> Result<(String, Contacts)> {
        self.tick().await?;
        let contacts = self.contacts().await?;
        check::all_shown(cards, &contacts, &self.card_link)?;
        Ok((format!("{} contacts, each field as on its card", contacts.len()), contacts))
    }

    /// The CRM changes some cards and deletes some; `cards` follow.
    ///
    /// # Errors
    /// The API refuses.
    pub(super) async fn edit(&self, cards: &mut Vec<Card>) -> Result<(String, Edited)> {
        let mut edited = Edited::default();
        for (index, edit) in edits(cards.len()) {
            let card = &mut cards[index];
            let id = card.id.clone().context("a card without an id")?;
            if edit == Edit::Deletion {
                self.product.delete_card(USER, &id).await?;
                edited.deleted.insert(id);
                continue;
            }
            let path = format!("users/{USER}/cards/{id}");
            let mut kept = self.product.call(Method::GET, &path, None).await?["card"].take();
            edit.apply(&mut kept, card);
            let answer = self.product.call(Method::PUT, &path, Some(&kept)).await?;
            ensure!(answer["change"] == "updated", "PUT {path}: expected an update, found {answer}");
            edited.changed.insert(id);
        }
        cards.retain(|card| card.id.as_ref().is_none_or(|id| !edited.deleted.contains(id)));
        Ok((edited.in_words(), edited))
    }

    /// The next tick: exactly what was edited follows.
    ///
    /// # Errors
    /// That does not hold.
    pub(super) async fn follow(
        &self,
        cards: &mut [Card],
        before: &Contacts,
        edited: &Edited,
    ) -> Result<(String, ())> {
        self.tick().await?;
        let contacts = self.contacts().await?;
        check::only_changed(before, &contacts, &edited.changed, &edited.deleted)?;
        check::all_shown(cards, &contacts, &self.card_link)?;
        Ok((format!("{}, {} untouched", edited.in_words(), contacts.len() - edited.changed.len()), ()))
    }

    /// One more tick, at which nothing is to be done. That the job ran shows on the link.
    ///
    /// # Errors
    /// The job did not run.
    pub(super) async fn rest(&self) -> Result<(String, ())> {
        let before = self.last_success().await?;
        self.tick().await?;
        let after = self.last_success().await?;
        ensure!(after > before, "last_success_at: expected after {before}, found {after}");
        Ok(("nothing to do".to_owned(), ()))
    }

    /// What the API says about the link.
    ///
    /// # Errors
    /// Not what happened.
    pub(super) async fn status(&self, last: &LastPush) -> Result<(String, ())> {
        let link = self.link_status().await?;
        ensure!(link["status"] == "linked", "status: expected linked, found {link}");
        let found = &link["last_push"];
        for (number, expected) in
            [("created", last.created), ("updated", last.updated), ("deleted", last.deleted), ("refused", 0)]
        {
            ensure!(found[number] == expected, "last_push.{number}: expected {expected}, found {found}");
        }
        ensure!(link["refused_cards"] == json!({}), "refused_cards: expected none, found {link}");
        let LastPush { created, updated, deleted } = last;
        Ok((format!("linked; last push {created} made, {updated} changed, {deleted} deleted"), ()))
    }

    /// Lets half an hour pass everywhere, so that the link comes up again.
    ///
    /// # Errors
    /// A clock cannot be moved.
    pub(super) async fn wait_for_the_next_turn(&mut self) -> Result<()> {
        // The clock's change kills what runs.
        self.control.drained(PUSH_LIMIT).await?;
        self.offset += NEXT_TURN_SECONDS;
        step("Letting half an hour pass", async {
            self.far_side.advance_clock(NEXT_TURN_SECONDS).await?;
            self.control.set_clock_offset(self.offset).await
        })
        .await
    }

    /// What must hold of every push.
    ///
    /// # Errors
    /// It does not.
    pub(super) async fn check_limits(&self, calls: Calls, items: usize) -> Result<()> {
        let most = items.div_ceil(BATCH) + OTHER_CALLS;
        ensure!(calls.graph <= most as u64, "Graph calls: expected at most {most}, found {}", calls.graph);
        ensure!(calls.throttled == 0, "429: expected none, found {}", calls.throttled);
        let highest = self.far_side.highest_concurrency(&self.address).await?;
        ensure!(
            highest <= MOST_AT_ONCE,
            "requests at once: expected at most {MOST_AT_ONCE}, found {highest}"
        );
        Ok(())
    }

    /// The organization's backend.
    pub(super) fn product(&self) -> &Product {
        &self.product
    }

    /// The demonstration tenant.
    pub(super) fn tenant(&self) -> &str {
        &self.control.file().tenant_id
    }

    /// The tenant's administrator.
    pub(super) fn administrator(&self) -> &str {
        &self.control.file().users[0]
    }

    /// The user's address.
    pub(super) fn address(&self) -> &str {
        &self.address
    }

    async fn tick(&self) -> Result<()> {
        self.control.tick().await?;
        self.control.drained(PUSH_LIMIT).await
    }

    async fn contacts(&self) -> Result<Contacts> {
        self.far_side.contacts(&self.address, &self.card_link).await
    }

    async fn link_status(&self) -> Result<Value> {
        self.product.call(Method::GET, &format!("users/{USER}/links/contacts"), None).await
    }

    async fn last_success(&self) -> Result<Timestamp> {
        let link = self.link_status().await?;
        let found = link["last_success_at"].as_str().and_then(|text| text.parse().ok());
        found.with_context(|| format!("last_success_at: expected an instant, found {link}"))
    }
}

/// The ids of the cards that were changed and deleted.
#[derive(Debug, Default)]
pub(super) struct Edited {
    pub(super) changed: BTreeSet<String>,
    pub(super) deleted: BTreeSet<String>,
}

impl Edited {
    fn in_words(&self) -> String {
        format!("{} changed, {} deleted", self.changed.len(), self.deleted.len())
    }
}

/// What the last push that had something to do did.
#[derive(Debug, Default)]
pub(super) struct LastPush {
    pub(super) created: usize,
    pub(super) updated: usize,
    pub(super) deleted: usize,
}
