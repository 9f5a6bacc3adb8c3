//! Looking into a mailbox from outside of Graph.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::{Refused, calendar, messages, with_user};
use crate::app::App;
use crate::graph;
use crate::model::Mailbox;
use crate::model::mailbox::{Contact, DELETED_ITEMS, Folder};

/// The whole mailbox. Contacts carry what was written to them, extended properties as `{id: value}`.
pub(super) async fn show(State(app): State<Arc<App>>, address: Path<String>) -> Result<Json<Value>, Refused> {
    let now = app.clock.now();
    with_user(&app, &address, |world, user| {
        world.settle_calendar(&user.id, now);
        let mailbox = world.mailboxes.entry(user.id.clone()).or_default();
        let folders: Vec<Value> =
            mailbox.folders.values().map(|folder| show_folder(mailbox, folder)).collect();
        let mut shown = json!({
            "address": user.mail,
            "userId": user.id,
            "userPrincipalName": user.user_principal_name,
            "kind": user.mailbox,
            "folders": folders,
            "mailFolders": messages::show_folders(mailbox),
            "messages": messages::show_all(mailbox),
        });
        for (name, value) in calendar::show(mailbox) {
            shown[name] = value;
        }
        Json(shown)
    })
}

fn show_folder(mailbox: &Mailbox, folder: &Folder) -> Value {
    let parent = folder.parent.and_then(|parent| mailbox.folders.get(&parent));
    let contacts: Vec<Value> =
        mailbox.contacts_in(folder.number).map(|contact| show_contact(mailbox, contact)).collect();
    json!({
        "id": graph::folder_id(mailbox, folder),
        "displayName": folder.display_name,
        "parentFolderId": parent.map(|parent| graph::folder_id(mailbox, parent)),
        "path": path(mailbox, folder),
        "deleted": is_deleted(mailbox, folder),
        "extendedProperties": folder.extended.single,
        "contacts": contacts,
    })
}

fn show_contact(mailbox: &Mailbox, contact: &Contact) -> Value {
    let (id, immutable_id) = graph::contact_ids(mailbox, contact);
    let mut shown: Map<String, Value> = contact.properties.clone();
    let photo = contact
        .photo
        .as_ref()
        .map(|photo| json!({"contentType": photo.content_type, "size": photo.bytes.len()}));
    shown.extend([
        ("id".to_owned(), id.into()),
        ("immutableId".to_owned(), immutable_id.into()),
        ("etag".to_owned(), graph::contact_etag(mailbox, contact).into()),
        ("createdDateTime".to_owned(), contact.created.to_string().into()),
        ("lastModifiedDateTime".to_owned(), contact.modified.to_string().into()),
        ("extendedProperties".to_owned(), json!(contact.extended.single)),
        ("multiValueExtendedProperties".to_owned(), json!(contact.extended.multi)),
        ("photo".to_owned(), photo.into()),
    ]);
    Value::Object(shown)
}

/// The names from the well-known folder down, with slashes between.
fn path(mailbox: &Mailbox, folder: &Folder) -> String {
    let above = folder.parent.and_then(|parent| mailbox.folders.get(&parent));
    above.map_or_else(String::new, |above| path(mailbox, above) + "/") + &folder.display_name
}

fn is_deleted(mailbox: &Mailbox, folder: &Folder) -> bool {
    folder.number == DELETED_ITEMS
        || folder
            .parent
            .and_then(|parent| mailbox.folders.get(&parent))
            .is_some_and(|parent| is_deleted(mailbox, parent))
}

/// Every delta token given out so far is dead: 410 `SyncStateNotFound`.
pub(super) async fn expire_delta_tokens(
    State(app): State<Arc<App>>,
    address: Path<String>,
) -> Result<StatusCode, Refused> {
    with_user(&app, &address, |world, user| {
        world.mailboxes.entry(user.id.clone()).or_default().forget_sync_states();
        StatusCode::NO_CONTENT
    })
}
