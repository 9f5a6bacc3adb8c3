//! Delta queries of messages, per folder, and of mail folders.
//! Source: Graph pages "message: delta", "mailFolder: delta", "Use delta query to track changes".

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::graph::call::Call;
use crate::graph::error::GraphError;
use crate::graph::extended::Expand;
use crate::graph::filter::{Filter, Operator};
use crate::graph::ids;
use crate::graph::query::{Options, Place, pairs};
use crate::graph::wire::Response;
use crate::model::mailbox::{Departed, MailChange, Mailbox};

use super::show::{self, View};
use super::{find, folders, messages};

const DEFAULT_PAGE: usize = 10;

/// What a token remembers. The query options are baked in.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Token {
    mailbox: uuid::Uuid,
    generation: u32,
    /// The folder whose messages are followed; none for the folders themselves.
    folder: Option<u64>,
    /// Changes up to this one were told.
    since: u64,
    /// Where the round began: what arrived after it is new to the client.
    round: u64,
    /// Departures up to this one are not told.
    gone_since: u64,
    select: Option<Vec<String>>,
    single: Vec<String>,
    multi: Vec<String>,
    top: Option<usize>,
    /// Only messages received then or later (or only later).
    received: Option<(bool, Timestamp)>,
    change_type: Option<Wanted>,
}

/// `changeType`: only these are told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Wanted {
    Created,
    Updated,
    Deleted,
}

impl Token {
    fn new(
        mailbox: &Mailbox,
        folder: Option<u64>,
        options: &Options,
        query: &str,
    ) -> Result<Self, GraphError> {
        let unsupported = || {
            let message = "The query option is not supported with change tracking over this resource.";
            GraphError::new(400, "ErrorInvalidUrlQuery", message)
        };
        // Messages: newest first is the only order; the order is not kept in later rounds anyway.
        let by_received = matches!(&options.order_by[..], [(path, true)] if path == "receivedDateTime");
        let is_default = options.order_by.is_empty() || (folder.is_some() && by_received);
        let given = pairs(query).find(|(name, _)| name.eq_ignore_ascii_case("changeType"));
        let change_type = match given.as_ref().map(|(_, value)| value.to_ascii_lowercase()).as_deref() {
            None => None,
            Some("created") => Some(Wanted::Created),
            Some("updated") => Some(Wanted::Updated),
            Some("deleted") => Some(Wanted::Deleted),
            Some(_) => return Err(unsupported()),
        };
        let for_messages_only = options.filter.is_some() || change_type.is_some();
        if !is_default || options.skip > 0 || (folder.is_none() && for_messages_only) {
            return Err(unsupported());
        }
        Ok(Self {
            mailbox: mailbox.id,
            generation: mailbox.sync_generation(),
            folder,
            since: 0,
            round: 0,
            gone_since: mailbox.last_change(),
            select: options.select.clone(),
            single: options.expand.single.clone(),
            multi: options.expand.multi.clone(),
            top: options.top,
            received: options.filter.as_ref().map(received).transpose()?,
            change_type,
        })
    }

    fn encode(&self) -> String {
        // A token of plain numbers and texts can always be written.
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    fn known(text: &str, mailbox: &Mailbox, folder: Option<u64>, fresh: String) -> Result<Self, GraphError> {
        let invalid = || GraphError::new(400, "ErrorInvalidSyncStateData", "The sync state data is invalid.");
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| invalid())?;
        let token: Self = serde_json::from_slice(&bytes).map_err(|_| invalid())?;
        if token.folder != folder || token.mailbox != mailbox.id {
            return Err(invalid());
        }
        if token.generation != mailbox.sync_generation() {
            return Err(GraphError::sync_state_gone(token.generation, fresh));
        }
        Ok(token)
    }

    /// Whether the client is to be told of the change.
    fn tells(&self, change: &MailChange<'_>) -> bool {
        let in_time = match (change, &self.received) {
            (MailChange::Message(message), Some((true, from))) => message.received >= *from,
            (MailChange::Message(message), Some((false, after))) => message.received > *after,
            _ => true,
        };
        let wanted = match (change, self.change_type) {
            (_, None) => true,
            (MailChange::Message(message), Some(Wanted::Created)) => message.arrived > self.round,
            (MailChange::Message(message), Some(Wanted::Updated)) => message.arrived <= self.round,
            (MailChange::Gone(_), wanted) => wanted == Some(Wanted::Deleted),
            _ => false,
        };
        in_time && wanted
    }
}

