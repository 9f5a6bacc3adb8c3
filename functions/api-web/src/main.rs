//! Wires the API to API Gateway.

use settings::{Environment, Settings};
use trigger::LogSettings;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), trigger::Error> {
    let environment = Environment::of_process();
    LogSettings::load(&environment)?.start();
    let api = api_web::Api::connect(&environment).await?;
    trigger::serve(api_web::router(api)).await
}
