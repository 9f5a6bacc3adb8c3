//! The group that switches a feature on: who is in it, and the form for another one.

use askama::Template;
use http::StatusCode;

use super::{
    Audience, AudienceFault, ChosenGroup, GroupState, Viewer,
    frame::{Frame, number, when},
    parts::{For, IdField, NoticeView, ProblemView, StatusView, feature_name, pieces},
};
use crate::{
    address,
    branding::Branding,
    date::When,
    text::{Texts, plain},
};

#[derive(Template)]
#[template(path = "console_audience.html")]
pub(super) struct AudienceView {
    frame: Frame,
    notice: Option<NoticeView>,
    tenant_id: String,
    lead: String,
    chosen: Option<GroupView>,
    id: IdField,
    excluded: String,
    excluded_fault: Option<String>,
    /// What is wrong with neither field.
    fault: Option<String>,
    refused: Option<ProblemView>,
    action: String,
    remove: String,
    checks: String,
}

struct GroupView {
    group_id: String,
    status: StatusView,
    read_at: Option<When>,
    headcount: Option<String>,
    excluded: Option<String>,
    problem: Option<ProblemView>,
}

impl AudienceView {
    pub(super) fn of(texts: Texts, product: &Branding, viewer: &Viewer, page: &Audience) -> Self {
        let feature = page.feature.as_str();
        let at = |rest: &[&str]| {
            let parts = [&[page.tenant_id.as_str(), "audiences", feature], rest].concat();
            address::path("/console/microsoft365/tenants", &parts)
        };
        let form = &page.form;
        let fault = form.fault.as_ref();
        let refused = fault.and_then(|fault| match fault {
            AudienceFault::Refused(problem) => Some(ProblemView::of(&texts, problem, For::Admin)),
            _ => None,
        });
        let title = texts.get_with("audience.title", &[("feature", feature_name(&texts, page.feature))]);
        Self {
            notice: NoticeView::of(&texts, page.notice.as_ref()),
            tenant_id: plain(&page.tenant_id),
            lead: texts.get(&format!("audience-{feature}")),
            chosen: page.chosen.as_ref().map(|chosen| GroupView::of(&texts, viewer, chosen)),
            id: IdField {
                at: "group-id",
                name: "group_id",
                label: texts.get("audience-group"),
                hint: texts.get("audience-group-hint"),
                typed: form.group_id.clone(),
                fault: fault
                    .filter(|fault| **fault == AudienceFault::NotAnId)
                    .map(|_| texts.get("audience-fault-not-an-id")),
                how_title: texts.get("audience-how-title"),
                how: pieces(&texts, "audience-how"),
            },
            excluded: form.excluded.clone(),
            excluded_fault: fault.and_then(|fault| match fault {
                AudienceFault::NoSuchUser(typed) => {
                    Some(texts.get_with("audience-fault-no-such-user", &[("typed", plain(typed))]))
                }
                AudienceFault::TooMany => Some(texts.get("audience-fault-too-many")),
                _ => None,
            }),
            fault: fault
                .filter(|fault| **fault == AudienceFault::Unavailable)
                .map(|_| texts.get("audience-fault-unavailable")),
            refused,
            action: at(&[]),
            remove: at(&["remove"]),
            checks: super::microsoft365_view::checks_address(&page.tenant_id),
            frame: Frame::new(texts, product, Some(viewer), title, &[]),
        }
    }
}

impl GroupView {
    fn of(texts: &Texts, viewer: &Viewer, chosen: &ChosenGroup) -> Self {
        let (shape, word, problem) = match &chosen.state {
            GroupState::Waiting => ("syncing", "audience-waiting", None),
            GroupState::Current => ("linked", "audience-current", None),
            GroupState::Stopped(problem) => {
                ("failed", "audience-stopped", Some(ProblemView::of(texts, problem, For::Admin)))
            }
        };
        let headcount = chosen.headcount.map(|count| {
            let values = [
                ("members", number(count.members)),
                ("users", number(count.users)),
                ("unknown", number(count.unknown)),
            ];
            texts.get_with("audience-headcount", &values)
        });
        let excluded = chosen.headcount.filter(|count| count.excluded > 0);
        Self {
            group_id: plain(&chosen.group_id),
            status: StatusView::named(texts, shape, word),
            read_at: when(texts, viewer, chosen.read_at),
            headcount,
            excluded: excluded
                .map(|count| texts.get_with("audience-excluded", &[("count", number(count.excluded))])),
            problem,
        }
    }
}

/// The page's HTTP status.
pub(super) fn status(page: &Audience) -> StatusCode {
    match &page.form.fault {
        None => StatusCode::OK,
        Some(AudienceFault::Unavailable) => StatusCode::SERVICE_UNAVAILABLE,
        Some(AudienceFault::Refused(problem)) => problem.failure.status(),
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    }
}
