//! Every call of a push, of an unlinking and of a folder's removal is cut in turn, before and after its effect, and
//! the process dies there. The queue delivers again, or the CRM asks again; the end is the same.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use cards::{CardsJob, Photo};
use futures::{StreamExt, stream};
use serde_json::{Value, json};
use simulator::model::mailbox::CONTACTS;
use types::UserId;
use xtask::{gate::When, made_up};

use crate::world::{Gated, World, id, made_up_card, organization};

/// What is going on when the process dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scene {
    /// The worker makes the folder and every contact.
    FirstPush,
    /// The worker pushes edits, deletions, a merge and a picture, and renames the folder.
    Edits,
    /// The CRM unlinks a user and wants the folder removed.
    Unlinking,
    /// The worker removes the folder.
    Removal,
}

/// A member of its own for each run, in a world that all share.
struct Run<'a> {
    world: &'a World,
    user: UserId,
    gated: Gated,
}

static RUNS: AtomicUsize = AtomicUsize::new(0);

/// One full batch and a started one.
const CARDS: usize = 22;

impl Scene {
    async fn begin(self, world: &World) -> Run<'_> {
        let number = RUNS.fetch_add(1, Ordering::Relaxed);
        let user: UserId = format!("walker-{number}").parse().expect("an id");
        world.member(&user).await;
        world.link(&user).await;
        let run = Run { world, user, gated: world.gated().await };
        run.put((0..CARDS).map(|number| (number, 0))).await;
        run.picture(1).await;
        if self != Self::FirstPush {
            assert!(run.act(Self::FirstPush).await);
        }
        if self == Self::Edits {
            run.write_notes();
            run.edit().await;
        }
        if self == Self::Removal {
            assert!(run.act(Self::Unlinking).await);
        }
        run
    }

    /// How many calls it takes, and how it ends.
    async fn undisturbed(self, world: &World) -> (usize, Value) {
        let run = self.begin(world).await;
        run.gated.faults.arm();
        assert!(run.act(self).await, "{self:?}");
        let calls = run.gated.faults.calls().len();
        run.gated.faults.lift();
        (calls, run.end().await)
    }

    async fn die(self, world: &World, nth: usize, when: When) -> Value {
        let run = self.begin(world).await;
        let faults = run.gated.faults.clone();
        faults.cut(nth, when);
        tokio::select! {
            _ = run.act(self) => {}
            () = faults.reached() => {}
        }
        faults.lift();
        // The lease of who died runs out at the function's own end: until then the message comes back in vain.
        for _ in 0..4 {
            world.pass(3);
            if run.act(self).await {
                break;
            }
        }
        run.end().await
    }
}

