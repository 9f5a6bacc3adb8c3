//! `/me`: a member's own links (features B01, B02, B16, P10).

use accounts::{AccountsError, Link, LinkStatus, Tenant};
use axum::{extract::State, response::Response};
use cards::PushStatus;
use pages::console::{Me, MeUnlink, MyLink, Notice, Refused};
use subscriptions::links_ended;
use types::{Feature, TenantId};

use super::{Named, microsoft365::tenants, named};
use crate::{
    Site,
    form::Posted,
    reply::{Reply, Trouble},
    translate,
    visit::Visit,
};

/// Where the page is.
const PATH: &str = "/me";

/// The member's links.
pub(crate) async fn show(visit: Visit, State(site): State<Site>) -> Response {
    let work = async {
        let organization = &visit.session.organization_id;
        let settings = site.accounts.settings(organization).await?;
        let links = site.accounts.links(organization, &visit.session.user.id).await?;
        let tenants = tenants(&site, organization).await?;
        let notice = Notice::of_query(visit.query());
        let mut shown = Vec::new();
        for feature in settings.features {
            let mut my = my_link(&site, &visit, feature, &links, notice == Some(Notice::PushAsked)).await?;
            my.is_granted =
                signs_in_at(&visit, &tenants).is_some_and(|tenant| tenant.grant(feature).is_some());
            if feature == Feature::Contacts {
                my.folder = Some(settings.folder_name.to_string());
            }
            shown.push(my);
        }
        Reply::page(Me { links: shown, notice })
    };
    site.reply(&visit, work).await
}

async fn my_link(
    site: &Site,
    visit: &Visit,
    feature: Feature,
    links: &[Link],
    push_asked: bool,
) -> Result<MyLink, Trouble> {
    let link = links.iter().find(|link| link.feature == feature);
    let status = push_status(site, link).await?;
    let outlook_url = match feature {
        Feature::Contacts => "https://outlook.office.com/people/",
        Feature::Calendar => "https://outlook.office.com/calendar/",
        Feature::Mail => "https://outlook.office.com/mail/",
    };
    let cards = match (feature, &status) {
        (Feature::Contacts, Some(status)) => Some(status.cards),
        (Feature::Contacts, None) => {
            let (organization, user) = (&visit.session.organization_id, &visit.session.user.id);
            Some(site.cards.count(organization, user).await?)
        }
        _ => None,
    };
    Ok(MyLink {
        link: translate::link(feature, links),
        is_granted: false,
        folder: None,
        cards: cards.map(|cards| u32::try_from(cards).unwrap_or(u32::MAX)),
        push: status.as_ref().map(|status| translate::push(status, push_asked)),
        refused: status.as_ref().map(translate::refused).unwrap_or_default(),
        outlook_url: Some(outlook_url.to_owned()),
    })
}

async fn push_status(site: &Site, link: Option<&Link>) -> Result<Option<PushStatus>, Trouble> {
    match link.filter(|link| link.feature == Feature::Contacts) {
        Some(link) => Ok(Some(site.cards.push_status(link).await?)),
        None => Ok(None),
    }
}

/// The member's tenant, or the only one there is.
fn signs_in_at<'a>(visit: &Visit, tenants: &'a [Tenant]) -> Option<&'a Tenant> {
    match (&visit.session.user.tenant_id, tenants) {
        (Some(id), _) => tenants.iter().find(|tenant| tenant.tenant_id == *id),
        (None, [tenant]) => Some(tenant),
        (None, _) => None,
    }
}

/// To Microsoft's sign-in, which links (features B01, B02). What an admin switches on cannot be linked here.
pub(crate) async fn link(State(site): State<Site>, name: Named<String>, posted: Posted) -> Response {
    let Posted { visit, .. } = posted;
    let work = async {
        let feature = feature(named(name)?)?;
        if feature.is_linked_by_admin() {
            return Err(Refused::NotFound.into());
        }
        let organization = &visit.session.organization_id;
        site.accounts.require_in_plan(organization, &[feature]).await?;
        let tenants = tenants(&site, organization).await?;
        let tenant: &TenantId = match signs_in_at(&visit, &tenants) {
            Some(tenant) => &tenant.tenant_id,
            None => return Reply::go_to(PATH),
        };
        let user = &visit.session.user.id;
        let started = site.connect.start_link(organization, user, tenant, feature, Some(PATH)).await?;
        Ok(Reply::Leave(started.url))
    };
    site.reply(&visit, work).await
}

