//! The `/outlook` pages: look at any mailbox.

mod calendar;
mod detail;
mod head;
mod list;
mod mail;
mod mailbox;
mod notes;
mod text;
mod time;

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderMap, StatusCode, header};
use jiff::civil::Date;
use serde::Deserialize;

use self::calendar::CalendarPage;
use self::mail::MailPage;
use self::mailbox::MailboxPage;
use self::text::Text;
use crate::app::App;
use crate::html;
use crate::model::directory::MailboxKind;

/// Everything under `/outlook`.
pub(crate) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/outlook", get(mailboxes))
        .route("/outlook/calendar.css", get(calendar_styles))
        .route("/outlook/{mailbox}", get(mailbox))
        .route("/outlook/{mailbox}/mail", get(mail))
        .route("/outlook/{mailbox}/calendar", get(calendar))
        .route("/outlook/{mailbox}/photos/{contact}", get(photo))
}

/// What the address of a page says.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct View {
    /// The language to switch to.
    mkt: Option<String>,
    /// The number of a folder.
    folder: Option<u64>,
    /// The number of a contact.
    contact: Option<u64>,
    /// The number of a message.
    message: Option<u64>,
    /// The number of an event.
    event: Option<u64>,
    /// Of a series, on which of its days.
    day: Option<Date>,
    /// A day of the week to show.
    week: Option<Date>,
    /// What to look for.
    q: Option<String>,
    /// From 1.
    page: Option<usize>,
}

/// A mailbox to pick.
struct Choice {
    name: String,
    address: String,
    href: String,
    contacts: usize,
    /// Messages of the inbox that were not read.
    unread: usize,
    events: usize,
    kind: MailboxKind,
}

impl Choice {
    fn initial(&self) -> String {
        html::initial(&self.name)
    }

    fn tone(&self) -> usize {
        list::tone(&self.address)
    }
}

/// The mailboxes of one organization.
struct Organization {
    name: String,
    domain: String,
    choices: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "outlook/mailboxes.html")]
struct MailboxesPage {
    text: &'static Text,
    switch: String,
    organizations: Vec<Organization>,
}

#[derive(Template)]
#[template(path = "outlook/missing.html")]
struct MissingPage {
    text: &'static Text,
    switch: String,
}

async fn mailboxes(State(app): State<Arc<App>>, headers: HeaderMap, Query(view): Query<View>) -> Response {
    let japanese = html::japanese(view.mkt.as_deref(), &headers);
    let world = app.world();
    let organizations = world.directory.tenants.values().map(|tenant| {
        let mut choices: Vec<Choice> = tenant
            .users
            .values()
            .map(|user| Choice {
                name: user.display_name.clone(),
                address: user.mail.clone().unwrap_or_else(|| user.user_principal_name.clone()),
                href: format!("/outlook/{}", user.id),
                contacts: world.mailboxes.get(&user.id).map_or(0, list::living_contacts),
                unread: world.mailboxes.get(&user.id).map_or(0, mail::unread),
                events: world.mailboxes.get(&user.id).map_or(0, calendar::living_events),
                kind: user.mailbox,
            })
            .collect();
        choices.sort_by_key(|choice| {
            (choice.contacts + choice.unread + choice.events == 0, choice.address.clone())
        });
        Organization { name: tenant.display_name.clone(), domain: tenant.domain.clone(), choices }
    });
    let page = MailboxesPage {
        text: Text::of(japanese),
        switch: format!("/outlook?mkt={}", if japanese { "en" } else { "ja" }),
        organizations: organizations.collect(),
    };
    html::remember_language(html::page(StatusCode::OK, &page), view.mkt.as_deref())
}

async fn mailbox(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    headers: HeaderMap,
    Query(view): Query<View>,
) -> Response {
    let japanese = html::japanese(view.mkt.as_deref(), &headers);
    found(MailboxPage::new(&app.world(), &name, &view, japanese).as_ref(), &view, japanese)
}

async fn mail(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    headers: HeaderMap,
    Query(view): Query<View>,
) -> Response {
    let japanese = html::japanese(view.mkt.as_deref(), &headers);
    found(MailPage::new(&app.world(), &name, &view, japanese).as_ref(), &view, japanese)
}

async fn calendar(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    headers: HeaderMap,
    Query(view): Query<View>,
) -> Response {
    let japanese = html::japanese(view.mkt.as_deref(), &headers);
    let now = app.clock.now();
    found(CalendarPage::new(&mut app.world(), &name, &view, japanese, now).as_ref(), &view, japanese)
}

async fn calendar_styles() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], calendar::styles())
}

/// The page of a mailbox, or that there is no such mailbox.
fn found(page: Option<&impl Template>, view: &View, japanese: bool) -> Response {
    let response = match page {
        Some(page) => html::page(StatusCode::OK, page),
        None => {
            let switch = format!("/outlook?mkt={}", if japanese { "en" } else { "ja" });
            html::page(StatusCode::NOT_FOUND, &MissingPage { text: Text::of(japanese), switch })
        }
    };
    html::remember_language(response, view.mkt.as_deref())
}

async fn photo(State(app): State<Arc<App>>, Path((name, contact)): Path<(String, u64)>) -> Response {
    let world = app.world();
    let photo = world
        .directory
        .user(&name)
        .and_then(|(_, user)| world.mailboxes.get(&user.id))
        .and_then(|mailbox| mailbox.contacts.get(&contact))
        .and_then(|contact| contact.photo.clone());
    match photo {
        // Only what a browser shows as a picture: somebody else's bytes must not become a page of ours.
        Some(photo) if photo.content_type.starts_with("image/") && photo.content_type != "image/svg+xml" => {
            ([(header::CONTENT_TYPE, photo.content_type)], photo.bytes).into_response()
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}
