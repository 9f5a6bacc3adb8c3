//! `/calendarView/delta`: what changed in a fixed window since a token.
//! Source: Graph page "event: delta".

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::model::mailbox::{Event, GoneEvent, Mailbox, Occurrence};

use super::super::call::Call;
use super::super::error::GraphError;
use super::super::extended::Expand;
use super::super::query::{Options, Place};
use super::super::wire::Response;
use super::events::{TOP_MAX, view};
use super::find;
use super::route::Within;
use super::show::{self, View};
use super::time;

const DEFAULT_PAGE: usize = 10;

/// What a token remembers. The window is baked in.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Token {
    mailbox: uuid::Uuid,
    generation: u32,
    start: Timestamp,
    end: Timestamp,
    /// Changes up to this one were told.
    since: u64,
    /// Departures up to this one are not told: a first round starts from nothing.
    gone_since: u64,
}

impl Token {
    fn encode(&self) -> String {
        // A token of plain numbers and texts can always be written.
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    fn read(text: &str, mailbox: &Mailbox) -> Result<Self, GraphError> {
        let invalid = || GraphError::new(400, "ErrorInvalidSyncStateData", "The sync state data is invalid.");
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| invalid())?;
        let token: Self = serde_json::from_slice(&bytes).map_err(|_| invalid())?;
        if token.mailbox == mailbox.id { Ok(token) } else { Err(invalid()) }
    }
}

/// One change.
#[derive(Clone, Copy)]
enum Change<'a> {
    Event(&'a Event),
    Gone(GoneEvent),
}

impl Change<'_> {
    fn number(self) -> u64 {
        match self {
            Self::Event(event) => event.change,
            Self::Gone(gone) => gone.change,
        }
    }
}

pub(super) fn page(call: &Call<'_>, within: &Within) -> Result<Response, GraphError> {
    let options = Options::parse(&call.request.query, TOP_MAX)?;
    refuse_unsupported(&options)?;
    let mut world = call.app.world();
    let mailbox = &*call.mailbox(&mut world)?;
    find::check_calendar(mailbox, within)?;
    let context = "Collection(event)".to_owned();
    let place = Place { base: &call.request.base, path: &call.request.path, context };
    let token = token(call, mailbox, &options, &place)?;
    let changes = changes(mailbox, &token);
    let size = call.request.preferred_page().unwrap_or(DEFAULT_PAGE).clamp(1, TOP_MAX);
    let told = &changes[..changes.len().min(size)];
    let (name, parameter, next) = match told.last() {
        Some(last) if told.len() < changes.len() => {
            ("@odata.nextLink", "$skiptoken", Token { since: last.number(), ..token.clone() })
        }
        _ => {
            let last = mailbox.last_change();
            ("@odata.deltaLink", "$deltatoken", Token { since: last, gone_since: last, ..token.clone() })
        }
    };
    let plain = Options::default();
    let view = view(call, &plain)?;
    let first = token.since == 0;
    let values: Vec<Value> =
        told.iter().flat_map(|change| entries(mailbox, *change, &token, first, &view)).collect();
    let body = json!({
        "@odata.context": place.context(""),
        "value": values,
        name: place.link(&format!("{parameter}={}", next.encode())),
    });
    Ok(Response::json(200, body).with_header("Preference-Applied", format!("odata.maxpagesize={size}")))
}

fn token(
    call: &Call<'_>,
    mailbox: &Mailbox,
    options: &Options,
    place: &Place<'_>,
) -> Result<Token, GraphError> {
    let Some(text) = options.skip_token.as_ref().or(options.delta_token.as_ref()) else {
        let (start, end) = time::window(&call.request.query)?;
        let generation = mailbox.sync_generation();
        let gone_since = mailbox.last_change();
        return Ok(Token { mailbox: mailbox.id, generation, start, end, since: 0, gone_since });
    };
    let token = Token::read(text, mailbox)?;
    if token.generation != mailbox.sync_generation() {
        let fresh = place.link("");
        return Err(GraphError::sync_state_gone(token.generation, fresh.trim_end_matches('?').to_owned()));
    }
    Ok(token)
}

fn changes<'m>(mailbox: &'m Mailbox, token: &Token) -> Vec<Change<'m>> {
    let gone = mailbox.calendar.gone.iter().copied().filter(|gone| gone.change > token.gone_since);
    let mut changes: Vec<Change<'_>> =
        mailbox.events().map(Change::Event).chain(gone.map(Change::Gone)).collect();
    changes.retain(|change| change.number() > token.since);
    changes.sort_by_key(|change| change.number());
    changes
}

/// What a change looks like: an event; a series with its times in the window; something that left. What
/// lies outside of the window counts as left, but not in a first round.
fn entries(mailbox: &Mailbox, change: Change<'_>, token: &Token, first: bool, view: &View<'_>) -> Vec<Value> {
    let removed = |id: String| vec![json!({"id": id, "@removed": {"reason": "deleted"}})];
    let event = match change {
        Change::Event(event) => event,
        Change::Gone(gone) => return removed(find::gone_id(mailbox, gone, view.immutable)),
    };
    let inside = event.occurrences(token.start, token.end);
    if inside.is_empty() {
        let id = find::event_id(mailbox, event, view.immutable);
        return if first { Vec::new() } else { removed(id) };
    }
    let mut entries = vec![show::show(mailbox, &Occurrence::whole(event), view)];
    if event.recurrence.is_some() {
        entries.extend(inside.iter().map(|one| short(show::show(mailbox, one, view))));
    }
    let typed = |mut entity: Map<String, Value>| {
        entity.insert("@odata.type".to_owned(), json!("#microsoft.graph.event"));
        Value::Object(entity)
    };
    entries.into_iter().map(typed).collect()
}

/// Of the times of a series, delta tells when they are and no more.
fn short(mut entity: Map<String, Value>) -> Map<String, Value> {
    entity.retain(|name, _| ["id", "seriesMasterId", "type", "start", "end"].contains(&name.as_str()));
    entity
}

fn refuse_unsupported(options: &Options) -> Result<(), GraphError> {
    let given = [
        ("$select", options.select.is_some()),
        ("$filter", options.filter.is_some()),
        ("$orderby", !options.order_by.is_empty()),
        ("$expand", options.expand != Expand::default()),
        ("$skip", options.skip > 0),
        ("$top", options.top.is_some()),
    ];
    let given: Vec<&str> = given.into_iter().filter_map(|(name, given)| given.then_some(name)).collect();
    if given.is_empty() {
        return Ok(());
    }
    let message = format!(
        "The following parameters are not supported with change tracking over the 'CalendarView' resource: \
         '{}'.",
        given.join(", ")
    );
    Err(GraphError::new(400, "ErrorInvalidUrlQuery", message))
}
