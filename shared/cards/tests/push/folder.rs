//! B06, B15, M03, R13, R47: one folder, known by its id whatever people do with it.

use accounts::{Event, LinkStatus};
use aws::Aws;
use cards::RemovalOutcome;
use serde_json::json;
use simulator::model::mailbox::CONTACTS;

use crate::world::{FOLDER, World, address, hanako, made_up_card, organization};

#[tokio::test]
async fn b06_the_folder_has_the_name_that_the_organization_chose() {
    let world = World::linked().await;
    world.choose(|settings| settings.folder_name = "青空名刺".parse().expect("a name")).await;
    world.put_many(3).await;
    world.turn().await;
    assert_eq!(world.folders(), ["青空名刺"]);
    assert_eq!(world.contacts_in("青空名刺").expect("a folder").len(), 3);
    // Another name is given by the folder's id, without a card that changed; and once.
    world.choose(|settings| settings.folder_name = "名刺".parse().expect("a name")).await;
    let number = world.folder_number("青空名刺");
    let contacts = world.contacts_in("青空名刺");
    world.turn().await;
    assert_eq!((world.folders(), world.folder_number("名刺")), (vec!["名刺".to_owned()], number));
    assert_eq!(world.contacts_in("名刺"), contacts, "no contact was touched");
    let calls = world.calls().await;
    world.turn().await;
    assert_eq!(world.calls().await, calls);
}

#[tokio::test]
async fn b06_a_name_that_is_taken_stops_no_card_and_is_told() {
    let world = World::linked().await;
    world.put_many(2).await;
    world.turn().await;
    let foreign = world.make_folder("名刺");
    world.choose(|settings| settings.folder_name = "名刺".parse().expect("a name")).await;
    world.put("more", made_up_card(9, 0)).await;
    world.turn().await;
    let link = world.standing().await;
    assert_eq!((link.status, link.reason.as_deref()), (LinkStatus::Failed, Some("folder_taken")));
    assert_eq!(world.contacts().len(), 3);
    assert_eq!(world.contacts_in("名刺").map(|contacts| contacts.len()), Some(0));
    world.rename_folder(foreign, "家族");
    world.turn().await;
    assert_eq!(world.standing().await.status, LinkStatus::Linked);
    assert_eq!(world.contacts_in("名刺").map(|contacts| contacts.len()), Some(3));
}

#[tokio::test]
async fn b15_a_foreign_folder_of_that_name_stops_the_push_until_it_is_renamed() {
    let world = World::linked().await;
    let foreign = world.make_folder(FOLDER);
    let now = world.now();
    let mother = serde_json::Map::from_iter([("givenName".to_owned(), json!("母"))]);
    world.in_outlook(|mailbox| mailbox.add_contact(foreign, mother, now));
    world.put_many(3).await;
    world.turn().await;
    let link = world.standing().await;
    assert_eq!((link.status, link.reason.as_deref()), (LinkStatus::Failed, Some("folder_taken")));
    let before = world.contacts();
    assert_eq!(before.len(), 1, "only the member's own");
    world.turn().await;
    assert_eq!(world.contacts(), before, "it is left alone");
    world.rename_folder(foreign, "家族");
    world.turn().await;
    assert_eq!(world.standing().await.status, LinkStatus::Linked);
    assert_eq!(world.contacts().len(), 3);
    assert_eq!(world.contacts_in("家族"), Some(before));
}

#[tokio::test]
async fn b15_a_folder_of_another_link_is_foreign_even_when_its_cards_have_the_same_ids() {
    let world = World::linked().await;
    world.put_many(2).await;
    world.turn().await;
    let number = world.folder_number(FOLDER);
    world.in_outlook(|mailbox| {
        let folder = mailbox.folders.get_mut(&number).expect("a folder");
        folder.extended.single.values_mut().for_each(|key| *key = "o2/hanako".to_owned());
    });
    world.cards.erase(&organization(), &hanako()).await.expect("erased");
    world.put_many(2).await;
    let before = world.contacts();
    world.turn().await;
    assert_eq!(world.standing().await.reason.as_deref(), Some("folder_taken"));
    assert_eq!(world.contacts(), before);
}

