//! The scenario `unlink`: a member ends the link in the console, once keeping the folder and once taking it out of
//! Outlook; the product ends a member's mail; the tenant ends, with everybody in it.
//!
//! Whoever is cut down presses the button again, or calls again.

use anyhow::{Context, Result, ensure};
use reqwest::Method;
use serde_json::{Value, json};

use super::company::{Company, MEMBER};
use super::end_state::comparable;
use super::person::{Person, ask, form, location};
use super::play::Play;
use super::stage::Stage;
use super::traces;
use super::walk::Scenario;
use crate::made_up;
use crate::product::hidden;
use crate::stack::TENANT_ID;

/// Cards of each member.
const CARDS: usize = 2;
/// The member whom others unlink.
const OTHER: &str = "other";
/// Where a member asks for the end of the link.
const BUTTON: &str = "/me/links/contacts/unlink";

/// The scenario on its stage.
pub(super) struct Unlinking<'a> {
    pub(super) stage: &'a Stage<'a>,
    pub(super) http: reqwest::Client,
    pub(super) person: Person,
}

/// A customer whose members are linked.
struct Customer {
    company: Company,
    /// The other member's address and object id.
    other: String,
    other_id: String,
}

impl Scenario for Unlinking<'_> {
    const NAME: &'static str = "unlink";

    async fn run(&self, play: &mut Play<'_>) -> Result<Value> {
        for function in ["api-web", "connect-web", "console-web"] {
            // An earlier run left them behind at a later time.
            self.stage.set_clock(function, 0).await?;
        }
        let customer = self.customer(play).await?;
        let company = &customer.company;
        self.press(play, company, "folder stays", "").await?;
        self.work_off(play, "").await?;
        let kept = self.state(&customer).await?;
        company.product.link(MEMBER, &company.address).await?;
        self.work_off(play, "").await?;
        self.press(play, company, "folder goes", "&remove_folder=on").await?;
        self.work_off(play, "folder goes, worker").await?;
        let gone = self.state(&customer).await?;
        self.call(play, company, "mail", &format!("users/{OTHER}/links/mail")).await?;
        self.work_off(play, "").await?;
        let unread = self.state(&customer).await?;
        self.switch_mail_on(play, company).await?;
        self.call(play, company, "tenant", &format!("tenants/{TENANT_ID}")).await?;
        self.work_off(play, "").await?;
        let ended = self.state(&customer).await?;
        traces::tidy(self.stage, company, &[]).await?;
        Ok(json!({"kept": kept, "gone": gone, "unread": unread, "ended": ended}))
    }

    fn check(&self, end: &Value) -> Result<()> {
        // Contacts of the member, subscriptions of the other, tokens, and how often somebody was unlinked.
        let steps =
            [("kept", CARDS, 1, 1, 1), ("gone", 0, 1, 1, 2), ("unread", 0, 0, 1, 3), ("ended", 0, 0, 0, 5)];
        for (step, contacts, subscriptions, tokens, unlinked) in steps {
            let found = &end[step];
            let of_member = traces::contacts(&found[MEMBER]["mailbox"]);
            ensure!(of_member == contacts, "{of_member} contacts, {step}: {found:#}");
            ensure!(traces::contacts(&found[OTHER]["mailbox"]) == CARDS, "the other's, {step}: {found:#}");
            ensure!(found["subscriptions"] == subscriptions, "subscriptions, {step}: {found:#}");
            ensure!(found["tokens"].as_array().map(Vec::len) == Some(tokens), "tokens, {step}: {found:#}");
            for list in ["log", "news"] {
                let text = if list == "log" { "user_unlinked" } else { "\"unlinked\"" };
                let members = found[list].as_array().map(Vec::as_slice).unwrap_or_default();
                let count = members.iter().filter(|entry| entry.to_string().contains(text)).count();
                ensure!(count == unlinked, "{count} times in the {list}, {step}: {found:#}");
            }
        }
        ensure!(end["gone"][MEMBER]["contacts"]["folder_removal"] == "removed", "{end:#}");
        ensure!(end["ended"]["grants"].is_null(), "the tenant is still there: {end:#}");
        Ok(())
    }
}

