//! Many users at once: their turns are spread over the half hour, and what Microsoft refuses or loses on the way
//! comes again.

use std::collections::{BTreeSet, VecDeque};
use std::time::{Duration, Instant};

use aws::Aws;
use cards::CardsJob;
use futures::{StreamExt, stream};
use jiff::Timestamp;
use serde_json::{Value, json};
use types::UserId;
use xtask::made_up;

use crate::world::{World, id, made_up_card, organization};

/// Jobs worked at a time, as the queue's mapping allows.
const WORKERS: usize = 20;

#[tokio::test]
async fn b03_no_minute_of_the_half_hour_has_more_than_half_again_of_the_mean() {
    const USERS: usize = 1_000;
    let world = World::new().await;
    let table = Aws::at(&world.aws_url()).table("AccountsTable");
    let links = (0..USERS).map(|number| table.put(&fresh_link(number, world.now().as_second())));
    table.write_many(links.collect::<Result<_, _>>().expect("items")).await.expect("written");
    let mut minutes = Vec::new();
    for _ in 0..61 {
        cards::queue_due(&world.accounts, &world.jobs).await.expect("queued");
        let users = world.take_jobs().into_iter().map(|(_, job)| job.user_id);
        minutes.push(users.collect::<Vec<UserId>>());
        world.pass(1);
    }
    assert_eq!(minutes[0].len(), USERS, "linked at the same moment, pushed at once");
    for window in [&minutes[1..31], &minutes[31..61]] {
        // The simulator's clock goes on by itself too: a window here is a little more than half an hour.
        let pushed: BTreeSet<&UserId> = window.iter().flatten().collect();
        assert_eq!(pushed.len(), USERS, "each in the half hour");
        let most = window.iter().map(Vec::len).max().unwrap_or_default();
        assert!(most * 30 * 10 <= USERS * 15, "{most} in one minute");
    }
}

#[tokio::test]
async fn b03_many_users_due_in_the_same_half_hour_lose_nothing_to_refusals_and_lost_replies() {
    run(40, 10).await;
}

/// `cargo test -p cards --test push -- --ignored --nocapture a_thousand`
#[tokio::test]
#[ignore = "eight minutes; the same with forty users runs every time"]
async fn b03_a_thousand_users_with_fifty_cards_each_lose_nothing() {
    run(1_000, 50).await;
}

async fn run(users: usize, cards: usize) {
    let world = World::new().await;
    let members: Vec<UserId> =
        (0..users).map(|number| format!("member-{number}").parse().expect("an id")).collect();
    stream::iter(&members)
        .for_each_concurrent(8, async |member| {
            world.member(member).await;
            world.link(member).await;
        })
        .await;
    // The first turn makes the folders and gives everybody their own second.
    let mut load = Load { world: &world, again: VecDeque::new(), came_again: 0, ticked_at: world.now() };
    load.minute().await;
    stream::iter(&members)
        .for_each_concurrent(8, async |member| {
            let many = (0..cards).map(|number| (id(&made_up::card_id(number)), made_up_card(number, 0)));
            world.cards.put(&organization(), member, many.collect()).await.expect("written");
        })
        .await;
    two_percent(&world).await;
    let began = Instant::now();
    let mut due = Vec::new();
    // The half hour, and what came to grief in its last minutes.
    for _ in 0..34 {
        world.pass(1);
        due.push(load.minute().await);
    }
    let struck = world.look("stats").await["faults"].as_u64().unwrap_or_default();
    let pending: Vec<u64> =
        stream::iter(&members).map(|member| pending(&world, member)).buffered(8).collect().await;
    let late = pending.iter().filter(|left| **left > 0).count();
    let contacts = contacts(&world);
    let figures = json!({"users": users, "cards": cards, "faults": struck, "jobs delivered again": load.came_again,
        "users late": late, "contacts": contacts.len(), "most due in a minute": due[..30].iter().max(),
        "seconds": began.elapsed().as_secs()});
    #[expect(clippy::print_stdout, reason = "figures for whoever runs it")]
    {
        println!("{figures}");
    }
    assert!(struck as usize * 100 >= users * cards, "too few faults: {figures}");
    assert_eq!(late, 0, "{figures}");
    assert_eq!(contacts.len(), users * cards, "{figures}");
    let mut unique = contacts;
    unique.sort_unstable();
    unique.dedup();
    assert_eq!(unique.len(), users * cards, "a card is there twice: {figures}");
}

struct Load<'a> {
    world: &'a World,
    /// Jobs that come back when their time of invisibility is over: here with the next minute.
    again: VecDeque<(String, CardsJob)>,
    came_again: usize,
    ticked_at: Timestamp,
}

impl Load<'_> {
    /// What the tick and the workers do in a minute; how many a minute came up since the tick before. The
    /// simulator's clock goes on while the work is done, so that it may have been more than one.
    async fn minute(&mut self) -> usize {
        let world = self.world;
        let now = world.now();
        let seconds =
            usize::try_from(now.duration_since(self.ticked_at).as_secs()).expect("it goes on").max(60);
        self.ticked_at = now;
        let due = cards::queue_due(&world.accounts, &world.jobs).await.expect("queued");
        let jobs = self.again.drain(..).chain(world.take_jobs());
        let work = stream::iter(jobs).map(|(message, job)| async move {
            let deadline = Instant::now() + Duration::from_secs(300);
            let failed = world.push.work(&job, &message, deadline).await.is_err();
            failed.then_some((message, job))
        });
        let again: Vec<_> = work.buffer_unordered(WORKERS).filter_map(async |again| again).collect().await;
        self.came_again += again.len();
        self.again.extend(again);
        due * 60 / seconds
    }
}

/// Of the requests that make contacts 2 in 100 are refused, or take effect and their reply is lost.
async fn two_percent(world: &World) {
    for (nth, action) in
        [(11, json!({"status": 429})), (61, json!({"status": 503})), (111, json!({"dropReply": true}))]
    {
        let some = json!({"method": "POST", "path": "/contacts$", "nth": nth, "every": 150});
        world.fault(some, action, 0).await;
    }
}

async fn pending(world: &World, member: &UserId) -> u64 {
    let link = world.accounts.link(&organization(), member, types::Feature::Contacts).await;
    let link = link.expect("an answer").expect("a link");
    world.cards.push_status(&link).await.expect("a status").pending
}

/// Every contact of everybody: whose and of which card.
fn contacts(world: &World) -> Vec<(String, String)> {
    let state = world.simulator.app().world();
    let of_owner = |(owner, mailbox): (&String, &simulator::model::Mailbox)| {
        let keys =
            mailbox.contacts.values().filter_map(|contact| contact.extended.single.values().next().cloned());
        keys.map(|key| (owner.clone(), key)).collect::<Vec<_>>()
    };
    state.mailboxes.iter().flat_map(of_owner).collect()
}

/// A link as it stands right after the sign-in.
fn fresh_link(number: usize, now: i64) -> Value {
    let user = format!("user-{number}");
    json!({"pk": "ORGANIZATION#o1", "sk": format!("LINK#{user}#contacts"), "organization_id": "o1", "user_id": user,
        "feature": "contacts", "status": "linked", "reason": null,
        "tenant_id": "5e77e000-0000-4000-8000-000000000001", "account": null,
        "linked_at": "2026-01-01T00:00:00Z", "last_success_at": null,
        "due_shard": format!("contacts#{}", number % 8), "due_at": now})
}
