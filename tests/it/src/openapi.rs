//! The description that the API serves is the code's own, is sound, and every route of it and of the gateway
//! leads to the function that it names.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use reqwest::{Method, StatusCode};
use serde_json::{Map, Value};

use crate::door::Call;
use crate::stack::Stack;

async fn served(stack: &Stack) -> Result<Value> {
    let reply = Call::new(Method::GET, "/openapi.json").send(stack).await?;
    ensure!(reply.status == StatusCode::OK && reply.content_type == "application/json", "{reply:?}");
    reply.json()
}

/// Every operation: its method, its path and what is said of it.
fn operations(description: &Value) -> Result<Vec<(Method, &str, &Value)>> {
    let paths = description["paths"].as_object().context("a description without paths")?;
    let mut operations = Vec::new();
    for (path, methods) in paths {
        for (method, operation) in methods.as_object().context("a path without methods")? {
            operations.push((method.to_uppercase().parse()?, path.as_str(), operation));
        }
    }
    Ok(operations)
}

#[tokio::test]
async fn what_is_served_is_what_the_code_says() -> Result<()> {
    assert_eq!(served(&Stack::given()?).await?, api_web::description());
    Ok(())
}

#[tokio::test]
async fn the_description_is_sound() -> Result<()> {
    let description = served(&Stack::given()?).await?;
    ensure!(
        description["openapi"].as_str().is_some_and(|version| version.starts_with("3.1.")),
        "{description}"
    );
    ensure!(description["info"]["version"].is_string() && description["info"]["title"].is_string());
    assert_references_lead_somewhere(&description, &description);
    let mut ids = BTreeSet::new();
    for (method, path, operation) in operations(&description)? {
        let at = format!("{method} {path}");
        let id = operation["operationId"].as_str().with_context(|| format!("{at} has no id"))?;
        ensure!(ids.insert((operation["tags"][0].to_string(), id)), "{at}: {id} is used twice");
        ensure!(operation["summary"].is_string(), "{at} does not say what it does");
        let responses =
            operation["responses"].as_object().with_context(|| format!("{at} answers nothing"))?;
        ensure!(responses.keys().any(|status| status.starts_with('2')), "{at} never succeeds");
        let problem = "/responses/4XX/content/application~1json/schema/$ref";
        let problem = operation
            .pointer(problem)
            .or_else(|| operation.pointer("/responses/4XX/content/application~1problem+json/schema/$ref"));
        assert_eq!(problem, Some(&Value::from("#/components/schemas/Problem")), "{at}");
        assert_eq!(in_path(path), described_in_path(operation), "{at}");
    }
    Ok(())
}

/// The names in braces.
fn in_path(path: &str) -> BTreeSet<&str> {
    path.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect()
}

fn described_in_path(operation: &Value) -> BTreeSet<&str> {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let in_path = parameters.filter(|parameter| parameter["in"] == "path" && parameter["required"] == true);
    in_path.filter_map(|parameter| parameter["name"].as_str()).collect()
}

fn assert_references_lead_somewhere(part: &Value, whole: &Value) {
    match part {
        Value::Object(fields) => {
            if let Some(reference) = fields.get("$ref").and_then(Value::as_str) {
                let pointer = reference.strip_prefix('#').expect("a reference inside the description");
                assert!(whole.pointer(pointer).is_some(), "{reference} leads nowhere");
            }
            fields.values().for_each(|field| assert_references_lead_somewhere(field, whole));
        }
        Value::Array(entries) => {
            entries.iter().for_each(|entry| assert_references_lead_somewhere(entry, whole));
        }
        _ => {}
    }
}

#[tokio::test]
async fn every_described_route_is_there() -> Result<()> {
    let stack = Stack::given()?;
    let description = served(&stack).await?;
    for (method, path, _) in operations(&description)? {
        let path = path.replace(['{', '}'], "");
        // Without a key every route says 401; one that is not there says 404 or 405.
        Call::new(method, path).send(&stack).await?.problem(401)?;
    }
    Call::new(Method::GET, "/v1/nothing").send(&stack).await?.problem(404)?;
    Call::new(Method::PATCH, "/v1/users").send(&stack).await?.problem(405)?;
    Ok(())
}

#[tokio::test]
async fn the_answers_have_the_fields_that_are_described() -> Result<()> {
    let stack = Stack::given()?;
    let description = served(&stack).await?;
    let problem = Call::new(Method::GET, "/v1/users").send(&stack).await?.json()?;
    let schema = &description["components"]["schemas"]["Problem"];
    let known = schema["properties"].as_object().context("a schema without properties")?;
    let fields: &Map<String, Value> = problem.as_object().context("not an object")?;
    for field in fields.keys() {
        ensure!(known.contains_key(field), "{field} is not described");
    }
    for field in schema["required"].as_array().context("nothing is required")? {
        ensure!(fields.contains_key(field.as_str().unwrap_or_default()), "{field} is missing in {problem}");
    }
    Ok(())
}

/// The template's own words, so that a route added there is tried here.
fn route_keys() -> Vec<(&'static str, &'static str)> {
    let template = include_str!("../../../infra/template.yaml");
    let keys = template.lines().filter_map(|line| line.trim().strip_prefix("RouteKey: "));
    keys.filter_map(|key| key.split_once(' ')).collect()
}

#[tokio::test]
async fn every_route_of_the_gateway_leads_to_its_function() -> Result<()> {
    let stack = Stack::given()?;
    let keys = route_keys();
    ensure!(keys.len() >= 3, "the template's routes are found: {keys:?}");
    for (method, path) in keys {
        let method = if method == "ANY" { Method::GET } else { method.parse()? };
        let reply = Call::new(method, path.replace("{proxy+}", "no/such/page")).send(&stack).await?;
        let is_ours = match path.split('/').nth(1) {
            Some("v1") => reply.problem(404).is_ok(),
            Some("connect") => reply.status == 404 && reply.text.contains("/connect/assets/"),
            Some("book") => reply.status == 404 && reply.text.contains("/book/assets/"),
            // Without a session the pages that exist lead to the sign-in, the others nowhere.
            Some("console" | "me") if path.contains('{') => {
                reply.status == 404 && reply.text.contains("/console/assets/")
            }
            Some("console" | "me") => reply.status == StatusCode::SEE_OTHER,
            // The gateway itself says something.
            Some("graph") => reply.status == 404 && reply.text.is_empty(),
            _ => reply.status == StatusCode::OK,
        };
        ensure!(is_ours, "{path} leads elsewhere: {reply:?}");
    }
    let beside = Call::new(Method::GET, "/elsewhere").send(&stack).await?;
    ensure!(beside.status == 404 && beside.content_type != "application/problem+json", "{beside:?}");
    Ok(())
}
