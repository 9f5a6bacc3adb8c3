//! No key opens what is another's: every route of the API's description, tried with no key, a wrong one, the
//! wrong kind, and with another organization's ids. A route without a line in [`ROUTES`] fails.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::door::{Call, Reply, readable};
use crate::stack::{Booking, Customer, Guest, Stack, unique};
use crate::webhook::Reader;

/// What a route answers to an organization's key that asks for what another organization has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rule {
    /// 403: only the operator may.
    Operators,
    /// 404.
    Hidden,
    /// 200 without anything of the other's.
    OwnList,
    /// The id is the caller's own to give: the caller gets a record, the other's stays as it is.
    OwnRecord,
}

/// What a valid request sends.
#[derive(Debug, Clone, Copy)]
enum Body {
    Nothing,
    User,
    Card,
    Consent,
    Organization,
    ApiKey,
    VCards,
    BookingPage,
    Checks,
    Audience,
    Settings,
    LinkBatch,
    Merge,
    Photo,
    CardUpdates,
    Webhook,
    PortalLink,
}

const ROUTES: [(&str, &str, Rule, Body); 65] = [
    ("GET", "/v1/organizations", Rule::Operators, Body::Nothing),
    ("POST", "/v1/organizations", Rule::Operators, Body::Organization),
    ("GET", "/v1/organizations/{organization}", Rule::Operators, Body::Nothing),
    ("PATCH", "/v1/organizations/{organization}", Rule::Operators, Body::Organization),
    ("GET", "/v1/api-keys", Rule::OwnList, Body::Nothing),
    ("POST", "/v1/api-keys", Rule::Hidden, Body::ApiKey),
    ("DELETE", "/v1/api-keys/{key}", Rule::Hidden, Body::Nothing),
    ("GET", "/v1/settings", Rule::OwnList, Body::Nothing),
    ("GET", "/v1/egress", Rule::OwnList, Body::Nothing),
    ("PUT", "/v1/settings", Rule::OwnRecord, Body::Settings),
    ("GET", "/v1/tenants", Rule::OwnList, Body::Nothing),
    ("GET", "/v1/tenants/{tenant}", Rule::Hidden, Body::Nothing),
    ("PUT", "/v1/tenants/{tenant}", Rule::OwnRecord, Body::Nothing),
    ("DELETE", "/v1/tenants/{tenant}", Rule::Hidden, Body::Nothing),
    ("POST", "/v1/tenants/{tenant}/consent", Rule::Hidden, Body::Consent),
    ("DELETE", "/v1/tenants/{tenant}/grants/{feature}", Rule::Hidden, Body::Nothing),
    ("GET", "/v1/tenants/{tenant}/audiences/{feature}", Rule::Hidden, Body::Nothing),
    ("PUT", "/v1/tenants/{tenant}/audiences/{feature}", Rule::Hidden, Body::Audience),
    ("DELETE", "/v1/tenants/{tenant}/audiences/{feature}", Rule::Hidden, Body::Nothing),
    ("POST", "/v1/tenants/{tenant}/checks", Rule::Hidden, Body::Checks),
    ("GET", "/v1/users", Rule::OwnList, Body::Nothing),
    ("GET", "/v1/users/{user}", Rule::Hidden, Body::Nothing),
    ("PUT", "/v1/users/{user}", Rule::OwnRecord, Body::User),
    ("DELETE", "/v1/users/{user}", Rule::Hidden, Body::Nothing),
    ("GET", "/v1/users/{user}/links", Rule::Hidden, Body::Nothing),
    ("GET", "/v1/users/{user}/links/{feature}", Rule::Hidden, Body::Nothing),
    ("POST", "/v1/users/{user}/links/{feature}", Rule::Hidden, Body::Nothing),
    ("DELETE", "/v1/users/{user}/links/{feature}", Rule::Hidden, Body::Nothing),
    ("POST", "/v1/users/{user}/links/contacts/push", Rule::Hidden, Body::Nothing),
    ("POST", "/v1/links:batch", Rule::OwnRecord, Body::LinkBatch),
    ("GET", "/v1/users/{user}/cards", Rule::Hidden, Body::Nothing),
    ("GET", "/v1/users/{user}/cards/{card}", Rule::Hidden, Body::Nothing),
    ("PUT", "/v1/users/{user}/cards/{card}", Rule::Hidden, Body::Card),
    ("DELETE", "/v1/users/{user}/cards/{card}", Rule::Hidden, Body::Nothing),
    ("GET", "/v1/users/{user}/cards/{card}/sources", Rule::Hidden, Body::Nothing),
    ("PUT", "/v1/users/{user}/cards/{card}/sources/{source}", Rule::Hidden, Body::Card),
    ("DELETE", "/v1/users/{user}/cards/{card}/sources/{source}", Rule::Hidden, Body::Nothing),
    ("POST", "/v1/users/{user}/cards/{card}/merge", Rule::Hidden, Body::Merge),
    ("GET", "/v1/users/{user}/cards/{card}/photo", Rule::Hidden, Body::Nothing),
    ("PUT", "/v1/users/{user}/cards/{card}/photo", Rule::Hidden, Body::Photo),
    ("DELETE", "/v1/users/{user}/cards/{card}/photo", Rule::Hidden, Body::Nothing),
    ("POST", "/v1/card-updates", Rule::OwnRecord, Body::CardUpdates),
    ("POST", "/v1/users/{user}/imports", Rule::Hidden, Body::VCards),
    ("GET", "/v1/contact-points", Rule::OwnList, Body::Nothing),
    ("GET", "/v1/people", Rule::OwnList, Body::Nothing),
    ("GET", "/v1/people/{person}", Rule::Hidden, Body::Nothing),
    ("GET", "/v1/companies", Rule::OwnList, Body::Nothing),
    ("GET", "/v1/companies/{company}", Rule::Hidden, Body::Nothing),
    ("GET", "/v1/booking-pages", Rule::OwnList, Body::Nothing),
    ("GET", "/v1/booking-pages/{page}", Rule::Hidden, Body::Nothing),
    ("PUT", "/v1/booking-pages/{page}", Rule::OwnRecord, Body::BookingPage),
    ("DELETE", "/v1/booking-pages/{page}", Rule::Hidden, Body::Nothing),
    ("GET", "/v1/appointments", Rule::OwnList, Body::Nothing),
    ("GET", "/v1/appointments/{appointment}", Rule::Hidden, Body::Nothing),
    ("DELETE", "/v1/appointments/{appointment}", Rule::Hidden, Body::Nothing),
    ("GET", "/v1/webhooks", Rule::OwnList, Body::Nothing),
    ("POST", "/v1/webhooks", Rule::OwnList, Body::Webhook),
    ("GET", "/v1/webhooks/{webhook}", Rule::Hidden, Body::Nothing),
    ("DELETE", "/v1/webhooks/{webhook}", Rule::Hidden, Body::Nothing),
    ("POST", "/v1/webhooks/{webhook}/rotate-secret", Rule::Hidden, Body::Nothing),
    ("POST", "/v1/webhooks/{webhook}/enable", Rule::Hidden, Body::Nothing),
    ("GET", "/v1/webhooks/{webhook}/deliveries", Rule::Hidden, Body::Nothing),
    ("POST", "/v1/webhooks/{webhook}/deliveries/{delivery}/retry", Rule::Hidden, Body::Nothing),
    ("POST", "/v1/portal-links", Rule::Hidden, Body::PortalLink),
    ("GET", "/v1/audit", Rule::OwnList, Body::Nothing),
];

