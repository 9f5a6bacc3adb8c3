//! `/console/settings`: what the organization chooses itself.

use accounts::{AccountsError, FolderName, OrganizationSettings, Version, Versioned};
use axum::{extract::State, response::Response};
use pages::console::{Notice, Settings, SettingsFault};
use types::Language;

use crate::{
    Site,
    form::{Form, PostedByAdmin},
    reply::{Reply, Trouble},
    visit::{AdminVisit, Visit},
};

/// The form as it is stored.
pub(crate) async fn show(AdminVisit(visit): AdminVisit, State(site): State<Site>) -> Response {
    let work = async {
        let notice = Notice::of_query(visit.query());
        Reply::page(Settings { notice, ..stored(&site, &visit).await? })
    };
    site.reply(&visit, work).await
}

async fn stored(site: &Site, visit: &Visit) -> Result<Settings, Trouble> {
    let organization = &visit.session.organization_id;
    let Versioned { record, version } = site.accounts.versioned_settings(organization).await?;
    Ok(Settings {
        folder_name: record.folder_name.to_string(),
        language: record.language,
        version: version.as_str().to_owned(),
        fault: None,
        notice: None,
    })
}

/// Saves what was typed, unless somebody else saved meanwhile.
pub(crate) async fn save(State(site): State<Site>, posted: PostedByAdmin) -> Response {
    let PostedByAdmin { visit, form } = posted;
    let work = async {
        let present = stored(&site, &visit).await?;
        let language = Language::parse(form.get("language")).unwrap_or(present.language);
        let typed = form.get("folder_name").to_owned();
        let again = |fault| Settings {
            folder_name: typed.clone(),
            language,
            version: form.get("version").to_owned(),
            fault: Some(fault),
            notice: None,
        };
        let folder_name = match typed.parse::<FolderName>() {
            Ok(name) => name,
            Err(_) => return Reply::page(again(fault_of(&typed))),
        };
        let settings = OrganizationSettings { folder_name, language, ..OrganizationSettings::default() };
        match site
            .accounts
            .put_settings(&visit.session.organization_id, &settings, version(&form).as_ref())
            .await
        {
            Ok(_) => Reply::go_to(format!("/console/settings?{}", Notice::SettingsSaved.query())),
            Err(AccountsError::Changed) => {
                let theirs = stored(&site, &visit).await?;
                Reply::page(Settings { fault: Some(SettingsFault::Conflict), ..theirs })
            }
            Err(error) => Err(error.into()),
        }
    };
    site.reply(&visit, work).await
}

fn version(form: &Form) -> Option<Version> {
    Some(form.get("version")).filter(|version| !version.is_empty()).map(Version::named)
}

fn fault_of(typed: &str) -> SettingsFault {
    if typed.is_empty() {
        SettingsFault::FolderMissing
    } else if typed.chars().count() > FolderName::MAX_CHARS {
        SettingsFault::FolderTooLong { most: FolderName::MAX_CHARS }
    } else {
        SettingsFault::FolderForbidden
    }
}
