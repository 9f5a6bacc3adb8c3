//! The questions before something is saved that may be wrong: another account than expected (requirement R45), an
//! organization that the administrator may not know (feature A11).

use askama::Template;
use types::Feature;

use crate::{
    branding::Branding,
    page::{CONFIRM_PATH, Confirm, ConfirmConsent},
    text::Texts,
    view::{Fact, Layout, Status},
};

#[derive(Template)]
#[template(path = "confirm.html")]
pub(crate) struct ConfirmView {
    layout: Layout,
    lead: String,
    /// What somebody must not overlook.
    warning: Option<String>,
    facts: Vec<Fact>,
    /// What comes of either answer.
    points: Vec<String>,
    address: &'static str,
    state: String,
    /// The words on the buttons.
    yes: String,
    no: String,
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
            warning: None,
            facts,
            points: texts.lines(points),
            address: CONFIRM_PATH,
            state: question.state.clone(),
            yes: texts.get("action-confirm"),
            no: texts.get("action-confirm-no"),
            layout: {
                let title = texts.get("confirm.title");
                Layout::new(texts, product, title, Status::Notice)
            },
        }
    }

    pub(crate) fn of_consent(texts: Texts, product: &Branding, question: &ConfirmConsent) -> Self {
        let ConfirmConsent { organization, tenant, account, features, is_another_connected, state } =
            question;
        let texts = texts.with("organization", organization);
        let facts = [("fact-organization", organization), ("fact-tenant", tenant), ("fact-account", account)];
        let facts = facts.into_iter().filter_map(|(label, value)| Fact::of(&texts, label, Some(value)));
        let facts = facts.collect();
        let effects =
            features.iter().map(|feature| texts.get(&format!("confirm-consent-{}", feature.as_str())));
        let words = ["confirm-consent.unknown", "confirm-consent.no"].map(|key| texts.get(key));
        Self {
            lead: texts.get("confirm-consent.lead"),
            warning: is_another_connected.then(|| texts.get("confirm-consent.another")),
            facts,
            points: effects.chain(words).collect(),
            address: CONFIRM_PATH,
            state: state.clone(),
            yes: texts.get("action-connect"),
            no: texts.get("action-connect-no"),
            layout: {
                let title = texts.get("confirm-consent.title");
                Layout::new(texts, product, title, Status::Notice)
            },
        }
    }
}
