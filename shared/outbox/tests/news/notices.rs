//! Mails to people.

use accounts::{LinkStatus, Role};
use jiff::SignedDuration;
use types::{Feature, Language};

use crate::world::{World, tenant, user};

const HANAKO: &str = "hanako@contoso.example";
const SATO: &str = "sato@contoso.example";
const SUZUKI: &str = "suzuki@contoso.example";

const HOUR: SignedDuration = SignedDuration::from_hours(1);

#[tokio::test]
async fn r07_the_user_and_the_admins_are_told_once_when_a_link_breaks() {
    let world = World::new().await;
    let link = world.linked("sato").await;
    world.pass(HOUR);
    for _ in 0..3 {
        world.note(&link, LinkStatus::AuthenticationFailed, Some("MailboxNotEnabledForRESTAPI")).await;
        world.settle().await;
    }
    assert_eq!(world.mailed(), [HANAKO, SATO]);
    let mails = world.mails();
    let to = |address: &str| mails.iter().find(|mail| mail.to == address).expect("a mail");
    assert_eq!(
        to(SATO).subject,
        "[Setten] Your Microsoft 365 connection has stopped: Contact points from mail"
    );
    let expected = "\
Hello 佐藤 健,

Your Microsoft 365 connection for “Contact points from mail” has stopped working.

The Microsoft 365 account or its mailbox was not found.

Status: Authentication failed
Last success: Sunday, 22 November 2026, 10:00 UTC
Code: MailboxNotEnabledForRESTAPI

What to do: your administrator has been told. Your account needs a mailbox in Exchange Online. This page shows how things stand:
https://setten.example/console/sign-in?organization=ORGANIZATION&return=%2Fme

We write about the same connection at most once a day. When it works again there is no further mail.

--
Setten, on behalf of 株式会社青空
Help: help@product.example
";
    assert_eq!(to(SATO).text, expected.replace("ORGANIZATION", world.organization.as_str()));
    let admin = &to(HANAKO).text;
    for part in ["佐藤 健 <sato@contoso.example>", "&return=%2Fconsole%2Fusers%2Fsato\n", "licence"] {
        assert!(admin.contains(part), "{part}: {admin}");
    }
}

#[tokio::test]
async fn r07_people_read_their_organizations_language() {
    let world = World::new().await;
    world.reads(Language::Ja).await;
    let link = world.linked("sato").await;
    world.pass(HOUR);
    world.note(&link, LinkStatus::ReconnectNeeded, Some("AADSTS50173")).await;
    world.settle().await;
    let mails = world.mails();
    let mail = mails.iter().find(|mail| mail.to == SATO).expect("a mail");
    let expected = "\
佐藤 健 様

「メールからの接点の取り込み」で、Microsoft 365との連携が停止しています。

パスワードの変更などにより、Microsoft 365へのサインインがもう一度必要です。

状態: 要再連携
最後に成功した日時: 2026年11月22日(日) 19:00 (日本時間)
コード: AADSTS50173

【ご対応】次のページから、もう一度連携してください。1分ほどで終わり、データは失われません。
https://setten.example/console/sign-in?organization=ORGANIZATION&return=%2Fme

同じ連携についてのお知らせは、1日に1通までです。連携が回復したときは、メールをお送りしません。

--
株式会社青空 / Setten
お問い合わせ: help@product.example
";
    assert_eq!(mail.text, expected.replace("ORGANIZATION", world.organization.as_str()));
}

#[tokio::test]
async fn r07_a_link_that_breaks_again_and_again_is_told_once_a_day() {
    let world = World::new().await;
    let link = world.linked("sato").await;
    for _ in 0..6 {
        world.note(&link, LinkStatus::AuthenticationFailed, Some("ErrorInvalidUser")).await;
        world.settle().await;
        world.note(&link, LinkStatus::Linked, None).await;
        world.settle().await;
        world.pass(HOUR);
    }
    assert_eq!(world.mailed(), [HANAKO, SATO]);
    world.forget_mails().await;
    // It works when the day is over: nobody needs to know.
    world.pass(HOUR * 24);
    world.settle().await;
    assert_eq!(world.mailed(), Vec::<String>::new());
    // The next day it breaks, and once more, and stays so: who was told of the first is told again a day later.
    world.note(&link, LinkStatus::AuthenticationFailed, Some("ErrorInvalidUser")).await;
    world.settle().await;
    world.note(&link, LinkStatus::Linked, None).await;
    world.note(&link, LinkStatus::AuthenticationFailed, Some("ErrorInvalidUser")).await;
    world.settle().await;
    assert_eq!(world.mailed(), [HANAKO, SATO]);
    world.forget_mails().await;
    world.pass(HOUR * 23);
    world.settle().await;
    assert_eq!(world.mailed(), Vec::<String>::new());
    world.pass(HOUR);
    world.settle().await;
    assert_eq!(world.mailed(), [HANAKO, SATO]);
    world.forget_mails().await;
    world.pass(HOUR * 72);
    world.settle().await;
    assert_eq!(world.mailed(), Vec::<String>::new(), "who knows is left alone");
}

