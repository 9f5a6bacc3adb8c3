//! The question before another account than expected is linked (requirement R45).

use askama::Template;
use types::Feature;

use crate::{
    branding::Branding,
    page::{CONFIRM_PATH, Confirm},
    text::Texts,
    view::{Fact, Layout, Status},
};

#[derive(Template)]
#[template(path = "confirm.html")]
pub(crate) struct ConfirmView {
    layout: Layout,
    lead: String,
    facts: Vec<Fact>,
    /// What is written where after a yes.
    points: Vec<String>,
    address: &'static str,
    state: String,
}

impl ConfirmView {
    pub(crate) fn of(texts: Texts, product: &Branding, question: &Confirm) -> Self {
        let texts = texts.with("account", &question.account).with("expected", &question.expected);
        let facts = [("fact-account", &question.account), ("fact-expected-account", &question.expected)];
        let facts = facts.into_iter().filter_map(|(label, value)| Fact::of(&texts, label, Some(value)));
        let facts = facts.collect();
        let points = match question.feature {
            Feature::Contacts | Feature::Mail => "confirm.contacts",
            Feature::Calendar => "confirm.calendar",
        };
        Self {
            lead: texts.get("confirm.lead"),
            facts,
            points: texts.lines(points),
            address: CONFIRM_PATH,
            state: question.state.clone(),
            layout: {
                let title = texts.get("confirm.title");
                Layout::new(texts, product, title, Status::Notice)
            },
        }
    }
}
