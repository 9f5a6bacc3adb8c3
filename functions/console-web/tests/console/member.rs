//! A member's own page, as it stands for the member whose link it shows.

use accounts::{LinkStatus, OrganizationSettings};
use types::Feature;

use crate::world::{MEMBER, TENANT, World, user};

const FOLDER: &str = "青空名刺";

impl World {
    /// The member is linked, in an organization that chose the folder's name.
    async fn with_a_folder(&self) {
        self.consent(&self.organization, TENANT, &[Feature::Contacts]).await;
        self.link("u1", MEMBER, Feature::Contacts).await;
        let folder_name = FOLDER.parse().expect("a name");
        let settings = OrganizationSettings { folder_name, ..OrganizationSettings::default() };
        self.accounts.put_settings(&self.organization, &settings, None).await.expect("written");
    }

    /// How the member's push ended.
    async fn ended(&self, status: LinkStatus, reason: Option<&str>) {
        let link = self.accounts.link(&self.organization, &user("u1"), Feature::Contacts).await;
        let link = link.expect("an answer").expect("a link");
        self.accounts.note_outcome(&link, status, reason).await.expect("noted");
    }
}

#[tokio::test]
async fn b15_a_folder_that_is_taken_is_told_by_its_name_until_it_is_free() {
    let world = World::new().await;
    world.with_a_folder().await;
    let mut member = world.member().await;
    let told = [
        (
            "ja",
            "Outlookの連絡先に「青空名刺」とのフォルダーが既に存在しているため、連携が完了できません。\
             フォルダー名を変更するか、削除してください。",
        ),
        (
            "en",
            "The folder “青空名刺” already exists in your Outlook contacts, so the link cannot be completed. \
             Rename the folder or delete it.",
        ),
    ];
    for is_taken in [false, true, false] {
        let (status, reason) = match is_taken {
            true => (LinkStatus::Failed, Some("folder_taken")),
            false => (LinkStatus::Linked, None),
        };
        world.ended(status, reason).await;
        for (language, text) in told {
            let page = member.get(&format!("/me?lang={language}")).await;
            assert_eq!(page.text.contains(text), is_taken, "{language}: {}", page.text);
        }
    }
}

#[tokio::test]
async fn b17_the_page_names_the_account_and_the_folder_to_look_for() {
    let world = World::new().await;
    world.with_a_folder().await;
    let mut member = world.member().await;
    for (language, look, same) in [
        ("ja", "折りたたまれているフォルダー", "同じアカウント"),
        ("en", "collapsed folders", "same account"),
    ] {
        let page = member.get(&format!("/me?lang={language}")).await;
        let shown = page.text.split("id=\"facts-contacts\"").nth(1).expect("the link's facts");
        let shown = shown.split("</section>").next().expect("its end");
        for part in [MEMBER, FOLDER] {
            assert!(shown.contains(part), "{part} is not with the link: {shown}");
        }
        let questions = page.text.split("id=\"questions\"").nth(1).expect("questions");
        for part in [look, same, FOLDER] {
            assert!(questions.contains(part), "{part} is not among the answers: {questions}");
        }
    }
}