#[tokio::test]
async fn r07_one_cause_for_many_users_is_one_mail_a_day_to_the_admins() {
    let world = World::new().await;
    let links = [world.linked("sato").await, world.linked("suzuki").await];
    for link in &links {
        world.note(link, LinkStatus::NoPermission, Some("ErrorAccessDenied")).await;
        world.settle().await;
    }
    assert_eq!(world.mailed(), [HANAKO, SATO, SUZUKI]);
}

#[tokio::test]
async fn r07_a_cause_that_the_admins_know_costs_the_same_however_many_users_there_are() {
    let world = World::new().await;
    for number in 0..250 {
        world.put_user(&format!("u{number}"), "利用者", Role::Member).await;
    }
    for id in ["sato", "suzuki"] {
        let link = world.linked(id).await;
        world.settle().await;
        world.note(&link, LinkStatus::NoPermission, Some("ErrorAccessDenied")).await;
        let job = world.the_news().await;
        world.faults.arm();
        world.work(job).await.expect("worked off");
        world.settle().await;
    }
    assert_eq!(world.mailed(), [HANAKO, SATO, SUZUKI]);
    let calls = world.faults.calls();
    let lists =
        calls.iter().filter(|call| call.target.as_deref().is_some_and(|name| name.ends_with(".Query")));
    assert_eq!(lists.count(), 1, "the webhooks, and no users: {calls:?}");
}

#[tokio::test]
async fn r08_the_operators_own_credential_is_told_to_nobody_who_can_do_nothing() {
    let world = World::new().await;
    let link = world.linked("sato").await;
    for reason in ["AADSTS7000222", "AADSTS7000215", "AADSTS700027"] {
        world.note(&link, LinkStatus::Failed, Some(reason)).await;
        world.settle().await;
        // Nor a day later.
        world.pass(HOUR * 25);
        world.settle().await;
        assert_eq!(world.mailed(), Vec::<String>::new(), "{reason}");
    }
    world.note(&link, LinkStatus::ReconnectNeeded, Some("AADSTS50173")).await;
    world.settle().await;
    assert_eq!(world.mailed(), [HANAKO, SATO], "what the user can mend is told");
}

#[tokio::test]
async fn r07_an_admin_whose_own_link_breaks_gets_one_mail() {
    let world = World::new().await;
    let link = world.linked("hanako").await;
    world.note(&link, LinkStatus::Failed, Some("ErrorInvalidRequest")).await;
    world.settle().await;
    assert_eq!(world.mailed(), [HANAKO]);
    assert!(world.mails()[0].subject.contains("Your Microsoft 365 connection"), "{:?}", world.mails());
}

#[tokio::test]
async fn r07_what_people_did_themselves_is_not_told_them() {
    let world = World::new().await;
    world.linked("sato").await;
    world.accounts.unlink(&world.organization, &user("sato"), Feature::Mail).await.expect("unlinked");
    world.settle().await;
    assert_eq!(world.mailed(), Vec::<String>::new());
}

#[tokio::test]
async fn r07_a_revoked_grant_is_one_mail_and_not_one_a_user() {
    let world = World::new().await;
    for id in ["sato", "suzuki"] {
        world.linked(id).await;
    }
    world.put_user("taro", "田中 太郎", Role::Admin).await;
    let revoked = world.accounts.revoke_grant(&world.organization, &tenant(), Feature::Mail).await;
    assert_eq!(revoked.expect("revoked").len(), 2);
    world.settle().await;
    assert_eq!(world.mailed(), [HANAKO, "taro@contoso.example"]);
    let mails = world.mails();
    assert!(mails.iter().all(|mail| mail.text.contains("- Contact points from mail")), "{mails:?}");
}

#[tokio::test]
async fn r07_a_removed_tenant_is_one_mail() {
    let world = World::new().await;
    let link = world.linked("sato").await;
    // As the API does it: what the admin granted ends first.
    world.accounts.revoke_grant(&world.organization, &tenant(), Feature::Mail).await.expect("revoked");
    world.accounts.remove_tenant(&world.organization, &tenant()).await.expect("removed");
    // A job that was under way.
    world.note(&link, LinkStatus::NoPermission, Some("grant_missing")).await;
    world.settle().await;
    assert_eq!(world.mailed(), [HANAKO]);
    assert_eq!(world.mails()[0].subject, "[Setten] Microsoft 365 is disconnected from 株式会社青空");
}

#[tokio::test]
async fn c05_the_admins_are_told_when_features_are_switched_on() {
    let world = World::new().await;
    world.reads(Language::Ja).await;
    world.granted(&[Feature::Contacts, Feature::Mail]).await;
    world.settle().await;
    assert_eq!(world.mailed(), [HANAKO]);
    let mail = world.mails().remove(0);
    assert_eq!(mail.subject, "【Setten】Microsoft 365との連携が有効になりました");
    for part in [
        "- Outlookの連絡先への名刺の連携\n- メールからの接点の取り込み\n",
        "テナントID: 5e77e000-0000-4000-8000-000000000001",
        "承認したアカウント: admin@contoso.example",
        "&return=%2Fconsole%2Fusers\n",
    ] {
        assert!(mail.text.contains(part), "{part}: {}", mail.text);
    }
}
