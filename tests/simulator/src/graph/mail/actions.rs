//! Moving, copying and deleting messages.
//! Source: Graph pages "message: move", "message: copy", "Delete message", "message: permanentDelete".

use serde_json::Value;

use crate::graph::call::Call;
use crate::graph::error::GraphError;
use crate::graph::schema;
use crate::graph::wire::Response;
use crate::model::mailbox::Mailbox;

use super::{find, messages};

/// The folder that the body names.
pub(super) fn destination(call: &Call<'_>, mailbox: &Mailbox) -> Result<u64, GraphError> {
    let members = schema::object(&call.request.body)?;
    let named = members.iter().find(|(name, _)| name.eq_ignore_ascii_case("destinationId"));
    match named.map(|(_, value)| value) {
        Some(Value::String(id)) => find::folder(mailbox, id),
        _ => Err(GraphError::new(400, "ErrorInvalidRequest", "The destinationId is missing.")),
    }
}

pub(super) fn relocate(call: &Call<'_>, folder: Option<&str>, id: &str) -> Result<Response, GraphError> {
    let mut world = call.app.world();
    let mailbox = call.mailbox(&mut world)?;
    let number = find::message(call, mailbox, folder, id)?;
    let destination = destination(call, mailbox)?;
    mailbox.move_message(number, destination, call.request.now);
    messages::one(call, mailbox, number, 201)
}

pub(super) fn copy(call: &Call<'_>, folder: Option<&str>, id: &str) -> Result<Response, GraphError> {
    let mut world = call.app.world();
    let mailbox = call.mailbox(&mut world)?;
    let number = find::message(call, mailbox, folder, id)?;
    let destination = destination(call, mailbox)?;
    let copy = mailbox.copy_message(number, destination, call.request.now);
    messages::one(call, mailbox, copy.ok_or_else(GraphError::item_not_found)?, 201)
}

pub(super) fn delete(call: &Call<'_>, folder: Option<&str>, id: &str) -> Result<Response, GraphError> {
    let mut world = call.app.world();
    let mailbox = call.mailbox(&mut world)?;
    let number = find::message(call, mailbox, folder, id)?;
    find::check_unchanged(call, mailbox, number)?;
    mailbox.delete_message(number, call.request.now);
    Ok(Response::no_content())
}

pub(super) fn purge(call: &Call<'_>, folder: Option<&str>, id: &str) -> Result<Response, GraphError> {
    let mut world = call.app.world();
    let mailbox = call.mailbox(&mut world)?;
    let number = find::message(call, mailbox, folder, id)?;
    mailbox.purge_message(number);
    Ok(Response::no_content())
}
