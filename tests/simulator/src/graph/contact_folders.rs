//! `/contactFolders` and `/contactFolders/{id}/childFolders`.

use serde_json::{Map, Value, json};

use crate::model::Mailbox;
use crate::model::mailbox::{CONTACTS, Change, ExtendedProperties, Folder, FolderProblem, Kind};

use super::call::Call;
use super::delta as changes;
use super::error::GraphError;
use super::extended;
use super::ids;
use super::query::{Options, Place};
use super::schema;
use super::wire::Response;

const DEFAULT_PAGE: usize = 10;
const TOP_MAX: usize = 1000;
const PROPERTIES: [&str; 4] = ["id", "displayName", "parentFolderId", "singleValueExtendedProperties"];

impl From<FolderProblem> for GraphError {
    fn from(problem: FolderProblem) -> Self {
        match problem {
            FolderProblem::NameTaken => Self::folder_exists(),
            FolderProblem::NotFound => Self::item_not_found(),
            FolderProblem::WellKnown => {
                Self::new(400, "ErrorDeleteDistinguishedFolder", "Distinguished folders cannot be deleted.")
            }
        }
    }
}

fn parent_of(mailbox: &Mailbox, parent: Option<&str>) -> Result<u64, GraphError> {
    parent.map_or(Ok(CONTACTS), |id| ids::find_folder(mailbox, id))
}

fn place<'a>(call: &'a Call<'_>, parent: Option<&str>) -> Place<'a> {
    let user = call.user_id();
    let context = match parent {
        Some(parent) => format!("users('{user}')/contactFolders('{parent}')/childFolders"),
        None => format!("users('{user}')/contactFolders"),
    };
    Place { base: &call.request.base, path: &call.request.path, context }
}

fn options(call: &Call<'_>) -> Result<Options, GraphError> {
    let options = Options::parse(&call.request.query, TOP_MAX)?;
    options.check_select("contactFolder", |name| PROPERTIES.contains(&name))?;
    Ok(options)
}

fn show(mailbox: &Mailbox, folder: &Folder, options: &Options) -> Map<String, Value> {
    let mut entity = Map::new();
    entity.insert("id".to_owned(), ids::folder(mailbox, folder.number).into());
    let parent = folder.parent.map(|parent| ids::folder(mailbox, parent));
    entity.insert("parentFolderId".to_owned(), parent.into());
    entity.insert("displayName".to_owned(), folder.display_name.clone().into());
    options.expand.apply(&folder.extended, &mut entity);
    Options::apply_select(options.select.as_deref(), &mut entity);
    entity
}

fn for_filter(mailbox: &Mailbox, folder: &Folder) -> Value {
    let mut entity = show(mailbox, folder, &Options::default());
    let single = folder.extended.single.iter().map(|(id, value)| json!({"id": id, "value": value}));
    entity.insert("singleValueExtendedProperties".to_owned(), single.collect());
    Value::Object(entity)
}

pub(super) fn list(call: &Call<'_>, parent: Option<&str>) -> Result<Response, GraphError> {
    let options = options(call)?;
    let mut world = call.app.world();
    let mailbox = &*call.mailbox(&mut world)?;
    let number = parent_of(mailbox, parent)?;
    let matches = |folder: &&Folder| {
        options.filter.as_ref().is_none_or(|filter| filter.matches(&for_filter(mailbox, folder)))
    };
    let mut found: Vec<Value> = mailbox
        .children(number)
        .filter(matches)
        .map(|folder| Value::Object(show(mailbox, folder, &options)))
        .collect();
    options.sort(&mut found);
    Ok(Response::json(200, place(call, parent).page(&options, DEFAULT_PAGE, &found, Value::clone)))
}

pub(super) fn count(call: &Call<'_>, parent: Option<&str>) -> Result<Response, GraphError> {
    let mut world = call.app.world();
    let mailbox = &*call.mailbox(&mut world)?;
    let number = parent_of(mailbox, parent)?;
    Ok(Response::text(mailbox.children(number).count().to_string()))
}

fn one(call: &Call<'_>, mailbox: &Mailbox, number: u64, status: u16) -> Result<Response, GraphError> {
    let options = options(call)?;
    let folder = mailbox.folders.get(&number).ok_or_else(GraphError::item_not_found)?;
    let mut entity = show(mailbox, folder, &options);
    entity.insert("@odata.context".to_owned(), place(call, None).context("/$entity"));
    Ok(Response::json(status, Value::Object(entity)))
}

