//! `/users`, `/users/{id|userPrincipalName}`, `/me`.

use serde_json::{Map, Value, json};

use crate::model::directory::{MailboxKind, User};

use super::call::Call;
use super::error::GraphError;
use super::query::{Options, Place};
use super::wire::Response;

const DEFAULT_PAGE: usize = 100;
const TOP_MAX: usize = 999;
/// What comes without `$select`.
const DEFAULT: [&str; 11] = [
    "businessPhones",
    "displayName",
    "givenName",
    "id",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
];

fn show(user: &User) -> Map<String, Value> {
    let nickname = user.user_principal_name.split('@').next().unwrap_or_default();
    let entity = json!({
        "id": user.id,
        "businessPhones": [],
        "displayName": user.display_name,
        "givenName": user.given_name,
        "jobTitle": null,
        "mail": user.mail,
        "mobilePhone": null,
        "officeLocation": null,
        "preferredLanguage": null,
        "surname": user.surname,
        "userPrincipalName": user.user_principal_name,
        "proxyAddresses": user.proxy_addresses,
        "accountEnabled": user.account_enabled,
        "onPremisesSyncEnabled": (user.mailbox == MailboxKind::OnPrem).then_some(true),
        "assignedPlans": plans(user),
        "mailNickname": nickname,
        "userType": user.user_type,
        "companyName": null,
        "department": null,
        "otherMails": [],
    });
    match entity {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// What the licences bring. A mailbox on a server of the customer needs none.
fn plans(user: &User) -> Value {
    let has_exchange = matches!(user.mailbox, MailboxKind::Cloud | MailboxKind::Pending);
    let exchange = ("exchange", "9aaf7827-d63c-4b61-89c3-182f06f82e5c", has_exchange);
    let teams = ("TeamspaceAPI", "57ff2da0-773e-42df-b2af-ffb7a2317929", user.teams && has_exchange);
    let assigned = [exchange, teams].into_iter().filter(|(_, _, is_assigned)| *is_assigned);
    let shown = assigned.map(|(service, id, _)| {
        json!({
            "assignedDateTime": "2026-01-05T09:00:00Z",
            "capabilityStatus": "Enabled",
            "service": service,
            "servicePlanId": id,
        })
    });
    shown.collect()
}

pub(super) fn selected(user: &User, options: &Options) -> Value {
    let mut entity = show(user);
    match &options.select {
        None => entity.retain(|name, _| DEFAULT.contains(&name.as_str())),
        // Unlike Outlook, the directory leaves out the id too when it is not selected; nothing breaks when
        // it stays.
        Some(select) => Options::apply_select(Some(select), &mut entity),
    }
    Value::Object(entity)
}

pub(super) fn check(options: &Options, known: &User) -> Result<(), GraphError> {
    let known = show(known);
    options.check_select("user", |name| known.contains_key(name))
}

pub(super) fn get(call: &Call<'_>) -> Result<Response, GraphError> {
    let world = call.app.world();
    let user = call.user(&world)?;
    let options = Options::parse(&call.request.query, TOP_MAX)?;
    check(&options, user)?;
    let place = Place { base: &call.request.base, path: &call.request.path, context: "users".to_owned() };
    let mut entity = selected(user, &options);
    entity["@odata.context"] = place.context("/$entity");
    Ok(Response::json(200, entity))
}

pub(super) fn list(call: &Call<'_>) -> Result<Response, GraphError> {
    let world = call.app.world();
    let tenant = world.directory.tenant(&call.caller.tenant_id);
    let tenant = tenant.ok_or_else(GraphError::directory_denied)?;
    let options = Options::parse(&call.request.query, TOP_MAX)?;
    if let Some(known) = tenant.users.values().next() {
        check(&options, known)?;
    }
    let matches = |user: &&User| {
        options.filter.as_ref().is_none_or(|filter| filter.matches(&Value::Object(show(user))))
    };
    let mut users: Vec<Value> =
        tenant.users.values().filter(matches).map(|user| Value::Object(show(user))).collect();
    options.sort(&mut users);
    let of = |entity: &Value| {
        let id = entity["id"].as_str().unwrap_or_default();
        tenant.users.get(id).map_or(Value::Null, |user| selected(user, &options))
    };
    let place = Place { base: &call.request.base, path: &call.request.path, context: "users".to_owned() };
    Ok(Response::json(200, place.page(&options, DEFAULT_PAGE, &users, of)))
}
