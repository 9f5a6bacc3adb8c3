//! `/contacts` and `/contactFolders/{id}/contacts`.

use serde_json::Value;

use crate::model::Mailbox;
use crate::model::mailbox::{CONTACTS, Change, Contact, Kind};

use super::call::Call;
use super::contact::{self, View};
use super::delta as changes;
use super::error::GraphError;
use super::extended;
use super::filter::{Filter, Operator};
use super::ids;
use super::query::{Options, Place};
use super::wire::Response;

const DEFAULT_PAGE: usize = 10;
const TOP_MAX: usize = 1000;

/// The folder that a path is about.
fn folder_of(mailbox: &Mailbox, folder: Option<&str>) -> Result<u64, GraphError> {
    folder.map_or(Ok(CONTACTS), |id| ids::find_folder(mailbox, id))
}

fn place<'a>(call: &'a Call<'_>, folder: Option<&str>) -> Place<'a> {
    let user = call.user_id();
    let context = match folder {
        Some(folder) => format!("users('{user}')/contactFolders('{folder}')/contacts"),
        None => format!("users('{user}')/contacts"),
    };
    Place { base: &call.request.base, path: &call.request.path, context }
}

/// The number of the contact with that id, in that folder if the path names one.
pub(super) fn find(
    call: &Call<'_>,
    mailbox: &Mailbox,
    folder: Option<&str>,
    id: &str,
) -> Result<u64, GraphError> {
    let number =
        ids::find_contact(mailbox, id, call.request.wants_immutable_ids(), call.settings.strict_id_type)?;
    if let Some(folder) = folder {
        let folder = ids::find_folder(mailbox, folder)?;
        if mailbox.contacts.get(&number).is_none_or(|contact| contact.folder != folder) {
            return Err(GraphError::item_not_found());
        }
    }
    Ok(number)
}

/// Compares `If-Match` with the contact's change key.
fn check_unchanged(call: &Call<'_>, mailbox: &Mailbox, number: u64) -> Result<(), GraphError> {
    let Some(expected) = call.request.header("if-match") else { return Ok(()) };
    let current = mailbox.contacts.get(&number).map(|contact| ids::change_key(mailbox, contact.change));
    let bare = |etag: &str| etag.trim().trim_start_matches("W/").trim_matches('"').to_owned();
    let matches = expected.trim() == "*" || current.is_some_and(|current| current == bare(expected));
    if matches { Ok(()) } else { Err(GraphError::change_key()) }
}

fn options(call: &Call<'_>) -> Result<Options, GraphError> {
    let options = Options::parse(&call.request.query, TOP_MAX)?;
    options.check_select("contact", contact::is_property)?;
    if let Some(filter) = &options.filter {
        check_filter(filter)?;
    }
    Ok(options)
}

/// E-mail addresses can only be compared for equality; every property must be one of a contact.
/// Source: Graph page "List contacts".
fn check_filter(filter: &Filter) -> Result<(), GraphError> {
    let foreign = |path: &[String]| path.first().is_none_or(|name| !contact::is_property(name));
    let unsupported = filter.any_node(&|node| match node {
        Filter::Any(path, inner) if path == "emailAddresses" => {
            !matches!(&**inner, Filter::Compare(path, Operator::Eq, _) if path == &["address"])
        }
        Filter::Any(path, _) => path != "singleValueExtendedProperties",
        _ => false,
    });
    if unsupported || top_paths(filter).into_iter().any(foreign) { Err(GraphError::filter()) } else { Ok(()) }
}

/// The paths that stand outside of `any`.
fn top_paths(filter: &Filter) -> Vec<&[String]> {
    match filter {
        Filter::And(a, b) | Filter::Or(a, b) => [top_paths(a), top_paths(b)].concat(),
        Filter::Not(a) => top_paths(a),
        Filter::Compare(path, ..) | Filter::Call(_, path, _) => vec![path],
        Filter::Any(..) => Vec::new(),
    }
}

/// The id and value of a look-up by one extended property, which needs no contact to be written out.
fn by_extended(filter: &Filter) -> Option<(String, &str)> {
    let Filter::Any(path, inner) = filter else { return None };
    let Filter::And(id, value) = &**inner else { return None };
    let (Filter::Compare(id_path, Operator::Eq, id), Filter::Compare(value_path, Operator::Eq, value)) =
        (&**id, &**value)
    else {
        return None;
    };
    let is_lookup = path == "singleValueExtendedProperties" && id_path == &["id"] && value_path == &["value"];
    if is_lookup { Some((extended::canonical(id.as_str()?).ok()?, value.as_str()?)) } else { None }
}

fn matching<'m>(mailbox: &'m Mailbox, folder: u64, options: &Options, immutable: bool) -> Vec<&'m Contact> {
    let all = mailbox.contacts_in(folder);
    let Some(filter) = &options.filter else { return all.collect() };
    match by_extended(filter) {
        Some((id, value)) => all
            .filter(|c| c.extended.single.get(&id).is_some_and(|v| v.eq_ignore_ascii_case(value)))
            .collect(),
        None => all.filter(|c| filter.matches(&contact::for_filter(mailbox, c, immutable))).collect(),
    }
}

