//! What every page of one mailbox begins with: whose it is, and the way to its mail, calendar and contacts.

use super::list;
use super::text::Text;
use crate::html;
use crate::model::directory::{Tenant, User};

/// A part of a mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Mail,
    Calendar,
    Contacts,
}

/// The way to a part.
pub(super) struct PartLink {
    pub(super) label: &'static str,
    pub(super) href: String,
    pub(super) selected: bool,
    part: Part,
}

impl PartLink {
    /// The lines of the picture beside the word.
    pub(super) fn picture(&self) -> &'static str {
        match self.part {
            Part::Mail => "M3 5.5h14v9H3zM3.5 6l6.5 5 6.5-5",
            Part::Calendar => "M3.5 5.5h13v11h-13zM3.5 9h13M7 3.5v3.5M13 3.5v3.5",
            Part::Contacts => {
                "M10 10.2a3.1 3.1 0 1 0 0-6.2 3.1 3.1 0 0 0 0 6.2zM4.2 16.5a5.9 5.9 0 0 1 11.6 0"
            }
        }
    }
}

/// The head of a mailbox's page.
pub(super) struct Head {
    pub(super) name: String,
    pub(super) address: String,
    pub(super) organization: String,
    pub(super) tone: usize,
    pub(super) parts: [PartLink; 3],
}

impl Head {
    pub(super) fn new(tenant: &Tenant, user: &User, here: Part, text: &Text) -> Self {
        let address = user.mail.clone().unwrap_or_else(|| user.user_principal_name.clone());
        let link = |part, label, path: &str| {
            let href = format!("/outlook/{}{path}", user.id);
            PartLink { label, href, selected: part == here, part }
        };
        Self {
            name: user.display_name.clone(),
            organization: tenant.display_name.clone(),
            tone: list::tone(&address),
            address,
            parts: [
                link(Part::Mail, text.mail_part, "/mail"),
                link(Part::Calendar, text.calendar_part, "/calendar"),
                link(Part::Contacts, text.contacts, ""),
            ],
        }
    }

    pub(super) fn initial(&self) -> String {
        html::initial(&self.name)
    }
}
