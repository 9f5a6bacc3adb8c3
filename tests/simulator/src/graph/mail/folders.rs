//! `/mailFolders` and `/mailFolders/{id}/childFolders`.
//! Source: Graph pages "mailFolder resource type", "List mailFolders", "Create MailFolder".

use serde_json::{Map, Value};

use crate::graph::call::Call;
use crate::graph::error::GraphError;
use crate::graph::ids;
use crate::graph::query::{Options, Place, pairs};
use crate::graph::schema;
use crate::graph::wire::Response;
use crate::model::mailbox::{DELETED_ITEMS, MAIL_ROOT, MailFolder, Mailbox};

use super::{actions, find};

const DEFAULT_PAGE: usize = 10;
const TOP_MAX: usize = 1000;
const PROPERTIES: [&str; 9] = [
    "id",
    "displayName",
    "parentFolderId",
    "childFolderCount",
    "totalItemCount",
    "unreadItemCount",
    "isHidden",
    "singleValueExtendedProperties",
    "multiValueExtendedProperties",
];

pub(super) fn place<'a>(call: &'a Call<'_>, parent: Option<&str>) -> Place<'a> {
    let user = call.user_id();
    let context = match parent {
        Some(parent) => format!("users('{user}')/mailFolders('{parent}')/childFolders"),
        None => format!("users('{user}')/mailFolders"),
    };
    Place { base: &call.request.base, path: &call.request.path, context }
}

fn options(call: &Call<'_>) -> Result<Options, GraphError> {
    let options = Options::parse(&call.request.query, TOP_MAX)?;
    options.check_select("mailFolder", |name| PROPERTIES.contains(&name))?;
    Ok(options)
}

/// A folder as Graph shows it, with its counts.
pub(super) fn show(mailbox: &Mailbox, folder: &MailFolder, options: &Options) -> Map<String, Value> {
    let mut entity = Map::new();
    let (mut total, mut unread) = (mailbox.contacts_in(folder.number).count(), 0);
    for message in mailbox.messages_in(folder.number) {
        total += 1;
        unread += usize::from(!message.read);
    }
    let children = mailbox.mail_children(folder.number).filter(|child| !child.hidden).count();
    // The root has a parent that no list shows; it stands for itself here.
    let parent = folder.parent.unwrap_or(folder.number);
    let name = folder.name_in(&mailbox.mail.settings.language);
    entity.insert("id".to_owned(), ids::folder(mailbox, folder.number).into());
    entity.insert("displayName".to_owned(), name.into());
    entity.insert("parentFolderId".to_owned(), ids::folder(mailbox, parent).into());
    entity.insert("childFolderCount".to_owned(), children.into());
    entity.insert("unreadItemCount".to_owned(), unread.into());
    entity.insert("totalItemCount".to_owned(), total.into());
    entity.insert("isHidden".to_owned(), folder.hidden.into());
    options.expand.apply(&folder.extended, &mut entity);
    Options::apply_select(options.select.as_deref(), &mut entity);
    entity
}

fn parent_of(mailbox: &Mailbox, parent: Option<&str>) -> Result<u64, GraphError> {
    parent.map_or(Ok(MAIL_ROOT), |id| find::folder(mailbox, id))
}

/// The folders directly in one; hidden ones only when they are asked for.
fn listed<'m>(call: &Call<'_>, mailbox: &'m Mailbox, parent: u64) -> Vec<&'m MailFolder> {
    let hidden_too = pairs(&call.request.query).any(|(name, value)| {
        name.eq_ignore_ascii_case("includeHiddenFolders") && value.eq_ignore_ascii_case("true")
    });
    mailbox.mail_children(parent).filter(|folder| hidden_too || !folder.hidden).collect()
}

pub(super) fn list(call: &Call<'_>, parent: Option<&str>) -> Result<Response, GraphError> {
    let options = options(call)?;
    let mut world = call.app.world();
    let mailbox = &*call.mailbox(&mut world)?;
    let all = Options::default();
    let shown = |folder: &&MailFolder| Value::Object(show(mailbox, folder, &all));
    let mut found: Vec<(Value, &MailFolder)> = Vec::new();
    for folder in listed(call, mailbox, parent_of(mailbox, parent)?) {
        let entity = shown(&folder);
        if options.filter.as_ref().is_none_or(|filter| filter.matches(&entity)) {
            found.push((entity, folder));
        }
    }
    let mut entities: Vec<Value> = found.iter().map(|(entity, _)| entity.clone()).collect();
    options.sort(&mut entities);
    let of = |entity: &Value| {
        let folder = found.iter().find(|(known, _)| known["id"] == entity["id"]);
        folder.map_or(Value::Null, |(_, folder)| Value::Object(show(mailbox, folder, &options)))
    };
    Ok(Response::json(200, place(call, parent).page(&options, DEFAULT_PAGE, &entities, of)))
}

