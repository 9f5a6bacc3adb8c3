//! What cannot be taken is refused with a problem that names the field, and nothing of it is stored.

use anyhow::{Context, Result, ensure};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::door::{Call, readable};
use crate::stack::{Customer, Stack, unique};

const JSON: &str = "application/json";
const VCARD: &str = "text/vcard";

/// An organization with a user, to whom the bad input is sent.
struct Target {
    customer: Customer,
    user: String,
}

impl Target {
    async fn new() -> Result<Self> {
        let customer = Customer::consented(&Stack::given()?).await?;
        let user = customer.user(&unique("user")).await?.id;
        Ok(Self { customer, user })
    }

    fn call(&self, method: Method, path: &str) -> Call {
        let path = path.replace("{user}", &self.user).replace("{tenant}", &self.customer.tenant);
        Call::new(method, format!("/v1/{path}")).bearer(&self.customer.organization.key)
    }

    /// Sends something bad: the answer has this status and names this field, and nothing is stored.
    async fn refuses(&self, call: Call, status: u16, field: &str) -> Result<Value> {
        let before = readable(&self.customer).await?;
        let log = self.customer.audit().await?;
        let reply = call.send(&self.customer.stack).await?;
        let problem = reply.problem(status)?;
        let named = |error: &Value| error["field"] == field && error["detail"].as_str() != Some("");
        let errors = problem["errors"].as_array().context("a problem without fields")?;
        ensure!(errors.iter().any(named), "{} was answered without {field}: {problem}", reply.asked);
        ensure!(readable(&self.customer).await? == before, "{} changed something", reply.asked);
        ensure!(self.customer.audit().await? == log, "{} was logged", reply.asked);
        Ok(problem)
    }
}

