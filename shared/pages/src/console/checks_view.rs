//! The link doctor.

use askama::Template;
use jiff::Timestamp;

use super::{
    CheckState, Checks, Finding, Problem, Viewer,
    frame::{Frame, number, when},
    microsoft365_view::checks_address,
    parts::{For, ProblemView, StatusView},
};
use crate::{
    branding::Branding,
    date::When,
    text::{Texts, plain, shorten},
    view::may_be_linked,
};

#[derive(Template)]
#[template(path = "console_checks.html")]
pub(super) struct ChecksView {
    frame: Frame,
    tenant_id: String,
    action: String,
    user: String,
    outside_user: String,
    unknown_user: bool,
    unknown_outside: bool,
    findings: Vec<FindingView>,
    at: Option<When>,
    /// What came out, in one line.
    summary: Option<String>,
    /// How a check looks while it runs: for the script.
    running: StatusView,
}

struct FindingView {
    check: String,
    title: String,
    what: Option<String>,
    status: StatusView,
    problem: Option<ProblemView>,
    reason: Option<String>,
    seen: Vec<SeenView>,
    commands: Vec<String>,
    url: Option<String>,
}

impl ChecksView {
    pub(super) fn of(texts: Texts, product: &Branding, viewer: &Viewer, page: &Checks) -> Self {
        let title = texts.get("checks-title");
        Self {
            tenant_id: plain(&page.tenant_id),
            action: checks_address(&page.tenant_id),
            user: page.user.clone(),
            outside_user: page.outside_user.clone(),
            unknown_user: page.unknown_user,
            unknown_outside: page.unknown_outside,
            findings: page.findings.iter().map(|finding| FindingView::of(&texts, viewer, finding)).collect(),
            at: when(&texts, viewer, page.at),
            summary: page.at.map(|_| summary(&texts, &page.findings)),
            running: StatusView::named(&texts, "syncing", "check-state-running"),
            frame: Frame::new(texts, product, Some(viewer), title, &[]),
        }
    }
}

fn summary(texts: &Texts, findings: &[Finding]) -> String {
    let count = |state| findings.iter().filter(|finding| finding.state == state).count() as u64;
    let (failed, warnings) = (count(CheckState::Failed), count(CheckState::Warning));
    let values = [
        ("passed", number(count(CheckState::Passed))),
        ("failed", number(failed)),
        ("warnings", number(warnings)),
    ];
    let key = match (failed, warnings) {
        (0, 0) => "checks-all-well",
        (0, _) => "checks-warned",
        _ => "checks-failed",
    };
    texts.get_with(key, &values)
}

/// A word of ours in words for people; anything else as it is.
fn reason_text(texts: &Texts, reason: &str) -> String {
    let known = texts.find(&format!("check-reason-{}", reason.replace('_', "-")));
    known.unwrap_or_else(|| shorten(&plain(reason)))
}

/// A script to copy, line by line without what could disguise a line.
fn script(command: &str) -> String {
    command.lines().map(plain).collect::<Vec<_>>().join("\n")
}

/// Something that a check saw.
struct SeenView {
    label: String,
    value: String,
    /// Microsoft's own words or an id: to be read letter by letter.
    is_code: bool,
}

impl SeenView {
    /// None where nothing stands behind the name.
    fn of(texts: &Texts, viewer: &Viewer, (name, value): &(String, String)) -> Option<Self> {
        let value = plain(value);
        if value.trim().is_empty() {
            return None;
        }
        let label = texts.find(&format!("seen-{}", key_part(name))).unwrap_or_else(|| plain(name));
        let words = match value.parse::<Timestamp>() {
            Ok(at) => Some(When::of(texts, at, &viewer.zone).text),
            Err(_) => texts.find(&format!("seen-value-{}", key_part(&value))),
        };
        let is_code = CODES.contains(&name.as_str());
        Some(Self { label, is_code, value: words.unwrap_or_else(|| shorten(&value)) })
    }
}

/// What is compared letter by letter with what Microsoft's own pages show.
const CODES: [&str; 5] = ["application_id", "object_id", "permissions", "missing", "answer"];

/// Only letters and hyphens, as in an id and in a text's key.
fn key_part(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect()
}

impl FindingView {
    fn of(texts: &Texts, viewer: &Viewer, finding: &Finding) -> Self {
        let check = key_part(&finding.check);
        let (shape, word) = match finding.state {
            CheckState::Waiting => ("not-linked", "check-state-waiting"),
            CheckState::Passed => ("linked", "check-state-passed"),
            CheckState::Warning => ("reconnect-needed", "check-state-warning"),
            CheckState::Failed => ("failed", "check-state-failed"),
            CheckState::Skipped => ("unlinked", "check-state-skipped"),
        };
        let problem = |failure| {
            let code = finding.reason.clone();
            ProblemView::of(texts, &Problem { failure, code }, For::Admin)
        };
        Self {
            title: texts.find(&format!("check-{check}.title")).unwrap_or_else(|| plain(&finding.check)),
            what: texts.find(&format!("check-{check}.what")),
            status: StatusView::named(texts, shape, word),
            problem: finding.failure.map(problem),
            reason: finding.reason.as_deref().map(|reason| reason_text(texts, reason)),
            seen: finding.evidence.iter().filter_map(|one| SeenView::of(texts, viewer, one)).collect(),
            commands: finding.commands.iter().map(|command| script(command)).collect(),
            url: finding.url.clone().filter(|url| may_be_linked(url)),
            check,
        }
    }
}
