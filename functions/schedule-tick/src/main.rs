//! Wires the tick to its schedule.

use schedule_tick::Tick;
use settings::{Environment, Settings};
use trigger::LogSettings;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), trigger::Error> {
    let environment = Environment::of_process();
    LogSettings::load(&environment)?.start();
    let tick = Tick::connect(&environment).await?;
    trigger::tick(|| tick.look()).await
}
