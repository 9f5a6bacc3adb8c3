//! What the description says of every route alike: the limits of parameters, and what any route may answer.

use serde_json::{Map, Value, json};

mod limits;

/// The form of ids: ours, and those by the CRM's own choice.
pub(super) const ID: &str = "^[A-Za-z0-9._:@+~-]+$";

/// Adds to a description made from the routes what the routes do not say one by one.
pub(super) fn completed(mut description: Value) -> Value {
    description["tags"] =
        TAGS.iter().map(|(name, about)| json!({"name": name, "description": about})).collect();
    description["info"]["description"] = ABOUT.into();
    limits::limit(&mut description["components"]["schemas"]);
    description["webhooks"] = super::webhooks::events::described();
    for (name, response) in anywhere() {
        description["components"]["responses"][name] = response;
    }
    add_idempotency_key(&mut description["paths"]);
    let paths = description["paths"].as_object_mut().into_iter().flat_map(Map::values_mut);
    for operation in paths.filter_map(Value::as_object_mut).flat_map(Map::values_mut) {
        let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
        for parameter in parameters.into_iter().flatten() {
            complete_parameter(parameter);
        }
        let responses = operation.get_mut("responses").and_then(Value::as_object_mut);
        let Some(responses) = responses else { continue };
        for (status, response) in responses.iter_mut() {
            let described = response["description"].as_str().is_some_and(|text| !text.is_empty());
            if !described && response.get("$ref").is_none() {
                response["description"] = words(status).into();
            }
        }
        for (status, name) in ANYWHERE {
            let reference = json!({"$ref": format!("#/components/responses/{name}")});
            responses.entry(status).or_insert(reference);
        }
    }
    description
}

/// Every POST takes a key by which it is done once.
fn add_idempotency_key(paths: &mut Value) {
    let paths = paths.as_object_mut().into_iter().flat_map(Map::values_mut);
    for post in paths.filter_map(|path| path.get_mut("post")?.as_object_mut()) {
        let parameters = post.entry("parameters").or_insert_with(|| json!([]));
        let key = json!({"name": "Idempotency-Key", "in": "header", "required": false, "schema": {}});
        parameters.as_array_mut().into_iter().for_each(|all| all.push(key.clone()));
    }
}

const ABOUT: &str = "Connects a CRM to Microsoft 365: business cards as contacts in Outlook, contact points from \
    mail, meetings in the calendar.\n\nSend an API key as `Authorization: Bearer …`. Bodies are JSON unless said \
    otherwise. What is not done is answered as a problem (RFC 9457) that names the `field` at fault and changes \
    nothing. Lists are read page by page: send `next_cursor` as `cursor` until it is null. `PUT` by the CRM's own id \
    may be repeated. A `POST` with an `Idempotency-Key` is done once: for 24 hours the same request with it is given \
    the first answer again (`Idempotency-Replayed: true`), another request with it is refused (422), and so is one \
    while the first is under way (409). `RateLimit` and `Retry-After` say how often and when.";

const TAGS: [(&str, &str); 11] = [
    ("organizations", "Customers of the product, and their API keys. The operator's work."),
    ("settings", "What an organization chooses."),
    ("tenants", "Microsoft Entra directories and the consent of their administrators."),
    ("users", "Members of the organization, by the CRM's own ids."),
    ("links", "What members connected, and how it stands."),
    ("cards", "Members' business cards, which become contacts in Outlook."),
    ("contact points", "Who outside wrote to whom inside, and the other way round."),
    ("booking", "What guests may book, and what they booked."),
    ("portal-links", "Ways into the console, for a CRM's signed-in users."),
    ("webhooks", "What the CRM is told of."),
    ("audit", "Who did what when."),
];

/// What any route may answer: the status and the name of the response.
const ANYWHERE: [(&str, &str); 4] =
    [("401", "NoKey"), ("403", "NotWithThisKey"), ("429", "TooManyRequests"), ("503", "NotAvailable")];

