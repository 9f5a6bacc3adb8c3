//! Texts of notices, from `locales/<language>/notices.ftl`. Plain text: nothing that a name holds can become
//! anything else.

use std::{borrow::Cow, collections::HashMap};

use accounts::{GrantNews, LinkNews, LinkStatus, SiteSettings, User};
use fluent_templates::{LanguageIdentifier, Loader, fluent_bundle::FluentValue, langid, static_loader};
use jiff::{Timestamp, Zoned, civil::Weekday, tz::TimeZone};
use types::{Feature, Language, OrganizationId};
use url::Url;

use crate::{DisabledReason, Webhook};

static_loader! {
    static LOCALES = {
        locales: "./locales",
        fallback_language: "en",
        // The marks would stay in copied text; directions are taken out of values instead.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

/// What is told.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Letter<'a> {
    /// To the user: the own link does not work any more.
    LinkBrokenToUser { news: &'a LinkNews, user: &'a User },
    /// To an administrator: a member's link does not work any more.
    LinkBrokenToAdmin { news: &'a LinkNews, user: &'a User },
    /// To an administrator: a feature was switched on, or ended (feature C05).
    Grants(&'a GrantNews),
    /// To a user: the feature is there, and begins with the user's own sign-in (peer row P14).
    Invitation { feature: Feature },
    /// To an administrator: nothing is sent to a webhook any more.
    WebhookDisabled { webhook: &'a Webhook, reason: DisabledReason },
}

/// In whose name a letter is, and how it is written.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    pub(crate) organization_id: OrganizationId,
    pub(crate) organization_name: String,
    pub(crate) language: Language,
}

/// The reader's own page.
const ME: &str = "/me";

/// A notice, ready to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) subject: String,
    pub(crate) text: String,
}

/// Writes notices in the name of the product.
#[derive(Debug, Clone)]
pub struct Words {
    site: SiteSettings,
    product_name: String,
    support_url: Option<String>,
}

impl Words {
    /// Words that lead to this site, and to the help desk if there is one.
    #[must_use]
    pub fn new(site: SiteSettings, product_name: String, support_url: Option<String>) -> Self {
        Self { site, product_name, support_url }
    }

    pub(crate) fn product_name(&self) -> &str {
        &self.product_name
    }

    /// The notice for one reader.
    pub(crate) fn write(&self, letter: &Letter<'_>, to: &User, head: &Head) -> Written {
        let mut texts = Texts::new(head.language);
        texts.set("reader", &to.display_name);
        texts.set("organization", &head.organization_name);
        texts.set("product", &self.product_name);
        let (kind, mut parts) = match letter {
            Letter::LinkBrokenToUser { news, user } => {
                let url = self.page(head, ME);
                ("broken-user", broken(&mut texts, news, user, "user", &url))
            }
            Letter::LinkBrokenToAdmin { news, user } => {
                let url = self.page(head, &format!("/console/users/{}", news.user_id));
                ("broken-admin", broken(&mut texts, news, user, "admin", &url))
            }
            Letter::Grants(news) => self.grants(&mut texts, news, head),
            Letter::Invitation { feature } => {
                let feature = texts.feature(*feature);
                texts.set("feature", &feature);
                let url = self.page(head, ME);
                let way = format!("{}\n{url}", texts.get("invited-do"));
                ("invited", vec![texts.get("invited-opening"), way, texts.get("invited-rest")])
            }
            Letter::WebhookDisabled { webhook, reason } => {
                texts.set("webhook", &webhook.id);
                texts.set("address", &shown(&webhook.url));
                let why = match reason {
                    DisabledReason::Gone => "webhook-gone",
                    DisabledReason::Failing => "webhook-failing",
                };
                ("webhook", vec![texts.get(why), texts.get("webhook-facts"), texts.get("webhook-do")])
            }
        };
        parts.insert(0, texts.get("greeting"));
        parts.push(self.foot(&mut texts));
        let mut text = parts.join("\n\n");
        text.push('\n');
        Written { subject: texts.get(&format!("{kind}-subject")), text }
    }

    /// A page of the console or of the reader's own, by way of the sign-in: it asks for none of whoever has a
    /// session, and knows whose console it is for all others.
    fn page(&self, head: &Head, path: &str) -> Url {
        let mut url = self.site.below(&["console", "sign-in"]);
        url.query_pairs_mut()
            .append_pair("organization", head.organization_id.as_str())
            .append_pair("return", path);
        url
    }

    fn grants(&self, texts: &mut Texts, news: &GrantNews, head: &Head) -> (&'static str, Vec<String>) {
        texts.set("tenant", news.tenant_id.as_str());
        let (kind, features) = if news.is_removed {
            ("removed", &news.revoked)
        } else if news.granted.is_empty() {
            ("revoked", &news.revoked)
        } else {
            ("granted", &news.granted)
        };
        let mut parts = vec![texts.get(&format!("{kind}-opening"))];
        let names = features.iter().map(|feature| format!("- {}", texts.feature(*feature)));
        let mut facts: Vec<String> = names.collect();
        facts.push(texts.get("fact-tenant"));
        if let Some(account) = &news.account {
            texts.set("account", account);
            facts.push(texts.get("fact-granted-by"));
        }
        parts.push(facts.join("\n"));
        let url = match kind {
            "granted" => self.page(head, "/console/users"),
            _ => self.page(head, "/console/microsoft365"),
        };
        parts.push(format!("{}\n{url}", texts.get(&format!("{kind}-do"))));
        (kind, parts)
    }

    fn foot(&self, texts: &mut Texts) -> String {
        let mut lines = vec!["--".to_owned(), texts.get("foot")];
        if let Some(url) = &self.support_url {
            texts.set("support", url.strip_prefix("mailto:").unwrap_or(url));
            lines.push(texts.get("foot-support"));
        }
        lines.join("\n")
    }
}

/// The parts that tell of a link that does not work, and lead to the page that says more.
fn broken(texts: &mut Texts, news: &LinkNews, user: &User, reader: &str, url: &Url) -> Vec<String> {
    texts.set("user", &user.display_name);
    texts.set("email", &user.email);
    texts.set("feature", &texts.get(&format!("feature-{}", news.feature.as_str())));
    let status = word(news.status);
    texts.set("status", &texts.get(&format!("status-{status}")));
    let mut facts = vec![texts.get("fact-status")];
    if reader == "admin" {
        facts.insert(0, texts.get("fact-user"));
    }
    if let Some(account) = &news.account {
        texts.set("account", account);
        facts.push(texts.get("fact-account"));
    }
    let last = match news.last_success_at {
        Some(at) => moment(texts.language, at),
        None => texts.get("never"),
    };
    texts.set("last", &last);
    facts.push(texts.get("fact-last"));
    if let Some(reason) = &news.reason {
        texts.set("code", reason);
        facts.push(texts.get("fact-code"));
    }
    vec![
        texts.get(&format!("broken-{reader}-opening")),
        texts.get(&format!("why-{status}")),
        facts.join("\n"),
        format!("{}\n{url}", texts.get(&format!("do-{reader}-{status}"))),
        texts.get("once-a-day"),
    ]
}

/// An address without its query, which may carry a key of the receiver's.
fn shown(url: &str) -> String {
    url.split('?').next().unwrap_or_default().to_owned()
}

/// The texts of one language, with the values that any of them may name.
struct Texts {
    language: Language,
    values: HashMap<Cow<'static, str>, FluentValue<'static>>,
}

impl Texts {
    fn new(language: Language) -> Self {
        Self { language, values: HashMap::new() }
    }

    /// Sets a value from outside, which stays in its place.
    fn set(&mut self, name: &'static str, value: &str) {
        let is_harmful = |c: char| {
            let separator = matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}');
            let direction =
                matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
            c.is_control() || separator || direction
        };
        let value: String = value.chars().map(|c| if is_harmful(c) { ' ' } else { c }).collect();
        self.values.insert(Cow::Borrowed(name), FluentValue::from(value));
    }

    fn get(&self, key: &str) -> String {
        LOCALES.lookup_with_args(&identifier(self.language), key, &self.values)
    }

    fn feature(&self, feature: Feature) -> String {
        self.get(&format!("feature-{}", feature.as_str()))
    }
}

