//! Wires the guests' pages to API Gateway.

use settings::{Environment, Settings};
use trigger::LogSettings;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), trigger::Error> {
    let environment = Environment::of_process();
    LogSettings::load(&environment)?.start();
    let site = booking_web::Site::connect(&environment).await?;
    trigger::serve(booking_web::router(site)).await
}
