//! Wires the worker to its queue.

use booking_worker::Worker;
use settings::{Environment, Settings};
use trigger::LogSettings;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), trigger::Error> {
    let environment = Environment::of_process();
    LogSettings::load(&environment)?.start();
    let worker = Worker::connect(&environment).await?;
    trigger::work(move |delivery| worker.clone().work(delivery)).await
}
