//! Functions behind a schedule.

use lambda_runtime::{LambdaEvent, service_fn};
use serde::de::IgnoredAny;

use types::Chain;

/// Runs the tick at every call. A tick says "look", never "what changed": the event is not read, and a tick
/// more or less does no harm.
///
/// # Errors
/// The Runtime API went away.
pub async fn tick<T, F, E>(tick: T) -> Result<(), lambda_runtime::Error>
where
    T: Fn() -> F,
    F: Future<Output = Result<(), E>>,
    E: std::error::Error + 'static,
{
    lambda_runtime::run(service_fn(|_: LambdaEvent<IgnoredAny>| async {
        // Boxed: the futures of the AWS SDK are nested deeper than the compiler likes to look.
        Box::pin(tick()).await.map_err(|error| {
            let error = lambda_runtime::Error::from(Chain(&error).to_string());
            tracing::error!(%error, "the tick failed; the next one looks again");
            error
        })
    }))
    .await
}
