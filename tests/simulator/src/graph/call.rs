//! One request on its way through Graph: routing, faults, permissions, limits, work, latency.

use std::time::{Duration, Instant};

use crate::app::App;
use crate::entra::{Caller, TokenProblem};
use crate::fault::{Action, Probe};
use crate::model::directory::User;
use crate::model::{Mailbox, World};
use crate::settings::Settings;

use super::access::{self, Owner};
use super::error::{self, GraphError};
use super::gate::Gate;
use super::route::{Route, Target};
use super::wire::{Request, Response};
use super::{calendar, contact_folders, contacts, groups, mail, path, photo, subscriptions, users};

/// A request with everything it needs to be worked off.
pub(super) struct Call<'a> {
    pub(super) app: &'a App,
    pub(super) request: &'a Request,
    pub(super) caller: &'a Caller,
    pub(super) settings: Settings,
    pub(super) owner: Option<Owner>,
}

impl Call<'_> {
    /// The user that the path is about.
    pub(super) fn user<'w>(&self, world: &'w World) -> Result<&'w User, GraphError> {
        let tenant = world.directory.tenant(&self.caller.tenant_id);
        let user = self.owner.as_ref().and_then(|owner| tenant?.user(&owner.id));
        user.ok_or_else(|| GraphError::no_such_user(""))
    }

    /// The mailbox that the path is about, made when it is first asked for.
    pub(super) fn mailbox<'w>(&self, world: &'w mut World) -> Result<&'w mut Mailbox, GraphError> {
        let owner = self.owner.as_ref().ok_or_else(GraphError::item_not_found)?;
        Ok(world.mailboxes.entry(owner.id.clone()).or_default())
    }

    /// The object id in `@odata.context`.
    pub(super) fn user_id(&self) -> &str {
        self.owner.as_ref().map_or("", |owner| &owner.id)
    }
}

/// Who sent the outer request, or why nobody knows.
pub(super) type Bearer = Result<Caller, TokenProblem>;

/// Answers one request, outer or inner.
pub(super) async fn answer(app: &App, request: &Request, bearer: &Bearer, gate: Option<&Gate>) -> Response {
    let route = path::segments(&request.path).and_then(|segments| Route::parse(&segments));
    let template = route.as_ref().map_or_else(|_| "other".to_owned(), Route::template);
    app.stats.graph(format!("{} {template}", request.method), request.inner);
    let owner = match (&route, bearer) {
        (Ok(route), Ok(caller)) => access::owner(&app.world(), caller, route),
        _ => Ok(None),
    };
    let names = owner.as_ref().ok().and_then(|owner| Some(owner.as_ref()?.names.as_slice())).unwrap_or(&[]);
    let fault = strike(app, request, names);
    if let Some(action) = &fault {
        tokio::time::sleep(action.delay()).await;
        if let Some(response) = instead(request, action) {
            return response;
        }
    }
    let response = match checked(app, request, bearer, route, owner) {
        Ok((call, target)) => limited(&call, &target, gate).await,
        Err(error) => error.respond(request),
    };
    if let Some(action) = &fault {
        tokio::time::sleep(action.reply_delay()).await;
    }
    Response { lost: fault.is_some_and(|action| action.drop_reply), ..response }
}

/// Whether a fault strikes this request.
pub(super) fn strike(app: &App, request: &Request, names: &[String]) -> Option<Action> {
    let whole = request.whole();
    let action = app.faults.strike(&Probe { method: &request.method, path: &whole, mailbox: names });
    if action.is_some() {
        app.stats.fault();
    }
    action
}

/// The answer that a fault gives in place of the real one.
pub(super) fn instead(request: &Request, action: &Action) -> Option<Response> {
    if action.drop_request {
        return Some(Response { lost: true, ..Response::no_content() });
    }
    let status = action.status?;
    let (code, message) = match status {
        429 => ("TooManyRequests", "Too many requests."),
        503 => ("ErrorServerBusy", "The server cannot service this request right now. Try again later."),
        504 => ("GatewayTimeout", "The request timed out."),
        500.. => ("ErrorInternalServerTransientError", "An internal server error occurred. Try again later."),
        404 => ("ErrorItemNotFound", "The specified object was not found in the store."),
        403 => ("ErrorAccessDenied", "Access is denied. Check credentials and try again."),
        401 => ("InvalidAuthenticationToken", "Access token validation failure."),
        _ => ("BadRequest", "The request is refused on purpose."),
    };
    let body = action.body.clone().unwrap_or_else(|| error::body(request, code, message));
    let response = Response::json(status, body);
    let headers = action.answer_headers(status);
    let response =
        headers.into_iter().fold(response, |response, (name, value)| response.with_header(&name, value));
    Some(Response { lost: action.drop_reply, ..response })
}

