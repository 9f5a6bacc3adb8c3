//! The pages, as what they are about. How they look stands in `view.rs` and the templates.

use serde::{Deserialize, Serialize};
use types::Feature;

use crate::{
    failure::{Failure, Flow, aadsts_code},
    text::shorten,
};

/// A page of `/connect`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Page {
    /// An administrator's consent was recorded and proved: the tenant is linked (A11).
    ConsentDone(ConsentDone),
    /// A user linked their Outlook contacts (B02) or calendar (E05).
    LinkDone(LinkDone),
    /// Another account than expected signed in; the user is asked before it is linked (R45, E09).
    Confirm(Confirm),
    /// An administrator proved a tenant; they are asked before it is connected to the organization (A11, R02).
    ConfirmConsent(ConfirmConsent),
    /// Something did not work; says why, who must act, and how.
    Failed(Box<Failed>),
}

/// What an administrator sees when their tenant is linked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentDone {
    /// The name of the organization that the tenant is connected to.
    pub organization: String,
    /// What was granted; at least one.
    pub features: Vec<Feature>,
    /// What was asked for as well and not granted (A12).
    pub refused: Vec<NotGranted>,
    /// The directory (tenant) id that was proved.
    pub tenant: String,
    /// The permissions that were granted, as scopes; with or without the resource in front.
    pub granted: Vec<String>,
    /// Where the administrator came from.
    pub return_url: Option<String>,
}

/// A feature that an administrator was asked for and that was not granted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotGranted {
    /// Which.
    pub feature: Feature,
    /// Why.
    pub failure: Failure,
}

/// The question before another account than expected is linked. The answer goes by form to
/// [`CONFIRM_PATH`], with `state` and `answer` (`yes` or `no`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirm {
    /// What is to be linked.
    pub feature: Feature,
    /// Who signed in.
    pub account: String,
    /// Who was expected.
    pub expected: String,
    /// What the answer must carry.
    pub state: String,
}

/// The question before a tenant is connected to an organization that its administrator may not know. Answered as
/// [`Confirm`] is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfirmConsent {
    /// The organization's name.
    pub organization: String,
    /// The directory (tenant) id that was proved.
    pub tenant: String,
    /// Who signed in.
    pub account: String,
    /// What would be granted; at least one.
    pub features: Vec<Feature>,
    /// Whether the tenant is connected to another organization already, whose name is not told.
    pub is_another_connected: bool,
    /// What the answer must carry.
    pub state: String,
}

/// Where the answer to [`Confirm`] and [`ConfirmConsent`] goes.
pub const CONFIRM_PATH: &str = "/connect/confirm";

/// What a user sees when their link is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkDone {
    /// What was linked.
    pub linked: Linked,
    /// The Microsoft account.
    pub account: String,
    /// Outlook's own page of what was linked.
    pub outlook_url: Option<String>,
    /// Where the user came from.
    pub return_url: Option<String>,
}

/// What a user links.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Linked {
    /// The contacts, which receive the cards.
    Contacts {
        /// The name of our contact folder there (B06).
        folder: String,
    },
    /// The calendar, which receives the appointments.
    Calendar,
}

/// What did not work, with everything known that helps whoever must act. What is unknown is left out of
/// the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failed {
    /// What happened.
    pub failure: Failure,
    /// The id under which support finds it in the log and the audit.
    pub reference: String,
    /// Microsoft's code, as in `AADSTS65004` or `access_denied`.
    pub code: Option<String>,
    /// Microsoft's own words. Shown folded away, cut to a few hundred characters.
    pub detail: Option<String>,
    /// The directory (tenant) id it was about.
    pub tenant: Option<String>,
    /// The directory (tenant) id that was expected instead.
    pub expected_tenant: Option<String>,
    /// The account that signed in.
    pub account: Option<String>,
    /// The account that should have signed in.
    pub expected_account: Option<String>,
    /// Our application (client) id, by which an administrator finds us in Entra.
    pub client_id: Option<String>,
    /// The contact folder it was about.
    pub folder: Option<String>,
    /// Starts the same thing again; a button if set.
    pub retry_url: Option<String>,
    /// The consent page to send to an administrator.
    pub admin_consent_url: Option<String>,
    /// Where the person came from.
    pub return_url: Option<String>,
}

impl Failed {
    /// A failure with nothing else known.
    #[must_use]
    pub fn new(failure: Failure, reference: impl Into<String>) -> Self {
        Self {
            failure,
            reference: reference.into(),
            code: None,
            detail: None,
            tenant: None,
            expected_tenant: None,
            account: None,
            expected_account: None,
            client_id: None,
            folder: None,
            retry_url: None,
            admin_consent_url: None,
            return_url: None,
        }
    }

    /// What Microsoft answered: `error` and `error_description` of a redirect or of the token endpoint.
    #[must_use]
    pub fn from_microsoft(flow: Flow, error: &str, description: &str, reference: impl Into<String>) -> Self {
        let aadsts = aadsts_code(description);
        let failure = Failure::from_microsoft(flow, aadsts, error);
        Self {
            code: Some(aadsts.map_or_else(|| error.to_owned(), |code| format!("AADSTS{code}"))),
            detail: Some(shorten(description)).filter(|text| !text.is_empty()),
            ..Self::new(failure, reference)
        }
    }
}

impl From<Failed> for Page {
    fn from(failed: Failed) -> Self {
        Self::Failed(Box::new(failed))
    }
}

impl From<Confirm> for Page {
    fn from(question: Confirm) -> Self {
        Self::Confirm(question)
    }
}

impl From<ConfirmConsent> for Page {
    fn from(question: ConfirmConsent) -> Self {
        Self::ConfirmConsent(question)
    }
}

impl From<ConsentDone> for Page {
    fn from(done: ConsentDone) -> Self {
        Self::ConsentDone(done)
    }
}

impl From<LinkDone> for Page {
    fn from(done: LinkDone) -> Self {
        Self::LinkDone(done)
    }
}