pub(super) fn count(call: &Call<'_>, parent: Option<&str>) -> Result<Response, GraphError> {
    let mut world = call.app.world();
    let mailbox = &*call.mailbox(&mut world)?;
    let parent = parent_of(mailbox, parent)?;
    Ok(Response::text(listed(call, mailbox, parent).len().to_string()))
}

fn one(call: &Call<'_>, mailbox: &Mailbox, number: u64, status: u16) -> Result<Response, GraphError> {
    let options = options(call)?;
    let folder = mailbox.mail.folders.get(&number).ok_or_else(GraphError::item_not_found)?;
    let mut entity = show(mailbox, folder, &options);
    entity.insert("@odata.context".to_owned(), place(call, None).context("/$entity"));
    Ok(Response::json(status, Value::Object(entity)))
}

/// The name and whether the folder is hidden, as far as the body says so.
fn read(body: &[u8]) -> Result<(Option<String>, bool), GraphError> {
    let (mut display_name, mut hidden) = (None, false);
    for (name, value) in schema::object(body)? {
        match (name.as_str(), value) {
            ("displayName", Value::String(text)) => display_name = Some(text),
            ("isHidden", Value::Bool(value)) => hidden = value,
            ("isHidden", other) => return Err(schema::unexpected(&other, "PrimitiveValue", "Edm.Boolean")),
            (_, Value::Null) => {}
            ("displayName", other) => {
                return Err(schema::unexpected(&other, "PrimitiveValue", "Edm.String"));
            }
            (name, _) if name.contains('@') || PROPERTIES[..6].contains(&name) => {}
            (name, _) if PROPERTIES.contains(&name) => {
                return Err(GraphError::not_simulated("extended properties of mail folders"));
            }
            (name, _) => return Err(schema::unknown_property(name, "microsoft.graph.mailFolder")),
        }
    }
    match display_name.as_deref().map(str::trim) {
        Some("") => {
            Err(GraphError::new(400, "ErrorInvalidRequest", "The display name of a folder cannot be empty."))
        }
        _ => Ok((display_name, hidden)),
    }
}

pub(super) fn create(call: &Call<'_>, parent: Option<&str>) -> Result<Response, GraphError> {
    let (name, hidden) = read(&call.request.body)?;
    let missing = || GraphError::new(400, "ErrorInvalidRequest", "A folder needs a displayName.");
    let mut world = call.app.world();
    let mailbox = call.mailbox(&mut world)?;
    let parent = parent_of(mailbox, parent)?;
    let number = mailbox.add_mail_folder(parent, name.ok_or_else(missing)?, hidden)?;
    one(call, mailbox, number, 201)
}

pub(super) fn get(call: &Call<'_>, id: &str) -> Result<Response, GraphError> {
    let mut world = call.app.world();
    let mailbox = &*call.mailbox(&mut world)?;
    let number = find::folder(mailbox, id)?;
    one(call, mailbox, number, 200)
}

pub(super) fn patch(call: &Call<'_>, id: &str) -> Result<Response, GraphError> {
    let (name, _) = read(&call.request.body)?;
    let mut world = call.app.world();
    let mailbox = call.mailbox(&mut world)?;
    let number = find::folder(mailbox, id)?;
    if let Some(name) = name {
        mailbox.rename_mail_folder(number, name)?;
    }
    one(call, mailbox, number, 200)
}

pub(super) fn delete(call: &Call<'_>, id: &str) -> Result<Response, GraphError> {
    let mut world = call.app.world();
    let mailbox = call.mailbox(&mut world)?;
    let number = find::folder(mailbox, id)?;
    if mailbox.is_mail_folder_within(number, DELETED_ITEMS) {
        mailbox.purge_mail_folder(number)?;
    } else {
        mailbox.move_mail_folder(number, DELETED_ITEMS, true)?;
    }
    Ok(Response::no_content())
}

pub(super) fn relocate(call: &Call<'_>, id: &str) -> Result<Response, GraphError> {
    let mut world = call.app.world();
    let mailbox = call.mailbox(&mut world)?;
    let number = find::folder(mailbox, id)?;
    let destination = actions::destination(call, mailbox)?;
    mailbox.move_mail_folder(number, destination, false)?;
    one(call, mailbox, number, 201)
}

pub(super) fn purge(call: &Call<'_>, id: &str) -> Result<Response, GraphError> {
    let mut world = call.app.world();
    let mailbox = call.mailbox(&mut world)?;
    let number = find::folder(mailbox, id)?;
    mailbox.purge_mail_folder(number)?;
    Ok(Response::no_content())
}