fn anywhere() -> [(&'static str, Value); 4] {
    let problem = json!({"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}});
    let later = json!({"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait."}});
    let quota = json!({
        "Retry-After": later["Retry-After"],
        "RateLimit-Policy": {"schema": {"type": "string"}, "description": "How often the key may call: `\"key\";q=1200;w=60`."},
        "RateLimit": {"schema": {"type": "string"}, "description": "What is left, and for how long: `\"key\";r=0;t=12`."},
    });
    [
        ("NoKey", json!({"description": "No valid API key was sent.", "content": problem})),
        (
            "NotWithThisKey",
            json!({"description": "The key may not do this, or the plan does not have it.", "content": problem}),
        ),
        (
            "TooManyRequests",
            json!({"description": "The key called too often.", "content": problem, "headers": quota}),
        ),
        (
            "NotAvailable",
            json!({"description": "Not possible right now; nothing is lost.", "content": problem, "headers": later}),
        ),
    ]
}

fn words(status: &str) -> &'static str {
    match status {
        "200" => "Done.",
        "201" => "Made.",
        "202" => "On its way.",
        "204" => "Done; there is nothing to say.",
        "4XX" => "The request was not done, and nothing changed. The problem says why and what helps.",
        _ => "Answered.",
    }
}

fn complete_parameter(parameter: &mut Value) {
    let (Some(name), Some(place)) = (parameter["name"].as_str(), parameter["in"].as_str()) else { return };
    // What a route says itself counts.
    let says_itself = parameter["schema"].to_string().contains("\"enum\"");
    let Some((schema, about)) = known(place, name).filter(|_| !says_itself) else { return };
    parameter["schema"] = schema;
    if parameter["description"].as_str().is_none_or(str::is_empty) {
        parameter["description"] = about.into();
    }
}

/// The schema of a parameter, and what it is, by its place and name.
fn known(place: &str, name: &str) -> Option<(Value, &'static str)> {
    let key = || json!({"type": "string", "minLength": 1, "maxLength": 254, "pattern": r"^[^#\x00-\x1f\x7f-\x9f/]+$"});
    Some(match (place, name) {
        ("path", "user") => (reference("Id"), "The CRM's id of the member."),
        ("path", "card") => (reference("Id"), "The CRM's id of the card."),
        ("path", "source") => {
            (reference("Id"), "The name of the source; `default` is what is put without one.")
        }
        ("path", "page") => (reference("Id"), "The CRM's id of the booking page."),
        ("path", "appointment") => (reference("Id"), "The id of the appointment, as the list has it."),
        ("path", "organization") => (reference("Id"), "The id of the organization."),
        ("path", "key") => (reference("Id"), "The id of the API key, as the list has it."),
        ("path", "webhook") => (reference("Id"), "The id of the webhook, as the list has it."),
        ("path", "delivery") => (reference("Id"), "The id of the delivery, as the list has it."),
        ("path", "tenant") => {
            (reference("TenantId"), "The directory (tenant) ID, from the overview page of Entra ID.")
        }
        ("path", "feature") => (reference("Feature"), "Which feature."),
        ("path", "person") => (key(), "The id of the person, as the list has it."),
        ("path", "company") => (key(), "The domain of the company."),
        ("query", "person" | "company" | "address") => (key(), ""),
        ("query", "user" | "page_id") => (reference("Id"), ""),
        ("query", "direction") => (json!({"type": "string", "enum": ["received", "sent"]}), ""),
        ("query", "state") => {
            let states = ["pending", "confirmed", "cancelling", "cancelled", "failed"];
            (json!({"type": "string", "enum": states}), "")
        }
        ("query", "since" | "until" | "from") => (json!({"type": "string", "format": "date-time"}), ""),
        ("query", "cursor") => {
            let pattern = "^[A-Za-z0-9_-]+$";
            (json!({"type": "string", "minLength": 2, "maxLength": 684, "pattern": pattern}), "")
        }
        ("header", "If-Match") => (
            json!({"type": "string", "minLength": 3, "pattern": "^\"[A-Za-z0-9_-]+\"$"}),
            "The `ETag` that was read.",
        ),
        ("header", "Idempotency-Key") => (
            json!({"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"}),
            "Any text of your own: the same request with the same key is done once, and answered alike for 24 hours.",
        ),
        _ => return None,
    })
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn everything_is_described_and_every_limit_is_told() {
        let description = crate::description();
        let tags: BTreeSet<&str> = TAGS.iter().map(|(name, _)| *name).collect();
        for (path, methods) in description["paths"].as_object().expect("paths") {
            for (method, operation) in methods.as_object().expect("methods") {
                let at = format!("{method} {path}");
                assert!(tags.contains(operation["tags"][0].as_str().expect("a tag")), "{at}: unknown tag");
                for parameter in operation["parameters"].as_array().into_iter().flatten() {
                    assert!(parameter["description"].is_string(), "{at}: {parameter}");
                    let schema = &parameter["schema"];
                    let is_bare = schema["type"] == "string"
                        && ["pattern", "enum", "format", "maxLength"]
                            .iter()
                            .all(|limit| schema.get(limit).is_none());
                    assert!(!is_bare, "{at}: any text may be {}, says the description", parameter["name"]);
                }
                for (status, response) in operation["responses"].as_object().expect("responses") {
                    let said = response.get("description").or_else(|| response.get("$ref"));
                    assert!(said.is_some(), "{at}: {status} says nothing");
                }
                for (status, _) in ANYWHERE {
                    assert!(operation["responses"].get(status).is_some(), "{at}: {status}");
                }
            }
        }
    }
}
