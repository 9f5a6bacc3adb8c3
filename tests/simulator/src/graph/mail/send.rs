//! Sending: a whole mail in one call, or a draft. Source: Graph pages "user: sendMail", "message: send".

use serde_json::Value;

use crate::graph::call::Call;
use crate::graph::error::GraphError;
use crate::graph::schema;
use crate::graph::wire::Response;
use crate::model::World;
use crate::model::mailbox::{Address, Arrival, Content, SENT_ITEMS};

use super::{body, draft, find};

const MAX_RECIPIENTS: usize = 500;

fn accepted() -> Response {
    Response { status: 202, ..Response::no_content() }
}

/// Whether the mail can be sent from this mailbox.
fn check(call: &Call<'_>, world: &World, content: &Content) -> Result<(), GraphError> {
    let everybody: Vec<&Address> = content.to.iter().chain(&content.cc).chain(&content.bcc).collect();
    let invalid = everybody.iter().any(|to| !to.address.contains('@'));
    if everybody.is_empty() || invalid {
        let message = "At least one recipient isn't valid.";
        return Err(GraphError::new(400, "ErrorInvalidRecipients", message));
    }
    if everybody.len() > MAX_RECIPIENTS {
        let message = format!("A message holds at most {MAX_RECIPIENTS} recipients.");
        return Err(GraphError::new(400, "ErrorMessageSizeExceeded", message));
    }
    let user = call.user(world)?;
    let is_own = |from: &Address| user.addresses().any(|own| own.eq_ignore_ascii_case(&from.address));
    if content.from.iter().chain(&content.sender).all(is_own) {
        return Ok(());
    }
    let message = "The user account which was used to submit this request does not have the right to send \
                   mail on behalf of the specified sending account.";
    Err(GraphError::new(403, "ErrorSendAsDenied", message))
}

/// The message and whether a copy is kept, from a body of `sendMail`. Names in any case.
fn parameters(call: &Call<'_>) -> Result<(Content, bool), GraphError> {
    if let Some(content) = draft::mime_body(call)? {
        return Ok((content, true));
    }
    let (mut message, mut keep) = (None, true);
    for (name, value) in schema::object(&call.request.body)? {
        match (name.to_ascii_lowercase().as_str(), value) {
            ("message", Value::Object(members)) => message = Some(members),
            ("savetosentitems", Value::Bool(value)) => keep = value,
            ("savetosentitems", Value::Null) => {}
            ("savetosentitems", other) => {
                return Err(schema::unexpected(&other, "PrimitiveValue", "Edm.Boolean"));
            }
            ("message", other) => {
                return Err(schema::unexpected(&other, "StartObject", "microsoft.graph.message"));
            }
            _ => {
                let message = format!("The parameter '{name}' is not in the operation's metadata.");
                return Err(GraphError::body(message));
            }
        }
    }
    let missing = || GraphError::new(400, "ErrorInvalidRequest", "The parameter 'Message' is missing.");
    let mut written = body::read(message.ok_or_else(missing)?)?;
    let mut content = Content::default();
    written.fill(&mut content);
    Ok((content, keep))
}

pub(super) fn mail(call: &Call<'_>) -> Result<Response, GraphError> {
    let (content, keep) = parameters(call)?;
    let now = call.request.now;
    let mut world = call.app.world();
    let mut content = draft::complete(call, &world, content)?;
    check(call, &world, &content)?;
    content.sent = Some(content.sent.unwrap_or(now));
    world.deliver(&content, now);
    if keep {
        draft::own_headers(&mut content);
        let arrival = Arrival { folder: SENT_ITEMS, draft: false, read: true, received: now, now };
        call.mailbox(&mut world)?.add_message(content, arrival);
    }
    Ok(accepted())
}

pub(super) fn draft(call: &Call<'_>, folder: Option<&str>, id: &str) -> Result<Response, GraphError> {
    let now = call.request.now;
    let mut world = call.app.world();
    let mailbox = call.mailbox(&mut world)?;
    let number = find::message(call, mailbox, folder, id)?;
    let message = mailbox.mail.messages.get(&number).ok_or_else(GraphError::item_not_found)?;
    if !message.draft {
        let message = "The message has been sent already.";
        return Err(GraphError::new(400, "ErrorInvalidRequest", message));
    }
    let content = Content { sent: Some(now), ..message.content.clone() };
    check(call, &world, &content)?;
    world.deliver(&content, now);
    let mailbox = call.mailbox(&mut world)?;
    mailbox.move_message(number, SENT_ITEMS, now);
    mailbox.change_message(number, now, |message| {
        (message.draft, message.read, message.received) = (false, true, now);
        message.content = content;
    });
    Ok(accepted())
}
