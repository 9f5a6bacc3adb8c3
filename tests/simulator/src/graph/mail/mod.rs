//! Mail folders, messages, sending, and mailbox settings below a user.

mod actions;
mod attachments;
mod body;
mod condition;
mod delta;
mod draft;
mod find;
mod folders;
mod messages;
mod send;
mod settings;
mod show;
mod target;

use self::target::Action;
pub(super) use self::target::{ROOTS, Target, parse, template};
use super::call::Call;
use super::error::GraphError;
use super::wire::Response;

pub(super) use self::draft::own_headers;
pub(super) use self::find::{any_message, folder as find_folder, message_id};
pub(super) use self::show::etag;

const READ_BASIC: [&str; 4] = ["Mail.ReadBasic", "Mail.ReadBasic.All", "Mail.Read", "Mail.ReadWrite"];
const READ: [&str; 2] = ["Mail.Read", "Mail.ReadWrite"];
const WRITE: [&str; 1] = ["Mail.ReadWrite"];
const SEND: [&str; 1] = ["Mail.Send"];
const READ_SETTINGS: [&str; 2] = ["MailboxSettings.Read", "MailboxSettings.ReadWrite"];
const WRITE_SETTINGS: [&str; 1] = ["MailboxSettings.ReadWrite"];

/// The permissions of which a token must hold one, the same for users and apps.
pub(super) fn accepted(target: &Target, method: &str, _delegated: bool) -> &'static [&'static str] {
    match (target, method) {
        (Target::Settings(_), "GET") => &READ_SETTINGS,
        (Target::Settings(_), _) => &WRITE_SETTINGS,
        (Target::SendMail | Target::Act(_, _, Action::Send), _) => &SEND,
        (
            Target::Mime(..)
            | Target::Attachments(..)
            | Target::AttachmentsCount(..)
            | Target::Attachment(..)
            | Target::AttachmentValue(..),
            "GET",
        ) => &READ,
        (_, "GET") => &READ_BASIC,
        _ => &WRITE,
    }
}

/// Whether the token opens headers only: no body, preview, attachment or extended property.
/// Source: Graph permissions reference, `Mail.ReadBasic`.
fn is_basic(call: &Call<'_>) -> bool {
    let held = if call.caller.user_object_id.is_some() { &call.caller.scopes } else { &call.caller.roles };
    !held.iter().any(|held| READ.iter().any(|more| more.eq_ignore_ascii_case(held)))
}

/// Works the call off.
pub(super) fn work(call: &Call<'_>, target: &Target) -> Result<Response, GraphError> {
    let method = call.request.method.as_str();
    match (target, method) {
        (Target::Folders(parent), "GET") => folders::list(call, parent.as_deref()),
        (Target::Folders(parent), "POST") => folders::create(call, parent.as_deref()),
        (Target::FoldersCount(parent), "GET") => folders::count(call, parent.as_deref()),
        (Target::FoldersDelta(None), "GET") => delta::folders(call),
        (Target::Folder(id), "GET") => folders::get(call, id),
        (Target::Folder(id), "PATCH") => folders::patch(call, id),
        (Target::Folder(id), "DELETE") => folders::delete(call, id),
        (Target::FolderMove(id), "POST") => folders::relocate(call, id),
        (Target::FolderPurge(id), "POST") => folders::purge(call, id),
        (Target::Messages(folder), "GET") => messages::list(call, folder.as_deref()),
        (Target::Messages(folder), "POST") => draft::create(call, folder.as_deref()),
        (Target::MessagesCount(folder), "GET") => messages::count(call, folder.as_deref()),
        (Target::MessagesDelta(Some(folder)), "GET") => delta::messages(call, folder),
        (Target::FoldersDelta(Some(_)) | Target::MessagesDelta(None), "GET") => Err(delta::not_tracked()),
        (Target::Message(folder, id), "GET") => messages::get(call, folder.as_deref(), id),
        (Target::Message(folder, id), "PATCH") => draft::patch(call, folder.as_deref(), id),
        (Target::Message(folder, id), "DELETE") => actions::delete(call, folder.as_deref(), id),
        (Target::Mime(folder, id), "GET") => messages::mime(call, folder.as_deref(), id),
        (Target::Attachments(folder, id), "GET") => attachments::list(call, folder.as_deref(), id),
        (Target::AttachmentsCount(folder, id), "GET") => attachments::count(call, folder.as_deref(), id),
        (Target::Attachment(folder, id, of), "GET") => attachments::get(call, folder.as_deref(), id, of),
        (Target::AttachmentValue(folder, id, of), "GET") => {
            attachments::value(call, folder.as_deref(), id, of)
        }
        (Target::Mime(..), "PUT" | "DELETE") => Err(GraphError::not_simulated("writing the MIME form")),
        (Target::Attachments(..), "POST") | (Target::Attachment(..), "DELETE") => {
            Err(GraphError::not_simulated("writing attachments one by one"))
        }
        (Target::Act(folder, id, action), "POST") => match action {
            Action::Send => send::draft(call, folder.as_deref(), id),
            Action::Move => actions::relocate(call, folder.as_deref(), id),
            Action::Copy => actions::copy(call, folder.as_deref(), id),
            Action::Purge => actions::purge(call, folder.as_deref(), id),
        },
        (Target::SendMail, "POST") => send::mail(call),
        (Target::Settings(part), "GET") => settings::get(call, part.as_deref()),
        (Target::Settings(None), "PATCH") => settings::patch(call),
        _ => Err(GraphError::method(method)),
    }
}