fn checked<'a>(
    app: &'a App,
    request: &'a Request,
    bearer: &'a Bearer,
    route: Result<Route, GraphError>,
    owner: Result<Option<Owner>, GraphError>,
) -> Result<(Call<'a>, Target), GraphError> {
    let caller = bearer.as_ref().map_err(|problem| GraphError::unauthenticated(problem.to_string()))?;
    let (route, owner, settings) = (route?, owner?, app.settings());
    let rules = access::rules(&app.world(), caller, app.clock.now().as_second()).cloned();
    access::check(&route, &request.method, caller, owner.as_ref(), rules.as_ref(), &settings)?;
    Ok((Call { app, request, caller, settings, owner }, route.target))
}

/// Works the call off within the limits of its mailbox.
async fn limited(call: &Call<'_>, target: &Target, gate: Option<&Gate>) -> Response {
    let is_mailbox = !matches!(target, Target::Users | Target::User | Target::GroupPeople(_));
    let Some(owner) = call.owner.as_ref().filter(|_| is_mailbox) else {
        return timed(call, target, call.request.ready).await;
    };
    // Requests of one batch wait here for each other; whoever holds a place meets the limits below.
    let mut place = match gate {
        Some(gate) => gate.enter(&owner.id, call.request.ready).await,
        None => None,
    };
    let key = (call.caller.app_id.clone(), owner.id.clone());
    let upload = if call.request.method == "GET" { 0 } else { call.request.body.len() as u64 };
    let (offered, slot) = call.app.limits.enter(key, upload, call.app.clock.now(), &call.settings);
    call.app.stats.mailbox(&owner.address, offered, slot.is_err());
    let start = place.as_ref().map_or(call.request.ready, |place| place.start);
    let response = match &slot {
        Err(throttled) => GraphError::throttled(throttled.limit, throttled.retry_after).respond(call.request),
        Ok(_) => timed(call, target, start).await,
    };
    if let Some(place) = &mut place {
        place.finished = response.finished;
    }
    // The next of the batch must find room in the mailbox when it gets the place.
    drop(slot);
    response
}

/// Works the call off and takes as long about it as Graph would.
async fn timed(call: &Call<'_>, target: &Target, start: Instant) -> Response {
    let response = work(call, target).await.unwrap_or_else(|error| error.respond(call.request));
    let finished = start + Duration::from_millis(call.settings.latency_ms);
    let rest = finished.saturating_duration_since(Instant::now());
    if !rest.is_zero() {
        // tokio's timer rounds up to whole milliseconds, which benchmarks would see.
        let slept = tokio::task::spawn_blocking(move || std::thread::sleep(rest)).await;
        debug_assert!(slept.is_ok(), "sleeping cannot fail");
    }
    Response { finished, ..response }
}

async fn work(call: &Call<'_>, target: &Target) -> Result<Response, GraphError> {
    let method = call.request.method.as_str();
    match (target, method) {
        (Target::Mail(target), _) => mail::work(call, target),
        (Target::Calendar(target), _) => calendar::work(call, target),
        // Making one waits for the client's own endpoint.
        (Target::Subscriptions(target), _) => subscriptions::work(call, target).await,
        (Target::Users, "GET") => users::list(call),
        (Target::User, "GET") => users::get(call),
        (Target::GroupPeople(group), "GET") => groups::people(call, group),
        (Target::Folders(parent), "GET") => contact_folders::list(call, parent.as_deref()),
        (Target::Folders(parent), "POST") => contact_folders::create(call, parent.as_deref()),
        (Target::FoldersCount(parent), "GET") => contact_folders::count(call, parent.as_deref()),
        (Target::FoldersDelta(parent), "GET") => contact_folders::delta(call, parent.as_deref()),
        (Target::Folder(id), "GET") => contact_folders::get(call, id),
        (Target::Folder(id), "PATCH") => contact_folders::patch(call, id),
        (Target::Folder(id), "DELETE") => contact_folders::delete(call, id),
        (Target::FolderPurge(id), "POST") => contact_folders::purge(call, id),
        (Target::Contacts(folder), "GET") => contacts::list(call, folder.as_deref()),
        (Target::Contacts(folder), "POST") => contacts::create(call, folder.as_deref()),
        (Target::ContactsCount(folder), "GET") => contacts::count(call, folder.as_deref()),
        (Target::ContactsDelta(folder), "GET") => contacts::delta(call, folder.as_deref()),
        (Target::Contact(folder, id), "GET") => contacts::get(call, folder.as_deref(), id),
        (Target::Contact(folder, id), "PATCH") => contacts::patch(call, folder.as_deref(), id),
        (Target::Contact(folder, id), "DELETE") => contacts::delete(call, folder.as_deref(), id),
        (Target::ContactPurge(folder, id), "POST") => contacts::purge(call, folder.as_deref(), id),
        (Target::Photo(folder, id), "GET") => photo::describe(call, folder.as_deref(), id),
        (Target::PhotoValue(folder, id), "GET") => photo::get(call, folder.as_deref(), id),
        (Target::PhotoValue(folder, id), "DELETE") => photo::delete(call, folder.as_deref(), id),
        (Target::Photo(folder, id) | Target::PhotoValue(folder, id), "PUT" | "PATCH") => {
            photo::put(call, folder.as_deref(), id)
        }
        _ => Err(GraphError::method(method)),
    }
}
