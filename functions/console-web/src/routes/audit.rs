//! `/console/audit`: who did what when.

use std::collections::BTreeMap;

use accounts::{AuditEntry, AuditFilter};
use axum::{extract::State, response::Response};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use pages::console::{Audit, Paging};
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
const LOOK: u32 = 200;

/// The most looks for one page: a word that nobody ever wrote does not have the whole log read.
const MOST_LOOKS: usize = 10;

/// The most lines of a file.
const MOST_IN_FILE: usize = 10_000;

/// One page of the log, newest first.
pub(crate) async fn show(AdminVisit(visit): AdminVisit, State(site): State<Site>) -> Response {
    let work = async {
        let (q, cursor) = wished(visit.query());
        let names = names(&site, &visit).await?;
        let organization = &visit.session.organization_id;
        let (found, next) = find(&site, organization, &q, &names, cursor.clone()).await?;
        let name = |id: &UserId| names.get(id).cloned();
        Reply::page(Audit {
            q,
            entries: found.iter().map(|entry| translate::entry(entry, name)).collect(),
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

/// What is looked for. Cursors are sort keys in another dress; one that is not leads to the first page.
fn wished(query: &str) -> (String, Option<String>) {
    let (mut q, mut cursor) = (String::new(), None);
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match name.as_ref() {
            "q" => q = value.trim().chars().take(200).collect(),
            "cursor" => {
                let key = URL_SAFE_NO_PAD.decode(value.as_bytes()).ok();
                let key = key.and_then(|key| String::from_utf8(key).ok());
                cursor = key.filter(|key| !key.is_empty() && key.len() <= 100);
            }
            _ => {}
        }
    }
    (q, cursor)
}

/// Lines that hold the words, and where to go on. A page may be longer than [`PAGE`], or short before the last.
async fn find(
    site: &Site,
    organization: &OrganizationId,
    q: &str,
    names: &BTreeMap<UserId, String>,
    cursor: Option<String>,
) -> Result<(Vec<AuditEntry>, Option<String>), Trouble> {
    let everything = AuditFilter::default();
    if q.is_empty() {
        return Ok(site.accounts.find_in_audit(organization, &everything, PAGE, cursor.as_deref()).await?);
    }
    let (mut found, mut next, text) = (Vec::new(), cursor, q.to_lowercase());
    for _ in 0..MOST_LOOKS {
        let (read, end) = site.accounts.audit(organization, LOOK, next.as_deref()).await?;
        found.extend(read.into_iter().filter(|entry| holds(entry, &text, names)));
        next = end;
        if next.is_none() || found.len() >= PAGE {
            break;
        }
    }
    Ok((found, next))
}

fn holds(entry: &AuditEntry, text: &str, names: &BTreeMap<UserId, String>) -> bool {
    let has = |field: String| field.to_lowercase().contains(text);
    let user = entry.field("user_id").and_then(|id| id.parse().ok());
    let name = user.and_then(|id: UserId| names.get(&id).cloned());
    let fields = COLUMNS.iter().filter_map(|column| entry.field(column));
    fields.chain(name).any(has)
}

/// What a line of the file says after its time.
const COLUMNS: [&str; 6] = ["event", "user_id", "feature", "tenant_id", "account", "reason"];

/// The newest lines of the log, for a spreadsheet.
pub(crate) async fn csv(AdminVisit(visit): AdminVisit, State(site): State<Site>) -> Response {
    let work = async {
        let (q, _) = wished(visit.query());
        let (names, text) = (names(&site, &visit).await?, q.to_lowercase());
        let mut csv =
            Csv::new(&["at", "event", "user_id", "feature", "tenant_id", "account", "reason", "user"]);
        let (mut next, mut lines) = (None, 0);
        loop {
            let organization = &visit.session.organization_id;
            let (read, end) = site.accounts.audit(organization, 1_000, next.as_deref()).await?;
            for entry in &read {
                lines += 1;
                if text.is_empty() || holds(entry, &text, &names) {
                    csv.line(cells(entry, &names).iter().map(String::as_str));
                }
            }
            next = end;
            if next.is_none() || lines >= MOST_IN_FILE {
                return Ok(Reply::File { name: "audit.csv", csv: csv.finish() });
            }
        }
    };
    site.reply(&visit, work).await
}

fn cells(entry: &AuditEntry, names: &BTreeMap<UserId, String>) -> Vec<String> {
    let fields = COLUMNS.iter().map(|column| entry.field(column).unwrap_or_default());
    let user = entry.field("user_id").and_then(|id| id.parse().ok());
    let name = user.and_then(|id: UserId| names.get(&id).cloned()).unwrap_or_default();
    [entry.at.to_string()].into_iter().chain(fields).chain([name]).collect()
}