fn routes_of(wanted: Rule) -> impl Iterator<Item = (&'static str, &'static str, Body)> {
    let routes = ROUTES.into_iter().filter(move |(_, _, rule, _)| *rule == wanted);
    routes.map(|(method, path, _, body)| (method, path, body))
}

/// An organization with one of everything: a consented tenant, a linked user, a card, a booking page with an
/// appointment, contact points with people of a company.
#[derive(Clone)]
struct Owner {
    customer: Customer,
    user: String,
    card: String,
    page: String,
    appointment: String,
    person: String,
    company: String,
    webhook: String,
    key: String,
}

impl Owner {
    async fn new(stack: &Stack) -> Result<Self> {
        let customer = Customer::consented(stack).await?;
        let member = customer.member(&unique("user")).await?;
        let card = unique("card");
        member.put(&card, &json!({"company": unique("company")})).await?;
        let at_an_address = json!({"place": {"kind": "address", "address": "東京都千代田区丸の内1-1"}});
        let booking = Booking::of(&member, &at_an_address).await?;
        let booked = booking.book(booking.a_time().await?, &Guest::new()).await?;
        booking.settled(&booked).await?;
        let appointment = booking.appointments().await?[0]["id"].as_str().context("no id")?.to_owned();
        customer.product.consent(&customer.tenant, "mail", &customer.administrator).await?;
        customer.product.switch_mail_on(&member.id).await?;
        let reader = Reader { member: member.clone() };
        reader.hears("one").await?;
        reader.hears("another").await?;
        let people = customer.product.call(Method::GET, "people", None).await?;
        let of_person = |name: &str| people["items"][0][name].as_str().map(str::to_owned);
        let (person, company) = of_person("id").zip(of_person("company")).context("nobody is known")?;
        let webhook = customer.product.call(Method::POST, "webhooks", Some(&a_webhook())).await?;
        let webhook = webhook["id"].as_str().context("a webhook without an id")?.to_owned();
        let keys = customer.product.call(Method::GET, "api-keys", None).await?;
        let key = keys["items"][0]["id"].as_str().context("an API key without an id")?.to_owned();
        let page = booking.page;
        Ok(Self { customer, user: member.id, card, page, appointment, person, company, webhook, key })
    }