fn feature(name: String) -> Result<Feature, Refused> {
    Feature::parse(&name).ok_or(Refused::NotFound)
}

/// Asks once before a link ends.
pub(crate) async fn ask(visit: Visit, State(site): State<Site>, name: Named<String>) -> Response {
    let work = async {
        let feature = feature(named(name)?)?;
        let Some(link) = standing(&site, &visit, feature).await? else { return Reply::go_to(PATH) };
        let status = push_status(&site, Some(&link)).await?;
        let folder = match feature {
            Feature::Contacts => {
                let settings = site.accounts.settings(&visit.session.organization_id).await?;
                Some(settings.folder_name.to_string())
            }
            Feature::Mail | Feature::Calendar => None,
        };
        Reply::page(MeUnlink {
            feature,
            account: link.account.map(|account| account.name),
            folder,
            cards: status.map(|status| u32::try_from(status.cards).unwrap_or(u32::MAX)),
        })
    };
    site.reply(&visit, work).await
}

async fn standing(site: &Site, visit: &Visit, feature: Feature) -> Result<Option<Link>, Trouble> {
    let (organization, user) = (&visit.session.organization_id, &visit.session.user.id);
    let link = site.accounts.link(organization, user, feature).await?;
    Ok(link.filter(|link| link.status != LinkStatus::Unlinked))
}

/// Ends a link (feature B16).
pub(crate) async fn unlink(State(site): State<Site>, name: Named<String>, posted: Posted) -> Response {
    let Posted { visit, form } = posted;
    let work = async {
        let feature = feature(named(name)?)?;
        let (organization, user) = (&visit.session.organization_id, &visit.session.user.id);
        let link = site.accounts.link(organization, user, feature).await?;
        // Mail's subscription is taken back even of a link that has ended: perhaps by a request that died in it.
        let has_something_left =
            |link: &Link| link.status != LinkStatus::Unlinked || feature == Feature::Mail;
        let Some(link) = link.filter(has_something_left) else { return Reply::go_to(PATH) };
        let removes_folder = feature == Feature::Contacts && form.get("remove_folder") == "on";
        let removes_folder = end(&site, &visit, &link, removes_folder).await?;
        let notice = if removes_folder { Notice::FolderRemoved } else { Notice::Unlinked(feature) };
        Reply::go_to(format!("{PATH}?{}", notice.query()))
    };
    site.reply(&visit, work).await
}

/// Whether the folder goes too.
async fn end(site: &Site, visit: &Visit, link: &Link, removes_folder: bool) -> Result<bool, Trouble> {
    let Link { organization_id, user_id, feature, .. } = link;
    let accounts = visit.accounts(site);
    let goes = if *feature == Feature::Contacts {
        site.cards.unlink(&accounts, &site.pushes, organization_id, user_id, removes_folder).await?
    } else {
        accounts.unlink(organization_id, user_id, *feature).await?;
        false
    };
    links_ended(&site.subscribe, std::slice::from_ref(link)).await.map_err(AccountsError::from)?;
    Ok(goes)
}

/// Pushes now, without waiting for the member's turn.
pub(crate) async fn push(State(site): State<Site>, posted: Posted) -> Response {
    let Posted { visit, .. } = posted;
    let work = async {
        let Some(link) = standing(&site, &visit, Feature::Contacts).await? else {
            return Reply::go_to(PATH);
        };
        cards::hurry(&site.pushes, &link).await?;
        Reply::go_to(format!("{PATH}?{}", Notice::PushAsked.query()))
    };
    site.reply(&visit, work).await
}
