//! The link doctor.

use askama::Template;

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
            findings: page.findings.iter().map(|finding| FindingView::of(&texts, finding)).collect(),
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

impl FindingView {
    fn of(texts: &Texts, finding: &Finding) -> Self {
        // Only letters and hyphens: it stands in an id and in a text's key.
        let check: String =
            finding.check.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
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
            commands: finding.commands.iter().map(|command| script(command)).collect(),
            url: finding.url.clone().filter(|url| may_be_linked(url)),
            check,
        }
    }
}
