//! `/groups/{id}/transitiveMembers/microsoft.graph.user`: everybody in a group, whatever lies between.
//! Source: Graph page "List group transitive members".

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::call::Call;
use super::error::GraphError;
use super::query::{Options, Place};
use super::users;
use super::wire::Response;

const DEFAULT_PAGE: usize = 100;
const TOP_MAX: usize = 999;

/// Permissions that open the properties of users; without any only their ids are shown.
const SEES_ALL: [&str; 4] =
    ["User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"];

pub(super) fn people(call: &Call<'_>, group: &str) -> Result<Response, GraphError> {
    if uuid::Uuid::parse_str(group).is_err() {
        return Err(GraphError::not_an_object_id(group));
    }
    let options = Options::parse(&call.request.query, TOP_MAX)?;
    // A cast is an advanced query: it is answered from an index, which has to be asked for.
    let is_eventual =
        call.request.header("consistencylevel").is_some_and(|level| level.eq_ignore_ascii_case("eventual"));
    if !is_eventual || !options.count {
        return Err(GraphError::advanced_query());
    }
    let world = call.app.world();
    let tenant = world.directory.tenant(&call.caller.tenant_id);
    let tenant = tenant.ok_or_else(GraphError::directory_denied)?;
    let people = tenant.people_in(group).ok_or_else(|| GraphError::no_such_user(group))?;
    if let Some(known) = people.first() {
        users::check(&options, known)?;
    }
    let start = match &options.skip_token {
        None => 0,
        Some(token) => decoded(token).ok_or_else(GraphError::skip_token)?,
    };
    let held = &call.caller;
    let held = if held.user_object_id.is_some() { &held.scopes } else { &held.roles };
    let sees_all = held.iter().any(|held| SEES_ALL.iter().any(|name| name.eq_ignore_ascii_case(held)));
    let size = options.top.unwrap_or(DEFAULT_PAGE);
    let shown: Vec<Value> = people
        .iter()
        .skip(start)
        .take(size)
        .map(|user| {
            if sees_all { users::selected(user, &options) } else { closed(&users::selected(user, &options)) }
        })
        .collect();
    let place = Place { base: &call.request.base, path: &call.request.path, context: "users".to_owned() };
    let mut body = json!({"@odata.context": place.context("")});
    // The count comes with the first page only.
    if start == 0 {
        body["@odata.count"] = people.len().into();
    }
    let next = start + shown.len();
    if next < people.len() && !shown.is_empty() {
        let token = URL_SAFE_NO_PAD.encode(format!("page:{next}"));
        body["@odata.nextLink"] = place.link(&options.next_query("$skiptoken", &token)).into();
    }
    body["value"] = shown.into();
    Ok(Response::json(200, body))
}

/// Graph's "limited information": the id, and nothing else that is known.
fn closed(entity: &Value) -> Value {
    let members = entity.as_object().into_iter().flatten();
    let shown = members.map(|(name, value)| match name.as_str() {
        "id" => (name.clone(), value.clone()),
        _ => (name.clone(), if value.is_array() { json!([]) } else { Value::Null }),
    });
    Value::Object(shown.collect())
}

fn decoded(token: &str) -> Option<usize> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
    text.strip_prefix("page:")?.parse().ok()
}
