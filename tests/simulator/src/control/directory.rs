//! Tenants, users, groups and rooms.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{Body, Refused};
use crate::app::App;
use crate::model::directory::{DirectoryError, NewGroup, NewRoom, NewTenant, NewUser};

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

pub(super) async fn groups(
    State(app): State<Arc<App>>,
    Path(tenant): Path<String>,
) -> Result<Json<Value>, Refused> {
    let world = app.world();
    let found = world.directory.tenant(&tenant).ok_or(DirectoryError::NoTenant(tenant))?;
    let groups: Vec<_> = found.groups.values().collect();
    Ok(Json(json!({ "groups": groups })))
}

pub(super) async fn add_group(
    State(app): State<Arc<App>>,
    Path(tenant): Path<String>,
    Body(new): Body<NewGroup>,
) -> Created {
    let mut world = app.world();
    let group = world.directory.tenant_mut(&tenant)?.add_group(new)?;
    Ok((StatusCode::CREATED, Json(json!(group))))
}

pub(super) async fn remove_group(
    State(app): State<Arc<App>>,
    Path((tenant, group)): Path<(String, String)>,
) -> Result<StatusCode, Refused> {
    app.world().directory.tenant_mut(&tenant)?.remove_group(&group)?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn add_member(
    State(app): State<Arc<App>>,
    Path((tenant, group, member)): Path<(String, String, String)>,
) -> Result<StatusCode, Refused> {
    app.world().directory.tenant_mut(&tenant)?.add_member(&group, &member)?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn remove_member(
    State(app): State<Arc<App>>,
    Path((tenant, group, member)): Path<(String, String, String)>,
) -> Result<StatusCode, Refused> {
    app.world().directory.tenant_mut(&tenant)?.remove_member(&group, &member)?;
    Ok(StatusCode::NO_CONTENT)
}
