//! `/events`, through the mailbox or a calendar: read, make, change, delete, cancel, answer.

use serde_json::{Map, Value};

use crate::model::mailbox::{Answer, EventProblem, Mailbox, Occurrence, Reply};

use super::super::call::Call;
use super::super::error::GraphError;
use super::super::extended;
use super::super::filter::{Filter, Operator};
use super::super::ids;
use super::super::query::{Options, Place};
use super::super::schema::{object, unexpected};
use super::super::wire::Response;
use super::find::{self, Found};
use super::route::Within;
use super::show::{self, View};
use super::time::{self, ShownZone};
use super::{body, context, schema, sees_bodies};

pub(super) const DEFAULT_PAGE: usize = 10;
pub(super) const TOP_MAX: usize = 1000;
/// What Outlook can look events up by.
const FILTERABLE: [&str; 13] = [
    "categories",
    "createdDateTime",
    "end",
    "iCalUId",
    "importance",
    "isAllDay",
    "isCancelled",
    "lastModifiedDateTime",
    "sensitivity",
    "showAs",
    "start",
    "subject",
    "type",
];

/// Reads the options and checks them against the properties of an event.
pub(super) fn options(call: &Call<'_>) -> Result<Options, GraphError> {
    let mut options = Options::parse(&call.request.query, TOP_MAX)?;
    options.check_select("event", schema::is_property)?;
    if let Some(filter) = &mut options.filter {
        let foreign = |node: &Filter| match node {
            Filter::Any(path, _) => !["singleValueExtendedProperties", "categories"].contains(&path.as_str()),
            _ => false,
        };
        if filter.any_node(&foreign) || !is_supported(filter) {
            return Err(GraphError::filter());
        }
        spell_times(filter);
    }
    Ok(options)
}

fn is_supported(filter: &Filter) -> bool {
    match filter {
        Filter::And(a, b) | Filter::Or(a, b) => is_supported(a) && is_supported(b),
        Filter::Not(a) => is_supported(a),
        Filter::Compare(path, ..) | Filter::Call(_, path, _) => {
            path.first().is_some_and(|name| FILTERABLE.contains(&name.as_str()))
        }
        Filter::Any(..) => true,
    }
}

/// Writes the times in a condition as they stand in events, so that texts can be compared.
fn spell_times(filter: &mut Filter) {
    match filter {
        Filter::And(a, b) | Filter::Or(a, b) => {
            spell_times(a);
            spell_times(b);
        }
        Filter::Not(a) => spell_times(a),
        Filter::Compare(path, _, Value::String(text))
            if path.last().is_some_and(|name| name == "dateTime") =>
        {
            let zoneless = text.trim_end_matches(['Z', 'z']);
            if let Ok(local) = zoneless.parse::<jiff::civil::DateTime>() {
                let digits = local.subsec_nanosecond() / 100;
                *text = format!("{}.{digits:07}", local.strftime("%Y-%m-%dT%H:%M:%S"));
            }
        }
        Filter::Compare(..) | Filter::Call(..) | Filter::Any(..) => {}
    }
}

/// The id and value of a look-up by one extended property, which needs no event to be written out.
fn by_extended(filter: &Filter) -> Option<(String, &str)> {
    let Filter::Any(path, inner) = filter else { return None };
    let Filter::And(id, value) = &**inner else { return None };
    let (Filter::Compare(id_path, Operator::Eq, id), Filter::Compare(value_path, Operator::Eq, value)) =
        (&**id, &**value)
    else {
        return None;
    };
    let is_lookup = path == "singleValueExtendedProperties" && id_path == &["id"] && value_path == &["value"];
    if is_lookup { Some((extended::canonical(id.as_str()?).ok()?, value.as_str()?)) } else { None }
}

/// Of `all` those that the options ask for, in their order.
pub(super) fn wanted<'m>(
    mailbox: &'m Mailbox,
    all: Vec<Occurrence<'m>>,
    options: &Options,
) -> Vec<Occurrence<'m>> {
    let mut found: Vec<_> = match options.filter.as_ref().map(|filter| (filter, by_extended(filter))) {
        None => all,
        Some((_, Some((id, value)))) => {
            let matches = |one: &Occurrence<'_>| {
                let held = one.event.extended.single.get(&id);
                held.is_some_and(|held| held.eq_ignore_ascii_case(value))
            };
            all.into_iter().filter(matches).collect()
        }
        Some((filter, None)) => {
            all.into_iter().filter(|one| filter.matches(&show::for_filter(mailbox, one, false))).collect()
        }
    };
    if !options.order_by.is_empty() {
        let entity = |(index, one): (usize, &Occurrence<'_>)| {
            let mut entity = show::for_filter(mailbox, one, false);
            entity["@index"] = index.into();
            entity
        };
        let mut entities: Vec<Value> = found.iter().enumerate().map(entity).collect();
        options.sort(&mut entities);
        let index = |entity: &Value| entity["@index"].as_u64().and_then(|index| usize::try_from(index).ok());
        found = entities.iter().filter_map(|entity| found.get(index(entity)?).cloned()).collect();
    }
    found
}

