//! The scenario `link`: an administrator consents to every feature in one flow, and says that the organization is the
//! right one; a member links and gets the first cards; another signs in with an account that was not expected, and says that it is the right one.
//!
//! What comes back from Microsoft works once. Whoever is cut down in it reloads the page, reads that it was used
//! up, looks how things stand, and begins anew if they do not stand.

use anyhow::{Context, Result, bail, ensure};
use reqwest::Method;
use serde_json::{Value, json};
use url::Url;

use super::company::{Company, MEMBER, mailbox};
use super::end_state::comparable;
use super::http_event::with_cookies;
use super::person::{Person, ask, form, location, visit};
use super::play::Play;
use super::stage::Stage;
use super::traces;
use super::walk::Scenario;
use crate::made_up;
use crate::product::hidden;
use crate::stack::TENANT_ID;

/// Cards of the member who links.
const CARDS: usize = 2;
/// The other member, whose address with the product is none of Microsoft's.
const OTHER: &str = "other";
const FEATURES: [&str; 3] = ["contacts", "calendar", "mail"];
/// How often somebody begins anew before this walk gives up.
const MOST_BEGINNINGS: usize = 3;

/// The scenario on its stage.
pub(super) struct Linking<'a> {
    pub(super) stage: &'a Stage<'a>,
    pub(super) http: reqwest::Client,
    pub(super) person: Person,
}

/// A way through Microsoft's pages and back.
struct Way<'a> {
    name: &'a str,
    /// The call of the product's backend that it begins with.
    start: Value,
    account: &'a str,
}

impl Scenario for Linking<'_> {
    const NAME: &'static str = "link";

    async fn run(&self, play: &mut Play<'_>) -> Result<Value> {
        for function in ["api-web", "connect-web"] {
            // An earlier run left them behind at a later time.
            self.stage.set_clock(function, 0).await?;
        }
        let company = Company::new(self.stage, &self.http, &format!("linker-{:04}", play.number)).await?;
        let other = format!("visitor-{:04}@contoso.example", play.number);
        let other_id = mailbox(self.stage, &self.http, &other).await?;
        company.product.put_user(OTHER, &format!("elsewhere-{:04}@fabrikam.example", play.number)).await?;
        for user in [MEMBER, OTHER] {
            company.product.import(user, made_up::vcards(CARDS)).await?;
        }
        self.consent(play, &company).await?;
        self.link(play, &company).await?;
        self.link_another(play, &company, &other).await?;
        // The first push is queued with the link; what was cut down before that, the tick finds.
        play.again("schedule-tick", 0, &json!({})).await?;
        play.deliver_all("", "Cards", "cards-worker", 0).await?;
        let mut names = company.names().to_vec();
        let elsewhere = format!("elsewhere-{:04}", play.number);
        names.extend([(other.as_str(), "VISITOR"), (&other_id, "OTHER OBJECT"), (&elsewhere, "ELSEWHERE")]);
        let state = self.state(&company, &other, &names).await?;
        traces::tidy(self.stage, &company, &[(MEMBER, "contacts"), (OTHER, "contacts")]).await?;
        Ok(state)
    }

    fn check(&self, end: &Value) -> Result<()> {
        let events = |name: &str| {
            end["log"].as_array().map_or(0, |log| log.iter().filter(|entry| entry["event"] == name).count())
        };
        let expected = [("consent_granted", 3), ("user_linked", 2), ("account_confirmed", 1)];
        for (event, count) in expected {
            ensure!(events(event) == count, "{} times {event}: {end:#}", events(event));
        }
        for feature in FEATURES {
            ensure!(!end["grants"][feature].is_null(), "{feature} is not granted: {end:#}");
        }
        for user in [MEMBER, OTHER] {
            let found = &end[user];
            ensure!(found["link"]["status"] == "linked", "{user} is not linked: {end:#}");
            ensure!(found["link"]["pending"] == 0, "{user}'s cards wait: {end:#}");
            ensure!(traces::contacts(&found["mailbox"]) == CARDS, "{user}'s contacts: {end:#}");
        }
        ensure!(end["tokens"].as_array().map(Vec::len) == Some(2), "not two tokens: {end:#}");
        ensure!(!end["tokens"].to_string().contains("false"), "a token is not sealed: {end:#}");
        ensure!(end["news"].as_array().is_some_and(|news| news.len() >= 5), "the news: {end:#}");
        Ok(())
    }
}

