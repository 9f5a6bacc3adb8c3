//! `/console/users`: everybody with their links; many linked or unlinked at once.

use std::collections::BTreeSet;

use accounts::{AccountsError, Link, LinkStatus, RosterEntry, Tenant};
use axum::{extract::State, response::Response};
use futures::{StreamExt, stream};
use pages::console::{Notice, Paging, Refused, Status, UserFilter, Users};
use subscriptions::{link_began, links_ended};
use types::{Feature, UserId};
use url::form_urlencoded;

use super::microsoft365::tenants;
use crate::{
    Site,
    csv::Csv,
    form::PostedByAdmin,
    reply::{Reply, Trouble},
    translate,
    visit::{AdminVisit, Visit},
};

/// Where the list is.
const PATH: &str = "/console/users";

/// How many users one page lists.
const PAGE: usize = 50;

/// How many links are changed at a time.
const AT_ONCE: usize = 16;

/// One page of the list. It has a count and filters by links, so it is made of everybody: for a thousand
/// users one read of theirs and two of their links, whatever is looked for ([`accounts::Accounts::roster`]).
pub(crate) async fn show(AdminVisit(visit): AdminVisit, State(site): State<Site>) -> Response {
    let work = async {
        let organization = &visit.session.organization_id;
        let features = site.accounts.settings(organization).await?.features;
        let (filter, cursor) = wished(visit.query());
        let mut found = site.accounts.roster(organization).await?;
        found.retain(|entry| fits(&filter, &features, entry));
        let count = translate::count(found.len());
        let tenants = match found.iter().all(|entry| entry.user.tenant_id.is_some()) {
            true => Vec::new(),
            false => to_choose(&tenants(&site, organization).await?),
        };
        if let Some(cursor) = &cursor {
            found.retain(|entry| entry.user.id.as_str() > cursor.as_str());
        }
        let goes_on = found.len() > PAGE;
        found.truncate(PAGE);
        let next = found.last().filter(|_| goes_on).map(|entry| entry.user.id.to_string());
        Reply::page(Users {
            filter,
            users: found.iter().map(|entry| translate::row(entry, features.iter().copied())).collect(),
            tenants,
            count,
            paging: Paging { is_later: cursor.is_some(), next },
            notice: Notice::of_query(visit.query()),
        })
    };
    site.reply(&visit, work).await
}

/// The tenants that may be meant where it is not known in which one a user signs in; none to choose from where
/// there is only one (A13).
pub(super) fn to_choose(tenants: &[Tenant]) -> Vec<String> {
    let tenants = tenants.iter().filter(|_| tenants.len() > 1);
    tenants.map(|tenant| tenant.tenant_id.to_string()).collect()
}

/// What is looked for; whatever does not parse was not said.
fn wished(query: &str) -> (UserFilter, Option<String>) {
    let (mut filter, mut cursor) = (UserFilter::default(), None);
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match name.as_ref() {
            "q" => filter.q = value.trim().chars().take(200).collect(),
            "feature" => filter.feature = Feature::parse(&value),
            "status" => filter.status = Status::parse(&value),
            "cursor" => cursor = Some(value.into_owned()).filter(|cursor| !cursor.is_empty()),
            _ => {}
        }
    }
    (filter, cursor)
}

fn fits(filter: &UserFilter, features: &BTreeSet<Feature>, entry: &RosterEntry) -> bool {
    let text = filter.q.to_lowercase();
    let user = &entry.user;
    let has_text = [&user.display_name, &user.email, user.id.as_str()]
        .iter()
        .any(|field| field.to_lowercase().contains(&text));
    let stands_so = filter.status.is_none_or(|status| {
        let looked_at = features.iter().filter(|feature| filter.feature.is_none_or(|one| one == **feature));
        looked_at.into_iter().any(|feature| translate::link(*feature, &entry.links).status == status)
    });
    has_text && stands_so
}

/// Everybody with every link, for a spreadsheet; what is looked for counts here too.
pub(crate) async fn csv(AdminVisit(visit): AdminVisit, State(site): State<Site>) -> Response {
    let work = async {
        let organization = &visit.session.organization_id;
        let features = site.accounts.settings(organization).await?.features;
        let (filter, cursor) = wished(visit.query());
        let mut found = site.accounts.roster(organization).await?;
        found.retain(|entry| fits(&filter, &features, entry));
        let (mut csv, last) = file(&found, &features, cursor.as_deref());
        if let Some(last) = last {
            csv.goes_on(&site, &visit, last.as_str());
        }
        Ok(Reply::File { name: "users.csv", csv: csv.finish() })
    };
    site.reply(&visit, work).await
}