#[tokio::test]
async fn m03_our_folder_of_an_earlier_link_is_taken_up_and_nothing_is_there_twice() {
    let world = World::linked().await;
    world.put_many(45).await;
    world.turn().await;
    let before: Vec<u64> = world.contacts().iter().map(|contact| contact.number).collect();
    world.rename_folder(world.folder_number(FOLDER), "私の名刺");
    // Nothing is remembered of the earlier link.
    world.unlink(false).await;
    world.cards.erase(&organization(), &hanako()).await.expect("erased");
    world.link(&hanako()).await;
    world.put_many(46).await;
    world.put("card-0000", made_up_card(0, 1)).await;
    world.turn().await;
    assert_eq!(world.folders(), ["私の名刺"], "no second folder, and the member's name stays");
    let after = world.contacts_in("私の名刺").expect("a folder");
    assert_eq!(after.len(), 46, "one contact a card");
    assert_eq!(after.iter().filter(|contact| before.contains(&contact.number)).count(), 45);
    let changed = after.iter().find(|contact| contact.card.as_deref() == Some("card-0000"));
    assert_eq!(changed.expect("the card").text("jobTitle"), made_up_card(0, 1).title.expect("a title"));
    assert!(world.events().await.contains(&Event::ContactFolderAdopted { user_id: hanako() }));
}

#[tokio::test]
async fn m03_a_folder_that_lost_our_key_is_known_by_its_contacts() {
    let world = World::linked().await;
    world.put_many(3).await;
    world.turn().await;
    let number = world.folder_number(FOLDER);
    world.in_outlook(|mailbox| {
        mailbox.folders.get_mut(&number).expect("a folder").extended = Default::default();
    });
    world.cards.erase(&organization(), &hanako()).await.expect("erased");
    world.put_many(3).await;
    world.turn().await;
    assert_eq!((world.standing().await.status, world.contacts().len()), (LinkStatus::Linked, 3));
    let keys = world.in_outlook(|mailbox| mailbox.folders[&number].extended.single.len());
    assert_eq!(keys, 1, "it carries our key again");
}

#[tokio::test]
async fn r13_a_renamed_folder_keeps_the_members_name_and_is_followed() {
    let world = World::linked().await;
    world.put_many(2).await;
    world.turn().await;
    world.rename_folder(world.folder_number(FOLDER), "名刺");
    for (number, relink) in [(2, false), (3, true)] {
        if relink {
            world.unlink(false).await;
            world.link(&hanako()).await;
        }
        world.put(&format!("card-{number}"), made_up_card(number, 0)).await;
        world.turn().await;
        assert_eq!(world.folders(), ["名刺"]);
        assert_eq!(world.contacts_in("名刺").map(|contacts| contacts.len()), Some(number + 1));
    }
}

#[tokio::test]
async fn r13_a_folder_moved_below_another_is_followed() {
    let world = World::linked().await;
    world.put_many(2).await;
    world.turn().await;
    let (ours, above) = (world.folder_number(FOLDER), world.make_folder("仕事"));
    world.in_outlook(|mailbox| {
        let deeper = mailbox.add_folder(above, "2026".to_owned(), Default::default()).expect("a folder");
        mailbox.folders.get_mut(&ours).expect("ours").parent = Some(deeper);
    });
    world.put("more", made_up_card(7, 0)).await;
    world.turn().await;
    assert_eq!(world.folders().iter().filter(|name| *name == FOLDER).count(), 1);
    assert_eq!(world.contacts().len(), 3);
}

#[tokio::test]
async fn r13_a_deleted_folder_is_made_anew_with_every_card_and_the_log_tells() {
    let world = World::linked().await;
    world.put_many(25).await;
    world.turn().await;
    for way in ["deleted", "purged", "deleted with the folder above"] {
        let ours = world.folder_number(FOLDER);
        world.in_outlook(|mailbox| match way {
            "deleted" => mailbox.delete_folder(ours).expect("deleted"),
            "purged" => mailbox.purge_folder(ours).expect("purged"),
            _ => {
                let above = mailbox.add_folder(CONTACTS, "仕事".to_owned(), Default::default());
                let above = above.expect("a folder");
                mailbox.folders.get_mut(&ours).expect("ours").parent = Some(above);
                mailbox.delete_folder(above).expect("deleted");
            }
        });
        assert!(world.contacts_in(FOLDER).is_none());
        // Nobody looks while nothing changes (R11), but who asks for a push gets the folder back.
        world.turn().await;
        assert!(world.contacts_in(FOLDER).is_none());
        let status = world.hurry().await;
        assert_eq!((world.contacts().len(), status.last_push.created), (25, 25), "{way}");
        assert_ne!(world.folder_number(FOLDER), ours);
    }
    let replaced = Event::ContactFolderReplaced { user_id: hanako() };
    assert_eq!(world.events().await.iter().filter(|event| **event == replaced).count(), 3);
}