impl Linking<'_> {
    /// Every feature in one flow: a page for application permissions, one for delegated ones, a sign-in, and our
    /// question, since the product's backend began it. Whoever begins anew asks for what is missing.
    async fn consent(&self, play: &mut Play<'_>, company: &Company) -> Result<()> {
        let administrator = self.stage.control.file().users[0].clone();
        let mut missing: Vec<&str> = FEATURES.to_vec();
        for beginning in 0..MOST_BEGINNINGS {
            let body = json!({"features": missing});
            let start = company.call("POST", &format!("tenants/{TENANT_ID}/consent"), Some(&body));
            let way = Way { name: "consent", start, account: &administrator };
            if let Some(answer) = self.go(play, &way, beginning == 0).await? {
                let name = (beginning == 0).then_some("consent, yes");
                self.confirm(play, &answer, name).await?;
            }
            let grants = traces::grants(company).await?;
            missing.retain(|feature| grants[*feature].is_null());
            if missing.is_empty() {
                return Ok(());
            }
        }
        bail!("{missing:?} were not granted")
    }

    /// The member links.
    async fn link(&self, play: &mut Play<'_>, company: &Company) -> Result<()> {
        let start = company.call("POST", &format!("users/{MEMBER}/links/contacts"), None);
        let way = Way { name: "link", start, account: &company.address };
        for beginning in 0..MOST_BEGINNINGS {
            self.go(play, &way, beginning == 0).await?;
            if is_linked(company, MEMBER).await? {
                return Ok(());
            }
        }
        bail!("the member was not linked")
    }

    /// The other member signs in with another account than expected and says that it is the right one.
    async fn link_another(&self, play: &mut Play<'_>, company: &Company, account: &str) -> Result<()> {
        let start = company.call("POST", &format!("users/{OTHER}/links/contacts"), None);
        let way = Way { name: "another account", start, account };
        for beginning in 0..MOST_BEGINNINGS {
            if let Some(answer) = self.go(play, &way, beginning == 0).await? {
                ensure!(!is_linked(company, OTHER).await?, "linked without a word");
                let name = (beginning == 0).then_some("another account, yes");
                self.confirm(play, &answer, name).await?;
            }
            if is_linked(company, OTHER).await? {
                return Ok(());
            }
        }
        bail!("the other member was not linked")
    }

    /// Goes the way once. The last answer; none when what came back from Microsoft was used up by then.
    async fn go(&self, play: &mut Play<'_>, way: &Way<'_>, is_walked: bool) -> Result<Option<Value>> {
        let name = |act: String| Some(format!("{}, {act}", way.name)).filter(|_| is_walked);
        let (answer, _) = ask(play, name("start".to_owned()).as_deref(), "api-web", &way.start).await?;
        let body: Value = serde_json::from_str(answer["body"].as_str().unwrap_or_default())?;
        let mut url = Url::parse(body["url"].as_str().with_context(|| format!("no url: {answer}"))?)?;
        for page in 1.. {
            let back = self.person.through_microsoft(url, way.account).await?;
            let name = name(format!("page {page}"));
            let (answer, was_cut) = ask(play, name.as_deref(), "connect-web", &visit(&back)).await?;
            match location(&answer) {
                // On to Microsoft's next page.
                Some(next) if answer["statusCode"] == 302 => url = Url::parse(next)?,
                Some(_) => return Ok(Some(answer)),
                None if was_cut => return Ok(None),
                None => bail!("{} is answered by {answer}", back.path()),
            }
        }
        Ok(None)
    }

    /// Reads the question that the sign-in led to, and answers it with yes.
    async fn confirm(&self, play: &mut Play<'_>, asked: &Value, name: Option<&str>) -> Result<()> {
        let lines = asked["cookies"].as_array().cloned().unwrap_or_default();
        let cookies = lines.iter().filter_map(|line| line.as_str()?.split(';').next());
        let cookies: Vec<String> = cookies.map(str::to_owned).collect();
        let url = Url::parse("http://localhost/connect/result")?;
        let page = play.again("connect-web", 0, &with_cookies(visit(&url), &cookies)).await?;
        let page = page["body"].as_str().context("a question without a page")?;
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.append_pair("state", hidden(page, "state")?).append_pair("answer", "yes");
        let event = form("/connect/confirm", &body.finish(), &cookies);
        let (answer, was_cut) = ask(play, name, "connect-web", &event).await?;
        ensure!(was_cut || location(&answer).is_some(), "yes is answered by {answer}");
        Ok(())
    }

    async fn state(&self, company: &Company, other: &str, names: &[(&str, &str)]) -> Result<Value> {
        let mut state = json!({
            "grants": traces::grants(company).await?,
            "log": traces::log(company).await?,
            "news": traces::news(self.stage, company).await?,
            "tokens": traces::tokens(self.stage, company).await?,
        });
        for (user, address) in [(MEMBER, company.address.as_str()), (OTHER, other)] {
            state[user] = json!({
                "link": traces::link(company, user, "contacts").await?,
                "mailbox": traces::mailbox(self.stage, &self.http, address).await?,
            });
        }
        Ok(comparable(&state, names))
    }
}

/// Whether the API tells that the member is linked.
async fn is_linked(company: &Company, user: &str) -> Result<bool> {
    let found = company.product.call(Method::GET, &format!("users/{user}/links/contacts"), None).await?;
    Ok(found["status"] == "linked")
}