impl Run<'_> {
    async fn put(&self, cards: impl Iterator<Item = (usize, usize)>) {
        let cards =
            cards.map(|(number, edition)| (id(&made_up::card_id(number)), made_up_card(number, edition)));
        let put = self.world.cards.put(&organization(), &self.user, cards.collect()).await;
        put.expect("written");
    }

    async fn picture(&self, content: u8) {
        let photo = Photo::of(vec![0xff, 0xd8, 0xff, content]).expect("a picture");
        let card = id(&made_up::card_id(0));
        let put = self.world.cards.put_photo(&organization(), &self.user, &card, Some(&photo)).await;
        put.expect("written");
    }

    /// What the CRM does between the pushes.
    async fn edit(&self) {
        self.put((0..3).map(|number| (number, 1))).await;
        self.put(std::iter::once((CARDS, 0))).await;
        self.picture(2).await;
        let [gone, into] = [5, 6].map(|number| id(&made_up::card_id(number)));
        let merged = self.world.cards.merge(&organization(), &self.user, &gone, &into, None).await;
        merged.expect("merged");
        let gone = id(&made_up::card_id(7));
        self.world.cards.delete(&organization(), &self.user, &gone).await.expect("deleted");
    }

    /// What the user wrote into two contacts.
    fn write_notes(&self) {
        let now = self.world.now();
        self.world.in_outlook_of(&self.user, |mailbox| {
            let some: Vec<u64> = mailbox
                .contacts
                .values()
                .filter(|contact| {
                    let key = contact.extended.single.values().next().map(String::as_str);
                    matches!(key, Some("card-0001" | "card-0002"))
                })
                .map(|contact| contact.number)
                .collect();
            assert_eq!(some.len(), 2);
            for number in some {
                mailbox.change_contact(number, now, |contact| {
                    let notes = contact.text("personalNotes").to_owned();
                    contact
                        .properties
                        .insert("personalNotes".to_owned(), json!(format!("{notes}\n犬の名はポチ")));
                });
            }
        });
    }

    /// Does the scene's act once; whether it came to its end.
    async fn act(&self, scene: Scene) -> bool {
        let Gated { accounts, cards, jobs, push, .. } = &self.gated;
        if scene == Scene::Unlinking {
            return cards.unlink(accounts, jobs, &organization(), &self.user, true).await.is_ok();
        }
        let link = self.world.standing_of(&self.user).await;
        let job = json!({"organization_id": link.organization_id, "user_id": link.user_id});
        let job: CardsJob = serde_json::from_value(job).expect("a job");
        let deadline = Instant::now() + Duration::from_secs(60);
        push.work(&job, &format!("{scene:?}"), deadline).await.is_ok()
    }

    /// How it all ends, once nothing is due any more: the mailbox and what is told of it.
    async fn end(&self) -> Value {
        for turn in 0..6 {
            self.world.pass(31);
            let link = self.world.standing_of(&self.user).await;
            let job = json!({"organization_id": link.organization_id, "user_id": link.user_id});
            let job: CardsJob = serde_json::from_value(job).expect("a job");
            let deadline = Instant::now() + Duration::from_secs(60);
            let done = self.world.push.work(&job, &format!("turn {turn}"), deadline).await;
            done.expect("worked off");
        }
        let link = self.world.standing_of(&self.user).await;
        let status = self.world.status_of(&self.user).await;
        let folders = self.world.in_outlook_of(&self.user, |mailbox| {
            let below = |number| mailbox.is_below_contacts(number);
            let folders = mailbox.folders.values().filter(|folder| below(folder.number));
            let shown = folders.map(|folder| {
                let mut contacts: Vec<Value> = mailbox
                    .contacts_in(folder.number)
                    .map(|contact| {
                        json!({"key": contact.extended.single, "properties": contact.properties,
                            "photo": contact.photo.as_ref().map(|photo| &photo.bytes)})
                    })
                    .collect();
                contacts.sort_by_key(|contact| contact["key"].to_string());
                json!({"name": folder.display_name, "contacts": contacts})
            });
            let outside = mailbox.contacts_in(CONTACTS).count();
            json!({"folders": shown.collect::<Vec<_>>(), "outside": outside})
        });
        let removal = status.removal.map(|removal| removal.outcome);
        json!({"status": link.status, "reason": link.reason, "cards": status.cards, "pending": status.pending,
            "refused": status.refused, "removal": removal, "mailbox": folders})
    }
}

async fn every_death(scene: Scene, least: usize) {
    let world = World::new().await;
    let (calls, expected) = Box::pin(scene.undisturbed(&world)).await;
    assert!(calls >= least, "{scene:?}: {calls} calls");
    let deaths = (1..=calls).flat_map(|nth| [(nth, When::Before), (nth, When::After)]);
    let world = &world;
    // One at a time: they share the clock.
    stream::iter(deaths)
        .for_each(async |(nth, when)| {
            let end = Box::pin(scene.die(world, nth, when)).await;
            assert_eq!(end, expected, "{scene:?} {nth} {when:?}");
        })
        .await;
}

#[tokio::test]
async fn r12_a_first_push_that_dies_anywhere_ends_the_same() {
    Box::pin(every_death(Scene::FirstPush, 20)).await;
}

#[tokio::test]
async fn r12_a_push_of_edits_that_dies_anywhere_ends_the_same() {
    Box::pin(every_death(Scene::Edits, 20)).await;
}

#[tokio::test]
async fn b16_an_unlinking_that_dies_anywhere_and_is_asked_for_again_ends_the_same() {
    Box::pin(every_death(Scene::Unlinking, 3)).await;
}

#[tokio::test]
async fn b16_a_removal_that_dies_anywhere_ends_the_same() {
    Box::pin(every_death(Scene::Removal, 10)).await;
}
