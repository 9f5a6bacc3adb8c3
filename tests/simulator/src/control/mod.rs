//! The control API, under `/_sim`: make people, look into mailboxes, let things fail and time pass.

mod calendar;
mod directory;
mod mailboxes;
mod messages;
mod notifications;

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, FromRequest, Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post, put};
use axum::{Json, Router};
use bytes::Bytes;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::app::App;
use crate::fault::NewFault;
use crate::model::directory::DirectoryError;
use crate::settings::Settings;

/// The biggest mail that Exchange Online takes by default, 36 MB.
const MAIL_LIMIT: usize = 36 * 1024 * 1024;

/// The routes, relative to `/_sim`.
pub(crate) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/tenants", get(directory::tenants).post(directory::add_tenant))
        .route("/tenants/{tenant}", get(directory::tenant))
        .route("/tenants/{tenant}/users", get(directory::users).post(directory::add_user))
        .route("/tenants/{tenant}/rooms", get(directory::rooms).post(directory::add_room))
        .route("/tenants/{tenant}/groups", get(directory::groups).post(directory::add_group))
        .route("/tenants/{tenant}/groups/{group}", delete(directory::remove_group))
        .route(
            "/tenants/{tenant}/groups/{group}/members/{member}",
            put(directory::add_member).delete(directory::remove_member),
        )
        .route("/mailboxes/{address}", get(mailboxes::show))
        .route("/mailboxes/{address}/calendar", post(calendar::behave))
        .route("/mailboxes/{address}/events", post(calendar::add_event))
        .route("/mailboxes/{address}/messages", post(messages::add).layer(DefaultBodyLimit::max(MAIL_LIMIT)))
        .route("/mailboxes/{address}/messages/{id}/move", post(messages::relocate))
        .route("/mailboxes/{address}/expire-delta-tokens", post(mailboxes::expire_delta_tokens))
        .route("/faults", get(faults).post(add_fault).delete(clear_faults))
        .route("/settings", get(settings).post(change_settings))
        .route("/clock", get(clock))
        .route("/clock/advance", post(advance))
        .route("/stats", get(stats).delete(clear_stats))
        .route("/traffic", get(traffic).delete(clear_traffic))
        .route(
            "/notifications",
            get(notifications::show).post(notifications::change).delete(notifications::clear),
        )
        .route("/subscriptions", get(notifications::list))
        .route("/subscriptions/{id}", delete(notifications::remove))
        .route("/subscriptions/{id}/lifecycle", post(notifications::lifecycle))
        .route("/subscriptions/{id}/notify", post(notifications::notify))
        .route("/reset", post(reset))
}

/// Why a control call is refused: a status and `{"error": reason}`.
#[derive(Debug)]
pub(crate) struct Refused(pub(crate) StatusCode, pub(crate) String);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        (self.0, Json(json!({"error": self.1}))).into_response()
    }
}

impl From<DirectoryError> for Refused {
    fn from(error: DirectoryError) -> Self {
        let status = match error {
            DirectoryError::NoTenant(_)
            | DirectoryError::NoUser(_)
            | DirectoryError::NoGroup(_)
            | DirectoryError::NoApplication(_)
            | DirectoryError::NoGrant(_) => StatusCode::NOT_FOUND,
            DirectoryError::Exists(_) => StatusCode::CONFLICT,
            DirectoryError::NotAGuid { .. } | DirectoryError::Malformed { .. } => StatusCode::BAD_REQUEST,
        };
        Self(status, error.to_string())
    }
}

/// A JSON body, whatever its content type says; a bad one is refused with the reason.
pub(crate) struct Body<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Arc<App>> for Body<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, state: &Arc<App>) -> Result<Self, Refused> {
        let refused = |error: String| Refused(StatusCode::BAD_REQUEST, error);
        let bytes = Bytes::from_request(request, state).await.map_err(|error| refused(error.to_string()))?;
        serde_json::from_slice(&bytes).map(Self).map_err(|error| refused(error.to_string()))
    }
}

async fn faults(State(app): State<Arc<App>>) -> Json<Value> {
    Json(json!({"faults": app.faults.list()}))
}

async fn add_fault(State(app): State<Arc<App>>, Body(fault): Body<NewFault>) -> StatusCode {
    app.faults.add(fault);
    StatusCode::CREATED
}

async fn clear_faults(State(app): State<Arc<App>>) -> StatusCode {
    app.faults.clear();
    StatusCode::NO_CONTENT
}

async fn settings(State(app): State<Arc<App>>) -> Json<Settings> {
    Json(app.settings())
}

async fn change_settings(
    State(app): State<Arc<App>>,
    Body(changes): Body<Value>,
) -> Result<Json<Settings>, Refused> {
    let changed = app.settings().with(&changes);
    let changed = changed.map_err(|error| Refused(StatusCode::BAD_REQUEST, error.to_string()))?;
    app.set_settings(changed.clone());
    Ok(Json(changed))
}

async fn clock(State(app): State<Arc<App>>) -> Json<Value> {
    Json(json!({"now": app.clock.now(), "offsetSeconds": app.clock.offset_seconds()}))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    seconds: u32,
}

async fn advance(State(app): State<Arc<App>>, Body(by): Body<Advance>) -> Json<Value> {
    app.clock.advance(by.seconds);
    clock(State(app)).await
}

async fn stats(State(app): State<Arc<App>>) -> Json<Value> {
    Json(json!(app.stats.snapshot()))
}

async fn clear_stats(State(app): State<Arc<App>>) -> StatusCode {
    app.stats.clear();
    StatusCode::NO_CONTENT
}

/// One JSON object per line, as `check_traffic.py` reads it.
async fn traffic(State(app): State<Arc<App>>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/jsonl")], app.recorder.lines())
}

async fn clear_traffic(State(app): State<Arc<App>>) -> StatusCode {
    app.recorder.clear();
    StatusCode::NO_CONTENT
}

async fn reset(State(app): State<Arc<App>>) -> StatusCode {
    app.reset();
    StatusCode::NO_CONTENT
}

/// Runs `work` on the user with that object id or address, in whichever tenant.
fn with_user<T>(
    app: &App,
    Path(address): &Path<String>,
    work: impl FnOnce(&mut crate::model::World, &crate::model::directory::User) -> T,
) -> Result<T, Refused> {
    let mut world = app.world();
    let user = world.directory.user(address).map(|(_, user)| user.clone());
    let user = user.ok_or_else(|| DirectoryError::NoUser(address.clone()))?;
    Ok(work(&mut world, &user))
}
