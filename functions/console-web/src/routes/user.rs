//! `/console/users/{user}`: one user's links, and what happened.

use accounts::{AuditFilter, RosterEntry, Tenant, User};
use axum::{extract::State, response::Response};
use pages::console::{Notice, Refused, UserDetail, UserLink};
use types::{Feature, UserId};

use super::{Named, microsoft365::tenants, named, users::to_choose};
use crate::{
    Site,
    reply::{Reply, Trouble},
    translate,
    visit::AdminVisit,
};

/// How much of the history is shown.
const HISTORY: usize = 50;

/// The user.
pub(crate) async fn show(
    AdminVisit(visit): AdminVisit,
    State(site): State<Site>,
    user: Named<String>,
) -> Response {
    let work = async {
        let organization = &visit.session.organization_id;
        let id: UserId = named(user)?.parse().map_err(|_| Refused::NotFound)?;
        let user = site.accounts.user(organization, &id).await?;
        let links = site.accounts.links(organization, &id).await?;
        let features = site.accounts.settings(organization).await?.features;
        let entry = RosterEntry { user, links };
        let tenants = tenants(&site, organization).await?;
        let mut shown = Vec::new();
        for feature in features {
            shown.push(user_link(&site, &entry, feature, may_link(&tenants, &entry.user, feature)).await?);
        }
        let filter = AuditFilter { user: Some(id.clone()), ..AuditFilter::default() };
        let (history, _) = site.accounts.find_in_audit(organization, &filter, HISTORY, None).await?;
        let name = |about: &UserId| (*about == id).then(|| entry.user.display_name.clone());
        Reply::page(UserDetail {
            user: translate::row(&entry, []),
            links: shown,
            tenants: if entry.user.tenant_id.is_some() { Vec::new() } else { to_choose(&tenants) },
            history: history.iter().map(|line| translate::entry(line, name)).collect(),
            notice: Notice::of_query(visit.query()),
        })
    };
    site.reply(&visit, work).await
}

async fn user_link(
    site: &Site,
    entry: &RosterEntry,
    feature: Feature,
    may_link: bool,
) -> Result<UserLink, Trouble> {
    let pushed = entry.links.iter().find(|link| link.feature == feature && feature == Feature::Contacts);
    let status = match pushed {
        Some(link) => Some(site.cards.push_status(link).await?),
        None => None,
    };
    Ok(UserLink {
        link: translate::link(feature, &entry.links),
        push: status.as_ref().map(|status| translate::push(status, false)),
        cards: status.as_ref().map(|status| u32::try_from(status.cards).unwrap_or(u32::MAX)),
        refused: status.as_ref().map(translate::refused).unwrap_or_default(),
        may_link,
    })
}

/// Whether an admin may link the user: the feature is linked by admins, and granted where the user signs in, or
/// may sign in as far as is known.
fn may_link(tenants: &[Tenant], user: &User, feature: Feature) -> bool {
    let signs_in_here = |tenant: &Tenant| user.tenant_id.as_ref().is_none_or(|id| tenant.tenant_id == *id);
    let is_granted = tenants.iter().any(|tenant| signs_in_here(tenant) && tenant.grant(feature).is_some());
    feature.is_linked_by_admin() && is_granted
}
