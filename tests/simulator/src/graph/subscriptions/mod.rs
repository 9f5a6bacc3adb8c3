//! `/subscriptions`, and the notifications that come of them.

mod manage;
mod notice;
mod outgoing;
mod payload;
mod queue;
mod refusal;
mod resource;
mod sender;
mod settings;

use super::call::Call;
use super::error::GraphError;
use super::route::Rest;
use super::wire::Response;

pub(crate) use self::notice::{LifecycleEvent, of_change, of_lifecycle};
pub(crate) use self::payload::is_loopback;
pub(crate) use self::queue::Notifications;
pub(crate) use self::sender::{remove, run};

/// What a path denotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    All,
    One(String),
    Reauthorize(String),
}

/// Reads a path after `/subscriptions`.
pub(super) fn parse(rest: Rest<'_>) -> Result<Target, GraphError> {
    match (rest.name(0), rest.name(1), rest.len()) {
        (None, ..) => Ok(Target::All),
        (Some("getvapidpublickey"), ..) => Err(GraphError::not_simulated("getVapidPublicKey")),
        (Some(_), None, _) => Ok(Target::One(rest.id(0))),
        (Some(_), Some("reauthorize"), 2) => Ok(Target::Reauthorize(rest.id(0))),
        _ => Err(rest.unknown(1)),
    }
}

/// The whole path with `{id}` for every key.
pub(super) fn template(target: &Target) -> String {
    let path = match target {
        Target::All => "/subscriptions",
        Target::One(_) => "/subscriptions/{id}",
        Target::Reauthorize(_) => "/subscriptions/{id}/reauthorize",
    };
    path.to_owned()
}

/// The permissions of which a token must hold one: which ones, the resource of each subscription says.
pub(super) fn accepted(_target: &Target, _method: &str, _delegated: bool) -> Option<&'static [&'static str]> {
    None
}

/// Works the call off. Hold the world for one piece of work, never over an await.
pub(super) async fn work(call: &Call<'_>, target: &Target) -> Result<Response, GraphError> {
    match (target, call.request.method.as_str()) {
        (Target::All, "GET") => manage::list(call),
        (Target::All, "POST") => manage::create(call).await,
        (Target::One(id), "GET") => manage::get(call, id),
        (Target::One(id), "PATCH") => manage::patch(call, id).await,
        (Target::One(id), "DELETE") => manage::delete(call, id),
        (Target::Reauthorize(id), "POST") => manage::reauthorize(call, id),
        (_, method) => Err(GraphError::method(method)),
    }
}
