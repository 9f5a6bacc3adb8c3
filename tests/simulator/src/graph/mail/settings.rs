//! `/mailboxSettings`. Source: Graph pages "Get user mailbox settings", "Update user mailbox settings".

use serde_json::{Map, Value, json};

use crate::graph::call::Call;
use crate::graph::error::GraphError;
use crate::graph::ids;
use crate::graph::schema::{self, unexpected, unknown_property};
use crate::graph::wire::Response;
use crate::model::mailbox::{Mailbox, zone};

/// The number of the Archive folder.
const ARCHIVE: u64 = 8;
const TYPE: &str = "microsoft.graph.mailboxSettings";

/// The language's name as Graph shows it.
fn language_name(locale: &str) -> &'static str {
    match locale.to_ascii_lowercase().as_str() {
        "ja-jp" => "Japanese (Japan)",
        "en-us" => "English (United States)",
        "en-gb" => "English (United Kingdom)",
        _ => "",
    }
}

fn show(mailbox: &Mailbox, time_zone: &str, now: jiff::Timestamp) -> Map<String, Value> {
    let settings = &mailbox.mail.settings;
    let mut working_hours = settings.working_hours.clone();
    working_hours.entry("timeZone").or_insert_with(|| json!({"name": time_zone}));
    let at = json!({"dateTime": now.strftime("%Y-%m-%dT%H:00:00.0000000").to_string(), "timeZone": "UTC"});
    let shown = json!({
        "archiveFolder": ids::folder(mailbox, ARCHIVE),
        "timeZone": time_zone,
        "delegateMeetingMessageDeliveryOptions": "sendToDelegateOnly",
        "dateFormat": settings.date_format,
        "timeFormat": settings.time_format,
        "userPurpose": "user",
        "automaticRepliesSetting": {
            "status": "disabled",
            "externalAudience": "all",
            "internalReplyMessage": "",
            "externalReplyMessage": "",
            "scheduledStartDateTime": at,
            "scheduledEndDateTime": at,
        },
        "language": {"locale": settings.language, "displayName": language_name(&settings.language)},
        "workingHours": working_hours,
    });
    match shown {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

pub(super) fn get(call: &Call<'_>, part: Option<&str>) -> Result<Response, GraphError> {
    let mut world = call.app.world();
    let time_zone = call.user(&world)?.time_zone.clone();
    let mailbox = &*call.mailbox(&mut world)?;
    let mut shown = show(mailbox, &time_zone, call.request.now);
    let base = format!("{}/v1.0/$metadata#users('{}')/mailboxSettings", call.request.base, call.user_id());
    let Some(part) = part else {
        shown.insert("@odata.context".to_owned(), base.into());
        return Ok(Response::json(200, Value::Object(shown)));
    };
    let named = shown.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(part));
    let (name, value) = named.ok_or_else(|| GraphError::segment(part))?;
    let context = json!(format!("{base}/{name}"));
    let body = match value {
        Value::Object(mut members) => {
            members.insert("@odata.context".to_owned(), context);
            Value::Object(members)
        }
        value => json!({"@odata.context": context, "value": value}),
    };
    Ok(Response::json(200, body))
}

fn text(value: &Value) -> Result<&str, GraphError> {
    value.as_str().ok_or_else(|| unexpected(value, "PrimitiveValue", "Edm.String"))
}

fn invalid_zone(name: &str) -> GraphError {
    GraphError::new(400, "ErrorInvalidTimeZone", format!("The time zone '{name}' is not valid."))
}

pub(super) fn patch(call: &Call<'_>) -> Result<Response, GraphError> {
    let members = schema::object(&call.request.body)?;
    {
        let mut world = call.app.world();
        let settings = &mut call.mailbox(&mut world)?.mail.settings;
        let mut changed = settings.clone();
        let mut time_zone = None;
        for (name, value) in &members {
            match name.as_str() {
                "timeZone" => time_zone = Some(text(value)?),
                "dateFormat" => text(value)?.clone_into(&mut changed.date_format),
                "timeFormat" => text(value)?.clone_into(&mut changed.time_format),
                "language" => text(&value["locale"])?.clone_into(&mut changed.language),
                "workingHours" => {
                    let hours = value.as_object();
                    let hours = hours.ok_or_else(|| unexpected(value, "StartObject", "workingHours"))?;
                    check_working_hours(hours)?;
                    changed.working_hours.extend(hours.clone());
                }
                "automaticRepliesSetting" | "delegateMeetingMessageDeliveryOptions" => {
                    return Err(GraphError::not_simulated(&format!("changing {name}")));
                }
                "archiveFolder" | "userPurpose" => {}
                name if name.contains('@') => {}
                name => return Err(unknown_property(name, TYPE)),
            }
        }
        if let Some(name) = time_zone.filter(|name| zone(name).is_none()) {
            return Err(invalid_zone(name));
        }
        *settings = changed;
        let tenant = world.directory.tenant_mut(&call.caller.tenant_id).ok();
        let user = tenant.and_then(|tenant| tenant.users.get_mut(call.user_id()));
        if let (Some(user), Some(time_zone)) = (user, time_zone) {
            time_zone.clone_into(&mut user.time_zone);
        }
    }
    get(call, None)
}

fn check_working_hours(hours: &Map<String, Value>) -> Result<(), GraphError> {
    for (name, value) in hours {
        match name.as_str() {
            "startTime" | "endTime" => {
                let time = text(value)?.parse::<jiff::civil::Time>();
                time.map_err(|_| {
                    let message = format!(
                        "Cannot convert the literal '{value}' to the expected type \
                                           'Edm.TimeOfDay'."
                    );
                    GraphError::body(message)
                })?;
            }
            "timeZone" => {
                let name = text(&value["name"])?;
                zone(name).ok_or_else(|| invalid_zone(name))?;
            }
            "daysOfWeek" if value.is_array() => {}
            "daysOfWeek" => return Err(unexpected(value, "StartArray", "Collection(dayOfWeek)")),
            name => return Err(unknown_property(name, "microsoft.graph.workingHours")),
        }
    }
    Ok(())
}
