//! Wires the webhook to API Gateway.

use settings::{Environment, Settings};
use trigger::LogSettings;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), trigger::Error> {
    let environment = Environment::of_process();
    LogSettings::load(&environment)?.start();
    let webhook = graph_web::Webhook::connect(&environment)?;
    trigger::serve(graph_web::router(webhook)).await
}