/// `receivedDateTime ge …` or `gt …`: nothing else may be asked.
fn received(filter: &Filter) -> Result<(bool, Timestamp), GraphError> {
    if let Filter::Compare(path, operator @ (Operator::Ge | Operator::Gt), value) = filter
        && path == &["receivedDateTime"]
        && let Some(instant) = value.as_str().and_then(|text| text.parse().ok())
    {
        return Ok((*operator == Operator::Ge, instant));
    }
    let message = "Change tracking over messages filters by receivedDateTime ge or gt only.";
    Err(GraphError::new(400, "ErrorInvalidUrlQueryFilter", message))
}

/// The answer where nothing is tracked: messages of a whole mailbox, folders in another than the root.
pub(super) fn not_tracked() -> GraphError {
    GraphError::new(400, "ErrorInvalidRequest", "Change tracking is not supported against this resource.")
}

pub(super) fn messages(call: &Call<'_>, folder: &str) -> Result<Response, GraphError> {
    let options = messages::options(call)?;
    let view = View::of(call, &options)?;
    let mut world = call.app.world();
    let mailbox = &*call.mailbox(&mut world)?;
    let number = find::folder(mailbox, folder)?;
    let show = |change: &MailChange<'_>, token: &Token| {
        let expand = Expand { single: token.single.clone(), multi: token.multi.clone() };
        let view = View { select: token.select.as_deref(), expand: &expand, ..view };
        match change {
            MailChange::Message(message) => show::show(mailbox, message, view),
            MailChange::Gone(gone) => removed(message_id(mailbox, gone, view.immutable)),
            MailChange::Folder(_) => Map::new(),
        }
    };
    let place = Place { context: "Collection(message)".to_owned(), ..messages::place(call, None) };
    page(call, mailbox, Some(number), (&options, place), show)
}

pub(super) fn folders(call: &Call<'_>) -> Result<Response, GraphError> {
    let options = Options::parse(&call.request.query, 1000)?;
    let mut world = call.app.world();
    let mailbox = &*call.mailbox(&mut world)?;
    let show = |change: &MailChange<'_>, token: &Token| match change {
        MailChange::Folder(folder) => {
            let mut entity = folders::show(mailbox, folder, &Options::default());
            Options::apply_select(token.select.as_deref(), &mut entity);
            entity
        }
        MailChange::Gone(gone) => removed(ids::folder(mailbox, gone.number)),
        MailChange::Message(_) => Map::new(),
    };
    let place = Place { context: "Collection(mailFolder)".to_owned(), ..folders::place(call, None) };
    page(call, mailbox, None, (&options, place), show)
}

fn message_id(mailbox: &Mailbox, gone: &Departed, immutable: bool) -> String {
    ids::item(mailbox, gone.number, gone.place, immutable)
}

fn removed(id: String) -> Map<String, Value> {
    let entry = [("id".to_owned(), id.into()), ("@removed".to_owned(), json!({"reason": "deleted"}))];
    entry.into_iter().collect()
}

/// One page of changes, each as `show` shows it.
fn page(
    call: &Call<'_>,
    mailbox: &Mailbox,
    folder: Option<u64>,
    (options, place): (&Options, Place<'_>),
    show: impl Fn(&MailChange<'_>, &Token) -> Map<String, Value>,
) -> Result<Response, GraphError> {
    let given = options.skip_token.as_ref().or(options.delta_token.as_ref());
    let fresh = || place.link("").trim_end_matches('?').to_owned();
    let token = match given {
        Some(text) => Token::known(text, mailbox, folder, fresh())?,
        None => Token::new(mailbox, folder, options, &call.request.query)?,
    };
    let size = call.request.preferred_page().or(token.top).unwrap_or(DEFAULT_PAGE).clamp(1, 1000);
    let changes = match folder {
        Some(folder) => mailbox.message_changes(folder, token.since, token.gone_since),
        None => mailbox.mail_folder_changes(token.since, token.gone_since),
    };
    let changes: Vec<_> = changes.into_iter().filter(|change| token.tells(change)).collect();
    let told = &changes[..changes.len().min(size)];
    let (name, parameter, next) = match told.last() {
        Some(last) if told.len() < changes.len() => {
            ("@odata.nextLink", "$skiptoken", Token { since: last.number(), ..token.clone() })
        }
        _ => {
            let last = mailbox.last_change();
            let next = Token { since: last, round: last, gone_since: last, ..token.clone() };
            ("@odata.deltaLink", "$deltatoken", next)
        }
    };
    let values: Vec<Value> = told.iter().map(|change| Value::Object(show(change, &token))).collect();
    let body = json!({
        "@odata.context": place.context(""),
        "value": values,
        name: place.link(&format!("{parameter}={}", next.encode())),
    });
    let mut applied = vec![format!("odata.maxpagesize={size}")];
    if call.request.wants_immutable_ids() {
        applied.push("IdType=\"ImmutableId\"".to_owned());
    }
    Ok(Response::json(200, body).with_header("Preference-Applied", applied.join(", ")))
}
