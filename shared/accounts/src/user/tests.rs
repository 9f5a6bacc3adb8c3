use super::*;
use crate::stage::Stage;

fn filter(text: &str) -> UserFilter {
    UserFilter { text: Some(text.to_owned()), ..UserFilter::default() }
}

async fn found(stage: &Stage, filter: &UserFilter, limit: u32) -> Vec<String> {
    let (mut ids, mut cursor) = (Vec::new(), None);
    loop {
        let page = stage.accounts.find_users(&stage.organization, filter, limit, cursor.as_deref()).await;
        let (users, next) = page.expect("read");
        assert!(users.len() <= limit as usize);
        ids.extend(users.into_iter().map(|user| user.id.to_string()));
        match next {
            Some(next) => cursor = Some(next),
            None => return ids,
        }
    }
}

#[tokio::test]
async fn users_are_found_by_any_part_of_what_people_know_of_them() {
    let stage = Stage::new().await;
    let sato = stage.accounts.user(&stage.organization, &"sato".parse().expect("an id")).await.expect("read");
    for (id, name, role) in [("u-1", "山田 花子", Role::Admin), ("u-2", "Yamada Jiro", Role::Member)] {
        let user = User {
            id: id.parse().expect("an id"),
            email: format!("{id}@Contoso.test"),
            display_name: name.to_owned(),
            role,
            ..sato.clone()
        };
        stage.accounts.put_user(&stage.organization, &user).await.expect("written");
    }
    for (text, expected) in [
        ("花子", &["u-1"][..]),
        ("YAMADA", &["u-2"]),
        ("u-", &["u-1", "u-2"]),
        ("contoso", &["sato", "suzuki", "u-1", "u-2"]),
        ("nobody", &[]),
    ] {
        for limit in [1, 2, 100] {
            assert_eq!(found(&stage, &filter(text), limit).await, expected, "{text} {limit}");
        }
    }
    let admins = UserFilter { role: Some(Role::Admin), ..filter("u-") };
    assert_eq!(found(&stage, &admins, 50).await, ["u-1"]);
}

#[tokio::test]
async fn a_user_is_replaced_only_from_the_version_that_was_read() {
    let stage = Stage::new().await;
    let (accounts, organization) = (&stage.accounts, &stage.organization);
    let id = "sato".parse().expect("an id");
    let read = accounts.versioned_user(organization, &id).await.expect("read");
    let renamed = |name: &str| User { display_name: name.to_owned(), ..read.record.clone() };
    let first = accounts.replace_user(organization, &renamed("A"), &read.version).await.expect("replaced");
    let late = accounts.replace_user(organization, &renamed("B"), &read.version).await;
    assert!(matches!(late, Err(AccountsError::Changed)), "{late:?}");
    assert_eq!(accounts.versioned_user(organization, &id).await.expect("read"), first);

    accounts.put_user(organization, &renamed("C")).await.expect("written");
    let unseen = accounts.replace_user(organization, &renamed("D"), &first.version).await;
    assert!(matches!(unseen, Err(AccountsError::Changed)), "{unseen:?}");
    accounts.remove_user(organization, &id).await.expect("removed");
    let gone = accounts.replace_user(organization, &renamed("E"), &first.version).await;
    assert!(matches!(gone, Err(AccountsError::Changed)), "{gone:?}");
}
