//! Tenants, users and rooms.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{Body, Refused};
use crate::app::App;
use crate::model::directory::{DirectoryError, NewRoom, NewTenant, NewUser};

type Created = Result<(StatusCode, Json<Value>), Refused>;

pub(super) async fn tenants(State(app): State<Arc<App>>) -> Json<Value> {
    let world = app.world();
    let tenants: Vec<_> = world.directory.tenants.values().collect();
    Json(json!({ "tenants": tenants }))
}

pub(super) async fn tenant(
    State(app): State<Arc<App>>,
    Path(tenant): Path<String>,
) -> Result<Json<Value>, Refused> {
    let world = app.world();
    let found = world.directory.tenant(&tenant).ok_or(DirectoryError::NoTenant(tenant))?;
    Ok(Json(json!(found)))
}

pub(super) async fn add_tenant(State(app): State<Arc<App>>, Body(new): Body<NewTenant>) -> Created {
    let mut world = app.world();
    let tenant = world.directory.add_tenant(new)?;
    Ok((StatusCode::CREATED, Json(json!(tenant))))
}

pub(super) async fn users(
    State(app): State<Arc<App>>,
    Path(tenant): Path<String>,
) -> Result<Json<Value>, Refused> {
    let world = app.world();
    let found = world.directory.tenant(&tenant).ok_or(DirectoryError::NoTenant(tenant))?;
    let users: Vec<_> = found.users.values().collect();
    Ok(Json(json!({ "users": users })))
}

pub(super) async fn add_user(
    State(app): State<Arc<App>>,
    Path(tenant): Path<String>,
    Body(new): Body<NewUser>,
) -> Created {
    let mut world = app.world();
    let user = world.directory.tenant_mut(&tenant)?.add_user(new)?;
    Ok((StatusCode::CREATED, Json(json!(user))))
}

pub(super) async fn rooms(
    State(app): State<Arc<App>>,
    Path(tenant): Path<String>,
) -> Result<Json<Value>, Refused> {
    let world = app.world();
    let found = world.directory.tenant(&tenant).ok_or(DirectoryError::NoTenant(tenant))?;
    let rooms: Vec<_> = found.rooms.values().collect();
    Ok(Json(json!({ "rooms": rooms })))
}

pub(super) async fn add_room(
    State(app): State<Arc<App>>,
    Path(tenant): Path<String>,
    Body(new): Body<NewRoom>,
) -> Created {
    let mut world = app.world();
    let room = world.directory.tenant_mut(&tenant)?.add_room(new)?;
    Ok((StatusCode::CREATED, Json(json!(room))))
}