    /// A valid request to a route, for this owner's records, without a key.
    fn call(&self, method: &str, path: &str, body: Body) -> Result<Call> {
        let path = path
            .replace("{organization}", &self.customer.organization.id)
            .replace("{tenant}", &self.customer.tenant)
            .replace("{user}", &self.user)
            .replace("{card}", &self.card)
            .replace("{source}", "default")
            .replace("{page}", &self.page)
            .replace("{appointment}", &self.appointment)
            .replace("{person}", &self.person)
            .replace("{company}", &self.company)
            .replace("{webhook}", &self.webhook)
            .replace("{key}", &self.key)
            .replace("{delivery}", "evt_1")
            .replace("{feature}", "contacts");
        ensure!(!path.contains('{'), "{path} has an id that this test does not know");
        let call = Call::new(method.parse()?, path);
        Ok(match body {
            Body::Nothing => call,
            Body::User => call.json(&json!({"email": "x@another.example", "display_name": "別人"})),
            Body::Card => call.json(&json!({"company": "別の会社"})),
            Body::Consent => call.json(&json!({"features": ["contacts"]})),
            Body::Organization => call.json(&json!({"name": "別の組織"})),
            Body::ApiKey => call.json(&json!({"organization_id": self.customer.organization.id})),
            Body::BookingPage => call.json(&xtask::made_up::booking_page(&self.user)),
            Body::Merge => call.json(&json!({"into": "another"})),
            Body::Photo => call.text("image/jpeg", [0xff, 0xd8, 0xff, 0xe0]),
            Body::Webhook => call.json(&a_webhook()),
            Body::CardUpdates => call.json(&json!({"updates": []})),
            Body::Settings => call.json(&json!({"folder_name": "別の名前", "language": "ja"})),
            Body::LinkBatch => {
                call.json(&json!({"feature": "contacts", "action": "unlink", "user_ids": [self.user]}))
            }
            Body::PortalLink => call.json(&json!({"user_id": self.user, "page": "me"})),
            Body::Audience => {
                call.json(&json!({"group_id": "6e0c7a1e-0000-4000-8000-000000000001", "excluded_user_ids": [self.user]}))
            }
            Body::Checks => call.json(&json!({"user_id": self.user})),
            Body::VCards => call.text("text/vcard", "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:x\r\nEND:VCARD\r\n"),
        })
    }

