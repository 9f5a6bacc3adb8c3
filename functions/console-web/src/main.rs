//! Wires the console to API Gateway.

use settings::{Environment, Settings};
use trigger::LogSettings;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), trigger::Error> {
    let environment = Environment::of_process();
    LogSettings::load(&environment)?.start();
    let site = console_web::Site::connect(&environment).await?;
    trigger::serve(console_web::router(site)).await
}
