use super::*;
use crate::stage::Stage;

fn chosen(name: &str) -> OrganizationSettings {
    OrganizationSettings { folder_name: name.parse().expect("a name"), ..OrganizationSettings::default() }
}

#[test]
fn a_folder_name_is_one_that_outlook_shows() {
    for good in ["Setten", "名刺", "Cards / Sales", &"x".repeat(100)] {
        assert_eq!(good.parse::<FolderName>().map(String::from), Ok(good.to_owned()));
    }
    for bad in ["", "  ", "a\nb", "a\0b", &"x".repeat(101)] {
        assert_eq!(bad.parse::<FolderName>(), Err(InvalidFolderName), "{bad:?}");
    }
}

#[tokio::test]
async fn settings_change_only_from_the_version_that_was_read() {
    let stage = Stage::new().await;
    let (accounts, organization) = (&stage.accounts, &stage.organization);
    let read = accounts.versioned_settings(organization).await.expect("read");
    assert_eq!(read.record, OrganizationSettings::default());

    let first =
        accounts.put_settings(organization, &chosen("A"), Some(&read.version)).await.expect("written");
    assert_ne!(first.version, read.version);
    let late = accounts.put_settings(organization, &chosen("B"), Some(&read.version)).await;
    assert!(matches!(late, Err(AccountsError::Changed)), "{late:?}");
    assert_eq!(accounts.versioned_settings(organization).await.expect("read"), first);

    let same = accounts.put_settings(organization, &chosen("A"), None).await.expect("the same");
    assert_eq!(same.version, first.version);
    let (log, _) = accounts.audit(organization, 100, None).await.expect("the log");
    assert_eq!(log.iter().filter(|entry| entry.event == Event::SettingsChanged).count(), 1);
}

#[tokio::test]
async fn a01_only_the_operator_changes_what_the_plan_has() {
    let stage = Stage::new().await;
    let (accounts, organization) = (&stage.accounts, &stage.organization);
    let plan = BTreeSet::from([Feature::Contacts]);
    accounts.put_plan(organization, &plan).await.expect("written");

    accounts.put_settings(organization, &chosen("A"), None).await.expect("written");
    assert_eq!(accounts.settings(organization).await.expect("read").features, plan);
    accounts.require_in_plan(organization, &[Feature::Contacts]).await.expect("in the plan");
    let refused = accounts.require_in_plan(organization, &[Feature::Contacts, Feature::Mail]).await;
    assert!(matches!(refused, Err(AccountsError::NotInPlan(Feature::Mail))), "{refused:?}");
}

#[tokio::test]
async fn writers_at_once_lose_nothing() {
    let stage = Stage::new().await;
    let (accounts, organization) = (&stage.accounts, &stage.organization);
    let settings = chosen("A");
    let plan = BTreeSet::from([Feature::Mail]);
    let (chosen, planned) = futures::join!(
        accounts.put_settings(organization, &settings, None),
        accounts.put_plan(organization, &plan)
    );
    chosen.expect("written");
    planned.expect("written");
    let read = accounts.settings(organization).await.expect("read");
    assert_eq!((read.folder_name.as_str(), read.features), ("A", plan));
}