/// How the request wants events to be shown.
pub(super) fn view<'a>(call: &Call<'_>, options: &'a Options) -> Result<View<'a>, GraphError> {
    let text_body = call.request.preference("outlook.body-content-type");
    Ok(View {
        immutable: call.request.wants_immutable_ids(),
        options,
        zone: ShownZone::of(call.request)?,
        text_body: text_body.is_some_and(|kind| kind.eq_ignore_ascii_case("text")),
        sees_bodies: sees_bodies(call),
    })
}

/// Says in the answer which preferences were followed.
pub(super) fn applied(call: &Call<'_>, view: &View<'_>, response: Response) -> Response {
    let zone = call.request.preference("outlook.timezone").map(|zone| format!("outlook.timezone=\"{zone}\""));
    let body = view.text_body.then(|| "outlook.body-content-type=\"text\"".to_owned());
    let ids = view.immutable.then(|| "IdType=\"ImmutableId\"".to_owned());
    let all: Vec<String> = [zone, body, ids].into_iter().flatten().collect();
    if all.is_empty() { response } else { response.with_header("Preference-Applied", all.join(", ")) }
}

/// A page of events.
pub(super) fn page(
    call: &Call<'_>,
    mailbox: &Mailbox,
    found: &[Occurrence<'_>],
    options: &Options,
    context: String,
) -> Result<Response, GraphError> {
    let view = view(call, options)?;
    let place = Place { base: &call.request.base, path: &call.request.path, context };
    let show = |one: &Occurrence<'_>| Value::Object(show::show(mailbox, one, &view));
    let response = Response::json(200, place.page(options, DEFAULT_PAGE, found, show));
    Ok(applied(call, &view, response))
}

pub(super) fn list(call: &Call<'_>, within: &Within) -> Result<Response, GraphError> {
    let options = options(call)?;
    let mut world = call.app.world();
    let mailbox = call.mailbox(&mut world)?;
    find::check_calendar(mailbox, within)?;
    let found = wanted(mailbox, mailbox.events().map(Occurrence::whole).collect(), &options);
    let response = page(call, mailbox, &found, &options, context(call, within, "events"));
    let shown: Vec<u64> = found.iter().map(|one| one.event.number).collect();
    shown.into_iter().for_each(|number| mailbox.count_read(number));
    response
}

pub(super) fn count(call: &Call<'_>, within: &Within) -> Result<Response, GraphError> {
    let options = options(call)?;
    let mut world = call.app.world();
    let mailbox = &*call.mailbox(&mut world)?;
    find::check_calendar(mailbox, within)?;
    let found = wanted(mailbox, mailbox.events().map(Occurrence::whole).collect(), &options);
    Ok(Response::text(found.len().to_string()))
}

/// One event as an answer.
fn one(
    call: &Call<'_>,
    mailbox: &Mailbox,
    within: &Within,
    found: Found,
    status: u16,
) -> Result<Response, GraphError> {
    let options = options(call)?;
    let view = view(call, &options)?;
    let event = mailbox.event(found.number).ok_or_else(GraphError::item_not_found)?;
    let occurrence = match found.day {
        Some(day) => event.on(day).ok_or_else(GraphError::item_not_found)?,
        None => Occurrence::whole(event),
    };
    let mut entity = show::show(mailbox, &occurrence, &view);
    let context = context(call, within, "events");
    let place = Place { base: &call.request.base, path: &call.request.path, context };
    entity.insert("@odata.context".to_owned(), place.context("/$entity"));
    let response = Response::json(status, Value::Object(entity));
    Ok(applied(call, &view, response.with_header("ETag", show::etag(mailbox, event))))
}

fn problem(problem: EventProblem) -> GraphError {
    let refused = |message: &str| GraphError::new(400, "ErrorInvalidRequest", message);
    match problem {
        EventProblem::NotFound => GraphError::item_not_found(),
        EventProblem::NotOrganizer => {
            refused("Your request can't be completed. You need to be an organizer to cancel a meeting.")
        }
        EventProblem::IsOrganizer => refused(
            "Your request can't be completed. You can't respond to this meeting because you're the meeting \
             organizer.",
        ),
        EventProblem::Repeated => {
            let message = "An event with the same transactionId was created before.";
            GraphError::new(409, "ErrorDuplicateTransactionId", message)
        }
    }
}

pub(super) fn create(call: &Call<'_>, within: &Within) -> Result<Response, GraphError> {
    let changes = body::read(&call.request.body)?;
    body::check_complete(&changes)?;
    let mut world = call.app.world();
    find::check_calendar(call.mailbox(&mut world)?, within)?;
    let number = world.create_event(call.user_id(), changes, call.request.now).map_err(problem)?;
    let mailbox = call.mailbox(&mut world)?;
    let response = one(call, mailbox, within, Found { number, day: None }, 201);
    mailbox.count_read(number);
    response
}

pub(super) fn get(call: &Call<'_>, within: &Within, id: &str) -> Result<Response, GraphError> {
    let mut world = call.app.world();
    let mailbox = call.mailbox(&mut world)?;
    let found = find::find(call, mailbox, within, id)?;
    let response = one(call, mailbox, within, found, 200);
    mailbox.count_read(found.number);
    response
}

/// Compares `If-Match` with the event's change key.
fn check_unchanged(call: &Call<'_>, mailbox: &Mailbox, number: u64) -> Result<(), GraphError> {
    let Some(expected) = call.request.header("if-match") else { return Ok(()) };
    let current = mailbox.event(number).map(|event| ids::change_key(mailbox, event.change));
    let bare = |etag: &str| etag.trim().trim_start_matches("W/").trim_matches('"').to_owned();
    let matches = expected.trim() == "*" || current.is_some_and(|current| current == bare(expected));
    if matches { Ok(()) } else { Err(GraphError::change_key()) }
}

pub(super) fn patch(call: &Call<'_>, within: &Within, id: &str) -> Result<Response, GraphError> {
    let changes = body::read(&call.request.body)?;
    let mut world = call.app.world();
    let mailbox = call.mailbox(&mut world)?;
    let found = find::find(call, mailbox, within, id)?;
    if found.day.is_some() {
        return Err(GraphError::not_simulated("changing one time of a series"));
    }
    check_unchanged(call, mailbox, found.number)?;
    let event = mailbox.event(found.number).ok_or_else(GraphError::item_not_found)?;
    if changes.transaction_id.is_some() && changes.transaction_id != event.transaction_id {
        return Err(GraphError::property("The transactionId of an event cannot be changed."));
    }
    let start = changes.start.as_ref().unwrap_or(&event.start);
    let end = changes.end.as_ref().unwrap_or(&event.end);
    body::check_times(start, end, changes.is_all_day.unwrap_or(event.is_all_day))?;
    world.update_event(call.user_id(), found.number, changes, call.request.now).map_err(problem)?;
    one(call, call.mailbox(&mut world)?, within, found, 200)
}

pub(super) fn delete(call: &Call<'_>, within: &Within, id: &str) -> Result<Response, GraphError> {
    let mut world = call.app.world();
    let mailbox = call.mailbox(&mut world)?;
    let Found { number, day } = find::find(call, mailbox, within, id)?;
    check_unchanged(call, mailbox, number)?;
    world.delete_event(call.user_id(), number, day, None, call.request.now).map_err(problem)?;
    Ok(Response::no_content())
}

pub(super) fn purge(call: &Call<'_>, within: &Within, id: &str) -> Result<Response, GraphError> {
    let mut world = call.app.world();
    let mailbox = call.mailbox(&mut world)?;
    let Found { number, .. } = find::find(call, mailbox, within, id)?;
    world.purge_event(call.user_id(), number, call.request.now).map_err(problem)?;
    Ok(Response::no_content())
}

/// The parameters of an action, by their names in lower case; an empty body has none.
fn parameters(call: &Call<'_>, known: &[&str]) -> Result<Map<String, Value>, GraphError> {
    if call.request.body.is_empty() {
        return Ok(Map::new());
    }
    let given = object(&call.request.body)?;
    let given: Map<String, Value> =
        given.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect();
    match given.keys().find(|name| !known.contains(&name.as_str())) {
        None => Ok(given),
        Some(name) => Err(GraphError::body(format!("The parameter '{name}' is not one of the action."))),
    }
}

fn accepted() -> Response {
    Response { status: 202, ..Response::no_content() }
}

pub(super) fn cancel(call: &Call<'_>, within: &Within, id: &str) -> Result<Response, GraphError> {
    let given = parameters(call, &["comment"])?;
    let comment = given.get("comment").and_then(Value::as_str);
    let mut world = call.app.world();
    let Found { number, day } = find::find(call, call.mailbox(&mut world)?, within, id)?;
    world.cancel_event(call.user_id(), number, day, comment, call.request.now).map_err(problem)?;
    Ok(accepted())
}

pub(super) fn answer(
    call: &Call<'_>,
    within: &Within,
    id: &str,
    answer: Answer,
) -> Result<Response, GraphError> {
    let given = parameters(call, &["comment", "sendresponse", "proposednewtime"])?;
    let send = match given.get("sendresponse") {
        None | Some(Value::Null) => true,
        Some(Value::Bool(send)) => *send,
        Some(other) => return Err(unexpected(other, "PrimitiveValue", "Edm.Boolean")),
    };
    if let Some(proposed) = given.get("proposednewtime").filter(|proposed| !proposed.is_null()) {
        time::read("start", proposed["start"].clone())?;
        time::read("end", proposed["end"].clone())?;
    }
    let mut world = call.app.world();
    let Found { number, .. } = find::find(call, call.mailbox(&mut world)?, within, id)?;
    world.answer_event(call.user_id(), number, &Reply { answer, send }, call.request.now).map_err(problem)?;
    Ok(accepted())
}
