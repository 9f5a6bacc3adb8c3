//! `/console/settings`: what the organization chooses itself.

use accounts::{
    AccountsError, ContactField, FolderName, OrganizationSettings, SourceOrder, Version, Versioned, WriteMode,
};
use axum::{extract::State, response::Response};
use pages::console::{Notice, Settings, SettingsFault};
use types::{Language, SourceId};

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
        Reply::page(Settings { notice, ..page_of(&stored(&site, &visit).await?) })
    };
    site.reply(&visit, work).await
}

/// Saves what was typed, unless somebody else saved meanwhile.
pub(crate) async fn save(State(site): State<Site>, posted: PostedByAdmin) -> Response {
    let PostedByAdmin { visit, form } = posted;
    let work = async {
        let present = stored(&site, &visit).await?;
        let settings = match typed(&form, present.record) {
            Ok(settings) => settings,
            Err(page) => return Reply::page(*page),
        };
        match visit
            .accounts(&site)
            .put_settings(&visit.session.organization_id, &settings, version(&form).as_ref())
            .await
        {
            Ok(_) => Reply::go_to(format!("/console/settings?{}", Notice::SettingsSaved.query())),
            Err(AccountsError::Changed) => {
                let theirs = page_of(&stored(&site, &visit).await?);
                Reply::page(Settings { fault: Some(SettingsFault::Conflict), ..theirs })
            }
            Err(error) => Err(error.into()),
        }
    };
    site.reply(&visit, work).await
}

async fn stored(site: &Site, visit: &Visit) -> Result<Versioned<OrganizationSettings>, Trouble> {
    Ok(site.accounts.versioned_settings(&visit.session.organization_id).await?)
}

fn page_of(Versioned { record, version }: &Versioned<OrganizationSettings>) -> Settings {
    let sources: Vec<&str> = record.sources.named().iter().map(SourceId::as_str).collect();
    let modes = ContactField::ALL.map(|field| {
        (field.as_str(), WriteMode::ALL.map(|mode| (mode.as_str(), mode == record.contact_fields.of(field))))
    });
    Settings {
        folder_name: record.folder_name.to_string(),
        language: record.language,
        contact_fields: modes.map(|(field, modes)| (field, modes.into())).into(),
        sources: sources.join(", "),
        version: version.as_str().to_owned(),
        fault: None,
        notice: None,
    }
}

/// The settings as typed; what the form does not have stays. Otherwise the page again, with what is wrong.
fn typed(form: &Form, present: OrganizationSettings) -> Result<OrganizationSettings, Box<Settings>> {
    let language = Language::parse(form.get("language")).unwrap_or(present.language);
    let contact_fields = ContactField::ALL.into_iter().fold(present.contact_fields, |modes, field| {
        let mode = WriteMode::parse(form.get(&format!("field-{}", field.as_str())));
        mode.map_or(modes, |mode| modes.with(field, mode))
    });
    let settings = OrganizationSettings { language, contact_fields, ..present };
    let (folder, named) = (form.get("folder_name").to_owned(), form.all("sources").next_back());
    let again = |fault| {
        let record = settings.clone();
        let version = Version::named(form.get("version"));
        let mut page = page_of(&Versioned { record, version });
        page.folder_name.clone_from(&folder);
        if let Some(named) = named {
            named.clone_into(&mut page.sources);
        }
        Box::new(Settings { fault: Some(fault), ..page })
    };
    let folder_name = folder.parse::<FolderName>().map_err(|_| again(fault_of(&folder)))?;
    let sources = match named {
        Some(named) => {
            sources(named).ok_or_else(|| again(SettingsFault::Sources { most: SourceOrder::MOST }))?
        }
        None => settings.sources.clone(),
    };
    Ok(OrganizationSettings { folder_name, sources, ..settings })
}

/// The order of sources as people write it: names with commas, in either width, or spaces between them.
fn sources(typed: &str) -> Option<SourceOrder> {
    let names = typed.split(|c: char| c.is_whitespace() || matches!(c, ',' | '、' | '，'));
    let names: Result<Vec<SourceId>, _> = names.filter(|name| !name.is_empty()).map(str::parse).collect();
    names.ok()?.try_into().ok()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p15_an_order_of_sources_is_read_as_people_write_it() {
        let named =
            |typed| sources(typed).map(|order| order.named().iter().map(SourceId::to_string).collect());
        let two = || Some(vec!["crm".to_owned(), "scanner".to_owned()]);
        assert_eq!(
            [named("crm, scanner"), named(" crm、scanner\n"), named("crm scanner,")],
            [two(), two(), two()]
        );
        assert_eq!(named(" "), Some(Vec::new()));
        for bad in ["crm, crm", "名刺", "a/b", "1 2 3 4 5 6 7 8 9 10 11"] {
            assert_eq!(named(bad), None, "{bad}");
        }
    }
}
