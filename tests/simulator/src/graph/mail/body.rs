//! What a body of POST or PATCH says about a message, read strictly.
//! Source: the official CSDL (v1.0), entity type `message`; Graph pages "Create message", "Update message".

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use crate::graph::error::GraphError;
use crate::graph::extended;
use crate::graph::schema::{self, unexpected, unknown_property};
use crate::model::mailbox::{Address, Attachment, Body, Content, ExtendedProperties, Message};

const MAX_HEADERS: usize = 5;
/// What the service sets itself; silently ignored when it is sent, as Graph does.
const READ_ONLY: [&str; 14] = [
    "bodyPreview",
    "changeKey",
    "conversationId",
    "conversationIndex",
    "createdDateTime",
    "hasAttachments",
    "id",
    "isDraft",
    "lastModifiedDateTime",
    "parentFolderId",
    "receivedDateTime",
    "sentDateTime",
    "uniqueBody",
    "webLink",
];

/// What a body says: what it does not name is none.
#[derive(Debug, Default)]
pub(super) struct Written {
    subject: Option<String>,
    body: Option<Body>,
    importance: Option<String>,
    from: Option<Address>,
    sender: Option<Address>,
    to: Option<Vec<Address>>,
    cc: Option<Vec<Address>>,
    bcc: Option<Vec<Address>>,
    reply_to: Option<Vec<Address>>,
    internet_message_id: Option<String>,
    delivery_receipt: Option<bool>,
    headers: Option<Vec<(String, String)>>,
    attachments: Option<Vec<Attachment>>,
    read_receipt: Option<bool>,
    read: Option<bool>,
    categories: Option<Vec<String>>,
    flag: Option<Map<String, Value>>,
    inference: Option<String>,
    extended: ExtendedProperties,
}

/// Reads the members of a message.
///
/// # Errors
/// 400 in OData's or Exchange's words.
pub(super) fn read(mut members: Map<String, Value>) -> Result<Written, GraphError> {
    let mut written = Written { extended: extended::take(&mut members)?, ..Written::default() };
    for (name, value) in members {
        if !name.contains('@') && !READ_ONLY.contains(&name.as_str()) {
            written.take(&name, value)?;
        }
    }
    Ok(written)
}

impl Written {
    fn take(&mut self, name: &str, value: Value) -> Result<(), GraphError> {
        match name {
            "subject" => self.subject = Some(text(value)?),
            "body" => self.body = Some(body(value)?),
            "importance" => self.importance = Some(one_of(value, &["low", "normal", "high"])?),
            "from" => self.from = recipient(value)?,
            "sender" => self.sender = recipient(value)?,
            "toRecipients" => self.to = Some(recipients(value)?),
            "ccRecipients" => self.cc = Some(recipients(value)?),
            "bccRecipients" => self.bcc = Some(recipients(value)?),
            "replyTo" => self.reply_to = Some(recipients(value)?),
            "internetMessageId" => self.internet_message_id = Some(text(value)?),
            "isDeliveryReceiptRequested" => self.delivery_receipt = Some(boolean(value)?),
            "isReadReceiptRequested" => self.read_receipt = Some(boolean(value)?),
            "internetMessageHeaders" => self.headers = Some(headers(value)?),
            "attachments" => {
                let files = items(value, "microsoft.graph.attachment")?.into_iter().map(attachment);
                self.attachments = Some(files.collect::<Result<_, _>>()?);
            }
            "isRead" => self.read = Some(boolean(value)?),
            "categories" => {
                let categories = items(value, "Edm.String")?.into_iter().map(text);
                self.categories = Some(categories.collect::<Result<_, _>>()?);
            }
            "flag" => self.flag = Some(flag(value)?),
            "inferenceClassification" => self.inference = Some(one_of(value, &["focused", "other"])?),
            "extensions" => return Err(GraphError::not_simulated("open extensions of messages")),
            _ => return Err(unknown_property(name, "microsoft.graph.message")),
        }
        Ok(())
    }