    /// Texts that only this organization's records hold.
    fn marks(&self) -> [&str; 11] {
        let Customer { tenant, domain, organization, .. } = &self.customer;
        let Self { user, card, page, appointment, person, company, webhook, key, .. } = self;
        [user, card, page, appointment, person, company, webhook, key, tenant, domain, &organization.id]
    }
}

/// A webhook to nobody.
fn a_webhook() -> Value {
    json!({"url": "http://127.0.0.1:9/hook", "events": ["push.finished"]})
}

#[test]
fn every_route_of_the_description_has_a_rule() -> Result<()> {
    let described = api_web::description();
    let paths = described["paths"].as_object().context("a description without paths")?;
    let described: BTreeSet<(String, String)> = paths
        .iter()
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().into_iter().flatten();
            methods.map(|(method, _)| (method.to_uppercase(), path.clone()))
        })
        .collect();
    let known = ROUTES.into_iter().map(|(method, path, ..)| (method.to_owned(), path.to_owned())).collect();
    assert_eq!(described, known);
    Ok(())
}

#[tokio::test]
async fn without_a_valid_key_nothing_opens() -> Result<()> {
    let stack = Stack::given()?;
    let owner = Owner::new(&stack).await?;
    let before = readable(&owner.customer).await?;
    let key = &owner.customer.organization.key;
    let basic = format!("Basic {key}");
    let longer = format!("Bearer {key}x");
    let shorter = format!("Bearer {}", &key[..key.len() - 1]);
    let wrong = ["Bearer", "Bearer ", "Bearer setten_wrong", key.as_str(), &basic, &longer, &shorter];
    for (method, path, _, body) in ROUTES {
        owner.call(method, path, body)?.send(&stack).await?.problem(401)?;
        for authorization in wrong {
            let call =
                Call { authorization: Some(authorization.to_owned()), ..owner.call(method, path, body)? };
            call.send(&stack).await?.problem(401).with_context(|| authorization.to_owned())?;
        }
    }
    assert_eq!(readable(&owner.customer).await?, before);
    Ok(())
}

#[tokio::test]
async fn an_operator_and_an_organization_do_not_do_each_others_work() -> Result<()> {
    let stack = Stack::given()?;
    let owner = Owner::new(&stack).await?;
    let before = readable(&owner.customer).await?;
    for (method, path, rule, body) in ROUTES {
        let own = &owner.customer.organization.key;
        // Both make and revoke keys: the operator any, an organization its own.
        if path.starts_with("/v1/api-keys") {
            continue;
        }
        let key = if rule == Rule::Operators { own } else { &stack.file().operator_key };
        owner.call(method, path, body)?.bearer(key).send(&stack).await?.problem(403)?;
    }
    assert_eq!(readable(&owner.customer).await?, before);
    Ok(())
}

#[tokio::test]
async fn what_another_organization_has_is_not_found() -> Result<()> {
    let stack = Stack::given()?;
    let (owner, stranger) = (Owner::new(&stack).await?, Owner::new(&stack).await?);
    let before = readable(&owner.customer).await?;
    let log = owner.customer.audit().await?;
    let key = &stranger.customer.organization.key;
    for (method, path, body) in routes_of(Rule::Hidden) {
        let reply = owner.call(method, path, body)?.bearer(key).send(&stack).await?;
        reply.problem(404)?;
        // The same words as for an id that nobody has: not even that it is there is told.
        let nobody = Owner {
            user: unique("nobody"),
            card: unique("nothing"),
            page: unique("nothing"),
            appointment: unique("nothing"),
            person: unique("nobody"),
            company: format!("{}.example", unique("nothing")),
            webhook: unique("nothing"),
            key: unique("nothing"),
            ..owner.clone()
        };
        if !path.contains("{tenant}") {
            let other = nobody.call(method, path, body)?.bearer(key).send(&stack).await?;
            let words = |reply: &Reply| -> Result<Value> { Ok(reply.json()?["detail"].take()) };
            ensure!(words(&other)? == words(&reply)?, "{reply:?} {other:?}");
        }
    }
    assert_eq!(readable(&owner.customer).await?, before);
    assert_eq!(owner.customer.audit().await?, log);
    Ok(())
}

