//! Every call of the keeper is cut in turn, before and after its effect, and its process dies there. The job
//! is delivered again; the end must be the same.

use futures::StreamExt;
use subscriptions::{Kept, Task};
use xtask::gate::When;

use crate::world::{World, text};

/// What is going on when the process dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scene {
    Made,
    Renewed,
    Replaced,
    MadeAnew,
    Removed,
}

impl Scene {
    /// A world in which the scene is about to begin, and its job.
    async fn begin(self) -> (Box<World>, Task) {
        let world = World::linked().await;
        if self == Self::Made {
            return (world, Task::Check);
        }
        world.work(Task::Check).await;
        match self {
            Self::Made => {}
            Self::Renewed => world.pass(48 * 60),
            Self::Replaced => world.remove_silently(text(&world.the_one().await, "id")).await,
            Self::MadeAnew => {
                world.unlink().await;
                world.pass(1);
                world.link().await;
            }
            Self::Removed => world.unlink().await,
        }
        let task = match self {
            Self::Replaced => Task::Replace,
            Self::Removed => Task::Remove,
            _ => Task::Check,
        };
        (world, task)
    }

    /// How many calls it takes when nothing dies.
    async fn calls(self) -> usize {
        let (world, task) = Box::pin(self.begin()).await;
        world.faults.arm();
        world.try_work(task, "job").await.expect("done");
        world.faults.calls().len()
    }

    async fn die(self, nth: usize, when: When) {
        let (world, task) = Box::pin(self.begin()).await;
        world.faults.cut(nth, when);
        let mut is_told = tokio::select! {
            kept = world.try_work(task, "job") => matches!(kept, Ok(Kept::Subscribed(_))),
            () = world.faults.reached() => false,
        };
        world.faults.lift();
        for _ in 0..3 {
            // The queue delivers a job again after six minutes; then the lease of the dead is over.
            world.pass(6);
            match world.try_work(task, "job").await {
                Ok(kept) => {
                    is_told |= matches!(kept, Kept::Subscribed(_));
                    break;
                }
                Err(error) => assert!(error.is_retryable(), "{self:?} {nth} {when:?}: {error:?}"),
            }
        }
        // What was brought up again soon.
        world.pass(3);
        is_told |= matches!(world.work(Task::Check).await, Kept::Subscribed(_));
        if self == Self::Removed {
            assert!(world.live().await.is_empty(), "{self:?} {nth} {when:?}");
            assert!(!world.has_state().await, "{self:?} {nth} {when:?}");
            return;
        }
        world.the_one().await;
        let link = world.standing().await;
        assert_eq!(link.status, accounts::LinkStatus::Linked, "{self:?} {nth} {when:?}");
        assert!(is_told || self == Self::Renewed, "{self:?} {nth} {when:?}: nobody reads what was missed");
        let calls = world.calls().await;
        assert_eq!(world.work(Task::Check).await, Kept::Unchanged);
        assert_eq!(world.calls().await, calls, "{self:?} {nth} {when:?}: it does not come to rest");
    }
}

async fn every_death(scene: Scene) {
    let calls = Box::pin(scene.calls()).await;
    assert!(calls >= 6, "{scene:?}: {calls} calls");
    let deaths = (1..=calls).flat_map(|nth| [(nth, When::Before), (nth, When::After)]);
    let deaths = deaths.map(|(nth, when)| Box::pin(scene.die(nth, when)));
    futures::stream::iter(deaths).buffer_unordered(4).collect::<Vec<()>>().await;
}

#[tokio::test]
async fn whatever_dies_while_it_is_made_there_is_one() {
    every_death(Scene::Made).await;
}

#[tokio::test]
async fn whatever_dies_while_it_is_renewed_there_is_one() {
    every_death(Scene::Renewed).await;
}

#[tokio::test]
async fn whatever_dies_while_it_is_replaced_there_is_one() {
    every_death(Scene::Replaced).await;
}

#[tokio::test]
async fn whatever_dies_after_linking_anew_there_is_one() {
    every_death(Scene::MadeAnew).await;
}

#[tokio::test]
async fn whatever_dies_while_it_is_removed_there_is_none() {
    every_death(Scene::Removed).await;
}