    /// Whether it names something that only a draft lets be changed.
    pub(super) fn is_for_drafts(&self) -> bool {
        let texts = [&self.subject, &self.internet_message_id];
        let lists = [&self.to, &self.cc, &self.bcc, &self.reply_to];
        texts.into_iter().any(Option::is_some)
            || lists.into_iter().any(Option::is_some)
            || [&self.from, &self.sender].into_iter().any(Option::is_some)
            || self.body.is_some()
            || self.delivery_receipt.is_some()
            || self.headers.is_some()
            || self.attachments.is_some()
    }

    /// Writes what it says about the mail.
    pub(super) fn fill(&mut self, content: &mut Content) {
        fn set<T>(place: &mut T, value: Option<T>) {
            if let Some(value) = value {
                *place = value;
            }
        }
        set(&mut content.subject, self.subject.take());
        set(&mut content.body, self.body.take());
        set(&mut content.importance, self.importance.take());
        set(&mut content.to, self.to.take());
        set(&mut content.cc, self.cc.take());
        set(&mut content.bcc, self.bcc.take());
        set(&mut content.reply_to, self.reply_to.take());
        set(&mut content.internet_message_id, self.internet_message_id.take());
        set(&mut content.delivery_receipt, self.delivery_receipt.take());
        set(&mut content.read_receipt, self.read_receipt.take());
        set(&mut content.headers, self.headers.take());
        set(&mut content.attachments, self.attachments.take());
        if let Some(from) = self.from.take() {
            content.sender = Some(self.sender.take().unwrap_or_else(|| from.clone()));
            content.from = Some(from);
        }
    }

    /// Writes what it says about the message in the mailbox.
    pub(super) fn mark(self, message: &mut Message) {
        message.read = self.read.unwrap_or(message.read);
        message.categories = self.categories.unwrap_or_else(|| std::mem::take(&mut message.categories));
        message.flag = self.flag.unwrap_or_else(|| std::mem::take(&mut message.flag));
        message.inference = self.inference.unwrap_or_else(|| std::mem::take(&mut message.inference));
        message.content.read_receipt = self.read_receipt.unwrap_or(message.content.read_receipt);
        if let Some(importance) = self.importance {
            message.content.importance = importance;
        }
        message.extended.single.extend(self.extended.single);
        message.extended.multi.extend(self.extended.multi);
    }
}

fn text(value: Value) -> Result<String, GraphError> {
    match value {
        Value::String(text) => Ok(text),
        Value::Null => Ok(String::new()),
        other => Err(unexpected(&other, "PrimitiveValue", "Edm.String")),
    }
}

fn boolean(value: Value) -> Result<bool, GraphError> {
    value.as_bool().ok_or_else(|| unexpected(&value, "PrimitiveValue", "Edm.Boolean"))
}

fn one_of(value: Value, known: &[&str]) -> Result<String, GraphError> {
    let given = text(value)?;
    let found = known.iter().find(|known| known.eq_ignore_ascii_case(&given));
    found.map(|known| (*known).to_owned()).ok_or_else(|| {
        GraphError::body(format!("Requested value '{given}' was not found among: {}.", known.join(", ")))
    })
}

fn items(value: Value, type_name: &str) -> Result<Vec<Value>, GraphError> {
    match value {
        Value::Array(items) => Ok(items),
        other => Err(unexpected(&other, "StartArray", type_name)),
    }
}

fn members(value: Value, type_name: &str) -> Result<Map<String, Value>, GraphError> {
    match value {
        Value::Object(members) => Ok(members),
        other => Err(unexpected(&other, "StartObject", type_name)),
    }
}

fn recipient(value: Value) -> Result<Option<Address>, GraphError> {
    if value.is_null() {
        return Ok(None);
    }
    let mut address = Address::default();
    for (name, value) in members(value, "microsoft.graph.recipient")? {
        if name != "emailAddress" {
            return Err(unknown_property(&name, "microsoft.graph.recipient"));
        }
        for (name, value) in members(value, "microsoft.graph.emailAddress")? {
            match name.as_str() {
                "address" => address.address = text(value)?,
                "name" => address.name = text(value)?,
                _ => return Err(unknown_property(&name, "microsoft.graph.emailAddress")),
            }
        }
    }
    if address.name.is_empty() {
        address.name.clone_from(&address.address);
    }
    Ok(Some(address))
}

