//! Attachments, to be read. Source: Graph pages "attachment resource type", "Get attachment".

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use serde_json::{Map, Value, json};

use crate::graph::call::Call;
use crate::graph::contact::instant;
use crate::graph::error::GraphError;
use crate::graph::query::{Options, Place};
use crate::graph::wire::Response;
use crate::model::mailbox::{Attachment, Mailbox, Message};

use super::find;

const DEFAULT_PAGE: usize = 10;
const TOP_MAX: usize = 1000;
/// The properties that files and messages share: `$select` knows no others.
const PROPERTIES: [&str; 6] = ["contentType", "id", "isInline", "lastModifiedDateTime", "name", "size"];

/// The id of a message's attachment at `index`.
fn attachment_id(mailbox: &Mailbox, message: &Message, index: usize, immutable: bool) -> String {
    let id = find::message_id(mailbox, message, immutable);
    let mut bytes = URL_SAFE.decode(&id).or_else(|_| STANDARD.decode(&id)).unwrap_or_default();
    bytes.extend([0x01, 0x12, 0x10, 0x00]);
    bytes.extend(u64::try_from(index).unwrap_or(u64::MAX).to_be_bytes());
    if immutable { URL_SAFE.encode(bytes) } else { STANDARD.encode(bytes) }
}

fn show(message: &Message, attachment: &Attachment, id: String) -> Map<String, Value> {
    let kind = if attachment.is_message() { "itemAttachment" } else { "fileAttachment" };
    let mut entity = json!({
        "@odata.type": format!("#microsoft.graph.{kind}"),
        "id": id,
        "lastModifiedDateTime": instant(message.modified),
        "name": attachment.name,
        "contentType": (!attachment.is_message()).then_some(&attachment.content_type),
        "size": attachment.bytes.len(),
        "isInline": attachment.inline,
    });
    if !attachment.is_message() {
        entity["@odata.mediaContentType"] = attachment.content_type.clone().into();
        entity["contentId"] = attachment.content_id.clone().into();
        entity["contentLocation"] = Value::Null;
        entity["contentBytes"] = STANDARD.encode(&attachment.bytes).into();
    }
    match entity {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

fn options(call: &Call<'_>) -> Result<Options, GraphError> {
    let options = Options::parse(&call.request.query, TOP_MAX)?;
    options.check_select("attachment", |name| PROPERTIES.contains(&name))?;
    Ok(options)
}

fn place<'a>(call: &'a Call<'_>, message: &str) -> Place<'a> {
    let context = format!("users('{}')/messages('{message}')/attachments", call.user_id());
    Place { base: &call.request.base, path: &call.request.path, context }
}

/// Runs `work` on the message of the path.
fn with_message<T>(
    call: &Call<'_>,
    folder: Option<&str>,
    id: &str,
    work: impl FnOnce(&Mailbox, &Message) -> Result<T, GraphError>,
) -> Result<T, GraphError> {
    let mut world = call.app.world();
    let mailbox = &*call.mailbox(&mut world)?;
    let number = find::message(call, mailbox, folder, id)?;
    work(mailbox, mailbox.mail.messages.get(&number).ok_or_else(GraphError::item_not_found)?)
}

pub(super) fn list(call: &Call<'_>, folder: Option<&str>, id: &str) -> Result<Response, GraphError> {
    let options = options(call)?;
    let immutable = call.request.wants_immutable_ids();
    with_message(call, folder, id, |mailbox, message| {
        let all: Vec<_> = message.content.attachments.iter().enumerate().collect();
        let body = place(call, id).page(&options, DEFAULT_PAGE, &all, |(index, attachment)| {
            let id = attachment_id(mailbox, message, *index, immutable);
            let mut entity = show(message, attachment, id);
            Options::apply_select(options.select.as_deref(), &mut entity);
            Value::Object(entity)
        });
        Ok(Response::json(200, body))
    })
}

pub(super) fn count(call: &Call<'_>, folder: Option<&str>, id: &str) -> Result<Response, GraphError> {
    with_message(call, folder, id, |_, message| {
        Ok(Response::text(message.content.attachments.len().to_string()))
    })
}

fn find_in<'m>(mailbox: &Mailbox, message: &'m Message, id: &str) -> Result<&'m Attachment, GraphError> {
    let is_it = |index: usize| {
        [true, false].into_iter().any(|immutable| attachment_id(mailbox, message, index, immutable) == id)
    };
    let mut all = message.content.attachments.iter().enumerate();
    all.find(|(index, _)| is_it(*index)).map(|(_, found)| found).ok_or_else(GraphError::item_not_found)
}

pub(super) fn get(
    call: &Call<'_>,
    folder: Option<&str>,
    id: &str,
    attachment: &str,
) -> Result<Response, GraphError> {
    let options = options(call)?;
    with_message(call, folder, id, |mailbox, message| {
        let found = find_in(mailbox, message, attachment)?;
        let mut entity = show(message, found, attachment.to_owned());
        Options::apply_select(options.select.as_deref(), &mut entity);
        entity.insert("@odata.context".to_owned(), place(call, id).context("/$entity"));
        Ok(Response::json(200, Value::Object(entity)))
    })
}

pub(super) fn value(
    call: &Call<'_>,
    folder: Option<&str>,
    id: &str,
    attachment: &str,
) -> Result<Response, GraphError> {
    with_message(call, folder, id, |mailbox, message| {
        let found = find_in(mailbox, message, attachment)?;
        let kind = if found.is_message() { "text/plain".to_owned() } else { found.content_type.clone() };
        Ok(Response::file(kind, found.bytes.clone()))
    })
}
