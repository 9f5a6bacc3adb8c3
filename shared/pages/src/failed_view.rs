//! The failure page: one for all failures, its texts by the failure's key.

use askama::Template;

use crate::{
    branding::Branding,
    failure::{Failure, Way, Who},
    page::Failed,
    text::{Texts, plain, shorten},
    view::{Action, Fact, Layout, Status, may_be_linked},
};

#[derive(Template)]
#[template(path = "failed.html")]
pub(crate) struct FailedView {
    layout: Layout,
    why: String,
    who: String,
    who_name: &'static str,
    steps: Vec<Vec<Piece>>,
    actions: Vec<Action>,
    /// No button is the main thing: somebody else must act first.
    quiet: bool,
    message: Option<Message>,
    facts: Vec<Fact>,
    technical: Vec<Fact>,
}

/// Microsoft's portals that steps name; each is a link there.
const PORTALS: [&str; 7] = [
    "portal.azure.com",
    "entra.microsoft.com",
    "admin.microsoft.com",
    "admin.exchange.microsoft.com",
    "intune.microsoft.com",
    "status.cloud.microsoft",
    "office.com",
];

/// A part of a step: text, or a portal's host that is linked.
pub(crate) struct Piece {
    pub(crate) text: String,
    pub(crate) portal: bool,
}

/// A step, with the first portal that it names as a link.
pub(crate) fn linked(step: &str) -> Vec<Piece> {
    let piece = |text: &str, portal| Piece { text: text.to_owned(), portal };
    let named = PORTALS.iter().find_map(|host| Some((host, step.split_once(host)?)));
    match named {
        Some((host, (before, after))) => vec![piece(before, false), piece(host, true), piece(after, false)],
        None => vec![piece(step, false)],
    }
}

/// A text to copy and send to whoever must act.
struct Message {
    heading: String,
    text: String,
}

impl FailedView {
    pub(crate) fn of(texts: Texts, product: &Branding, failed: &Failed) -> Self {
        let failure = failed.failure;
        let texts = texts.with("folder", failed.folder.as_deref().unwrap_or("Setten"));
        let part = |name: &str| format!("failure-{}.{name}", failure.key());
        let mut facts = facts(&texts, failed);
        let message = message(&texts, failed, &facts);
        if message.is_some() {
            // The message says the rest already.
            facts = Fact::of(&texts, "fact-reference", Some(&failed.reference)).into_iter().collect();
        }
        let title = texts.get(&part("title"));
        let who_name = who_name(failure.who());
        Self {
            why: texts.get(&part("why")),
            who: texts.get(&format!("who-{who_name}")),
            who_name,
            steps: texts.lines(&part("steps")).iter().map(|step| linked(step)).collect(),
            actions: actions(&texts, product, failed),
            quiet: failure.way() == Way::Forward,
            message,
            technical: technical(&texts, failed),
            facts,
            layout: Layout::new(texts, product, title, status(failure)),
        }
    }
}

pub(crate) fn who_name(who: Who) -> &'static str {
    match who {
        Who::Reader => "reader",
        Who::Admin => "admin",
        Who::Operator => "operator",
        Who::Nobody => "nobody",
    }
}

fn status(failure: Failure) -> Status {
    match (failure.who(), failure) {
        (_, Failure::MicrosoftUnavailable) => Status::Waiting,
        (_, Failure::StateUsed | Failure::NotFound | Failure::ResultGone) => Status::Notice,
        // Whose fault it is, is what nobody knows yet.
        (_, Failure::Unknown) => Status::Failed,
        (Who::Operator, _) => Status::Operator,
        _ => Status::Failed,
    }
}

/// What support or an administrator will ask for.
fn facts(texts: &Texts, failed: &Failed) -> Vec<Fact> {
    let known = [
        ("fact-tenant", failed.tenant.as_deref()),
        ("fact-expected-tenant", failed.expected_tenant.as_deref()),
        ("fact-account", failed.account.as_deref()),
        ("fact-expected-account", failed.expected_account.as_deref()),
        ("fact-client", failed.client_id.as_deref()),
        ("fact-reference", Some(failed.reference.as_str())),
    ];
    known.into_iter().filter_map(|(label, value)| Fact::of(texts, label, value)).collect()
}

/// Microsoft's own words, folded away.
fn technical(texts: &Texts, failed: &Failed) -> Vec<Fact> {
    let detail = failed.detail.as_deref().map(shorten);
    let known = [("fact-code", failed.code.as_deref()), ("fact-detail", detail.as_deref())];
    known.into_iter().filter_map(|(label, value)| Fact::of(texts, label, value)).collect()
}

/// The most useful first.
fn actions(texts: &Texts, product: &Branding, failed: &Failed) -> Vec<Action> {
    let retry = ("action-retry", failed.retry_url.as_deref());
    let back = ("action-return", failed.return_url.as_deref());
    let support = ("action-support", product.support_url.as_deref());
    let order = match failed.failure.way() {
        Way::Retry | Way::Forward => [retry, back, support],
        Way::Return => [back, retry, support],
        Way::Support => [support, retry, back],
    };
    order.into_iter().filter_map(|(label, url)| Action::of(texts, label, url)).collect()
}

/// The text to copy: what is asked, the facts to find it by, the link that does it.
fn message(texts: &Texts, failed: &Failed, facts: &[Fact]) -> Option<Message> {
    let (heading, mut lines, end) = match failed.failure.way() {
        Way::Retry | Way::Return => return None,
        Way::Forward => ("section-forward", ask(texts, failed), Some(texts.get("message-forward-end"))),
        Way::Support => ("section-support", vec![texts.get("message-support-start")], None),
    };
    lines.push(String::new());
    let code = Fact::of(texts, "fact-code", failed.code.as_deref());
    lines.extend(facts.iter().chain(&code).map(|fact| format!("{}: {}", fact.label, fact.value)));
    lines.extend(end.into_iter().flat_map(|end| [String::new(), end]));
    Some(Message { heading: texts.get(heading), text: lines.join("\n") })
}

/// What an administrator is asked, with numbered steps, and the shorter way if there is one.
fn ask(texts: &Texts, failed: &Failed) -> Vec<String> {
    let lines = texts.lines(&format!("failure-{}.ask", failed.failure.key()));
    let numbered = lines.len() > 2;
    let number = |(index, line): (usize, String)| match index {
        1.. if numbered => format!("{index}. {line}"),
        _ => line,
    };
    let mut ask: Vec<_> = lines.into_iter().enumerate().map(number).collect();
    let link = failed.admin_consent_url.as_deref().filter(|link| may_be_linked(link));
    if let Some(link) = link.filter(|_| failed.failure.is_mended_by_consent()) {
        ask.extend([String::new(), texts.get("message-consent-link"), plain(link)]);
    }
    ask
}
