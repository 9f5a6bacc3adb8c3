//! A message on the wire: what is shown, what is only shown when it is asked for, what conditions see.
//! Source: Graph page "message resource type"; Graph permissions reference for `Mail.ReadBasic`.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::graph::call::Call;
use crate::graph::contact::instant;
use crate::graph::error::GraphError;
use crate::graph::extended::Expand;
use crate::graph::ids;
use crate::graph::query::Options;
use crate::graph::wire::Response;
use crate::model::mailbox::{Address, Body, Mailbox, Message};
use crate::model::mime;

use super::find;

/// What comes without `$select`.
const DEFAULT: [&str; 29] = [
    "bccRecipients",
    "body",
    "bodyPreview",
    "categories",
    "ccRecipients",
    "changeKey",
    "conversationId",
    "conversationIndex",
    "createdDateTime",
    "flag",
    "from",
    "hasAttachments",
    "importance",
    "inferenceClassification",
    "internetMessageId",
    "isDeliveryReceiptRequested",
    "isDraft",
    "isRead",
    "isReadReceiptRequested",
    "lastModifiedDateTime",
    "parentFolderId",
    "receivedDateTime",
    "replyTo",
    "sender",
    "sentDateTime",
    "subject",
    "toRecipients",
    "webLink",
    "id",
];
/// What comes only with `$select`.
const ON_DEMAND: [&str; 2] = ["internetMessageHeaders", "uniqueBody"];
/// What a token of `Mail.ReadBasic` does not open.
const NOT_BASIC: [&str; 3] = ["body", "bodyPreview", "uniqueBody"];

/// Whether a message has a property of that name, for `$select`.
pub(super) fn is_property(name: &str) -> bool {
    DEFAULT.contains(&name) || ON_DEMAND.contains(&name) || name.ends_with("ValueExtendedProperties")
}

/// How messages are shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) immutable: bool,
    /// Bodies as text; else as HTML.
    pub(super) text: bool,
    /// Headers only.
    pub(super) basic: bool,
    pub(super) select: Option<&'a [String]>,
    pub(super) expand: &'a Expand,
}

impl<'a> View<'a> {
    /// As the request asks for it.
    ///
    /// # Errors
    /// 400 when the body is wanted in a form that there is not.
    pub(super) fn of(call: &Call<'_>, options: &'a Options) -> Result<Self, GraphError> {
        let text = match call.request.preference("outlook.body-content-type").as_deref() {
            Some(form) if form.eq_ignore_ascii_case("text") => true,
            Some(form) if !form.eq_ignore_ascii_case("html") => {
                let message = format!("The body content type '{form}' is not supported.");
                return Err(GraphError::new(400, "ErrorInvalidRequest", message));
            }
            _ => false,
        };
        Ok(Self {
            immutable: call.request.wants_immutable_ids(),
            text,
            basic: super::is_basic(call),
            select: options.select.as_deref(),
            expand: &options.expand,
        })
    }

    fn wants(&self, name: &str) -> bool {
        if self.basic && NOT_BASIC.contains(&name) {
            return false;
        }
        let all = |select: &[String]| select.iter().any(|wanted| wanted == "*");
        match self.select {
            Some(select) if !all(select) => select.iter().any(|wanted| wanted == name),
            _ => DEFAULT.contains(&name),
        }
    }

    fn body(&self, body: &Body) -> Value {
        if self.text {
            json!({"contentType": "text", "content": mime::to_text(body)})
        } else {
            json!({"contentType": "html", "content": mime::to_html(body)})
        }
    }
}

/// Says in the answer which wishes were met.
pub(super) fn applied(call: &Call<'_>, response: Response) -> Response {
    let mut met = Vec::new();
    if call.request.wants_immutable_ids() {
        met.push("IdType=\"ImmutableId\"".to_owned());
    }
    if let Some(form) = call.request.preference("outlook.body-content-type") {
        met.push(format!("outlook.body-content-type=\"{}\"", form.to_ascii_lowercase()));
    }
    if met.is_empty() { response } else { response.with_header("Preference-Applied", met.join(", ")) }
}

/// The message's version.
pub(in crate::graph) fn etag(mailbox: &Mailbox, message: &Message) -> String {
    format!("W/\"{}\"", ids::change_key(mailbox, message.change))
}

fn recipient(address: &Address) -> Value {
    json!({"emailAddress": {"name": address.name, "address": address.address}})
}

fn recipients(addresses: &[Address]) -> Value {
    addresses.iter().map(recipient).collect()
}

