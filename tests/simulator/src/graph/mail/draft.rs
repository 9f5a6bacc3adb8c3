//! Writing messages: new drafts, and changes to what is there.
//! Source: Graph pages "Create message", "Update message".

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::graph::call::Call;
use crate::graph::error::GraphError;
use crate::graph::schema;
use crate::graph::wire::Response;
use crate::model::World;
use crate::model::mailbox::{Address, Arrival, Content, DRAFTS};
use crate::model::mime;

use super::body::Written;
use super::{body, find, messages};

/// The mail in the body, if the body is MIME in base64.
///
/// # Errors
/// 400 when it is no base64 or no mail.
pub(super) fn mime_body(call: &Call<'_>) -> Result<Option<Content>, GraphError> {
    let content_type = call.request.header("content-type").unwrap_or_default();
    if !content_type.to_ascii_lowercase().starts_with("text/plain") {
        return Ok(None);
    }
    let text: Vec<u8> =
        call.request.body.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let raw = STANDARD.decode(text).map_err(|_| {
        let message = "Invalid base64 string for MIME content.";
        GraphError::new(400, "ErrorMimeContentInvalidBase64String", message)
    })?;
    let invalid = || GraphError::new(400, "ErrorMimeContentInvalid", "The MIME content is invalid.");
    let content = mime::read(&raw).ok_or_else(invalid)?;
    // Hidden copies are sent, and not told to anybody.
    Ok(Some(Content { mime: Some(mime::without_header(&raw, "Bcc")), ..content }))
}

/// The mail with what a mail needs before it can lie in a mailbox: a sender and an id.
pub(super) fn complete(call: &Call<'_>, world: &World, mut content: Content) -> Result<Content, GraphError> {
    let user = call.user(world)?;
    let own = Address {
        name: user.display_name.clone(),
        address: user.mail.clone().unwrap_or_else(|| user.user_principal_name.clone()),
    };
    if content.from.is_none() {
        // A mail in MIME that names nobody is from the one who sends it.
        let add = |raw| mime::with_header(raw, "From", &format!("<{}>", own.address));
        content.mime = content.mime.as_deref().map(add);
    }
    let from = content.from.get_or_insert(own).clone();
    content.sender.get_or_insert(from);
    if content.internet_message_id.is_empty() {
        let domain = user.user_principal_name.split('@').next_back().unwrap_or_default();
        content.internet_message_id = format!("<{}@{domain}>", uuid::Uuid::new_v4().simple());
        let with_id = |raw| mime::with_header(raw, "Message-ID", &content.internet_message_id);
        content.mime = content.mime.as_deref().map(with_id);
    }
    Ok(content)
}

/// Only what a client put in itself is shown of the headers of a mail that was never transported.
pub(in crate::graph) fn own_headers(content: &mut Content) {
    content.headers.retain(|(name, _)| name.to_ascii_lowercase().starts_with("x-"));
}

fn new(call: &Call<'_>) -> Result<(Content, Written), GraphError> {
    if let Some(mut content) = mime_body(call)? {
        own_headers(&mut content);
        return Ok((content, Written::default()));
    }
    let mut written = body::read(schema::object(&call.request.body)?)?;
    let mut content = Content::default();
    written.fill(&mut content);
    Ok((content, written))
}

pub(super) fn create(call: &Call<'_>, folder: Option<&str>) -> Result<Response, GraphError> {
    let (content, written) = new(call)?;
    let mut world = call.app.world();
    let content = complete(call, &world, content)?;
    let mailbox = call.mailbox(&mut world)?;
    let folder = folder.map_or(Ok(DRAFTS), |folder| find::folder(mailbox, folder))?;
    let now = call.request.now;
    let arrival = Arrival { folder, draft: true, read: true, received: now, now };
    let number = mailbox.add_message(content, arrival);
    if let Some(message) = mailbox.mail.messages.get_mut(&number) {
        written.mark(message);
    }
    messages::one(call, mailbox, number, 201)
}

pub(super) fn patch(call: &Call<'_>, folder: Option<&str>, id: &str) -> Result<Response, GraphError> {
    let mut written = body::read(schema::object(&call.request.body)?)?;
    let mut world = call.app.world();
    let mailbox = call.mailbox(&mut world)?;
    let number = find::message(call, mailbox, folder, id)?;
    find::check_unchanged(call, mailbox, number)?;
    let is_draft = mailbox.mail.messages.get(&number).is_some_and(|message| message.draft);
    if written.is_for_drafts() && !is_draft {
        let message = "Update operation is invalid for property of a sent message.";
        return Err(GraphError::new(400, "ErrorInvalidPropertyUpdateSentMessage", message));
    }
    mailbox.change_message(number, call.request.now, |message| {
        if is_draft {
            written.fill(&mut message.content);
            // What it came in is not what it says any more.
            message.content.mime = None;
        }
        written.mark(message);
    });
    messages::one(call, mailbox, number, 200)
}