#[tokio::test]
async fn r13_two_workers_make_one_folder() {
    let world = World::linked().await;
    world.put_many(30).await;
    for _ in 0..4 {
        cards::hurry(&world.jobs, &world.standing().await).await.expect("queued");
    }
    let jobs = world.take_jobs();
    let work = jobs.iter().map(|(message, job)| world.try_work(job, message));
    for result in futures::future::join_all(work).await {
        result.expect("done");
    }
    assert_eq!((world.folders().len(), world.contacts().len()), (1, 30));
}

#[tokio::test]
async fn r13_a_lost_reply_to_the_folders_creation_leaves_one() {
    let world = World::linked().await;
    world.put_many(3).await;
    let create = json!({"method": "POST", "path": "/contactFolders$"});
    world.fault(create, json!({"dropReply": true}), 1).await;
    world.turn().await;
    world.turn().await;
    assert_eq!((world.folders().len(), world.contacts().len()), (1, 3));
    assert_eq!(world.standing().await.status, LinkStatus::Linked);
}

#[tokio::test]
async fn r47_a_name_with_slashes_and_other_folders_in_any_order_say_nothing() {
    let world = World::linked().await;
    for number in 0..130 {
        world.make_folder(&format!("{:03}", 130 - number));
    }
    let name = "青空/名刺 100% 'A' & B #1";
    world.choose(|settings| settings.folder_name = name.parse().expect("a name")).await;
    world.put_many(3).await;
    world.turn().await;
    assert_eq!(world.contacts_in(name).map(|contacts| contacts.len()), Some(3));
    // Without its key, and its name in other letters, it is found by its name behind more folders than a page has.
    let (number, small) = (world.folder_number(name), name.to_lowercase());
    world.in_outlook(|mailbox| {
        let folder = mailbox.folders.get_mut(&number).expect("a folder");
        (folder.extended, folder.display_name) = (Default::default(), small.clone());
    });
    world.cards.erase(&organization(), &hanako()).await.expect("erased");
    world.put_many(3).await;
    world.turn().await;
    assert_eq!((world.standing().await.status, world.folder_number(&small)), (LinkStatus::Linked, number));
    assert_eq!(world.contacts_in(&small).map(|contacts| contacts.len()), Some(3));
    // A foreign one of that name is not taken.
    world.unlink(true).await;
    world.work().await;
    assert_eq!(world.status().await.removal.expect("told").outcome, RemovalOutcome::Removed);
    world.make_folder(&small);
    world.link(&hanako()).await;
    world.put("more", made_up_card(5, 0)).await;
    world.turn().await;
    assert_eq!(world.standing().await.reason.as_deref(), Some("folder_taken"));
}

#[tokio::test]
async fn r09_a_renamed_user_keeps_folder_and_contacts() {
    let world = World::linked().await;
    world.put_many(3).await;
    world.turn().await;
    let before = world.contacts();
    // The member marries: another sign-in name and address, the same object id.
    let path = format!("tenants/5e77e000-0000-4000-8000-000000000001/users/{}", address(&hanako()));
    let url = format!("{}/_sim/{path}", world.simulator.url);
    let renamed = json!({"displayName": "鈴木 花子"});
    let reply = graph::http_client().patch(url).json(&renamed).send().await.expect("an answer");
    assert!(reply.status().is_success(), "{}", reply.status());
    let mut user = world.accounts.user(&organization(), &hanako()).await.expect("a user");
    user.email = "suzuki@elsewhere.example".to_owned();
    world.accounts.put_user(&organization(), &user).await.expect("written");
    let status = world.turn().await;
    assert_eq!((status.pending, world.contacts()), (0, before));
    world.put("more", made_up_card(5, 0)).await;
    world.turn().await;
    assert_eq!((world.folders().len(), world.contacts().len()), (1, 4));
}

#[tokio::test]
async fn erased_cards_leave_nothing_behind_and_touch_no_contact() {
    let world = World::linked().await;
    world.put_many(120).await;
    world.turn().await;
    let before = world.contacts();
    world.cards.erase(&organization(), &hanako()).await.expect("erased");
    let table = Aws::at(&world.aws_url()).table("CardsTable");
    let left: Vec<serde_json::Value> =
        table.query_all(aws::Query::partition("CARDS#o1#hanako")).await.expect("an answer");
    assert_eq!(left, Vec::<serde_json::Value>::new());
    assert_eq!(world.cards.count(&organization(), &hanako()).await.expect("a count"), 0);
    assert_eq!(world.contacts(), before);
}