/// A message as Graph shows it.
pub(super) fn show(mailbox: &Mailbox, message: &Message, view: View<'_>) -> Map<String, Value> {
    let mut entity = Map::new();
    let content = &message.content;
    for name in DEFAULT.into_iter().chain(ON_DEMAND) {
        if !view.wants(name) && name != "id" {
            continue;
        }
        let value = match name {
            "body" => view.body(&content.body),
            "uniqueBody" => view.body(&mime::unique(&content.body)),
            // Left out, not empty, where there are none: a mail in Sent Items was never transported.
            "internetMessageHeaders" if content.headers.is_empty() => continue,
            "internetMessageHeaders" => {
                content.headers.iter().map(|(name, value)| json!({"name": name, "value": value})).collect()
            }
            _ => property(mailbox, message, view.immutable, name),
        };
        entity.insert(name.to_owned(), value);
    }
    entity.insert("@odata.etag".to_owned(), etag(mailbox, message).into());
    if !view.basic {
        view.expand.apply(&message.extended, &mut entity);
    }
    entity
}

/// A property that does not depend on how the message is looked at.
fn property(mailbox: &Mailbox, message: &Message, immutable: bool, name: &str) -> Value {
    let content = &message.content;
    match name {
        "id" => find::message_id(mailbox, message, immutable).into(),
        "bccRecipients" => recipients(&content.bcc),
        "bodyPreview" => mime::preview(&content.body).into(),
        "categories" => message.categories.clone().into(),
        "ccRecipients" => recipients(&content.cc),
        "changeKey" => ids::change_key(mailbox, message.change).into(),
        "conversationId" => conversation(mailbox, message).0.into(),
        "conversationIndex" => conversation(mailbox, message).1.into(),
        "createdDateTime" => instant(message.created).into(),
        "flag" => {
            let mut flag = message.flag.clone();
            flag.entry("flagStatus").or_insert_with(|| "notFlagged".into());
            flag.into()
        }
        "from" => content.from.as_ref().map(recipient).into(),
        "hasAttachments" => message.has_attachments().into(),
        "importance" if content.importance.is_empty() => "normal".into(),
        "importance" => content.importance.clone().into(),
        "inferenceClassification" => message.inference.clone().into(),
        "internetMessageId" => content.internet_message_id.clone().into(),
        "isDeliveryReceiptRequested" => content.delivery_receipt.into(),
        "isDraft" => message.draft.into(),
        "isRead" => message.read.into(),
        "isReadReceiptRequested" => content.read_receipt.into(),
        "lastModifiedDateTime" => instant(message.modified).into(),
        "parentFolderId" => ids::folder(mailbox, message.folder).into(),
        "receivedDateTime" => instant(message.received).into(),
        "replyTo" => recipients(&content.reply_to),
        "sender" => content.sender.as_ref().map(recipient).into(),
        "sentDateTime" => instant(content.sent.unwrap_or(message.created)).into(),
        "subject" => content.subject.clone().into(),
        "toRecipients" => recipients(&content.to),
        "webLink" => web_link(&find::message_id(mailbox, message, immutable)).into(),
        _ => Value::Null,
    }
}

fn web_link(id: &str) -> String {
    let id: String = url::form_urlencoded::byte_serialize(id.as_bytes()).collect();
    format!("https://outlook.office365.com/owa/?ItemID={id}&exvsurl=1&viewmodel=ReadMessageItem")
}

/// The id of the conversation in this mailbox, and the message's place in it.
fn conversation(mailbox: &Mailbox, message: &Message) -> (String, String) {
    let thread = Uuid::new_v5(&mailbox.id, message.conversation.as_bytes());
    let id = [&[0x00, 0x04, 0x24, 0x00][..], mailbox.id.as_bytes(), thread.as_bytes()].concat();
    let begun = message.created.as_second().to_be_bytes();
    let index = [&[0x01][..], &begun[3..], thread.as_bytes()].concat();
    (URL_SAFE.encode(id), STANDARD.encode(index))
}

/// An instant as conditions compare it: of one width, and finer than what is shown.
pub(super) fn precise(instant: jiff::Timestamp) -> String {
    instant.strftime("%Y-%m-%dT%H:%M:%S.%9fZ").to_string()
}

/// What `$filter` and `$orderby` see of a message: the properties named, times exactly, and its number.
pub(super) fn for_filter(mailbox: &Mailbox, message: &Message, names: &[String]) -> Value {
    let mut entity = Map::new();
    for name in names {
        let value = match name.as_str() {
            "createdDateTime" => precise(message.created).into(),
            "lastModifiedDateTime" => precise(message.modified).into(),
            "receivedDateTime" => precise(message.received).into(),
            "sentDateTime" => precise(message.content.sent.unwrap_or(message.created)).into(),
            "singleValueExtendedProperties" => {
                let single = message.extended.single.iter();
                single.map(|(id, value)| json!({"id": id, "value": value})).collect()
            }
            name => property(mailbox, message, false, name),
        };
        entity.insert(name.clone(), value);
    }
    entity.insert("number".to_owned(), message.number.into());
    Value::Object(entity)
}