/// What a body says about a folder.
struct Written {
    display_name: Option<String>,
    parent: Option<String>,
    extended: ExtendedProperties,
}

fn read(body: &[u8]) -> Result<Written, GraphError> {
    let mut members = schema::object(body)?;
    let extended = extended::take(&mut members)?;
    let mut written = Written { display_name: None, parent: None, extended };
    for (name, value) in members {
        let text = |value: Value| match value {
            Value::String(text) => Ok(Some(text)),
            Value::Null => Ok(None),
            other => Err(schema::unexpected(&other, "PrimitiveValue", "Edm.String")),
        };
        match name.as_str() {
            "displayName" => written.display_name = Some(text(value)?.unwrap_or_default()),
            "parentFolderId" => written.parent = text(value)?,
            // Set by the service; ignored, as Graph does.
            "id" => drop(text(value)?),
            name if name.contains('@') => {}
            name => return Err(schema::unknown_property(name, "microsoft.graph.contactFolder")),
        }
    }
    match written.display_name.as_deref().map(str::trim) {
        Some("") => {
            Err(GraphError::new(400, "ErrorInvalidRequest", "The display name of a folder cannot be empty."))
        }
        Some(name) if name.chars().count() > 255 => {
            Err(GraphError::property("The display name of a folder holds at most 255 characters."))
        }
        _ => Ok(written),
    }
}

pub(super) fn create(call: &Call<'_>, parent: Option<&str>) -> Result<Response, GraphError> {
    let written = read(&call.request.body)?;
    let mut world = call.app.world();
    let mailbox = call.mailbox(&mut world)?;
    let parent = parent.map(str::to_owned).or(written.parent);
    let parent = parent_of(mailbox, parent.as_deref())?;
    let missing = || GraphError::new(400, "ErrorInvalidRequest", "A folder needs a displayName.");
    let name = written.display_name.ok_or_else(missing)?;
    let number = mailbox.add_folder(parent, name, written.extended)?;
    one(call, mailbox, number, 201)
}

pub(super) fn get(call: &Call<'_>, id: &str) -> Result<Response, GraphError> {
    let mut world = call.app.world();
    let mailbox = &*call.mailbox(&mut world)?;
    let number = ids::find_folder(mailbox, id)?;
    one(call, mailbox, number, 200)
}

pub(super) fn patch(call: &Call<'_>, id: &str) -> Result<Response, GraphError> {
    let written = read(&call.request.body)?;
    let mut world = call.app.world();
    let mailbox = call.mailbox(&mut world)?;
    let number = ids::find_folder(mailbox, id)?;
    mailbox.change_folder(number, written.display_name, written.extended)?;
    one(call, mailbox, number, 200)
}

pub(super) fn delete(call: &Call<'_>, id: &str) -> Result<Response, GraphError> {
    let mut world = call.app.world();
    let mailbox = call.mailbox(&mut world)?;
    let number = ids::find_folder(mailbox, id)?;
    mailbox.delete_folder(number)?;
    Ok(Response::no_content())
}

pub(super) fn purge(call: &Call<'_>, id: &str) -> Result<Response, GraphError> {
    let mut world = call.app.world();
    let mailbox = call.mailbox(&mut world)?;
    let number = ids::find_folder(mailbox, id)?;
    mailbox.purge_folder(number)?;
    Ok(Response::no_content())
}

pub(super) fn delta(call: &Call<'_>, parent: Option<&str>) -> Result<Response, GraphError> {
    options(call)?;
    let mut world = call.app.world();
    let mailbox = &*call.mailbox(&mut world)?;
    let number = parent_of(mailbox, parent)?;
    let all = Options::default();
    let show = |change: Change<'_>, select: Option<&[String]>| match change {
        Change::Folder(folder) => {
            let mut entity = show(mailbox, folder, &all);
            Options::apply_select(select, &mut entity);
            entity
        }
        other => changes::removed(mailbox, other, false),
    };
    changes::page(call, mailbox, (Kind::Folder, number), "Collection(contactFolder)".to_owned(), show)
}
