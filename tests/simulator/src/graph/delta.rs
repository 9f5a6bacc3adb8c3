//! Delta queries: what changed in a folder since a token.
//! Source: Graph page "Use delta query to track changes", contact delta, contactFolder delta.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::model::Mailbox;
use crate::model::mailbox::{Change, Kind};

use super::call::Call;
use super::error::GraphError;
use super::ids;
use super::query::{Options, Place};
use super::wire::Response;

const DEFAULT_PAGE: usize = 10;

/// What a token remembers. The query options are baked in.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Token {
    mailbox: uuid::Uuid,
    generation: u32,
    kind: Kind,
    folder: u64,
    /// Changes up to this one were told.
    since: u64,
    /// Departures up to this one are not told.
    gone_since: u64,
    select: Option<Vec<String>>,
}

impl Token {
    fn encode(&self) -> String {
        // A token of plain numbers and texts can always be written.
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    fn decode(text: &str) -> Option<Self> {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
    }
}

/// One page of changes of `kind` in `folder`, each as `show` shows it.
pub(super) fn page(
    call: &Call<'_>,
    mailbox: &Mailbox,
    (kind, folder): (Kind, u64),
    context: String,
    show: impl Fn(Change<'_>, Option<&[String]>) -> Map<String, Value>,
) -> Result<Response, GraphError> {
    let options = Options::parse(&call.request.query, 1000)?;
    refuse_unsupported(&options)?;
    let place = Place { base: &call.request.base, path: &call.request.path, context };
    let given = options.skip_token.as_ref().or(options.delta_token.as_ref());
    let token = match given {
        Some(text) => known(text, mailbox, (kind, folder), place.link("").trim_end_matches('?'))?,
        None => Token {
            mailbox: mailbox.id,
            generation: mailbox.sync_generation(),
            kind,
            folder,
            since: 0,
            gone_since: mailbox.last_change(),
            select: options.select.clone(),
        },
    };
    let size = call.request.preferred_page().or(options.top).unwrap_or(DEFAULT_PAGE).clamp(1, 1000);
    let changes = mailbox.changes(kind, folder, token.since, token.gone_since);
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
    let values: Vec<Value> =
        told.iter().map(|change| Value::Object(show(*change, token.select.as_deref()))).collect();
    let body = json!({
        "@odata.context": place.context(""),
        "value": values,
        name: place.link(&format!("{parameter}={}", next.encode())),
    });
    Ok(Response::json(200, body).with_header("Preference-Applied", format!("odata.maxpagesize={size}")))
}

/// The entry for something that left.
pub(super) fn removed(mailbox: &Mailbox, change: Change<'_>, immutable: bool) -> Map<String, Value> {
    let mut entity = Map::new();
    if let Change::Gone(gone) = change {
        let id = match gone.kind {
            Kind::Contact => ids::item(mailbox, gone.number, gone.place, immutable),
            Kind::Folder => ids::folder(mailbox, gone.number),
        };
        entity.insert("id".to_owned(), id.into());
        entity.insert("@removed".to_owned(), json!({"reason": "deleted"}));
    }
    entity
}

fn known(text: &str, mailbox: &Mailbox, of: (Kind, u64), fresh: &str) -> Result<Token, GraphError> {
    let invalid = || GraphError::new(400, "ErrorInvalidSyncStateData", "The sync state data is invalid.");
    let token = Token::decode(text).ok_or_else(invalid)?;
    if (token.kind, token.folder) != of || token.mailbox != mailbox.id {
        return Err(invalid());
    }
    if token.generation != mailbox.sync_generation() {
        return Err(GraphError::sync_state_gone(token.generation, fresh.to_owned()));
    }
    Ok(token)
}

fn refuse_unsupported(options: &Options) -> Result<(), GraphError> {
    let given = [
        ("$filter", options.filter.is_some()),
        ("$orderby", !options.order_by.is_empty()),
        ("$expand", options.expand != super::extended::Expand::default()),
        ("$skip", options.skip > 0),
    ];
    let given: Vec<&str> = given.into_iter().filter_map(|(name, given)| given.then_some(name)).collect();
    if given.is_empty() {
        return Ok(());
    }
    let message = format!(
        "The following parameters are not supported with change tracking over the 'Contacts' resource: '{}'.",
        given.join(", ")
    );
    Err(GraphError::new(400, "ErrorInvalidUrlQuery", message))
}
