//! Pages without anything of the organization: signing in, and what is refused.

use askama::Template;

use super::{Refused, SignIn, Viewer, frame::Frame};
use crate::{
    address,
    branding::Branding,
    text::{Texts, plain},
};

#[derive(Template)]
#[template(path = "console_sign_in.html")]
pub(super) struct SignInView {
    frame: Frame,
    lead: String,
    /// Where Microsoft's sign-in starts; none where the organization is not known.
    action: Option<String>,
    signed_out: bool,
}

/// Where the sign-in of an organization's members begins, on to Microsoft at once, and the page that it ends at.
fn sign_in(organization: &str, return_path: Option<&str>) -> String {
    let mut query = vec![("organization", organization), ("go", "1")];
    query.extend(return_path.map(|path| ("return", path)));
    format!("/console/sign-in{}", address::query(&query))
}

impl SignInView {
    pub(super) fn of(texts: Texts, product: &Branding, page: &SignIn) -> Self {
        let title = texts.get(if page.signed_out { "sign-in.out" } else { "sign-in.title" });
        let lead = match (&page.organization_name, &page.organization) {
            (Some(name), _) => texts.get_with("sign-in-of", &[("organization", name.clone())]),
            (None, Some(_)) => texts.get("sign-in.lead"),
            (None, None) => texts.get("sign-in.unknown"),
        };
        let organization = page.organization.iter().map(|id| ("organization", id.as_str()));
        let here: Vec<_> =
            organization.chain(page.return_path.iter().map(|path| ("return", path.as_str()))).collect();
        Self {
            lead,
            action: page.organization.as_deref().map(|id| sign_in(id, page.return_path.as_deref())),
            signed_out: page.signed_out,
            frame: Frame::new(texts, product, None, title, &here),
        }
    }
}

#[derive(Template)]
#[template(path = "console_refused.html")]
pub(super) struct RefusedView {
    frame: Frame,
    name: &'static str,
    why: String,
    steps: Vec<String>,
    reference: Option<String>,
    /// A button: its words and its address.
    way: Option<(String, String)>,
}

impl RefusedView {
    pub(super) fn of(texts: Texts, product: &Branding, viewer: Option<&Viewer>, refused: &Refused) -> Self {
        let name = refused.name();
        let texts = match refused {
            Refused::NotAMember { account } => texts.with("account", account.as_deref().unwrap_or("–")),
            _ => texts,
        };
        let part = |part: &str| format!("refused-{name}.{part}");
        let way = match (refused, viewer) {
            (Refused::SessionOver { organization: Some(id) }, _) => {
                Some(("refused-sign-in", sign_in(id, None)))
            }
            (_, Some(viewer)) if viewer.is_admin => Some(("refused-to-console", "/console".to_owned())),
            (_, Some(_)) => Some(("refused-to-me", "/me".to_owned())),
            _ => None,
        };
        let reference = match refused {
            Refused::Unavailable { reference } => Some(plain(reference)),
            _ => None,
        };
        let title = texts.get(&part("title"));
        Self {
            name,
            why: texts.get(&part("why")),
            steps: texts.lines(&part("steps")),
            reference,
            way: way.map(|(key, address)| (texts.get(key), address)),
            frame: Frame::new(texts, product, viewer, title, &[]),
        }
    }
}

impl Refused {
    /// The name in text keys.
    fn name(&self) -> &'static str {
        match self {
            Self::SessionOver { .. } => "session-over",
            Self::LinkUsed => "link-used",
            Self::NotAdmin => "not-admin",
            Self::NotAMember { .. } => "not-a-member",
            Self::NotFound => "not-found",
            Self::FormStale => "form-stale",
            Self::TooLarge => "too-large",
            Self::Method => "method",
            Self::NotInPlan => "not-in-plan",
            Self::Unavailable { .. } => "unavailable",
        }
    }
}