fn recipients(value: Value) -> Result<Vec<Address>, GraphError> {
    let read = items(value, "Collection(microsoft.graph.recipient)")?.into_iter().map(recipient);
    Ok(read.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
}

fn body(value: Value) -> Result<Body, GraphError> {
    let mut body = Body::default();
    for (name, value) in members(value, "microsoft.graph.itemBody")? {
        match name.as_str() {
            "content" => body.content = text(value)?,
            "contentType" => body.html = one_of(value, &["text", "html"])? == "html",
            _ => return Err(unknown_property(&name, "microsoft.graph.itemBody")),
        }
    }
    Ok(body)
}

fn headers(value: Value) -> Result<Vec<(String, String)>, GraphError> {
    let type_name = "microsoft.graph.internetMessageHeader";
    let mut headers = Vec::new();
    for item in items(value, type_name)? {
        let mut item = members(item, type_name)?;
        let mut part = |name: &str| text(item.remove(name).unwrap_or_default());
        let (name, value) = (part("name")?, part("value")?);
        if !name.to_ascii_lowercase().starts_with("x-") {
            let message =
                format!("The internet message header name '{name}' should start with 'x-' or 'X-'.");
            return Err(GraphError::new(400, "InvalidInternetMessageHeader", message));
        }
        headers.push((name, value));
    }
    if headers.len() > MAX_HEADERS {
        let message = format!(
            "Maximum number of headers in one message should be less than or equal to {MAX_HEADERS}."
        );
        return Err(GraphError::new(400, "InvalidInternetMessageHeaderCollection", message));
    }
    Ok(headers)
}

fn flag(value: Value) -> Result<Map<String, Value>, GraphError> {
    let mut flag = Map::new();
    for (name, value) in members(value, "microsoft.graph.followupFlag")? {
        let value = match name.as_str() {
            "flagStatus" => one_of(value, &["notFlagged", "complete", "flagged"])?.into(),
            "startDateTime" | "dueDateTime" | "completedDateTime" => {
                schema::check(&name, value.get("dateTime").cloned().unwrap_or_default(), schema::Type::Text)?;
                Value::Object(members(value, "microsoft.graph.dateTimeTimeZone")?)
            }
            _ => return Err(unknown_property(&name, "microsoft.graph.followupFlag")),
        };
        flag.insert(name, value);
    }
    if flag.contains_key("dueDateTime") && !flag.contains_key("startDateTime") {
        let message = "The start date of a flag is required when its due date is set.";
        return Err(GraphError::new(400, "ErrorInvalidRequest", message));
    }
    Ok(flag)
}

fn attachment(value: Value) -> Result<Attachment, GraphError> {
    let type_name = "microsoft.graph.fileAttachment";
    let mut file = members(value, type_name)?;
    let kind = file.remove("@odata.type").unwrap_or_default();
    if kind.as_str().is_some_and(|kind| !kind.trim_start_matches('#').eq_ignore_ascii_case(type_name)) {
        return Err(GraphError::not_simulated("attachments that are no files, written"));
    }
    let mut part = |name: &str| text(file.remove(name).unwrap_or_default());
    let (name, content_type, content_id) = (part("name")?, part("contentType")?, part("contentId")?);
    let bytes = STANDARD.decode(part("contentBytes")?);
    let bytes = bytes.map_err(|_| {
        GraphError::body("Cannot convert the literal of contentBytes to the expected type 'Edm.Binary'.")
    })?;
    let inline = file.remove("isInline").is_some_and(|inline| inline == true);
    Ok(Attachment {
        name,
        content_type: if content_type.is_empty() { "application/octet-stream".into() } else { content_type },
        content_id: (!content_id.is_empty()).then_some(content_id),
        inline,
        bytes,
    })
}
