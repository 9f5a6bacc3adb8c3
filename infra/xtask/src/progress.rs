//! What the person at the terminal sees while a command works: each step's name, that it goes on, its time.

use std::future::Future;
use std::time::Duration;

use tokio::time::{Instant, sleep};

/// How long a silent step lasts before it says that it goes on.
const SILENCE: Duration = Duration::from_secs(15);

/// Does a step, saying its name, every now and then that it goes on, and how long it took.
///
/// # Errors
/// The step's own.
pub async fn step<T, E>(name: &str, work: impl Future<Output = Result<T, E>>) -> Result<T, E> {
    let started = Instant::now();
    eprintln!("  {name} ...");
    let outcome = {
        let mut work = std::pin::pin!(work);
        loop {
            tokio::select! {
                outcome = &mut work => break outcome,
                () = sleep(SILENCE) => eprintln!("  {name} ... {:.0} s", started.elapsed().as_secs_f32()),
            }
        }
    };
    let took = started.elapsed().as_secs_f32();
    match &outcome {
        Ok(_) => eprintln!("  {name}: done in {took:.1} s"),
        Err(_) => eprintln!("  {name}: FAILED after {took:.1} s"),
    }
    outcome
}
