//! What a subscription may watch.

use crate::entra::Caller;
use crate::graph::error::GraphError;
use crate::graph::{access, ids, mail, path};
use crate::model::World;
use crate::model::directory::MailboxKind;
use crate::model::mailbox::{CALENDAR, ItemKind};
use crate::model::subscription::{Watched, read_permissions};

use super::refusal;

/// Whose items a resource names, and of which kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Resource {
    /// None: the signed-in user's.
    user: Option<String>,
    kind: ItemKind,
    /// The folder's id or well-known name.
    folder: Option<String>,
}

impl Resource {
    /// Reads a resource: `users/{id}/messages`, `me/mailFolders('inbox')/messages`, `users/{id}/events`…
    ///
    /// # Errors
    /// It is absolute, none that can be watched, or none that is simulated.
    pub(super) fn parse(text: &str) -> Result<Self, GraphError> {
        let unsupported = || refusal::request(format!("Unsupported resource type: '{text}'."));
        if text.contains("://") {
            return Err(unsupported());
        }
        if text.contains('?') {
            return Err(GraphError::not_simulated("query options in a subscription's resource"));
        }
        let segments = path::segments(text).map_err(|_| unsupported())?;
        let lower: Vec<String> = segments.iter().map(|segment| segment.to_ascii_lowercase()).collect();
        let names: Vec<&str> = lower.iter().map(String::as_str).collect();
        let (user, rest) = match names.as_slice() {
            ["me", rest @ ..] => (None, rest),
            ["users", _, rest @ ..] => (Some(segments[1].clone()), rest),
            _ => return Err(unsupported()),
        };
        let folder = || segments.get(segments.len() - 2).cloned();
        let (kind, folder) = match rest {
            ["messages"] => (ItemKind::Message, None),
            ["mailfolders", _, "messages"] => (ItemKind::Message, folder()),
            ["events"] => (ItemKind::Event, None),
            ["contacts"] => (ItemKind::Contact, None),
            ["contactfolders", _, "contacts"] => (ItemKind::Contact, folder()),
            _ => return Err(unsupported()),
        };
        Ok(Self { user, kind, folder })
    }

    /// Finds what is named, and whether the caller may watch it.
    ///
    /// # Errors
    /// The permission is missing, it is somebody else's mailbox, there is no such user, mailbox or folder.
    pub(super) fn find(&self, world: &mut World, caller: &Caller, now: i64) -> Result<Watched, GraphError> {
        let key = self.user.as_deref().or(caller.user_object_id.as_deref());
        let key = key.ok_or_else(GraphError::me_needs_a_user)?;
        let rules = access::rules(world, caller, now).filter(|_| caller.user_object_id.is_none());
        if rules.is_none() {
            check_permission(caller, self.kind)?;
        }
        let tenant = world.directory.tenant(&caller.tenant_id);
        let user = tenant.and_then(|tenant| tenant.user(key));
        let user = user.ok_or_else(|| refusal::invalid_user(key))?;
        if caller.user_object_id.as_ref().is_some_and(|own| *own != user.id) {
            return Err(refusal::denied());
        }
        let permitted = check_permission(caller, self.kind).is_ok();
        if rules.is_some_and(|rules| !rules.admit(&user.id, permitted, read_permissions(self.kind))) {
            return Err(refusal::denied());
        }
        if user.mailbox != MailboxKind::Cloud {
            return Err(refusal::no_mailbox());
        }
        let user_id = user.id.clone();
        let mailbox = world.mailboxes.entry(user_id.clone()).or_default();
        let find = |id: &str| match self.kind {
            ItemKind::Message => mail::find_folder(mailbox, id),
            _ => ids::find_folder(mailbox, id),
        };
        let folder = self.folder.as_deref().map(find).transpose();
        let folder = folder.map_err(|_| refusal::no_folder())?;
        // Events are those of the calendar; it is the only one.
        let folder = folder.or_else(|| (self.kind == ItemKind::Event).then_some(CALENDAR));
        Ok(Watched { user_id, kind: self.kind, folder })
    }
}

/// Whether the token may read items of that kind.
///
/// # Errors
/// It may not.
pub(super) fn check_permission(caller: &Caller, kind: ItemKind) -> Result<(), GraphError> {
    let held = if caller.user_object_id.is_some() { &caller.scopes } else { &caller.roles };
    let accepted = read_permissions(kind);
    let holds = held.iter().any(|held| accepted.iter().any(|accepted| accepted.eq_ignore_ascii_case(held)));
    if holds { Ok(()) } else { Err(refusal::denied()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources_are_read_in_each_spelling() {
        let read = |text: &str| Resource::parse(text).map(|read| (read.user, read.kind, read.folder));
        let folder = Some("Inbox".to_owned());
        assert_eq!(read("me/mailFolders('Inbox')/messages"), Ok((None, ItemKind::Message, folder.clone())));
        assert_eq!(read("/me/mailfolders/Inbox/Messages"), Ok((None, ItemKind::Message, folder)));
        let user = Some("A-b@c.example".to_owned());
        assert_eq!(read("users/A-b@c.example/events"), Ok((user.clone(), ItemKind::Event, None)));
        assert_eq!(read("Users('A-b@c.example')/contacts"), Ok((user, ItemKind::Contact, None)));
        for text in ["users", "me", "me/drive/root", "https://graph.microsoft.com/v1.0/me/messages", ""] {
            assert_eq!(read(text).expect_err("refused").status, 400, "{text}");
        }
    }
}
