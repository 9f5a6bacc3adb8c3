//! Every call of desk and clerk is cut in turn, before and after its effect, and the process dies there. The
//! guest or the queue tries again; the end must be the same.

use booking::{Appointment, AppointmentState, Booked, BookingJob};
use futures::StreamExt;
use xtask::gate::When;

use crate::world::{World, organization};

/// What is going on when the process dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scene {
    /// The guest sends the form.
    Booking,
    /// The worker writes the event.
    Making,
    /// The guest cancels.
    Cancelling,
    /// The worker deletes the event.
    Unmaking,
}

/// A scene about to begin.
struct Stage {
    world: Box<World>,
    form: String,
    token: Option<String>,
    job: Option<BookingJob>,
}

impl Scene {
    async fn begin(self) -> Stage {
        let world = World::new().await;
        world.free().await;
        let page = world.page().await;
        let form = world.desk.new_form(&page);
        let mut stage = Stage { world, form, token: None, job: None };
        if self == Self::Booking {
            return stage;
        }
        stage.act(Self::Booking).await;
        stage.job = Some(stage.job().await);
        if self == Self::Making {
            return stage;
        }
        stage.act(Self::Making).await;
        if self == Self::Unmaking {
            stage.act(Self::Cancelling).await;
        }
        stage
    }

    fn expected(self) -> (AppointmentState, usize, &'static [&'static str]) {
        match self {
            Self::Booking | Self::Making => {
                (AppointmentState::Confirmed, 1, &["confirmed-guest", "confirmed-host"])
            }
            Self::Cancelling | Self::Unmaking => (
                AppointmentState::Cancelled,
                0,
                &["confirmed-guest", "confirmed-host", "cancelled-guest", "cancelled-host"],
            ),
        }
    }

    async fn calls(self) -> usize {
        let mut stage = self.begin().await;
        stage.world.faults.arm();
        assert!(stage.act(self).await, "{self:?}");
        stage.world.faults.calls().len()
    }

    async fn die(self, nth: usize, when: When) {
        let mut stage = self.begin().await;
        let faults = stage.world.faults.clone();
        faults.cut(nth, when);
        tokio::select! {
            _ = stage.act(self) => {}
            () = faults.reached() => {}
        }
        faults.lift();
        // The queue delivers again after some minutes; a guest presses the button again.
        stage.world.pass(if matches!(self, Self::Booking | Self::Cancelling) { 5 } else { 360 });
        for _ in 0..3 {
            if stage.act(self).await {
                break;
            }
            stage.world.pass(360);
        }
        stage.world.settle().await;
        let all = stage.world.appointments().await;
        let [appointment] = all.as_slice() else { panic!("{self:?} {nth} {when:?}: {all:?}") };
        let (state, events, mails) = self.expected();
        assert_eq!(appointment.state, state, "{self:?} {nth} {when:?}: {appointment:?}");
        assert_eq!(stage.world.events().await.len(), events, "{self:?} {nth} {when:?}");
        assert_eq!(stage.world.mails(appointment).await, mails, "{self:?} {nth} {when:?}");
        assert!(stage.world.all_events().await <= 1, "{self:?} {nth} {when:?}");
    }
}

impl Stage {
    /// Does the scene's act; whether it came to its end.
    async fn act(&mut self, scene: Scene) -> bool {
        match scene {
            Scene::Booking => {
                let world = &self.world;
                let Ok(page) = world.desk.page(&world.key()).await else { return false };
                let request = world.request(self.form.clone(), world.a_start());
                match world.desk.book(&page, request).await {
                    Ok(Booked::Made { token }) => {
                        self.token = Some(token);
                        true
                    }
                    Ok(Booked::Unreadable(_)) | Err(_) => false,
                    Ok(other) => panic!("{other:?}"),
                }
            }
            Scene::Making | Scene::Unmaking => {
                let job = self.job.clone().expect("a job");
                self.world.try_work(&job, &format!("{scene:?}")).await.is_ok()
            }
            Scene::Cancelling => {
                let token = self.token.clone().expect("a token");
                self.world.desk.cancel(&self.world.key(), &token).await.is_ok()
            }
        }
    }

    async fn job(&self) -> BookingJob {
        let all = self.world.appointments().await;
        let Appointment { id, .. } = all[0].clone();
        self.world.lose_jobs();
        BookingJob { organization_id: organization(), appointment_id: id }
    }
}

async fn every_death(scene: Scene, least: usize) {
    let calls = scene.calls().await;
    assert!(calls >= least, "{scene:?}: {calls} calls");
    let deaths = (1..=calls).flat_map(|nth| [(nth, When::Before), (nth, When::After)]);
    let deaths = deaths.map(|(nth, when)| Box::pin(scene.die(nth, when)));
    futures::stream::iter(deaths).buffer_unordered(4).collect::<Vec<()>>().await;
}

#[tokio::test]
async fn r37_whatever_dies_while_a_guest_books_there_is_one_appointment() {
    every_death(Scene::Booking, 8).await;
}

#[tokio::test]
async fn r37_whatever_dies_while_the_event_is_made_there_is_one() {
    every_death(Scene::Making, 10).await;
}

#[tokio::test]
async fn r37_whatever_dies_while_a_guest_cancels_it_is_cancelled() {
    every_death(Scene::Cancelling, 4).await;
}

#[tokio::test]
async fn r37_whatever_dies_while_the_event_is_taken_out_there_is_none() {
    every_death(Scene::Unmaking, 8).await;
}
