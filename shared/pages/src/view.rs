//! What the templates fill in: every text looked up, every value cleaned.

use askama::Template;
use types::{Feature, Language};

use crate::{
    asset,
    branding::Branding,
    confirm_view::ConfirmView,
    failed_view::FailedView,
    kept::RESULT_PATH,
    page::{ConsentDone, LinkDone, Linked, Page},
    text::{Texts, initial, plain},
};

/// Where the pages of `connect-web` live.
const PREFIX: &str = "/connect";

/// The page as HTML.
pub(crate) fn render(language: Language, product: &Branding, page: &Page) -> String {
    let texts = Texts::new(language).with("product", &product.product_name);
    let html = match page {
        Page::ConsentDone(done) => ConsentDoneView::of(texts, product, done).render(),
        Page::LinkDone(done) => LinkDoneView::of(texts, product, done).render(),
        Page::Confirm(question) => ConfirmView::of(texts, product, question).render(),
        Page::ConfirmConsent(question) => ConfirmView::of_consent(texts, product, question).render(),
        Page::Failed(failed) => FailedView::of(texts, product, failed).render(),
    };
    html.expect("a string takes any page")
}

/// What stands around every page, and the texts of the page inside.
pub(crate) struct Layout {
    pub(crate) texts: Texts,
    pub(crate) title: String,
    pub(crate) status: Status,
    pub(crate) product: String,
    pub(crate) initial: String,
    pub(crate) stylesheet: String,
    pub(crate) icon: String,
}

/// The word and the shape at the head of a page; never colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Linked,
    Failed,
    Waiting,
    Operator,
    Notice,
}

impl Status {
    /// The key of its word.
    pub(crate) fn key(self) -> String {
        format!("status-{}", self.name())
    }

    /// The name in classes and keys.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Linked => "linked",
            Self::Failed => "failed",
            Self::Waiting => "waiting",
            Self::Operator => "operator",
            Self::Notice => "notice",
        }
    }
}

impl Layout {
    pub(crate) fn new(texts: Texts, product: &Branding, title: String, status: Status) -> Self {
        let product = plain(&product.product_name);
        let initial = initial(&product);
        let stylesheet = asset::address(PREFIX, "setten.css");
        Self {
            texts,
            title,
            status,
            product,
            initial,
            stylesheet,
            icon: asset::address(PREFIX, "setten.svg"),
        }
    }

    /// The text of a key.
    pub(crate) fn text(&self, key: &str) -> String {
        self.texts.get(key)
    }

    /// The languages of the switch: tag, own name, address, whether it is the present one.
    pub(crate) fn languages(&self) -> Vec<(&'static str, String, String, bool)> {
        let entry = |language: Language| {
            let tag = language.tag();
            let address = format!("{RESULT_PATH}?lang={tag}");
            (tag, self.text(&format!("language-{tag}")), address, language == self.texts.language)
        };
        Language::ALL.into_iter().map(entry).collect()
    }
}

/// A label and a value that people read out or copy.
pub(crate) struct Fact {
    pub(crate) label: String,
    pub(crate) value: String,
}

impl Fact {
    /// The fact, if the value is known.
    pub(crate) fn of(texts: &Texts, label: &str, value: Option<&str>) -> Option<Self> {
        let value = value.map(plain).filter(|value| !value.is_empty())?;
        Some(Self { label: texts.get(label), value })
    }
}

/// A link that looks like a button.
pub(crate) struct Action {
    pub(crate) label: String,
    pub(crate) address: String,
}

impl Action {
    /// The action, if the address is one that a page may link to.
    pub(crate) fn of(texts: &Texts, label: &str, address: Option<&str>) -> Option<Self> {
        let address = address.filter(|address| may_be_linked(address))?;
        Some(Self { label: texts.get(label), address: address.to_owned() })
    }
}

/// Only web pages, mail addresses and our own paths: never `javascript:` or another scheme.
pub(crate) fn may_be_linked(address: &str) -> bool {
    let own_path = address.starts_with('/') && !address.starts_with("//") && !address.contains('\\');
    own_path || ["https://", "http://", "mailto:"].iter().any(|scheme| address.starts_with(scheme))
}

#[derive(Template)]
#[template(path = "consent_done.html")]
struct ConsentDoneView {
    layout: Layout,
    facts: Vec<Fact>,
    granted: Vec<Granted>,
    /// What was not granted, and why.
    refused: Vec<String>,
    leads: Vec<String>,
    steps: Vec<String>,
    actions: Vec<Action>,
    quiet: bool,
}