pub(super) fn list(call: &Call<'_>, folder: Option<&str>) -> Result<Response, GraphError> {
    let options = options(call)?;
    let mut world = call.app.world();
    let mailbox = &*call.mailbox(&mut world)?;
    let number = folder_of(mailbox, folder)?;
    let immutable = call.request.wants_immutable_ids();
    let mut found = matching(mailbox, number, &options, immutable);
    if !options.order_by.is_empty() {
        let mut sorted: Vec<Value> =
            found.iter().map(|c| contact::for_filter(mailbox, c, immutable)).collect();
        options.sort(&mut sorted);
        let by_id = |entity: &Value| {
            let id = entity["id"].as_str()?;
            mailbox.contacts.get(&ids::find_contact(mailbox, id, immutable, false).ok()?)
        };
        found = sorted.iter().filter_map(by_id).collect();
    }
    let view = View { immutable, options: &options };
    let show = |found: &&Contact| Value::Object(contact::show(mailbox, found, view));
    Ok(Response::json(200, place(call, folder).page(&options, DEFAULT_PAGE, &found, show)))
}

pub(super) fn count(call: &Call<'_>, folder: Option<&str>) -> Result<Response, GraphError> {
    let options = options(call)?;
    let mut world = call.app.world();
    let mailbox = &*call.mailbox(&mut world)?;
    let number = folder_of(mailbox, folder)?;
    Ok(Response::text(matching(mailbox, number, &options, false).len().to_string()))
}

/// One contact as an answer.
fn one(
    call: &Call<'_>,
    mailbox: &Mailbox,
    folder: Option<&str>,
    number: u64,
    status: u16,
) -> Result<Response, GraphError> {
    let options = options(call)?;
    let contact = mailbox.contacts.get(&number).ok_or_else(GraphError::item_not_found)?;
    let view = View { immutable: call.request.wants_immutable_ids(), options: &options };
    let mut entity = contact::show(mailbox, contact, view);
    let etag = entity.get("@odata.etag").and_then(Value::as_str).unwrap_or_default().to_owned();
    entity.insert("@odata.context".to_owned(), place(call, folder).context("/$entity"));
    let mut response = Response::json(status, Value::Object(entity)).with_header("ETag", etag);
    if view.immutable {
        response = response.with_header("Preference-Applied", "IdType=\"ImmutableId\"");
    }
    Ok(response)
}

pub(super) fn create(call: &Call<'_>, folder: Option<&str>) -> Result<Response, GraphError> {
    let written = contact::read(&call.request.body, &call.settings)?;
    let mut world = call.app.world();
    let mailbox = call.mailbox(&mut world)?;
    let parent = folder_of(mailbox, folder)?;
    let extended = written.extended.clone();
    let number = mailbox.add_contact(parent, written.into_new(), call.request.now);
    if let Some(contact) = mailbox.contacts.get_mut(&number) {
        contact.extended = extended;
    }
    one(call, mailbox, folder, number, 201)
}

pub(super) fn get(call: &Call<'_>, folder: Option<&str>, id: &str) -> Result<Response, GraphError> {
    let mut world = call.app.world();
    let mailbox = &*call.mailbox(&mut world)?;
    let number = find(call, mailbox, folder, id)?;
    one(call, mailbox, folder, number, 200)
}

pub(super) fn patch(call: &Call<'_>, folder: Option<&str>, id: &str) -> Result<Response, GraphError> {
    let written = contact::read(&call.request.body, &call.settings)?;
    let mut world = call.app.world();
    let mailbox = call.mailbox(&mut world)?;
    let number = find(call, mailbox, folder, id)?;
    check_unchanged(call, mailbox, number)?;
    let regenerate = call.settings.regenerate_display_name;
    mailbox.change_contact(number, call.request.now, |contact| written.patch(contact, regenerate));
    one(call, mailbox, folder, number, 200)
}

pub(super) fn delete(call: &Call<'_>, folder: Option<&str>, id: &str) -> Result<Response, GraphError> {
    let mut world = call.app.world();
    let mailbox = call.mailbox(&mut world)?;
    let number = find(call, mailbox, folder, id)?;
    check_unchanged(call, mailbox, number)?;
    mailbox.delete_contact(number, call.request.now);
    Ok(Response::no_content())
}

pub(super) fn purge(call: &Call<'_>, folder: Option<&str>, id: &str) -> Result<Response, GraphError> {
    let mut world = call.app.world();
    let mailbox = call.mailbox(&mut world)?;
    let number = find(call, mailbox, folder, id)?;
    mailbox.purge_contact(number);
    Ok(Response::no_content())
}

pub(super) fn delta(call: &Call<'_>, folder: Option<&str>) -> Result<Response, GraphError> {
    options(call)?;
    let mut world = call.app.world();
    let mailbox = &*call.mailbox(&mut world)?;
    let number = folder_of(mailbox, folder)?;
    let immutable = call.request.wants_immutable_ids();
    let all = Options::default();
    let show = |change: Change<'_>, select: Option<&[String]>| match change {
        Change::Contact(contact) => {
            let mut entity = contact::show(mailbox, contact, View { immutable, options: &all });
            Options::apply_select(select, &mut entity);
            entity
        }
        other => changes::removed(mailbox, other, immutable),
    };
    changes::page(call, mailbox, (Kind::Contact, number), "Collection(contact)".to_owned(), show)
}
