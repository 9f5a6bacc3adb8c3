//! Microsoft Graph v1.0 on the wire: users, contact folders, contacts, `$batch`.

mod access;
mod batch;
mod calendar;
mod call;
mod contact;
mod contact_folders;
mod contacts;
mod delta;
mod error;
mod extended;
mod filter;
mod gate;
mod groups;
mod ids;
mod mail;
mod path;
mod photo;
mod query;
mod route;
mod schema;
pub(crate) mod subscriptions;
mod users;
mod wire;

use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request as HttpRequest, State};
use axum::http::header;
use axum::response::Response as HttpResponse;
use axum::routing::any;

use crate::app::App;
use crate::entra;
use crate::model::mailbox::{Announcement, Contact, Content, Folder, Mailbox, Message};

pub(crate) use self::calendar::{event_for_control, read_event};

/// Everything under `/v1.0`.
pub(crate) fn router() -> Router<Arc<App>> {
    Router::new().route("/v1.0", any(outer)).route("/v1.0/{*rest}", any(outer))
}

/// The ids of a contact as Graph shows them: ordinary and immutable.
pub(crate) fn contact_ids(mailbox: &Mailbox, contact: &Contact) -> (String, String) {
    (ids::contact(mailbox, contact, false), ids::contact(mailbox, contact, true))
}

/// The ids of an item that was announced as Graph shows them: ordinary and immutable.
pub(crate) fn item_ids(mailbox: &Mailbox, item: &Announcement) -> (String, String) {
    let id = |immutable| ids::item(mailbox, item.number, item.place, immutable);
    (id(false), id(true))
}

/// The version of an item that was announced.
pub(crate) fn item_etag(mailbox: &Mailbox, item: &Announcement) -> String {
    format!("W/\"{}\"", ids::change_key(mailbox, item.change))
}

/// The version of a contact as Graph shows it.
pub(crate) fn contact_etag(mailbox: &Mailbox, contact: &Contact) -> String {
    contact::etag(mailbox, contact)
}

/// The ids of a message as Graph shows them: ordinary and immutable.
pub(crate) fn message_ids(mailbox: &Mailbox, message: &Message) -> (String, String) {
    (mail::message_id(mailbox, message, false), mail::message_id(mailbox, message, true))
}

/// The version of a message as Graph shows it.
pub(crate) fn message_etag(mailbox: &Mailbox, message: &Message) -> String {
    mail::etag(mailbox, message)
}

/// The message with that id, ordinary or immutable.
pub(crate) fn find_message<'m>(mailbox: &'m Mailbox, id: &str) -> Option<&'m Message> {
    mail::any_message(mailbox, id)
}

/// Leaves of the headers what Graph shows of a mail that was never transported.
pub(crate) fn keep_own_headers(content: &mut Content) {
    mail::own_headers(content);
}

/// The id of a mail folder as Graph shows it.
pub(crate) fn mail_folder_id(mailbox: &Mailbox, folder: u64) -> String {
    ids::folder(mailbox, folder)
}

/// The id of a folder as Graph shows it.
pub(crate) fn folder_id(mailbox: &Mailbox, folder: &Folder) -> String {
    ids::folder(mailbox, folder.number)
}

async fn outer(State(app): State<Arc<App>>, request: HttpRequest) -> HttpResponse {
    let ready = Instant::now();
    let (parts, body) = request.into_parts();
    let host = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let request = wire::Request {
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().strip_prefix("/v1.0").unwrap_or_default().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        base: format!("http://{host}"),
        // The layer around this has read the body already, within the limit.
        body: to_bytes(body, usize::MAX).await.unwrap_or_default(),
        headers: parts.headers,
        inner: false,
        now: app.clock.now(),
        ready,
        request_id: uuid::Uuid::new_v4().to_string(),
    };
    let token = request.header("authorization").unwrap_or_default();
    let token = token.strip_prefix("Bearer ").unwrap_or_default().trim();
    let bearer = entra::authenticate(&app, token);
    let segments = path::segments(&request.path).unwrap_or_default();
    let response = match segments.as_slice() {
        [only] if only.eq_ignore_ascii_case("$batch") => batch::run(&app, &request, &bearer).await,
        _ => call::answer(&app, &request, &bearer, None).await,
    };
    response.into_http(&request)
}