/// A permission and what it is for.
pub(crate) struct Granted {
    pub(crate) name: String,
    pub(crate) purpose: String,
}

impl ConsentDoneView {
    fn of(texts: Texts, product: &Branding, done: &ConsentDone) -> Self {
        let granted = done.granted.iter().map(|scope| Granted::of(&texts, scope)).collect();
        let texts = texts.with("organization", &done.organization);
        let facts = [("fact-organization", &done.organization), ("fact-tenant", &done.tenant)];
        let facts = facts.into_iter().filter_map(|(label, value)| Fact::of(&texts, label, Some(value)));
        let facts = facts.collect();
        let actions = Action::of(&texts, "action-return", done.return_url.as_deref()).into_iter().collect();
        let title = texts.get("consent-done.title");
        let own = |feature: &Feature, part: &str| format!("consent-done-{}.{part}", feature.as_str());
        let refused = done.refused.iter().map(|refused| {
            let why = texts.get(&format!("failure-{}.title", refused.failure.key()));
            texts.get_with(&format!("consent-refused-{}", refused.feature.as_str()), &[("why", why)])
        });
        let leads = std::iter::once(texts.get("consent-done.lead"));
        Self {
            refused: refused.collect(),
            leads: leads
                .chain(done.features.iter().map(|feature| texts.get(&own(feature, "lead"))))
                .collect(),
            steps: done.features.iter().flat_map(|feature| texts.lines(&own(feature, "next"))).collect(),
            layout: Layout::new(texts, product, title, Status::Linked),
            facts,
            granted,
            actions,
            quiet: false,
        }
    }
}

impl Granted {
    /// A scope is named with its resource in front by Entra's token endpoint, often without elsewhere.
    pub(crate) fn of(texts: &Texts, scope: &str) -> Self {
        let name = plain(scope.rsplit('/').next().unwrap_or(scope));
        let key = name.to_ascii_lowercase().replace(['.', '_'], "-");
        let key = format!("permission-{}", key.trim_start_matches('-'));
        let purpose = texts.find(&key).unwrap_or_else(|| texts.get("permission-other"));
        Self { name, purpose }
    }
}

#[derive(Template)]
#[template(path = "link_done.html")]
struct LinkDoneView {
    layout: Layout,
    facts: Vec<Fact>,
    lead: String,
    points: Vec<String>,
    /// Where to look when nothing is seen.
    help: Vec<String>,
    actions: Vec<Action>,
    quiet: bool,
}

impl LinkDoneView {
    fn of(texts: Texts, product: &Branding, done: &LinkDone) -> Self {
        let (own, folder, open) = match &done.linked {
            Linked::Contacts { folder } => ("link-done", folder.as_str(), "action-outlook"),
            Linked::Calendar => ("link-done-calendar", "", "action-outlook-calendar"),
        };
        let texts = texts.with("account", &done.account).with("folder", folder);
        let facts = [("fact-linked-account", done.account.as_str()), ("fact-folder", folder)];
        let facts = facts.into_iter().filter_map(|(label, value)| Fact::of(&texts, label, Some(value)));
        let facts = facts.collect();
        let links = [(open, &done.outlook_url), ("action-return", &done.return_url)];
        let actions = links.into_iter().filter_map(|(label, url)| Action::of(&texts, label, url.as_deref()));
        let actions = actions.collect();
        let help = match done.linked {
            Linked::Contacts { .. } => texts.lines("link-done.where"),
            Linked::Calendar => Vec::new(),
        };
        let [title, lead] = ["title", "lead"].map(|part| texts.get(&format!("{own}.{part}")));
        let points = texts.lines(&format!("{own}.next"));
        let layout = Layout::new(texts, product, title, Status::Linked);
        Self { layout, facts, lead, points, help, actions, quiet: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_mail_and_own_addresses_are_linked() {
        for good in ["https://a.test/x", "http://127.0.0.1:1/", "mailto:a@b.test", "/console"] {
            assert!(may_be_linked(good), "{good}");
        }
        for bad in ["javascript:alert(1)", "//evil.test", "/\\evil.test", "data:text/html,x", "", "console"] {
            assert!(!may_be_linked(bad), "{bad}");
        }
    }
}