#[tokio::test]
async fn a_tenant_id_must_be_36_characters_of_a_directory_that_exists() -> Result<()> {
    let target = Target::new().await?;
    let tenant = &target.customer.tenant;
    let unknown = uuid::Uuid::new_v4().to_string();
    for id in
        [&tenant[..35], &format!("{tenant}0"), &tenant.replace('-', ""), "common", "contoso.com", &unknown]
    {
        let call = target.call(Method::PUT, &format!("tenants/{id}"));
        let problem = target.refuses(call, 422, "tenant_id").await?;
        let detail = problem["errors"][0]["detail"].as_str().context("no detail")?;
        let helps = if id == unknown { "Microsoft Entra knows no directory" } else { "36 characters" };
        ensure!(detail.contains(helps), "{id}: {detail}");
        let read = target.call(Method::GET, &format!("tenants/{id}")).send(&target.customer.stack).await?;
        ensure!(read.status.is_client_error(), "{read:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_card_is_refused_with_every_field_at_fault() -> Result<()> {
    let target = Target::new().await?;
    let card = |body: Value| target.call(Method::PUT, "users/{user}/cards/c1").json(&body);
    for (body, field) in [
        (json!({"company": "会社", "memo": "x".repeat(10_001)}), "memo"),
        (json!({"company": "会社", "nickname": "x"}), "nickname"),
        (json!({"company": 1}), "company"),
        (json!({"company": "会社", "emails": "a@b.example"}), "emails"),
        (json!({"company": "会社", "emails": ["a@b.example", 2]}), "emails[1]"),
        (json!({"company": "会社", "emails": ["nobody"]}), "emails[0]"),
        (json!({"company": "会社", "phones": [{"kind": "pager", "number": "1"}]}), "phones[0].kind"),
        (json!({"company": "会社", "phones": [{"kind": "work"}]}), "phones[0].number"),
        (json!({"company": "会社", "address": {"town": "x"}}), "address.town"),
        (json!({"company": "会社", "exchanged_on": "yesterday"}), "exchanged_on"),
        (json!({"company": "会社\u{0}"}), "company"),
        (json!({}), "body"),
        (json!([]), "body"),
        (json!("card"), "body"),
    ] {
        target.refuses(card(body), 422, field).await?;
    }
    let large = card(json!({"company": "会社", "memo": "x".repeat(9_000_000)}));
    target.refuses(large, 413, "body").await?;
    let problem = target.refuses(card(json!({"title": "\u{7}", "urls": [""]})), 422, "title").await?;
    assert_eq!(problem["errors"].as_array().map(Vec::len), Some(3), "{problem}");
    Ok(())
}

#[tokio::test]
async fn a_body_that_is_not_what_it_says_is_refused() -> Result<()> {
    let target = Target::new().await?;
    let good = json!({"company": "会社"}).to_string();
    let put = |content_type, body: &str| {
        target.call(Method::PUT, "users/{user}/cards/c1").text(content_type, body.to_owned())
    };
    for (content_type, body, status, field) in [
        (JSON, "", 400, "body"),
        (JSON, "{", 400, "body"),
        (JSON, "{\"company\": \"会社\"} {}", 400, "body"),
        (JSON, "{\"company\": \"会社\", \"company\": \"社\"}", 422, "company"),
        ("", good.as_str(), 415, "Content-Type"),
        ("text/plain", good.as_str(), 415, "Content-Type"),
        ("application/x-www-form-urlencoded", "company=x", 415, "Content-Type"),
    ] {
        target.refuses(put(content_type, body), status, field).await?;
    }
    let taken = put("application/json; charset=utf-8", &good).send(&target.customer.stack).await?;
    assert_eq!(taken.status, StatusCode::CREATED, "a parameter of the type does no harm: {taken:?}");
    Ok(())
}

#[tokio::test]
async fn a_user_is_refused_with_the_field() -> Result<()> {
    let target = Target::new().await?;
    let unregistered = uuid::Uuid::new_v4().to_string();
    let user = |changes: Value| {
        let mut body = json!({"email": "a@b.example", "display_name": "佐藤"});
        body.as_object_mut().expect("an object").extend(changes.as_object().cloned().unwrap_or_default());
        target.call(Method::PUT, "users/new").json(&body)
    };
    for (changes, field) in [
        (json!({"email": "nobody"}), "email"),
        (json!({"email": "a@b@c.example"}), "email"),
        (json!({"email": format!("{}@b.example", "a".repeat(250))}), "email"),
        (json!({"email": null}), "email"),
        (json!({"display_name": " "}), "display_name"),
        (json!({"display_name": "x".repeat(201)}), "display_name"),
        (json!({"role": "owner"}), "role"),
        (json!({"tenant_id": "x"}), "tenant_id"),
        (json!({"tenant_id": unregistered}), "tenant_id"),
        (json!({"id": "other"}), "id"),
    ] {
        target.refuses(user(changes), 422, field).await?;
    }
    for missing in ["email", "display_name"] {
        let mut body = json!({"email": "a@b.example", "display_name": "佐藤"});
        body.as_object_mut().expect("an object").remove(missing);
        target.refuses(target.call(Method::PUT, "users/new").json(&body), 422, missing).await?;
    }
    let consent = target.call(Method::POST, "tenants/{tenant}/consent").json(&json!({"features": ["faxes"]}));
    target.refuses(consent, 422, "features[0]").await?;
    Ok(())
}

#[tokio::test]
async fn settings_keys_and_batches_are_refused_with_the_field() -> Result<()> {
    let target = Target::new().await?;
    let settings = |body: Value| target.call(Method::PUT, "settings").json(&body);
    for (body, field) in [
        (json!({"folder_name": "x".repeat(101), "language": "ja"}), "folder_name"),
        (json!({"folder_name": "名刺", "language": "fr"}), "language"),
        (json!({"folder_name": "名刺"}), "language"),
    ] {
        target.refuses(settings(body), 422, field).await?;
    }
    let good = json!({"folder_name": "名刺", "language": "ja"});
    target.refuses(settings(good.clone()).header("If-Match", "\"another\""), 412, "If-Match").await?;
    target.refuses(settings(good).header("If-Match", "another"), 400, "If-Match").await?;
    let batch = |body: Value| target.call(Method::POST, "links:batch").json(&body);
    for (body, field) in [
        (json!({"feature": "contacts", "action": "link", "user_ids": ["a"]}), "feature"),
        (json!({"feature": "mail", "action": "link", "user_ids": []}), "user_ids"),
        (json!({"feature": "mail", "action": "call", "user_ids": ["a"]}), "action"),
        (json!({"feature": "mail", "action": "link", "user_ids": ["a b"]}), "user_ids[0]"),
    ] {
        target.refuses(batch(body), 422, field).await?;
    }
    for (query, field) in
        [("users?q=", "q"), ("audit?since=x", "since"), ("api-keys?organization_id=a%20b", "organization_id")]
    {
        target.refuses(target.call(Method::GET, query), 400, field).await?;
    }
    Ok(())
}

#[tokio::test]
async fn an_address_that_cannot_be_is_refused() -> Result<()> {
    let target = Target::new().await?;
    let long = "x".repeat(129);
    let body = json!({"company": "会社"});
    for id in ["a%20b", "a!b", "a,b", "%E5%90%8D%E5%88%BA", &long] {
        let user = target.call(Method::GET, &format!("users/{id}"));
        target.refuses(user, 400, "user").await.with_context(|| id.to_owned())?;
        let card = target.call(Method::PUT, &format!("users/{{user}}/cards/{id}")).json(&body);
        target.refuses(card, 400, "card").await.with_context(|| id.to_owned())?;
    }
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=ten", "limit"),
        ("cursor=%00", "cursor"),
        ("cursor=", "cursor"),
        ("cursor=____", "cursor"),
        ("offset=1", "offset"),
    ] {
        for path in ["users", "tenants", "audit", "users/{user}/cards"] {
            let list = target.call(Method::GET, &format!("{path}?{query}"));
            target.refuses(list, 400, field).await.with_context(|| format!("{path}?{query}"))?;
        }
    }
    for path in ["users/{user}/links/faxes", "users/{user}/letters", "nothing"] {
        target.call(Method::GET, path).send(&target.customer.stack).await?.problem(404)?;
    }
    target.call(Method::PATCH, "users/{user}").send(&target.customer.stack).await?.problem(405)?;
    Ok(())
}

#[tokio::test]
async fn an_organization_is_refused_with_the_field() -> Result<()> {
    let stack = Stack::given()?;
    let key = &stack.file().operator_key;
    let create =
        |name: Value| Call::new(Method::POST, "/v1/organizations").bearer(key).json(&json!({"name": name}));
    let named = unique("無効な組織");
    let refuse = async |call: Call, status: u16, field: &str| -> Result<()> {
        let problem = call.send(&stack).await?.problem(status)?;
        ensure!(problem["errors"][0]["field"] == field, "{problem}");
        Ok(())
    };
    let broken = format!("{named}\nx");
    for name in [json!(""), json!("  "), json!("x".repeat(201)), json!(broken), json!(7), json!(null)] {
        refuse(create(name), 422, "name").await?;
    }
    for idempotency_key in ["", &"k".repeat(256)] {
        let call = create(json!(named)).header("Idempotency-Key", idempotency_key);
        refuse(call, 400, "Idempotency-Key").await?;
    }
    let key_of =
        |id: &str| Call::new(Method::POST, "/v1/api-keys").bearer(key).json(&json!({"organization_id": id}));
    refuse(key_of("a/b"), 422, "organization_id").await?;
    key_of("nobody").send(&stack).await?.problem(404)?;
    let mut cursor = String::new();
    loop {
        let page = Call::new(Method::GET, format!("/v1/organizations?limit=100{cursor}")).bearer(key);
        let page = page.send(&stack).await?;
        ensure!(page.status == StatusCode::OK && !page.text.contains(&named), "{page:?}");
        match page.json()?["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return Ok(()),
        }
    }
}

#[tokio::test]
async fn a_broken_vcard_is_reported_with_its_line_and_the_rest_goes_in() -> Result<()> {
    let target = Target::new().await?;
    let file = include_str!("../../../infra/xtask/samples/broken.vcf");
    let import = target.call(Method::POST, "users/{user}/imports").text(VCARD, file);
    let done = import.send(&target.customer.stack).await?;
    ensure!(done.status == StatusCode::OK, "{done:?}");
    let done = done.json()?;
    let line = 1 + file.lines().position(|line| line.starts_with("この行は")).context("the broken line")?;
    assert_eq!((&done["created"], &done["errors"][0]["line"]), (&json!(2), &json!(line)), "{done}");
    assert_eq!(done["errors"].as_array().map(Vec::len), Some(1), "{done}");
    let cards = target.call(Method::GET, "users/{user}/cards").send(&target.customer.stack).await?;
    for (card, there) in [("sample-101", true), ("sample-102", false), ("sample-103", true)] {
        ensure!(cards.text.contains(card) == there, "{card}: {cards:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_file_that_is_no_vcard_or_too_large_is_refused() -> Result<()> {
    let target = Target::new().await?;
    let card = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:x\r\nEND:VCARD\r\n";
    let import = |content_type, body: String| {
        target.call(Method::POST, "users/{user}/imports").text(content_type, body)
    };
    target.refuses(import(VCARD, card.repeat(4_000_001 / card.len() + 1)), 413, "body").await?;
    target.refuses(import(JSON, card.to_owned()), 415, "Content-Type").await?;
    target.refuses(import("", card.to_owned()), 415, "Content-Type").await?;
    let before = readable(&target.customer).await?;
    let nothing = import(VCARD, "no card in here".to_owned()).send(&target.customer.stack).await?.json()?;
    assert_eq!(nothing["created"], 0, "{nothing}");
    assert_eq!(nothing["errors"][0]["line"], 1, "{nothing}");
    assert_eq!(readable(&target.customer).await?, before);
    Ok(())
}
