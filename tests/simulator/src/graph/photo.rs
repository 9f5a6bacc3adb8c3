//! The picture of a contact. Source: Graph pages "Get profilePhoto", "Update profilePhoto".

use serde_json::json;

use crate::model::mailbox::Photo;

use super::call::Call;
use super::contacts::find;
use super::error::GraphError;
use super::wire::Response;

fn not_found() -> GraphError {
    GraphError::new(404, "ErrorItemNotFound", "The specified object was not found in the store.")
}

fn stored(call: &Call<'_>, folder: Option<&str>, id: &str) -> Result<Photo, GraphError> {
    let mut world = call.app.world();
    let mailbox = &*call.mailbox(&mut world)?;
    let number = find(call, mailbox, folder, id)?;
    mailbox.contacts.get(&number).and_then(|contact| contact.photo.clone()).ok_or_else(not_found)
}

pub(super) fn describe(call: &Call<'_>, folder: Option<&str>, id: &str) -> Result<Response, GraphError> {
    let photo = stored(call, folder, id)?;
    let context = format!(
        "{}/v1.0/$metadata#users('{}')/contacts('{id}')/photo/$entity",
        call.request.base,
        call.user_id()
    );
    let body = json!({
        "@odata.context": context,
        "@odata.mediaContentType": photo.content_type,
        "id": "default",
    });
    Ok(Response::json(200, body))
}

pub(super) fn get(call: &Call<'_>, folder: Option<&str>, id: &str) -> Result<Response, GraphError> {
    let photo = stored(call, folder, id)?;
    Ok(Response::file(photo.content_type, photo.bytes))
}

pub(super) fn put(call: &Call<'_>, folder: Option<&str>, id: &str) -> Result<Response, GraphError> {
    let content_type = call.request.header("content-type").unwrap_or_default().to_owned();
    if !content_type.starts_with("image/") {
        return Err(GraphError::bad_request("Invalid Content-Type. Only image types are supported."));
    }
    let photo = Photo { content_type, bytes: call.request.body.to_vec() };
    change(call, folder, id, Some(photo))?;
    Ok(Response { status: 200, ..Response::no_content() })
}

pub(super) fn delete(call: &Call<'_>, folder: Option<&str>, id: &str) -> Result<Response, GraphError> {
    stored(call, folder, id)?;
    change(call, folder, id, None)?;
    Ok(Response::no_content())
}

fn change(call: &Call<'_>, folder: Option<&str>, id: &str, photo: Option<Photo>) -> Result<(), GraphError> {
    let mut world = call.app.world();
    let mailbox = call.mailbox(&mut world)?;
    let number = find(call, mailbox, folder, id)?;
    mailbox.change_contact(number, call.request.now, |contact| contact.photo = photo).ok_or_else(not_found)
}
