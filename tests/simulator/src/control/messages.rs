//! Mail that arrives, was sent, or is moved by hand in somebody's Outlook.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use bytes::Bytes;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Refused, with_user};
use crate::app::App;
use crate::graph;
use crate::model::directory::{MailboxKind, User};
use crate::model::mailbox::{Arrival, Content, DRAFTS, MailFolder, Mailbox, Message, SENT_ITEMS};
use crate::model::mime;

/// Where a mail is put, and when it came.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Where {
    /// A well-known name, or the name that the folder is shown with.
    #[serde(default = "inbox")]
    folder: String,
    /// The simulator's present if absent.
    received: Option<Timestamp>,
}

fn inbox() -> String {
    "inbox".to_owned()
}

fn folder(mailbox: &Mailbox, name: &str) -> Result<u64, Refused> {
    let found = mailbox.mail_folder_named(name).map(|folder| folder.number);
    found.ok_or_else(|| Refused(StatusCode::NOT_FOUND, format!("there is no mail folder {name:?}")))
}

/// Reads a mail; one without an id gets one.
fn read(raw: &[u8], user: &User) -> Result<Content, Refused> {
    let no_mail = || Refused(StatusCode::BAD_REQUEST, "the body is no mail: not a header found".to_owned());
    let content = mime::read(raw).ok_or_else(no_mail)?;
    if !content.internet_message_id.is_empty() {
        return Ok(content);
    }
    let domain = user.user_principal_name.split('@').next_back().unwrap_or_default();
    let id = format!("<{}@{domain}>", uuid::Uuid::new_v4().simple());
    mime::read(&mime::with_header(raw, "Message-ID", &id)).ok_or_else(no_mail)
}

/// A mail arrives in a folder; in Sent Items, it was sent from this mailbox. Nobody else gets it.
pub(super) async fn add(
    State(app): State<Arc<App>>,
    address: Path<String>,
    Query(to): Query<Where>,
    raw: Bytes,
) -> Result<(StatusCode, Json<Value>), Refused> {
    let now = app.clock.now();
    with_user(&app, &address, |world, user| {
        if user.mailbox != MailboxKind::Cloud {
            let reason = format!("the mailbox of {} is not in the cloud", *address);
            return Err(Refused(StatusCode::CONFLICT, reason));
        }
        let mut content = read(&raw, user)?;
        let mailbox = world.mailboxes.entry(user.id.clone()).or_default();
        let folder = folder(mailbox, &to.folder)?;
        let is_own = [SENT_ITEMS, DRAFTS].contains(&folder);
        if is_own {
            graph::keep_own_headers(&mut content);
        }
        let received = to.received.unwrap_or(now);
        let arrival = Arrival { folder, draft: folder == DRAFTS, read: is_own, received, now };
        let number = mailbox.add_message(content, arrival);
        let shown = mailbox.mail.messages.get(&number).map(|message| brief(mailbox, message));
        Ok((StatusCode::CREATED, Json(json!(shown))))
    })?
}

fn brief(mailbox: &Mailbox, message: &Message) -> Value {
    let (id, immutable_id) = graph::message_ids(mailbox, message);
    let folder = mailbox.mail.folders.get(&message.folder);
    json!({
        "id": id,
        "immutableId": immutable_id,
        "internetMessageId": message.content.internet_message_id,
        "folder": folder.map(|folder| name(mailbox, folder)),
    })
}

/// A message, by its ordinary or immutable id, is dragged into another folder.
pub(super) async fn relocate(
    State(app): State<Arc<App>>,
    Path((address, id)): Path<(String, String)>,
    Query(to): Query<Where>,
) -> Result<Json<Value>, Refused> {
    let now = app.clock.now();
    with_user(&app, &Path(address), |world, user| {
        let mailbox = world.mailboxes.entry(user.id.clone()).or_default();
        let number = graph::find_message(mailbox, &id).map(|message| message.number);
        let missing = || Refused(StatusCode::NOT_FOUND, format!("there is no message {id}"));
        let (number, folder) = (number.ok_or_else(missing)?, folder(mailbox, &to.folder)?);
        mailbox.move_message(number, folder, now);
        let shown = mailbox.mail.messages.get(&number).map(|message| brief(mailbox, message));
        Ok(Json(json!(shown)))
    })?
}

/// The well-known name of a folder, else the name it is shown with.
fn name<'m>(mailbox: &Mailbox, folder: &'m MailFolder) -> &'m str {
    folder.as_well_known().map_or_else(|| folder.name_in(&mailbox.mail.settings.language), |known| known.name)
}

/// The mail folders, in no particular order.
pub(super) fn show_folders(mailbox: &Mailbox) -> Vec<Value> {
    let show = |folder: &MailFolder| {
        json!({
            "id": graph::mail_folder_id(mailbox, folder.number),
            "displayName": folder.name_in(&mailbox.mail.settings.language),
            "wellKnownName": folder.as_well_known().map(|known| known.name),
            "parentFolderId": folder.parent.map(|parent| graph::mail_folder_id(mailbox, parent)),
            "isHidden": folder.hidden,
            "totalItemCount": mailbox.messages_in(folder.number).count(),
        })
    };
    mailbox.mail.folders.values().map(show).collect()
}

/// Every message, oldest in the mailbox first. `folder` is the well-known name where there is one.
pub(super) fn show_all(mailbox: &Mailbox) -> Vec<Value> {
    mailbox.mail.messages.values().map(|message| show(mailbox, message)).collect()
}

fn show(mailbox: &Mailbox, message: &Message) -> Value {
    let Content { subject, from, sender, to, cc, bcc, reply_to, headers, body, attachments, sent, .. } =
        &message.content;
    let mut shown = brief(mailbox, message);
    let headers = headers.iter().map(|(name, value)| json!({"name": name, "value": value}));
    let files = attachments.iter().map(|file| {
        let (kind, size) = (&file.content_type, file.bytes.len());
        json!({"name": file.name, "contentType": kind, "size": size, "isInline": file.inline})
    });
    let more = json!({
        "etag": graph::message_etag(mailbox, message),
        "folderId": graph::mail_folder_id(mailbox, message.folder),
        "isDraft": message.draft,
        "isRead": message.read,
        "subject": subject,
        "from": from, "sender": sender, "to": to, "cc": cc, "bcc": bcc, "replyTo": reply_to,
        "headers": headers.collect::<Vec<_>>(),
        "body": {"contentType": if body.html { "html" } else { "text" }, "content": body.content},
        "attachments": files.collect::<Vec<_>>(),
        "categories": message.categories,
        "extendedProperties": message.extended.single,
        "receivedDateTime": message.received,
        "sentDateTime": sent,
        "createdDateTime": message.created,
        "lastModifiedDateTime": message.modified,
    });
    if let (Some(shown), Value::Object(more)) = (shown.as_object_mut(), more) {
        shown.extend(more);
    }
    shown
}