impl Unlinking<'_> {
    /// Two members linked for contacts, with their cards in Outlook; the mail of one is read.
    async fn customer(&self, play: &mut Play<'_>) -> Result<Customer> {
        let company = Company::new(self.stage, &self.http, &format!("leaver-{:04}", play.number)).await?;
        let other = format!("stayer-{:04}@contoso.example", play.number);
        let other_id = company.member(self.stage, &self.http, OTHER, &other).await?;
        for feature in ["contacts", "mail"] {
            company.consent(self.stage, feature).await?;
        }
        for (user, address) in [(MEMBER, &company.address), (OTHER, &other)] {
            company.product.import(user, made_up::vcards(CARDS)).await?;
            company.product.link(user, address).await?;
        }
        self.switch_mail_on(play, &company).await?;
        self.work_off(play, "").await?;
        Ok(Customer { company, other, other_id })
    }

    async fn switch_mail_on(&self, play: &mut Play<'_>, company: &Company) -> Result<()> {
        company.product.call(Method::POST, &format!("users/{OTHER}/links/mail"), None).await?;
        play.deliver_all("", "Subscriptions", "subscriptions-worker", 0).await?;
        Ok(())
    }

    /// The member presses the button on their own page, and once more when nothing comes back.
    async fn press(&self, play: &mut Play<'_>, company: &Company, name: &str, choice: &str) -> Result<()> {
        let link = json!({"user_id": MEMBER, "page": "me"});
        let link = company.product.call(Method::POST, "portal-links", Some(&link)).await?;
        let link = link["url"].as_str().context("a portal link without an address")?;
        let cookies = self.person.enter(link).await?;
        let url = format!("{}{BUTTON}", self.stage.control.file().gateway_url);
        let page = self.person.read(&url, &cookies).await?;
        let body = format!("csrf={}{choice}", hidden(&page, "csrf")?);
        let event = form(BUTTON, &body, &cookies);
        let (answer, _) = ask(play, Some(&format!("{name}, button")), "console-web", &event).await?;
        ensure!(location(&answer).is_some_and(|to| to.starts_with("/me")), "{name} is answered by {answer}");
        Ok(())
    }

    /// The product's backend calls for an end, and once more when nothing comes back. What is gone by then is
    /// gone.
    async fn call(&self, play: &mut Play<'_>, company: &Company, name: &str, path: &str) -> Result<()> {
        let event = company.call("DELETE", path, None);
        let (answer, was_cut) = ask(play, Some(&format!("{name}, call")), "api-web", &event).await?;
        let status = answer["statusCode"].as_u64().context("an answer without a status")?;
        let is_done = (200..300).contains(&status) || (was_cut && status == 404);
        ensure!(is_done, "DELETE {path} is answered by {answer}");
        Ok(())
    }

    /// What is queued, what the tick finds left, and what either leads to.
    async fn work_off(&self, play: &mut Play<'_>, name: &str) -> Result<()> {
        play.again("schedule-tick", 0, &json!({})).await?;
        play.deliver_all(name, "Cards", "cards-worker", 0).await?;
        while play.deliver_all("", "Subscriptions", "subscriptions-worker", 0).await? > 0 {}
        Ok(())
    }

    async fn state(&self, customer: &Customer) -> Result<Value> {
        let Customer { company, other, other_id } = customer;
        let mut state = json!({
            "grants": traces::grants(company).await?,
            "log": traces::log(company).await?,
            "news": traces::news(self.stage, company).await?,
            "tokens": traces::tokens(self.stage, company).await?,
            "subscriptions": traces::subscriptions(self.stage, &self.http, other_id).await?,
        });
        for (user, address) in [(MEMBER, &company.address), (OTHER, other)] {
            state[user] = json!({
                "contacts": traces::link(company, user, "contacts").await?,
                "mail": traces::link(company, user, "mail").await?,
                "mailbox": traces::mailbox(self.stage, &self.http, address).await?,
            });
        }
        let mut names = company.names().to_vec();
        names.extend([(other.as_str(), "OTHER ADDRESS"), (other_id, "OTHER OBJECT")]);
        Ok(comparable(&state, &names))
    }
}
