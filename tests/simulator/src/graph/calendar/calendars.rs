//! `/calendar` and `/calendars`.

use serde_json::{Map, Value, json};

use crate::model::World;
use crate::model::mailbox::{CALENDAR, Mailbox};

use super::super::call::Call;
use super::super::error::GraphError;
use super::super::ids;
use super::super::query::{Options, Place};
use super::super::wire::Response;
use super::find;
use super::route::Within;

const DEFAULT_PAGE: usize = 10;
const TOP_MAX: usize = 1000;

fn show(call: &Call<'_>, world: &World, mailbox: &Mailbox) -> Result<Map<String, Value>, GraphError> {
    let user = call.user(world)?;
    // Who may not make meetings in Teams has a calendar that knows of none.
    let (allowed, default) =
        if user.teams { (json!(["teamsForBusiness"]), "teamsForBusiness") } else { (json!([]), "unknown") };
    let entity = json!({
        "id": find::calendar_id(mailbox),
        "name": "Calendar",
        "color": "auto",
        "hexColor": "",
        "isDefaultCalendar": true,
        "changeKey": ids::change_key(mailbox, CALENDAR),
        "canShare": true,
        "canViewPrivateItems": true,
        "canEdit": true,
        "allowedOnlineMeetingProviders": allowed,
        "defaultOnlineMeetingProvider": default,
        "isTallyingResponses": true,
        "isRemovable": false,
        "owner": {"name": user.display_name, "address": user.mail},
    });
    match entity {
        Value::Object(members) => Ok(members),
        _ => Ok(Map::new()),
    }
}

fn options(call: &Call<'_>, entity: &Map<String, Value>) -> Result<Options, GraphError> {
    let options = Options::parse(&call.request.query, TOP_MAX)?;
    options.check_select("calendar", |name| {
        entity.contains_key(name) || name.ends_with("ValueExtendedProperties")
    })?;
    Ok(options)
}

/// The calendar as the request's user sees it.
fn entity(call: &Call<'_>) -> Result<(Map<String, Value>, String), GraphError> {
    let mut world = call.app.world();
    call.mailbox(&mut world)?;
    let mailbox = world.mailboxes.get(call.user_id()).ok_or_else(GraphError::item_not_found)?;
    Ok((show(call, &world, mailbox)?, find::calendar_id(mailbox)))
}

fn place<'a>(call: &'a Call<'_>, path: &str) -> Place<'a> {
    let context = format!("users('{}')/{path}", call.user_id());
    Place { base: &call.request.base, path: &call.request.path, context }
}

pub(super) fn list(call: &Call<'_>) -> Result<Response, GraphError> {
    let (entity, _) = entity(call)?;
    let options = options(call, &entity)?;
    let all = [entity];
    let shown = |entity: &&Map<String, Value>| {
        options.filter.as_ref().is_none_or(|filter| filter.matches(&Value::Object((*entity).clone())))
    };
    let found: Vec<&Map<String, Value>> = all.iter().filter(shown).collect();
    let show = |entity: &&Map<String, Value>| {
        let mut entity = (*entity).clone();
        Options::apply_select(options.select.as_deref(), &mut entity);
        Value::Object(entity)
    };
    Ok(Response::json(200, place(call, "calendars").page(&options, DEFAULT_PAGE, &found, show)))
}

pub(super) fn get(call: &Call<'_>, within: &Within) -> Result<Response, GraphError> {
    let (mut entity, id) = entity(call)?;
    let path = match within {
        Within::Calendar(wanted) if *wanted != id => {
            return ids::number(wanted).and(Err(GraphError::item_not_found()));
        }
        Within::Calendar(_) => "calendars",
        Within::Mailbox | Within::Default => "calendar",
    };
    let options = options(call, &entity)?;
    Options::apply_select(options.select.as_deref(), &mut entity);
    entity.insert("@odata.context".to_owned(), place(call, path).context("/$entity"));
    Ok(Response::json(200, Value::Object(entity)))
}
