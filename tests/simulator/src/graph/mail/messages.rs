//! Reading messages: lists, counts, single ones, their MIME form.
//! Source: Graph pages "List messages", "Get message".

use serde_json::Value;

use crate::graph::call::Call;
use crate::graph::error::GraphError;
use crate::graph::query::{Options, Place};
use crate::graph::wire::Response;
use crate::model::mailbox::{Mailbox, Message, RECOVERABLE_ITEMS};
use crate::model::mime;

use super::show::{self, View};
use super::{condition, find};

const DEFAULT_PAGE: usize = 10;
const TOP_MAX: usize = 1000;

pub(super) fn place<'a>(call: &'a Call<'_>, folder: Option<&str>) -> Place<'a> {
    let user = call.user_id();
    let context = match folder {
        Some(folder) => format!("users('{user}')/mailFolders('{folder}')/messages"),
        None => format!("users('{user}')/messages"),
    };
    Place { base: &call.request.base, path: &call.request.path, context }
}

/// The query options of a request for messages, checked.
pub(super) fn options(call: &Call<'_>) -> Result<Options, GraphError> {
    let mut options = Options::parse(&call.request.query, TOP_MAX)?;
    options.check_select("message", show::is_property)?;
    condition::check(&mut options)?;
    Ok(options)
}

/// The messages that a path and its options mean, newest first unless an order is asked for.
fn matching<'m>(mailbox: &'m Mailbox, folder: Option<u64>, options: &Options) -> Vec<&'m Message> {
    let in_scope = |message: &&Message| match folder {
        Some(folder) => message.folder == folder,
        // All folders, Deleted Items and Junk included, but not what is only recoverable.
        None => message.folder != RECOVERABLE_ITEMS,
    };
    let mut found: Vec<&Message> = mailbox.mail.messages.values().filter(in_scope).collect();
    // Sorting by what is asked for leaves what is equal as it was.
    found.sort_by_key(|message| std::cmp::Reverse((message.received, message.number)));
    if options.filter.is_none() && options.order_by.is_empty() {
        return found;
    }
    let names = condition::names(options);
    let see = |message: &&Message| show::for_filter(mailbox, message, &names);
    let mut seen: Vec<Value> = found.iter().map(see).collect();
    if let Some(filter) = &options.filter {
        seen.retain(|entity| filter.matches(entity));
    }
    options.sort(&mut seen);
    let back = |entity: &Value| mailbox.mail.messages.get(&entity["number"].as_u64()?);
    seen.iter().filter_map(back).collect()
}

pub(super) fn list(call: &Call<'_>, folder: Option<&str>) -> Result<Response, GraphError> {
    let options = options(call)?;
    let view = View::of(call, &options)?;
    let mut world = call.app.world();
    let mailbox = &*call.mailbox(&mut world)?;
    let number = folder.map(|folder| find::folder(mailbox, folder)).transpose()?;
    let found = matching(mailbox, number, &options);
    let show = |found: &&Message| Value::Object(show::show(mailbox, found, view));
    let body = place(call, folder).page(&options, DEFAULT_PAGE, &found, show);
    Ok(show::applied(call, Response::json(200, body)))
}

pub(super) fn count(call: &Call<'_>, folder: Option<&str>) -> Result<Response, GraphError> {
    let options = options(call)?;
    let mut world = call.app.world();
    let mailbox = &*call.mailbox(&mut world)?;
    let number = folder.map(|folder| find::folder(mailbox, folder)).transpose()?;
    Ok(Response::text(matching(mailbox, number, &options).len().to_string()))
}

/// One message as an answer.
pub(super) fn one(
    call: &Call<'_>,
    mailbox: &Mailbox,
    number: u64,
    status: u16,
) -> Result<Response, GraphError> {
    let options = options(call)?;
    let message = mailbox.mail.messages.get(&number).ok_or_else(GraphError::item_not_found)?;
    let mut entity = show::show(mailbox, message, View::of(call, &options)?);
    entity.insert("@odata.context".to_owned(), place(call, None).context("/$entity"));
    let response = Response::json(status, Value::Object(entity));
    Ok(show::applied(call, response.with_header("ETag", show::etag(mailbox, message))))
}

pub(super) fn get(call: &Call<'_>, folder: Option<&str>, id: &str) -> Result<Response, GraphError> {
    let mut world = call.app.world();
    let mailbox = &*call.mailbox(&mut world)?;
    let number = find::message(call, mailbox, folder, id)?;
    one(call, mailbox, number, 200)
}

pub(super) fn mime(call: &Call<'_>, folder: Option<&str>, id: &str) -> Result<Response, GraphError> {
    let mut world = call.app.world();
    let mailbox = &*call.mailbox(&mut world)?;
    let number = find::message(call, mailbox, folder, id)?;
    let message = mailbox.mail.messages.get(&number).ok_or_else(GraphError::item_not_found)?;
    let raw = mime::write(&message.content, call.request.now, true);
    Ok(Response::file("text/plain".to_owned(), raw))
}