/// A file of those after the cursor; with the last user in it where there are more.
fn file<'a>(
    found: &'a [RosterEntry],
    features: &BTreeSet<Feature>,
    cursor: Option<&str>,
) -> (Csv, Option<&'a UserId>) {
    let mut columns = vec!["user_id".to_owned(), "name".to_owned(), "email".to_owned(), "role".to_owned()];
    for feature in features {
        let parts = ["status", "account", "last_success_at", "reason"];
        columns.extend(parts.map(|part| format!("{}_{part}", feature.as_str())));
    }
    let mut csv = Csv::new(&columns.iter().map(String::as_str).collect::<Vec<_>>());
    let mut last = None;
    for entry in found.iter().filter(|entry| cursor.is_none_or(|cursor| entry.user.id.as_str() > cursor)) {
        if csv.is_full() {
            return (csv, last);
        }
        csv.line(cells(entry, features).iter().map(String::as_str));
        last = Some(&entry.user.id);
    }
    (csv, None)
}

fn cells(entry: &RosterEntry, features: &BTreeSet<Feature>) -> Vec<String> {
    let row = translate::row(entry, features.iter().copied());
    let role = if row.is_admin { "admin" } else { "member" };
    let mut cells = vec![row.user_id, row.name, row.email, role.to_owned()];
    for link in row.links {
        cells.push(link.status.as_str().to_owned());
        cells.push(link.account.unwrap_or_default());
        cells.push(link.last_success_at.map(|at| at.to_string()).unwrap_or_default());
        cells.push(link.problem.and_then(|problem| problem.code).unwrap_or_default());
    }
    cells
}

/// Links or unlinks the users that were ticked. Each on its own: one who cannot be changed keeps nobody else
/// from it.
pub(crate) async fn change_links(State(site): State<Site>, posted: PostedByAdmin) -> Response {
    let PostedByAdmin { visit, form } = posted;
    let work = async {
        let organization = &visit.session.organization_id;
        let feature = Feature::parse(form.get("feature")).ok_or(Refused::NotFound)?;
        site.accounts.require_in_plan(organization, &[feature]).await?;
        let users: BTreeSet<UserId> = form.all("user").filter_map(|id| id.parse().ok()).collect();
        let notice = match (users.is_empty(), form.get("action")) {
            (true, _) => Notice::NobodyChosen,
            (false, "link") => link(&site, &visit, &users, feature, form.get("tenant")).await?,
            (false, "unlink") => unlink(&site, &visit, &users, feature).await?,
            _ => return Err(Refused::NotFound.into()),
        };
        Reply::go_to(and(own_path(form.get("return")), &notice))
    };
    site.reply(&visit, work).await
}

/// Links by an admin; features that users link themselves are passed over, since only they can sign in.
async fn link(
    site: &Site,
    visit: &Visit,
    users: &BTreeSet<UserId>,
    feature: Feature,
    chosen: &str,
) -> Result<Notice, Trouble> {
    if !feature.is_linked_by_admin() {
        return Ok(Notice::UsersLinked { count: 0, skipped: translate::count(users.len()) });
    }
    let (accounts, organization) = (visit.accounts(site), &visit.session.organization_id);
    let tenants = tenants(site, organization).await?;
    let usual = match tenants.as_slice() {
        [tenant] => Some(&tenant.tenant_id),
        several => several.iter().map(|tenant| &tenant.tenant_id).find(|id| id.as_str() == chosen),
    };
    if usual.is_none() && tenants.len() > 1 {
        let roster = site.accounts.roster(organization).await?;
        let mut meant = roster.iter().filter(|entry| users.contains(&entry.user.id));
        if meant.any(|entry| entry.user.tenant_id.is_none()) {
            return Ok(Notice::TenantNotChosen);
        }
    }
    let link = |user: UserId| {
        let accounts = &accounts;
        async move {
            let own = accounts.user(organization, &user).await?.tenant_id;
            let Some(tenant) = own.as_ref().or(usual) else { return Ok(false) };
            let link = accounts.link_by_admin(organization, &user, tenant, feature).await?;
            link_began(&site.subscribe, &link).await;
            Ok(true)
        }
    };
    let (count, skipped) = tally(users.iter().cloned().map(link)).await?;
    Ok(Notice::UsersLinked { count, skipped })
}