#[tokio::test]
async fn lists_show_nothing_of_another_organization() -> Result<()> {
    let stack = Stack::given()?;
    let (owner, stranger) = (Owner::new(&stack).await?, Owner::new(&stack).await?);
    let key = &stranger.customer.organization.key;
    // A second of each, so that the owner's lists have a cursor to be misused.
    owner.customer.user(&unique("user")).await?;
    for (method, path, body) in routes_of(Rule::OwnList) {
        let own = owner.call(method, path, body)?.bearer(&owner.customer.organization.key);
        let own = Call { path: format!("{path}?limit=1"), ..own }.send(&stack).await?.json()?;
        let mut paths = vec![path.to_owned(), format!("{path}?limit=100")];
        if let Some(cursor) = own["next_cursor"].as_str() {
            paths.push(format!("{path}?cursor={cursor}"));
        }
        for path in paths {
            let reply = Call::new(Method::GET, path).bearer(key).send(&stack).await?;
            ensure!(reply.status == StatusCode::OK, "{reply:?}");
            for mark in owner.marks() {
                ensure!(!reply.text.contains(mark), "{mark} is in {reply:?}");
            }
        }
    }
    let shown = Call::new(Method::GET, "/v1/users").bearer(key).send(&stack).await?;
    ensure!(shown.text.contains(&stranger.user), "the lists are not just empty: {shown:?}");
    Ok(())
}

#[tokio::test]
async fn the_same_id_in_two_organizations_is_two_records() -> Result<()> {
    let stack = Stack::given()?;
    let (owner, stranger) = (Owner::new(&stack).await?, Owner::new(&stack).await?);
    let before = readable(&owner.customer).await?;
    let key = &stranger.customer.organization.key;
    let send = async |method: &str, path: &str, body: Body| -> Result<Reply> {
        owner.call(method, path, body)?.bearer(key).send(&stack).await
    };
    for (method, path, body) in routes_of(Rule::OwnRecord) {
        let reply = send(method, path, body).await?;
        ensure!([StatusCode::OK, StatusCode::CREATED].contains(&reply.status), "{reply:?}");
    }
    // The stranger now has a user and a tenant of the owner's ids: a link, a card and a grant it has not.
    let tenant = send("GET", "/v1/tenants/{tenant}", Body::Nothing).await?.json()?;
    assert_eq!(tenant["grants"], json!({}));
    let link = send("GET", "/v1/users/{user}/links/{feature}", Body::Nothing).await?.json()?;
    assert_eq!((&link["status"], &link["account"]), (&json!("not_linked"), &Value::Null));
    send("DELETE", "/v1/users/{user}/links/{feature}", Body::Nothing).await?.problem(404)?;
    send("GET", "/v1/users/{user}/cards/{card}", Body::Nothing).await?.problem(404)?;
    send("DELETE", "/v1/users/{user}/cards/{card}", Body::Nothing).await?.problem(404)?;
    let made = send("PUT", "/v1/users/{user}/cards/{card}", Body::Card).await?;
    ensure!(made.status == StatusCode::CREATED, "{made:?}");
    let cards = send("GET", "/v1/users/{user}/cards", Body::Nothing).await?.json()?;
    assert_eq!(cards["items"][0]["card"], json!({"company": "別の会社"}));
    let page = send("GET", "/v1/booking-pages/{page}", Body::Nothing).await?.json()?;
    ensure!(page["title"].is_null(), "the stranger's own page: {page}");
    for path in [
        "/v1/booking-pages/{page}",
        "/v1/users/{user}/cards/{card}",
        "/v1/users/{user}",
        "/v1/tenants/{tenant}",
    ] {
        let gone = send("DELETE", path, Body::Nothing).await?;
        ensure!(gone.status == StatusCode::NO_CONTENT, "{gone:?}");
    }
    assert_eq!(readable(&owner.customer).await?, before);
    Ok(())
}
