//! Messages and mail folders by their ids.

use crate::graph::call::Call;
use crate::graph::error::GraphError;
use crate::graph::ids;
use crate::model::mailbox::{ABSENT, Mailbox, Message, WELL_KNOWN};

/// The id of a message.
pub(in crate::graph) fn message_id(mailbox: &Mailbox, message: &Message, immutable: bool) -> String {
    ids::item(mailbox, message.number, message.place, immutable)
}

/// The number of the mail folder with that id or well-known name.
///
/// # Errors
/// 400 for what is no id, 404 for one that is not in the mailbox.
pub(in crate::graph) fn folder(mailbox: &Mailbox, id: &str) -> Result<u64, GraphError> {
    let lower = id.to_ascii_lowercase();
    if let Some(known) = WELL_KNOWN.iter().find(|known| known.name == lower) {
        return Ok(known.number);
    }
    if ABSENT.contains(&lower.as_str()) {
        return Err(GraphError::item_not_found());
    }
    let (_, _, number) = ids::number(id)?;
    let known = mailbox.mail.folders.contains_key(&number) && ids::folder(mailbox, number) == id;
    if known { Ok(number) } else { Err(GraphError::item_not_found()) }
}

/// The number of the message with that id, in that folder if the path names one.
///
/// # Errors
/// As for folders; 404 also for an id of the other form than the request asked for, where that matters.
pub(super) fn message(
    call: &Call<'_>,
    mailbox: &Mailbox,
    folder: Option<&str>,
    id: &str,
) -> Result<u64, GraphError> {
    let (immutable, _, number) = ids::number(id)?;
    let is_asked_form = !call.settings.strict_id_type || immutable == call.request.wants_immutable_ids();
    let found = with_id(mailbox, id, immutable, number).filter(|_| is_asked_form);
    let folder = folder.map(|folder| self::folder(mailbox, folder)).transpose()?;
    let found = found.filter(|found| folder.is_none_or(|folder| found.folder == folder));
    found.map(|found| found.number).ok_or_else(GraphError::item_not_found)
}

fn with_id<'m>(mailbox: &'m Mailbox, id: &str, immutable: bool, number: u64) -> Option<&'m Message> {
    let messages = &mailbox.mail.messages;
    let found = if immutable {
        messages.get(&number)
    } else {
        messages.values().find(|message| message.place == number)
    };
    found.filter(|found| message_id(mailbox, found, immutable) == id)
}

/// The message with that id of either form.
pub(in crate::graph) fn any_message<'m>(mailbox: &'m Mailbox, id: &str) -> Option<&'m Message> {
    let (immutable, _, number) = ids::number(id).ok()?;
    with_id(mailbox, id, immutable, number)
}

/// Compares `If-Match` with the message's change key.
///
/// # Errors
/// 412 when it was changed since.
pub(super) fn check_unchanged(call: &Call<'_>, mailbox: &Mailbox, number: u64) -> Result<(), GraphError> {
    let Some(expected) = call.request.header("if-match") else { return Ok(()) };
    let current = mailbox.mail.messages.get(&number).map(|found| ids::change_key(mailbox, found.change));
    let bare = expected.trim().trim_start_matches("W/").trim_matches('"');
    let matches = bare == "*" || current.is_some_and(|current| current == bare);
    if matches { Ok(()) } else { Err(GraphError::change_key()) }
}