async fn unlink(
    site: &Site,
    visit: &Visit,
    users: &BTreeSet<UserId>,
    feature: Feature,
) -> Result<Notice, Trouble> {
    let (accounts, organization) = (&visit.accounts(site), &visit.session.organization_id);
    let unlink = |user: UserId| async move {
        let Some(link) = accounts.link(organization, &user, feature).await? else { return Ok(false) };
        accounts.unlink(organization, &user, feature).await?;
        // Also of whoever was unlinked before: perhaps by a request that died before it could say so.
        end(site, &link).await?;
        Ok(link.status != LinkStatus::Unlinked)
    };
    let (count, skipped) = tally(users.iter().cloned().map(unlink)).await?;
    Ok(Notice::UsersUnlinked { count, skipped })
}

async fn end(site: &Site, link: &Link) -> Result<(), AccountsError> {
    Ok(links_ended(&site.subscribe, std::slice::from_ref(link)).await?)
}

/// How many were changed and how many could not be. Only a store that fails ends it.
async fn tally<F: Future<Output = Result<bool, AccountsError>>>(
    changes: impl Iterator<Item = F>,
) -> Result<(u32, u32), AccountsError> {
    let outcomes: Vec<_> = stream::iter(changes).buffer_unordered(AT_ONCE).collect().await;
    let (mut count, mut skipped) = (0, 0);
    for outcome in outcomes {
        match outcome {
            Ok(true) => count += 1,
            Ok(false) | Err(AccountsError::NotFound(_) | AccountsError::GrantMissing(_)) => skipped += 1,
            Err(error) => return Err(error),
        }
    }
    Ok((count, skipped))
}

/// Where the form came from, if that is the list or a user of it.
fn own_path(path: &str) -> &str {
    let rest = path.strip_prefix(PATH);
    let is_own = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['?', '/']));
    let is_plain = path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if is_own && is_plain && !path.contains("//") && !path.contains("..") { path } else { PATH }
}

/// The page with word of what was done, and none of what was done before.
fn and(path: &str, notice: &Notice) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let told = ["done=", "count=", "skipped=", "what="];
    let kept = query.split('&').filter(|pair| !pair.is_empty() && !told.iter().any(|t| pair.starts_with(t)));
    let query: Vec<String> = kept.map(str::to_owned).chain([notice.query()]).collect();
    format!("{path}?{}", query.join("&"))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn users_who_do_not_fit_in_one_file_follow_in_the_next() {
        let user = |number: usize| {
            let id: UserId = format!("u{number:06}").parse().expect("an id");
            let email = format!("{number}@contoso.example");
            let user = surroundings::member(&id, &email, &"長い名前".repeat(20), Timestamp::UNIX_EPOCH);
            RosterEntry { user, links: Vec::new() }
        };
        let everybody: Vec<RosterEntry> = (0..27_000).map(user).collect();
        let features = Feature::ALL.into_iter().collect();
        let (mut seen, mut cursor, mut files) = (0, None, 0);
        loop {
            let (csv, last) = file(&everybody, &features, cursor);
            let text = csv.finish();
            // Lambda's six megabytes: as JSON, in which the ends of lines are longer.
            assert!(text.len() + 2 * text.lines().count() < 5_000_000, "{} bytes", text.len());
            seen += text.lines().count() - 1;
            (cursor, files) = (last.map(UserId::as_str), files + 1);
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!((seen, files), (27_000, 3), "nobody is lost, and nobody is there twice");
    }

    #[test]
    fn the_way_back_stays_among_the_users() {
        for good in ["/console/users", "/console/users?q=a%20b&cursor=u-1", "/console/users/u-1"] {
            assert_eq!(own_path(good), good);
        }
        for bad in [
            "",
            "/console/usersx",
            "//evil.example",
            "/console/users/../../v1",
            "/console/users//evil",
            "/me",
        ] {
            assert_eq!(own_path(bad), PATH, "{bad}");
        }
        let notice = Notice::UsersLinked { count: 2, skipped: 0 };
        assert_eq!(
            and("/console/users?q=a&done=users-unlinked&count=9&skipped=9", &notice),
            "/console/users?q=a&done=users-linked&count=2&skipped=0"
        );
    }

    #[test]
    fn what_does_not_parse_was_not_said() {
        let (filter, cursor) = wished("q=+%E4%BD%90+&feature=mail&status=no_permission&cursor=u-9&lang=ja");
        assert_eq!(
            (filter.q.as_str(), filter.feature, cursor.as_deref()),
            ("佐", Some(Feature::Mail), Some("u-9"))
        );
        assert_eq!(filter.status, Some(Status::NoPermission));
        let (filter, cursor) = wished("feature=x&status=&cursor=&q=");
        assert_eq!((filter, cursor), (UserFilter::default(), None));
    }
}