fn identifier(language: Language) -> LanguageIdentifier {
    match language {
        Language::Ja => langid!("ja"),
        Language::En => langid!("en"),
    }
}

/// The word in keys. Only broken links are written of.
fn word(status: LinkStatus) -> &'static str {
    match status {
        LinkStatus::AuthenticationFailed => "authentication-failed",
        LinkStatus::NoPermission => "no-permission",
        LinkStatus::ReconnectNeeded => "reconnect-needed",
        LinkStatus::Failed | LinkStatus::Syncing | LinkStatus::Linked | LinkStatus::Unlinked => "failed",
    }
}

/// An instant as it is read: an organization that reads Japanese in Japan's time, any other in UTC.
fn moment(language: Language, at: Timestamp) -> String {
    match language {
        Language::Ja => {
            let tokyo = TimeZone::get("Asia/Tokyo").unwrap_or(TimeZone::UTC);
            let time = at.to_zoned(tokyo);
            let (year, month, day) = (time.year(), time.month(), time.day());
            format!("{year}年{month}月{day}日({}) {} (日本時間)", weekday(&time), time.strftime("%H:%M"))
        }
        Language::En => at.to_zoned(TimeZone::UTC).strftime("%A, %-d %B %Y, %H:%M UTC").to_string(),
    }
}

fn weekday(time: &Zoned) -> &'static str {
    match time.weekday() {
        Weekday::Monday => "月",
        Weekday::Tuesday => "火",
        Weekday::Wednesday => "水",
        Weekday::Thursday => "木",
        Weekday::Friday => "金",
        Weekday::Saturday => "土",
        Weekday::Sunday => "日",
    }
}

#[cfg(test)]
mod tests;
