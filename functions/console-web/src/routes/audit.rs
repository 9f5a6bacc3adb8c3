//! `/console/audit`: who did what when.

use std::collections::BTreeMap;

use accounts::{AuditEntry, AuditFilter};
use axum::{extract::State, response::Response};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use pages::console::{Actor, Audit, Paging};
use types::{OrganizationId, UserId};
use url::form_urlencoded;

use crate::{
    Site,
    csv::Csv,
    reply::{Reply, Trouble},
    translate,
    visit::{AdminVisit, Visit},
};

/// How many lines one page shows, and how many one look at the log brings.
const PAGE: usize = 50;
const LOOK: usize = 200;

/// The most looks for one page: a word that nobody ever wrote does not have the whole log read.
const MOST_LOOKS: usize = 10;

/// How many lines one look for a file brings, and the most looks for it: some seconds, even where few fit.
const LOOK_FOR_FILE: usize = 1_000;
const MOST_LOOKS_FOR_FILE: usize = 20;

/// One page of the log, newest first.
pub(crate) async fn show(AdminVisit(visit): AdminVisit, State(site): State<Site>) -> Response {
    let work = async {
        let Wished { q, by, cursor } = Wished::of(visit.query());
        let names = names(&site, &visit).await?;
        let search =
            Search { site: &site, organization: &visit.session.organization_id, q: &q, by, names: &names };
        let (found, next) = search.page(cursor.clone()).await?;
        let name = |id: &UserId| names.get(id).cloned();
        Reply::page(Audit {
            entries: found.iter().map(|entry| translate::entry(entry, name)).collect(),
            q,
            by,
            count: None,
            paging: Paging { is_later: cursor.is_some(), next: next.map(|key| URL_SAFE_NO_PAD.encode(key)) },
        })
    };
    site.reply(&visit, work).await
}

async fn names(site: &Site, visit: &Visit) -> Result<BTreeMap<UserId, String>, Trouble> {
    let roster = site.accounts.roster(&visit.session.organization_id).await?;
    Ok(roster.into_iter().map(|entry| (entry.user.id, entry.user.display_name)).collect())
}

/// What is looked for; whatever does not parse was not said. Cursors are sort keys in another dress; one that
/// is not leads to the first page.
#[derive(Debug, Default)]
struct Wished {
    q: String,
    by: Option<&'static str>,
    cursor: Option<String>,
}

impl Wished {
    fn of(query: &str) -> Self {
        let mut wished = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "q" => wished.q = value.trim().chars().take(200).collect(),
                "actor" => wished.by = Actor::NAMES.into_iter().find(|name| *name == value),
                "cursor" => {
                    let key = URL_SAFE_NO_PAD.decode(value.as_bytes()).ok();
                    let key = key.and_then(|key| String::from_utf8(key).ok());
                    wished.cursor = key.filter(|key| !key.is_empty() && key.len() <= 100);
                }
                _ => {}
            }
        }
        wished
    }
}

/// A search in the log of an organization.
struct Search<'a> {
    site: &'a Site,
    organization: &'a OrganizationId,
    q: &'a str,
    by: Option<&'static str>,
    names: &'a BTreeMap<UserId, String>,
}

type Found = (Vec<AuditEntry>, Option<String>);

impl Search<'_> {
    /// Lines that hold the words, and where to go on. A page may be longer than [`PAGE`], or short before the
    /// last.
    async fn page(&self, cursor: Option<String>) -> Result<Found, Trouble> {
        if self.q.is_empty() {
            return self.look(PAGE, cursor.as_deref()).await;
        }
        let (mut found, mut next) = (Vec::new(), cursor);
        for _ in 0..MOST_LOOKS {
            let (read, end) = self.look(LOOK, next.as_deref()).await?;
            found.extend(self.holding(read));
            next = end;
            if next.is_none() || found.len() >= PAGE {
                break;
            }
        }
        Ok((found, next))
    }

    async fn look(&self, limit: usize, cursor: Option<&str>) -> Result<Found, Trouble> {
        let filter = AuditFilter { actor: self.by.map(str::to_owned), ..AuditFilter::default() };
        Ok(self.site.accounts.find_in_audit(self.organization, &filter, limit, cursor).await?)
    }

    fn holding(&self, read: Vec<AuditEntry>) -> impl Iterator<Item = AuditEntry> {
        let text = self.q.to_lowercase();
        read.into_iter().filter(move |entry| self.holds(entry, &text))
    }

    fn holds(&self, entry: &AuditEntry, text: &str) -> bool {
        let actor = entry.actor.as_ref().and_then(accounts::Actor::id);
        let ids = entry.field("user_id").into_iter().chain(actor.map(str::to_owned));
        let names = ids.filter_map(|id| self.name(&id)).chain(actor.map(str::to_owned));
        let fields = COLUMNS[3..].iter().filter_map(|column| entry.field(column));
        fields.chain(names).any(|field| field.to_lowercase().contains(text))
    }

    fn name(&self, id: &str) -> Option<String> {
        self.names.get(&id.parse().ok()?).cloned()
    }
}

/// What a line of the file says; those after `actor_id` are fields of the event.
const COLUMNS: [&str; 9] =
    ["at", "actor", "actor_id", "event", "user_id", "feature", "tenant_id", "account", "reason"];

/// The log for a spreadsheet, newest first.
pub(crate) async fn csv(AdminVisit(visit): AdminVisit, State(site): State<Site>) -> Response {
    let work = async {
        let Wished { q, by, cursor: mut next } = Wished::of(visit.query());
        let names = names(&site, &visit).await?;
        let search =
            Search { site: &site, organization: &visit.session.organization_id, q: &q, by, names: &names };
        let mut csv = Csv::new(&[&COLUMNS[..], &["user"]].concat());
        for _ in 0..MOST_LOOKS_FOR_FILE {
            let (read, end) = search.look(LOOK_FOR_FILE, next.as_deref()).await?;
            for entry in search.holding(read) {
                csv.line(cells(&entry, &search).iter().map(String::as_str));
            }
            next = end;
            if next.is_none() || csv.is_full() {
                break;
            }
        }
        if let Some(next) = next {
            csv.goes_on(&site, &visit, &URL_SAFE_NO_PAD.encode(next));
        }
        Ok(Reply::File { name: "audit.csv", csv: csv.finish() })
    };
    site.reply(&visit, work).await
}

fn cells(entry: &AuditEntry, search: &Search<'_>) -> Vec<String> {
    let actor = entry.actor.as_ref();
    let id = actor.and_then(accounts::Actor::id).unwrap_or_default();
    let first = [entry.at.to_string(), actor.map_or("", accounts::Actor::as_str).to_owned(), id.to_owned()];
    let fields = COLUMNS[3..].iter().map(|column| entry.field(column).unwrap_or_default());
    let name = entry.field("user_id").and_then(|id| search.name(&id)).unwrap_or_default();
    first.into_iter().chain(fields).chain([name]).collect()
}
